"""Delimited text into records, as the very bytes that were read.

A record is its cells and the line end behind them, and any blank lines that follow:
those are no rows, and are carried along. What a quote means is what Python's ``csv``
module takes it to mean: it opens a quoted cell only as a cell's first character, inside
it is written twice, and what stands behind a closing quote belongs to the cell as it is.

Text without a quote is split by its line ends alone. Otherwise one regular expression
matches a record at a time; its possessive repeats keep it linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from enrich.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MAX_RECORD_BYTES: Final = 64 << 20

_BLANK: Final = (b"\n\n", b"\n\r", b"\r\r")


@dataclass(frozen=True)
class Dialect:
    """What separates cells and what quotes them, one byte each.

    Attributes:
        delimiter: Between two cells.
        quote: Around a cell; empty where a quote is a character like any other.
    """

    delimiter: bytes
    quote: bytes

    @cached_property
    def cell(self) -> bytes:
        """The pattern of one cell."""
        end = re.escape(self.delimiter) + rb"\r\n"
        if not self.quote:
            return rb"[^%b]*+" % end
        quoted = self._quoted(b"%b")
        return rb"(?:%b[^%b]*+|(?!%b)[^%b]*+)" % (quoted, end, re.escape(self.quote), end)

    def record(self, width: int | None, *, final: bool) -> re.Pattern[bytes]:
        """Return what matches one whole record of ``width`` cells, or of any number.

        Where text may follow that was not read yet (``final`` is false), a record is
        whole only when something else than a line end stands behind it.
        """
        return re.compile(self._record(width, final=final))

    def records(self, width: int | None, *, final: bool) -> re.Pattern[bytes]:
        """Return what matches such a record, or all the text when it begins with none."""
        return re.compile(self._record(width, final=final) + rb"|(?s:.+)")

    def cells(self, indices: Sequence[int]) -> re.Pattern[bytes]:
        """Return what matches a record's beginning, with a group for each index.

        Args:
            indices: From 0, ascending.
        """
        pattern, done = b"", 0
        for index in indices:
            skip = b"(?:%b%b){%d}" % (self.cell, re.escape(self.delimiter), index - done)
            joint = re.escape(self.delimiter) if done else b""
            pattern += b"%b%b(%b)" % (joint, skip, self.cell)
            done = index + 1
        return re.compile(pattern)

    def split(self, record: bytes) -> list[bytes]:
        """Return a whole record's cells, quotes and all, without its line end."""
        body = record.rstrip(b"\r\n")
        if not self.quote or self.quote not in body:
            return body.split(self.delimiter)
        cell, cells, start = re.compile(self.cell), [], 0
        while found := cell.match(body, start):
            cells.append(found[0])
            start = found.end() + 1
            if found.end() == len(body):
                break
        return cells

    def unquote(self, cell: bytes) -> bytes:
        """Return what a cell says."""
        if not self.quote or not cell.startswith(self.quote):
            return cell
        if cell.count(self.quote) == 2 and cell.endswith(self.quote):
            return cell[1:-1]
        quoted = re.match(self._quoted(b"(%b)"), cell)
        assert quoted is not None  # noqa: S101 - the record's pattern has seen to it
        return quoted[1].replace(self.quote * 2, self.quote) + cell[quoted.end() :]

    def unquote_all(self, cells: Sequence[bytes]) -> Sequence[bytes]:
        """Return what each of some cells says."""
        quote, count = self.quote, len(cells)
        joined = b"\0".join(cells)
        if not quote or quote not in joined:
            return cells
        # Programs that quote, quote all of a column: then no cell is looked at by itself.
        if joined[:1] == quote == joined[-1:] and joined.count(quote) == 2 * count:
            inside = joined[1:-1].split(quote + b"\0" + quote)
            if len(inside) == count == joined.count(b"\0") + 1:
                return inside
        return [self.unquote(cell) for cell in cells]

    def _quoted(self, group: bytes) -> bytes:
        mark = re.escape(self.quote)
        inside = rb"[^%b]*+" % mark
        return mark + group % (rb"%b(?:%b%b%b)*+" % (inside, mark, mark, inside)) + mark

    def _record(self, width: int | None, *, final: bool) -> bytes:
        more = b"*+" if width is None else b"{%d}" % (width - 1)
        end = rb"(?:(?:\r\n?|\n)++|\Z)" if final else rb"(?:\r\n?|\n)++(?=[^\r\n])"
        # Without the first assertion the end of the text would count as a record.
        return rb"(?!\Z)%b(?:%b%b)%b%b" % (
            self.cell,
            re.escape(self.delimiter),
            self.cell,
            more,
            end,
        )


