"""Excel's types as other programs write them, and numbers that are written whole."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables import open_table
from tests.suites.table_format import cells, merge, value_column
from tests.unit.tables.test_excel import CEO, CONTENT, parts, with_sheet

ENDING = "xlsx"


def test_dates_that_are_written_as_text_are_dates(source):
    moments = [dt.date(2020, 1, 2), dt.datetime(2020, 1, 2, 3, 4, 5), dt.time(1, 2, 3)]
    book = openpyxl.Workbook()
    book.iso_dates = True
    book.active.append(["date", "both", "time"])
    book.active.append(moments)
    book.save(source)

    assert [cells(source, name) for name in ("date", "both", "time")] == [[m] for m in moments]


def test_attributes_may_stand_in_single_quotes(source, target):
    rows = (
        "<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c>"
        "<c r='C1' s='0' t='inlineStr'><is><t>c</t></is></c></row>"
        "<row r='5' spans='1:3'><c r='C5' s='0'><v>7</v></c></row>"
    )
    with_sheet(source, rows)
    columns = [value_column("c", {"type": "integer"}, position=2), CEO]

    merge(source, target, columns, lambda row: [9, "x"])

    sheet = openpyxl.load_workbook(target).active
    found = {place: sheet[place].value for place in ("A1", "C1", "D1", "A5", "C5", "D5")}
    assert found == {"A1": "a", "C1": "c", "D1": "ceo", "A5": None, "C5": 9, "D5": "x"}
    assert b'ref="A1:D5"' in parts(target)["xl/worksheets/sheet1.xml"].replace(b"'", b'"')


@pytest.mark.parametrize("kind", ["s", "b", "n", "d"])
def test_a_cell_of_an_empty_value_holds_nothing(source, kind):
    row = f'<row r="2"><c r="A2" t="{kind}"><v/></c><c r="B2"><v>1</v></c></row>'
    with_sheet(source, CONTENT.replace("</row>", '<c r="B1" t="str"><v>b</v></c></row>') + row)

    assert cells(source, "a") == [None]


def test_true_may_be_a_word(source):
    with_sheet(
        source,
        CONTENT
        + '<row r="2"><c r="A2" t="b"><v>true</v></c></row>'
        + '<row r="3"><c r="A3" t="b"><v>false</v></c></row>',
    )

    assert cells(source, "a") == [True, False]


def test_a_font_is_no_formula(source, target):
    run = '<r><rPr><b/><family val="2"/></rPr><t>bold</t></r>'
    with_sheet(
        source,
        CONTENT + f'<row r="2"><c r="A2" t="inlineStr"><is>{run}</is></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row>',
    )
    column = value_column("a", {"type": "string"}, position=0)

    merge(source, target, [column], lambda row: [["new", KEEP][row]])

    assert cells(target, "a") == ["new", 2]
    with pytest.raises(CellError, match="A3 holds a formula"):
        merge(source, target, [column], lambda row: ["new"])


@pytest.mark.parametrize(
    ("sheet", "place"),
    [
        ([["a", "b"], ["x", 1], ["=CONCATENATE(1,2)", 2]], "A3"),
        ([["=1+1", "b"], ["x", 1]], "A1"),
    ],
)
def test_a_formula_that_was_never_computed_is_named(source, target, sheet, place):
    book = openpyxl.Workbook()
    for row in sheet:
        book.active.append(row)
    book.save(source)

    with pytest.raises(TableError, match=f"in.xlsx: {place} holds a formula .* and save it"):
        cells(source, "a")


def test_a_formula_that_nobody_asks_for_needs_no_value(source, target, tmp_path):
    book = openpyxl.Workbook()
    for row in (["a", "b"], ["x", "=1+1"], [None, "=2+2"]):
        book.active.append(row)
    book.save(source)

    merge(source, target, [CEO], lambda row: [f"{row}"])

    assert cells(target, "a") == ["x", None]
    assert cells(target, "ceo") == ["0", "1"]
    assert openpyxl.load_workbook(target).active["B3"].value == "=2+2"
    with pytest.raises(TableError, match="B2 holds a formula that was never computed"):
        merge(source, tmp_path / "out.csv", [CEO], lambda row: ["x"])


def test_numbers_are_written_to_their_last_digit(tmp_path, target):
    numbers = [0.1 + 0.2, 1 / 3, 0.1, 123456789012345678.0, 5e-324, -0.5, 7.0]
    pq.write_table(pa.table({"a": numbers}), tmp_path / "in.parquet")

    merge(
        tmp_path / "in.parquet",
        target,
        [value_column("b", {"type": "number"})],
        lambda row: [numbers[row]],
    )

    assert cells(target, "a") == cells(target, "b") == numbers
    sheet = parts(target)["xl/worksheets/sheet1.xml"]
    assert b"<v>0.1</v>" in sheet
    assert b"<v>7</v>" in sheet


def test_one_fine_time_leaves_the_others_times(tmp_path, target):
    moment = dt.datetime(2020, 1, 2, 3, 4, 5)
    moments = pa.array([moment, None], pa.timestamp("us")).cast(pa.timestamp("ns"))
    fine = pa.array([1, None], pa.timestamp("ns"))
    days = pa.array([18_263, None, 18_264, 2_932_897], pa.int32()).cast(pa.date32())
    table = pa.table({"i": [1, 2, 3, 4], "a": pa.concat_arrays([moments, fine]), "d": days})
    pq.write_table(table, tmp_path / "in.parquet")

    merge(tmp_path / "in.parquet", target, [], lambda row: ())

    assert cells(target, "a") == [moment, None, "1970-01-01 00:00:00.000000001", None]
    assert cells(target, "d") == [
        dt.date(2020, 1, 2),
        None,
        dt.date(2020, 1, 3),
        "10000-01-01",
    ]


def test_an_error_in_a_cell_is_its_text(source):
    with_sheet(source, CONTENT + '<row r="2"><c r="A2" t="e"><v>#DIV/0!</v></c></row>')

    assert open_table(source).schema.field("a").type == pa.string()
    assert cells(source, "a") == ["#DIV/0!"]
