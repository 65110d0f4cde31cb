"""Excel: the workbook stays as it was, but for the new cells."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, PatternFill

from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables import open_table, open_writer
from tests.suites.table_format import cells, merge, value_column

ENDING = "xlsx"
CEO = value_column("ceo", {"type": "string"})
FOUNDED = value_column("founded", {"type": "integer"})
CONTENT = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'


@pytest.fixture
def rich(source):
    """A workbook with what people put into one."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    notes["A1"] = "read me"
    sheet = book.create_sheet("Firms & co")
    sheet["B3"], sheet["C3"], sheet["D3"], sheet["E3"] = "Name", "Since", "Zip", "Sum"
    sheet["E3"].font = Font(bold=True)
    sheet["B4"], sheet["C4"], sheet["D4"], sheet["E4"] = "Ada", dt.date(2020, 2, 29), "00501", 1.5
    sheet["C4"].number_format = "dd.mm.yyyy"
    sheet["E4"].number_format = "0.00 €"
    sheet["B6"], sheet["C6"], sheet["E6"] = "Łódź", dt.datetime(2024, 1, 1, 12, 30), "=E4*2"
    sheet["F6"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B6"].fill = PatternFill("solid", fgColor="00FF00")
    sheet.merge_cells("B9:C9")
    sheet.column_dimensions["B"].width = 40
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=5, min_row=3, max_row=6))
    sheet.add_chart(chart, "H2")
    book.save(source)
    return source


