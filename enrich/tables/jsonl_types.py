"""The Arrow types of JSON lines' members, for a writer of another format."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from enrich.tables.jsonl import json_value

if TYPE_CHECKING:
    from enrich.tables.jsonl import JsonlBatch, JsonlTable

_MAX_EXACT: Final = 1 << 53  # up to here each integer is a double
_MAX_INT64: Final = 1 << 63
_TYPES: Final[dict[frozenset[str], pa.DataType]] = {
    frozenset[str](): pa.null(),
    frozenset({"boolean"}): pa.bool_(),
    frozenset({"integer"}): pa.int64(),
    frozenset({"large integer"}): pa.int64(),
    frozenset({"integer", "large integer"}): pa.int64(),
    frozenset({"number"}): pa.float64(),
    frozenset({"integer", "number"}): pa.float64(),
    frozenset({"string"}): pa.string(),
}


class JsonlTypes:
    """One type for each member, that all its values fit without loss.

    Members that are always true or false, integers of 64 bits, numbers or text have
    these types. Everything else (lists, objects, a mixture, numbers that a double does
    not hold) is the JSON text itself, as it was read.
    """

    def __init__(self, table: JsonlTable) -> None:
        kinds: dict[str, set[str]] = {name: set() for name in table.columns}
        for batch in table.batches():
            for members in batch.members:
                for name, text in members.items():
                    kinds[name].add(_kind(bytes(text)))
        types = {name: _TYPES.get(frozenset(found - {"null"})) for name, found in kinds.items()}
        self._as_text = {name for name, kind in types.items() if kind is None}
        self.schema = pa.schema([(name, kind or pa.string()) for name, kind in types.items()])

    def to_arrow(self, batch: JsonlBatch) -> pa.RecordBatch:
        """Return a batch's rows."""
        arrays = []
        for field in self.schema:
            texts = [members.get(field.name) for members in batch.members]
            read = bytes.decode if field.name in self._as_text else json_value
            values = [None if text is None else read(bytes(text)) for text in texts]
            arrays.append(pa.array(values, field.type))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


_KINDS: Final = {
    b'"': "string",
    b"n": "null",
    b"t": "boolean",
    b"f": "boolean",
    b"[": "nested",
    b"{": "nested",
}


def _kind(text: bytes) -> str:
    return _KINDS.get(text[:1]) or _number_kind(text.decode())


def _number_kind(text: str) -> str:
    value = json_value(text.encode())
    if isinstance(value, int):
        if -_MAX_EXACT <= value <= _MAX_EXACT:
            return "integer"
        return "large integer" if -_MAX_INT64 <= value < _MAX_INT64 else "huge"
    exact = isinstance(value, float) and Decimal(repr(value)) == Decimal(text)
    return "number" if exact else "huge"
