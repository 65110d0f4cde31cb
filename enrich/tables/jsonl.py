"""JSON lines: every object is written as the bytes that were read, with members added."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.errors import TableError
from enrich.tables.compression import read_blocks
from enrich.tables.names import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from enrich.records import Json
    from enrich.tables.jsonl_types import JsonlTypes

BATCH_ROWS: Final = 4096
MAX_LINE_BYTES: Final = 64 << 20
_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n"
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class JsonlTable:
    """A file with one JSON object a line.

    Line ends are LF or CR LF. Blank lines are no rows, and are carried along with the
    row before them. A UTF-8 mark is kept; other encodings are refused.

    Attributes:
        path: The file.
        compression: The ending that names it, or an empty string.
        preamble: The mark and blank lines before the first row.

    Args:
        path: The file.
        compression: The ending that names it, or an empty string.
        columns: Names that count as its columns, where it is one file of several.
    """

    def __init__(
        self, path: str, *, compression: str = "", columns: tuple[str, ...] | None = None
    ) -> None:
        self.path = path
        self._known = columns
        self.compression = compression
        self.preamble = b""
        # Read the beginning, so that a file that cannot be read is refused now.
        next(self._lines(), None)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The members of any object, in the order in which they first occur."""
        if self._known is not None:
            return self._known
        names: dict[str, None] = {}
        for batch in self.batches():
            for members in batch.members:
                if not names.keys() >= members.keys():
                    names.update(dict.fromkeys(members))
        return tuple(names)

    @cached_property
    def types(self) -> JsonlTypes:
        """What Arrow types the columns have; the first asking reads the file once."""
        from enrich.tables.jsonl_types import JsonlTypes  # noqa: PLC0415 - needs pyarrow

        return JsonlTypes(self)

    @property
    def schema(self) -> pa.Schema:
        """The columns' Arrow types; see ``JsonlTypes``."""
        return self.types.schema

    def holds(self, name: str) -> bool:
        """Say whether a name is a member, or a path that begins with one."""
        return name in self.columns or name.split(".", 1)[0] in self.columns

    def count(self) -> None:
        """Return None: the lines were not counted."""

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[JsonlBatch]:
        """Yield all rows in order, up to 4,096 and about 1 MiB at a time."""
        del whole  # text can only be read whole
        for name in columns or ():
            if not self.holds(name):
                raise unknown(name, self.columns, path=self.path)
        return self._batches()

    def _batches(self) -> Iterator[JsonlBatch]:
        start = 0
        for lines, line in self._lines():
            for first in range(0, len(lines), BATCH_ROWS):
                part = lines[first : first + BATCH_ROWS]
                yield JsonlBatch(self, part, start, line)
                start += len(part)
                line += sum(record.count(b"\n") for record in part)  # noqa: PLW2901

    def _lines(self) -> Iterator[tuple[list[bytes], int]]:
        """Yield the rows of one block at a time, and the number of the first one's line."""
        pending: list[bytes] = []
        size, number = 0, 1
        preamble: bytes | None = None
        for block in read_blocks(self.path, self.compression):
            pending.append(block)
            size += len(block)
            if b"\n" not in block:
                if size > MAX_LINE_BYTES:
                    raise TableError(
                        f"{self.path}: line {number} goes on for more than "
                        f"{MAX_LINE_BYTES >> 20} MiB. Is there one object a line?"
                    )
                continue
            data = b"".join(pending)
            if preamble is None:
                data, preamble = self._without_preamble(data)
                number += preamble.count(b"\n")
                self.preamble = preamble
            lines = _joined(data.splitlines(keepends=True) if b"\r" not in data else _lf(data))
            # Blank lines may follow the last one.
            rest = lines.pop() if lines else b""
            if lines:
                yield lines, number
                number += sum(line.count(b"\n") for line in lines)
            pending, size = [rest], len(rest)
        data = b"".join(pending)
        if preamble is None:
            data, self.preamble = self._without_preamble(data)
            number += self.preamble.count(b"\n")
        if lines := _joined(_lf(data)):
            yield lines, number

    def _without_preamble(self, data: bytes) -> tuple[bytes, bytes]:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise TableError(f"{self.path}: is UTF-16; JSON lines are UTF-8. Convert it first.")
        body = data.removeprefix(_MARK).lstrip(_BLANK)
        return body, data[: len(data) - len(body)]


