"""Parquet's types as other programs write them: into inputs, and back into the table."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enrich.errors import TableError
from enrich.records import KEEP
from enrich.tables import open_table
from tests.suites.table_format import cells, merge, value_column

ENDING = "parquet"
FAR = dt.datetime(9999, 12, 31, 23, 59, 59, 999999)
EARLY = dt.datetime(1, 1, 1)
WORD = {"type": "string"}


def of(array: Any, **options: Any) -> Any:
    return pa.table({"a": array}, **options)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([FAR, EARLY, None]), [FAR, EARLY, None]),
        (pa.array([[FAR], None, []]), [["9999-12-31 23:59:59.999999"], None, []]),
        (pa.array([{"t": EARLY}, None]), [{"t": "0001-01-01 00:00:00.000000"}, None]),
    ],
)
def test_old_timestamps_reach_as_far_as_spark_writes_them(source, target, array, expected):
    pq.write_table(of(array), source, use_deprecated_int96_timestamps=True)

    merge(source, target)

    assert cells(source, "a") == expected
    assert pq.read_table(target)["a"].to_pylist() == array.to_pylist()
    assert pq.read_schema(target).field("a").type == array.type


def test_old_timestamps_keep_their_nanoseconds(source, target):
    array = pa.array([1_600_000_000_123_456_789, None, -1], pa.timestamp("ns"))
    pq.write_table(of(array), source, use_deprecated_int96_timestamps=True)

    merge(source, target)

    assert pq.read_table(target)["a"].combine_chunks().equals(array)


def test_old_timestamps_that_no_unit_holds_are_refused(source):
    fine = pa.array([1], pa.timestamp("ns"))
    far = pa.array([FAR])
    rows = pa.table({"a": fine, "b": far})
    pq.write_table(rows, source, use_deprecated_int96_timestamps=True)

    with pytest.raises(TableError, match=r"in\.parquet: has INT96 timestamps .* \(in a, b\)"):
        open_table(source)


BEYOND = [
    (pa.array([1, None], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001", None]),
    (pa.array([1_000], pa.timestamp("ns")), [dt.datetime(1970, 1, 1, 0, 0, 0, 1)]),
    (
        pa.array([1], pa.timestamp("ns", "Europe/Berlin")),
        ["1970-01-01T01:00:00.000000001+01:00"],
    ),
    (pa.array([1, None], pa.time64("ns")), ["00:00:00.000000001", None]),
    (pa.array([1, 2_000], pa.duration("ns")), ["0.000000001 s", dt.timedelta(microseconds=2)]),
    (pa.array([1 << 50], pa.duration("s")), ["1125899906842624 s"]),
    (
        pa.array([0, 253_402_300_800], pa.timestamp("s")),
        [dt.datetime(1970, 1, 1), "10000-01-01T00:00:00.000"],
    ),
    (pa.array([0], pa.timestamp("us", "Mars/Base")), ["1970-01-01T00:00:00.000000+00:00"]),
    (pa.array([2_932_897], pa.int32()).cast(pa.date32()), ["10000-01-01"]),
    (pa.array([[1]], pa.list_(pa.timestamp("ns"))), [["1970-01-01 00:00:00.000000001"]]),
]


@pytest.mark.parametrize(("array", "expected"), BEYOND)
def test_what_python_has_no_value_for_is_text(source, array, expected):
    pq.write_table(of(array), source)

    assert cells(source, "a") == expected


def test_values_are_the_same_where_pandas_is_not(tmp_path):
    arrays = [array for array, _ in BEYOND]
    for number, array in enumerate(arrays):
        pq.write_table(of(array), tmp_path / f"{number}.parquet")
    code = (
        "import sys; from enrich.tables import open_table\n"
        f"for n in range({len(arrays)}):\n"
        "    t = open_table(f'{n}.parquet')\n"
        "    print(repr([b.column('a') for b in t.batches()]))\n"
        "assert 'pandas' not in sys.modules"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "ENRICH_ARROW_ALONE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    assert run.stdout.splitlines() == [repr([expected]) for _, expected in BEYOND]


def test_a_zone_that_is_not_known_is_written_in_utc(source, tmp_path):
    pq.write_table(of(pa.array([0], pa.timestamp("s", "Mars/Base"))), source)

    merge(source, tmp_path / "out.csv", [], lambda row: ())

    assert (tmp_path / "out.csv").read_text() == "a\n1970-01-01 00:00:00.000Z\n"


def test_uuids_and_dates_of_old_come_from_duckdb(source, tmp_path):
    uuid = "6f105ae7-9888-46e2-bb03-901686dae7ae"
    duckdb.sql(
        f"copy (select uuid '{uuid}' u, [uuid '{uuid}'] us, date '-0044-03-15' d) "
        f"to '{source}' (format parquet)"
    )

    merge(source, tmp_path / "out.csv", [], lambda row: ())
    merge(source, tmp_path / "out.parquet", [], lambda row: ())

    assert [cells(source, name) for name in ("u", "us", "d")] == [[uuid], [[uuid]], ["-0044-03-15"]]
    written = f'u,us,d\n{uuid},"[""{uuid}""]",-0044-03-15\n'
    assert (tmp_path / "out.csv").read_text() == written
    assert pq.read_table(tmp_path / "out.parquet").equals(pq.read_table(source))


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        # pandas' categories are numbered in a byte, and here all its numbers are taken.
        (
            pa.array([f"w{number}" for number in range(128)]).cast(
                pa.dictionary(pa.int8(), pa.string())
            ),
            pa.dictionary(pa.int32(), pa.string()),
        ),
        (pa.array(["x", None], pa.string_view()), pa.string()),
    ],
)
def test_new_words_find_room_in_a_column_of_words(source, target, array, kind):
    pq.write_table(of(array), source)
    cells_of_rows = [KEEP] * (len(array) - 1) + ["new"]

    merge(source, target, [value_column("a", WORD, position=0)], lambda row: [cells_of_rows[row]])

    assert pq.read_schema(target).field("a").type == kind
    assert pq.read_table(target)["a"].to_pylist() == [*array.to_pylist()[:-1], "new"]


def test_a_column_that_had_no_nulls_may_get_one(source, target):
    fields: list[Any] = [
        pa.field("a", pa.string(), nullable=False),
        pa.field("b", pa.int8(), nullable=False),
    ]
    schema = pa.schema(fields)
    columns: list[Any] = [["x", "y"], pa.array([1, 2], pa.int8())]
    pq.write_table(pa.table(columns, schema=schema), source)

    merge(source, target, [value_column("a", WORD, position=0)], lambda row: [[KEEP, None][row]])

    assert pq.read_table(target)["a"].to_pylist() == ["x", None]
    assert pq.read_schema(target).field("b") == schema.field("b")


def test_polars_sees_a_new_word_in_its_enumeration(source, target):
    words = pl.Series("a", ["u", None], dtype=pl.Enum(["u", "v"]))
    pl.DataFrame([words, words.alias("b")]).write_parquet(source)

    merge(source, target, [value_column("a", WORD, position=0)], lambda row: [[KEEP, "z"][row]])

    read = pl.read_parquet(target)
    assert read["a"].to_list() == ["u", "z"]
    assert read["b"].equals(words.alias("b"))
    assert read["b"].dtype == words.dtype


def test_a_list_view_is_a_list(source, tmp_path):
    pq.write_table(of(pa.array([[1], None, []], pa.list_view(pa.int32()))), source)

    merge(source, tmp_path / "out.jsonl", [], lambda row: ())

    assert (tmp_path / "out.jsonl").read_text() == '{"a":[1]}\n{"a":null}\n{"a":[]}\n'
