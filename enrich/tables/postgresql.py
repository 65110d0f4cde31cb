"""PostgreSQL, through ADBC: rows come and go as Arrow batches, by its COPY."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.types as kinds
from adbc_driver_manager import Error
from adbc_driver_postgresql import StatementOptions, dbapi

from enrich.tables.database import failed, literal, quoted, quoted_table
from enrich.tables.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_BYTES: Final = 1 << 20
MARK: Final = "written by enrich"
# What ADBC gives as it is. All else comes as PostgreSQL's own text, which it also takes back.
_PLAIN: Final = {
    "bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bpchar", "name",
    "bytea", "date", "time", "timestamp", "timestamptz",
    "_bool", "_int2", "_int4", "_int8", "_float4", "_float8", "_text",
}  # fmt: skip


class PostgreSQL:
    """One database of PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._path = shown(url)

    def schema(self, query: str) -> pa.Schema:
        """Return a query's columns."""
        with self._cursor() as cursor:
            fields = cursor.adbc_execute_schema(query)
        return pa.schema([self._field(field) for field in fields])

    def read(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield a query's rows."""
        columns = ", ".join(
            quoted(field.name)
            if field.metadata is None
            else f"{quoted(field.name)}::text AS {quoted(field.name)}"
            for field in schema
        )
        with self._cursor() as cursor:
            size = {StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(READ_BYTES)}
            cursor.adbc_statement.set_options(**size)
            cursor.execute(f"SELECT {columns} FROM (\n{query}) AS q")
            for rows in cursor.fetch_record_batch():
                arrays = [
                    column.cast(field.type)
                    for column, field in zip(rows.columns, schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    @contextmanager
    def transaction(self, *, keep: bool) -> Iterator[PostgresTransaction]:
        """Open a transaction."""
        with self._cursor() as cursor:
            yield PostgresTransaction(cursor)
            if keep:
                cursor.connection.commit()

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        try:
            with closing(dbapi.connect(self._url)) as connection, connection.cursor() as cursor:
                yield cursor
        except Error as error:
            raise failed(self._path, error, self._url) from error

    def _field(self, field: Any) -> Any:
        kind = (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode().strip("'")
        if kind not in _PLAIN:
            # The mark that it is asked for as text.
            return pa.field(field.name, pa.string(), metadata={"postgresql": kind})
        if kinds.is_list(field.type):
            return pa.field(field.name, pa.list_(field.type.value_type))
        return pa.field(field.name, field.type)


class PostgresTransaction:
    """A transaction."""

    row = "ctid"

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        self._cursor.execute(sql)
        return self._cursor.fetchall() if self._cursor.description else []

    def stage(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Make a temporary table of some rows."""
        reader = pa.RecordBatchReader.from_batches(schema, batches)
        self._cursor.adbc_ingest(name, reader, mode="create", temporary=True)

    def columns(self, table: str) -> dict[str, str]:
        """Return a table's columns with their types."""
        rows = self.run(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute "
            f"WHERE attrelid = to_regclass({literal(quoted_table(table))}) "
            "AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        )
        return {str(name): str(kind) for name, kind in rows}

    def shape(self, query: str) -> dict[str, str]:
        """Return a query's columns with the types that a table of them has."""
        self.run(f"CREATE TEMPORARY TABLE enrich_shape AS SELECT * FROM (\n{query}) AS q LIMIT 0")
        return self.columns("pg_temp.enrich_shape")

    def type_of(self, kind: pa.DataType) -> str:
        """Return the type of a column for an Arrow type."""
        if kinds.is_dictionary(kind):
            return self.type_of(kind.value_type)
        if kinds.is_list(kind) and str(kind.value_type) in _TYPES:
            return f"{_TYPES[str(kind.value_type)]}[]"
        if kinds.is_nested(kind):
            return "jsonb"
        if kinds.is_decimal(kind):
            return f"numeric({kind.precision}, {kind.scale})"
        # In Arrow, these have their unit in their name.
        name = re.sub(r"\[\w+(, tz)?.*", r"\1", str(kind))
        return _TYPES.get(name, "text")

    def cast(self, column: str, kind: str) -> str:
        """Return what makes a staged column a value of a type."""
        return f"{column}::{kind}"

    def create(self, table: str, columns: dict[str, str]) -> None:
        """Make a table, marked as ours."""
        inside = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self.run(f"CREATE TABLE {quoted_table(table)} ({inside})")
        self.run(f"COMMENT ON TABLE {quoted_table(table)} IS {literal(MARK)}")

    def is_ours(self, table: str) -> bool:
        """Say whether a table was made by ``create``."""
        named = literal(quoted_table(table))
        return self.run(f"SELECT obj_description(to_regclass({named}))") == [(MARK,)]


_TYPES: Final = {
    "bool": "boolean",
    "int8": "smallint",
    "uint8": "smallint",
    "int16": "smallint",
    "uint16": "integer",
    "int32": "integer",
    "uint32": "bigint",
    "int64": "bigint",
    "uint64": "numeric(20)",
    "float": "real",
    "double": "double precision",
    "string": "text",
    "binary": "bytea",
    "date32": "date",
    "time32": "time",
    "time64": "time",
    "timestamp": "timestamp",
    "timestamp, tz": "timestamptz",
}
