"""Delimited text: every record is written as the bytes that were read, with cells behind."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.errors import TableError
from enrich.tables.compression import read_blocks
from enrich.tables.dialect import (
    SAMPLE_BYTES,
    SAMPLE_ROWS,
    CsvOptions,
    find_dialect,
    looks_headless,
    sample_records,
)
from enrich.tables.encoding import find_encoding, named_encoding
from enrich.tables.names import positions
from enrich.tables.splitting import Splitter, count_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from enrich.tables.encoding import Encoding
    from enrich.tables.splitting import Records

BATCH_ROWS: Final = 4096
_LINE_ENDS: Final = b"\r\n"
_SEPARATOR: Final = re.compile(rb"(?i:sep)=([^\r\n])[\r\n]+")
_MAGIC: Final = {
    b"PK\x03\x04": "an Excel or zip file",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "compressed by gzip",
    b"BZh": "compressed by bzip2",
    b"\x28\xb5\x2f\xfd": "compressed by Zstandard",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}


class CsvTable:
    """A delimited file.

    Attributes:
        path: The file.
        compression: The ending that names it, or an empty string.
        encoding: How its bytes stand for text.
        dialect: What separates and quotes its cells.
        columns: Names from the header, or ``column_1`` and so on without one.
        header: The first record as it stands; None without a header.
        preamble: Blank lines before it, and Excel's ``sep=;``.
        separator: The delimiter that this names, or nothing.
        tabs: Whether the file's name promises tabs.
        ragged: Whether short records are padded.
    """

    def __init__(
        self, path: str, options: CsvOptions, *, compression: str = "", tabs: bool = False
    ) -> None:
        self.path = path
        self.compression = compression
        self.tabs = tabs
        self.ragged = options.ragged == "pad"
        self.encoding = self._find_encoding(options.encoding)
        self.preamble = b""
        self.separator = b""
        sample = self._sample()
        if self.separator and options.delimiter is None:
            options = replace(options, delimiter=self.separator.decode("latin-1"))
        self.dialect = find_dialect(sample, options, encoding=self.encoding, tabs=tabs)
        # Until they are known, no record is a header and none has a wrong width.
        self.header: bytes | None = None
        self.columns: tuple[str, ...] = ()
        self._learn_columns(options.header, sample)

    @property
    def schema(self) -> pa.Schema:
        """Every column as strings."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only other formats need it

        return pa.schema([(name, pa.string()) for name in self.columns])

    def holds(self, name: str) -> bool:
        """Say whether a column has this name."""
        return name in self.columns

    def count(self) -> None:
        """Return None: a record's number is known when all before it were read."""

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[CsvBatch]:
        """Yield all rows in order, up to 4,096 and about 1 MiB at a time."""
        del whole  # text can only be read whole
        wanted = () if columns is None else positions(columns, self.columns, path=self.path)
        return self._batches(wanted)

    def _batches(self, wanted: tuple[int, ...]) -> Iterator[CsvBatch]:
        start = 0
        skip = self.header is not None
        for records in self._records(None if self.ragged else len(self.columns)):
            line = records.line
            for first in range(0, len(records.lines), BATCH_ROWS):
                lines = records.lines[first : first + BATCH_ROWS]
                following = line + self._check_text(lines, line)
                if skip:
                    line += count_lines(lines.pop(0))
                    skip = False
                if self.ragged:
                    lines = [self.padded(record) for record in lines]
                if lines:
                    yield CsvBatch(self, lines, start, line, wanted, quoted=records.quoted)
                start += len(lines)
                line = following

    def padded(self, record: bytes) -> bytes:
        """Return a record with as many empty cells behind as it is short."""
        missing = len(self.columns) - len(self.dialect.split(record))
        body = record.rstrip(_LINE_ENDS)
        return body + self.dialect.delimiter * missing + record[len(body) :]

    def _records(self, width: int | None) -> Iterator[Records]:
        splitter = Splitter(self.dialect, path=self.path, width=width)
        splitter.line += count_lines(self.preamble)
        return splitter.split(self._text())

    def _text(self) -> Iterator[bytes]:
        """Yield the text from its first record on, as inner bytes."""
        preamble: list[bytes] = []
        blocks = self.encoding.inner(read_blocks(self.path, self.compression))
        try:
            for block in blocks:
                body = block.lstrip(_LINE_ENDS)
                if named := _SEPARATOR.match(body):
                    self.separator = named[1]
                    body = body[named.end() :]
                preamble.append(block[: len(block) - len(body)])
                if body:
                    yield body
                    break
            self.preamble = b"".join(preamble)
            yield from blocks
        except UnicodeDecodeError as error:
            raise TableError(f"{self.path}: is no whole {self.encoding.name} text.") from error

    def _find_encoding(self, name: str | None) -> Encoding:
        blocks = read_blocks(self.path, self.compression)
        if name is None:
            return find_encoding(blocks)
        return named_encoding(name, next(blocks, b"?")[:4])

    def _sample(self) -> bytes:
        sample = b""
        for block in self._text():
            sample += block
            if len(sample) >= SAMPLE_BYTES:
                break
        if not sample:
            raise TableError(f"{self.path}: is empty: there is not even a header.")
        for magic, kind in _MAGIC.items():
            if sample.startswith(magic):
                raise TableError(f"{self.path}: is {kind}, not text. Give it its own ending.")
        return sample[:SAMPLE_BYTES]

    def _learn_columns(self, header: bool | None, sample: bytes) -> None:  # noqa: FBT001 - an option's value
        first = next(self._records(None)).lines[0]
        self._check_text([first], 1)
        names = [self.encoding.decode(cell) for cell in self._cells(first)]
        width = len(names)
        if self.ragged:
            width = max(
                len(self.dialect.split(record))
                for records in self._records(None)
                for record in records.lines
            )
        if header is None:
            rows = [
                [cell.decode("latin-1") for cell in self._cells(record)]
                for record in sample_records(sample, self.dialect)[: SAMPLE_ROWS + 1]
            ]
            header = len(rows) < 2 or not looks_headless(rows)
        if header:
            self.columns = (*names, *[""] * (width - len(names)))
            self.header = self.padded(first) if self.ragged else first
        else:
            self.columns = tuple(f"column_{number}" for number in range(1, width + 1))

    def _cells(self, record: bytes) -> list[bytes]:
        return [self.dialect.unquote(cell) for cell in self.dialect.split(record)]

    def _check_text(self, lines: Sequence[bytes], line: int) -> int:
        """See that records are text, and return the number of their lines.

        Bytes of another encoding would be copied and stand beside our own.
        """
        data = b"".join(lines)
        if not data.isascii() and not self.encoding.wide:
            try:
                self.encoding.decode(data)
            except UnicodeDecodeError as error:
                number = line + count_lines(data[: error.start])
                raise TableError(
                    f"{self.path}: line {number}: byte 0x{data[error.start]:02X} is no "
                    f"{self.encoding.name}. Set `encoding`, perhaps to windows-1252."
                ) from error
        return count_lines(data)


