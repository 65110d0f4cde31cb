"""What a column holds, by its schema alone; and values made to fit."""

from __future__ import annotations

import pyarrow as pa
import pytest

from enrich.errors import CellError
from enrich.tables.arrow import Converter, arrow_type
from enrich.tables.types import fit, shape_of
from tests.suites.table_format import value_column

WORD = pa.dictionary(pa.int32(), pa.string())
RECURSIVE = {
    "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}},
    "$ref": "#/$defs/Node",
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer"}, pa.int64()),
        ({"type": ["integer", "null"]}, pa.int64()),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, pa.int64()),
        ({"type": "number"}, pa.float64()),
        ({"type": ["integer", "number"]}, pa.float64()),
        ({"type": "boolean"}, pa.bool_()),
        ({"type": "string"}, pa.string()),
        ({"type": "string", "format": "date"}, pa.string()),
        ({"type": "string", "enum": ["a", "b"]}, WORD),
        ({"enum": ["a", None]}, WORD),
        ({"const": "a"}, WORD),
        ({"enum": [1, 2]}, pa.int64()),
        ({"enum": [1, 2.5]}, pa.float64()),
        ({"enum": [True]}, pa.bool_()),
        ({"enum": ["a", 1]}, pa.string()),
        ({"type": "array", "items": {"type": "string"}}, pa.list_(pa.string())),
        ({"type": "array", "items": {"enum": ["a"]}}, pa.list_(pa.string())),
        ({"type": "array"}, pa.string()),
        (
            {"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "string"}}},
            pa.struct([("b", pa.int64()), ("a", pa.string())]),
        ),
        ({"type": "object"}, pa.string()),
        ({"type": "object", "properties": {"a": {}}, "additionalProperties": True}, pa.string()),
        ({"type": ["string", "integer"]}, pa.string()),
        ({"anyOf": [{"type": "array"}, {"type": "string"}]}, pa.string()),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"type": "integer"}}}, pa.int64()),
        ({"$ref": "#/$defs/None"}, pa.string()),
        ({"$ref": "#/$defs/A%20B", "$defs": {"A B": {"type": "integer"}}}, pa.int64()),
        (RECURSIVE, pa.struct([("next", pa.string())])),
        ({"type": "null"}, pa.string()),
        ({}, pa.string()),
    ],
)
def test_the_type_follows_from_the_schema(schema, expected):
    assert arrow_type(schema) == expected


@pytest.mark.parametrize(
    ("schema", "value", "fitted"),
    [
        ({"type": "integer"}, "12", 12),
        ({"type": "integer"}, " -3 ", -3),
        ({"type": "integer"}, 12.0, 12),
        ({"type": "integer"}, "12.0", 12),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "number"}, 3, 3),
        ({"type": "boolean"}, "True", True),
        ({"type": "string"}, 12, "12"),
        ({"type": "string"}, ["a"], '["a"]'),
        ({"type": "string"}, True, "true"),
        ({"enum": ["a"]}, "a", "a"),
        ({"type": ["string", "integer"]}, [1, {"a": None}], [1, {"a": None}]),
        ({"type": "array", "items": {"type": "integer"}}, ["1", None], [1, None]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {}, {"a": None}),
        ({"type": "integer"}, None, None),
    ],
)
def test_what_says_the_same_in_the_right_type_is_converted(schema, value, fitted):
    assert fit(value, schema) == (fitted, None)
    assert type(fit(value, schema)[0]) is type(fitted)


@pytest.mark.parametrize(
    ("schema", "value", "fitted", "problem"),
    [
        ({"type": "integer"}, "1,234", None, '"1,234" is not an integer'),
        ({"type": "integer"}, 2**63, None, "9223372036854775808 is not an integer"),
        ({"type": "integer"}, 1.5, None, "1.5 is not an integer"),
        ({"type": "integer"}, True, None, "true is not an integer"),
        ({"type": "integer"}, "9" * 500, None, f'"{"9" * 56}... is not an integer'),
        ({"type": "number"}, 2**53 + 1, None, "9007199254740993 is not a number"),
        ({"type": "number"}, 10**400, None, f"1{'0' * 56}... is not a number"),
        ({"type": "number"}, float("inf"), None, "Infinity is not a number"),
        ({"type": "number"}, "1e999", None, '"1e999" is not a number'),
        ({"type": "boolean"}, 1, None, "1 is not true or false"),
        ({"enum": ["a"]}, "b", "b", '"b" is none of the allowed values'),
        ({"type": "array", "items": {}}, "x", None, '"x" is not a list'),
        ({"type": "object", "properties": {"a": {}}}, [1], None, "[1] is not an object"),
        (
            {"type": "object", "properties": {"a": {"type": "integer"}}},
            {"a": "x", "b": 2},
            {"a": None},
            'b: 2 has no place in the schema; a: "x" is not an integer',
        ),
        (
            {"type": "array", "items": {"type": "integer"}},
            [1, "x"],
            [1, None],
            'item 2: "x" is not an integer',
        ),
        ({"type": "string"}, "a\ud83d", "a\ufffd", "half a surrogate pair was replaced"),
        ({}, [{"\ud83d": "\ud83d"}], [{"\ufffd": "\ufffd"}], None),
    ],
)
def test_what_does_not_fit_is_told_and_never_crashes(schema, value, fitted, problem):
    got, told = fit(value, schema)

    assert got == fitted
    assert told
    assert problem is None or told == problem


def test_every_fitted_value_can_be_written():
    schemas: list[dict[str, object]] = [
        {"type": kind} for kind in ("integer", "number", "boolean", "string")
    ]
    schemas += [{"enum": ["a"]}, {}, {"type": "array", "items": {"type": "integer"}}]
    values = [None, 1, 1.5, -0.0, 2**70, 1e308, True, "x", "\ud800", [1, "x", [None]], {"a": "b"}]

    for schema in schemas:
        fitted = [fit(value, shape_of(schema))[0] for value in values]
        array = Converter(value_column("a", schema)).array(fitted, start=0)
        assert array.type == arrow_type(schema)
        assert len(array) == len(values)


def test_a_value_that_was_not_fitted_is_named():
    with pytest.raises(CellError, match="row 12, column 'a': does not fit int64"):
        Converter(value_column("a", {"type": "integer"})).array([1, "x"], start=10)


def test_json_text_stands_wherever_there_is_no_one_type():
    schema = {"type": "object", "properties": {"a": {}, "b": {"type": "array", "items": {}}}}
    array = Converter(value_column("a", schema)).array([{"a": [1], "b": ["x", None]}], start=0)

    assert array.to_pylist() == [{"a": "[1]", "b": ['"x"', None]}]
