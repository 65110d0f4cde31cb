from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from enrich.columns.fit import fit

if TYPE_CHECKING:
    from enrich.records import JsonObject

OBJECT = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "since": {"type": ["integer", "null"]}},
    "required": ["city", "since"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (None, {"type": "integer"}, None),
        ("x", {"type": "string"}, "x"),
        (1987, {"type": ["integer", "null"]}, 1987),
        ("1987", {"type": ["integer", "null"]}, 1987),
        (1987.0, {"type": "integer"}, 1987),
        (1.5, {"type": "number"}, 1.5),
        (2, {"type": "number"}, 2),
        ("1.5", {"type": "number"}, 1.5),
        ("2", {"type": "number"}, 2),
        ("True", {"type": "boolean"}, True),
        (1987, {"type": "string"}, "1987"),
        (True, {"type": "string"}, "true"),
        (["é"], {"type": "string"}, '["é"]'),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"type": "object"}, {"a": 1}),
        (["a", 1], {"type": "array", "items": {"type": "string"}}, ["a", "1"]),
        (["a", 1], {"type": "array"}, ["a", 1]),
        ({"city": "Oslo"}, OBJECT, {"city": "Oslo", "since": None}),
        ({"city": "Oslo", "since": "1900"}, OBJECT, {"city": "Oslo", "since": 1900}),
        ("12", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "12"),
        (12, {"anyOf": [{"type": "string"}, {"type": "null"}]}, "12"),
        ("a", {"enum": ["a", "b"]}, "a"),
        ({"x": 1}, {"properties": {"x": {"type": "string"}}}, {"x": "1"}),
    ],
    ids=repr,
)
def test_a_value_that_fits_or_can_be_made_to_without_loss(value, schema, expected):
    fitted, problem = fit(value, schema)

    assert (fitted, type(fitted), problem) == (expected, type(expected), None)


@pytest.mark.parametrize(
    ("value", "schema", "expected", "problem"),
    [
        ("soon", {"type": ["integer", "null"]}, None, '"soon" is not an integer'),
        (1.5, {"type": "integer"}, None, "1.5 is not an integer"),
        (True, {"type": "integer"}, None, "true is not an integer"),
        ("12k", {"type": "number"}, None, '"12k" is not a number'),
        ("yes", {"type": "boolean"}, None, '"yes" is not true or false'),
        ("a", {"type": "array"}, None, '"a" is not a list'),
        ("a", {"type": ["integer", "boolean"]}, None, '"a" is not an integer or true or false'),
        ("c", {"type": "string", "enum": ["a"]}, "c", '"c" is not one of the choices'),
        (2**63, {"type": "integer"}, None, f"{2**63} is larger than a 64-bit integer"),
        ("x" * 60, {"type": "integer"}, None, '"' + "x" * 39 + "… is not an integer"),
        (
            {"city": "Oslo", "since": "long ago", "mayor": "x"},
            OBJECT,
            {"city": "Oslo", "since": None},
            'since: "long ago" is not an integer; has the member `mayor` that was not asked for',
        ),
        (
            [{"city": [1]}, 3],
            {"type": "array", "items": OBJECT},
            [{"city": "[1]", "since": None}, None],
            "1: 3 is not an object",
        ),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_value_that_does_not_fit_says_where_and_why(value, schema, expected, problem):
    assert fit(value, schema) == (expected, problem)


def test_what_is_nested_beyond_reason_is_left_out():
    value: object = "x"
    schema: JsonObject = {"type": "string"}
    for _ in range(40):
        value, schema = [value], {"type": "array", "items": schema}

    assert fit(value, schema)[1] == ".".join(["0"] * 33) + ": is nested too deeply"
