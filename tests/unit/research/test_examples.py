"""Filled rows teach where a value stands and in which form."""

from typing import Any

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


# Pages, the JSON type, known values, and what the row that is asked has.
LEARNED: dict[str, tuple[dict[str, str], str, dict[str, Any], Any]] = {
    "of equal forms the narrowest is taken": (
        {"Acme": "Web: .ac", "Bolt": "Web: .bo", "Cask": "Web: all of Cask - .ck"},
        "string",
        {"Acme": ".ac", "Bolt": ".bo"},
        ".ck",
    ),
    "a label must give the rows their own values back, not one of them by chance": (
        {
            "Acme": "Phones: 9,050,000\n\nDwellers: 9,900,000",
            "Bolt": "Phones: 4,000,000\n\nDwellers: 2,100,000",
            "Cask": "Phones: 7,000,000\n\nDwellers: 3,300,000",
        },
        "integer",
        {"Acme": 9_000_000, "Bolt": 2_000_000},
        3_300_000,
    ),
    "that there is none of a thing may be a yes": (
        {"Acme": "Shore: 0 km", "Bolt": "Shore: 120 km", "Cask": "Shore: 0 km"},
        "boolean",
        {"Acme": True, "Bolt": False},
        True,
    ),
    "a word of the sentence tells, however far from the value it stands": (
        {
            "Acme": "Acme makes anvils. It was started by the French smith Jean Petit in 1911.",
            "Bolt": "Bolt makes bolts. It was started in 1803 and sold soon after.",
            "Cask": "Cask was sold in 1950. It was started in 1944 by two coopers.",
        },
        "integer",
        {"Acme": 1911, "Bolt": 1803},
        1944,
    ),
    "a second wording is looked for where the first is missing": (
        {
            "Acme": "Acme has a crew of 3,100.",
            "Bolt": "Bolt has a crew of 5,200, and its hands number 5,200 in all.",
            "Dorn": "Dorn is known for its 4,800 hands.",
            "Elba": "Elba is proud of its 6,100 hands.",
            "Cask": "Cask is home to 7,300 hands.",
        },
        "integer",
        {"Acme": 3_100, "Bolt": 5_200, "Dorn": 4_800, "Elba": 6_100},
        7_300,
    ),
    "a figure without the unit of the known ones is another": (
        {
            "Acme": "Acme has a domain of 1,500 km2.",
            "Bolt": "Bolt has a domain of 3,200 km2.",
            "Cask": "Cask has a domain of 4,000 souls.",
        },
        "integer",
        {"Acme": 1_500, "Bolt": 3_200},
        None,
    ),
    "a figure a thousand times smaller than the known ones is another": (
        {
            "Acme": "Acme has a crew of 31,000.",
            "Bolt": "Bolt has a crew of 52,000.",
            "Cask": "Cask has a crew of 12 at night.",
        },
        "integer",
        {"Acme": 31_000, "Bolt": 52_000},
        None,
    ),
    "what has no other name has its plain one": (
        {
            "Acme": "## Name\n\nLong form: The Acme Company\n\nShort form: Acme",
            "Bolt": "## Name\n\nLong form: Bolt and Sons\n\nShort form: Bolt",
            "Cask": "## Name\n\nLong form: none\n\nShort form: Cask",
        },
        "string",
        {"Acme": "The Acme Company", "Bolt": "Bolt and Sons"},
        "Cask",
    ),
}


@pytest.mark.parametrize("case", LEARNED)
def test_what_the_filled_rows_teach_answers_another(tmp_path, case):
    pages, kind, known, expected = LEARNED[case]
    for name, text in pages.items():
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n{text}\n")
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,), embedding=False))
    schema = {"type": "object", "properties": {"x1": {"type": [kind, "null"]}}}
    output = engine.answer(
        Question(
            input={"company": "Cask"},
            output_schema={"type": "json", "json_schema": schema},
            processor="base",
            examples=tuple(
                {"input": {"company": name}, "output": {"x1": value}}
                for name, value in known.items()
            ),
        )
    )
    engine.close()

    assert output["content"] == {"x1": expected}


def test_rows_that_are_filled_in_part_teach_the_fields_that_they_have(firms):
    acme, bolt = filled("Acme", "Bolt")
    one = {**acme, "output": {"x1": acme["output"]["x1"]}}
    other = {**bolt, "output": {"x2": bolt["output"]["x2"]}}

    assert ask(firms, "Cask", (one, other))["content"] == {"x1": "Lena Ost", "x2": "CA-09"}
