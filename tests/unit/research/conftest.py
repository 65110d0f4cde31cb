from pathlib import Path

import pytest

from enrich.research import remote
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question

CORPUS = Path(__file__).parents[3] / "sample_data" / "corpus"


@pytest.fixture(autouse=True)
def _each_storage_is_met_anew():
    remote._storage.cache_clear()
    yield
    remote._storage.cache_clear()


@pytest.fixture(scope="session")
def engine():
    engine = ResearchEngine(ResearchSettings(corpus=(CORPUS,), embedding=False))
    yield engine
    engine.close()


@pytest.fixture
def ask(engine):
    """Ask the sample corpus; fields or a whole output schema."""

    def ask(given, wanted, processor="base", **more):
        schema = (
            wanted if "type" in wanted and isinstance(wanted["type"], str) else json_schema(wanted)
        )
        return engine.answer(
            Question(input=given, output_schema=schema, processor=processor, **more)
        )

    return ask


@pytest.fixture
def pages(tmp_path):
    """Make an engine over files given by name and content."""
    engines = []

    def make(**files):
        corpus = tmp_path / "corpus"
        corpus.mkdir(exist_ok=True)
        for name, content in files.items():
            stem, _, ending = name.rpartition("_")
            path = corpus / f"{stem}.{ending}"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        engine = ResearchEngine(ResearchSettings(corpus=(corpus,), embedding=False))
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture
def look_up():
    """Ask an engine for fields of a subject; return the content."""

    def look_up(engine, given, fields, processor="base", **more):
        question = Question(
            input=given, output_schema=json_schema(fields), processor=processor, **more
        )
        return engine.answer(question)

    return look_up


@pytest.fixture
def told_of(pages, look_up):
    """Ask for fields of a subject of whom a page of one text tells; return the content."""

    def told_of(subject, fields, text):
        engine = pages(page_md=f"# {subject}\n\n{text}\n")
        return look_up(engine, {"name": subject}, fields)["content"]

    return told_of


def json_schema(fields):
    return {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        },
    }
