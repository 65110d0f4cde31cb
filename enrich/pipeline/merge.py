"""merge: the table again with the new columns, from what the ledger holds. Spends nothing."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from enrich.columns import cells
from enrich.pipeline.plan import note_reason
from enrich.pipeline.prepared import encoding_of, mapped_batches
from enrich.records import KEEP, ColumnKind, Outcome, RowStatus
from enrich.tables import open_writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.ledger import Ledger
    from enrich.pipeline.prepared import Prepared
    from enrich.records import Mapped
    from enrich.tables import Batch, TableWriter

SHOWN_ROWS: Final = 5
_NOTHING: Final[tuple[object, ...]] = ("", [])
"""Values that are there and say nothing: a field that holds them is not filled."""


@dataclass(slots=True, kw_only=True)
class Merged:
    """What was written.

    Attributes:
        paths: The tables.
        rows: Rows in each.
        statuses: How many rows ended in each way.
        filled: Rows with a value, by field.
        confidence: How sure the values are, by field.
        errors: Rows that failed or were refused, by reason.
        examples: Where the first row of each reason stands.
        first: Some rows: their key, the inputs and the new values.
    """

    paths: tuple[str, ...] = ()
    rows: int = 0
    statuses: Counter[RowStatus] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    confidence: dict[str, Counter[str]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    first: list[dict[str, object]] = field(default_factory=list)


def merge(
    prepared: Prepared, ledger: Ledger, *, into: Sequence[TableWriter] | None = None
) -> Merged:
    """Write the table again with the new columns, from what the ledger holds.

    The output is a function of table, ledger and layout: merging twice gives equal bytes.

    Args:
        prepared: The job.
        ledger: Where the results are.
        into: Where to write; None for the files that the job names.

    Raises:
        TableError: The table cannot be read, or an output cannot be written; the
            outputs that were there are whole then.
    """
    job, columns = prepared.job, prepared.columns
    made = Merged(paths=tuple(map(str, prepared.targets)))
    for column in columns:
        if column.kind is ColumnKind.VALUE:
            made.filled[str(column.field)] = 0
            made.confidence[str(column.field)] = Counter()
    if into is None:
        into = [
            open_writer(target, prepared.table, columns, encoding=encoding_of(job, target))
            for target in prepared.targets
        ]
    with ExitStack() as stack:
        writers = [stack.enter_context(writer) for writer in into]
        for batch, _, ended in settled_batches(prepared, ledger):
            originals = batch if job.output.existing == "fill" else None
            made_cells = cells(columns, ended, originals=originals)
            for writer in writers:
                writer.write(batch, made_cells)
            _summarize(made, prepared, batch, ended, made_cells)
    return made


def outcomes(prepared: Prepared, ledger: Ledger) -> Iterator[Outcome]:
    """Yield how each row of the table stands, in order."""
    for _, _, ended in settled_batches(prepared, ledger, whole=False):
        yield from ended


def settled_batches(
    prepared: Prepared, ledger: Ledger, *, whole: bool = True, also: Sequence[str] = ()
) -> Iterator[tuple[Batch, list[Mapped | None], list[Outcome]]]:
    """Yield the table's batches, what each row became, and how it stands.

    Args:
        prepared: The job.
        ledger: Where the results are.
        whole: See ``mapped_batches``.
        also: Further columns whose cells are looked at.
    """
    for batch, mapped in mapped_batches(prepared, whole=whole, also=also):
        yield batch, mapped, _outcomes(mapped, ledger)


def _outcomes(mapped: Sequence[Mapped | None], ledger: Ledger) -> list[Outcome]:
    fingerprints = [each.request.fingerprint for each in mapped if each and each.request]
    found = iter(ledger.outcomes(fingerprints))
    made = []
    for each in mapped:
        if each is None:
            made.append(Outcome(status=RowStatus.PENDING))
        elif each.request is not None:
            made.append(next(found) or Outcome(status=RowStatus.PENDING))
        elif each.skipped is not None:
            made.append(Outcome(status=RowStatus.SKIPPED, error=each.skipped))
        else:
            made.append(Outcome(status=RowStatus.REFUSED, error=each.refused))
    return made


def _summarize(
    made: Merged,
    prepared: Prepared,
    batch: Batch,
    ended: Sequence[Outcome],
    made_cells: Sequence[Sequence[object]],
) -> None:
    made.rows += len(batch)
    made.statuses.update(outcome.status for outcome in ended)
    for index, outcome in enumerate(ended):
        if outcome.status in {RowStatus.FAILED, RowStatus.REFUSED}:
            reason = outcome.error or "no reason given"
            note_reason(made.errors, reason)
            if reason in made.errors and reason not in made.examples:
                made.examples[reason] = batch.locate(index)
    for column, written in zip(prepared.columns, made_cells, strict=True):
        field_name = str(column.field)
        if column.kind is ColumnKind.VALUE:
            made.filled[field_name] += sum(
                cell is not None and cell is not KEEP and cell not in _NOTHING for cell in written
            )
        elif column.kind is ColumnKind.CONFIDENCE:
            made.confidence[field_name].update(str(cell) for cell in written if cell is not None)
    if len(made.first) < SHOWN_ROWS:
        made.first += _shown(prepared, batch, made_cells)[: SHOWN_ROWS - len(made.first)]


def _shown(
    prepared: Prepared, batch: Batch, made_cells: Sequence[Sequence[object]]
) -> list[dict[str, object]]:
    """Return the first rows of a batch: the inputs' cells and the new values."""
    values = [
        (column.name, written)
        for column, written in zip(prepared.columns, made_cells, strict=True)
        if column.kind is ColumnKind.VALUE
    ]
    sent = [(name, batch.column(name)) for name in prepared.mapper.sent]
    return [
        {name: written[index] for name, written in [*sent, *values]}
        for index in range(min(SHOWN_ROWS, len(batch)))
    ]
