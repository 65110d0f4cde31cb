"""Delimited text: what is found by itself, what is kept, and what is refused."""

from __future__ import annotations

import pytest

from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables import CsvOptions, open_table, open_writer
from tests.suites.table_format import value_column

TEXT = {"type": "string"}
WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def table_of(tmp_path, data, name="in.csv", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return open_table(path, options=CsvOptions(**options))


def rows_of(table):
    return [
        list(row)
        for batch in table.batches()
        for row in zip(*(batch.column(name) for name in table.columns), strict=True)
    ]


def merged(tmp_path, table, *columns, name="out.csv", cell="v", **options):
    """Return what the file is after every new cell was ``cell``."""
    columns = columns or (value_column("new", TEXT),)
    with open_writer(tmp_path / name, table, columns, **options) as writer:
        for batch in table.batches():
            writer.write(batch, [[cell] * len(batch)] * len(columns))
    return (tmp_path / name).read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"a,b\n1,2\n", b"a,b,new\n1,2,v\n", id="lf"),
        pytest.param(b"a,b\r\n1,2\r\n", b"a,b,new\r\n1,2,v\r\n", id="crlf"),
        pytest.param(b"a,b\r1,2\r3,4\r", b"a,b,new\r1,2,v\r3,4,v\r", id="cr"),
        pytest.param(b"a,b\r\n1,2\n3,4\r5,6", b"a,b,new\r\n1,2,v\n3,4,v\r5,6,v", id="mixed"),
        pytest.param(b"a,b\n1,2", b"a,b,new\n1,2,v", id="no last line end"),
        pytest.param(b"a,b\n", b"a,b,new\n", id="header only"),
        pytest.param(b"a,b", b"a,b,new", id="header without line end"),
        pytest.param(b"\xef\xbb\xbfa,b\n1,2\n", b"\xef\xbb\xbfa,b,new\n1,2,v\n", id="mark"),
        pytest.param(b"\n\na,b\n\n1,2\n\n\n", b"\n\na,b,new\n\n1,2,v\n\n\n", id="blank lines"),
        pytest.param(b'"a" ,b\n"1"x, 2 \n', b'"a" ,b,new\n"1"x, 2 ,v\n', id="odd quoting"),
        pytest.param(b'a,b\n1,5" pipe\n', b'a,b,new\n1,5" pipe,v\n', id="quote in a cell"),
        pytest.param(b"a,b\n1,\x00\n", b"a,b,new\n1,\x00,v\n", id="nul"),
        pytest.param(b"a,b\n,\n", b"a,b,new\n,,v\n", id="empty cells"),
        pytest.param(b"a;b\n1;2,5\n", b"a;b;new\n1;2,5;v\n", id="semicolon"),
        pytest.param(b"a\tb\n1\t2\n", b"a\tb\tnew\n1\t2\tv\n", id="tab"),
        pytest.param(b"a|b\n1|2\n", b"a|b|new\n1|2|v\n", id="pipe"),
        pytest.param(b"'a','b,c'\n'1','2'\n", b"'a','b,c',new\n'1','2',v\n", id="apostrophes"),
        pytest.param(b"a\nFoo, Inc\nBar\n", b"a;new\nFoo, Inc;v\nBar;v\n", id="one column"),
        pytest.param(
            b'a,b\n"1\n2","3"\n"",""""\n', b'a,b,new\n"1\n2","3",v\n"","""",v\n', id="quoted"
        ),
    ],
)
def test_original_bytes_stay_and_cells_stand_behind(tmp_path, before, after):
    assert merged(tmp_path, table_of(tmp_path, before)) == after


@pytest.mark.parametrize("encoding", WIDE)
def test_wide_encodings_are_found_and_kept(tmp_path, encoding):
    data = "náme,b\r\nä☃,1\r\n".encode(encoding)

    table = table_of(tmp_path, data, encoding=None if encoding != "utf-32" else encoding)

    assert rows_of(table) == [["ä☃", "1"]]
    assert merged(tmp_path, table, cell="☃") == "náme,b,new\r\nä☃,1,☃\r\n".encode(encoding)


def test_half_a_surrogate_pair_passes_through_utf_16(tmp_path):
    data = "\ufeffa,b\n\ud83d,1\n".encode("utf-16-le", "surrogatepass")

    written = merged(tmp_path, table_of(tmp_path, data))

    assert written.decode("utf-16-le", "surrogatepass") == "\ufeffa,b,new\n\ud83d,1,v\n"


