"""From a file, or from values, to a job whose every key was looked at."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from enrich.errors import ConfigError
from enrich.job.databases import database_problems, located_url
from enrich.job.document import dotted, nearest_line, read_document
from enrich.job.environment import unset
from enrich.job.model import Job, Sample
from enrich.job.problems import explained, raise_all
from enrich.job.quota import quota_problems
from enrich.job.state import state_problems
from enrich.records import Shard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from enrich.job.document import KeyPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What the command line says over the job; None leaves it to the job.

    Paths in it are relative to the folder that the command runs in, not to the job.

    Attributes:
        limit: Rows to ask for.
        sample: Which rows these are: the first, or some at random.
        seed: Decides which at random.
        input_path: Table to read.
        output_path: The one table to write.
        api_url: Address of the API, or ``local``.
        max_cost_usd: Most that the runs may cost, in US dollars.
        shard: The share of the requests to buy, as ``i/n``.
    """

    limit: int | None = None
    sample: Literal["first", "random"] = "first"
    seed: int = 0
    input_path: str | None = None
    output_path: str | None = None
    api_url: str | None = None
    max_cost_usd: Decimal | float | None = None
    shard: str | None = None


def load_job(path: Path | str, *, overrides: Overrides | None = None) -> Job:
    """Read a job file.

    Args:
        path: A YAML file; paths in it are relative to its folder.
        overrides: What the command line says over it.

    Raises:
        ConfigError: Everything that is wrong with it, one fault a line, each with the
            file, its line and its key.
    """
    document = read_document(Path(path))
    problems = list(document.problems)
    job = _validated(_overridden(document.values, overrides), problems)
    if job is not None:
        job._path = document.path  # noqa: SLF001  (how it was made, which is no key of it)
        job._lines = document.lines  # noqa: SLF001
        job = _with_paths(job, overrides)
        problems += _contradictions(job, file=True)
    flags = _flags(overrides)
    for problem in problems:
        if problem.key in flags:
            problem.key = flags[problem.key]
            continue
        problem.path = document.path
        problem.line = problem.line or nearest_line(problem.key, document.lines)
    raise_all(problems)
    assert job is not None  # noqa: S101  (without a job there was a problem)
    return _limited(job, overrides)


def make_job(
    values: Mapping[str, object],
    *,
    folder: Path | str | None = None,
    overrides: Overrides | None = None,
) -> Job:
    """Make a job from Python values, with the keys of a job file.

    Unlike a file it need not name input and output tables, and ``task.output`` may be a
    pydantic class.

    Args:
        values: As a file would have them.
        folder: What relative paths start from; None for the current folder.
        overrides: What holds over them.

    Raises:
        ConfigError: Everything that is wrong with it, one fault a line, each with its key.
    """
    problems: list[ConfigError] = []
    job = _validated(_overridden(values, overrides), problems)
    if job is not None:
        job = _with_paths(job, overrides, Path(folder) if folder is not None else Path())
        problems += _contradictions(job, file=False)
    raise_all(problems)
    assert job is not None  # noqa: S101  (without a job there was a problem)
    return _limited(job, overrides)


def _validated(values: Mapping[str, object], problems: list[ConfigError]) -> Job | None:
    try:
        # The wire's own models let unknown members pass; a job does not.
        return Job.model_validate(dict(values), extra="forbid")
    except ValidationError as error:
        problems += [ConfigError(said, key=dotted(key)) for key, said in explained(error)]
        return None


def _overridden(values: Mapping[str, object], overrides: Overrides | None) -> dict[str, object]:
    made = dict(values)
    if overrides is None:
        return made
    # A file instead of a database.
    for part, path, instead in (
        ("input", overrides.input_path, {"url", "query"}),
        ("output", overrides.output_path, {"url", "table", "key"}),
    ):
        there = made.get(part)
        if path is not None and isinstance(there, dict):
            made[part] = {name: value for name, value in there.items() if name not in instead}
    for part, name, value in (
        ("input", "path", overrides.input_path),
        ("output", "path", overrides.output_path),
        ("api", "base_url", overrides.api_url),
        ("budget", "max_cost_usd", overrides.max_cost_usd),
    ):
        there = made.get(part)
        if value is not None and (there is None or isinstance(there, dict)):
            made[part] = {**(there or {}), name: value}
    return made


def _flags(overrides: Overrides | None) -> dict[str | None, str]:
    """Return the keys whose values do not stand in the file, with what they come from."""
    given = overrides or Overrides()
    of = {
        "input.path": (given.input_path, "--input"),
        "output.path": (given.output_path, "--output"),
        "api.base_url": (given.api_url, "--api-url"),
        "budget.max_cost_usd": (given.max_cost_usd, "--max-cost"),
    }
    return {key: flag for key, (value, flag) in of.items() if value is not None}


