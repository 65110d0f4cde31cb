"""What stands in the new columns of some rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from enrich.columns import evidence
from enrich.columns.layout import TEXT, WHOLE
from enrich.records import KEEP, ColumnKind, RowStatus
from enrich.tables.types import Kind, fit, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.columns.evidence import FieldBasis, Output
    from enrich.records import Column, Json, Outcome
    from enrich.tables.base import Batch

    Cells = list[object]

MAX_INT: Final = 2**63
"""Tables hold integers of 64 bits."""
_PLAIN: Final = {Kind.TEXT: str, Kind.INTEGER: int, Kind.NUMBER: float, Kind.BOOLEAN: bool}
"""The type whose values fit a kind as they are; most are of it, and need no further look."""


def cells(
    columns: Sequence[Column], outcomes: Sequence[Outcome], *, originals: Batch | None = None
) -> list[list[object]]:
    """Return the cells of the new columns for some rows.

    A row that is not completed has null in each field's columns, and its status and
    error say why. A value that does not fit its schema is null, with a line in
    ``enrich_error``; no row raises.

    Args:
        columns: The layout.
        outcomes: How each row stands, in order.
        originals: The same rows as the table has them, for ``existing: fill``; None
            otherwise. An original cell that is not empty is kept, and so is its evidence.

    Shape:
        One list for each column, in the layout's order, each as long as ``outcomes``.
        Cells are JSON values or None, or ``KEEP`` (only with ``originals``).
    """
    table: list[Cells] = [[None] * len(outcomes) for _ in columns]
    names = dict.fromkeys(column.field for column in columns if column.field is not None)
    whole = WHOLE if _is_whole(columns) else None
    fields = [_Field(name, columns, table, whole=whole is not None) for name in names]
    statuses: Cells = [outcome.status.value for outcome in outcomes]
    errors: Cells = [outcome.error for outcome in outcomes]
    for index, outcome in enumerate(outcomes):
        if outcome.output is None:
            continue
        try:
            output = evidence.read(outcome.output)
        except ValueError as error:
            statuses[index] = RowStatus.FAILED.value
            errors[index] = f"the API's output cannot be read: {error}"
            continue
        basis = output.basis
        entries = evidence.by_field(basis, names, whole=whole) if basis else {}
        problems = []
        for field in fields:
            problem = field.put(index, output, entries.get(field.name))
            field.credit(index, outcome)
            if problem is not None:
                problems.append(f"{field.name}: {problem}")
        if problems:
            errors[index] = "; ".join([*filter(None, [outcome.error]), *problems])
    own: dict[ColumnKind, Cells] = {
        ColumnKind.STATUS: statuses,
        ColumnKind.ERROR: errors,
        ColumnKind.RUN_ID: [outcome.run_id for outcome in outcomes],
    }
    table = [
        own[column.kind] if column.field is None else made
        for column, made in zip(columns, table, strict=True)
    ]
    if originals is not None:
        _keep(columns, table, originals)
    return table


def filled(columns: Sequence[Column], batch: Batch) -> list[bool]:
    """Say of each row whether every value is there already, so that nothing need be asked.

    Args:
        columns: A layout made with ``existing: fill``.
        batch: The rows; the columns named by the layout's values are read.
    """
    values = [column for column in columns if column.kind is ColumnKind.VALUE]
    if any(column.position is None for column in values):
        return [False] * len(batch)
    rows = zip(*(batch.column(column.name) for column in values), strict=True)
    return [not any(is_empty(cell) for cell in row) for row in rows]


class _Field:
    """One output field and the lists that its columns are written into."""

    def __init__(
        self, name: str, columns: Sequence[Column], table: list[Cells], *, whole: bool
    ) -> None:
        self.name = name
        self._whole = whole
        lists = {
            column.kind: made
            for column, made in zip(columns, table, strict=True)
            if column.field == name
        }
        self._values = lists[ColumnKind.VALUE]
        self._confidence = lists.get(ColumnKind.CONFIDENCE)
        self._citations = lists.get(ColumnKind.CITATIONS)
        self._reasoning = lists.get(ColumnKind.REASONING)
        self._excerpts = lists.get(ColumnKind.EXCERPTS)
        self._processor = lists.get(ColumnKind.PROCESSOR)
        self._shape = next(
            shape_of(column.schema)
            for column in columns
            if column.field == name and column.kind is ColumnKind.VALUE
        )
        self._plain = _PLAIN.get(self._shape.kind)

    def put(self, index: int, output: Output, entries: list[FieldBasis] | None) -> str | None:
        """Write one row's cells; return what is wrong with the value, if anything is."""
        problem = None
        value: Any
        content = output.content
        if self._whole:
            value = _whole(output)
        elif type(content) is dict:
            value = content.get(self.name)
            if value is None and self.name not in content:
                problem = "the answer does not have it"
        else:
            value, problem = None, "the answer is no object"
        if value is not None and not self._fits(value):
            value, problem = fit(value, self._shape)
        self._values[index] = value
        if entries:
            self._put_evidence(index, entries)
        return problem

    def credit(self, index: int, outcome: Outcome) -> None:
        """Write which processor gave one row's value."""
        if self._processor is not None:
            self._processor[index] = (outcome.processors or {}).get(self.name, outcome.processor)

    def _fits(self, value: Any) -> bool:
        kind = type(value)
        if kind is int:
            return self._plain is int and -MAX_INT <= value < MAX_INT
        return kind is self._plain or (kind is str and value in self._shape.words)

    def _put_evidence(self, index: int, entries: list[FieldBasis]) -> None:
        if self._confidence is not None:
            self._confidence[index] = evidence.confidence(entries, self.name)
        if self._reasoning is not None:
            self._reasoning[index] = evidence.reasoning(entries, self.name)
        if self._citations is None and self._excerpts is None:
            return
        sources = evidence.citations(entries)
        if self._citations is not None:
            self._citations[index] = sources
        if self._excerpts is not None:
            self._excerpts[index] = evidence.excerpts(sources)


def _is_whole(columns: Sequence[Column]) -> bool:
    """Say whether the layout is that of a text or auto output: one column for all of it."""
    values = [column for column in columns if column.kind is ColumnKind.VALUE]
    return len(values) == 1 and values[0].field == WHOLE and values[0].schema == TEXT


def _whole(output: Output) -> Json:
    """Return a text or auto output as it is; one that holds nothing but ``output``, that."""
    content: Any = output.content
    if isinstance(content, dict) and content.keys() == {WHOLE}:
        return content[WHOLE]
    return content


def _keep(columns: Sequence[Column], table: list[Cells], originals: Batch) -> None:
    """Put KEEP, or nothing, where the table has a value of its own already."""
    kept: dict[str, list[bool]] = {}
    for column in columns:
        if column.kind is ColumnKind.VALUE and column.position is not None:
            present = [not is_empty(cell) for cell in originals.column(column.name)]
            kept[str(column.field)] = present
    for column, made in zip(columns, table, strict=True):
        present = kept.get(column.field, []) if column.field is not None else []
        # Evidence of a value that is not written would be evidence of nothing.
        stays: object = KEEP if column.position is not None else None
        for index, there in enumerate(present):
            if there:
                made[index] = stays
            elif made[index] is None and column.kind is ColumnKind.VALUE:
                made[index] = KEEP  # an empty cell stays as empty as it came


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds no value: nothing, white space, or no number."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))
