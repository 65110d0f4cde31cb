"""Jobs whose tables are no plain file: planned and merged by the pipeline."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from enrich.errors import TableError
from enrich.job import load_job
from enrich.pipeline.look import findings, status
from enrich.pipeline.merge import merge
from enrich.pipeline.opening import open_ledgers
from enrich.pipeline.prepared import prepare
from enrich.tables import Query, Target, open_table
from tests.unit.tables.conftest import postgres  # noqa: F401 - a fixture
from tests.unit.tables.test_formats import Database

ROOT = Path(__file__).parents[2]

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
    with open_ledgers(prepared.job) as ledger:
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


EXAMPLES = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/tables.md").read_text(), re.DOTALL)
TASK = """
version: 1
task:
  processor: base
  inputs: [name]
  output: {ceo: Full name of the chief executive}
"""


@pytest.fixture
def firms(tmp_path, monkeypatch, postgres):  # noqa: F811 - the fixture
    """One table of two rows wherever an example in the documents has one."""
    (tmp_path / "firms.csv").write_bytes("id;name\r\n1;Müller\r\n2;b\r\n".encode("cp1252"))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Firms"
    for row in (["id", "name"], [1, "a"], [2, "b"]):
        sheet.append(row)
    book.save(tmp_path / "firms.xlsx")
    for country in "DE", "PL":
        (tmp_path / f"data/country={country}").mkdir(parents=True)
        (tmp_path / f"data/country={country}/a.csv").write_text("id,name\n1,a\n")
    made = ("DROP TABLE IF EXISTS firms", "CREATE TABLE firms (id INTEGER, name TEXT)")
    for url in (f"sqlite:///{tmp_path}/firms.db", f"duckdb:///{tmp_path}/firms.duckdb", postgres):
        Database(url).run(*made, "INSERT INTO firms VALUES (1, 'a'), (2, 'b')")
    monkeypatch.setenv("DATABASE_URL", postgres)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    for name, value in {
        "ACCESS_KEY_ID": "me",
        "SECRET_ACCESS_KEY": "s",
        "REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    storage = fs.S3FileSystem(endpoint_override=endpoint, allow_bucket_creation=True)
    storage.create_dir("tables")
    with storage.open_output_stream("tables/firms.csv") as stream:
        stream.write(b"id,name\n1,a\n2,b\n")
    yield tmp_path
    server.stop()


def test_every_example_in_the_documents_is_written(firms):
    assert len(EXAMPLES) == 9
    for example in EXAMPLES:
        path = firms / "job.yaml"
        path.write_text(TASK + example, encoding="utf-8")
        prepared = prepare(load_job(path))
        with open_ledgers(prepared.job) as ledger:
            made = merge(prepared, ledger)
        assert made.rows == 2, example
        for target in prepared.targets:
            table = open_table(
                Query(url=target.url, query=f"SELECT * FROM {target.table}")
                if isinstance(target, Target)
                else target
            )
            assert {"id", "name", "ceo", "enrich_status"} <= {*table.columns}, example
            assert sum(map(len, table.batches())) == 2
