"""Whatever text is in them, cells come back as they went in, old and new, in every format."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.tables import Query, Target, open_table
from tests.suites.table_format import cells, merge, value_column
from tests.unit.tables.test_formats import FORMATS

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# A new text that a spreadsheet would run is guarded: that is another test's.
PLAIN = TEXT.map(lambda text: f"n{text}")
ROWS = st.lists(st.tuples(TEXT, PLAIN), min_size=1, max_size=8)
CEO = value_column("ceo", {"type": "string"})
FEW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
OTHERS = [each for each in FORMATS if each.ending in {".jsonl", ".parquet", ".xlsx"}]


@pytest.mark.parametrize("table_format", OTHERS, ids=lambda param: param.ending)
@given(rows=ROWS)
@FEW
def test_text_survives(table_format, tmp_path, rows):
    source = tmp_path / f"in{table_format.ending}"
    target = tmp_path / f"out{table_format.ending}"
    old, new = map(list, zip(*rows, strict=True))
    table_format.make(source, {"id": [str(at) for at in range(len(rows))], "a": old})

    merge(source, target, [CEO], lambda row: [new[row]])

    assert cells(target, "a") == old
    assert cells(target, "ceo") == new


@given(rows=ROWS)
@FEW
def test_text_survives_a_database(tmp_path, rows):
    file = tmp_path / "a.db"
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER, a TEXT)")
        pairs = [(at, old) for at, (old, _) in enumerate(rows)]
        connection.executemany("INSERT INTO t VALUES (?, ?)", pairs)
        connection.commit()
    url = f"sqlite:///{file}"
    source = Query(url=url, query="SELECT * FROM t ORDER BY id")

    merge(source, Target(url=url, table="o"), [CEO], lambda row: [rows[row][1]])

    (batch,) = open_table(Query(url=url, query="SELECT * FROM o")).batches()
    assert [*zip(batch.column("a"), batch.column("ceo"), strict=True)] == rows
