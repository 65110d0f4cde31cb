"""Parquet, read by row group and in batches within it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as kinds

from enrich.errors import TableError
from enrich.tables.arrow_values import values
from enrich.tables.int96 import leaves, unit
from enrich.tables.names import positions, unknown
from enrich.tables.storage import filesystem, is_remote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH_ROWS: Final = 4096
BATCH_BYTES: Final = 8 << 20
_READ_BYTES: Final = 16 << 20  # of compressed pages held at a time, over all columns


class ParquetTable:
    """A Parquet file.

    Attributes:
        path: The file.
        schema: Its Arrow schema with all metadata.
        metadata: Its footer.
        columns: Names of the columns.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._int96 = "us"
        with self._open(1, self._int96) as file:
            self.schema: pa.Schema = file.schema_arrow
            self.metadata = file.metadata
        if old := leaves(self.metadata):
            self._int96 = self._unit_of(old)
            with self._open(1, self._int96) as file:
                self.schema = file.schema_arrow
        self.columns: tuple[str, ...] = tuple(self.schema.names)

    def holds(self, name: str) -> bool:
        """Say whether a name is a column, or a path into its structs."""
        return name in self.columns or self._reaches(name)

    def count(self) -> int:
        """Return the number of rows."""
        return self.metadata.num_rows

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[ParquetBatch]:
        """Yield all rows in order, up to 4,096 and about 8 MiB at a time."""
        for name in columns or ():
            if name not in self.columns and not self._reaches(name):
                raise unknown(name, self.columns, path=self.path)
        roots = [self._root(name) for name in columns or ()]
        positions(roots, self.columns, path=self.path)
        return self._batches(None if whole or columns is None else roots)

    def _batches(self, columns: list[str] | None) -> Iterator[ParquetBatch]:
        start = 0
        try:
            with self._open(self.metadata.num_columns, self._int96) as file:
                for group in range(self.metadata.num_row_groups):
                    left = self.metadata.row_group(group).num_rows
                    parts = file.iter_batches(
                        self._batch_rows(group),
                        row_groups=[group],
                        columns=columns,
                        use_threads=False,
                    )
                    while left:
                        part = next(parts)
                        left -= len(part)
                        if not left:
                            # Its dictionaries and pages go before the row group is written.
                            parts = iter(())
                        yield ParquetBatch(self, part, start, ends_group=not left)
                        start += len(part)
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(error) from error

    def _unit_of(self, columns: list[str]) -> str:
        try:
            return unit(partial(self._open, len(columns)), columns, path=self.path)
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(error) from error

    def _batch_rows(self, group: int) -> int:
        metadata = self.metadata.row_group(group)
        row_bytes = metadata.total_byte_size // max(1, metadata.num_rows)
        return max(1, min(BATCH_ROWS, BATCH_BYTES // max(1, row_bytes)))

    def _open(self, columns: int, int96: str) -> pq.ParquetFile:
        # Without a buffer size, whole column chunks would be read at once.
        buffer_size = max(1 << 14, min(1 << 20, _READ_BYTES // max(1, columns)))
        try:
            source: Any = self.path
            if is_remote(self.path):
                storage, inside = filesystem(self.path)
                source = storage.open_input_file(inside)
            return pq.ParquetFile(
                source,
                buffer_size=buffer_size,
                pre_buffer=False,
                coerce_int96_timestamp_unit=int96,
            )
        except (OSError, pa.ArrowException) as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> TableError:
        reason = " ".join(str(error).split())
        return TableError(f"{self.path}: cannot be read as Parquet: {reason}")

    def _root(self, name: str) -> str:
        return name if name in self.columns else name.split(".", 1)[0]

    def _reaches(self, name: str) -> bool:
        first, *path = name.split(".")
        if self.columns.count(first) != 1:
            return False
        kind = self.schema.field(first).type
        for step in path:
            if not kinds.is_struct(kind) or kind.get_field_index(step) < 0:
                return False
            kind = kind.field(step).type
        return True


class ParquetBatch:
    """Some rows of one row group.

    Attributes:
        start: Number of the first, from 0.
        rows: The original columns, or those that were asked for.
        ends_group: Whether these are its row group's last rows.
    """

    def __init__(
        self, table: ParquetTable, rows: pa.RecordBatch, start: int, *, ends_group: bool
    ) -> None:
        self.table = table
        self.rows = rows
        self.start = start
        self.ends_group = ends_group

    def __len__(self) -> int:
        return self.rows.num_rows

    def column(self, name: str) -> list[Any]:
        """Return one column's values as Python's; None where a path meets a null."""
        if name in self.table.columns:
            positions([name], self.table.columns, path=self.table.path)
            return values(self.rows.column(name))
        first, *path = name.split(".")
        return values(pc.struct_field(self.rows.column(first), path))

    def locate(self, index: int) -> str:
        """Return ``row 17``."""
        return f"row {self.start + index + 1}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return the rows."""
        return self.rows