def _with_paths(job: Job, overrides: Overrides | None, folder: Path | None = None) -> Job:
    """Return the job with its paths made relative to the current folder, or absolute."""
    start = job.folder if folder is None else folder
    given = overrides or Overrides()

    def from_here(path: str) -> str:
        return path if "://" in path else os.path.normpath(start / os.path.expanduser(path))  # noqa: PTH111  (Path's raises for a user that is not known)

    source = job.input.path
    if source is not None and given.input_path is None:
        source = from_here(source)
    targets = job.output.path
    if given.output_path is None:
        targets = tuple(from_here(path) for path in targets)
    return job.model_copy(
        update={
            "input": job.input.model_copy(
                update={"path": source, "url": located_url(job.input.url, from_here)}
            ),
            "output": job.output.model_copy(
                update={"path": targets, "url": located_url(job.output.url, from_here)}
            ),
            "local": job.local.model_copy(
                update={"corpus": tuple(from_here(path) for path in job.local.corpus)}
            ),
            "state": from_here(job.state),
        }
    )


def _limited(job: Job, overrides: Overrides | None) -> Job:
    if overrides is not None and overrides.shard is not None:
        job._shard = _shard(overrides.shard)  # noqa: SLF001
    if overrides is not None and overrides.limit is not None:
        if overrides.limit < 0:
            raise ConfigError(f"{overrides.limit} is no number of rows", key="limit")
        seed = overrides.seed if overrides.sample == "random" else None
        job._sample = Sample(rows=overrides.limit, seed=seed)  # noqa: SLF001
    elif overrides is not None and overrides.sample == "random":
        raise ConfigError("say how many rows with --limit", key="sample")
    return job


def _shard(text: str) -> Shard:
    """Read ``i/n``; counting may begin at 0 or at 1, so n stands for 0."""
    named = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text.strip())
    index, of = (int(part) for part in named.groups()) if named else (0, 0)
    if of < 1 or index > of:
        message = f"{text!r} is no share of the work; write i/n, such as 0/4 for the first of four"
        raise ConfigError(message, key="shard")
    return Shard(index % of, of)


def _contradictions(job: Job, *, file: bool) -> list[ConfigError]:
    """Return what is wrong between keys that are each right."""
    found: list[ConfigError] = []
    if file and "version" not in job.model_fields_set:
        found.append(ConfigError("this key is missing; write `version: 1`", key="version"))
    if file and job.input.path is None and job.input.url is None:
        found.append(ConfigError("this key is missing", key="input.path"))
    if file and not job.output.path and job.output.table is None:
        found.append(ConfigError("this key is missing", key="output.path"))
    found += database_problems(job)
    found += quota_problems(job)
    found += state_problems(job)
    found += _same_file(job)
    found += _task_problems(job)
    for asked in job.asked:
        for index, server in enumerate(asked.task.mcp_servers or ()):
            secret = {"url": server.url, "headers": server.headers or {}}
            found += unset(secret, f"{asked.key}.mcp_servers.{index}")
        if asked.task.webhook is not None:
            found += unset({"url": asked.task.webhook.url}, f"{asked.key}.webhook")
    return found


def _task_problems(job: Job) -> list[ConfigError]:
    found: list[ConfigError] = []
    if job.task is None and job.tasks is None:
        found.append(ConfigError("this key is missing", key="task"))
    if job.task is not None and job.tasks is not None:
        found.append(ConfigError("keep either task or tasks; task is a list of one", key="tasks"))
    names: set[str] = set()
    for asked in job.asked if job.tasks is not None else ():
        name = asked.task.name
        if "name" not in asked.task.model_fields_set:
            message = "this key is missing; several tasks are told apart by it"
            found.append(ConfigError(message, key=f"{asked.key}.name"))
        elif name in names:
            found.append(ConfigError(f"two tasks are called `{name}`", key=f"{asked.key}.name"))
        if job.escalate is not None and name.endswith("escalated"):
            message = "what is asked again is called so; give the task another name"
            found.append(ConfigError(message, key=f"{asked.key}.name"))
        names.add(name)
    if job.examples and job.output.existing != "fill":
        message = (
            "filled rows are looked for in columns that are there: set output.existing to fill"
        )
        found.append(ConfigError(message, key="examples"))
    return found


def _same_file(job: Job) -> list[ConfigError]:
    source = job.input.path
    if source is None or job.output.existing != "error":
        return []
    found = []
    for index, target in enumerate(job.output.path):
        if _place(source) == _place(target):
            key: KeyPath = ("output", "path", index)
            message = (
                f"{target} is the input; name another file, or set output.existing to "
                "overwrite or fill"
            )
            found.append(
                ConfigError(message, key=dotted(key if len(job.output.path) > 1 else key[:2]))
            )
    return found


def _place(path: str) -> str:
    # What no file system takes (a zero byte) is refused where it is opened.
    return path if "://" in path or "\0" in path else os.path.realpath(path)
