"""Files as they come: tables of any dialect, encodings, odd names and cells, and folders that are shut."""

import errno
import os
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enrich.research import corpus, encodings, plaintext
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question, ResearchError

FOUNDED = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}
CEO = {"ceo": {"type": ["string", "null"], "description": "Name of the chief executive"}}


def engine_over(*roots, **more):
    return ResearchEngine(ResearchSettings(corpus=roots, embedding=False, **more))


LONG = "Acme makes anvils of many kinds. " * 5_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "name|Founded\nAcme|1990\nBolt|1991\n"),
        ("a.csv", "name\tFounded\nAcme\t1990\n"),
        ("a.csv", "sep=;\nname;Founded\nAcme;1990\n"),
        ("a.csv", '"name, legal";Founded\nAcme;1990\n'),
        ("a.csv", "name;turnover (m, EUR);Founded\nAcme;1;1990\nBolt;2;1991\n"),
        ("a.csv", "\n\nname,Founded\nAcme,1990\n"),
        ("a.csv", f'name,Founded,body\nAcme,1990,"{LONG}"\n'),
        ("a.csv", "name,Founded\nAcme,1990,,\n"),
        ("a.csv", "name,Founded\nAc\x00me,1990\n"),
        ("a.tsv", "name\tFounded\nAcme\t1990\n"),
        ("a.jsonl", '{"name": "Acme", "Founded": 1990.0, "x": ' + "[" * 900 + "]" * 900 + "}"),
    ],
)
def test_tables_of_any_dialect_are_read(tmp_path, look_up, name, data):
    (tmp_path / name).write_text(data)
    engine = engine_over(tmp_path)

    assert look_up(engine, {"company": "Acme"}, FOUNDED)["content"] == {"founded": 1990}
    assert engine.built.skipped == []
    engine.close()


@pytest.mark.parametrize(
    "column",
    [
        pa.array([2**62], pa.timestamp("us")),
        pa.array([2**62], pa.timestamp("s")),
        pa.array([2**31 - 1], pa.date32()),
        pa.array([2**62], pa.duration("s")),
        pa.array([1], pa.timestamp("us", tz="Nowhere/There")),
        pa.array([b"\xff\xfe"], pa.binary()),
        pa.array([float("nan")]),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())),
        pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")),
    ],
)  # fmt: skip
def test_a_cell_of_parquet_that_cannot_be_shown_costs_no_other(tmp_path, look_up, column):
    table = {"name": pa.array([b"Acme"], pa.binary()), "Founded": [1990.0], "odd": column}
    if column.type == pa.timestamp("s"):  # no file keeps seconds
        table["odd"] = column.cast(pa.int64())
    pq.write_table(pa.table(table), tmp_path / "a.parquet")
    engine = engine_over(tmp_path)

    assert look_up(engine, {"company": "Acme"}, FOUNDED)["content"] == {"founded": 1990}
    engine.close()


def test_what_breaks_its_reader_is_passed_over_alone(tmp_path, monkeypatch):
    def broken(text, **_):
        raise LookupError(text)

    monkeypatch.setattr(corpus, "read_markdown", broken)
    (tmp_path / "a.md").write_text("# Acme\n\nAnvils.")
    (tmp_path / "b.txt").write_text("Bolt\n\nBolt sells nails.")
    engine = engine_over(tmp_path)

    assert engine.built.documents == 1
    assert [why for _, why in engine.built.skipped] == ["its reader fails on it (LookupError)"]
    engine.close()


def test_names_of_any_bytes_and_what_is_no_file(tmp_path, look_up):
    odd = os.path.join(os.fsencode(tmp_path), b"acm\xe9.txt")  # noqa: PTH118  (of bytes)
    with open(odd, "wb") as file:  # noqa: PTH123
        file.write(b"Acme\n\nAcme was founded in 1990.")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to("self.txt")
    for _ in range(2):
        engine = engine_over(tmp_path, index_path=tmp_path / "index" / "index.sqlite")
        found = look_up(engine, {"company": "Acme"}, FOUNDED)
        assert found["content"] == {"founded": 1990}
        assert found["basis"][0]["citations"][0]["url"].endswith("/acm%E9.txt")
        assert engine.built.documents == 1
        engine.close()
    os.remove(odd)  # noqa: PTH107
    engine = engine_over(tmp_path, index_path=tmp_path / "index" / "index.sqlite")
    assert engine.built.documents == 0
    engine.close()


def test_a_file_that_could_not_be_opened_is_tried_again(tmp_path, look_up, monkeypatch):
    (tmp_path / "a.txt").write_text("Acme\n\nAcme was founded in 1990.")
    place = tmp_path / "index" / "index.sqlite"
    with monkeypatch.context() as patch:
        patch.setattr(corpus.File, "open", refused)
        engine = engine_over(tmp_path, index_path=place)
        assert [why for _, why in engine.built.skipped] == ["it cannot be read: Permission denied"]
        engine.close()

    engine = engine_over(tmp_path, index_path=place)
    assert look_up(engine, {"company": "Acme"}, FOUNDED)["content"] == {"founded": 1990}
    assert engine.built.skipped == []
    engine.close()


