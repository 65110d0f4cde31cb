"""Looking at a job without moving it: findings, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.errors import ConfigError, TableError
from enrich.job import as_violation, check_file, check_job, load_job, raise_all
from enrich.local import problems
from enrich.pipeline.opening import open_ledgers
from enrich.pipeline.prepared import open_input, places_of, tally_of
from enrich.pipeline.teaching import taught
from enrich.records import Shard, Violation

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.job import Job, Overrides
    from enrich.ledger import Ledger, Tally
    from enrich.pipeline.prepared import Prepared


def findings(path: Path | str, overrides: Overrides | None = None) -> list[Violation]:
    """Return everything that can be said of a job file and its table; raises nothing."""
    try:
        job = load_job(path, overrides=overrides)
    except ConfigError:
        return check_file(path, overrides=overrides)
    if job.input.path is None and job.input.url is None:
        return check_job(job)
    unreadable = [as_violation(job.located(each), "job-file") for each in problems(job)]
    try:
        columns = open_input(job).columns
    except TableError as error:
        key = "input.path" if job.input.url is None else "input.query"
        missing = Violation(
            severity="error",
            rule="table",
            path=key,
            message=str(error),
            line=job.line_of(key),
        )
        return [missing, *check_job(job), *unreadable]
    return [*check_job(job, columns), *unreadable]


def check_embedded(job: Job) -> None:
    """Look at what the embedded server is to read, if it is to answer.

    Raises:
        JobError: It cannot be read.
    """
    raise_all([job.located(each) for each in problems(job)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a job is.

    Attributes:
        job: Its name.
        ledger: Where its ledger lies.
        rows: Rows of the table when it was last run; None when it never was.
        requests: How many requests are in each state.
        tasks: The same for each task, where there is more than one.
        shards: The same for each shard, where there are some; nothing for one that has not begun.
        spent_usd: Price of the runs of this round, in US dollars.
        extra_runs: Runs that were paid for twice.
    """

    job: str
    ledger: str
    rows: int | None = None
    requests: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, dict[str, int]] = field(default_factory=dict)
    shards: dict[str, dict[str, int]] = field(default_factory=dict)
    spent_usd: float = 0.0
    extra_runs: int = 0


def status(prepared: Prepared) -> Status:
    """Return how far a job is; also while another process works on it.

    Raises:
        LedgerError: The ledger cannot be read.
    """
    job = prepared.job
    places = places_of(job)
    there = places.shards()
    if not (there if job.shard.whole else job.shard in there):
        return Status(job=prepared.name, ledger=places.name(job.shard))
    with open_ledgers(job, read_only=True) as ledgers:
        prepared = taught(prepared, ledgers)
        counted = ledgers.present
        if not job.shard.whole:
            counted = {job.shard: counted[job.shard]}
        by_shard = {shard: _tallies(prepared, ledger) for shard, ledger in counted.items()}
        extra_runs = sum(
            tally.extra_runs
            for ledger in ledgers.there.values()
            for tally in _tallies(prepared, ledger).values()
        )
        whole = ledgers if job.shard.whole else counted[job.shard]
        round_ = whole.round(prepared.name)
    tasks: dict[str, Counter[str]] = {}
    for tallies in by_shard.values():
        for name, tally in tallies.items():
            tasks.setdefault(name, Counter()).update(_states(tally))
    names = [places.name(shard) for shard in counted]
    of = ledgers.shard.of
    division = [Shard(index, of) for index in range(of)] if job.shard.whole and of > 1 else []
    return Status(
        job=prepared.name,
        ledger=names[0] if len(names) == 1 else names[0].rpartition("/")[0],
        rows=round_.rows if round_ else None,
        requests=dict(sum(tasks.values(), Counter())),
        tasks={name: dict(states) for name, states in tasks.items() if len(prepared.steps) > 1},
        shards={
            str(shard): dict(sum(map(_states, by_shard.get(shard, {}).values()), Counter()))
            for shard in division
        },
        spent_usd=round_.micro_usd / 1_000_000 if round_ else 0.0,
        extra_runs=extra_runs,
    )


def _tallies(prepared: Prepared, ledger: Ledger) -> dict[str, Tally]:
    """Return how the requests of each task stand that a ledger knows."""
    known = {step.name: tally_of(step, ledger) for step in prepared.steps}
    return {name: tally for name, tally in known.items() if tally is not None}


def _states(tally: Tally) -> Counter[str]:
    return Counter({state.value: number for state, number in tally.states.items()})