@pytest.mark.parametrize("name", ["out.parquet", "out.jsonl", "out.xlsx", "out.tsv"])
def test_half_a_surrogate_pair_is_named_where_it_cannot_go(tmp_path, name):
    table = table_of(tmp_path, "a,b\nx,1\n\ud83d,2\n".encode("utf-16", "surrogatepass"))

    with pytest.raises(TableError, match=r"line 3, column 'a': holds half a character"):
        merged(tmp_path, table, name=name)
    with pytest.raises(
        TableError, match=r"row 2 holds '.ud83d', which utf-8 does not\. It is half"
    ):
        merged(tmp_path, table, encoding="utf-8")


def test_cut_off_utf_16_is_refused(tmp_path):
    with pytest.raises(TableError, match="is no whole utf-16-le text"):
        rows_of(table_of(tmp_path, "a,b\n1,2\n".encode("utf-16") + b"\x00"))


def test_windows_1252_is_found_and_kept(tmp_path):
    data = "Name,Ort\nMüller & Söhne,Köln\nBob\u2019s “Café” \u2013 5 €,Zürich\n".encode("cp1252")
    table = table_of(tmp_path, data)

    written = merged(tmp_path, table, cell="Jürgen")

    assert rows_of(table)[0] == ["Müller & Söhne", "Köln"]
    assert written.decode("cp1252").splitlines()[1] == "Müller & Söhne,Köln,Jürgen"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1251", "имя,город\n" + "Иван Петров,Москва\nГазпром,Санкт-Петербург\n" * 20),
        ("cp932", "名前,住所\n" + "株式会社トヨタ,豊田市\nソニー株式会社,東京\n" * 20),
        ("gb18030", "名称,城市\n" + "腾讯控股有限公司,深圳\n阿里巴巴集团,杭州\n" * 20),
    ],
)
def test_other_encodings_are_found_by_their_looks(tmp_path, encoding, text):
    table = table_of(tmp_path, text.encode(encoding))

    assert [",".join(row) for row in rows_of(table)] == text.splitlines()[1:]


def test_the_first_foreign_byte_decides_wherever_it_stands(tmp_path):
    data = b"a,b\n" + b"plain,text\n" * 200_000 + "Größe,Übung\n".encode("cp1252")

    assert rows_of(table_of(tmp_path, data))[-1] == ["Größe", "Übung"]


def test_bytes_that_are_not_the_encodings_are_refused_with_their_line(tmp_path):
    table = table_of(tmp_path, b"a,b\nx,\xc3\xa4\ny,z\nw,\xe4\n", encoding="utf-8")

    with pytest.raises(TableError, match=r"line 4: byte 0xE4 is no utf-8\. Set `encoding`"):
        list(table.batches())


def test_text_that_the_encoding_does_not_hold_is_an_error_before_publishing(tmp_path):
    table = table_of(tmp_path, "a,ä\n1,2\n3,4\n".encode("latin-1"))

    with pytest.raises(CellError, match="row 1, column 'new': '☃' cannot be written in cp1252"):
        merged(tmp_path, table, cell="snow ☃")

    assert not (tmp_path / "out.csv").exists()


def test_the_whole_file_is_transcoded_when_asked(tmp_path):
    table = table_of(tmp_path, "a,ä\n1,é\n".encode("cp1252"))

    assert merged(tmp_path, table, cell="☃", encoding="utf-8").decode() == "a,ä,new\n1,é,☃\n"
    utf16 = merged(tmp_path, table, cell="☃", encoding="utf-16")
    assert utf16 == "a,ä,new\n1,é,☃\n".encode("utf-16")


def test_an_original_that_the_new_encoding_does_not_hold_is_refused(tmp_path):
    table = table_of(tmp_path, "a,b\n1,☃\n".encode())

    with pytest.raises(TableError, match="row 1 holds '☃', which cp1252 does not"):
        merged(tmp_path, table, encoding="windows-1252")


@pytest.mark.parametrize("name", ["utf-9", "base64", "utf-7", "iso-2022-jp", "cp037"])
def test_an_encoding_that_cannot_be_split_is_refused(tmp_path, name):
    with pytest.raises(TableError, match=name):
        table_of(tmp_path, b"a,b\n", encoding=name)


def test_a_pipe_is_no_delimiter_where_it_may_be_half_a_character(tmp_path):
    with pytest.raises(TableError, match="cannot be told from a part of a character"):
        table_of(tmp_path, b"a|b\n", encoding="cp932", delimiter="|")


