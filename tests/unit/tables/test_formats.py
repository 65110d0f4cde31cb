"""Every format passes the suite; and how a file's name says its format."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import subprocess
import sys
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from enrich.errors import TableError
from enrich.tables import check_writable, open_table, open_writer
from tests.suites.table_format import TEXT_ANSWER, Format, TableFormatSuite, value_column


def make_csv(path, columns, *, delimiter=","):
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    compress(path, sink.getvalue().encode())


def read_csv(path, *, delimiter=","):
    text = io.StringIO(expand(path).decode(), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


def make_jsonl(path, columns):
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    compress(path, "".join(json.dumps(row) + "\n" for row in rows).encode())


def read_jsonl(path):
    return [json.loads(line) for line in expand(path).split(b"\n") if line]


def make_parquet(path, columns):
    pq.write_table(pa.table(columns), path)


def read_parquet(path):
    return pq.read_table(path).to_pylist()


def make_excel(path, columns):
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, (name, cells) in enumerate(columns.items()):
            for row, cell in enumerate([name, *cells]):
                sheet.write_string(row, at, cell)


def read_excel(path):
    with CalamineWorkbook.from_path(path) as workbook:
        names, *rows = workbook.get_sheet_by_index(0).to_python()
    return [dict(zip(names, row, strict=True)) for row in rows]


def compress(path, data):
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".bz2":
        data = bz2.compress(data)
    elif path.suffix == ".zst":
        data = pa.compress(data, "zstd", asbytes=True)
    path.write_bytes(data)


def expand(path):
    if path.suffix == ".zst":
        return pa.input_stream(str(path), compression="zstd").read()
    expansions = {".gz": gzip.decompress, ".bz2": bz2.decompress}
    return expansions.get(path.suffix, bytes)(path.read_bytes())


make_tsv, read_tsv = partial(make_csv, delimiter="\t"), partial(read_csv, delimiter="\t")
FORMATS = [
    Format(".csv", make_csv, read_csv, text=True),
    Format(".tsv", make_tsv, read_tsv, text=True),
    Format(".jsonl", make_jsonl, read_jsonl),
    Format(".parquet", make_parquet, read_parquet),
    Format(".csv.gz", make_csv, read_csv, text=True),
    Format(".tsv.bz2", make_tsv, read_tsv, text=True),
    Format(".jsonl.zst", make_jsonl, read_jsonl),
    Format(
        ".xlsx",
        make_excel,
        read_excel,
        text=True,
        answers=("Ada Lovelace", 1843, 0.1, True, *TEXT_ANSWER[4:7], 7, TEXT_ANSWER[8]),
        max_text=32_767,
    ),
]


class TestFormats(TableFormatSuite):
    @pytest.fixture(params=FORMATS, ids=lambda param: param.ending)
    def table_format(self, request):
        return request.param


def test_reading_text_needs_no_pyarrow(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "a.jsonl").write_text('{"a":1}\n')
    code = (
        "import sys; from enrich.tables import open_table, open_writer\n"
        "for path in sys.argv[1:]:\n"
        "    table = open_table(path)\n"
        "    with open_writer(path, table, []) as writer:\n"
        "        for batch in table.batches(['a']): batch.column('a'); writer.write(batch, [])\n"
        "sys.exit('pyarrow' in sys.modules or 'pandas' in sys.modules)"
    )

    paths = [tmp_path / "a.csv", tmp_path / "a.jsonl"]
    done = subprocess.run([sys.executable, "-c", code, *paths], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize(
    ("first", "loaded"), [("import enrich.__main__", "False"), ("import enrich", "True")]
)
def test_only_our_own_process_keeps_arrow_from_loading_pandas(tmp_path, first, loaded):
    (tmp_path / "a.csv").write_text("a\n1\n")
    code = (
        f"import sys; {first}; from enrich.tables import open_table, open_writer\n"
        "table = open_table('a.csv')\n"
        "with open_writer('a.parquet', table, []) as writer:\n"
        "    for batch in table.batches(['a']): writer.write(batch, [])\n"
        "print('pandas' in sys.modules); import pandas, pyarrow\n"
        "print(pyarrow.table({'a': ['x']}).to_pandas().a[0])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True
    )

    assert done.stdout.split() == [loaded, "x"]


@pytest.mark.parametrize("name", ["a.xls", "a", "a.gz", "a.parquet.gz", "a.csv.rar"])
def test_an_unknown_ending_lists_the_known_ones(tmp_path, name):
    with pytest.raises(TableError, match=r"\.csv, \.tsv, .*\.parquet"):
        open_table(tmp_path / name)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(TableError, match=r"none\.csv: there is no such file"):
        open_table(tmp_path / "none.csv")
    with pytest.raises(TableError, match=r"folder\.csv: there is no table"):
        open_table(tmp_path / "folder.csv")


def test_a_new_column_with_a_taken_name_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a":1}\n{"ceo":2}\n')

    with pytest.raises(TableError, match="two columns named 'ceo'"):
        open_writer(path, open_table(path), [value_column("ceo", {"type": "string"})])


def test_an_encoding_is_for_delimited_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")

    with pytest.raises(TableError, match="`encoding` is for delimited text"):
        check_writable(tmp_path / "b.jsonl", open_table(path), encoding="latin-1")
