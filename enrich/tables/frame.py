"""Frames: tables that are in memory already, as one program gives them to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self, cast

import pyarrow as pa

from enrich.errors import TableError
from enrich.tables import arrow_values
from enrich.tables.arrow import Converter
from enrich.tables.names import positions, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.records import Column
    from enrich.tables.base import Batch

BATCH_ROWS: Final = 2048


class FrameTable:
    """A frame whose columns become Arrow arrays when they are looked at, and no others.

    Attributes:
        path: What it is called in errors.
        columns: Names of its columns.
    """

    path = "the frame"

    def __init__(self, columns: Sequence[str], rows: int, array: Callable[[str], Any]) -> None:
        """Stand for a frame.

        Args:
            columns: Names of its columns.
            rows: How many rows it has.
            array: Gives a column.
        """
        self.columns: tuple[str, ...] = tuple(columns)
        self._rows = rows
        self._array = array
        self._known: dict[str, Any] = {}

    @property
    def schema(self) -> pa.Schema:
        """The schema of all columns."""
        return pa.schema([(name, self.array(name).type) for name in self.columns])

    def holds(self, name: str) -> bool:
        """Say whether a name is a column."""
        return name in self.columns

    def count(self) -> int:
        """Return the number of rows."""
        return self._rows

    def array(self, name: str) -> Any:
        """Return a column.

        Raises:
            TableError: Its values have no one type.
        """
        if name not in self._known:
            try:
                self._known[name] = self._array(name)
            except (pa.ArrowException, TypeError, ValueError) as error:
                reason = " ".join(str(error).split())
                message = (
                    f"{self.path}: column '{name}' has values of several types, or of one that "
                    f"no table has ({reason}). Make them all text, or all numbers."
                )
                raise TableError(message) from error
        return self._known[name]

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[FrameBatch]:
        """Yield all rows in order, 2,048 at a time."""
        for name in columns or ():
            if name not in self.columns:
                raise unknown(name, self.columns, path=self.path)
        positions(list(columns or ()), self.columns, path=self.path)
        del whole  # what is written back stays where it is
        return (
            FrameBatch(self, start, min(BATCH_ROWS, self._rows - start))
            for start in range(0, self._rows, BATCH_ROWS)
        )


class FrameBatch:
    """Some rows of a frame.

    Attributes:
        start: Number of the first, from 0.
    """

    def __init__(self, table: FrameTable, start: int, rows: int) -> None:
        self.start = start
        self._table = table
        self._rows = rows

    def __len__(self) -> int:
        return self._rows

    def column(self, name: str) -> list[Any]:
        """Return one column's values as Python's."""
        return arrow_values.values(self._table.array(name).slice(self.start, self._rows))

    def locate(self, index: int) -> str:
        """Return ``row 17``."""
        return f"row {self.start + index + 1}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return all columns of the rows."""
        table = pa.table({name: self._table.array(name) for name in self._table.columns})
        return table.slice(self.start, self._rows).combine_chunks().to_batches()[0]


class FrameWriter:
    """Keeps the new columns as Arrow arrays; a context manager like every writer.

    Attributes:
        arrays: The new columns by name, whole once the block is left.
    """

    def __init__(self, table: FrameTable, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._table = table
        self._converters = [
            Converter(
                column,
                None if column.position is None else table.array(column.name).type,
            )
            for column in columns
        ]
        self._parts: list[list[Any]] = [[] for _ in columns]
        self.arrays: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.arrays = {
                column.name: pa.chunked_array(parts, cast("Any", converter.type))
                for column, converter, parts in zip(
                    self._columns, self._converters, self._parts, strict=True
                )
            }

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Keep the new cells of a batch."""
        rows = zip(self._columns, self._converters, self._parts, cells, strict=True)
        for column, converter, parts, values in rows:
            if column.position is None:
                parts.append(converter.array(values, start=batch.start))
                continue
            original = self._table.array(column.name).slice(batch.start, len(batch))
            merged = converter.merged(original.combine_chunks(), values, start=batch.start)
            parts.extend(merged.chunks if isinstance(merged, pa.ChunkedArray) else [merged])
