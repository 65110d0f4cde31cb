"""Tables that other programs wrote come back as they were, with columns behind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from enrich.tables import open_table, open_writer
from tests.suites.table_format import ANSWER, NEW_COLUMNS, cells, merge, value_column

CASES = Path(__file__).parents[2] / "cases" / "tables"
NAMES = ["NA", 'say "hi", then\nleave', None, "Łódź 👩\u200d🚀"]
CODES = ["00501", "1e5", "null", " x "]
TEXTS = ["duckdb.csv", "polars.csv", "pandas.csv", "libreoffice.csv"]
LINES = ["duckdb.jsonl", "polars.jsonl", "pandas.jsonl"]
BOOKS = ["pandas.xlsx", "polars.xlsx", "libreoffice.xlsx"]
PARQUETS = ["duckdb.parquet", "polars.parquet", "pandas.parquet", "spark_style.parquet"]


@pytest.mark.parametrize("name", [*TEXTS, *LINES, *PARQUETS])
def test_cells_are_read_as_they_were_meant(name):
    missing = "" if name in TEXTS else None
    assert cells(CASES / name, "name") == [missing if cell is None else cell for cell in NAMES]
    assert cells(CASES / name, "code") == CODES


@pytest.mark.parametrize("name", [*TEXTS, *LINES])
def test_original_bytes_are_kept(name, tmp_path):
    target = tmp_path / name

    merge(CASES / name, target, [value_column("§", {})], lambda row: ["¶"])

    before = (CASES / name).read_bytes()
    encoding = "utf-16" if name == "pandas.csv" else "utf-8"
    delimiter = {"polars.csv": ";", "libreoffice.csv": ";", "pandas.csv": "\t"}.get(name, ",")
    text = target.read_bytes().decode(encoding)
    for added in ('"§":"¶"', "§", "¶"):
        text = text.replace(delimiter + added, "")
    assert text == before.decode(encoding)


@pytest.mark.parametrize("name", PARQUETS)
def test_original_columns_metadata_and_row_groups_are_kept(name, tmp_path):
    target = tmp_path / name

    columns = [column for column in NEW_COLUMNS if column.name != "tags"]
    answer = [cell for column, cell in zip(NEW_COLUMNS, ANSWER, strict=True) if column in columns]

    merge(CASES / name, target, columns, lambda row: answer)

    # INT96 says nothing of its unit: Spark's is the microsecond.
    before = pq.ParquetFile(CASES / name, coerce_int96_timestamp_unit="us")
    after = pq.ParquetFile(target)
    originals = after.read().select(before.schema_arrow.names)
    assert originals.equals(before.read(), check_metadata=True)
    assert after.schema_arrow.metadata == before.schema_arrow.metadata
    assert after.num_row_groups == before.num_row_groups
    new = after.read().select([column.name for column in columns]).to_pylist()
    assert {row["founded"] for row in new} == {1843}
    before.close()
    after.close()


@pytest.mark.parametrize("name", BOOKS)
def test_a_sheets_cells_are_read_as_they_were_meant_and_kept(name, tmp_path):
    target = tmp_path / name
    table = open_table(CASES / name, sheet="Firms")
    (batch,) = table.batches()
    with open_writer(target, table, NEW_COLUMNS) as writer:
        writer.write(batch, [[cell] * 4 for cell in ANSWER])

    for path in (CASES / name, target):
        (read,) = open_table(path, sheet="Firms").batches()
        assert read.column("id") == [1, 2, 3, 4]
        assert read.column("name") == NAMES
        assert read.column("code") == CODES
        assert read.column("price") == [1.2, None, -3, 0]
        assert read.column("seen")[0] == dt.datetime(2020, 2, 29, 12)
    before, after = (openpyxl.load_workbook(path) for path in (CASES / name, target))
    assert before.sheetnames == after.sheetnames
    for row in before["Firms"].iter_rows():
        for cell in row:
            kept = after["Firms"][cell.coordinate]
            assert (kept.value, kept.number_format) == (cell.value, cell.number_format)
