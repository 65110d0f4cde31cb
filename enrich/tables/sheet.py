"""The rows of a sheet as the XML that they are, one behind the other, and what they say.

In this XML a ``<`` always begins a tag, so that rows and cells can be told apart without
parsing what is in them; comments and CDATA, which no program writes here, are refused.
"""

from __future__ import annotations

import datetime as dt
import re
import xml.parsers.expat
from enum import Enum
from functools import cache
from typing import IO, TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from enrich.errors import TableError
from enrich.tables.workbook import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json
    from enrich.tables.workbook import Workbook

BLOCK_BYTES: Final = 1 << 18
MAX_ROW_BYTES: Final = 64 << 20

_DATA: Final = re.compile(rb"<(?:\w+:)?sheetData\b[^>]*>")
_DIMENSION: Final = re.compile(rb"(<(?:\w+:)?dimension\b[^>]*\bref=[\"'])[^\"']*([\"'])")
_TAG: Final = rb"<(?:\w+:)?%b\b[^>]*(?:(?<=/)>|(?<!/)>(?s:.*?)</(?:\w+:)?%b\s*>)"
_ROW: Final = re.compile(_TAG % (b"row", b"row") + rb"\s*")
_CELL: Final = re.compile(_TAG % (b"c", b"c"))
_NUMBERED: Final = re.compile(rb"^[^>]*?\br=[\"'](\d+)[\"']")
_PLACED: Final = re.compile(rb"^[^>]*?\br=[\"']([A-Z]+)")
_STYLED: Final = re.compile(rb"^[^>]*?\bs=[\"'](\d+)[\"']")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SPANS: Final = re.compile(rb" spans=(?:\"[^\"]*\"|'[^']*')")
_COLUMN: Final = re.compile("[A-Z]{1,3}")
_INTEGER: Final = re.compile(r"-?\d{1,18}")
# What XML does not hold, what its readers would change, and what would be read as either.
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")


class Uncomputed(Enum):
    """What a cell holds whose formula was never computed."""

    FORMULA = "formula"