def test_apostrophes_that_are_said_to_be_quotes_are_quotes_in_a_header_without_them(tmp_path):
    table = table_of(tmp_path, b"a,b\n'1,2',3\n", quote="'")

    assert (table.columns, rows_of(table)) == (("a", "b"), [["1,2", "3"]])


@pytest.mark.parametrize("options", [{"delimiter": "ab"}, {"delimiter": "ä"}, {"quote": "\n"}])
def test_delimiter_and_quote_are_one_ascii_character(tmp_path, options):
    with pytest.raises(TableError, match="must be one ASCII character"):
        table_of(tmp_path, b"a,b\n", **options)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\n1,2\n3\n", "line 3 has 1 cell where the first record has 2"),
        (b"a,b\n1,2\n\n3,4,5\n6,7\n", "line 4 has 3 cells where the first record has 2"),
        (b'a,b\n"1\n",2\n3,"4",5\n6,7\n', "line 4 has 3 cells where the first record has 2"),
        (b'a,b\n1,2\n"3,\n4\n', "the quote that opens in line 3 does not close"),
        (b'a,b\n"1\n2","3\n4\n', "the quote that opens in line 3 does not close"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_by_its_line(tmp_path, data, message):
    with pytest.raises(TableError, match=message):
        list(table_of(tmp_path, data, quote='"', delimiter=",").batches())


def test_ragged_records_are_padded_when_asked(tmp_path):
    table = table_of(tmp_path, b'a,b\n1\n"2",3,4,5\n6,7\r\n', ragged="pad")

    assert table.columns == ("a", "b", "", "")
    assert merged(tmp_path, table) == b'a,b,,,new\n1,,,,v\n"2",3,4,5,v\n6,7,,,v\r\n'


@pytest.mark.parametrize("megabytes", [65, 130])
def test_a_quote_that_never_closes_does_not_fill_memory(tmp_path, monkeypatch, megabytes):
    monkeypatch.setattr("enrich.tables.splitting.MAX_RECORD_BYTES", 1 << 16)
    monkeypatch.setattr("enrich.tables.compression.BLOCK_BYTES", 1 << 10)
    table = table_of(tmp_path, b'a,b\n1,"' + b"x,y\n" * megabytes * 256 * 4, quote='"')
    read = []
    inner = type(table.encoding).inner

    def noting(*args):
        for block in inner(*args):
            read.append(len(block))
            yield block

    monkeypatch.setattr(type(table.encoding), "inner", noting)

    with pytest.raises(TableError, match="the quote that opens in line 2 does not close"):
        list(table.batches())

    assert sum(read) < (1 << 16) + (1 << 12)


def test_quotes_are_plain_characters_where_the_table_has_none(tmp_path):
    data = b'a\tb\n"open\tx\ny"\t"z\n' * 50
    table = table_of(tmp_path, b"a\tb\n" + data[4:], "in.tsv")

    assert table.dialect.quote == b""
    written = merged(tmp_path, table, name="out.tsv", cell='a "q"\n\tb')
    assert written.startswith(b'a\tb\tnew\n"open\tx\ta "q" b\n')


def test_a_delimiter_cannot_be_written_without_quotes(tmp_path):
    table = table_of(tmp_path, b"a,b\n1,2\n", quote="", header=True)

    with pytest.raises(CellError, match="holds the delimiter, and the table has no quotes"):
        merged(tmp_path, table, cell="x,y")


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (b"name,2019,2020\nx,1,2\n", ("name", "2019", "2020")),
        (b"id,url\n1,https://a.example\n", ("id", "url")),
        (b"Apple,apple.com,12\nBeta,beta.io,7\n", ("column_1", "column_2", "column_3")),
        (b"1,2\n3,4\n", ("column_1", "column_2")),
        (b"a,b\nc,d\n", ("a", "b")),
        (b"12,7\n", ("12", "7")),
    ],
)
def test_a_header_is_told_from_data(tmp_path, data, columns):
    assert table_of(tmp_path, data).columns == columns


def test_a_table_without_header_gets_none(tmp_path):
    table = table_of(tmp_path, b"x,y\nz,w\n", header=False)

    assert table.columns == ("column_1", "column_2")
    assert merged(tmp_path, table) == b"x,y,v\nz,w,v\n"


