"""`enrich doctor`: is all that a run needs in order?"""

from __future__ import annotations

import platform
import shutil
import sys
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypedDict

import click

from enrich._version import __version__
from enrich.cli.options import read_job
from enrich.cli.printing import print_lines, to_json
from enrich.errors import ApiError, ConfigError, EnrichError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.job import Job
    from enrich.ledger import Places
    from enrich.records import Shard

PACKAGES: Final = ("pyarrow", "pandas", "httpx", "pydantic", "starlette", "duckdb", "keyring")
LOW_DISK: Final = 1 << 30
MAX_CLOCK_S: Final = 60.0
TIMEOUT_S: Final = 10.0

Verdict = Literal["good", "warning", "bad"]


class _Trouble(TypedDict):
    verdict: Verdict
    said: str


_SIGNS: Final = {"good": "ok  ", "warning": "look", "bad": "BAD "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, and how it is.

    Attributes:
        what: The thing.
        verdict: How it is.
        said: What was found, and what to do if it is not good.
    """

    what: str
    verdict: Verdict
    said: str


@click.command(epilog="Example: enrich doctor configs/countries.yaml")
@click.argument("job", type=click.Path(dir_okay=False), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(job: str | None, as_json: bool) -> None:
    """Say whether key, API, versions, clock, ledger and disk are in order. Spends nothing.

    With a job it looks at what the job names, without one at the hosted API and this
    folder. The key itself is never printed.
    """
    found = list(examine(_job_of(job)))
    if as_json:
        from dataclasses import asdict

        print_lines([to_json([asdict(each) for each in found])])
    else:
        width = max(len(each.what) for each in found)
        print_lines(f"{_SIGNS[each.verdict]} {each.what:<{width}}  {each.said}" for each in found)
    raise click.exceptions.Exit(
        ConfigError.exit_code if any(each.verdict == "bad" for each in found) else 0
    )


def _job_of(path: str | None) -> Job:
    if path is not None:
        return read_job(path)
    from enrich.job import make_job

    return make_job({"task": {"processor": "base", "inputs": "{x}", "output": {"text": "x"}}})


def examine(job: Job) -> Iterator[Finding]:
    """Yield a finding for each thing that a run needs."""
    from enrich.job import LOCAL

    yield from _versions()
    if job.api.base_url == LOCAL:
        yield from _documents(job)
    else:
        key, found = _key(job)
        yield found
        yield from _api(job, key)
    yield from _ledgers(job)
    yield _disk(job.state_folder)


def _versions() -> Iterator[Finding]:
    said = f"enrich {__version__}, Python {platform.python_version()} on {platform.system()}"
    old = sys.version_info < (3, 11)
    yield Finding(what="program", verdict="bad" if old else "good", said=said)
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    yield Finding(what="packages", verdict="good", said=packages)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _documents(job: Job) -> Iterator[Finding]:
    for folder in job.local.corpus or ("",):
        there = bool(folder) and Path(folder).exists()
        said = (
            folder
            if there
            else f"{folder or 'local.corpus'} is not there; name a folder of documents"
        )
        yield Finding(what="documents", verdict="good" if there else "bad", said=said)


def _key(job: Job) -> tuple[str | None, Finding]:
    try:
        key = job.api.key()
    except ConfigError as error:
        return None, Finding(what="key", verdict="bad", said=error.message)
    if key is None:
        return None, Finding(what="key", verdict="good", said="none is needed")
    secret = key.get_secret_value()
    if secret != secret.strip() or not secret.isprintable():
        said = f"{job.api.key_origin()} has blanks or line breaks in it; take them out"
        return None, Finding(what="key", verdict="bad", said=said)
    said = f"there is one of {len(secret)} characters, from {job.api.key_origin()}"
    return secret, Finding(what="key", verdict="good", said=said)


def _api(job: Job, key: str | None) -> Iterator[Finding]:
    """Ask the API for a run that is not there: that costs nothing, and tells what it says to the key."""
    import asyncio

    from enrich.taskapi.client import TaskApi

    url = job.api.base_url

    async def looked() -> str | None:
        async with TaskApi(url, key, answer_timeout_s=TIMEOUT_S) as api:
            return await api.look()

    began = time.monotonic()
    try:
        date = asyncio.run(looked())
    except ApiError as error:
        yield Finding(what="API", **_trouble(job, key, error))
        return
    took_ms = (time.monotonic() - began) * 1000
    yield Finding(what="API", verdict="good", said=f"{url} answers in {took_ms:.0f} ms")
    yield from _clock(date)


def _trouble(job: Job, key: str | None, error: ApiError) -> _Trouble:
    url, status = job.api.base_url, error.status
    if status in {401, 403}:
        if key is None:
            return {"verdict": "bad", "said": f"{url} answers, and wants a key"}
        said = f"{url} does not take the key ({status}); it comes from {job.api.key_origin()}"
        return {"verdict": "bad", "said": said}
    if status is not None and status >= 500:
        return {"verdict": "warning", "said": f"{url} answers {status}; try again later"}
    if status is not None:
        return {"verdict": "bad", "said": f"{url}: {error}"}
    said = f"{url} cannot be reached ({error.message}). Check the address, proxy and network."
    return {"verdict": "bad", "said": said}


def _clock(date: str | None) -> Iterator[Finding]:
    if date is None:
        return
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return
    apart_s = abs(time.time() - theirs)
    if apart_s > MAX_CLOCK_S:
        said = (
            f"{apart_s:,.0f} s apart from the API's; set it, or refresh_after goes by a wrong time"
        )
        yield Finding(what="clock", verdict="warning", said=said)
    else:
        yield Finding(what="clock", verdict="good", said="as the API's, within a minute")


def _ledgers(job: Job) -> Iterator[Finding]:
    from enrich.pipeline import places_of

    try:
        places = places_of(job)
        shards = places.shards()
    except EnrichError as error:
        yield Finding(what="ledger", verdict="bad", said=str(error))
        return
    if not shards:
        said = f"{places.name(job.shard)}: none yet; `enrich run` makes it"
        yield Finding(what="ledger", verdict="good", said=said)
    for shard in shards:
        yield _ledger(places, shard)


def _ledger(places: Places, shard: Shard) -> Finding:
    name = places.name(shard)
    try:
        with places.open(shard, read_only=True) as ledger:
            wrong = ledger.damage()
            tally = ledger.tally()
    except EnrichError as error:
        return Finding(what="ledger", verdict="bad", said=str(error))
    if wrong:
        said = f"{name} is damaged: {wrong}. Keep the file, and take it back from a backup."
        return Finding(what="ledger", verdict="bad", said=said)
    states = ", ".join(f"{number:,} {state.value}" for state, number in tally.states.items())
    size = ""
    if "://" not in name:
        found = Path(name).stat()
        if found.st_mode & 0o077:
            said = f"{name} can be read by others; chmod 600 it"
            return Finding(what="ledger", verdict="warning", said=said)
        size = f"{found.st_size / 1e6:,.1f} MB; "
    said = f"{name}: whole, {size}{states or 'empty'}"
    return Finding(what="ledger", verdict="good", said=said)


def _disk(state: Path) -> Finding:
    folder = next(each for each in [state, *state.absolute().parents] if each.exists())
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:,.1f} GB free at {state}"
    if free < LOW_DISK:
        return Finding(what="disk", verdict="warning", said=f"{said}; make room before a long run")
    return Finding(what="disk", verdict="good", said=said)
