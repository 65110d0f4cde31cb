"""Parquet: types, metadata and row groups survive."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enrich.errors import TableError
from enrich.records import KEEP
from enrich.tables import check_writable, open_table, open_writer
from tests.suites.table_format import NEW_COLUMNS, merge, value_column

ENDING = "parquet"
UTC = dt.UTC
EVERY_TYPE: dict[str, Any] = {
    "i8": pa.array([1, None, -1], pa.int8()),
    "u64": pa.array([2**64 - 1, None, 0], pa.uint64()),
    "f32": pa.array([0.1, None, float("nan")], pa.float32()),
    "f64": pa.array([0.1, None, float("-inf")]),
    "bool": pa.array([True, None, False]),
    "text": pa.array(["NA", None, ""]),
    "large": pa.array(["ä", None, "👩\u200d🚀"], pa.large_string()),
    "bytes": pa.array([b"\xff", None, b""]),
    "fixed": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "decimal": pa.array([decimal.Decimal("1.20"), None, decimal.Decimal("-3.00")]),
    "date": pa.array([dt.date(2020, 2, 29), None, dt.date(1, 1, 1)]),
    "time": pa.array([dt.time(1, 2, 3, 4), None, dt.time(0)]),
    "naive": pa.array([1, None, 2], pa.timestamp("ns")),
    "zoned": pa.array([1, None, 2], pa.timestamp("us", "Europe/Berlin")),
    "seconds": pa.array([1, None, 2], pa.timestamp("ms", "UTC")),
    "duration": pa.array([1, None, 2], pa.duration("ms")),
    "words": pa.array(["x", None, "y"]).dictionary_encode(),
    "ordered": pa.array(["lo", None, "hi"]).cast(
        pa.dictionary(pa.int32(), pa.string(), ordered=True)
    ),
    "list": pa.array([[1, None], None, []]),
    "struct": pa.array([{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}]),
    "map": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "deep": pa.array([[[{"a": [1]}]], None, [[]]]),
    "null": pa.nulls(3),
}


@pytest.fixture
def everything():
    fields = [
        pa.field(name, array.type, metadata={"about": name}) for name, array in EVERY_TYPE.items()
    ]
    return pa.Table.from_arrays(
        [*EVERY_TYPE.values()], schema=pa.schema(fields, metadata={"owner": "us", "v": "1"})
    )


def test_every_type_and_all_metadata_survive(everything, source, target):
    pq.write_table(everything, source)

    merge(source, target)

    before, after = pq.read_table(source), pq.read_table(target)
    originals = after.select(before.column_names)
    # A NaN is not equal to itself, but as text it is.
    assert originals.drop_columns(["f32"]).equals(before.drop_columns(["f32"]), check_metadata=True)
    assert str(originals["f32"]) == str(before["f32"])
    assert after.schema.metadata == before.schema.metadata
    assert after.column_names[len(before.column_names) :] == [c.name for c in NEW_COLUMNS]


def test_row_groups_keep_their_boundaries(source, target):
    table = pa.table({"id": range(30_000)})
    with pq.ParquetWriter(source, table.schema) as writer:
        for rows in (1, 9_000, 4_096, 16_903):
            writer.write_table(table.slice(0, rows), row_group_size=rows)

    merge(source, target)

    metadata = pq.read_metadata(target)
    groups = [metadata.row_group(index).num_rows for index in range(metadata.num_row_groups)]
    assert groups == [1, 9_000, 4_096, 16_903]


def test_a_row_group_larger_than_memory_waits_on_disk(source, target, tmp_path, monkeypatch):
    monkeypatch.setattr("enrich.tables.row_group.HELD_BYTES", 1 << 16)
    words = pa.array([f"w{index % 7}" for index in range(50_000)]).dictionary_encode()
    pq.write_table(pa.table({"id": range(50_000), "w": words, "l": [[1, None]] * 50_000}), source)

    merge(source, target)

    before, after = pq.read_table(source), pq.read_table(target)
    assert after.select(before.column_names).equals(before, check_metadata=True)
    assert pq.read_metadata(target).num_row_groups == 1
    assert after["founded"].to_pylist() == [1843] * 50_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "brotli", "lz4"])
def test_the_compression_is_kept(source, target, codec):
    pq.write_table(pa.table({"a": [1], "b": [[1]]}), source, compression=codec)

    merge(source, target)

    before, after = (pq.read_metadata(path).row_group(0) for path in (source, target))
    codecs = {after.column(index).compression for index in range(after.num_columns)}
    assert codecs == {before.column(0).compression}


def test_each_column_keeps_its_own_compression(source, target):
    codecs: Any = {"a": "zstd", "b.list.element": "none"}
    pq.write_table(pa.table({"a": [1], "b": [[1]]}), source, compression=codecs)

    merge(source, target)

    group = pq.read_metadata(target).row_group(0)
    assert [group.column(index).compression for index in range(3)] == [
        "ZSTD",
        "UNCOMPRESSED",
        "SNAPPY",
    ]


def test_names_inside_lists_are_kept(source, target):
    pq.write_table(pa.table({"a": [[1]]}), source, use_compliant_nested_type=False)

    merge(source, target)

    assert pq.read_metadata(target).schema.column(0).path == "a.list.item"


@pytest.mark.parametrize("rows", [0, 1])
def test_new_columns_are_typed_whatever_was_answered(source, target, rows):
    pq.write_table(pa.table({"id": pa.array(range(rows), pa.int32())}), source)

    merge(source, target, answer=lambda row: (None,) * len(NEW_COLUMNS))

    citation = [("url", pa.string()), ("title", pa.string()), ("excerpts", pa.list_(pa.string()))]
    schema = pq.read_schema(target)
    assert [field.type for field in schema][1:] == [
        pa.string(),
        pa.int64(),
        pa.float64(),
        pa.bool_(),
        pa.dictionary(pa.int32(), pa.string()),
        pa.list_(pa.string()),
        pa.struct([("city", pa.string()), ("floors", pa.int64())]),
        pa.string(),
        pa.list_(pa.struct(citation)),
    ]


def test_the_writer_of_a_pandas_frame_finds_its_index_again(source, target):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key"))
    frame.to_parquet(source)

    merge(source, target)

    assert pd.read_parquet(target)["a"].to_dict() == {"x": 1, "y": 2}


def test_only_asked_columns_are_read_when_nothing_is_written(source):
    pq.write_table(pa.table({"a": [1], "b": [{"c": {"d": 2}}], "e": [3]}), source)

    (batch,) = open_table(source).batches(["a", "b.c.d"], whole=False)

    assert batch.to_arrow().schema.names == ["a", "b"]
    assert (batch.column("a"), batch.column("b.c.d")) == ([1], [2])
    assert batch.locate(0) == "row 1"


def test_paths_reach_into_structs_only(source):
    pq.write_table(pa.table({"a": [{"b": 1}, None], "a.b": [3, 4], "l": [[1], []]}), source)
    table = open_table(source)

    assert [table.holds(name) for name in ("a", "a.b", "a.c", "l.0", "x.y")] == [
        *(True, True),
        *(False, False, False),
    ]
    (batch,) = table.batches(["a.b", "a"])
    assert batch.column("a.b") == [3, 4]
    assert table.count() == 2


@pytest.mark.parametrize(
    ("original", "schema", "new", "kind", "kept"),
    [
        (pa.array([1, None], pa.int32()), {"type": "integer"}, 2**40, pa.int64(), 1),
        (pa.array([1, None], pa.uint64()), {"type": "integer"}, 2, pa.uint64(), 1),
        (pa.array([0.5, None], pa.float32()), {"type": "number"}, 0.1, pa.float64(), 0.5),
        (pa.array(["x", None]), {"type": "integer"}, 7, pa.string(), "x"),
        (pa.array(["x", None]), {"type": "array", "items": {}}, [1], pa.string(), "x"),
        (pa.array(["x", None], pa.large_string()), {"type": "string"}, "y", None, "x"),
        (pa.array(["x", None]).dictionary_encode(), {"enum": ["y"]}, "y", None, "x"),
        (
            pa.array([["x"], None]),
            {"type": "array", "items": {"type": "string"}},
            ["y"],
            None,
            ["x"],
        ),
        (pa.array([True, None]), {"type": "boolean"}, False, None, True),
        (pa.nulls(2), {"type": "integer"}, 7, pa.int64(), None),
    ],
)
def test_cells_in_place_take_a_type_that_holds_both(
    source, target, original, schema, new, kind, kept
):
    pq.write_table(pa.table({"id": [1, 2], "a": original}), source)
    column = value_column("a", schema, position=1)

    merge(source, target, [column], lambda row: [KEEP, new][row : row + 1])

    written = pq.read_table(target)
    assert written.column_names == ["id", "a"]
    assert written["a"].type == (kind or original.type)
    rendered = json.dumps(new) if kind == pa.string() else new
    assert written["a"].to_pylist() == [kept, rendered]


def test_types_that_cannot_share_a_column_are_refused_early(source, target):
    pq.write_table(pa.table({"a": [dt.date(2020, 1, 1)]}), source)
    column = value_column("a", {"type": "string"}, position=0)

    with pytest.raises(TableError, match=r"'a' is date32\S* in the table and string in the task"):
        check_writable(target, open_table(source), [column])


def test_what_is_no_parquet_is_named(source):
    source.write_bytes(b"PAR1 and no more")

    with pytest.raises(TableError, match=r"in\.parquet: cannot be read as Parquet"):
        open_table(source)


def test_a_damaged_page_is_named(source):
    pq.write_table(pa.table({"a": [f"{i}" for i in range(1000)]}), source, compression="zstd")
    data = bytearray(source.read_bytes())
    data[30:200] = bytes(170)
    source.write_bytes(data)

    with pytest.raises(TableError, match="cannot be read as Parquet"):
        list(open_table(source).batches())


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_values_pass_into_text_without_loss(everything, source, tmp_path, ending):
    pq.write_table(everything, source)
    target = tmp_path / f"out{ending}"

    merge(source, target, [], lambda row: ())

    first = next(iter(open_table(target).batches()))
    read: dict[str, Any] = {name: first.column(name)[0] for name in everything.column_names}
    assert read["i8"] in {1, "1"}
    assert read["u64"] in {2**64 - 1, str(2**64 - 1)}
    assert read["text"] == "NA"
    assert read["bytes"] == "/w=="
    assert read["decimal"] == "1.20"
    assert read["date"] == "2020-02-29"
    assert read["time"] == "01:02:03.000004"
    assert read["naive"] == "1970-01-01 00:00:00.000000001"
    assert read["zoned"] == "1970-01-01 01:00:00.000001+0100"
    assert read["seconds"] == "1970-01-01 00:00:00.001Z"
    assert read["words"] == "x"
    nested = {"list": [1, None], "struct": {"a": 1, "b": ["x"]}, "map": [{"key": "k", "value": 1}]}
    for name, value in nested.items():
        assert (json.loads(read[name]) if ending == ".csv" else read[name]) == value


def test_null_and_empty_text_differ_in_text(source, tmp_path):
    pq.write_table(pa.table({"a": ["", None], "b": [float("nan"), 1.0]}), source)

    merge(source, tmp_path / "out.csv", [], lambda row: ())
    merge(source, tmp_path / "out.jsonl", [], lambda row: ())

    assert (tmp_path / "out.csv").read_text() == 'a,b\n"",nan\n,1\n'
    assert (tmp_path / "out.jsonl").read_text() == '{"a":"","b":"NaN"}\n{"a":null,"b":1.0}\n'


def test_the_rows_of_other_formats_are_put_into_row_groups(tmp_path, target, monkeypatch):
    monkeypatch.setattr("enrich.tables.parquet_writer.GROUP_ROWS", 5_000)
    (tmp_path / "in.csv").write_text("a,b\n" + "1,x\n" * 12_000)

    merge(tmp_path / "in.csv", target)

    metadata = pq.read_metadata(target)
    assert metadata.num_rows == 12_000
    assert metadata.num_row_groups > 1
    assert pq.read_schema(target).field("a").type == pa.string()
    with pytest.raises(TableError, match="two columns named"):
        open_writer(target, open_table(tmp_path / "in.csv"), [value_column("a", {})])