def parts(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def with_sheet(path, rows, *, prefix="", head="<dimension ref='A1'/>"):
    """A workbook whose one sheet has just these rows."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    content = parts(path)
    p = f"{prefix}:" if prefix else ""
    space = f"xmlns{':' if prefix else ''}{prefix}"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content["xl/worksheets/sheet1.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{p}worksheet {space}="{main}">{head}'
        f"<{p}sheetData>{rows}</{p}sheetData></{p}worksheet>"
    ).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)


def test_a_sheet_is_found_by_its_name_and_the_first_is_the_default(rich):
    text = rich.with_name("a.csv")
    text.write_text("a\n1\n")
    assert open_table(rich).columns == ("read me",)
    table = open_table(rich, sheet="Firms & co")

    assert table.columns == ("Name", "Since", "Zip", "Sum")
    with pytest.raises(
        TableError, match=r"has no sheet 'firms'. Its sheets: 'Notes', 'Firms & co'"
    ):
        open_table(rich, sheet="firms")
    with pytest.raises(TableError, match="has no sheets"):
        open_table(text, sheet="x")


def test_dates_numbers_and_text_with_zeros_come_as_what_they_are(rich):
    table = open_table(rich, sheet="Firms & co")
    (batch,) = table.batches()

    assert batch.column("Since") == [dt.date(2020, 2, 29), dt.datetime(2024, 1, 1, 12, 30)]
    assert batch.column("Zip") == ["00501", None]
    with pytest.raises(TableError, match="E6 holds a formula that was never computed"):
        batch.column("Sum")
    assert [batch.locate(0), batch.locate(1)] == ["row 4", "row 6"]
    assert [str(kind) for kind in table.schema.types] == [
        "string",
        "timestamp[ms]",
        "string",
        "double",
    ]


def test_everything_but_the_new_cells_stays(rich, target):
    table: Any = open_table(rich, sheet="Firms & co")
    with open_writer(target, table, [CEO, FOUNDED]) as writer:
        for batch in table.batches():
            writer.write(batch, [["Grace"] * len(batch), [1906, None]])

    before, after = parts(rich), parts(target)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {table.sheet.part}
    assert [*before] == [*after]
    # Without the new cells, the sheet's XML is what it was.
    text = after[table.sheet.part].decode()
    text = re.sub(r'<c r="[FG]\d+"[^>]*>.*?</c>', "", text)
    old = re.sub(r' spans="[^"]*"', "", before[table.sheet.part].decode())
    old = old.replace('ref="B3:F9"', 'ref="B1:G9"')
    assert text == re.sub(r'<c r="F6"[^>]*/>', "", old)
    sheet = openpyxl.load_workbook(target)["Firms & co"]
    assert [sheet[f"F{row}"].value for row in (3, 4, 5, 6)] == ["ceo", "Grace", None, "Grace"]
    assert [sheet[f"G{row}"].value for row in (3, 4, 6)] == ["founded", 1906, None]
    assert sheet["F3"].font.bold
    assert sheet["E4"].number_format == "0.00 €"
    assert sheet["E6"].value == "=E4*2"


def test_a_formula_counts_as_the_value_that_it_had(source, target):
    with xlsxwriter.Workbook(source) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_number(1, 0, 2)
        sheet.write_formula(1, 1, "=A2*21", None, 42)

    merge(source, target, [CEO], lambda row: ["x"])

    assert cells(target, "b") == [42]
    assert openpyxl.load_workbook(target).active["B2"].value == "=A2*21"
    column = value_column("b", {"type": "integer"}, position=1)
    with pytest.raises(CellError, match="B2 holds a formula"):
        merge(source, target, [column], lambda row: [1])


def test_text_that_would_run_is_guarded_and_numbers_are_numbers(source, target):
    with xlsxwriter.Workbook(source) as book:
        book.add_worksheet().write_column(0, 0, ["a", "=original", "x", "y"])
    answers = [("=1+1", -5), ("@x", 2**60), ("-5", None)]

    merge(source, target, [CEO, FOUNDED], lambda row: answers[row])

    assert openpyxl.load_workbook(target).active["A2"].value == "=original"
    assert cells(target, "ceo") == ["'=1+1", "'@x", "-5"]
    assert cells(target, "founded") == [-5, str(2**60), None]


def test_a_filled_cell_keeps_its_format_but_not_a_dates(source, target):
    with xlsxwriter.Workbook(source) as book:
        sheet = book.add_worksheet()
        date, money = (book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "0.00"))
        sheet.write_row(0, 0, ["a", "n", "d"])
        for row in (1, 2, 3):
            sheet.write_string(row, 0, "x")
            sheet.write_blank(row, 1, None, money)
            sheet.write_blank(row, 2, None, date)
        sheet.write_number(3, 1, 7, money)
    columns = [
        value_column("n", {"type": "integer"}, position=1),
        value_column("d", {"type": "integer"}, position=2),
    ]
    answers = [(3, 5), (None, KEEP), (KEEP, 6)]

    merge(source, target, columns, lambda row: answers[row])

    assert cells(target, "n") == [3, None, 7]
    assert cells(target, "d") == [5, None, 6]
    sheet = openpyxl.load_workbook(target).active
    assert [sheet["B2"].number_format, sheet["C2"].number_format] == ["0.00", "General"]
    assert sheet["C3"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("prefix", ["", "x"])
def test_other_programs_xml_is_understood(source, target, prefix):
    p = f"{prefix}:" if prefix else ""
    rows = (
        "<row><c t='inlineStr'><is><t>a</t></is></c><c t='str'><v>b</v></c></row>\n"
        "<row r='3'/><row r='4' spans='1:2'><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>"
        "<row r='5'><c r='B5' t='inlineStr'><is><r><t>two </t></r><r><t>runs</t></r>"
        "<rPh sb='0' eb='1'><t>said so</t></rPh></is></c></row> <row r='6'><c r='A6'><v>1E3</v></c></row>\n"
    ).replace("'", '"')
    for tag in ("row", "rPh", "c", "is", "v", "t", "r"):
        rows = re.sub(rf"<(/?){tag}(?=[ />])", rf"<\1{p}{tag}", rows)
    with_sheet(source, rows, prefix=prefix)

    merge(source, target, [CEO], lambda row: [f"<{row}>"])

    assert cells(target, "a") == [True, None, 1000.0]
    assert cells(target, "b") == ["#N/A", "two runs", None]
    assert cells(target, "ceo") == ["<0>", "<1>", "<2>"]
    sheet = openpyxl.load_workbook(target).active
    assert [sheet[f"C{row}"].value for row in range(1, 7)] == [
        "ceo",
        None,
        None,
        "<0>",
        "<1>",
        "<2>",
    ]


def test_times_lengths_and_1904(source):
    moments = [dt.datetime(2020, 2, 29, 1, 2, 3), dt.date(1999, 12, 31), dt.time(13, 30)]
    for since_1904 in (False, True):
        with xlsxwriter.Workbook(source, {"date_1904": since_1904}) as book:
            sheet = book.add_worksheet()
            codes = ["yyyy-mm-dd hh:mm:ss", "d. mmm yy", "hh:mm", "[h]:mm"]
            for at, (value, code) in enumerate(
                zip([*moments, dt.timedelta(days=2)], codes, strict=True)
            ):
                sheet.write_string(0, at, code)
                sheet.write_datetime(1, at, value, book.add_format({"num_format": code}))

        table = open_table(source)
        (batch,) = table.batches()

        assert [batch.column(code)[0] for code in codes] == [*moments, dt.timedelta(days=2)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "is empty"),
        (CONTENT + "<row r='2'><c r='C2'><v>1</v></c></row>", "row 2 has a value in column C"),
        (CONTENT + "<row r='2'><c r='A2'><v>1</c></row>", "its sheet is damaged"),
        (CONTENT + "<row r='2'><c r='A2'><v>x</v></c></row>", "its sheet is damaged"),
        (CONTENT + "<row r='2'><!-- --></row>", "holds comments"),
        (CONTENT + "<row r='2'><c r='$A$2'><v>1</v></c></row>", "damaged: a cell in column"),
        (CONTENT + "<row r='2'><c r='a2'><v>1</v></c></row>", "damaged: a cell in column 'a'"),
        (CONTENT + "<row r='2'><c r='2'><v>1</v></c></row>", "damaged: a cell in column ''"),
        (CONTENT + "<row r='2'>", "is cut off"),
    ],
)
def test_what_cannot_be_read_is_named(source, rows, message):
    with_sheet(source, rows)

    with pytest.raises(TableError, match=message):
        list(open_table(source).batches())


def test_no_zip_an_old_file_and_a_cut_one_are_named(source, rich):
    data = rich.read_bytes()
    for content, message in [
        (b"a,b\n", "is no whole .xlsx file"),
        (b"\xd0\xcf\x11\xe0" * 9, "an old .xls file"),
        (data[: len(data) // 2], "is no whole .xlsx file"),
    ]:
        source.write_bytes(content)
        with pytest.raises(TableError, match=message):
            open_table(source)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01", "is encrypted"),
        (b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63", "compression"),
    ],
    ids=["a zip with a password", "a compression that is not known"],
)  # fmt: skip
def test_a_zip_that_cannot_be_unpacked_is_named(source, rich, old, new, message):
    source.write_bytes(rich.read_bytes().replace(old, new))

    with pytest.raises(TableError, match=f"cannot be unpacked: .*{message}"):
        open_table(source)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<", b'<?xml version="1.0" encoding="nonsense"?><'),
        ("xl/styles.xml", b'numFmtId="', b'numFmtId="x'),
    ],
)
def test_a_part_that_is_not_as_it_must_be_is_named(source, rich, part, old, new):
    content = parts(rich)
    content[part] = re.sub(rb"^<\?xml.*?\?>\s*", b"", content[part]).replace(old, new, 1)
    with zipfile.ZipFile(source, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)

    with pytest.raises(TableError, match=r"is no whole .xlsx file"):
        open_table(source)


def test_types_of_other_formats_become_cells(tmp_path, target):
    source = tmp_path / "in.parquet"
    utc = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    pq.write_table(
        pa.table(
            {
                "i": [1, 2**60],
                "f": [0.5, float("inf")],
                "d": [dt.date(2020, 2, 29), dt.date(1, 1, 1)],
                "t": pa.array([1_500, 1], pa.timestamp("us")),
                "n": pa.array([1_500_000_000, 1], pa.timestamp("ns")),
                "z": [utc, None],
                "m": [Decimal("1.50"), Decimal("-2.00")],
                "l": [[1, 2], None],
                "b": [True, None],
                "h": [dt.time(1, 2), None],
            }
        ),
        source,
    )

    merge(source, target, [CEO], lambda row: ["x"])

    rows = [cells(target, name) for name in "ifdmlbh"]
    assert rows == [
        [1, str(2**60)],
        [0.5, "inf"],
        [dt.date(2020, 2, 29), "0001-01-01"],
        [1.5, -2],
        ["[1,2]", None],
        [True, None],
        [dt.time(1, 2), None],
    ]
    assert cells(target, "z") == ["2020-01-01 00:00:00.000000Z", None]


def test_text_that_no_cell_holds_is_an_error_that_names_it(source, target, tmp_path):
    with xlsxwriter.Workbook(source) as book:
        book.add_worksheet().write_column(0, 0, ["a", "x"])
    (tmp_path / "in.csv").write_text("a\n1\n")

    for table in (source, tmp_path / "in.csv"):
        with pytest.raises(CellError, match=r"row 1, column 'ceo': has 32,768 characters"):
            merge(table, target, [CEO], lambda row: ["x" * 32_768])
    assert not target.exists()


def test_no_more_columns_than_excel_has(tmp_path, target):
    (tmp_path / "in.csv").write_text(",".join(f"c{i}" for i in range(16_384)) + "\n")

    with pytest.raises(TableError, match="no more than 16384 columns"):
        open_writer(target, open_table(tmp_path / "in.csv"), [CEO])
