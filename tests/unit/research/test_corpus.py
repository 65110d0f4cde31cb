"""Where documents lie: folders, files, patterns and object storage; tables row by row."""

import errno
import os
import tempfile

import pytest

from enrich.research import corpus, index, places
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import ResearchError
from enrich.research.tablerows import MAX_LINE_CHARS
from tests.unit.tables.test_storage import az, cloud, gs, s3  # noqa: F401 - fixtures

FOUNDED = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}


def engine_over(*roots, **more):
    return ResearchEngine(ResearchSettings(corpus=roots, embedding=False, **more))


def test_files_folders_and_patterns_are_each_read_once(tmp_path, monkeypatch):
    for name in ("a/one.md", "a/deep/two.md", "a/deep/.hidden.md", "b/three.txt", "b/picture.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Acme\n\nAcme makes anvils.")

    def names(*roots):
        return [file.path.rpartition("/")[2] for file in corpus.files(roots)]

    assert sorted(names(tmp_path / "a")) == ["one.md", "two.md"]
    assert sorted(names(f"{tmp_path}/**/*.md")) == ["one.md", "two.md"]
    assert len(names(f"{tmp_path}/**/*.md", tmp_path / "a", str(tmp_path / "a/one.md"))) == 2
    assert names(f"{tmp_path}/b/*") == ["three.txt"]
    (tmp_path / "b").rename(tmp_path / "b[2]")
    assert names(f"{tmp_path}/b[2]/*") == names(f"{tmp_path}/b*/*.txt") == ["three.txt"]
    monkeypatch.chdir(tmp_path / "a")
    assert names("*.md") == names("./*.md") == names("../a/*.md") == ["one.md"]
    assert sorted(names("**/*.md")) == ["one.md", "two.md"]
    assert names("nowhere/*.md") == []


def test_a_place_where_nothing_is_is_named(tmp_path):
    with pytest.raises(ResearchError, match="is not there"):
        engine_over(tmp_path / "nowhere")
    with pytest.raises(ResearchError, match="ftp:// is not known"):
        engine_over("ftp://host/docs")


def test_a_place_that_may_not_be_looked_at_is_named(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with pytest.raises(ResearchError, match=r"cannot be looked at: File name too long\."):
        engine_over("a" * 3_000)
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", refused)
        found = places.fault(tmp_path / "a.txt"), places.fault(tmp_path / "*.txt")
    assert found == (f"The corpus '{tmp_path}/a.txt' cannot be looked at: Permission denied.", None)


def test_documents_and_tables_of_object_storage_are_read(cloud, look_up):  # noqa: F811 - the fixture
    cloud.put("in/acme.md", b"# Acme\n\nFounded: 1987\n")
    cloud.put("in/more/firms.csv", b"name,Founded\nBolt,1990\n")
    cloud.put("in/more/no.bin", b"x")

    engine = engine_over(cloud / "in")
    assert look_up(engine, {"company": "Bolt"}, FOUNDED)["content"] == {"founded": 1990}
    found = look_up(engine, {"company": "Acme"}, FOUNDED)
    assert found["basis"][0]["citations"][0]["url"] == cloud / "in/acme.md"
    assert engine.refresh().read == 0
    engine.close()

    engine = engine_over(cloud / "in/*/*.csv")
    assert engine.built.documents == 1
    engine.close()
    with pytest.raises(ResearchError, match=f"nothing at {cloud / 'out'}"):
        engine_over(cloud / "out")


def test_an_account_of_azure_that_is_not_named_is_told_and_nothing_left_behind(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(ResearchError, match="set AZURE_STORAGE_ACCOUNT"):
        engine_over("az://box/docs")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "name,Founded\nBölt,1990\n".encode("cp1252")),
        ("a.csv", "\ufeffname;Founded\nBölt;1990\n".encode()),
        ("a.csv", 'name,"Founded\nin"\nBölt,1990\n'.encode()),
        ("a.tsv", "name\tFounded\nBölt\t1990\n".encode("utf-16")),
        ("a.jsonl", '{"name": "Bölt", "Founded": 1990}\n'.encode("utf-8-sig")),
    ],
)
def test_tables_of_any_encoding_are_read(tmp_path, look_up, name, data):
    (tmp_path / name).write_bytes(data)
    engine = engine_over(tmp_path)

    assert look_up(engine, {"company": "Bölt"}, FOUNDED)["content"] == {"founded": 1990}
    engine.close()


def test_a_table_that_breaks_off_gives_none_of_its_rows_and_takes_none_of_the_others(tmp_path):
    long = "x" * (MAX_LINE_CHARS + 1)
    (tmp_path / "a.csv").write_text(f'name,note\nAcme,fine\nBolt,"{long}"\n')
    (tmp_path / "b.jsonl").write_text('{"name": "Corp", "Founded": 1}\n')
    engine = engine_over(tmp_path)

    assert engine.built.documents == 1
    assert [reason for _, reason in engine.built.skipped] == [
        "line 3 has more than 4,000,000 characters"
    ]
    engine.close()


def test_lines_that_are_no_objects_cost_no_others_and_are_told_each_time(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"name": "Acme"}\n[1]\n\n{"name": "Bolt", "x": NaN}\n{"name": "Co'
    )
    reasons = []
    for _ in range(2):
        engine = engine_over(tmp_path, index_path=tmp_path / "index" / "index.sqlite")
        assert engine.built.documents == 2
        reasons += [reason for _, reason in engine.built.skipped]
        engine.close()

    assert reasons == ["2 lines cannot be read; line 2 is no object"] * 2


def test_a_text_of_a_gigabyte_is_passed_over_unread(tmp_path):
    with (tmp_path / "big.txt").open("wb") as big:
        big.truncate(1 << 30)
    (tmp_path / "small.txt").write_text("Acme\n\nAcme makes anvils.")
    engine = engine_over(tmp_path)

    ((path, reason),) = engine.built.skipped
    assert path.endswith("big.txt")
    assert "1,073,741,824 bytes" in reason
    assert engine.built.documents == 1
    engine.close()


def test_what_an_index_holds_is_written_in_parts_of_bounded_size(tmp_path, monkeypatch):
    monkeypatch.setattr(index, "BATCH_BYTES", 100)
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"Acme {number}\n\nAcme makes anvils of all sizes.")
    sizes: list[int] = []
    write = index.Index._write

    def noted(self, db, pending, columns, built):
        sizes.append(len(pending))
        write(self, db, pending, columns, built)

    monkeypatch.setattr(index.Index, "_write", noted)
    engine = engine_over(tmp_path)

    assert engine.built.documents == 6
    assert max(sizes) <= 3
    engine.close()
