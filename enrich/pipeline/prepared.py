"""A job that was checked against its table and the rules, before anything is spent."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.columns import filled, layout
from enrich.errors import ConfigError, LedgerError, SpecError
from enrich.inputs import Mapper, canonical
from enrich.job import LOCAL, check_job, query_of, resolve_inputs, resolve_task, target_of
from enrich.ledger import Cap, Ledger
from enrich.records import Mapped, State
from enrich.spec.processors import PROCESSORS
from enrich.tables import CsvOptions, check_writable, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from enrich.job import Job
    from enrich.records import Column, Task
    from enrich.tables import Batch, Table, Target

FILLED: Final = Mapped(skipped="every value is there already")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A job that was checked: nothing in it can fail for a mistake of the user any more."""

    job: Job
    task: Task
    table: Table
    targets: Sequence[str | Target]
    mapper: Mapper
    columns: Sequence[Column]
    micro_usd_per_run: int

    @property
    def name(self) -> str:
        """Return what the job is called: its file's name without the ending."""
        return self.job.path.stem if self.job.path else "job"

    @property
    def cap(self) -> Cap:
        """Return what a round may cost."""
        budget = self.job.budget
        max_usd = budget.max_cost_usd
        return Cap(
            micro_usd_per_run=self.micro_usd_per_run,
            max_runs=budget.max_runs,
            max_micro_usd=None if max_usd is None else int(max_usd * 1_000_000),
        )

    @property
    def read(self) -> list[str]:
        """Return the columns of the table whose cells are looked at."""
        written = [column.name for column in self.columns if column.position is not None]
        return list(dict.fromkeys([*self.mapper.columns, *written]))


def prepare(job: Job, table: Table | None = None) -> Prepared:
    """Check a job against its table and the published rules, before anything is spent.

    Args:
        job: The job.
        table: The table, when it is no file that the job names.

    Raises:
        ConfigError: The job must be mended; every problem is in it, one a line.
        TableError: The table cannot be read, or the output cannot be written.
    """
    table = table or open_input(job)
    errors = [each for each in check_job(job, table.columns) if each.severity == "error"]
    if errors:
        raise SpecError(errors, path=job.path)
    task = resolve_task(job)
    output = job.output
    columns = layout(
        task, output.columns, table.columns, existing=output.existing, prefix=output.prefix
    )
    targets = outputs(job)
    for target in targets:
        check_writable(target, table, columns, encoding=encoding_of(job, target))
    return Prepared(
        targets=targets,
        job=job,
        task=task,
        table=table,
        mapper=Mapper(task, resolve_inputs(job), job.task.only_if, table.columns),
        columns=columns,
        micro_usd_per_run=_micro_usd_per_run(job),
    )


def open_input(job: Job) -> Table:
    """Open the table that a job reads.

    Raises:
        ConfigError: The job names none.
        TableError: It cannot be read.
    """
    source = job.input
    query = query_of(job)
    if query is not None:
        return open_table(query)
    if source.path is None:
        message = "no table is named"
        raise ConfigError(message, path=job.path, key="input.path")
    options = CsvOptions(
        delimiter=source.delimiter,
        quote=source.quote,
        encoding=source.encoding,
        header=source.header,
        ragged=source.ragged,
    )
    return open_table(source.path, options=options, sheet=source.sheet)


def outputs(job: Job) -> tuple[str | Target, ...]:
    """Return the files, and the table of a database, that a job writes."""
    table = target_of(job)
    return job.output.path if table is None else (*job.output.path, table)


def encoding_of(job: Job, target: str | Target) -> str | None:
    """Return the encoding that a job wants an output in; a database has its own."""
    return job.output.encoding if isinstance(target, str) else None


def _micro_usd_per_run(job: Job) -> int:
    """Return a run's price in millionths of a dollar; our own server is free."""
    named = job.task.processor
    if named in job.prices:
        return round(job.prices[named] * 1000)
    if job.api.base_url == LOCAL:
        return 0
    if named not in PROCESSORS:
        if job.budget.max_cost_usd is not None:
            message = (
                f"the price of {named} is not known, so budget.max_cost_usd cannot "
                "be held; give it in prices, or use budget.max_runs"
            )
            raise ConfigError(
                message, path=job.path, line=job.line_of("task.processor"), key="task.processor"
            )
        return 0
    return PROCESSORS[named].usd_per_1000 * 1000


def mapped_batches(
    prepared: Prepared, *, whole: bool = True, also: Sequence[str] = ()
) -> Iterator[tuple[Batch, list[Mapped | None]]]:
    """Yield the table's batches, and what each row became; None for a row beyond the limit.

    Args:
        prepared: The job.
        whole: Whether the rows will be written again; if not, only what is looked at is read.
        also: Further columns whose cells are looked at.
    """
    left = prepared.job.limit
    skip_filled = prepared.job.output.existing == "fill"
    read = list(dict.fromkeys([*prepared.read, *also]))
    for batch in prepared.table.batches(read, whole=whole):
        mapped: list[Mapped | None] = list(prepared.mapper.map(batch))
        if skip_filled:
            mapped = [
                FILLED if full else each
                for full, each in zip(filled(prepared.columns, batch), mapped, strict=True)
            ]
        if left is not None:
            mapped[left:] = [None] * max(0, len(mapped) - left)
            left = max(0, left - len(batch))
        yield batch, mapped


def ledger_path(job: Job) -> Path:
    """Return where a job's ledger lies: one file for each API, since an answer is one API's."""
    parts = urlsplit(job.api.base_url)
    api = "-".join(part for part in (parts.netloc, parts.path.strip("/")) if part) or LOCAL
    return job.state / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', api)}.db"


def open_ledger(job: Job, *, read_only: bool = False) -> Ledger:
    """Open a job's ledger.

    Raises:
        LedgerError: It is locked, damaged, newer, or (when only read) not there yet.
    """
    path = ledger_path(job)
    if read_only and not path.exists():
        message = f"there is no ledger at {path}: nothing was bought yet. `enrich run` makes it."
        raise LedgerError(message)
    return Ledger(path, read_only=read_only)


def note_task(prepared: Prepared, ledger: Ledger) -> int:
    """Return the number of the job's task in the ledger, noting it if it is new."""
    body = _task_body(prepared.task)
    return ledger.task(hashlib.sha256(body).digest(), prepared.task.processor, body.decode())


def known_task(prepared: Prepared, ledger: Ledger) -> int | None:
    """Return the number of the job's task in the ledger, or None if it was never planned."""
    return ledger.task_id(hashlib.sha256(_task_body(prepared.task)).digest())


def _task_body(task: Task) -> bytes:
    return canonical({**task.deciding, "processor": task.processor, "task_spec": task.spec})


def is_settled(prepared: Prepared, ledger: Ledger) -> bool:
    """Return whether nothing of the job's task is planned, on its way or running."""
    task_id = known_task(prepared, ledger)
    if task_id is None:
        return True
    tally = ledger.tally(task_id)
    return not any(tally[state] for state in (State.PLANNED, State.SUBMITTING, State.RUNNING))
