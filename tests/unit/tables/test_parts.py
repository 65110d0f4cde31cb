"""Several files as one table: folders, patterns, and what folders' names say."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from enrich.errors import TableError
from enrich.tables import check_writable, open_table, open_writer, publish
from enrich.tables.parts import pattern
from tests.suites.table_format import cells, merge, value_column

CEO = value_column("ceo", {"type": "string"})


@pytest.fixture
def folder(tmp_path):
    """Three files of two countries, with what lies about beside them."""
    made = tmp_path / "data"
    for name, text in {
        "country=DE/b.csv": "id,name\n3,c\n",
        "country=DE/a.csv": "id,name\r\n1,a\r\n2,b",
        "country=__HIVE_DEFAULT_PARTITION__/a.csv": "id,name\n",
        "country=P%20L/x.csv": 'id,name\n"4",Łódź\n',
        "_SUCCESS": "",
        "country=DE/.a.csv.crc": "x",
        "_temporary/a.csv": "no,part\n",
        "notes.md": "no table",
    }.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return made


def test_a_folder_is_one_table_in_the_order_of_its_paths(folder):
    table = open_table(folder)

    assert table.columns == ("id", "name", "country")
    assert cells(folder, "id") == ["1", "2", "3", "4"]
    assert cells(folder, "country") == ["DE", "DE", "DE", "P L"]
    places = [batch.locate(at) for batch in table.batches() for at in range(len(batch))]
    assert places == [
        "country=DE/a.csv line 2",
        "country=DE/a.csv line 3",
        "country=DE/b.csv line 2",
        "country=P%20L/x.csv line 2",
    ]
    assert [batch.start for batch in table.batches()] == [0, 1, 2, 3]
    with pytest.raises(TableError, match=r"has no column 'nam'\. Did you mean 'name'"):
        table.batches(["nam"])


def test_each_file_is_written_to_the_same_place_byte_for_byte(folder, tmp_path):
    out = tmp_path / "deep" / "out"
    check_writable(out, open_table(folder), [CEO])

    merge(folder, out, [CEO], lambda row: [f"n{row}"])

    written = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*.csv")}
    assert written == {
        "country=DE/a.csv": b"id,name,ceo\r\n1,a,n0\r\n2,b,n1",
        "country=DE/b.csv": b"id,name,ceo\n3,c,n2\n",
        "country=P%20L/x.csv": 'id,name,ceo\n"4",Łódź,n3\n'.encode(),
        "country=__HIVE_DEFAULT_PARTITION__/a.csv": b"id,name,ceo\n",
    }
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_several_files_become_one_with_the_folders_names_as_a_column(folder, tmp_path):
    merge(folder, tmp_path / "one.csv", [CEO], lambda row: ["x"])
    merge(folder, tmp_path / "one.parquet", [CEO], lambda row: ["x"])

    rows = pq.read_table(tmp_path / "one.parquet").to_pylist()
    assert rows[3] == {"id": "4", "name": "Łódź", "country": "P L", "ceo": "x"}
    assert cells(tmp_path / "one.csv", "country") == ["DE", "DE", "DE", "P L"]


@pytest.mark.parametrize(
    ("glob", "ids"),
    [
        ("*/a.csv", ["1", "2"]),
        ("**/*.csv", ["1", "2", "3", "4"]),
        ("country=DE/?.csv", ["1", "2", "3"]),
        ("country=[!D]*/*.csv", ["4"]),
        ("country=[DP]*/[bx].csv", ["3", "4"]),
    ],
)
def test_a_pattern_names_files(folder, glob, ids):
    assert cells(folder / glob, "id") == ids


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    (tmp_path / "a[1].csv").write_text("id\n7\n")
    (tmp_path / "a1.csv").write_text("id\n8\n")

    assert cells(tmp_path / "a[1].csv", "id") == ["7"]


def test_a_pattern_matches_whole_names():
    assert pattern("a/*.csv").fullmatch("a/b.csv")
    assert not pattern("a/*.csv").match("a/b/c.csv")
    assert pattern("**/a.csv").match("a.csv")
    assert pattern("x/**").match("x/y/z")
    assert not pattern("a.csv").match("a_csv")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("country=DE/z.csv", "id,nam\n", r"z\.csv: has the columns of .* without 'name'"),
        ("country=DE/z.csv", "id,name,x\n", r"z\.csv: has the columns of .* and 'x' beside"),
        ("country=DE/z.csv", "name,id\n", r"z\.csv: has the columns of .* in another order"),
        ("z.csv", "id,name\n", r"'country=…' is among the folders of some files and not of z\.csv"),
        ("z.jsonl", "", r"files of \.csv and of \.jsonl"),
    ],
)
def test_what_is_no_one_table_is_named(folder, name, text, message):
    (folder / name).write_text(text)

    with pytest.raises(TableError, match=message):
        list(open_table(folder).batches())


def test_an_empty_folder_and_a_pattern_without_match_are_named(tmp_path):
    with pytest.raises(TableError, match="there is no table"):
        open_table(tmp_path)
    with pytest.raises(TableError, match=r"\*\.csv: there is no table"):
        open_table(tmp_path / "*.csv")


def test_outputs_are_never_among_the_next_inputs(folder):
    table = open_table(folder)

    with pytest.raises(TableError, match="would be one of the tables"):
        open_writer(folder / "out", table, [CEO])
    with pytest.raises(TableError, match="would be one of the tables"):
        check_writable(folder / "out.csv", table, [CEO])


def test_a_folder_may_be_written_over_itself_and_its_names_not_at_all(folder):
    table = open_table(folder)
    column = value_column("country", {"type": "string"}, position=2)

    with pytest.raises(TableError, match="'country' is a folder's name"):
        open_writer(folder, table, [column])
    merge(folder, folder, [CEO], lambda row: ["x"])

    assert cells(folder, "ceo") == ["x"] * 4
    assert (folder / "_SUCCESS").exists()


def test_a_failure_leaves_all_old_files_and_nothing_else(folder, tmp_path):
    out = tmp_path / "out"
    merge(folder, out, [CEO], lambda row: ["old"])
    before = {p: p.read_bytes() for p in out.rglob("*.csv")}

    with pytest.raises(ZeroDivisionError):
        merge(folder, out, [CEO], lambda row: [str(1 // (3 - row))])

    assert {p: p.read_bytes() for p in out.rglob("*.csv")} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "out"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_folder_is_replaced_as_a_whole_and_keeps_what_else_is_in_it(
    folder, tmp_path, monkeypatch, at_once
):
    if not at_once:
        monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    (folder / "empty").mkdir()
    (folder / "link").symlink_to("country=DE")
    (folder / "country=DE/a.csv").chmod(0o640)
    folder.chmod(0o750)
    # What a killed process left beside is neither taken for a table nor published.
    beside = tmp_path / ".data.part"
    (beside / "country=DE").mkdir(parents=True)
    (beside / "country=DE/stale.csv").write_text("id,name\n")
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    inside = (folder / "notes.md").stat()

    merge(folder / "country=*/*.csv", folder, [CEO], lambda row: ["x"])

    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before
    assert (folder / "notes.md").stat().st_ino == inside.st_ino
    assert (folder / "link").is_symlink()
    assert folder.stat().st_mode & 0o777 == 0o750
    assert (folder / "country=DE/a.csv").stat().st_mode & 0o777 == 0o640
    assert cells(folder / "country=*/*.csv", "ceo") == ["x"] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_folder_that_cannot_be_replaced_is_whole(folder, tmp_path, monkeypatch, at_once):
    def refuse(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    rename = Path.rename
    monkeypatch.setattr(publish, "_exchange", refuse if at_once else lambda *_: False)
    monkeypatch.setattr(
        Path, "rename", lambda *two: refuse() if two[0].name == ".data.part" else rename(*two)
    )
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    with pytest.raises(TableError, match=r"data: cannot be written: Input/output error\."):
        merge(folder, folder, [CEO], lambda row: ["x"])

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_two_at_a_time_are_refused(folder, tmp_path):
    table = open_table(folder)

    with (
        open_writer(tmp_path / "out", table, [CEO]),
        pytest.raises(TableError, match="another process"),
        open_writer(tmp_path / "out", table, [CEO]),
    ):
        pass


def test_a_dataset_of_another_program_keeps_its_files_types(tmp_path):
    table = pa.table({"year": [1999, 2000, 1999], "n": pa.array([1, 2, 3], pa.int32())})
    flavour = ds.partitioning(pa.schema([("year", pa.int64())]), flavor="hive")
    ds.write_dataset(table, tmp_path / "in", format="parquet", partitioning=flavour)

    merge(tmp_path / "in", tmp_path / "out", [CEO], lambda row: [f"n{row}"])

    read = ds.dataset(tmp_path / "out", partitioning=flavour).to_table().sort_by("n")
    assert read.schema.field("n").type == pa.int32()
    assert read.to_pydict() == {
        "n": [1, 2, 3],
        "ceo": ["n0", "n2", "n1"],
        "year": [1999, 2000, 1999],
    }
    assert open_table(tmp_path / "in").count() == 3


def test_members_of_json_lines_may_be_in_some_files_only(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text('{"a":1}\n')
    (tmp_path / "in" / "b.jsonl").write_text('{"b":"x","a":2}\n')
    column = value_column("b", {"type": "string"}, position=1)

    merge(tmp_path / "in", tmp_path / "out", [column], lambda row: [f"n{row}"])

    texts = [(tmp_path / "out" / name).read_text() for name in ("a.jsonl", "b.jsonl")]
    assert [json.loads(text) for text in texts] == [{"a": 1, "b": "n0"}, {"b": "n1", "a": 2}]
    merge(tmp_path / "in", tmp_path / "one.parquet", [], lambda row: [])
    assert pq.read_table(tmp_path / "one.parquet").to_pylist() == [
        {"a": 1, "b": None},
        {"a": 2, "b": "x"},
    ]


def test_types_that_do_not_meet_in_one_file_are_named(tmp_path):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"a": [1]}), tmp_path / "in" / "a.parquet")
    pq.write_table(pa.table({"a": ["x"]}), tmp_path / "in" / "b.parquet")

    merge(tmp_path / "in", tmp_path / "out", [CEO], lambda row: ["x"])
    with pytest.raises(TableError, match="not the same type in all files"):
        merge(tmp_path / "in", tmp_path / "one.csv", [CEO], lambda row: ["x"])