class SheetText:
    """The XML of a sheet: a head, rows, and a tail.

    Attributes:
        head: Everything before the first row; known once the first row was asked for.
        prefix: What stands before each tag's name: mostly nothing, else ``x:``.
    """

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream = stream
        self._path = path
        self._buffer = b""
        self.head = b""
        self.prefix = b""

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield each row's number, from 1, and its XML with the blanks behind it."""
        if not self._read_head():
            return
        last = 0
        while True:
            end = 0
            for found in _ROW.finditer(self._buffer):
                # What stands behind a row must be here, too: blanks may go on.
                if found.start() != end or found.end() == len(self._buffer):
                    break
                end = found.end()
                if b"<!" in found[0] or b"<?" in found[0]:
                    raise self._damaged("holds comments among its cells")
                numbered = _NUMBERED.match(found[0])
                last = int(numbered[1]) if numbered else last + 1
                yield last, found[0]
            self._buffer = self._buffer[end:]
            if len(self._buffer) > MAX_ROW_BYTES:
                raise self._damaged(f"has a row of more than {MAX_ROW_BYTES >> 20} MiB")
            if self._buffer.startswith(b"</"):  # of the data, since all rows were taken
                return
            block = self._stream.read(max(BLOCK_BYTES, len(self._buffer)))
            if not block:
                raise self._damaged("is cut off")
            self._buffer += block

    def tail(self) -> Iterator[bytes]:
        """Yield everything behind the last row."""
        yield self._buffer
        while block := self._stream.read(BLOCK_BYTES):
            yield block

    def _read_head(self) -> bool:
        while (found := _DATA.search(self._buffer)) is None:
            block = self._stream.read(BLOCK_BYTES)
            if not block:
                raise self._damaged("has no cells")
            self._buffer += block
        self.head = self._buffer[: found.end()]
        declared = re.match(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([\w-]+)", self.head)
        if declared and declared[1].lower() not in {b"utf-8", b"us-ascii"}:
            raise self._damaged(f"is in {declared[1].decode()}, not UTF-8")
        self._buffer = self._buffer[found.end() :].lstrip()
        self.prefix = re.sub(rb"^<((?:\w+:)?).*", rb"\1", found[0])
        if found[0].endswith(b"/>"):
            self.head = self.head[:-2] + b">"
            self._buffer = b"</%bsheetData>" % self.prefix + self._buffer
            return False
        return True

    def _damaged(self, reason: str) -> TableError:
        return TableError(f"{self._path}: its sheet {reason}. Save it once with a spreadsheet.")


def sized(head: bytes, first: int, last: int, rows: int) -> bytes:
    """Return a sheet's head that says how far the cells go."""
    place = f"{letters(first)}1:{letters(last)}{max(rows, 1)}".encode()
    return _DIMENSION.sub(rb"\g<1>" + place + rb"\g<2>", head, count=1)


def cells_of(row: bytes) -> dict[int, tuple[int, int]]:
    """Return where a row's XML has its cells, by their column, from 0."""
    found: dict[int, tuple[int, int]] = {}
    column = -1
    for cell in _CELL.finditer(row):
        placed = _PLACED.match(cell[0])
        column = number(placed[1].decode()) if placed else column + 1
        found[column] = cell.span()
    return found


def row_with(row: bytes, at: int, cells: dict[int, bytes], prefix: bytes) -> bytes:
    """Return a row's XML with some cells put among its own, or in their place.

    Args:
        row: The row.
        at: Its number, from 1.
        cells: The cells, by their column.
        prefix: What stands before each tag's name.
    """
    there = cells_of(row)
    opened = row.index(b">")
    tag = _SPANS.sub(b"", row[:opened].removesuffix(b"/"))
    if not _NUMBERED.match(tag):
        tag += b' r="%d"' % at
    close = row.rfind(b"</") if row[opened - 1 : opened] != b"/" else -1
    end = opened + 1 if close < 0 else close
    written, done = [tag, b">"], opened + 1
    for column in sorted(cells):
        start, stop = there.get(column, (0, 0))
        if not stop:
            start = stop = min(
                (first for c, (first, _) in there.items() if c > column), default=end
            )
        written += [row[done:start], cells[column]]
        done = stop
    blanks = row[len(row.rstrip()) :]
    return b"".join([*written, row[done:end], b"</%brow>" % prefix, blanks])


def is_formula(cell: bytes) -> bool:
    """Say whether a cell's value is computed."""
    return _FORMULA.search(cell) is not None


def style_of(cell: bytes | None) -> int | None:
    """Return the number of a cell's style, if it has one."""
    styled = _STYLED.match(cell) if cell else None
    return int(styled[1]) if styled else None


def cell_xml(
    value: Json, column: int, row: int, *, prefix: bytes, style: int | None = None
) -> bytes:
    """Return a new cell."""
    p = prefix.decode()
    place = f'{p}c r="{letters(column)}{row}"' + ("" if style is None else f' s="{style}"')
    if isinstance(value, bool):
        made = f'<{place} t="b"><{p}v>{int(value)}</{p}v></{p}c>'
    elif isinstance(value, str):
        text = escape(_UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", value))
        made = (
            f'<{place} t="inlineStr"><{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is></{p}c>'
        )
    else:
        made = f"<{place}><{p}v>{value!r}</{p}v></{p}c>"
    return made.encode()


class CellReader:
    """Reads what the cells of some rows say."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._column = -1

    def read(self, rows: list[bytes]) -> list[dict[int, Any]]:
        """Return each row's values by their column; cells that hold nothing are left out.

        Raises:
            TableError: It is no XML.
        """
        self._rows: list[dict[int, Any]] = []
        parser = xml.parsers.expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._texts: list[str] | None = None
        self._silent = False
        try:
            parser.Parse(b"<rows>")
            for row in rows:
                parser.Parse(row)
            parser.Parse(b"</rows>", True)
        except (xml.parsers.expat.ExpatError, ValueError, IndexError) as error:
            message = f"{self._workbook.path}: its sheet is damaged: {error}."
            raise TableError(message) from error
        return self._rows

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            place = attributes.get("r")
            self._column = number(place.rstrip("0123456789")) if place else self._column + 1
            self._kind = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._value: str | None = None
            self._computed = False
        elif name == "f":
            self._computed = True
        elif name in {"v", "t"} and not self._silent:
            self._texts = []
        elif name == "rPh":
            self._silent = True
        elif name == "row":
            self._rows.append({})
            self._column = -1

    def _characters(self, text: str) -> None:
        if self._texts is not None:
            self._texts.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in {"v", "t"} and self._texts is not None:
            self._value = (self._value or "") + "".join(self._texts)
            self._texts = None
        elif name == "rPh":
            self._silent = False
        elif name == "c":
            value = None if self._value is None else self._typed(self._value)
            if value is None and self._computed:
                value = Uncomputed.FORMULA
            if value is not None:
                self._rows[-1][self._column] = value

    def _typed(self, text: str) -> Any:
        match self._kind:
            case "s" | "b" | "n" | "d" if not text.strip():
                return None
            case "s":
                return self._workbook.strings[int(text)]
            case "b":
                return text.strip() in {"1", "true"}
            case "n":
                return self._numbered(text.strip())
            case "d":
                return _iso(text.strip())
            case _:
                return unescaped(text)

    def _numbered(self, text: str) -> Any:
        value = int(text) if _INTEGER.fullmatch(text) else float(text)
        moment = self._workbook.moments.get(self._style)
        return value if moment is None else self._workbook.moment(value, moment)


def _iso(text: str) -> dt.date | dt.time:
    if "T" in text:
        return dt.datetime.fromisoformat(text)
    return dt.time.fromisoformat(text) if ":" in text else dt.date.fromisoformat(text)


def letters(column: int) -> str:
    """Return a column's letters: ``A`` for 0, ``AA`` for 26."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def number(place: str) -> int:
    """Return a column's number by its letters: 0 for ``A``.

    Raises:
        ValueError: They are no column's.
    """
    if not _COLUMN.fullmatch(place):
        raise ValueError(f"a cell in column '{place}'")
    found = 0
    for letter in place:
        found = found * 26 + ord(letter) - 64
    return found - 1
