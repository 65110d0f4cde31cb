"""A job that was checked against its table and the rules, before anything is spent."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enrich.columns import Escalation, Layout
from enrich.errors import ConfigError, LedgerError, SpecError
from enrich.inputs import Mapper, canonical
from enrich.job import (
    LOCAL,
    check_job,
    escalated_fields,
    escalated_task,
    job_layout,
    query_of,
    resolve_inputs,
    resolve_task,
    target_of,
)
from enrich.ledger import Cap, FolderPlaces, SharedPlaces, Tally
from enrich.records import WHOLE, Column, ColumnKind, Shard, State
from enrich.spec.processors import PROCESSORS
from enrich.tables import CsvOptions, check_writable, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from enrich.job import Asked, Job
    from enrich.ledger import Ledger, Places
    from enrich.records import Task
    from enrich.tables import Table, Target

_HIDDEN = tuple(
    Column(name="", kind=kind, field=None, schema={})
    for kind in (ColumnKind.STATUS, ColumnKind.ERROR)
)
"""Behind the columns of one task of several: what its own status and error are told in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One task of a job, or the asking again of one: a plan, a purchase and a merge.

    Attributes:
        asked: The task in the job.
        task: What is asked.
        mapper: Makes its inputs; of an escalation, those of the task that it goes on from.
        columns: What it adds to the table; nothing for an escalation.
        reads: Numbers of the earlier steps whose columns it reads.
        made: Names of the columns that earlier steps made.
        micro_usd_per_run: Price of a run in millionths of a dollar.
        first: Number of the step that an escalation goes on from.
        escalation: What decides which rows are asked again, and which answer is kept.
        max_micro_usd: What an escalation may cost.
        apart: The task as it is asked for the filled rows that it is told of, by their input: of
            them its own row is left out.
    """

    asked: Asked
    task: Task
    mapper: Mapper
    columns: tuple[Column, ...] = ()
    reads: tuple[int, ...] = ()
    made: frozenset[str] = frozenset()
    micro_usd_per_run: int = 0
    first: int | None = None
    escalation: Escalation | None = None
    max_micro_usd: int | None = None
    apart: Mapping[bytes, Task] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.task.name

    @property
    def part(self) -> str:
        """Return what its price is counted under; all escalations share what they may cost."""
        return self.name if self.first is None else "escalated"

    @property
    def sends(self) -> tuple[str, ...]:
        """Return the columns whose cells leave the machine; of filled rows, the values too."""
        values = (c.name for c in self.told if self.apart)
        return tuple(dict.fromkeys([*self.mapper.sent, *values]))

    @property
    def told(self) -> tuple[Column, ...]:
        """Return the columns whose cells may teach: those that the table has already."""
        values = (column for column in self.columns if column.kind is ColumnKind.VALUE)
        return tuple(column for column in values if column.position is not None)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return all that it asks: its task, and the same apart for rows that teach."""
        return (self.task, *self.apart.values())

    def task_for(self, body: bytes) -> Task:
        """Return what is asked of a row, by its input."""
        return self.apart.get(body, self.task)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A job that was checked: nothing in it can fail for a mistake of the user any more."""

    job: Job
    steps: tuple[Step, ...]
    table: Table
    targets: Sequence[str | Target]
    layout: Layout

    @property
    def name(self) -> str:
        """Return what the job is called: its file's name without the ending."""
        return self.job.path.stem if self.job.path else "job"

    @property
    def columns(self) -> list[Column]:
        """Return the columns that are added to the table."""
        return self.layout.columns

    @property
    def several(self) -> bool:
        """Return whether rows have more than one status: there are several tasks."""
        return len(self.layout.parts) > 1

    def again(self, index: int) -> int | None:
        """Return the number of the step that asks a step's fields again."""
        after = index + 1
        is_there = after < len(self.steps) and self.steps[after].first == index
        return after if is_there else None

    def cap(
        self,
        step: Step,
        part: int | None,
        former: tuple[int, int] = (0, 0),
        part_former: tuple[int, int] = (0, 0),
    ) -> Cap:
        """Return what a shard's round may cost, and a step's part of it.

        Args:
            step: The step.
            part: The number of its part of the round.
            former: Runs, and their price, that the round bought with other numbers of shards.
            part_former: The same of the step's part.
        """
        budget, share = self.job.budget, self.job.shard.share
        max_usd, limit = budget.max_cost_usd, step.max_micro_usd
        return Cap(
            micro_usd_per_run=step.micro_usd_per_run,
            max_runs=None
            if budget.max_runs is None
            else share(max(0, budget.max_runs - former[0])),
            max_micro_usd=None
            if max_usd is None
            else share(max(0, int(max_usd * 1_000_000) - former[1])),
            part=part,
            part_max_micro_usd=None if limit is None else share(max(0, limit - part_former[1])),
        )

    @property
    def sends(self) -> tuple[str, ...]:
        """Return the table's columns whose cells leave the machine."""
        names = (name for step in self.steps for name in step.sends if name not in step.made)
        return tuple(dict.fromkeys(names))

    def field_of(self, column: Column) -> str:
        """Return what a column's field is called in counts: with its task's prefix."""
        if not self.several:
            return str(column.field)
        prefix = self.job.output.prefix
        value = column.name.removeprefix(prefix)
        return (
            value.removesuffix(f"_{column.kind}") if column.kind is not ColumnKind.VALUE else value
        )

    @property
    def read(self) -> list[str]:
        """Return the columns of the table whose cells are looked at."""
        names = [
            name for step in self.steps for name in step.mapper.columns if name not in step.made
        ]
        written = [column.name for column in self.columns if column.position is not None]
        return list(dict.fromkeys([*names, *written]))


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
    tasks = [resolve_task(job, asked) for asked in job.asked]
    made = job_layout(job, tasks, table.columns)
    targets = outputs(job)
    for target in targets:
        check_writable(target, table, made.columns, encoding=encoding_of(job, target))
    return Prepared(
        job=job,
        steps=tuple(steps_of(job, tasks, made, table.columns)),
        table=table,
        targets=targets,
        layout=made,
    )


