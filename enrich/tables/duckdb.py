"""DuckDB files."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa
import pyarrow.types as kinds

from enrich.errors import TableError
from enrich.tables.database import BATCH_ROWS, failed, literal, quoted, quoted_table
from enrich.tables.publish import check_place, make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CACHE_MIB: Final = 32
MARK: Final = "written by enrich"
# What Arrow has no type for, or one that holds less: it comes as text.
_ODD: Final = re.compile(r"\b(?:INTERVAL|UNION|BIT|U?HUGEINT|BIGNUM|VARIANT|GEOMETRY)\b|TIME WITH")


class DuckDB:
    """One file of DuckDB."""

    def __init__(self, file: str, path: str, memory_limit: str | None = None) -> None:
        self._file = file
        self._path = path
        self._memory_limit = memory_limit
        self._frugal = memory_limit is None

    def schema(self, query: str) -> pa.Schema:
        """Return a query's columns."""
        with self._connection(read_only=True) as connection:
            schema: pa.Schema = self._relation(connection, query).limit(0).to_arrow_table().schema
            return schema

    def read(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield a query's rows."""
        columns = ", ".join(quoted(name) for name in schema.names)
        with self._connection(read_only=True) as connection:
            self._limit(connection, schema)
            rows: Iterator[pa.RecordBatch] = iter(())
            try:
                rows = iter(
                    self._relation(connection, query).project(columns).to_arrow_reader(BATCH_ROWS)
                )
                first = next(rows, None)
            except duckdb.OutOfMemoryException:
                if not self._frugal:
                    raise
                # The query takes more than rows that only pass through.
                connection.execute("RESET memory_limit")
                rows = iter(
                    self._relation(connection, query).project(columns).to_arrow_reader(BATCH_ROWS)
                )
                first = next(rows, None)
            if first is not None:
                yield first
                yield from rows

    @contextmanager
    def transaction(self, *, keep: bool) -> Iterator[DuckTransaction]:
        """Open a transaction."""
        if keep:
            make_folder(self._file)
        else:
            check_place(self._file)
        with self._connection(read_only=False, make=keep) as connection:
            connection.begin()
            yield DuckTransaction(connection, self._limit)
            if keep:
                connection.commit()
            else:
                connection.rollback()

    def _relation(self, connection: Any, query: str) -> Any:
        relation = connection.sql(query)
        if relation is None:
            raise TableError(f"{self._path}: the query gives no rows.")
        columns = [
            f"{quoted(name)}::VARCHAR AS {quoted(name)}" if _ODD.search(str(kind)) else quoted(name)
            for name, kind in zip(relation.columns, relation.types, strict=True)
        ]
        return relation.project(", ".join(columns))

    def _limit(self, connection: Any, schema: pa.Schema) -> None:
        """Let rows pass through little memory: by itself, DuckDB fills 80 % of the machine."""
        if self._frugal:
            # While rows are written, each column has some blocks of 256 KiB open.
            limit = CACHE_MIB + len(schema.names)
            connection.execute(f"SET memory_limit = '{limit}MiB'")

    @contextmanager
    def _connection(self, *, read_only: bool, make: bool = False) -> Iterator[Any]:
        is_there = Path(self._file).exists()
        if read_only and not is_there:
            raise TableError(f"{self._path}: there is no such file.")
        file = self._file if is_there or make else ":memory:"
        try:
            with closing(duckdb.connect(file, read_only=read_only)) as connection:
                connection.execute("SET enable_progress_bar = false")
                if self._memory_limit:
                    connection.execute(f"SET memory_limit = {literal(self._memory_limit)}")
                yield connection
        except duckdb.OutOfMemoryException as error:
            if self._frugal and not read_only:
                self._frugal = False
                raise MemoryError from error
            raise TableError(
                f"{self._path}: the query needs more memory. Allow it some in the address, "
                "such as duckdb:///FILE?memory_limit=8GB, or select less."
            ) from error
        except duckdb.Error as error:
            raise failed(self._path, error) from error


class DuckTransaction:
    """A transaction."""

    row = "rowid"

    def __init__(self, connection: Any, limit: Callable[[Any, pa.Schema], None]) -> None:
        self._connection = connection
        self._limit = limit

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        rows: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return rows

    def stage(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Make a temporary table of some rows."""
        self._limit(self._connection, schema)
        reader = pa.RecordBatchReader.from_batches(schema, batches)
        self._connection.register("enrich_rows", reader)
        self.run(f"CREATE TEMPORARY TABLE {quoted(name)} AS SELECT * FROM enrich_rows")

    def columns(self, table: str) -> dict[str, str]:
        """Return a table's columns with their types."""
        *schema, name = table.split(".")
        inside = literal(schema[-1]) if schema else "current_schema()"
        rows = self.run(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = "
            f"{literal(name)} AND schema_name = {inside} "
            "AND database_name = current_database() ORDER BY column_index"
        )
        return {str(name): str(kind) for name, kind in rows}

    def shape(self, query: str) -> dict[str, str]:
        """Return a query's columns with the types that a table of them has."""
        relation = self._connection.sql(query)
        return dict(zip(relation.columns, map(str, relation.types), strict=True))

    def type_of(self, kind: pa.DataType) -> str:
        """Return the type of a column for an Arrow type."""
        if kinds.is_dictionary(kind):
            return self.type_of(kind.value_type)
        empty = pa.schema([("a", kind)]).empty_table()
        return str(self._connection.from_arrow(empty).types[0])

    def cast(self, column: str, kind: str) -> str:
        """Return what makes a staged column a value of a type."""
        nested = kind.startswith(("STRUCT", "MAP")) or "STRUCT" in kind
        return f"CAST({column}{'::JSON' if nested else ''} AS {kind})"

    def create(self, table: str, columns: dict[str, str]) -> None:
        """Make a table, marked as ours."""
        inside = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self.run(f"CREATE TABLE {quoted_table(table)} ({inside})")
        self.run(f"COMMENT ON TABLE {quoted_table(table)} IS {literal(MARK)}")

    def is_ours(self, table: str) -> bool:
        """Say whether a table was made by ``create``."""
        *schema, name = table.split(".")
        inside = literal(schema[-1]) if schema else "current_schema()"
        found = self.run(
            f"SELECT comment FROM duckdb_tables() WHERE table_name = {literal(name)} "
            f"AND schema_name = {inside}"
        )
        return found == [(MARK,)]
