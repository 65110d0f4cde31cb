"""Writes delimited text: the original records, with new cells behind or in their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol, cast

from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables.csv import CsvBatch, CsvTable
from enrich.tables.encoding import Encoding, named_encoding
from enrich.tables.output import OutputFile
from enrich.tables.splitting import Dialect
from enrich.tables.text import cell_text, guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Column
    from enrich.tables.base import Batch, Table

_LINE_ENDS: Final = b"\r\n"
_BREAKS: Final = re.compile(r"[\t\r\n]+")


class CsvWriter(OutputFile):
    """A delimited file to be.

    A table of the same format is copied: encoding, dialect, line ends, a missing last
    line end and all. Another table is written with commas (or tabs), double quotes, LF
    and UTF-8; there, None is an empty cell and empty text is ``""``.

    New text that a spreadsheet would run is neutralised; original cells never are.

    Args:
        path: Where to write.
        table: What will be written again.
        columns: The new columns.
        encoding: The file's encoding, if it is to be another than the table's.
        compression: The ending that names it, or an empty string.
        tabs: Whether the file's name promises tabs.
    """

    def __init__(
        self,
        path: str,
        table: Table,
        columns: Sequence[Column],
        *,
        encoding: str | None = None,
        compression: str = "",
        tabs: bool = False,
    ) -> None:
        super().__init__(path, compression)
        stated = None if encoding is None else named_encoding(encoding)
        self._source: _Source
        if isinstance(table, CsvTable) and copies(table, tabs=tabs):
            self._source = _Copied(table, stated or table.encoding)
        else:
            self._source = _Rendered(table, stated or Encoding("utf-8"), tabs=tabs)
        self._encoding = self._source.encoding
        self._delimiter = self._source.dialect.delimiter
        self._columns = columns
        self._cells = CellFormat(self._source.dialect)

    def begin(self) -> None:
        """Write what stands before the first row."""
        self.put(self._encoding.mark)
        self.put(self._encoding.outer(self._source.preamble))
        if self._source.header is not None:
            names = [column for column in self._columns if column.position is None]
            cells = [[self._cells.quoted(column.name)] for column in names]
            self._put_records(self._append([self._source.header], names, cells, start=-1))

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells."""
        records = self._source.records(batch)
        behind: list[Column] = []
        texts: list[Sequence[str]] = []
        for column, values in zip(self._columns, cells, strict=True):
            if column.position is None:
                behind.append(column)
                texts.append(self._cells.texts(column, values, start=batch.start))
            else:
                records = self._replace(records, column, values, start=batch.start)
        self._put_records(self._append(records, behind, texts, start=batch.start))

    def _put_records(self, records: Sequence[bytes]) -> None:
        self.put(self._encoding.outer(b"".join(records)))

    def _append(
        self,
        records: Sequence[bytes],
        columns: Sequence[Column],
        texts: Sequence[Sequence[str]],
        *,
        start: int,
    ) -> Sequence[bytes]:
        """Return records with cells behind."""
        if not texts:
            return records
        written: list[bytes] = []
        delimiter = self._delimiter.decode()
        encode = self._encoding.encode
        for record, cells in zip(records, zip(*texts, strict=True), strict=True):
            body = record.rstrip(_LINE_ENDS)
            try:
                behind = encode(delimiter + delimiter.join(cells))
            except UnicodeEncodeError:
                for column, text in zip(columns, cells, strict=True):
                    self._encoded(text, column, start + len(written))
                raise
            written.append(body + behind + record[len(body) :])
        return written

    def _replace(
        self, records: Sequence[bytes], column: Column, values: Sequence[object], *, start: int
    ) -> list[bytes]:
        """Return records with one cell of each replaced, unless it is to be kept."""
        match = self._source.dialect.cells([cast("int", column.position)]).match
        written: list[bytes] = []
        for index, (record, value) in enumerate(zip(records, values, strict=True)):
            if value is KEEP:
                written.append(record)
                continue
            (text,) = self._cells.texts(column, [value], start=start + index)
            found = match(record)
            assert found is not None  # noqa: S101 - every record was split by this dialect
            first, end = found.span(1)
            cell = self._encoded(text, column, start + index)
            written.append(record[:first] + cell + record[end:])
        return written

    def _encoded(self, text: str, column: Column, row: int) -> bytes:
        try:
            return self._encoding.encode(text)
        except UnicodeEncodeError as error:
            raise _unencodable(error, self._encoding, row=row + 1, column=column.name) from error


