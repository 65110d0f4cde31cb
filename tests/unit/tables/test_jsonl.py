"""JSON lines: the text of objects is kept, and nested values are reached by path."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables import open_table, open_writer
from tests.suites.table_format import value_column

ANY: dict[str, object] = {}


def table_of(tmp_path, data):
    (tmp_path / "in.jsonl").write_bytes(data)
    return open_table(tmp_path / "in.jsonl")


def merged(tmp_path, table, *columns, cell="v", name="out.jsonl"):
    columns = columns or (value_column("new", ANY),)
    with open_writer(tmp_path / name, table, columns) as writer:
        for batch in table.batches():
            writer.write(batch, [[cell] * len(batch)] * len(columns))
    return (tmp_path / name).read_bytes()


def column(table, name):
    return [cell for batch in table.batches([name]) for cell in batch.column(name)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"a":1}\n', b'{"a":1,"new":"v"}\n'),
        (b'{"a":1}', b'{"a":1,"new":"v"}'),
        (b'{ "b" : 1.0 , "a":1e5 } \r\n', b'{ "b" : 1.0 , "a":1e5 ,"new":"v"} \r\n'),
        (b"{}\n{ }\n", b'{"new":"v"}\n{ "new":"v"}\n'),
        (b'{"a":"{"}\n', b'{"a":"{","new":"v"}\n'),
        (b'{"a":{}}\n', b'{"a":{},"new":"v"}\n'),
        (b'{"a":123456789012345678901234567890}\n',) * 2,
        (b'{"a":"\\u00e9\\ud83d"}\n',) * 2,
        (b'{"a":1,"a":2}\n',) * 2,
        (b'\xef\xbb\xbf\n{"a":1}\n\n \n{"a":2}\n\n',) * 2,
        (b"", b""),
        (b"\n", b"\n"),
    ],
)
def test_the_text_of_objects_is_kept(tmp_path, before, after):
    if before == after:
        after = after.replace(b"}\n", b',"new":"v"}\n')

    assert merged(tmp_path, table_of(tmp_path, before)) == after


def test_numbers_are_read_as_exactly_as_python_has_them(tmp_path):
    numbers = b"1.0", b"-7", b"123456789012345678901234567890", b"1e400", b"0.1", b"1E2"
    table = table_of(tmp_path, b"".join(b'{"a":%b}\n' % number for number in numbers))

    cells = column(table, "a")

    assert cells == [1.0, -7, 123456789012345678901234567890, Decimal("1e400"), 0.1, 100.0]
    assert [type(cell) for cell in cells] == [float, int, int, Decimal, float, float]


def test_columns_are_the_members_of_all_objects(tmp_path):
    table = table_of(tmp_path, b'{"b":1}\n{"a":null,"b":2}\n{"c":{"d":[1]}}\n')

    assert table.columns == ("b", "a", "c")
    assert column(table, "a") == [None, None, None]
    assert column(table, "c") == [None, None, {"d": [1]}]


def test_a_line_that_is_nested_too_deeply_is_named(tmp_path):
    table = table_of(tmp_path, b'{"a":1}\n{"a":' + b"[" * 5000 + b"]" * 5000 + b"}\n")

    with pytest.raises(TableError, match="line 2 is nested too deeply"):
        column(table, "a")


def test_nested_values_are_reached_by_path(tmp_path):
    table = table_of(tmp_path, b'{"a":{"b":{"c":1}},"a.b":2}\n{"a":[1]}\n{"a":{"b":null}}\n')

    assert table.holds("a.b.c")
    assert column(table, "a.b.c") == [1, None, None]
    assert column(table, "a.b") == [2, None, None]


@pytest.mark.parametrize("line", [b"[1]", b'{"a":', b'{"a":NaN}', b'{"a":"\xff"}', b"{} {}", b"x"])
def test_a_line_that_is_no_object_is_named(tmp_path, line):
    table = table_of(tmp_path, b'{"a":1}\n\n' + line + b'\n{"a":2}\n')

    with pytest.raises(TableError, match="line 3 is no JSON object"):
        column(table, "a")


def test_utf_16_is_refused(tmp_path):
    with pytest.raises(TableError, match="is UTF-16; JSON lines are UTF-8"):
        table_of(tmp_path, '{"a":1}\n'.encode("utf-16"))


def test_a_line_that_never_ends_does_not_fill_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("enrich.tables.jsonl.MAX_LINE_BYTES", 1 << 12)
    monkeypatch.setattr("enrich.tables.compression.BLOCK_BYTES", 1 << 10)

    with pytest.raises(TableError, match="line 1 goes on for more than"):
        table_of(tmp_path, b'{"a":"' + b"x" * 10_000)


def test_a_value_in_place_leaves_the_rest_of_the_text(tmp_path):
    table = table_of(tmp_path, '{"ä" : 1.0, "b":  [1, 2] ,"c":"x"}\n{"c":"y"}\n{"b":3}\n'.encode())
    columns = [value_column("b", ANY, position=1), value_column("new", ANY)]

    with open_writer(tmp_path / "out.jsonl", table, columns) as writer:
        start = 0
        for batch in table.batches():
            cells = [["new"], {"k": None}, KEEP][start : start + len(batch)]
            writer.write(batch, [cells, [0] * len(batch)])
            start += len(batch)

    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == (
        '{"ä" : 1.0, "b":  ["new"] ,"c":"x","new":0}\n'
        '{"c":"y","b":{"k":null},"new":0}\n'
        '{"b":3,"new":0}\n'
    )


def test_half_a_surrogate_pair_is_escaped(tmp_path):
    written = merged(tmp_path, table_of(tmp_path, b"{}\n"), cell="\ud83d")

    assert written == b'{"new":"\\ud83d"}\n'


def test_a_value_that_is_no_json_is_named(tmp_path):
    with pytest.raises(CellError, match="row 1, column 'new': is no value of JSON"):
        merged(tmp_path, table_of(tmp_path, b"{}\n"), cell=object())


def test_members_become_arrow_columns_that_lose_nothing(tmp_path):
    table = table_of(
        tmp_path,
        b'{"i":1,"f":1,"s":"x","b":true,"n":null,"big":9007199254740993,"mixed":1,"o":{"a": 1.0}}\n'
        b'{"i":-2,"f":0.5,"huge":12345678901234567890123,"mixed":"x","fine":1.10}\n'
        b'{"fine":0.12345678901234567890}\n',
    )

    rows = pa.Table.from_batches([batch.to_arrow() for batch in table.batches()])

    assert rows.schema == table.schema
    assert {field.name: str(field.type) for field in rows.schema} == {
        "i": "int64",
        "f": "double",
        "s": "string",
        "b": "bool",
        "n": "null",
        "big": "int64",
        "mixed": "string",
        "o": "string",
        "huge": "string",
        "fine": "string",
    }
    assert rows["mixed"].to_pylist() == ["1", '"x"', None]
    assert rows["o"].to_pylist() == ['{"a": 1.0}', None, None]
    assert rows["fine"].to_pylist() == [None, "1.10", "0.12345678901234567890"]
