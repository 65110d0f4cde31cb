"""Filled rows teach where a value stands and in which form."""

import msgspec
import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.examples import split_examples
from enrich.research.question import Question

FIRMS = {
    "Acme": ("Mary Jones", "AC-17"),
    "Bolt": ("Ivan Petrov", "BO-42"),
    "Cask": ("Lena Ost", "CA-09"),
}


@pytest.fixture
def firms(tmp_path):
    for name, (person, code) in FIRMS.items():
        (tmp_path / f"{name}.md").write_text(
            f"# {name}\n\n## Register\n\nHelmsperson: {person}\n\nFolio: {code}\n\nWitness: Otto Other\n"
        )
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,), embedding=False))
    yield engine
    engine.close()


def ask(engine, company, examples):
    schema = {"type": "object", "properties": {"x1": {"type": "string"}, "x2": {"type": "string"}}}
    output = {"type": "json", "json_schema": schema}
    question = Question(
        input={"company": company}, output_schema=output, processor="base", examples=examples
    )
    return engine.answer(question)


def filled(*names):
    return tuple(
        {"input": {"company": name}, "output": dict(zip(("x1", "x2"), FIRMS[name], strict=True))}
        for name in names
    )


def test_names_that_say_nothing_are_answered_as_in_the_filled_rows(firms):
    output = ask(firms, "Cask", filled("Acme", "Bolt"))

    assert output["content"] == {"x1": "Lena Ost", "x2": "CA-09"}
    assert "filled rows" in output["basis"][0]["reasoning"]


def test_without_filled_rows_nothing_is_guessed(firms):
    assert ask(firms, "Cask", ())["content"] == {"x1": None, "x2": None}


def test_the_block_in_the_description_teaches_as_well(firms):
    rows = msgspec.json.encode(filled("Acme", "Bolt")).decode()
    properties = {"x1": {"type": "string"}}
    schema = {
        "type": "object",
        "description": f"```examples\n{rows}\n```",
        "properties": properties,
    }
    output = firms.answer(
        Question(
            input={"company": "Cask"},
            output_schema={"type": "json", "json_schema": schema},
            processor="base",
        )
    )

    assert output["content"] == {"x1": "Lena Ost"}


def test_a_known_value_that_no_document_states_teaches_nothing(firms):
    wrong = ({"input": {"company": "Acme"}, "output": {"x1": "Nobody Here", "x2": "ZZ-99"}},)

    assert ask(firms, "Cask", wrong)["content"] == {"x1": None, "x2": None}


def test_examples_travel_in_a_fenced_block_of_the_description():
    text = 'Use good sources.\n```examples\n[{"input": "Acme", "output": {"x1": "Mary"}}]\n```'
    rest, examples = split_examples(text)

    assert rest == "Use good sources."
    assert [(e.input, e.output) for e in examples] == [("Acme", {"x1": "Mary"})]


@pytest.mark.parametrize(
    "block", ["{", "[1, null]", '[{"input": 3, "output": 4}]', '{"input": "A"}']
)
def test_a_block_that_is_no_list_of_rows_is_dropped(block):
    assert split_examples(f"Ask.\n```examples\n{block}\n```") == ("Ask.", ())
