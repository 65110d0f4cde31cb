"""merge: the table again with the new columns, from what the ledgers hold. Spends nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from enrich.columns import is_empty
from enrich.pipeline.plan import note_reason
from enrich.pipeline.prepared import encoding_of
from enrich.pipeline.rows import batches
from enrich.pipeline.teaching import taught
from enrich.records import KEEP, LOST, ColumnKind, RowStatus, says_nothing
from enrich.tables import open_writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from enrich.ledger import Ledgers
    from enrich.pipeline.prepared import Prepared, Step
    from enrich.pipeline.rows import Rows
    from enrich.records import Column, Mapped, Outcome
    from enrich.tables import Batch, TableWriter

SHOWN_ROWS: Final = 5


@dataclass(slots=True, kw_only=True)
class Merged:
    """What was written.

    Attributes:
        paths: The tables.
        rows: Rows in each.
        statuses: How many rows ended in each way.
        filled: Rows with a value, by field.
        answered: Rows whose task completed, by field: those that could have a value.
        confidence: How sure the values are, by field.
        tasks: How many rows ended in each way in each task, where there is more than one.
        errors: Rows that failed or were refused, by reason.
        examples: Where the first row of each reason stands.
        first: Some rows: their key, the inputs and the new values.
    """

    paths: tuple[str, ...] = ()
    rows: int = 0
    statuses: Counter[RowStatus] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    confidence: dict[str, Counter[str]] = field(default_factory=dict)
    tasks: dict[str, Counter[RowStatus]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    first: list[dict[str, object]] = field(default_factory=list)


def merge(
    prepared: Prepared, ledgers: Ledgers, *, into: Sequence[TableWriter] | None = None
) -> Merged:
    """Write the table again with the new columns, from what the ledgers hold.

    The output is a function of table, ledgers and layout: merging twice gives equal bytes.

    Args:
        prepared: The job.
        ledgers: Where the results are.
        into: Where to write; None for the files that the job names.

    Raises:
        TableError: The table cannot be read, or an output cannot be written; the
            outputs that were there are whole then.
    """
    job, columns = prepared.job, prepared.columns
    made = Merged(paths=tuple(map(str, prepared.targets)))
    for column in columns:
        if column.kind is ColumnKind.VALUE:
            made.filled[prepared.field_of(column)] = 0
            made.confidence[prepared.field_of(column)] = Counter()
    prepared = taught(prepared, ledgers)
    if into is None:
        into = [
            open_writer(target, prepared.table, columns, encoding=encoding_of(job, target))
            for target in prepared.targets
        ]
    with ExitStack() as stack:
        writers = [stack.enter_context(writer) for writer in into]
        for rows in batches(prepared, ledgers):
            made_cells = _cells(prepared, rows)
            for writer in writers:
                writer.write(rows.batch, made_cells)
            _summarize(made, prepared, rows, made_cells)
    return made


def outcomes(prepared: Prepared, ledgers: Ledgers) -> Iterator[Outcome]:
    """Yield how each row of the table stands in the job's first task, in order."""
    for rows in batches(taught(prepared, ledgers), ledgers, whole=False):
        yield from rows.best(0)