def test_a_doubled_name_is_an_error_only_when_it_is_asked_for(tmp_path):
    table = table_of(tmp_path, b"a,b,b,\n1,2,3,4\n")

    (batch,) = table.batches(["a", ""])
    assert (batch.column("a"), batch.column("")) == (["1"], ["4"])
    with pytest.raises(TableError, match="columns 2 and 3 are both named 'b'"):
        table.batches(["b"])
    with pytest.raises(TableError, match="columns 2 and 3 are both named 'b'"):
        open_writer(tmp_path / "out.parquet", table, [])


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path, data):
    with pytest.raises(TableError, match="is empty: there is not even a header"):
        table_of(tmp_path, data)


def test_another_format_under_this_name_is_refused(tmp_path):
    with pytest.raises(TableError, match="is an Excel or zip file, not text"):
        table_of(tmp_path, b"PK\x03\x04....")


def test_rows_are_located_by_line(tmp_path):
    (first, last) = table_of(tmp_path, b'\na,b\n"1\n",2\n\n3,4\n5,6\n').batches()

    assert [first.locate(0), first.locate(1), last.locate(0)] == ["line 3", "line 6", "line 7"]


def test_a_cell_in_place_leaves_its_neighbours_bytes(tmp_path):
    table = table_of(tmp_path, b'a,b,c\r\n"1" , old ,"3"\r\n"x\n",,y\r\n')
    columns = [value_column("b", TEXT, position=1), value_column("new", TEXT)]

    with open_writer(tmp_path / "out.csv", table, columns) as writer:
        for batch in table.batches():
            cells = [KEEP if cell else "ne,w" for cell in batch.column("b")]
            writer.write(batch, [cells, ["n"] * len(batch)])

    expected = b'a,b,c,new\r\n"1" , old ,"3",n\r\n"x\n","ne,w",y,n\r\n'
    assert (tmp_path / "out.csv").read_bytes() == expected


def test_tsv_and_csv_are_turned_into_each_other(tmp_path):
    tabs = table_of(tmp_path, b'a\tb\n1\t"x,y"\n', "in.tsv")

    assert merged(tmp_path, tabs) == b'a,b,new\n1,"x,y",v\n'
    assert merged(tmp_path, table_of(tmp_path, b'a,b\n1,""\n'), name="o.tsv") == (
        b'a\tb\tnew\n1\t""\tv\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"sep=;\na;b\n1;2,5\n", b"sep=;\na;b;new\n1;2,5;v\n", id="semicolon"),
        pytest.param(
            b"\xef\xbb\xbfSEP=|\r\na|b\r\n1|2\r\n",
            b"\xef\xbb\xbfSEP=|\r\na|b|new\r\n1|2|v\r\n",
            id="with a mark",
        ),
        pytest.param(b"sep=!\n\na!b\n1!2\n", b"sep=!\n\na!b!new\n1!2!v\n", id="one never guessed"),
    ],
)
def test_excels_first_line_names_the_delimiter_and_is_no_record(tmp_path, before, after):
    table = table_of(tmp_path, before)

    assert table.columns == ("a", "b")
    assert merged(tmp_path, table) == after
    assert next(iter(table.batches())).locate(0) == f"line {len(before.splitlines())}"


def test_excels_first_line_in_utf_16(tmp_path):
    table = table_of(tmp_path, "sep=;\r\na;b\r\nä;2\r\n".encode("utf-16"))

    assert merged(tmp_path, table).decode("utf-16") == "sep=;\r\na;b;new\r\nä;2;v\r\n"


def test_what_the_job_says_holds_over_excels_first_line(tmp_path):
    table = table_of(tmp_path, b"sep=;\na,b;c\n1,2;3\n", delimiter=",")

    assert table.columns == ("a", "b;c")


@pytest.mark.parametrize("line", [b"sep=\n", b"sep=;;\n", b"sep=;", b"sep\n"])
def test_a_column_that_begins_so_is_a_column(tmp_path, line):
    table = table_of(tmp_path, line)

    assert len(table.columns) >= 1
    assert table.header == line


def test_a_blank_before_a_quote_makes_it_a_plain_character(tmp_path):
    table = table_of(tmp_path, b'a,b\n1, "x"\n', delimiter=",")

    assert rows_of(table) == [["1", ' "x"']]
    assert merged(tmp_path, table) == b'a,b,new\n1, "x",v\n'
    with pytest.raises(TableError, match="line 2"):
        rows_of(table_of(tmp_path, b'a,b\n1, "x, y"\n', delimiter=","))