class CellFormat:
    """How new cells are quoted in a dialect.

    A cell is quoted also for another dialect's delimiter: spreadsheets guess, and one
    that guesses wrong must not find a formula behind it.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._quote = dialect.quote.decode()
        self._delimiter = dialect.delimiter.decode()
        special = re.escape(self._quote + self._delimiter)
        self._special = re.compile(rf"[{special},;|\t\r\n]")

    def texts(self, column: Column, values: Sequence[object], *, start: int) -> list[str]:
        """Return the cells of one new column as they are written.

        Raises:
            CellError: Text that a table without quotes cannot hold.
        """
        texts: list[str] = []
        # Words, states and the like come again and again.
        known: dict[object, str] = {}
        for value in values:
            kind = type(value)
            if isinstance(value, str):
                text = known.get(value)
                if text is None:
                    text = known[value] = self._text(value, column, start + len(texts))
            elif value is None:
                text = ""
            elif kind is int:
                # Written by us, so that there is nothing to guard against.
                text = repr(value)
            elif kind is float or kind is bool:
                text = cell_text(value)
            else:
                text = self._text(cell_text(value, column.kind), column, start + len(texts))
            texts.append(text)
        return texts

    def _text(self, text: str, column: Column, row: int) -> str:
        text = self.quoted(guarded(text))
        if not self._quote and self._delimiter in text:
            raise CellError(
                "holds the delimiter, and the table has no quotes. "
                "Write .jsonl or .parquet instead.",
                row=row + 1,
                column=column.name,
            )
        return text

    def quoted(self, text: str) -> str:
        """Return text as a cell, quoted where it needs to be.

        Without quotes to use, tabs and line ends become blanks.
        """
        if text and not self._special.search(text):
            return text
        quote = self._quote
        if not quote:
            return _BREAKS.sub(" ", text)
        return quote + text.replace(quote, quote * 2) + quote


def copies(table: CsvTable, *, tabs: bool) -> bool:
    """Say whether a delimited table's records can stand as they are in the new file.

    A file that ends in .tsv must have tabs; one that was .tsv and becomes .csv, commas.
    """
    return tabs == (table.dialect.delimiter == b"\t") or (not tabs and not table.tabs)


class _Source(Protocol):
    """The original part of the file to be, in its dialect, as inner bytes."""

    dialect: Dialect
    encoding: Encoding
    preamble: bytes
    header: bytes | None

    def records(self, batch: Batch) -> list[bytes]: ...


class _Copied:
    def __init__(self, table: CsvTable, encoding: Encoding) -> None:
        self.dialect = table.dialect
        self.encoding = encoding
        self.preamble = table.preamble
        self._table = table
        # Wide encodings and UTF-8 are the same bytes inside.
        same = table.encoding.inner_name == encoding.inner_name
        self._transcodes = not same
        self.header = table.header
        if self._transcodes and table.header is not None:
            (self.header,) = self._transcoded([table.header], -1)

    def records(self, batch: Batch) -> list[bytes]:
        lines = cast("CsvBatch", batch).lines
        return self._transcoded(lines, batch.start) if self._transcodes else lines

    def _transcoded(self, lines: Sequence[bytes], start: int) -> list[bytes]:
        decode, encode = self._table.encoding.decode, self.encoding.encode
        written: list[bytes] = []
        for line in lines:
            try:
                written.append(encode(decode(line)))
            except UnicodeEncodeError as error:
                raise TableError(
                    f"{self._table.path}: row {start + len(written) + 1} holds "
                    f"{error.object[error.start]!r}, which {self.encoding.name} does not. "
                    "Set the output's `encoding` to utf-8."
                ) from error
        return written


class _Rendered:
    preamble = b""

    def __init__(self, table: Table, encoding: Encoding, *, tabs: bool) -> None:
        self.dialect = Dialect(b"\t" if tabs else b",", b'"')
        self.encoding = encoding
        self._path = table.path
        self._cells = CellFormat(self.dialect)
        self.header: bytes | None = self._record(list(table.columns), -1)

    def records(self, batch: Batch) -> list[bytes]:
        from enrich.tables.plain import plain  # noqa: PLC0415 - needs pyarrow, which is heavy

        columns = [
            [None if value is None else cell_text(value) for value in plain(column).to_pylist()]
            for column in batch.to_arrow().columns
        ]
        rows = zip(*columns, strict=True) if columns else [()] * len(batch)
        return [self._record(row, batch.start + index) for index, row in enumerate(rows)]

    def _record(self, cells: Sequence[str | None], row: int) -> bytes:
        texts = ["" if cell is None else self._cells.quoted(cell) for cell in cells]
        # A record that is one empty cell would be a blank line, and that is no row.
        line = self.dialect.delimiter.decode().join(texts) or ('""' if cells else "")
        try:
            return self.encoding.encode(line + "\n")
        except UnicodeEncodeError as error:
            raise TableError(
                f"{self._path}: row {row + 1} holds {error.object[error.start]!r}, which "
                f"{self.encoding.name} does not. Set the output's `encoding` to utf-8."
            ) from error


def _unencodable(
    error: UnicodeEncodeError, encoding: Encoding, *, row: int, column: str
) -> CellError:
    return CellError(
        f"{error.object[error.start]!r} cannot be written in {encoding.name}. "
        "Set the output's `encoding` to utf-8; what was bought is kept.",
        row=row,
        column=column,
    )
