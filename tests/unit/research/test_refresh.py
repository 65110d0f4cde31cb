"""An engine that stays looks whether its documents changed."""

import logging
import threading
import time

import pytest

from enrich.research import corpus
from enrich.research.engine import ResearchEngine, ResearchSettings
from tests.unit.tables.test_storage import az, cloud, gs, s3  # noqa: F401 - fixtures

FOUNDED = {"founded": {"type": ["integer", "null"], "description": "Year of foundation"}}


@pytest.fixture
def staying(tmp_path, request):
    def made(**settings):
        given = {"corpus": (tmp_path / "docs",), "refresh_s": 0.01, **settings}
        engine = ResearchEngine(ResearchSettings(embedding=False, **given))
        request.addfinalizer(engine.close)
        return engine

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/acme.md").write_text("# Acme\n\nFounded: 1987\n")
    return made


def until(seen, *, s=30):
    ends_at = time.monotonic() + s
    while not seen():
        assert time.monotonic() < ends_at
        time.sleep(0.01)


def test_documents_that_are_new_changed_or_gone_are_seen(staying, look_up, tmp_path):
    engine = staying()

    def answered(company, year):
        return lambda: look_up(engine, {"company": company}, FOUNDED)["content"] == {"founded": year}  # fmt: skip

    assert answered("Acme", 1987)()
    (tmp_path / "docs/bolt.md").write_text("# Bolt\n\nFounded: 1990\n")
    until(answered("Bolt", 1990))
    (tmp_path / "docs/acme.md").write_text("# Acme\n\nFounded: 1986, not 1988\n")
    until(answered("Acme", 1986))
    (tmp_path / "docs/acme.md").unlink()
    until(answered("Acme", None))


def test_an_engine_over_anothers_index_sees_what_that_one_saw(staying, look_up, tmp_path):
    index = tmp_path / "index.sqlite"
    staying(index_path=index)
    reader = staying(index_path=index, index_is_kept=True)
    (tmp_path / "docs/bolt.md").write_text("# Bolt\n\nFounded: 1990\n")
    (tmp_path / "docs/cog.md").write_text("")

    until(lambda: look_up(reader, {"company": "Bolt"}, FOUNDED)["content"] == {"founded": 1990})
    until(lambda: len(reader.built.skipped) == 1)


@pytest.mark.parametrize("is_there", [True, False])
def test_documents_whose_folder_goes_or_is_emptied_are_kept_and_it_is_told_once(
    staying, look_up, tmp_path, caplog, is_there
):
    engine = staying()
    with caplog.at_level(logging.WARNING):
        (tmp_path / "docs").rename(tmp_path / "away")
        if is_there:
            (tmp_path / "docs").mkdir()
        until(lambda: caplog.records)
        time.sleep(0.1)

    (said,) = caplog.messages
    assert said.startswith("The documents are kept as they were: ")
    assert look_up(engine, {"company": "Acme"}, FOUNDED)["content"] == {"founded": 1987}
    if is_there:
        (tmp_path / "docs").rmdir()
    (tmp_path / "away").rename(tmp_path / "docs")
    (tmp_path / "docs/bolt.md").write_text("# Bolt\n\nFounded: 1990\n")
    until(lambda: look_up(engine, {"company": "Bolt"}, FOUNDED)["content"] == {"founded": 1990})


def test_object_storage_is_looked_at_more_seldom(staying, cloud):  # noqa: F811 - the fixture
    cloud.put("in/acme.md", b"# Acme\n\nFounded: 1987\n")

    assert staying(refresh_s=60.0)._least_pause() == 60
    assert staying(refresh_s=60.0, corpus=(cloud / "in",))._least_pause() == 600


def test_an_engine_that_is_closed_breaks_off_its_look(staying, tmp_path, monkeypatch):
    engine = staying(index_path=tmp_path / "index.sqlite")
    begun, rows = threading.Event(), corpus._rows

    def endless(*given):
        for document in rows(*given):
            while True:
                begun.set()
                yield document

    monkeypatch.setattr(corpus, "_rows", endless)
    (tmp_path / "docs/firms.csv").write_text("name,founded\nBolt,1990\n")
    assert begun.wait(30)
    engine.close()
    monkeypatch.undo()

    again = staying(index_path=tmp_path / "index.sqlite", refresh_s=None)
    assert (again.built.read, again.built.documents) == (1, 2)
