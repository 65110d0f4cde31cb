"""Delimited text, whatever its bytes: rows, order and original bytes are kept."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enrich.errors import TableError
from enrich.tables import CsvOptions, open_table, open_writer
from enrich.tables.splitting import Dialect, Splitter
from tests.suites.table_format import value_column

NEW = [value_column("§", {"type": "string"})]

few = st.text(alphabet=",;\"\n\r 'ab=ä\x00", max_size=8)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(few, min_size=width, max_size=width), min_size=1, max_size=6)
)


@st.composite
def dialects(draw):
    return {
        "delimiter": draw(st.sampled_from(",;\t|")),
        "quotechar": draw(st.sampled_from("\"'")),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n", "\r"])),
    }


def write(rows, dialect):
    # Before Python 3.13, csv.writer leaves the other line end unquoted.
    if any("\r" in cell or "\n" in cell for row in rows for cell in row):
        dialect["quoting"] = csv.QUOTE_ALL
    sink = io.StringIO(newline="")
    csv.writer(sink, **dialect).writerows(rows)
    return sink.getvalue()


def blocks(data, size):
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(
    tables,
    dialects(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]),
    st.booleans(),
    st.sampled_from([5, 64, 1 << 20]),
)
@settings(max_examples=80, deadline=None)
def test_each_record_keeps_its_bytes_and_reads_as_before(
    tmp_path_factory, rows, dialect, encoding, last_line_end, block_bytes
):
    rows = [[str(index) for index in range(len(rows[0]))], *rows]
    text = write(rows, dialect)
    if not last_line_end:
        text = text.removesuffix(dialect["lineterminator"])
    folder = tmp_path_factory.mktemp("csv")
    source, target = folder / "in.csv", folder / "out.csv"
    source.write_bytes(text.encode(encoding))
    options = CsvOptions(
        delimiter=dialect["delimiter"], quote=dialect["quotechar"], encoding=encoding, header=True
    )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("enrich.tables.compression.BLOCK_BYTES", block_bytes)
        table = open_table(source, options=options)
        with open_writer(target, table, NEW) as writer:
            for batch in table.batches():
                writer.write(batch, [["§"] * len(batch)])

    written = target.read_bytes().decode(encoding)
    separator = dialect["delimiter"]
    expected = [[*row, "§"] for row in rows]
    assert list(csv.reader(io.StringIO(written, newline=""), **dialect)) == expected
    assert written.replace(f"{separator}§", "") == text


@given(
    st.text(alphabet=',"\n\r ab', max_size=30),
    st.sampled_from([1, 3, 1000]),
)
@settings(max_examples=300, deadline=None)
@example('a"b,c\n"d"e"f,"g""h"i\n', 2)
@example('"\r\n"\r\r\n\n\ra', 1)
def test_any_text_is_split_as_the_csv_module_reads_it(text, block_bytes):
    dialect = Dialect(b",", b'"')
    data = text.encode().lstrip(b"\r\n")
    strict = csv.reader(io.StringIO(data.decode(), newline=""), strict=False)
    expected = [row for row in strict if row]

    try:
        lines = [
            line
            for records in Splitter(dialect, path="t").split(blocks(data, block_bytes))
            for line in records.lines
        ]
    except TableError:
        *_, last = csv.reader(io.StringIO(data.decode() + "\nswallowed", newline=""))
        assert last[-1].endswith("\nswallowed")
        return

    assert b"".join(lines) == data
    cells = [[dialect.unquote(cell).decode() for cell in dialect.split(line)] for line in lines]
    assert cells == expected


@given(st.lists(st.lists(few, min_size=3, max_size=3), min_size=1, max_size=6), dialects())
@settings(max_examples=80, deadline=None)
def test_columns_are_read_as_the_csv_module_reads_them(tmp_path_factory, rows, dialect):
    rows = [["a", "b", "c"], *rows]
    path = tmp_path_factory.mktemp("csv") / "in.csv"
    path.write_bytes(write(rows, dialect).encode())
    options = CsvOptions(
        delimiter=dialect["delimiter"], quote=dialect["quotechar"], encoding="utf-8", header=True
    )

    table = open_table(path, options=options)
    batches = list(table.batches(["c", "a"]))

    for index, name in enumerate("abc"):
        cells = [cell for batch in batches for cell in batch.column(name)]
        assert cells == [row[index] for row in rows[1:]]
