"""Memory does not grow with the table."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from adbc_driver_postgresql import dbapi

CODE = """
import sys
from enrich.records import Column, ColumnKind
from enrich.tables import open_table, open_writer

schemas = {"ceo": {"type": "string"}, "founded": {"type": "integer"}, "share": {"type": "number"}}
columns = [
    Column(name=name, kind=ColumnKind.VALUE, field=name, schema=schema)
    for name, schema in schemas.items()
]
table = open_table(sys.argv[1])
with open_writer(sys.argv[2], table, columns) as writer:
    for batch in table.batches(["name", "code"]):
        batch.column("name"), batch.column("code")
        count = len(batch)
        ceos = [f"Ada {batch.start + index}" for index in range(count)]
        writer.write(batch, [ceos, [1843] * count, [0.5] * count])
# Not getrusage: its peak begins with that of the process that started this one.
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024)
"""
COLUMNS = 10
MORE_MIB = 50


def text_rows(rows):
    return ["name,code," + ",".join(f"c{i}" for i in range(COLUMNS - 2))] + [
        f'"Company {row}, Inc",{row:07d},' + ",".join([f"some text {row}"] * (COLUMNS - 2))
        for row in range(rows)
    ]


def make_csv(path, rows):
    path.write_text("\n".join(text_rows(rows)) + "\n")


def make_tsv(path, rows):
    lines = (
        line.replace('"', "").replace(", ", " ").replace(",", "\t") for line in text_rows(rows)
    )
    with pa.output_stream(path, compression="zstd") as stream:
        stream.write("".join(f"{line}\n" for line in lines).encode())


def make_jsonl(path, rows):
    members = ",".join(f'"c{i}":"some text"' for i in range(COLUMNS - 2))
    with path.open("w") as file:
        for row in range(rows):
            file.write(f'{{"name":"Company {row}","code":{row},{members}}}\n')


def make_parquet(path, rows, group_rows=122_880):
    columns: dict[str, list[Any]] = {
        "name": [f"Company {row}" for row in range(rows)],
        "code": list(range(rows)),
    }
    # Half of them repeat, as states and countries do. A reader holds a dictionary and a page
    # of up to 1 MiB for each column: that is the file's, and not ours to lessen.
    for i in range(COLUMNS - 2):
        columns[f"c{i}"] = [f"text {row % 10 if i % 2 else row}" for row in range(rows)]
    pq.write_table(pa.table(columns), path, row_group_size=group_rows)


def make_one_group(path, rows):
    make_parquet(path, rows, 1 << 20)


def make_excel(path, rows):
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "code", "c0", "c1"])
        for row in range(1, rows):
            sheet.write_row(row, 0, [f"Company {row}", row, "some text", row / 2])


def make_parts(path, rows):
    for part in range(10):
        folder = path / f"part={part}"
        folder.mkdir(parents=True)
        make_csv(folder / "a.csv", rows // 10)


def peak_mib(source, target, code=CODE):
    # Arrow's default allocator keeps freed pages for a second, which hides what is in use.
    done = subprocess.run(
        [sys.executable, "-c", code, source, target],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("ending", "make"),
    [
        pytest.param("csv", make_csv, id="csv"),
        pytest.param("tsv.zst", make_tsv, id="tsv"),
        pytest.param("jsonl", make_jsonl, id="jsonl"),
        pytest.param("parts", make_parts, id="folder"),
        pytest.param("xlsx", make_excel, id="excel"),
        pytest.param("parquet", make_parquet, id="parquet"),
        pytest.param("parquet", make_one_group, id="parquet of one row group"),
    ],
)
def test_a_million_rows_take_the_memory_of_ten_thousand(tmp_path, ending, make):
    few, many = tmp_path / f"few.{ending}", tmp_path / f"many.{ending}"
    make(few, 10_000)
    make(many, 1_000_000)

    base = peak_mib(few, tmp_path / f"few_out.{ending}")
    peak = peak_mib(many, tmp_path / f"many_out.{ending}")

    print(f"{ending}: {base} MiB for 10,000 rows, {peak} MiB for 1,000,000")  # noqa: T201
    assert peak - base <= MORE_MIB


DATABASE_CODE = """
import sys
from enrich.records import Column, ColumnKind
from enrich.tables import Query, Target, open_table, open_writer

column = Column(name="ceo", kind=ColumnKind.VALUE, field="ceo", schema={"type": "string"})
table = open_table(Query(url=sys.argv[1], query="SELECT * FROM firms"))
with open_writer(Target(url=sys.argv[1], table="rich"), table, [column]) as writer:
    for batch in table.batches(["name"]):
        batch.column("name")
        writer.write(batch, [[f"Ada {batch.start + index}" for index in range(len(batch))]])
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["postgresql", "sqlite", "duckdb"])
def test_a_million_rows_of_a_database_too(tmp_path, request, kind):
    peaks = []
    for rows in (10_000, 1_000_000):
        if kind == "postgresql":
            url = request.getfixturevalue("postgres")
        else:
            url = f"{kind}:///{tmp_path}/{rows}.db"
        make_rows(url, rows)
        peaks.append(peak_mib(url, "", code=DATABASE_CODE))

    print(f"{kind}: {peaks[0]} MiB for 10,000 rows, {peaks[1]} MiB for 1,000,000")  # noqa: T201
    assert peaks[1] - peaks[0] <= MORE_MIB


def make_rows(url, rows):
    row = "i AS id, 'Company ' || i AS name, 'some text ' || i AS c0, 'some text ' || i AS c1"
    file = url.partition(":///")[2]
    if url.startswith("postgres"):
        made = f"CREATE TABLE firms AS SELECT {row} FROM generate_series(1, {rows}) AS n(i)"
        with closing(dbapi.connect(url)) as connection, connection.cursor() as cursor:
            for sql in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", made):
                cursor.execute(sql)
            connection.commit()
    elif url.startswith("duckdb"):
        with closing(duckdb.connect(file)) as connection:
            connection.execute(f"CREATE TABLE firms AS SELECT {row} FROM range({rows}) AS n(i)")
    else:
        numbers = (
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
        )
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"CREATE TABLE firms AS {numbers} SELECT {row} FROM n")
            connection.commit()