class CsvBatch:
    """Some records.

    Attributes:
        start: Number of the first, from 0, without the header.
        lines: The records as they were read, with their line ends.
    """

    def __init__(
        self,
        table: CsvTable,
        lines: list[bytes],
        start: int,
        line: int,
        wanted: tuple[int, ...],
        *,
        quoted: bool,
    ) -> None:
        self.table = table
        self.lines = lines
        self.start = start
        self._line = line
        self._wanted = wanted
        self._quoted = quoted
        self._columns: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        """Return one column's cells as text, without quotes."""
        (index,) = positions([name], self.table.columns, path=self.table.path)
        return self._column(index)

    def locate(self, index: int) -> str:
        """Return ``line 17``: where the row's record begins."""
        return f"line {self._line + sum(map(count_lines, self.lines[:index]))}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return all columns as strings."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only other formats need it

        columns = [self._column(index) for index in range(len(self.table.columns))]
        arrays = [pa.array(column, pa.string()) for column in columns]
        return pa.RecordBatch.from_arrays(arrays, schema=self.table.schema)

    def _column(self, index: int) -> list[str]:
        if index not in self._columns:
            self._extract(self._wanted if index in self._wanted else (index,))
        return self._columns[index]

    def _extract(self, indices: tuple[int, ...]) -> None:
        dialect, decode_all = self.table.dialect, self.table.encoding.decode_all
        if self._quoted:
            match = dialect.cells(indices).match
            groups = [match(line).groups() for line in self.lines]  # type: ignore[union-attr]
            for index, raw in zip(indices, zip(*groups, strict=True), strict=True):
                self._columns[index] = decode_all(dialect.unquote_all(raw))
            return
        split, cuts = dialect.delimiter, indices[-1] + 1
        rows = [line.split(split, cuts) for line in self.lines]
        for index in indices:
            cells = [row[index] for row in rows]
            if index == len(self.table.columns) - 1:
                cells = [cell.rstrip(_LINE_ENDS) for cell in cells]
            self._columns[index] = decode_all(cells)