def steps_of(
    job: Job,
    tasks: Sequence[Task],
    made: Layout,
    columns: Sequence[str],
    apart: Sequence[Mapping[bytes, Task]] | None = None,
) -> list[Step]:
    """Return the steps of a job: each task, and behind it the asking again of its fields.

    Args:
        job: The job.
        tasks: Its tasks in the wire's form, in order.
        made: The columns that they add.
        columns: The table's own.
        apart: Each task as it is asked for the filled rows that it is told of.
    """
    steps: list[Step] = []
    makers: dict[str, int] = {}
    told = apart or [{}] * len(tasks)
    for asked, task, part, rows in zip(job.asked, tasks, made.parts, told, strict=True):
        known = list(dict.fromkeys([*columns, *makers]))
        mapper = Mapper(task, resolve_inputs(job, asked), asked.task.only_if, known)
        earlier = {name: makers[name] for name in mapper.columns if name in makers}
        first = len(steps)
        steps.append(
            Step(
                asked=asked,
                task=task,
                mapper=mapper,
                columns=(*part, *(_HIDDEN if len(tasks) > 1 else made.own)),
                reads=tuple(sorted(set(earlier.values()))),
                made=frozenset(earlier),
                micro_usd_per_run=_micro_usd_per_run(job, task.processor, f"{asked.key}.processor"),
                apart=rows,
            )
        )
        again = escalated_task(job, task)
        if again is not None and job.escalate is not None:
            limit = job.escalate.max_cost_usd
            steps.append(
                Step(
                    asked=asked,
                    task=again,
                    mapper=mapper,
                    reads=(first,),
                    made=frozenset(earlier),
                    micro_usd_per_run=_micro_usd_per_run(
                        job, again.processor, "escalate.processor"
                    ),
                    first=first,
                    escalation=Escalation(part, escalated_fields(job, task), job.escalate.below),
                    max_micro_usd=None if limit is None else int(limit * 1_000_000),
                    apart={
                        body: other
                        for body, own in rows.items()
                        if (other := escalated_task(job, own)) is not None
                    },
                )
            )
        makers |= dict.fromkeys((column.name for column in part), first)
    return steps


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


