"""The index follows the files, survives a kill and other versions, and takes threads."""

import os
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.index import VERSION, GoneError, Index
from enrich.research.indexfile import UnusableIndexError
from enrich.research.indexrows import EmptiedError
from enrich.research.question import Question, ResearchError


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("alpha", "beta", "gamma"):
        (folder / f"{name}.txt").write_text(f"{name.capitalize()}\n\n{name} is a letter.")
    return folder


@pytest.fixture
def index(tmp_path):
    index = Index(tmp_path / "index.sqlite")
    yield index
    index.close()


def test_processes_build_one_after_the_other_and_others_only_read(corpus, tmp_path):
    path = tmp_path / "index.sqlite"
    built = []

    def build():
        index = Index(path)
        built.append(counts(index.update([corpus])))
        index.close()

    builders = [threading.Thread(target=build) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    index = Index(path, is_kept=True)

    assert sorted(built) == [(3, 0, 0), (3, 0, 0), (3, 3, 0)]
    assert index.size() == 3
    with pytest.raises(UnusableIndexError, match="readonly"):
        index.update([])
    index.close()


def test_only_what_changed_is_read_again(corpus, index):
    assert counts(index.update([corpus])) == (3, 3, 0)
    assert counts(index.update([corpus])) == (3, 0, 0)

    (corpus / "beta.txt").write_text("Beta\n\nbeta is new.")
    (corpus / "alpha.txt").unlink()
    os.utime(corpus / "gamma.txt", ns=(1, 1))

    assert counts(index.update([corpus])) == (2, 2, 1)
    assert index.mentioning("alpha", limit=5) == []
    assert [hit.title for hit in index.mentioning("is new", limit=5)] == ["Beta"]


def test_where_no_file_is_left_documents_are_spared_if_asked(corpus, index):
    index.update([corpus])
    for file in corpus.iterdir():
        file.unlink()

    with pytest.raises(EmptiedError, match="No file of the corpus"):
        index.update([corpus], spare=True)
    assert index.size() == 3

    index.update([corpus])
    assert index.size() == 0


def test_a_build_that_was_cut_short_goes_on(corpus, index, monkeypatch):
    class Killed(BaseException):
        pass

    from enrich.research import index as building
    from enrich.research import indexrows as module

    real = module._insert
    monkeypatch.setattr(building, "BATCH", 1)

    def dies_at_the_second(db, path, document):
        if document.title == "Beta":
            raise Killed
        real(db, path, document)

    monkeypatch.setattr(module, "_insert", dies_at_the_second)
    with pytest.raises(Killed):
        index.update([corpus])
    monkeypatch.setattr(module, "_insert", real)

    assert counts(index.update([corpus])) == (3, 2, 0)


@pytest.mark.parametrize("how", ["version", "noise"])
def test_an_index_of_another_version_or_of_noise_is_built_anew(corpus, tmp_path, how):
    path = tmp_path / "old.sqlite"
    if how == "noise":
        path.write_bytes(b"no database at all" * 500)
    else:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE other (x)")
            db.execute(f"PRAGMA user_version = {VERSION + 1}")
        db.close()
    index = Index(path)

    assert counts(index.update([corpus])) == (3, 3, 0)
    index.close()


def test_threads_search_side_by_side_while_it_is_built(corpus, index):
    index.update([corpus])
    failures = []

    def search():
        try:
            for _ in range(50):
                assert index.named(["gamma"])["gamma"][0].title == "Gamma"
        except Exception as error:  # noqa: BLE001  (whatever it is, the test fails)
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(5):
        (corpus / "beta.txt").write_text(f"Beta\n\nbeta {turn}")
        index.update([corpus])
    for thread in threads:
        thread.join()

    assert failures == []


@pytest.mark.parametrize(
    "query", ['"', "AND OR NOT", "a* NEAR(b)", "title:x", "", "'; DROP TABLE documents; --", "\x00"]
)
def test_no_query_is_syntax(corpus, index, query):
    index.update([corpus])

    assert isinstance(index.about(query, limit=3), list)
    assert isinstance(index.mentioning(query, limit=3), list)


def counts(built):
    return built.documents, built.read, built.removed


def spoil(path, start, length):
    with path.open("r+b") as file:
        file.seek(start)
        file.write(bytes(length))


def test_a_damaged_index_is_made_anew(corpus, tmp_path):
    for number in range(200):
        (corpus / f"{number}.txt").write_text(f"Firm {number}\n\nFirm {number} sells nails.\n" * 9)
    place = tmp_path / "index.sqlite"
    for damage in (
        lambda: spoil(place, 4_096, place.stat().st_size - 4_096),
        lambda: spoil(place, 0, 4_096),
        lambda: place.write_bytes(b"no index"),
        lambda: Path(f"{place}.lock").write_bytes(b"no lock" * 200),
    ):
        for _ in range(2):
            index = Index(place)
            assert index.update([corpus]).documents == 203
            assert index.named(["gamma"])["gamma"][0].title == "Gamma"
            index.close()
        damage()


def test_an_index_that_is_found_damaged_while_it_is_read_is_made_anew_at_the_next_start(
    corpus, tmp_path
):
    place = tmp_path / "index.sqlite"
    settings = ResearchSettings(corpus=(corpus,), index_path=place, embedding=False)
    question = Question(input="Gamma", output_schema={"type": "text"}, processor="base")
    ResearchEngine(settings).close()
    spoil(place, 4_096, place.stat().st_size - 4_096)

    with pytest.raises(ResearchError, match="is damaged"):
        ResearchEngine(replace(settings, index_is_kept=True, corpus=()))

    engine = ResearchEngine(settings)
    assert engine.built.read == 3
    assert engine.answer(question)
    engine.close()


def test_a_place_where_no_index_can_be_is_named(corpus, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "file" / "index.sqlite", tmp_path / "folder"):
        with pytest.raises(ResearchError, match="cannot be used"):
            ResearchEngine(ResearchSettings(corpus=(corpus,), index_path=place, embedding=False))


def test_an_index_that_somebody_answers_from_is_not_taken_for_other_documents(corpus, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "zeta.txt").write_text("Zeta\n\nzeta is a letter.")
    place = tmp_path / "index.sqlite"
    first, second = Index(place), Index(place)
    first.update([corpus])
    (corpus / "delta.txt").write_text("Delta\n\ndelta is a letter.")

    assert second.update([str(corpus), corpus]).documents == 4  # the same places
    second.close()
    other = Index(place)
    with pytest.raises(UnusableIndexError, match="another process answers from other documents"):
        other.update([tmp_path / "other"])
    other.close()
    reader = Index(place, is_kept=True)
    assert len(first.named(["delta", "gamma"])) == 2
    first.close()
    other = Index(place)
    with pytest.raises(UnusableIndexError, match="another process"):
        other.update([tmp_path / "other"])
    reader.close()

    assert other.update([tmp_path / "other"]).documents == 1
    other.close()


def test_a_question_outlives_the_document_that_it_found(corpus, monkeypatch):
    (corpus / "gamma.txt").write_text("Gamma\n\nGamma was founded in 1990.")
    engine = ResearchEngine(ResearchSettings(corpus=(corpus,), embedding=False))
    opens = engine._page
    tries: list[int] = []

    def gone_at_first(number):
        """Have the file changed, and the index brought up to date, since it was found."""
        tries.append(number)
        if len(tries) == 1:
            raise GoneError(number)
        return opens(number)

    monkeypatch.setattr(engine, "_page", gone_at_first)
    fields = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}
    schema = {"type": "json", "json_schema": {"type": "object", "properties": fields}}
    found = engine.answer(Question(input="Gamma", output_schema=schema, processor="base"))
    engine.close()

    assert isinstance(found, dict)
    assert found["content"] == {"founded": 1990}


def test_a_documents_number_is_never_anothers(corpus, index):
    index.update([corpus])
    ((before,),) = index.named(["gamma"]).values()
    (corpus / "gamma.txt").write_text("Delta\n\ndelta is a letter.")
    index.update([corpus])

    assert [hit.title for hit in index.named(["delta"])["delta"]] == ["Delta"]
    with pytest.raises(GoneError):
        index.load(before.id)
