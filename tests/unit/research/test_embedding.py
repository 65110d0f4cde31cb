"""Wording compared by meaning, where the extra is installed; said aloud where it is not."""

from dataclasses import replace

import numpy as np
import pytest

from enrich.research import basis
from enrich.research.embedding import meaning
from enrich.research.embedding import model as models
from enrich.research.embedding.wordpiece import tokens
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Message, Question

PAGE = (
    "# Ruritania\n\n## Government\n\nCapital: Strelsau\n\nChief of state: Rudolf Elphberg\n\n"
    "## People\n\nPopulation: 1,200,000\n"
)


@pytest.fixture(scope="module")
def ruritania(tmp_path_factory):
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("ruritania")
    (folder / "a.md").write_text(PAGE)
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))
    yield engine
    engine.close()


def test_the_vectors_that_come_with_the_package_are_those_of_its_facts():
    pytest.importorskip("onnxruntime")
    model, reason = models.load()
    assert model is not None, reason
    texts = meaning.bank_texts()
    shipped = meaning._shipped(texts)

    assert shipped is not None, "run `make bank`"
    some = range(0, len(texts), 25)
    made = model.vectors([texts[n] for n in some])
    assert (shipped[list(some)] * made).sum(axis=1) == pytest.approx(1.0, abs=0.01)


def ask(engine, name, description, kind="string", tell=lambda _: None):
    schema = {
        "type": "object",
        "properties": {name: {"type": [kind, "null"], "description": description}},
    }
    question = Question(
        input={"country": "Ruritania"},
        output_schema={"type": "json", "json_schema": schema},
        processor="base",
    )
    return engine.answer(question, tell)["content"][name]


@pytest.mark.parametrize(
    ("name", "description", "kind", "answer"),
    [
        ("ruling_town", "City from which the state is ruled.", "string", "Strelsau"),
        ("souls", "How many people live there.", "integer", 1_200_000),
        # The name alone would be a company's; the description says what is meant.
        ("headcount_of_nation", "How many people call it home.", "integer", 1_200_000),
    ],
)
def test_a_question_in_other_words_is_answered(ruritania, name, description, kind, answer):
    assert ask(ruritania, name, description, kind) == answer


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("ceo_name", "Name of the chief executive officer."),
        ("mayor", ""),
        ("isbn", "ISBN of the book."),
    ],
)
def test_what_only_sounds_alike_is_no_answer(ruritania, name, description):
    assert ask(ruritania, name, description) is None


def test_a_meaning_that_is_less_than_likely_makes_a_value_low(ruritania, monkeypatch):
    seen, confidence = [], basis.confidence

    def looked_at(found):
        seen.append(found)
        return confidence(found)

    monkeypatch.setattr(basis, "confidence", looked_at)
    assert ask(ruritania, "x", "Where the government sits") == "Strelsau"
    reading = seen[0].reading

    def level(likely):
        doubted = replace(reading, match=replace(reading.match, likely=likely))
        return confidence(replace(seen[0], reading=doubted))

    assert 0.7 <= reading.match.likely < 1.0
    assert [level(reading.match.likely), level(0.69)] == ["medium", "low"]


def test_without_the_model_the_engine_answers_by_words_and_says_so(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_text(PAGE)
    monkeypatch.setattr(models, "load", lambda: (None, "the packages are not installed"))
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,)))
    told: list[object] = []

    assert ask(engine, "capital", "", tell=told.append) == "Strelsau"
    assert any("not installed" in m.text for m in told if isinstance(m, Message))
    engine.close()


def test_a_file_that_is_not_the_measured_one_is_not_loaded(monkeypatch):
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(models, "SHA256", "0" * 64)

    model, reason = models.load.__wrapped__()

    assert model is None
    assert "SHA-256" in reason


def test_pieces_are_those_of_the_vocabulary():
    assert tokens("Unaffable, Café!") == [101, 14477, 20961, 3468, 1010, 7668, 999, 102]
    assert tokens("") == [101, 102]
    assert len(tokens("word " * 500)) == 48


def test_vectors_have_length_one_and_near_words_lie_near(ruritania):
    model, _ = models.load()
    assert model is not None
    made = model.vectors(["capital city", "seat of government", "melting point"])

    assert np.allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-5)
    assert made[0] @ made[1] > made[0] @ made[2]


def test_of_names_in_several_languages_the_english_one_is_meant_unless_another_is_asked(
    tmp_path, look_up
):
    row = '{"name": {"common": "Mexico"}, "demonyms": {"fra": {"f": "Mexicaine", "m": "Mexicain"}, "eng": {"f": "Mexican", "m": "Mexican"}}, "currencies": {"MXN": {"name": "Mexican peso", "symbol": "$"}}}'
    (tmp_path / "countries.jsonl").write_text(row)
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,)))

    def found(name, text):
        field = {name: {"type": ["string", "null"], "description": text}}
        return look_up(engine, {"country": "Mexico"}, field)["content"][name]

    assert found("demonym", "What the inhabitants are called") == "Mexican"
    assert found("demonym", "What the inhabitants are called in French") in {"Mexicain", "Mexicaine"}  # fmt: skip
    assert found("stock_ticker", "Ticker symbol") is None
    engine.close()
