"""Jobs whose tables are no plain file: planned and merged by the pipeline."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import openpyxl
import pytest

from enrich.errors import TableError
from enrich.job import load_job
from enrich.pipeline.look import findings, status
from enrich.pipeline.merge import merge
from enrich.pipeline.prepared import open_ledger, prepare
from enrich.tables import open_table

JOB = """
version: 1
input: {input}
output: {output}
task:
  processor: base
  inputs: [name]
  output: {{ceo: Full name of the chief executive}}
"""


def merged(tmp_path, source, output):
    """Write the outputs of a job that has bought nothing yet."""
    path = tmp_path / "job.yaml"
    path.write_text(JOB.format(input=source, output=output), encoding="utf-8")
    prepared = prepare(load_job(path))
    with open_ledger(prepared.job) as ledger:
        return merge(prepared, ledger)


def test_from_a_database_into_a_table_and_a_file(tmp_path):
    with closing(sqlite3.connect(tmp_path / "firms.db")) as connection:
        connection.execute("CREATE TABLE firms (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO firms VALUES (2, 'b'), (1, 'a')")
        connection.commit()
    source = "{url: 'sqlite:///firms.db', query: SELECT * FROM firms ORDER BY name}"

    made = merged(tmp_path, source, "{table: rich, path: out.csv}")

    assert made.rows == 2
    assert made.paths[1] == f"sqlite:///{tmp_path}/firms.db rich"
    with closing(sqlite3.connect(tmp_path / "firms.db")) as connection:
        found = connection.execute("SELECT id, name, ceo, enrich_status FROM rich").fetchall()
        assert found == [(1, "a", None, "pending"), (2, "b", None, "pending")]
    assert (tmp_path / "out.csv").read_text().startswith("id,name,ceo,")
    with pytest.raises(TableError, match="was not made by enrich"):
        merged(tmp_path, source, "{table: firms}")


def test_a_query_that_fails_is_a_finding_with_its_line(tmp_path):
    sqlite3.connect(tmp_path / "firms.db").close()
    path = tmp_path / "job.yaml"
    source = "{url: 'sqlite:///firms.db', query: SELECT * FROM nowhere}"
    path.write_text(JOB.format(input=source, output="{table: rich}"))

    found = [each for each in findings(path) if each.rule == "table"]

    assert [(each.path, each.line) for each in found] == [("input.query", 3)]
    assert "no such table: nowhere" in found[0].message


@pytest.mark.parametrize(
    "output",
    ["{path: deep/out.csv}", "{path: deep/out}", "{url: 'sqlite:///deep/new.db', table: t}"],
)
def test_looking_at_a_job_makes_nothing(tmp_path, output):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.csv").write_text("name\na\n")
    path = tmp_path / "job.yaml"
    path.write_text(JOB.format(input="{path: in}", output=output), encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))

    prepared = prepare(load_job(path))
    status(prepared)
    findings(path)

    assert sorted(tmp_path.rglob("*")) == before


def test_a_sheet_and_a_folder(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Firms")
    sheet.append(["name"])
    sheet.append(["a"])
    book.save(tmp_path / "in.xlsx")
    for name in ("x=1/a.csv", "x=2/a.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_text("name\na\n")

    merged(tmp_path, "{path: in.xlsx, sheet: Firms}", "{path: out.xlsx}")
    merged(tmp_path, "{path: in}", "{path: [out, 'one.jsonl']}")

    columns = ("name", "ceo", "ceo_confidence", "ceo_citations", "enrich_status", "enrich_error")
    assert open_table(tmp_path / "out.xlsx", sheet="Firms").columns == columns
    assert open_table(tmp_path / "out/x=2/a.csv").columns == columns
    assert open_table(tmp_path / "one.jsonl").columns[:2] == ("name", "x")
