from __future__ import annotations

import copy

import pytest

from enrich.spec import mend, words_for


def closed(properties, **more):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def test_every_object_is_closed_and_requires_all_and_what_was_mended_is_told():
    loose = {"type": "object", "properties": {"x": {"type": "string"}}}
    schema = {**loose, "properties": {"a": {"type": "array", "items": loose}}, "required": []}
    before = copy.deepcopy(schema)

    mended, gone = mend(schema)

    assert mended == closed({"a": {"type": "array", "items": closed({"x": {"type": "string"}})}})
    assert schema == before
    assert [(v.rule, v.path) for v in gone] == [
        ("required", "$.required"),
        ("additional-properties", "$"),
        ("required", "$.properties.a.items"),
        ("additional-properties", "$.properties.a.items"),
    ]


def test_constraints_become_words_behind_the_description():
    field = {
        "type": "integer",
        "minimum": 1800,
        "description": "Year founded",
        "maximum": 2100,
        "multipleOf": 1,
    }
    mended, gone = mend(closed({"year": field}))

    assert mended["properties"]["year"] == {
        "type": "integer",
        "description": "Year founded. At least 1800. At most 2100. A multiple of 1.",
    }
    assert {v.rule for v in gone} == {"unsupported-keyword"}
    assert len(gone) == 3


def test_a_constraint_that_forbids_nothing_leaves_no_words():
    field = {"type": "array", "uniqueItems": False, "unevaluatedItems": True}

    assert mend(closed({"a": field}))[0] == closed({"a": {"type": "array"}})


@pytest.mark.parametrize(
    "schema",
    [
        closed({"a": {"type": "object", "additionalProperties": {"type": "string"}}}),
        closed({"a": {"type": "object"}}),
        closed(
            {"a": {"allOf": [{"type": "object", "properties": {"x": {}}}, {"$ref": "#/$defs/B"}]}},
            **{"$defs": {"B": {"properties": {"y": {}}}}},
        ),
        closed({"a": {"not": {"minLength": 3}}}),
        closed({"a": {"type": "object", "patternProperties": {"^x": {}}}}),
        closed({"a": {"minLength": 3, "description": 7}}),
    ],
    ids=["map", "free object", "allOf", "not", "fields by pattern", "malformed"],
)
def test_what_would_change_the_meaning_is_left(schema):
    assert mend(schema) == (schema, [])


def test_a_property_named_like_a_keyword_is_left():
    schema = closed({"format": {"type": "string"}, "a": {"const": {"minLength": 1}}})

    assert mend(schema) == (schema, [])


def test_any_depth_is_mended():
    schema: dict[str, object] = {}
    for _ in range(3_000):
        schema = {"properties": {"x": schema}}

    assert len(mend(schema)[1]) == 6_000


@pytest.mark.parametrize(
    ("keyword", "value", "words"),
    [
        ("minLength", 1, "At least 1 character."),
        ("maxItems", 5, "At most 5 items."),
        ("exclusiveMinimum", 0, "More than 0."),
        ("maximum", 0.5, "At most 0.5."),
        ("format", "date", "Date as YYYY-MM-DD."),
        ("format", "isbn", "Format: isbn."),
        ("pattern", "^[A-Z]{2}$", "Matches the regular expression ^[A-Z]{2}$"),
        ("uniqueItems", True, "No item twice."),
        ("contains", {"type": "string"}, 'At least one item fits {"type":"string"}.'),
        ("minLength", "five", 'minLength: "five".'),
        ("maximum", True, "maximum: true."),
    ],
)
def test_words_say_the_constraint(keyword, value, words):
    assert words_for(keyword, value) == words