def _micro_usd_per_run(job: Job, named: str, key: str) -> int:
    """Return a run's price in millionths of a dollar; our own server is free.

    Raises:
        ConfigError: It is not known, and the job says what may be spent.
    """
    if named in job.prices:
        return round(job.prices[named] * 1000)
    if job.api.base_url == LOCAL:
        return 0
    if price_is_known(job, named):
        return PROCESSORS[named].usd_per_1000 * 1000
    limits = {
        "budget.max_cost_usd": job.budget.max_cost_usd,
        "confirm_above_usd": job.confirm_above_usd,
    }
    if job.escalate and key == "escalate.processor":
        limits["escalate.max_cost_usd"] = job.escalate.max_cost_usd
    for limit, usd in limits.items():
        if usd is not None:
            message = (
                f"the price of {named} is not known, so {limit} cannot be held; "
                "give it in prices, or use budget.max_runs"
            )
            raise ConfigError(message, path=job.path, line=job.line_of(key), key=key)
    return 0


def price_is_known(job: Job, processor: str) -> bool:
    """Say whether a run's price is known: of a processor without one nothing is said of money."""
    return job.api.base_url == LOCAL or processor in job.prices or processor in PROCESSORS


def runs_per_minute(job: Job) -> int:
    """Return a shard's part of the API's quota; all of it where it is counted for all together."""
    quota = job.api.runs_per_minute
    return job.shard.share(quota) if job.api.quota is None else quota


def places_of(job: Job) -> Places:
    """Return where a job's ledgers lie: those of its API, since an answer is one API's."""
    parts = urlsplit(job.api.base_url)
    api = "-".join(part for part in (parts.netloc, parts.path.strip("/")) if part) or LOCAL
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", api)
    if job.state_url is not None:
        return SharedPlaces(job.state_url, name)
    return FolderPlaces(job.state_folder, name)


def open_ledger(job: Job, shard: Shard = WHOLE, *, read_only: bool = False) -> Ledger:
    """Open a ledger.

    Raises:
        LedgerError: It is locked, damaged, newer, or (when only read) not there yet.
    """
    places = places_of(job)
    if read_only and shard not in places.shards():
        message = (
            f"there is no ledger at {places.name(shard)}: nothing was bought yet. "
            "`enrich run` makes it."
        )
        raise LedgerError(message)
    return places.open(shard, read_only=read_only)


def note_task(task: Task, ledger: Ledger) -> int:
    """Return the number of a task in the ledger, noting it if it is new."""
    body = task_body(task)
    return ledger.task(hashlib.sha256(body).digest(), task.processor, body.decode())


def known_task(task: Task, ledger: Ledger) -> int | None:
    """Return the number of a task in the ledger, or None if it was never planned."""
    return ledger.task_id(hashlib.sha256(task_body(task)).digest())


def tally_of(step: Step, ledger: Ledger) -> Tally | None:
    """Return how the requests of a step stand; None where it was never planned."""
    known = [known_task(task, ledger) for task in step.tasks]
    tallies = [ledger.tally(number) for number in known if number is not None]
    if not tallies:
        return None
    states = sum((Counter(each.states) for each in tallies), Counter())
    return Tally(states=dict(states), extra_runs=sum(each.extra_runs for each in tallies))


def task_body(task: Task) -> bytes:
    """Return all of a task that decides its answers, as canonical JSON."""
    return canonical({**task.deciding, "processor": task.processor, "task_spec": task.spec})


def is_settled(prepared: Prepared, ledger: Ledger) -> bool:
    """Return whether nothing of the job's tasks is planned, on its way or running."""
    for step in prepared.steps:
        tally = tally_of(step, ledger)
        if tally and any(tally[s] for s in (State.PLANNED, State.SUBMITTING, State.RUNNING)):
            return False
    return True


def part_name(prepared: Prepared, step: Step) -> str:
    """Return what a step's part of the round is called."""
    return f"{prepared.name}/{step.part}"
