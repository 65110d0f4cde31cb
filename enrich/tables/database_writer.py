"""Writes into a database: all rows in one transaction, as a new table or by key.

The rows wait in a nameless file until all are there, so that nothing is locked for longer
than the transaction takes, and a failure before it leaves no trace.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any, Final, Self

import pyarrow as pa
import pyarrow.types as kinds

from enrich.errors import TableError
from enrich.tables.arrow import Converter
from enrich.tables.database import (
    DatabaseTable,
    engine,
    quoted,
    quoted_table,
    statement,
)
from enrich.tables.names import check_distinct
from enrich.tables.plain import plain
from enrich.tables.text import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import Column
    from enrich.tables.base import Batch, Table
    from enrich.tables.database import Transaction
    from enrich.tables.places import Target

STAGED: Final = "enrich_staged"


class DatabaseWriter:
    """A table of a database to be; a context manager.

    Without a key the table is made: the query's columns with the types that they have in the
    database, and the new ones behind. A table of this name is replaced only if it was made
    so. With a key, the rows of a table that is there are updated, and columns that it lacks
    are added.

    Args:
        target: What to write.
        table: What will be written again.
        columns: The new columns.

    Raises:
        TableError: The columns cannot stand in a table, or the database is not known.
    """

    def __init__(self, target: Target, table: Table, columns: Sequence[Column]) -> None:
        self._target = target
        self._path = str(target)
        self._engine = engine(target.url)
        self._columns = columns
        self._query = ""
        if isinstance(table, DatabaseTable) and table.source.url == target.url:
            self._query = statement(table.source.query)
        check_distinct(table.columns, path=table.path)
        schema = table.schema
        self._converters: list[Converter] = []
        for column in columns:
            at = column.position
            converter = Converter(column, None if at is None else schema.field(at).type)
            made = pa.field(column.name, converter.type)
            schema = schema.append(made) if at is None else schema.set(at, made)
            self._converters.append(converter)
        self._originals = tuple(table.columns)
        self._schema = schema
        written = [column.name for column in columns]
        names = [*target.key, *written] if target.key else schema.names
        for name in target.key:
            if name not in table.columns:
                raise TableError(f"{self._path}: the rows have no column '{name}' to update by.")
        # What SQL has no type for waits as JSON text.
        self._staged = pa.schema([pa.field(n, _staged_type(schema.field(n).type)) for n in names])

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile()
        self._stream = pa.ipc.new_stream(self._file, self._staged)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._file:
            if kind is not None:
                return
            try:
                self._stream.close()
                self._file.flush()
            except OSError as error:
                raise self._unkept(error) from error
            try:
                self._commit()
            except MemoryError:
                self._commit()

    def _unkept(self, error: OSError) -> TableError:
        return TableError(f"{self._path}: its rows cannot wait for their transaction: {error}.")

    def _commit(self) -> None:
        self._file.seek(0)
        reader = pa.ipc.open_stream(self._file)
        with self._engine.transaction(keep=True) as transaction:
            self._fill(transaction, iter(reader))

    def rehearse(self) -> None:
        """Do all that will be done, with no rows, and undo it: see that it can be done.

        Raises:
            TableError: The table, its columns or the permission is not as it must be.
        """
        with self._engine.transaction(keep=False) as transaction:
            self._fill(transaction, iter(()))

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells."""
        rows = batch.to_arrow()
        made = dict(zip(rows.schema.names, rows.columns, strict=True))
        for column, converter, values in zip(self._columns, self._converters, cells, strict=True):
            if column.position is None:
                made[column.name] = converter.array(values, start=batch.start)
            else:
                original = made[self._originals[column.position]]
                made[column.name] = converter.merged(original, values, start=batch.start)
        arrays = [_staged_array(made[field.name], field.type) for field in self._staged]
        try:
            self._stream.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._staged))
        except OSError as error:
            raise self._unkept(error) from error

    def _fill(self, transaction: Transaction, rows: Iterator[pa.RecordBatch]) -> None:
        transaction.stage(STAGED, self._staged, rows)
        if self._target.key:
            self._update(transaction)
        else:
            self._make(transaction)

    def _make(self, transaction: Transaction) -> None:
        table = self._target.table
        types = transaction.shape(self._query) if self._query else {}
        # A value that was widened to hold the new ones takes the wider type.
        overwritten = {column.name for column in self._columns if column.position is not None}
        columns = {
            field.name: types[field.name]
            if field.name in types and field.name not in overwritten
            else transaction.type_of(field.type)
            for field in self._schema
        }
        there = transaction.columns(table)
        if there and not transaction.is_ours(table):
            raise TableError(
                f"{self._path}: is there, and was not made by enrich. Name another table, or a "
                "key (`output.key`) to update its rows by."
            )
        if there and [*there] == [*columns]:
            transaction.run(f"DELETE FROM {quoted_table(table)}")
            columns = there
        else:
            if there:
                transaction.run(f"DROP TABLE {quoted_table(table)}")
            transaction.create(table, columns)
        casts = ", ".join(transaction.cast(quoted(n), kind) for n, kind in columns.items())
        names = ", ".join(map(quoted, columns))
        transaction.run(
            f"INSERT INTO {quoted_table(table)} ({names}) SELECT {casts} FROM {STAGED} "
            f"ORDER BY {transaction.row}"
        )

    def _update(self, transaction: Transaction) -> None:
        table, key = self._target.table, self._target.key
        there = transaction.columns(table)
        if not there:
            raise TableError(
                f"{self._path}: there is no such table to update; without output.key it is made anew."
            )
        for name in key:
            if name not in there:
                raise TableError(f"{self._path}: has no column '{name}' to update by.")
        for column in self._columns:
            kind = transaction.type_of(self._schema.field(column.name).type)
            if column.name not in there:
                name = quoted(column.name)
                transaction.run(f"ALTER TABLE {quoted_table(table)} ADD COLUMN {name} {kind}")
                there[column.name] = kind
            elif column.position is None and self._target.existing != "overwrite":
                raise TableError(
                    f"{self._path}: has a column '{column.name}' that the query does not give. "
                    "Select it in the query, or set output.existing to overwrite."
                )
        same = " AND ".join(
            f"t.{quoted(name)} = {transaction.cast(f's.{quoted(name)}', there[name])}"
            for name in key
        )
        self._check_keys(transaction, same)
        values = ", ".join(
            f"{quoted(name)} = {transaction.cast(f's.{quoted(name)}', there[name])}"
            for name in (column.name for column in self._columns)
        )
        transaction.run(
            f"UPDATE {quoted_table(table)} AS t SET {values} FROM {STAGED} AS s WHERE {same}"
        )

    def _check_keys(self, transaction: Transaction, same: str) -> None:
        key = self._target.key
        names = ", ".join(map(quoted, key))
        said = f"{self._path}: the key {', '.join(key)}"
        empty = " OR ".join(f"{quoted(name)} IS NULL" for name in key)
        if transaction.run(f"SELECT 1 FROM {STAGED} WHERE {empty} LIMIT 1"):
            raise TableError(f"{said} is empty in a row. Nothing was written.")
        twice = f"SELECT {names} FROM {STAGED} GROUP BY {names} HAVING count(*) > 1 LIMIT 1"
        if found := transaction.run(twice):
            raise TableError(f"{said} is {_listed(found[0])} in two rows. Nothing was written.")
        lost = (
            f"SELECT {names} FROM {STAGED} AS s WHERE NOT EXISTS "
            f"(SELECT 1 FROM {quoted_table(self._target.table)} AS t WHERE {same}) LIMIT 1"
        )
        if found := transaction.run(lost):
            raise TableError(
                f"{said}: no row of the table has {_listed(found[0])}. Nothing was written."
            )


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join(map(str, values))


def _staged_type(kind: pa.DataType) -> pa.DataType:
    if kinds.is_dictionary(kind):
        return _staged_type(kind.value_type)
    if kinds.is_list(kind) and _is_scalar(kind.value_type):
        return pa.list_(pa.field("item", kind.value_type))
    return kind if _is_scalar(kind) else pa.string()


def _is_scalar(kind: pa.DataType) -> bool:
    return (
        kinds.is_boolean(kind)
        or (kinds.is_integer(kind) and not kinds.is_uint64(kind))
        or kinds.is_float32(kind)
        or kinds.is_float64(kind)
        or kinds.is_string(kind)
        or kinds.is_binary(kind)
        or kinds.is_date32(kind)
        or kinds.is_timestamp(kind)
    )


def _staged_array(array: Any, kind: pa.DataType) -> Any:
    if array.type == kind:
        return array
    if kinds.is_dictionary(array.type):
        return _staged_array(array.dictionary_decode(), kind)
    if not kinds.is_string(kind):
        return array.cast(kind)
    values = plain(array).to_pylist()
    return pa.array([None if v is None else cell_text(v) for v in values], pa.string())
