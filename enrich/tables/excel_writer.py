"""Writes Excel: the original workbook with new cells, or another table as a new workbook."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import tempfile
import zipfile
from typing import TYPE_CHECKING, Final, Self, cast

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException

from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables.excel import ExcelBatch, ExcelTable
from enrich.tables.names import check_distinct
from enrich.tables.publish import publication
from enrich.tables.sheet import (
    SheetText,
    cell_xml,
    cells_of,
    is_formula,
    letters,
    row_with,
    sized,
    style_of,
)
from enrich.tables.storage import open_file
from enrich.tables.text import cell_text, guarded
from enrich.tables.workbook import MAX_COLUMNS, MAX_ROWS, MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from enrich.records import Column, Json
    from enrich.tables.base import Batch, Table

_MAX_EXACT: Final = 1 << 53  # a spreadsheet's numbers are doubles
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the oldest time a zip knows, and the same each time


class ExcelWriter:
    """An .xlsx file to be.

    A workbook is copied part by part: only the one sheet is written anew, and of it only the
    rows that get cells. Styles, formulas and their values, other sheets, charts, macros and
    whatever else is in it stay as they were. Another table becomes a new workbook.

    Args:
        path: Where to write.
        table: What will be written again.
        columns: The new columns.
    """

    def __init__(self, path: str, table: Table, columns: Sequence[Column]) -> None:
        self._path = path
        copies = isinstance(table, ExcelTable)
        if not copies:
            check_distinct(table.columns, path=table.path)
        behind = sum(column.position is None for column in columns)
        first = cast("ExcelTable", table).first if copies else 0
        if first + len(table.columns) + behind > MAX_COLUMNS:
            raise TableError(f"{path}: Excel has no more than {MAX_COLUMNS} columns.")
        self._pages: _Copied | _New
        if copies:
            self._pages = _Copied(cast("ExcelTable", table), columns)
        else:
            self._pages = _New(path, table, columns)

    def __enter__(self) -> Self:
        self._publication = publication(self._path)
        try:
            self._pages.begin(self._publication.file)
        except OSError as error:
            self._give_up()
            raise self._publication.failed(error) from error
        except BaseException:
            self._give_up()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._give_up()
            return
        try:
            self._pages.end()
        except OSError as error:
            self._give_up()
            raise self._publication.failed(error) from error
        except BaseException:
            self._give_up()
            raise
        self._publication.publish()

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells."""
        try:
            self._pages.write(batch, cells)
        except OSError as error:
            raise self._publication.failed(error) from error

    def _give_up(self) -> None:
        self._pages.close()
        self._publication.discard()


class _Copied:
    """The original workbook, and the place in its sheet up to which it was written."""

    def __init__(self, table: ExcelTable, columns: Sequence[Column]) -> None:
        self._table = table
        self._columns = columns
        self._source: zipfile.ZipFile | None = None
        self._target: zipfile.ZipFile | None = None
        behind = iter(range(len(table.columns), MAX_COLUMNS))
        self._places = [
            table.first + (next(behind) if c.position is None else c.position) for c in columns
        ]

    def begin(self, file: IO[bytes]) -> None:
        self._content = open_file(self._table.path)
        self._source = zipfile.ZipFile(self._content)
        self._target = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        # The sheet takes shape in a file without a name: a zip takes one part at a time.
        self._sheet = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the writer
        self._text = SheetText(self._source.open(self._table.sheet.part), self._table.path)
        self._rows = self._text.rows()
        self._last = 0
        self._put_head()

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        rows = cast("ExcelBatch", batch)
        for index, values in enumerate(zip(*cells, strict=True)):
            number = rows.numbers[index]
            row = self._row(number)
            self._sheet.write(self._changed(row, number, values, batch.start + index + 1))
        if not cells:
            for number in rows.numbers:
                self._sheet.write(self._row(number))

    def end(self) -> None:
        assert self._source is not None  # noqa: S101 - begun before it ends
        assert self._target is not None  # noqa: S101 - likewise
        for number, row in self._rows:
            self._sheet.write(row)
            self._last = number
        for block in self._text.tail():
            self._sheet.write(block)
        for entry in self._source.infolist():
            made = zipfile.ZipInfo(entry.filename, entry.date_time)
            made.compress_type = entry.compress_type
            made.external_attr = entry.external_attr
            with self._target.open(made, "w", force_zip64=entry.file_size > 1 << 30) as part:
                if entry.filename == self._table.sheet.part:
                    self._put_sheet(part)
                else:
                    with self._source.open(entry) as original:
                        shutil.copyfileobj(original, part)
        self._target.close()
        self._target = None
        self.close()

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._content.close()
            self._sheet.close()
        if self._target is not None:
            # Closing it would write its directory into a file that is given up.
            self._target.fp = None
            self._target = None
        self._source = None

    def _put_head(self) -> None:
        number = self._table.header
        row = self._row(number)
        at = self._table.first + len(self._table.columns) - 1
        span = cells_of(row).get(at)
        style = style_of(row[slice(*span)]) if span else None
        names = {
            place: cell_xml(column.name, place, number, prefix=self._text.prefix, style=style)
            for place, column in zip(self._places, self._columns, strict=True)
            if column.position is None
        }
        self._sheet.write(row_with(row, number, names, self._text.prefix) if names else row)

    def _put_sheet(self, part: IO[bytes]) -> None:
        table = self._table
        last = max([table.first + len(table.columns) - 1, *self._places])
        part.write(sized(self._text.head, table.first, last, self._last))
        self._sheet.seek(0)
        shutil.copyfileobj(self._sheet, part)

    def _row(self, wanted: int) -> bytes:
        """Write the rows before one, and return it."""
        for number, row in self._rows:
            self._last = number
            if number == wanted:
                return row
            self._sheet.write(row)
        raise TableError(f"{self._table.path}: was changed while it was read.")

    def _changed(self, row: bytes, number: int, values: Sequence[object], at: int) -> bytes:
        prefix = self._text.prefix
        there = cells_of(row)
        made: dict[int, bytes] = {}
        for column, place, value in zip(self._columns, self._places, values, strict=True):
            span = there.get(place)
            if value is KEEP or (value is None and span is None):
                continue
            old = row[slice(*span)] if span else None
            style = style_of(old) if column.position is not None else None
            if old and column.position is not None and is_formula(old):
                raise CellError(
                    f"{letters(place)}{number} holds a formula, which a value would replace. "
                    "Give the new column another name.",
                    row=at,
                    column=column.name,
                )
            cell = _cell(value, column, at)
            if cell is None:
                made[place] = b""
                continue
            # A number is not to be shown as the date that was there.
            if not isinstance(cell, str) and style in self._table.workbook.moments:
                style = None
            made[place] = cell_xml(cell, place, number, prefix=prefix, style=style)
        return row_with(row, number, made, prefix) if made else row


