"""What a job says of databases: addresses that name a secret and never hold one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from enrich.errors import ConfigError
from enrich.job.environment import expand, unset
from enrich.tables import Query, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.job.model import Job

_FILES = ("sqlite:///", "duckdb:///")


def query_of(job: Job) -> Query | None:
    """Return the query that a job reads, with its address's variables replaced.

    Raises:
        ConfigError: A variable is not set.
    """
    source = job.input
    if source.url is None or source.query is None:
        return None
    return Query(url=expand(source.url, key="input.url"), query=source.query)


def target_of(job: Job) -> Target | None:
    """Return the table of a database that a job writes, with its address's variables replaced.

    Raises:
        ConfigError: A variable is not set.
    """
    output = job.output
    url = output.url or job.input.url
    if output.table is None or url is None:
        return None
    return Target(
        url=expand(url, key="output.url"),
        table=output.table,
        key=output.key,
        existing=output.existing,
    )


def located_url(url: str | None, from_here: Callable[[str], str]) -> str | None:
    """Return an address whose file, if it is one, starts from the job's folder."""
    for start in _FILES:
        if url is not None and url.startswith(start) and not url.startswith(f"{start}${{"):
            return start + from_here(url.removeprefix(start))
    return url


def database_problems(job: Job) -> list[ConfigError]:
    """Return what is wrong with the keys that name databases."""
    source, output = job.input, job.output
    found = [
        *unset({"url": source.url or ""}, "input"),
        *unset({"url": output.url or ""}, "output"),
    ]
    for key, url in (("input.url", source.url), ("output.url", output.url)):
        if url is not None and holds_secret(url):
            message = "a secret does not stand in a file; write ${NAME} and set that variable"
            found.append(ConfigError(message, key=key))
    said = [
        (source.path and source.url, "input.url", "name a path or a database, not both"),
        (source.url and not source.query, "input.query", "say what to ask the database"),
        (source.query and not source.url, "input.url", "this key is missing beside input.query"),
        (output.url and not output.table, "output.table", "name the table to write"),
        (
            output.table and not (output.url or source.url),
            "output.url",
            "this key is missing beside output.table",
        ),
        (output.key and not output.table, "output.table", "output.key is of a database's table"),
    ]
    return found + [ConfigError(message, key=key) for wrong, key, message in said if wrong]


def holds_secret(url: str) -> bool:
    """Say whether a password is written out; a value such as ``${NAME}`` is none."""
    parts = urlsplit(url)
    _, _, password = parts.netloc.rpartition("@")[0].partition(":")
    options = [value for name, value in parse_qsl(parts.query) if "password" in name.lower()]
    return any(value and "${" not in value for value in [password, *options])
