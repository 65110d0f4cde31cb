"""Excel: every row is read, and written again, as the XML that it is."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from enrich.errors import TableError
from enrich.tables.names import positions
from enrich.tables.sheet import CellReader, SheetText, Uncomputed, letters
from enrich.tables.text import cell_text
from enrich.tables.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

BATCH_ROWS: Final = 4096
BATCH_BYTES: Final = 4 << 20


class ExcelTable:
    """One sheet of an .xlsx workbook.

    The first row that says anything holds the columns' names, from the first cell that does
    to the last. Rows without a value are no rows.

    Attributes:
        path: The file.
        workbook: What stands around the sheet.
        sheet: Which sheet it is.
        columns: Names from the header.
        first: Where the columns begin, from 0 for ``A``.
        header: Number of the header's row, from 1.
    """

    def __init__(self, path: str, sheet: str | None = None) -> None:
        self.path = path
        self.workbook = Workbook(path)
        self.sheet = self.workbook.sheet(sheet)
        for numbers, values in self._read():
            named = next((row for row in values if row), None)
            if named is not None:
                self.header = numbers[values.index(named)]
                self.first = min(named)
                width = max(named) + 1 - self.first
                cells = [named.get(self.first + at, "") for at in range(width)]
                if Uncomputed.FORMULA in cells:
                    raise self.uncomputed(self.header, cells.index(Uncomputed.FORMULA))
                self.columns: tuple[str, ...] = tuple(map(shown, cells))
                return
        raise TableError(f"{path}: its sheet '{self.sheet.name}' is empty: there is no header.")

    @cached_property
    def schema(self) -> pa.Schema:
        """Types that hold all values of each column; the first asking reads the sheet once."""
        from enrich.tables.excel_types import excel_schema  # noqa: PLC0415 - needs pyarrow

        return excel_schema(self)

    def holds(self, name: str) -> bool:
        """Say whether a column has this name."""
        return name in self.columns

    def count(self) -> None:
        """Return None: which rows say nothing is seen only by reading them."""

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[ExcelBatch]:
        """Yield all rows in order, up to 4,096 at a time."""
        del whole  # a sheet can only be read whole
        positions(columns or (), self.columns, path=self.path)
        return self._batches()

    def uncomputed(self, row: int, index: int) -> TableError:
        """Return the error for a formula that has no value, in a row and a column by its index."""
        return TableError(
            f"{self.path}: {letters(self.first + index)}{row} holds a formula that was never "
            "computed. Open the workbook in a spreadsheet and save it."
        )

    def _batches(self) -> Iterator[ExcelBatch]:
        start = 0
        for numbers, values in self._read():
            kept = {
                number: row
                for number, row in zip(numbers, values, strict=True)
                if row and number > self.header
            }
            for number, row in kept.items():
                self._check_width(number, row)
            if kept:
                yield ExcelBatch(self, start, [*kept], [*kept.values()])
            start += len(kept)

    def _read(self) -> Iterator[tuple[list[int], list[dict[int, Any]]]]:
        """Yield numbers and values of some rows at a time."""
        reader = CellReader(self.workbook)
        with self.workbook.open() as file, file.open(self.sheet.part) as stream:
            for rows in _bounded(SheetText(stream, self.path).rows()):
                yield [number for number, _ in rows], reader.read([text for _, text in rows])

    def _check_width(self, number: int, row: dict[int, Any]) -> None:
        last = self.first + len(self.columns) - 1
        for column in (min(row), max(row)):
            if not self.first <= column <= last:
                raise TableError(
                    f"{self.path}: row {number} has a value in column {letters(column)}, which "
                    f"has no name in row {self.header}. Name that column, or move the value."
                )


class ExcelBatch:
    """Some rows.

    Attributes:
        start: Number of the first, from 0, without the header.
        numbers: The rows' own numbers in the sheet.
        values: What their cells say, by column.
    """

    def __init__(
        self, table: ExcelTable, start: int, numbers: list[int], values: list[dict[int, Any]]
    ) -> None:
        self.table = table
        self.start = start
        self.numbers = numbers
        self.values = values

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> list[Any]:
        """Return one column's values; None for a cell that holds nothing."""
        (at,) = positions([name], self.table.columns, path=self.table.path)
        return self.cells(at)

    def cells(self, index: int) -> list[Any]:
        """Return the values of a column by its index.

        Raises:
            TableError: A formula without a value.
        """
        found = self.found(index)
        if Uncomputed.FORMULA in found:
            raise self.table.uncomputed(self.numbers[found.index(Uncomputed.FORMULA)], index)
        return found

    def found(self, index: int) -> list[Any]:
        """Return what a column's cells hold, a formula without a value too."""
        at = self.table.first + index
        return [row.get(at) for row in self.values]

    def locate(self, index: int) -> str:
        """Return ``row 17``, as the spreadsheet numbers it."""
        return f"row {self.numbers[index]}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return every column: values of one kind typed, mixed ones as text."""
        from enrich.tables.excel_types import excel_arrow  # noqa: PLC0415 - needs pyarrow

        return excel_arrow(self)


def shown(value: Any) -> str:
    """Return a cell's value as text."""
    moment = isinstance(value, dt.date | dt.time | dt.timedelta)
    return str(value) if moment else cell_text(value)


def _bounded(rows: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    taken: list[tuple[int, bytes]] = []
    size = 0
    for row in rows:
        taken.append(row)
        size += len(row[1])
        if len(taken) == BATCH_ROWS or size >= BATCH_BYTES:
            yield taken
            taken, size = [], 0
    if taken:
        yield taken