@dataclass(frozen=True, slots=True)
class Records:
    """Some consecutive records.

    Attributes:
        lines: The records.
        quoted: Whether a quote occurs in any of them.
        line: Number of the first one's first line, from 1.
    """

    lines: list[bytes]
    quoted: bool
    line: int


class Splitter:
    """Splits a text, given in blocks, into records.

    Args:
        dialect: What separates and quotes.
        path: The file, for messages.
        width: How many cells a record must have; None for any number.
    """

    def __init__(self, dialect: Dialect, *, path: str, width: int | None = None) -> None:
        self.dialect = dialect
        self.path = path
        self.width = width
        self.line = 1

    def split(self, blocks: Iterable[bytes]) -> Iterator[Records]:
        """Yield all records, those of one block at a time.

        Raises:
            TableError: A quote that does not close within 64 MiB or to the file's end,
                or a record of another width. Names the line.
        """
        pending: list[bytes] = []
        size = wanted = 0
        for block in blocks:
            pending.append(block)
            size += len(block)
            # A long record is looked at again only when it has doubled, so that the
            # whole of it is scanned about twice.
            if size < wanted:
                continue
            records, rest = self._records(b"".join(pending), final=False)
            if records.lines:
                yield records
            if len(rest) > MAX_RECORD_BYTES:
                raise self._unclosed(rest)
            pending, size = [rest], len(rest)
            wanted = 0 if records.lines else min(2 * size, MAX_RECORD_BYTES + 1)
        records, rest = self._records(b"".join(pending), final=True)
        if records.lines:
            yield records
        if rest:
            raise self._unclosed(rest)

    def _records(self, data: bytes, *, final: bool) -> tuple[Records, bytes]:
        quoted = bool(self.dialect.quote) and self.dialect.quote in data
        if not quoted and not any(blank in data for blank in _BLANK):
            lines = data.splitlines(keepends=True)
            rest = b"" if final or not lines else lines.pop()
            self._check_widths(lines)
        else:
            lines, rest = self._match(data, final=final)
        records = Records(lines, quoted, self.line)
        self.line += count_lines(data) - count_lines(rest)
        return records, rest

    def _match(self, data: bytes, *, final: bool) -> tuple[list[bytes], bytes]:
        lines = self.dialect.records(self.width, final=final).findall(data)
        # The last match is what is left: a record of which more may come, one of another
        # width, or one whose quote does not close. At the end it may be whole.
        if not lines or (
            final and self.dialect.record(self.width, final=True).fullmatch(lines[-1])
        ):
            return lines, b""
        rest = lines.pop()
        if other := self.dialect.record(None, final=final).match(rest):
            raise self._ragged(other[0], self.line + sum(map(count_lines, lines)))
        return lines, rest

    def _check_widths(self, lines: Sequence[bytes]) -> None:
        if self.width is None:
            return
        delimiter, wanted = self.dialect.delimiter, self.width - 1
        if {line.count(delimiter) for line in lines} <= {wanted}:
            return
        for index, line in enumerate(lines):
            if line.count(delimiter) != wanted:
                raise self._ragged(line, self.line + sum(map(count_lines, lines[:index])))

    def _ragged(self, record: bytes, line: int) -> TableError:
        width = len(self.dialect.split(record))
        cells = "1 cell" if width == 1 else f"{width} cells"
        return TableError(
            f"{self.path}: line {line} has {cells} where the first record has {self.width}. "
            "Mend the line, or set `input.ragged: pad` to fill short records with empty cells."
        )

    def _unclosed(self, rest: bytes) -> TableError:
        cell, start = re.compile(self.dialect.cell), 0
        while found := cell.match(rest, start):
            if rest[found.end() : found.end() + 1] != self.dialect.delimiter:
                return TableError(
                    f"{self.path}: line {self.line} goes on for more than "
                    f"{MAX_RECORD_BYTES >> 20} MiB. Is this a text table?"
                )
            start = found.end() + 1
        line = self.line + count_lines(rest[:start])
        return TableError(
            f"{self.path}: the quote that opens in line {line} does not close. "
            "Mend the line, or set `quote` if quotes are plain characters in this table."
        )


def count_lines(data: bytes) -> int:
    """Return how many line ends stand in a text: LF, CR LF or CR alone."""
    ends = data.count(b"\n")
    return ends + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else ends
