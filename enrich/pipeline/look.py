"""Looking at a job without moving it: findings, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from enrich.errors import ConfigError, TableError
from enrich.job import check_file, check_job, load_job
from enrich.pipeline.prepared import known_task, ledger_path, open_input, open_ledger
from enrich.pipeline.teaching import taught
from enrich.records import Violation

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.job import Overrides
    from enrich.pipeline.prepared import Prepared


def findings(path: Path | str, overrides: Overrides | None = None) -> list[Violation]:
    """Return everything that can be said of a job file and its table; raises nothing."""
    try:
        job = load_job(path, overrides=overrides)
    except ConfigError:
        return check_file(path, overrides=overrides)
    if job.input.path is None and job.input.url is None:
        return check_job(job)
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
        return [missing, *check_job(job)]
    return check_job(job, columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a job is.

    Attributes:
        job: Its name.
        ledger: Where its ledger lies.
        rows: Rows of the table when it was last run; None when it never was.
        requests: How many requests are in each state.
        tasks: The same for each task, where there is more than one.
        spent_usd: Price of the runs of this round, in US dollars.
        extra_runs: Runs that were paid for twice.
    """

    job: str
    ledger: str
    rows: int | None = None
    requests: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, dict[str, int]] = field(default_factory=dict)
    spent_usd: float = 0.0
    extra_runs: int = 0


def status(prepared: Prepared) -> Status:
    """Return how far a job is; also while another process works on it.

    Raises:
        LedgerError: The ledger cannot be read.
    """
    path = ledger_path(prepared.job)
    empty = Status(job=prepared.name, ledger=str(path))
    if not path.exists():
        return empty
    with open_ledger(prepared.job, read_only=True) as ledger:
        prepared = taught(prepared, ledger)
        tallies = {
            step.name: ledger.tally(task_id)
            for step in prepared.steps
            if (task_id := known_task(step, ledger)) is not None
        }
        if not tallies:
            return empty
        round_ = ledger.round(prepared.name)
    requests: Counter[str] = Counter()
    for tally in tallies.values():
        requests.update({state.value: number for state, number in tally.states.items()})
    several = len(prepared.steps) > 1
    return Status(
        job=prepared.name,
        ledger=str(path),
        rows=round_.rows if round_ else None,
        requests=dict(requests),
        tasks={
            name: {state.value: number for state, number in tally.states.items()}
            for name, tally in tallies.items()
            if several
        },
        spent_usd=round_.micro_usd / 1_000_000 if round_ else 0.0,
        extra_runs=sum(tally.extra_runs for tally in tallies.values()),
    )
