"""Databases: a query is a table to read, and a table of theirs can be written.

PostgreSQL is read and written through ADBC, in Arrow batches; SQLite through Python's own
driver; DuckDB through its own, which is one of Arrow's. What they differ in is an
``Engine``; what they have in common is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import pyarrow as pa

from enrich.errors import TableError
from enrich.tables.arrow_values import values
from enrich.tables.names import check_distinct, positions
from enrich.tables.places import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from enrich.tables.places import Query

BATCH_ROWS: Final = 4096


class Transaction(Protocol):
    """A transaction of a database, seen through what the engines differ in."""

    row: str
    """What a table's rows are ordered by, to have them as they came."""

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        ...

    def stage(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        """Make a temporary table of some rows."""
        ...

    def columns(self, table: str) -> dict[str, str]:
        """Return a table's columns with their types; none if there is no such table."""
        ...

    def shape(self, query: str) -> dict[str, str]:
        """Return a query's columns with the types that a table of them has."""
        ...

    def type_of(self, kind: pa.DataType) -> str:
        """Return the type of a column for an Arrow type."""
        ...

    def cast(self, column: str, kind: str) -> str:
        """Return what makes a staged column a value of a type."""
        ...

    def create(self, table: str, columns: dict[str, str]) -> None:
        """Make a table, marked as ours."""
        ...

    def is_ours(self, table: str) -> bool:
        """Say whether a table was made by ``create``."""
        ...


class Engine(Protocol):
    """One kind of database, at one address."""

    def schema(self, query: str) -> pa.Schema:
        """Return the columns that a query gives, as ``read`` gives them."""
        ...

    def read(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield a query's rows: the columns of a schema, which may be fewer than it has."""
        ...

    def transaction(self, *, keep: bool) -> AbstractContextManager[Transaction]:
        """Open a transaction; it is undone after an error, and if it is not to be kept.

        Raises:
            MemoryError: It was undone, and will be given more the next time.
        """
        ...


class DatabaseTable:
    """What a query gives.

    Attributes:
        path: Where the database is, without user and password.
        source: The query.
        schema: Its columns.
        columns: Their names.
    """

    def __init__(self, source: Query) -> None:
        self.source = source
        self.path = shown(source.url)
        self._engine = engine(source.url)
        self._query = statement(source.query)
        self.schema = self._engine.schema(self._query)
        self.columns: tuple[str, ...] = tuple(self.schema.names)
        check_distinct(self.columns, path=self.path)

    def holds(self, name: str) -> bool:
        """Say whether the query gives a column of this name."""
        return name in self.columns

    def count(self) -> None:
        """Return None: a query's rows are known when it has run."""

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[DatabaseBatch]:
        """Run the query and yield its rows, up to 4,096 at a time."""
        at = positions(columns or (), self.columns, path=self.path)
        fewer = not whole and columns is not None
        schema = pa.schema([self.schema.field(i) for i in at]) if fewer and at else self.schema
        return self._batches(schema)

    def _batches(self, schema: pa.Schema) -> Iterator[DatabaseBatch]:
        start = 0
        for rows in self._engine.read(self._query, schema):
            for first in range(0, rows.num_rows, BATCH_ROWS):
                part = rows.slice(first, BATCH_ROWS)
                yield DatabaseBatch(part, start)
                start += part.num_rows


class DatabaseBatch:
    """Some rows of a query.

    Attributes:
        start: Number of the first, from 0.
        rows: The rows.
    """

    def __init__(self, rows: pa.RecordBatch, start: int) -> None:
        self.rows = rows
        self.start = start

    def __len__(self) -> int:
        return self.rows.num_rows

    def column(self, name: str) -> list[Any]:
        """Return one column's values as Python's."""
        return values(self.rows.column(name))

    def locate(self, index: int) -> str:
        """Return ``row 17``."""
        return f"row {self.start + index + 1}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return the rows."""
        return self.rows


def engine(url: str) -> Engine:
    """Return the engine of an address.

    Raises:
        TableError: The address is of none that is known, or its driver is not installed.
    """
    scheme = urlsplit(url).scheme
    try:
        match scheme:
            case "postgresql" | "postgres":
                from enrich.tables.postgresql import PostgreSQL  # noqa: PLC0415 - an extra

                return PostgreSQL(url)
            case "sqlite":
                from enrich.tables.sqlite import SQLite  # noqa: PLC0415 - like its neighbours

                return SQLite(file_of(url), shown(url))
            case "duckdb":
                from enrich.tables.duckdb import DuckDB  # noqa: PLC0415 - an extra

                limits = parse_qs(urlsplit(url).query).get("memory_limit", [None])
                return DuckDB(file_of(url), shown(url), limits[0])
            case _:
                known = "postgresql://USER@HOST/NAME, sqlite:///FILE and duckdb:///FILE"
                raise TableError(f"'{scheme}' is no database that is known. Known are {known}.")
    except ImportError as error:
        raise TableError(
            f"{shown(url)}: its driver is not installed: pip install 'enrich[database]'."
        ) from error


def file_of(url: str) -> str:
    """Return the file of an address such as ``sqlite:///firms.db`` or ``duckdb:////data/f.duckdb``."""
    return unquote(urlsplit(url).path)[1:]


def statement(query: str) -> str:
    """Return a query as it can stand in parentheses."""
    return query.strip().rstrip(";").rstrip() + "\n"


def quoted(name: str) -> str:
    """Return a name as SQL takes it whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_table(name: str) -> str:
    """Return a table's name, and its schema's if it has one, as SQL takes them."""
    return ".".join(map(quoted, name.split(".")))


def literal(text: str) -> str:
    """Return text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def failed(path: str, error: Exception, secret: str = "") -> TableError:
    """Say for a person what a database refused, without what is secret."""
    said = " ".join(str(error).split())
    for word in {secret, urlsplit(secret).password or ""} - {""}:
        said = said.replace(word, "…")
    return TableError(f"{path}: the database refuses: {said}")