class JsonlBatch:
    """Some rows.

    Attributes:
        start: Number of the first, from 0.
        lines: The objects as they were read, with their line ends.
    """

    def __init__(self, table: JsonlTable, lines: list[bytes], start: int, line: int) -> None:
        self.table = table
        self.lines = lines
        self.start = start
        self._line = line

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def members(self) -> list[dict[str, msgspec.Raw]]:
        """Each row's members, their values as JSON text."""
        return [self._members(index) for index in range(len(self.lines))]

    def column(self, name: str) -> list[Json]:
        """Return one column's values.

        Numbers without a fraction are int of any size; others are float, or Decimal
        beyond its range. A missing member, or one that a path does not reach, is None.
        """
        cells: list[Json] = []
        for members in self.members:
            value = members.get(name)
            if value is None and "." in name:
                first, *path = name.split(".")
                value = members.get(first)
                cells.append(_reach(None if value is None else json_value(bytes(value)), path))
            else:
                cells.append(None if value is None else json_value(bytes(value)))
        return cells

    def locate(self, index: int) -> str:
        """Return ``line 17``."""
        before = sum(line.count(b"\n") for line in self.lines[:index])
        return f"line {self._line + before}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return all columns: scalars of one kind typed, everything else as JSON text."""
        return self.table.types.to_arrow(self)

    def _members(self, index: int) -> dict[str, msgspec.Raw]:
        line = self.lines[index]
        try:
            if not line.isascii():
                line.decode()
            return _MEMBERS.decode(line)
        except RecursionError:
            raise TableError(
                f"{self.table.path}: {self.locate(index)} is nested too deeply to be read."
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            # Halves of surrogate pairs are JSON, though no text: msgspec refuses them.
            members = _lenient_members(line)
            if members is None:
                raise TableError(
                    f"{self.table.path}: {self.locate(index)} is no JSON object: {error}."
                ) from error
            return members


def json_value(text: bytes) -> Json:
    """Return the value of a JSON text, with numbers as exact as Python has them."""
    if text[:1] in b'"[{tfn':
        try:
            if text[:1] == b'"' or len(text) < 6:
                return msgspec.json.decode(text)
        except msgspec.DecodeError:
            pass
        return json.loads(text, parse_float=_number)
    return _number(text.decode()) if any(c in b".eE" for c in text) else _integer(text.decode())


def _number(text: str) -> float | Decimal:
    value = float(text)
    return value if math.isfinite(value) else Decimal(text)


def _integer(text: str) -> int | Decimal:
    # Python reads no longer integers, since that takes quadratic time.
    return int(text) if len(text) < 4000 else Decimal(text)


def _reach(value: Json, path: Sequence[str]) -> Json:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _lenient_members(line: bytes) -> dict[str, msgspec.Raw] | None:
    from enrich.tables.jsonl_spans import member_spans  # noqa: PLC0415 - hardly ever needed

    try:
        text = line.decode()
        spans = member_spans(text)
    except ValueError:
        return None
    return {name: msgspec.Raw(text[first:end]) for name, (first, end) in spans.items()}


def _lf(data: bytes) -> list[bytes]:
    """Split at LF alone: CR is white space in JSON."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _joined(lines: list[bytes]) -> list[bytes]:
    """Put blank lines behind the line before them."""
    if all(line.strip(_BLANK) for line in lines):
        return lines
    joined: list[bytes] = []
    for line in lines:
        if joined and not line.strip(_BLANK):
            joined[-1] += line
        else:
            joined.append(line)
    return joined
