"""Answers are valid under the schemas that people and their tools write."""

import jsonschema_rs
import pytest

from enrich.research.conformed import conformed
from enrich.research.question import Question
from enrich.research.schemas import json_type, nullable, resolved

PAGE = """# Acme Robotics

- CEO: Ada Example
- Last round: Series B, $15 million, closed 3 February 2024
- Products: Gripper, Lifter, Turner
- Employees: 120

## Management

| Name | Role | Since |
|---|---|---|
| Ada Example | Chief Executive Officer | 2019 |
| Ben Example | Chief Financial Officer | 2021 |
"""
TEXT = {"type": "string"}


def person(**more):
    return {"type": "object", "properties": {"name": TEXT, **more}, "required": ["name"]}


DEFS = {
    "Person": person(),
    "Stage": {"enum": ["Seed", "Series A", "Series B"], "type": "string"},
    "Wide": person(details={"$ref": "#/$defs/Details"}),
    "Details": {
        "type": "object",
        "properties": {"role": TEXT, "since": {"type": "integer"}},
        "required": ["role", "since"],
    },
}


@pytest.fixture
def answer(pages):
    engine = pages(acme_md=PAGE)

    def answer(properties, given="Acme Robotics"):
        schema = {"type": "object", "properties": properties, "$defs": DEFS}
        output = engine.answer(_question(given, schema))
        return output, jsonschema_rs.validator_for(schema)

    return answer


def _question(given, schema):
    return Question(
        input={"company": given},
        output_schema={"type": "json", "json_schema": schema},
        processor="base",
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"$ref": "#/$defs/Person"},
        {"anyOf": [{"$ref": "#/$defs/Person"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/Person"}]},
        {"allOf": [{"$ref": "#/$defs/Person"}], "description": "The chief executive"},
    ],
)
def test_a_reference_is_followed_wherever_it_stands(answer, wanted):
    """Optional[Person] and the like are objects."""
    output, validator = answer({"ceo": wanted})
    assert output["content"] == {"ceo": {"name": "Ada Example"}}
    assert validator.is_valid(output["content"])


def test_nothing_of_an_optional_object_is_null(answer):
    """An object of nulls is no person, where null may stand for him."""
    optional = {"anyOf": [{"$ref": "#/$defs/Person"}, {"type": "null"}]}
    output, validator = answer({"chairman": optional})
    assert output["content"] == {"chairman": None}
    assert validator.is_valid(output["content"])


def test_an_optional_choice_is_one_of_its_choices(answer):
    """Optional[Enum] never gives the page's own words."""
    optional = {"anyOf": [{"$ref": "#/$defs/Stage"}, {"type": "null"}]}
    output, _ = answer({"last_round": optional})
    assert output["content"] == {"last_round": "Series B"}


def test_lists_of_lists_are_left_empty(answer):
    """A flat list is no list of lists."""
    lists = {"type": "array", "items": {"type": "array", "items": TEXT}}
    output, validator = answer({"products": lists})
    assert output["content"] == {"products": []}
    assert validator.is_valid(output["content"])


def test_an_object_in_an_element_is_read_by_its_columns(answer):
    """What is nested in a row stands in the row's cells."""
    output, validator = answer({"management": {"type": "array", "items": {"$ref": "#/$defs/Wide"}}})
    assert output["content"]["management"] == [
        {"name": "Ada Example", "details": {"role": "Chief Executive Officer", "since": 2019}},
        {"name": "Ben Example", "details": {"role": "Chief Financial Officer", "since": 2021}},
    ]
    assert validator.is_valid(output["content"])


def test_a_list_ends_where_its_schema_says(answer):
    """The basis has an entry for each element that is left."""
    output, _ = answer({"products": {"type": "array", "items": TEXT, "maxItems": 2}})
    assert output["content"] == {"products": ["Gripper", "Lifter"]}
    fields = [entry["field"] for entry in output["basis"]]
    assert fields == ["products", "products.0", "products.1"]


def test_what_a_schema_does_not_allow_is_left_out():
    """Elements go out of their list, other values become null; what fits stays as it is."""
    schema = {
        "type": "object",
        "properties": {
            "codes": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]+$"}},
            "staff": {"type": "integer", "minimum": 1},
            "ceo": {"type": "object", "properties": {"name": TEXT, "age": {"type": "integer"}}},
            "city": TEXT,
        },
    }
    content = {
        "codes": ["AB", "x", "CD"],
        "staff": 0,
        "ceo": {"name": "Ada Example", "age": "old"},
        "city": None,
    }
    basis = [
        {"field": f, "reasoning": "It fits.", "citations": [1], "confidence": "high"}
        for f in ("codes", "codes.0", "codes.1", "codes.2", "staff", "ceo", "city")
    ]
    kept, told = conformed(content, basis, schema)
    assert kept == {
        "codes": ["AB", "CD"],
        "staff": None,
        "ceo": {"name": "Ada Example", "age": None},
        "city": None,
    }
    assert [e["field"] for e in told] == ["codes", "codes.0", "codes.1", "staff", "ceo", "city"]
    staff = next(e for e in told if e["field"] == "staff")
    assert (staff["confidence"], staff["citations"]) == ("low", [])
    assert conformed({"city": "Ulm"}, basis, schema) == ({"city": "Ulm"}, basis)


def test_a_schema_that_is_none_says_nothing():
    """An unknown type, or a reference to nowhere, leaves the answer alone."""
    for schema in (
        {"properties": {"city": {"type": "town"}}},
        {"properties": {"city": {"$ref": "http://schemas.example/city"}}},
    ):
        assert conformed({"city": "Ulm"}, [], schema) == ({"city": "Ulm"}, [])


def test_unions_of_choices_are_all_their_choices():
    """Literal types of several classes are one set; a union of others is its first form."""
    union = {"anyOf": [{"const": "a"}, {"enum": ["b", "c"]}, {"type": "null"}]}
    assert resolved(union, {})["enum"] == ["a", "b", "c"]
    assert nullable(resolved(union, {}))
    either = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert json_type(resolved(either, {})) == "integer"
    assert not nullable(resolved(either, {}))


def test_a_reference_to_itself_ends():
    """Definitions that name each other are followed a few times and no more."""
    root = {"$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"anyOf": [{"$ref": "#/$defs/A"}]}}}
    assert isinstance(resolved({"$ref": "#/$defs/A"}, root), dict)
