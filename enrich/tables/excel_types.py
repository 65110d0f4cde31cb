"""The Arrow types of a sheet's columns, for a writer of another format."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from enrich.tables.arrow import original_array
from enrich.tables.excel import shown
from enrich.tables.sheet import Uncomputed

if TYPE_CHECKING:
    from enrich.tables.excel import ExcelBatch, ExcelTable

_MAX_EXACT: Final = 1 << 53  # up to here each integer is a double
_TYPES: Final[dict[frozenset[type], pa.DataType]] = {
    frozenset[type](): pa.null(),
    frozenset[type]({bool}): pa.bool_(),
    frozenset[type]({int}): pa.int64(),
    frozenset[type]({float}): pa.float64(),
    frozenset[type]({int, float}): pa.float64(),
    frozenset[type]({str}): pa.string(),
    frozenset[type]({dt.date}): pa.date32(),
    frozenset[type]({dt.datetime}): pa.timestamp("ms"),
    frozenset[type]({dt.date, dt.datetime}): pa.timestamp("ms"),
    frozenset[type]({dt.time}): pa.time32("ms"),
    frozenset[type]({dt.timedelta}): pa.duration("ms"),
}


def excel_schema(table: ExcelTable) -> pa.Schema:
    """Return a type for each column that holds all its values; text for mixed ones."""
    kinds: list[set[type]] = [set() for _ in table.columns]
    large: set[int] = set()
    for batch in table.batches():
        for at, found in enumerate(kinds):
            cells = batch.found(at)
            found.update(map(type, cells))
            if int in found and any(type(c) is int and abs(c) > _MAX_EXACT for c in cells):
                large.add(at)
    fields = []
    for at, (name, found) in enumerate(zip(table.columns, kinds, strict=True)):
        kind = _TYPES.get(frozenset(found - {type(None), Uncomputed}), pa.string())
        fields.append(pa.field(name, pa.string() if at in large and kind == pa.float64() else kind))
    return pa.schema(fields)


def excel_arrow(batch: ExcelBatch) -> pa.RecordBatch:
    """Return a batch's rows in the types of its table."""
    schema = batch.table.schema
    path, locate = batch.table.path, batch.locate
    arrays = [
        original_array(
            _cells(batch.cells(at), field.type),
            field.type,
            path=path,
            column=field.name,
            locate=locate,
        )
        for at, field in enumerate(schema)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cells(cells: list[Any], kind: pa.DataType) -> list[Any]:
    if kind == pa.string():
        cells = [c if c is None or isinstance(c, str) else shown(c) for c in cells]
    elif kind == pa.timestamp("ms"):
        cells = [dt.datetime.combine(c, dt.time()) if type(c) is dt.date else c for c in cells]
    return cells
