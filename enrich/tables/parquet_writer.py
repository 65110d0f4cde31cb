"""Writes Parquet: the original columns with types, metadata and row groups, and new ones."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final, Self, cast

import pyarrow as pa
import pyarrow.parquet as pq

from enrich.tables.arrow import Converter
from enrich.tables.names import check_distinct
from enrich.tables.parquet import ParquetBatch, ParquetTable
from enrich.tables.publish import publication
from enrich.tables.row_group import RowGroup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from enrich.records import Column
    from enrich.tables.base import Batch, Table

GROUP_ROWS: Final = 1 << 17
GROUP_BYTES: Final = 16 << 20  # of Arrow memory; for tables that come without row groups


class ParquetWriter:
    """A Parquet file to be.

    A Parquet table keeps its schema, the metadata of fields and file, dictionaries,
    compression and row groups. Another table's rows are put into row groups of up to
    131,072 rows and 16 MiB.

    Row groups are kept also when they are larger than memory; see ``RowGroup``.

    Args:
        path: Where to write.
        table: What will be written again.
        columns: The new columns.

    Raises:
        TableError: Two columns of one name, or a new column that cannot stand in the
            original's place for its type.
    """

    def __init__(self, path: str, table: Table, columns: Sequence[Column]) -> None:
        self._path = path
        self._columns = columns
        self._copies = isinstance(table, ParquetTable)
        if not self._copies:
            check_distinct(table.columns, path=table.path)
        schema = table.schema
        self._converters: list[Converter] = []
        for column in columns:
            at = column.position
            if at is None:
                converter = Converter(column)
                schema = schema.append(pa.field(column.name, converter.type))
            else:
                converter = Converter(column, schema.field(at).type)
                schema = schema.set(at, _opened(schema.field(at)).with_type(converter.type))
            self._converters.append(converter)
        self._schema = schema
        self._settings = _settings(table, schema)

    def __enter__(self) -> Self:
        self._publication = publication(self._path)
        try:
            self._group = RowGroup(self._schema, self._publication)
            self._writer = pq.ParquetWriter(
                cast("IO[Any]", self._group.sink), self._schema, **self._settings
            )
        except OSError as error:
            self._publication.discard()
            raise self._publication.failed(error) from error
        except BaseException:
            self._publication.discard()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._give_up()
            return
        try:
            self._write_group()
            self._writer.close()
        except OSError as error:
            self._give_up()
            raise self._publication.failed(error) from error
        self._publication.publish()

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells."""
        arrays = list(batch.to_arrow().columns)
        for column, converter, values in zip(self._columns, self._converters, cells, strict=True):
            if column.position is None:
                arrays.append(converter.array(values, start=batch.start))
            else:
                original = arrays[column.position]
                merged = converter.merged(original, values, start=batch.start)
                arrays[column.position] = merged
        rows = pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        try:
            self._group.add(rows)
            if self._copies:
                whole = cast("ParquetBatch", batch).ends_group
            else:
                whole = self._group.rows >= GROUP_ROWS or self._group.bytes >= GROUP_BYTES
            if whole:
                self._write_group()
        except OSError as error:
            raise self._publication.failed(error) from error

    def _give_up(self) -> None:
        self._group.sink.abandoned = True
        self._group.clear()
        self._writer.close()
        self._publication.discard()

    def _write_group(self) -> None:
        if self._group.rows:
            self._writer.write_table(self._group.table(), row_group_size=self._group.rows)
            self._group.clear()


def _opened(field: pa.Field[Any]) -> pa.Field[Any]:
    """Return a column that new cells may stand in: a null, or a word that is none of its own."""
    # By these, Polars would read every other word as null.
    about: Any = {
        key: value
        for key, value in (field.metadata or {}).items()
        if not key.startswith(b"_PL_ENUM")
    }
    return field.with_nullable(True).with_metadata(about)


def _settings(table: Table, schema: pa.Schema) -> dict[str, Any]:
    """Return what the writer is told, so that the file is as the table's was."""
    if not isinstance(table, ParquetTable) or not table.metadata.num_row_groups:
        return {"compression": "snappy"}
    group = table.metadata.row_group(0)
    chunks = [group.column(index) for index in range(group.num_columns)]
    codecs = {chunk.path_in_schema: _codec(chunk.compression) for chunk in chunks}
    nested = not any(".list.item" in path for path in codecs)
    compression: str | dict[str, str] = next(iter(codecs.values()), "snappy")
    if len(set(codecs.values())) > 1:
        compression = {path: codecs.get(path, "snappy") for path in _paths(schema, nested)}
    return {
        "compression": compression,
        "use_compliant_nested_type": nested,
        "sorting_columns": group.sorting_columns or None,
    }


def _codec(name: str) -> str:
    return {"UNCOMPRESSED": "NONE", "LZ4_RAW": "LZ4"}.get(name, name)


def _paths(schema: pa.Schema, nested: bool) -> list[str]:  # noqa: FBT001 - a setting's value
    """Return the path of every leaf, as Parquet names it."""
    sink = io.BytesIO()
    pq.ParquetWriter(sink, schema, use_compliant_nested_type=nested).close()
    leaves = pq.read_metadata(io.BytesIO(sink.getvalue())).schema
    return [leaves.column(index).path for index in range(len(leaves))]