def refused(*_, **__):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_a_folder_that_cannot_be_looked_into_is_told(tmp_path, monkeypatch):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.txt").write_text("Acme\n\nAnvils.")
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def guarded(path):
        if str(path).endswith("shut"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    engine = engine_over(tmp_path)

    ((path, reason),) = engine.built.skipped
    assert path.endswith("shut")
    assert reason == "it cannot be looked into: Permission denied"
    assert engine.built.documents == 1
    engine.close()


def test_what_is_not_read_is_told_where_it_may_have_held_the_answer(pages, look_up, caplog):
    engine = pages(
        acme_pdf=b"%PDF-1.4 broken", bolt_txt="Bolt\n\nBolt was founded in 1987.", corp_html=""
    )
    assert "Not read of the corpus: acme.pdf (it cannot be read as PDF); corp.html" in caplog.text

    (entry,) = look_up(engine, {"company": "Acme"}, FOUNDED)["basis"]
    assert "acme.pdf (it cannot be read as PDF)" in entry["reasoning"]
    assert "corp.html" not in entry["reasoning"]
    question = Question(
        input="When was Acme founded?", output_schema={"type": "text"}, processor="base"
    )
    assert "acme.pdf" in engine.answer(question)["basis"][0]["reasoning"]
    (entry,) = look_up(engine, {"company": "Acme Corporation"}, FOUNDED)["basis"]
    assert "acme.pdf" in entry["reasoning"]
    for company in ("Bolt", "Initech", "Ac", "Me"):
        (entry,) = look_up(engine, {"company": company}, FOUNDED)["basis"]
        assert "Not read" not in entry["reasoning"]


def test_a_corpus_of_nothing_that_can_be_read_says_what_it_holds(tmp_path, look_up, caplog):
    (tmp_path / "acme.pdf").write_bytes(b"%PDF-1.4 broken")
    engine = engine_over(tmp_path)

    assert "holds no document that can be read" in caplog.text
    with pytest.raises(
        ResearchError, match=r"no document that can be read.* acme\.pdf \(it cannot"
    ):
        look_up(engine, {"company": "Acme"}, FOUNDED)
    engine.close()
    with pytest.raises(ResearchError, match="The corpus '' is not there"):
        engine_over("")


NAMES = {
    "windows-1251": "Иван Пример",
    "iso-8859-2": "Łukasz Żółć",
    "koi8-r": "Иван Пример",
    "shift_jis": "山田太郎",
    "gb2312": "王小明",
    "euc-kr": "김철수",
    "iso-2022-jp": "山田太郎",
    "iso-8859-1": "José Núñez",
}


@pytest.mark.parametrize("encoding", NAMES)
def test_a_page_says_its_encoding_and_may_be_saved_in_utf_8_since(encoding):
    page = f"<meta charset='{encoding}'><p>{NAMES[encoding]}"

    for data in (page.encode(encoding), page.encode()):
        assert encodings.decode(data, encodings.stated_in(data)) == page


def test_a_page_of_the_corpus_is_read_in_the_encoding_that_it_says(pages, look_up):
    head = "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><h1>Acme</h1>"
    engine = pages(
        acme_html=f"{head}<dl><dt>CEO<dd>{NAMES['windows-1251']}</dl>".encode("windows-1251")
    )

    assert look_up(engine, {"company": "Acme"}, CEO)["content"] == {"ceo": "Иван Пример"}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("José Núñez".encode() + b"\xff", "José Núñez\ufffd"),
        ("José".encode() + b"\xc3", "José\ufffd"),
        ("“Côte”".encode("cp1252"), "“Côte”"),
        (b"Caf\xe9", "Café"),
        ("Côte".encode("utf-16-le"), "Côte"),
        ("Côte".encode("utf-16-be"), "Côte"),
        ("Côte".encode("utf-32"), "Côte"),
        (b"", ""),
    ],
)
def test_a_damaged_letter_is_one_letter_and_zeros_tell_utf_16(data, text):
    assert encodings.decode(data) == text


@pytest.mark.parametrize("stated", ["utf-16", "undefined", "idna", "punycode", "rot13", "é", "\0"])
def test_encodings_that_pages_do_not_have_are_not_believed(stated):
    assert encodings.decode("Côte".encode(), [stated]) == "Côte"
    assert encodings.decode("Côte".encode("cp1252"), [stated]) == "Côte"


def test_bytes_that_are_no_text_are_none():
    with pytest.raises(encodings.NoTextError):
        encodings.decode(bytes(range(256)))


@pytest.mark.parametrize(
    "piece", ["*a **b ", "[", "![", "[a](", "_a ", "`a ", "**a", "[a] ", "| [a](b "]
)
def test_marks_without_an_end_take_no_time(piece):
    began = time.process_time()
    found = plaintext.read_markdown(f"# Acme\n\n{piece * 30_000}", url="", name="", sha256="")

    assert found.title == "Acme"
    assert time.process_time() - began < 5


def test_marks_and_links_of_a_long_line_are_left_out_all_the_same():
    line = 'Acme **makes** _anvils_ and [nails](/nails "Nails") of `steel`. ' * 200
    bold = f"**{'Acme makes anvils. ' * 90}Bolt does not.**"
    found = plaintext.read_markdown(f"# Acme\n\n{line}\n\n{bold}", url="", name="", sha256="")

    assert not set("*_`[") & set(found.text)