def settled_batches(
    prepared: Prepared, ledgers: Ledgers, *, also: Sequence[str] = ()
) -> Iterator[Settled]:
    """Yield the table's batches, and how their rows stand, for who tells of them.

    Args:
        prepared: The job.
        ledgers: Where the results are.
        also: Further columns whose cells are looked at.
    """
    prepared = taught(prepared, ledgers)
    parts = [index for index, step in enumerate(prepared.steps) if step.first is None]
    for rows in batches(prepared, ledgers, whole=False, also=also):
        made = _cells(prepared, rows)
        own = len(prepared.columns) - len(prepared.layout.own)
        yield Settled(
            batch=rows.batch,
            statuses=[RowStatus(str(status)) for status in made[own]],
            errors=made[own + 1],
            parts=[
                Part(
                    mapped=rows.mapped(index),
                    outcomes=rows.best(index),
                    first=rows.outcomes(index),
                    again=None
                    if (after := prepared.again(index)) is None
                    else rows.outcomes(after),
                )
                for index in parts
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How the rows of a batch stand in one task.

    Attributes:
        mapped: What each row asks.
        outcomes: The answer that counts.
        first: The first answer.
        again: The second one, where a larger processor is asked again; else None.
    """

    mapped: list[Mapped | None]
    outcomes: list[Outcome]
    first: list[Outcome]
    again: list[Outcome] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A batch of rows, and how they stand in all tasks together and in each.

    Attributes:
        batch: The rows.
        statuses: How each ended.
        errors: Why, where there is something to say.
        parts: The same in each task.
    """

    batch: Batch
    statuses: list[RowStatus]
    errors: list[object]
    parts: list[Part]


def _cells(prepared: Prepared, rows: Rows) -> list[list[object]]:
    """Return the cells of all new columns; a row's own are made of all tasks' together."""
    if not prepared.several:
        return rows.cells(0)
    own = len(prepared.layout.own)
    parts = [i for i, step in enumerate(prepared.steps) if step.first is None]
    made = [written for index in parts for written in rows.cells(index)[:-own]]
    told = [rows.cells(index)[-own:] for index in parts]
    names = [prepared.steps[index].name for index in parts]
    count = len(rows.batch)
    statuses: list[object] = [None] * count
    errors: list[object] = [None] * count
    for place in range(count):
        each = [(str(status[place]), error[place]) for status, error in told]
        worst = min((status for status, _ in each), key=_GRAVEST.index)
        statuses[place] = worst
        said = [
            f"{name}: {error}"
            for name, (status, error) in zip(names, each, strict=True)
            if error is not None and (status != RowStatus.SKIPPED or worst == RowStatus.SKIPPED)
        ]
        errors[place] = "; ".join(said) or None
    return [*made, statuses, errors]


_GRAVEST: Final = [
    RowStatus.FAILED.value,
    RowStatus.REFUSED.value,
    RowStatus.PENDING.value,
    RowStatus.COMPLETED.value,
    RowStatus.SKIPPED.value,
]
"""What a row is that several tasks ask: the first of these that one of them is."""


def _summarize(
    made: Merged, prepared: Prepared, rows: Rows, made_cells: Sequence[Sequence[object]]
) -> None:
    batch = rows.batch
    made.rows += len(batch)
    statuses = made_cells[len(prepared.columns) - len(prepared.layout.own)]
    made.statuses.update(_counted(statuses))
    for index in range(len(prepared.steps)):
        _count(made, prepared, rows, index)
    for column, written in zip(prepared.columns, made_cells, strict=True):
        name = prepared.field_of(column)
        if column.kind is ColumnKind.VALUE:
            made.filled[name] += sum(not says_nothing(c) for c in written if c is not KEEP)
        elif column.kind is ColumnKind.CONFIDENCE:
            made.confidence[name].update(str(cell) for cell in written if cell is not None)
    if len(made.first) < SHOWN_ROWS:
        made.first += _shown(prepared, batch, made_cells)[: SHOWN_ROWS - len(made.first)]


def _count(made: Merged, prepared: Prepared, rows: Rows, index: int) -> None:
    """Count how rows ended in one step."""
    step, several = prepared.steps[index], len(prepared.steps) > 1
    statuses, errors = _ended(rows, step, index)
    counts = _counted(statuses)
    if several:
        made.tasks.setdefault(step.name, Counter()).update(counts)
    if counts[RowStatus.FAILED] or counts[RowStatus.REFUSED]:
        for place, (status, error) in enumerate(zip(statuses, errors, strict=True)):
            if status in LOST:
                reason = str(error or "no reason given")
                named = f"{step.name}: {reason}" if several else reason
                note_reason(made.errors, named)
                if named in made.errors and named not in made.examples:
                    made.examples[named] = rows.batch.locate(place)
    # An escalation has no columns, and its outputs need not be read again.
    cells = rows.cells(index) if step.columns else ()
    for column, written in zip(step.columns, cells, strict=True):
        if column.kind is ColumnKind.VALUE:
            name = prepared.field_of(column)
            made.answered[name] += counts[RowStatus.COMPLETED]
            made.filled[name] += _had(rows, column, written, statuses)


def _had(rows: Rows, column: Column, written: Sequence[object], statuses: Sequence[object]) -> int:
    """Return how many completed rows had a value of their own, which stays and counts like another."""
    if KEEP not in written:
        return 0
    return sum(
        cell is KEEP and status == RowStatus.COMPLETED and not is_empty(had)
        for had, cell, status in zip(rows.batch.column(column.name), written, statuses, strict=True)
    )


def _counted(statuses: Iterable[object]) -> Counter[RowStatus]:
    return Counter({RowStatus(str(status)): n for status, n in Counter(statuses).items()})


def _ended(rows: Rows, step: Step, index: int) -> tuple[Sequence[object], Sequence[object]]:
    """Return the rows' statuses and errors in one step, as they are written."""
    if step.first is not None:
        found = rows.outcomes(index)
        return [outcome.status for outcome in found], [outcome.error for outcome in found]
    # Not the outcome's own: an output that cannot be read makes its row a failed one.
    written = {
        column.kind: cells
        for column, cells in zip(step.columns, rows.cells(index), strict=True)
        if column.field is None
    }
    return written[ColumnKind.STATUS], written[ColumnKind.ERROR]


def _shown(
    prepared: Prepared, batch: Batch, made_cells: Sequence[Sequence[object]]
) -> list[dict[str, object]]:
    """Return the first rows of a batch: the inputs' cells and the new values."""
    values = [
        (column.name, written)
        for column, written in zip(prepared.columns, made_cells, strict=True)
        if column.kind is ColumnKind.VALUE
    ]
    sent = [(name, batch.column(name)) for name in prepared.sends]
    kept = {name: batch.column(name) for name, written in values if KEEP in written}
    return [
        {
            name: kept[name][index] if written[index] is KEEP else written[index]
            for name, written in [*sent, *values]
        }
        for index in range(min(SHOWN_ROWS, len(batch)))
    ]