class _Exact(float):
    """A number that XlsxWriter writes out whole, and not to its 16th digit."""

    def __format__(self, spec: str) -> str:
        text = super().__format__(spec)
        return text if float(text) == self else repr(float(self))


class _New:
    """A workbook of one sheet, written row by row."""

    def __init__(self, path: str, table: Table, columns: Sequence[Column]) -> None:
        self._path = path
        self._table = table
        self._columns = columns
        self._rows = 0

    def begin(self, file: IO[bytes]) -> None:
        self._workbook = Workbook(
            file, {"constant_memory": True, "strings_to_urls": False, "use_zip64": True}
        )
        self._workbook.set_properties({"created": _CREATED})
        self._sheet = self._workbook.add_worksheet()
        formats = {
            dt.datetime: "yyyy-mm-dd hh:mm:ss.000",
            dt.date: "yyyy-mm-dd",
            dt.time: "hh:mm:ss.000",
            dt.timedelta: "[h]:mm:ss.000",
        }
        self._formats = {
            kind: self._workbook.add_format({"num_format": code}) for kind, code in formats.items()
        }
        behind = [column.name for column in self._columns if column.position is None]
        self._put([*self._table.columns, *behind], [])

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        from enrich.tables.excel_values import values  # noqa: PLC0415 - needs pyarrow

        originals = [values(column) for column in batch.to_arrow().columns]
        names = [*self._table.columns, *(c.name for c in self._columns if c.position is None)]
        for index in range(len(batch)):
            at = batch.start + index + 1
            row: list[object] = [column[index] for column in originals]
            for column, made in zip(self._columns, cells, strict=True):
                if column.position is None:
                    row.append(_cell(made[index], column, at))
                elif made[index] is not KEEP:
                    row[column.position] = _cell(made[index], column, at)
            self._put(row, names)

    def end(self) -> None:
        self._workbook.close()

    def close(self) -> None:
        """Let go of what it had written, which is in files of its own until it is closed."""
        if not self._workbook.fileclosed:
            # A full disk makes closing fail too, and there is nothing left to save.
            with contextlib.suppress(OSError, XlsxWriterException):
                self._workbook.close()

    def _put(self, row: Sequence[object], names: Sequence[str]) -> None:
        if self._rows == MAX_ROWS:
            raise TableError(f"{self._path}: Excel has no more than {MAX_ROWS} rows.")
        sheet, at = self._sheet, self._rows
        for place, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                if len(value) > MAX_TEXT:
                    raise _too_long(value, at, names[place] if names else value[:20])
                sheet.write_string(at, place, value)
            elif isinstance(value, bool):
                sheet.write_boolean(at, place, value)
            elif isinstance(value, float):
                sheet.write_number(at, place, _Exact(value))
            elif isinstance(value, int):
                sheet.write_number(at, place, value)
            else:
                sheet.write_datetime(at, place, value, self._formats[type(value)])
        self._rows += 1


def _cell(value: Json, column: Column, row: int) -> str | int | float | bool | None:
    """Return a new cell as a spreadsheet holds it: numbers and truths, and text for all else.

    Raises:
        CellError: Text that is longer than a cell may be.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float) or (isinstance(value, int) and abs(value) <= _MAX_EXACT):
        return value
    text = guarded(cell_text(value, column.kind))
    if len(text) > MAX_TEXT:
        raise _too_long(text, row, column.name)
    return text


def _too_long(text: str, row: int, column: str) -> CellError:
    return CellError(
        f"has {len(text):,} characters, and a cell of Excel holds {MAX_TEXT:,}. Write .csv, "
        ".jsonl or .parquet instead; what was bought is kept.",
        row=row,
        column=column,
    )
