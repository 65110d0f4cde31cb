"""SQLite files, through Python's own driver.

ADBC's takes a column's type from its first rows and fails on what comes later: a column that
is empty for a thousand rows cannot be read. Here the types are those of all values.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.types as kinds

import enrich.tables.arrow_alone  # noqa: F401 - before the first array
from enrich.errors import TableError
from enrich.tables.database import BATCH_ROWS, failed, literal, quoted, quoted_table
from enrich.tables.names import check_distinct
from enrich.tables.plain import plain
from enrich.tables.publish import check_place, make_folder
from enrich.tables.text import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = "/* written by enrich */"
_TYPES: Final[dict[frozenset[str], pa.DataType]] = {
    frozenset[str](): pa.string(),
    frozenset({"integer"}): pa.int64(),
    frozenset({"real"}): pa.float64(),
    frozenset({"integer", "real"}): pa.float64(),
    frozenset({"text"}): pa.string(),
    frozenset({"blob"}): pa.binary(),
}
_MAX_EXACT: Final = 1 << 53  # up to here each integer is a double


class SQLite:
    """One file of SQLite."""

    def __init__(self, file: str, path: str) -> None:
        self._file = file
        self._path = path

    def schema(self, query: str) -> pa.Schema:
        """Return a query's columns, with types that hold all their values; runs it once."""
        with self._connection("ro") as connection:
            # In parentheses, a name that comes twice would be given another.
            described = connection.execute(query).description or ()
            names = [str(column[0]) for column in described]
            check_distinct(names, path=self._path)
            found: list[Any] = []
            # Two values for each column, and no more than 2,000 in one statement.
            for first in range(0, len(names), 1000):
                kinds_of = ", ".join(map(_kinds_of, names[first : first + 1000]))
                found += connection.execute(f"SELECT {kinds_of} FROM (\n{query})").fetchone()
        fields = []
        for at, name in enumerate(names):
            held = frozenset((found[2 * at] or "").split(",")) - {"null", ""}
            if "blob" in held and len(held) > 1:
                raise TableError(
                    f"{self._path}: column '{name}' holds bytes and other values. "
                    "Cast it in the query."
                )
            kind = _TYPES.get(frozenset(held), pa.string())
            # A number that a double does not hold would be another one.
            inexact = kind == pa.float64() and "integer" in held and found[2 * at + 1]
            fields.append(pa.field(name, pa.string() if inexact else kind))
        return pa.schema(fields)

    def read(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield a query's rows."""
        columns = ", ".join(map(quoted, schema.names))
        with self._connection("ro") as connection:
            cursor = connection.execute(f"SELECT {columns} FROM (\n{query})")
            while rows := cursor.fetchmany(BATCH_ROWS):
                arrays = [
                    _array(values, field.type)
                    for values, field in zip(zip(*rows, strict=True), schema, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    @contextmanager
    def transaction(self, *, keep: bool) -> Iterator[LiteTransaction]:
        """Open a transaction."""
        with self._connection("rwc" if keep else "rw") as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield LiteTransaction(connection)
            connection.execute("COMMIT" if keep else "ROLLBACK")

    @contextmanager
    def _connection(self, mode: str) -> Iterator[sqlite3.Connection]:
        if mode == "ro" and not Path(self._file).exists():
            raise TableError(f"{self._path}: there is no such file.")
        uri = f"{Path(self._file).absolute().as_uri()}?mode={mode}"
        if mode == "rw" and not Path(self._file).exists():
            check_place(self._file)
            uri = "file::memory:"
        elif mode == "rwc":
            make_folder(self._file)
        try:
            opened = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
            with closing(opened) as connection:
                yield connection
        except sqlite3.Error as error:
            raise failed(self._path, error) from error


class LiteTransaction:
    """A transaction."""

    row = "rowid"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        return self._connection.execute(sql).fetchall()

    def stage(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Make a temporary table of some rows."""
        self.run(f"CREATE TEMPORARY TABLE {quoted(name)} ({', '.join(map(quoted, schema.names))})")
        marks = ", ".join("?" * len(schema.names))
        insert = f"INSERT INTO {quoted(name)} VALUES ({marks})"
        for rows in batches:
            columns = [_values(column) for column in rows.columns]
            self._connection.executemany(insert, zip(*columns, strict=True))

    def columns(self, table: str) -> dict[str, str]:
        """Return a table's columns with their types."""
        *schema, name = table.split(".")
        inside = f", {literal(schema[-1])}" if schema else ""
        rows = self.run(f"SELECT name, type FROM pragma_table_info({literal(name)}{inside})")
        return {str(column): str(kind) for column, kind in rows}

    def shape(self, query: str) -> dict[str, str]:
        """Return a query's columns with the types that a table of them has."""
        self.run(f"CREATE TEMPORARY TABLE enrich_shape AS SELECT * FROM (\n{query}) LIMIT 0")
        return self.columns("temp.enrich_shape")

    def type_of(self, kind: pa.DataType) -> str:
        """Return the type of a column for an Arrow type."""
        if kinds.is_integer(kind) or kinds.is_boolean(kind):
            return "TEXT" if kinds.is_uint64(kind) else "INTEGER"
        if kinds.is_floating(kind):
            return "REAL"
        return "BLOB" if kinds.is_binary(kind) else "TEXT"

    def cast(self, column: str, kind: str) -> str:
        """Return the column: a value takes its column's type by itself."""
        del kind
        return column

    def create(self, table: str, columns: dict[str, str]) -> None:
        """Make a table, marked as ours in its own definition, which SQLite keeps as it is."""
        inside = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
        self.run(f"CREATE TABLE {quoted_table(table)} ({MARK} {inside})")

    def is_ours(self, table: str) -> bool:
        """Say whether a table was made by ``create``."""
        name = literal(table.rsplit(".", maxsplit=1)[-1])
        found = self.run(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = {name}")
        return any(MARK in str(sql) for (sql,) in found)


def _kinds_of(name: str) -> str:
    """Return what gives a column's types, and whether a double is too small for an integer."""
    column = quoted(name)
    return (
        f"group_concat(DISTINCT typeof({column})), max(abs(CASE typeof({column}) "
        f"WHEN 'integer' THEN max({column}, -9223372036854775807) END)) > {_MAX_EXACT}"
    )


def _array(values: Any, kind: pa.DataType) -> Any:
    if kind == pa.string():
        values = [v if v is None or isinstance(v, str) else cell_text(v) for v in values]
    return pa.array(values, kind)


def _values(column: Any) -> list[Any]:
    if kinds.is_binary(column.type):
        return list(column.to_pylist())
    values = plain(column).to_pylist()
    return [cell_text(v) if isinstance(v, list) else v for v in values]
