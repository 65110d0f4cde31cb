"""Writes JSON lines: the original objects, with new members behind or in their place."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final, cast

import msgspec

from enrich.errors import CellError
from enrich.records import KEEP
from enrich.tables.jsonl import JsonlBatch, JsonlTable
from enrich.tables.jsonl_spans import member_spans
from enrich.tables.names import check_distinct
from enrich.tables.output import OutputFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Column, Json
    from enrich.tables.base import Batch, Table

_BLANK: Final = b" \t\r\n"


class JsonlWriter(OutputFile):
    """A file of JSON lines to be.

    A table of JSON lines is copied: member order, spacing and the text of numbers. Rows of
    another table are objects with a member for each column, null included.

    Args:
        path: Where to write.
        table: What will be written again.
        columns: The new columns.
        compression: The ending that names it, or an empty string.
    """

    def __init__(
        self, path: str, table: Table, columns: Sequence[Column], *, compression: str = ""
    ) -> None:
        super().__init__(path, compression)
        self._table = table
        self._copies = isinstance(table, JsonlTable)
        self._columns = columns
        if not self._copies:
            check_distinct(table.columns, path=table.path)

    def begin(self) -> None:
        """Write what stands before the first row."""
        if self._copies:
            self.put(cast("JsonlTable", self._table).preamble)

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells."""
        if self._copies:
            lines = cast("JsonlBatch", batch).lines
        else:
            lines = _lines(batch, self._table.columns)
        behind: list[list[bytes]] = [[] for _ in lines]
        added: list[Column] = []
        values_of: list[Sequence[object]] = []
        for column, values in zip(self._columns, cells, strict=True):
            if column.position is None:
                added.append(column)
                values_of.append(values)
                continue
            original = self._table.columns[column.position]
            rows = zip(lines, values, behind, strict=True)
            lines = [
                line
                if value is KEEP
                else _replaced(line, original, _text(value, column, batch.start + at), more)
                for at, (line, value, more) in enumerate(rows)
            ]
        if added:
            for at, row in enumerate(zip(*values_of, strict=True)):
                behind[at].append(_members(added, row, batch.start + at))
        self.put(b"".join(map(_appended, lines, behind)))


def json_text(value: Json) -> bytes:
    """Return a value as compact JSON.

    Halves of surrogate pairs are escaped; numbers that are none (NaN, infinities), which
    an original column may hold, are the texts ``"NaN"``, ``"Infinity"`` and ``"-Infinity"``.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return b'"NaN"' if math.isnan(value) else b'"Infinity"' if value > 0 else b'"-Infinity"'
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _members(columns: Sequence[Column], row: Sequence[object], number: int) -> bytes:
    try:
        members = {column.name: value for column, value in zip(columns, row, strict=True)}
        return msgspec.json.encode(members)[1:-1]
    except (TypeError, ValueError):
        texts = zip(columns, row, strict=True)
        return b",".join(json_text(c.name) + b":" + _text(value, c, number) for c, value in texts)


def _text(value: object, column: Column, row: int) -> bytes:
    try:
        return json_text(value)
    except (TypeError, ValueError) as error:
        message = f"is no value of JSON: {error}"
        raise CellError(message, row=row + 1, column=column.name) from error


def _appended(line: bytes, members: Sequence[bytes]) -> bytes:
    if not members:
        return line
    body = line.rstrip(_BLANK)
    inside = body[:-1]
    # Only an empty object has its opening brace right before its closing one.
    comma = b"" if inside.rstrip(_BLANK).endswith(b"{") else b","
    return b"%b%b%b}%b" % (inside, comma, b",".join(members), line[len(body) :])


def _replaced(line: bytes, name: str, value: bytes, behind: list[bytes]) -> bytes:
    """Return an object with one member's value replaced; if it has none, put it behind."""
    text = line.decode()
    span = member_spans(text).get(name)
    if span is None:
        behind.append(b"%b:%b" % (json_text(name), value))
        return line
    return b"%b%b%b" % (text[: span[0]].encode(), value, text[span[1] :].encode())


def _lines(batch: Batch, names: Sequence[str]) -> list[bytes]:
    from enrich.tables.plain import plain  # noqa: PLC0415 - needs pyarrow, which is heavy

    columns = [plain(column).to_pylist() for column in batch.to_arrow().columns]
    heads = [json_text(name) + b":" for name in names]
    rows = zip(*columns, strict=True) if columns else [()] * len(batch)
    return [
        b"{%b}\n" % b",".join(head + json_text(v) for head, v in zip(heads, row, strict=True))
        for row in rows
    ]
