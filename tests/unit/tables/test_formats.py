"""Every format passes the suite; and how a file's name says its format."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from adbc_driver_postgresql import dbapi
from python_calamine import CalamineWorkbook

from enrich.errors import TableError
from enrich.tables import Query, Target, check_writable, open_table, open_writer
from tests.suites.table_format import ANSWER, TEXT_ANSWER, Format, TableFormatSuite, value_column

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.suites.table_format import Rows


def make_csv(path, columns, *, delimiter=","):
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    compress(path, sink.getvalue().encode())


def read_csv(path, *, delimiter=","):
    text = io.StringIO(expand(path).decode(), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


def make_jsonl(path, columns):
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    compress(path, "".join(json.dumps(row) + "\n" for row in rows).encode())


def read_jsonl(path):
    return [json.loads(line) for line in expand(path).split(b"\n") if line]


def make_parquet(path, columns):
    pq.write_table(pa.table(columns), path)


def read_parquet(path):
    return pq.read_table(path).to_pylist()


def make_excel(path, columns):
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, (name, cells) in enumerate(columns.items()):
            for row, cell in enumerate([name, *cells]):
                sheet.write_string(row, at, cell)


def read_excel(path):
    with CalamineWorkbook.from_path(path) as workbook:
        names, *rows = workbook.get_sheet_by_index(0).to_python()
    return [dict(zip(names, row, strict=True)) for row in rows]


def compress(path, data):
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".bz2":
        data = bz2.compress(data)
    elif path.suffix == ".zst":
        data = pa.compress(data, "zstd", asbytes=True)
    path.write_bytes(data)


def expand(path):
    if path.suffix == ".zst":
        return pa.input_stream(str(path), compression="zstd").read()
    expansions = {".gz": gzip.decompress, ".bz2": bz2.decompress}
    return expansions.get(path.suffix, bytes)(path.read_bytes())


make_tsv, read_tsv = partial(make_csv, delimiter="\t"), partial(read_csv, delimiter="\t")
FORMATS = [
    Format(".csv", make_csv, read_csv, text=True),
    Format(".tsv", make_tsv, read_tsv, text=True),
    Format(".jsonl", make_jsonl, read_jsonl),
    Format(".parquet", make_parquet, read_parquet),
    Format(".csv.gz", make_csv, read_csv, text=True),
    Format(".tsv.bz2", make_tsv, read_tsv, text=True),
    Format(".jsonl.zst", make_jsonl, read_jsonl),
    Format(
        ".xlsx",
        make_excel,
        read_excel,
        text=True,
        answers=("Ada Lovelace", 1843, 0.1, True, *TEXT_ANSWER[4:7], 7, TEXT_ANSWER[8]),
        max_text=32_767,
    ),
]


class Database:
    """A database, used as other programs use it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.kind, _, self.file = url.partition(":///")

    def run(self, *statements: str, rows: Sequence[Sequence[object]] | None = None) -> Rows:
        """Run statements, the last one for each of some rows; return what it gives."""
        connect: Any = {"sqlite": sqlite3.connect, "duckdb": duckdb.connect}.get(self.kind)
        address = self.file if connect else self.url
        with closing((connect or dbapi.connect)(address)) as connection:
            cursor = connection.cursor()
            for sql in statements[:-1]:
                cursor.execute(sql)
            if rows is None:
                cursor.execute(statements[-1])
            elif rows:
                cursor.executemany(statements[-1], rows)
            names = [column[0] for column in cursor.description or ()]
            found = cursor.fetchall() if names and rows is None else []
            cursor.close()
            if self.kind != "duckdb":
                connection.commit()
        return [dict(zip(names, row, strict=True)) for row in found]


@dataclass(frozen=True)
class DatabaseTable:
    """A table of a database."""

    database: Database
    name: str


def make_in_database(place: DatabaseTable, columns: dict[str, list[str]]) -> None:
    names = ", ".join(f'"{name}" TEXT' for name in columns)
    made = f"CREATE TABLE {place.name} ({names})"
    kind = place.database.kind
    rows = [*zip(*columns.values(), strict=True)]
    if kind == "duckdb" and rows:
        with closing(duckdb.connect(place.database.file)) as connection:
            frame = pa.table(columns)
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {place.name} AS SELECT * FROM frame")
    elif kind == "sqlite" or not rows:
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {place.name} VALUES ({marks})"
        place.database.run(made, *([insert] if rows else []), rows=rows or None)
    else:
        with closing(dbapi.connect(place.database.url)) as connection:
            with connection.cursor() as cursor:
                cursor.execute(made)
                cursor.adbc_ingest(place.name, pa.table(columns), mode="append")
            connection.commit()


def read_from_database(place: DatabaseTable) -> Rows:
    return place.database.run(f"SELECT * FROM {place.name}")


