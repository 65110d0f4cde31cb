from __future__ import annotations

import pytest

from enrich.errors import ConfigError
from enrich.spec import normalize_schema, normalize_task_spec, output_fields

SCHEMA = {"type": "object", "properties": {"year": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("form", "normal"),
    [
        ("The year", {"type": "text", "description": "The year"}),
        ("", {"type": "text", "description": ""}),
        ({"type": "text"}, {"type": "text"}),
        ({"type": "text", "description": None}, {"type": "text"}),
        ({"type": "text", "description": "x"}, {"type": "text", "description": "x"}),
        ({"json_schema": SCHEMA}, {"type": "json", "json_schema": SCHEMA}),
        ({"type": "json", "json_schema": SCHEMA}, {"type": "json", "json_schema": SCHEMA}),
        ({"type": "auto"}, {"type": "auto"}),
        ({"type": "auto", "title": "x"}, {"type": "auto"}),
    ],
)
def test_every_form_of_the_wire_is_written_out_and_stays_so(form, normal):
    assert normalize_schema(form) == normal
    assert normalize_schema(normal) == normal


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (None, "A schema is a text, or an object"),
        (7, "A schema is a text, or an object"),
        ([], "A schema is a text, or an object"),
        ({}, 'has the type "json", "text" or "auto"'),
        ({"type": "xml"}, "'xml'"),
        ({"type": "json"}, 'needs a member "json_schema"'),
        ({"json_schema": "x"}, 'needs a member "json_schema"'),
        ({"type": "text", "description": 7}, "The description of a text schema is a text"),
        (SCHEMA, 'Put it into {"type": "json", "json_schema": …}'),
    ],
)
def test_anything_else_is_refused_with_what_it_should_be(form, sentence):
    with pytest.raises(ConfigError) as caught:
        normalize_schema(form)

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "normal"),
    [
        (None, {"output_schema": {"type": "auto"}}),
        ("The year", {"output_schema": {"type": "text", "description": "The year"}}),
        (
            {"output_schema": "x", "input_schema": None, "title": "y"},
            {"output_schema": {"type": "text", "description": "x"}},
        ),
        (
            {"output_schema": {"json_schema": SCHEMA}, "input_schema": "A company"},
            {
                "output_schema": {"type": "json", "json_schema": SCHEMA},
                "input_schema": {"type": "text", "description": "A company"},
            },
        ),
    ],
)
def test_a_task_spec_is_written_out_and_stays_so(spec, normal):
    assert normalize_task_spec(spec) == normal
    assert normalize_task_spec(normal) == normal


@pytest.mark.parametrize(
    ("spec", "key", "sentence"),
    [
        ({"output": "x"}, None, 'called "output_schema", not "output"'),
        ({}, None, 'needs an "output_schema"'),
        ({"output_schema": 7}, "output_schema", "A schema is"),
        (
            {"output_schema": "x", "input_schema": {"type": "auto"}},
            "input_schema",
            "Only an output",
        ),
        (["x"], None, "A task spec is an object or a text"),
    ],
)
def test_a_task_spec_that_is_none_names_its_member(spec, key, sentence):
    with pytest.raises(ConfigError) as caught:
        normalize_task_spec(spec)

    assert caught.value.key == key
    assert sentence in caught.value.message


def fields(schema):
    return output_fields({"output_schema": {"json_schema": schema}})


def test_fields_of_json_are_its_properties_in_order():
    schema = {"properties": {"b": {"type": "string"}, "a": {"type": "integer"}}}

    assert fields(schema) == [("b", {"type": "string"}), ("a", {"type": "integer"})]


def test_text_has_one_field_named_output_and_auto_has_none():
    assert output_fields({"output_schema": "The year"}) == [
        ("output", {"type": "string", "description": "The year"})
    ]
    assert output_fields({"output_schema": {"type": "text"}}) == [("output", {"type": "string"})]
    assert output_fields({"output_schema": {"type": "auto"}}) == []


def test_references_are_replaced_at_every_level_and_keep_what_stands_beside_them():
    schema = {
        "properties": {
            "office": {"$ref": "#/$defs/Office", "description": "The seat"},
            "maybe": {"anyOf": [{"$ref": "#/$defs/City"}, {"type": "null"}]},
        },
        "$defs": {
            "Office": {"type": "object", "properties": {"city": {"$ref": "#/$defs/City"}}},
            "City": {"$ref": "#/$defs/Name"},
            "Name": {"type": "string"},
        },
    }
    city = {"type": "string"}

    assert fields(schema) == [
        ("office", {"type": "object", "properties": {"city": city}, "description": "The seat"}),
        ("maybe", {"anyOf": [city, {"type": "null"}]}),
    ]


def test_a_recursive_field_ends_in_any_json():
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}

    assert fields({"properties": {"list": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}) == [
        ("list", {"type": "object", "properties": {"next": {}}})
    ]


def test_values_that_look_like_references_stay():
    schema = {"properties": {"a": {"const": {"$ref": "#/x"}}, "$ref": {"type": "string"}}}

    assert fields(schema) == [("a", {"const": {"$ref": "#/x"}}), ("$ref", {"type": "string"})]


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": True, "b": {"$ref": "#/nowhere"}}},
        {"properties": {"a": {"$ref": "#/$defs/any"}, "b": 3}, "$defs": {"any": True}},
    ],
)
def test_what_has_no_schema_may_be_anything(schema):
    assert fields(schema) == [("a", {}), ("b", {})]


def test_fields_that_unfold_without_end_are_bounded():
    defs = {
        f"d{level}": {
            "type": "object",
            "properties": {side: {"$ref": f"#/$defs/d{level + 1}"} for side in "ab"},
        }
        for level in range(40)
    }

    ((_, schema),) = fields({"properties": {"x": {"$ref": "#/$defs/d0"}}, "$defs": defs})

    assert schema["properties"]["a"]["type"] == "object"


def test_fields_as_deep_as_they_like_are_bounded():
    schema: dict[str, object] = {"type": "string"}
    for _ in range(5_000):
        schema = {"allOf": [schema]}

    assert len(fields({"properties": {"x": schema}})) == 1
    assert fields({"properties": []}) == []