@dataclass(frozen=True)
class DatabaseFormat(Format):
    """One kind of database; its tables are made in a database of the test's own."""

    url: str = ""

    def place(self, folder: Path, name: str) -> DatabaseTable:
        """Return a table of some name."""
        return DatabaseTable(Database(self.url or f"{self.ending}:///{folder}/a.db"), name)

    def source(self, place: DatabaseTable) -> Query:
        """Return a query for all of a table."""
        return Query(url=place.database.url, query=f"SELECT * FROM {place.name}")

    def target(self, place: DatabaseTable) -> Target:
        """Return what makes a table anew."""
        return Target(url=place.database.url, table=place.name)

    def over(self, place: DatabaseTable) -> Target:
        """Return what updates a table by its first column."""
        return Target(url=place.database.url, table=place.name, key=("id",))

    def content(self, place: DatabaseTable) -> object:
        """Return all rows with their columns' names."""
        return read_from_database(place)


SQL_ANSWERS = {
    "postgresql": (
        *ANSWER[:6],
        '{"city": "Köln", "floors": 3}',
        "7",
        '[{"url": "https://example.com/a", "title": "A", "excerpts": ["x"]}]',
    ),
    "sqlite": (
        *ANSWER[:3],
        1,
        ANSWER[4],
        *TEXT_ANSWER[5:8],
        '[{"url":"https://example.com/a","title":"A","excerpts":["x"]}]',
    ),
    "duckdb": (*ANSWER[:7], "7", ANSWER[8]),
}
# What each database allows; the widest rows of PostgreSQL must fit into one of its pages.
MAX_COLUMNS = {"postgresql": 1400, "sqlite": 2000, "duckdb": 1_000_000}


def database_format(kind: str, url: str = "") -> DatabaseFormat:
    return DatabaseFormat(
        kind,
        make_in_database,
        read_from_database,
        answers=SQL_ANSWERS[kind],
        max_columns=MAX_COLUMNS[kind],
        url=url,
    )


@pytest.fixture(params=[*FORMATS, *MAX_COLUMNS], ids=lambda param: getattr(param, "ending", param))
def any_format(request):
    """Every format, and a database of its own of each kind."""
    if isinstance(request.param, Format):
        return request.param
    if request.param != "postgresql":
        return database_format(request.param)
    made = database_format(request.param, request.getfixturevalue("postgres"))
    Database(made.url).run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return made


class TestFormats(TableFormatSuite):
    @pytest.fixture
    def table_format(self, any_format):
        return any_format


def test_reading_text_needs_no_pyarrow(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "a.jsonl").write_text('{"a":1}\n')
    code = (
        "import sys; from enrich.tables import open_table, open_writer\n"
        "for path in sys.argv[1:]:\n"
        "    table = open_table(path)\n"
        "    with open_writer(path, table, []) as writer:\n"
        "        for batch in table.batches(['a']): batch.column('a'); writer.write(batch, [])\n"
        "sys.exit('pyarrow' in sys.modules or 'pandas' in sys.modules)"
    )

    paths = [tmp_path / "a.csv", tmp_path / "a.jsonl"]
    done = subprocess.run([sys.executable, "-c", code, *paths], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize(
    ("first", "loaded"), [("import enrich.__main__", "False"), ("import enrich", "True")]
)
def test_only_our_own_process_keeps_arrow_from_loading_pandas(tmp_path, first, loaded):
    (tmp_path / "a.csv").write_text("a\n1\n")
    code = (
        f"import sys; {first}; from enrich.tables import open_table, open_writer\n"
        "table = open_table('a.csv')\n"
        "with open_writer('a.parquet', table, []) as writer:\n"
        "    for batch in table.batches(['a']): writer.write(batch, [])\n"
        "print('pandas' in sys.modules); import pandas, pyarrow\n"
        "print(pyarrow.table({'a': ['x']}).to_pandas().a[0])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True
    )

    assert done.stdout.split() == [loaded, "x"]


@pytest.mark.parametrize("name", ["a.xls", "a", "a.gz", "a.parquet.gz", "a.csv.rar"])
def test_an_unknown_ending_lists_the_known_ones(tmp_path, name):
    with pytest.raises(TableError, match=r"\.csv, \.tsv, .*\.parquet"):
        open_table(tmp_path / name)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(TableError, match=r"none\.csv: there is no such file"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(TableError, match=r"folder\.csv: there is no table"):
        open_table(tmp_path / "folder.csv")


def test_a_new_column_with_a_taken_name_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a":1}\n{"ceo":2}\n')

    with pytest.raises(TableError, match="two columns named 'ceo'"):
        open_writer(path, open_table(path), [value_column("ceo", {"type": "string"})])


def test_an_encoding_is_for_delimited_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")

    with pytest.raises(TableError, match="`encoding` is for delimited text"):
        check_writable(tmp_path / "b.jsonl", open_table(path), encoding="latin-1")
