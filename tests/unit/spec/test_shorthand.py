from __future__ import annotations

import pytest

from enrich.errors import ConfigError
from enrich.spec import check_task_spec, expand_fields

NULL = {"type": "null"}


def one(value):
    return expand_fields({"a": value})["properties"]["a"]


def test_a_jobs_fields_become_one_closed_object():
    fields = {
        "ceo": "Full name of the chief executive",
        "founding_year": {"type": "integer?", "description": "Year founded, YYYY."},
        "employee_range": {"enum": ["1-50", "51-500"], "description": "Range of employees."},
    }

    assert expand_fields(fields, description="Well-known sources only.") == {
        "type": "object",
        "description": "Well-known sources only.",
        "properties": {
            "ceo": {"type": ["string", "null"], "description": "Full name of the chief executive"},
            "founding_year": {"type": ["integer", "null"], "description": "Year founded, YYYY."},
            "employee_range": {
                "type": "string",
                "description": "Range of employees.",
                "enum": ["1-50", "51-500"],
            },
        },
        "required": ["ceo", "founding_year", "employee_range"],
        "additionalProperties": False,
    }


STRINGS = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("expression", "schema"),
    [
        ("string", {"type": "string"}),
        ("number?", {"type": ["number", "null"]}),
        (" boolean ? ", {"type": ["boolean", "null"]}),
        (["integer", "null"], {"type": ["integer", "null"]}),
        (["integer", None], {"type": ["integer", "null"]}),
        (["integer"], {"type": "integer"}),
        ("string[]", STRINGS),
        ("array of string", STRINGS),
        ("list of string", STRINGS),
        ("string[]?", {**STRINGS, "type": ["array", "null"]}),
        ("array of string?", {**STRINGS, "type": ["array", "null"]}),
        ("string?[]", {"type": "array", "items": {"type": ["string", "null"]}}),
        ("string[][]", {"type": "array", "items": STRINGS}),
        (
            "array of integer[]",
            {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        ),
    ],
    ids=str,
)
def test_types_are_words_with_question_marks_and_brackets(expression, schema):
    assert one({"type": expression}) == schema


@pytest.mark.parametrize(
    ("word", "start"),
    [
        ("date", "Date as YYYY-MM-DD"),
        ("datetime", "Date and time"),
        ("url", "Full URL"),
        ("email", "E-mail"),
    ],
)
def test_texts_of_a_known_form_say_it_in_the_description(word, start):
    field = one({"type": f"{word}?", "description": "Of the firm"})
    listed = one({"type": f"{word}[]", "description": "Of the firm"})

    assert field["type"] == ["string", "null"]
    assert field["description"].startswith(f"Of the firm. {start}")
    assert listed["description"] == "Of the firm"
    assert listed["items"]["description"].startswith(start)


def test_the_form_of_a_date_is_not_said_twice():
    description = "Founded, YYYY-MM or YYYY"

    assert one({"type": "date", "description": description})["description"] == description


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ({"description": "x"}, {"type": ["string", "null"], "description": "x"}),
        ({}, {"type": ["string", "null"]}),
        ({"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
        ({"enum": [1, 2.5]}, {"type": "number", "enum": [1, 2.5]}),
        ({"enum": [True]}, {"type": "boolean", "enum": [True]}),
        ({"enum": ["a", None]}, {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]}),
        ({"type": "string?", "enum": ["a"]}, {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]}),
        (
            {"type": "string[]", "enum": ["a"]},
            {"type": "array", "items": {"type": "string", "enum": ["a"]}},
        ),
        ({"items": "integer"}, {"type": "array", "items": {"type": "integer"}}),
        ({"type": "array?", "items": {}}, {**STRINGS, "type": ["array", "null"]}),
        (
            {"items": {"description": "Name"}},
            {"type": "array", "items": {"type": "string", "description": "Name"}},
        ),
    ],
    ids=str,
)
def test_what_has_no_type_gets_the_one_that_it_implies(value, schema):
    assert one(value) == schema


@pytest.mark.parametrize("key", ["fields", "properties"])
def test_objects_and_lists_of_them_name_their_fields(key):
    inner = {
        "type": "object",
        "properties": {"city": {"type": ["string", "null"], "description": "City"}},
        "required": ["city"],
        "additionalProperties": False,
    }

    assert one({key: {"city": "City"}}) == inner
    assert one({"type": "object[]", key: {"city": "City"}}) == {"type": "array", "items": inner}
    assert one({"items": {key: {"city": "City"}}}) == {"type": "array", "items": inner}
    assert one({"type": "object?", key: {"city": "City"}}) == {**inner, "type": ["object", "null"]}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"typ": "string"}, "no key 'typ'. Did you mean 'type'?"),
        ({"descripton": "x"}, "Did you mean 'description'?"),
        ({"text": "x"}, "no key 'text'. Known are type, description, enum"),
        ({"list": ["x"]}, "no key 'list'. Known are type, description, enum"),
        ({"zzz": 1}, "Known are type, description"),
        ({"minLength": 5}, 'Say it in the description: "At least 5 characters."'),
        ({7: "x"}, "no key 7"),
        ({"type": "interger"}, "no type 'interger'. Did you mean 'integer'?"),
        ({"type": "float"}, "Did you mean 'number'?"),
        ({"type": "strin[]?"}, "Did you mean 'string'?"),
        ({"type": "zzz"}, "Known are string, integer"),
        ({"type": 7}, "A type is a word"),
        ({"type": ["string", "integer"]}, "perhaps with null beside it"),
        ({"type": [{}]}, "perhaps with null beside it"),
        ({"type": "object"}, 'An object needs "fields"'),
        ({"type": "array"}, 'A list needs "items"'),
        ({"type": "string", "items": "string"}, '"items" goes with the type array'),
        ({"type": "string", "fields": {"a": "x"}}, '"fields" goes with the type object'),
        ({"type": "date", "enum": ["x"]}, '"enum" goes with the type string or integer'),
        ({"fields": {"b": "x"}, "properties": {"b": "x"}}, "Keep one"),
        ({"fields": {}}, "Name at least one field"),
        ({"fields": "x"}, "Name at least one field"),
        ({"items": 7}, "Items are a type or a mapping"),
        ({"enum": []}, "An enum is a list of values"),
        ({"enum": "x"}, "An enum is a list of values"),
        ({"enum": [None]}, "An enum is a list of values"),
        ({"enum": ["a", 1]}, "values of one type"),
        ({"type": "string", "enum": ["a", 1]}, "1 in the enum is no string. Put it in quotes."),
        ({"type": "integer", "enum": [True]}, "True in the enum is no integer"),
        ({"enum": ["a", "a"]}, "a value twice"),
        ({"description": 7}, "A description is a text"),
        ({"type": "string[][][][][]"}, "nested 5 levels deep"),
        ("integer?", 'Write {type: "integer?", description: …}'),
        ("array of string", "Write {type:"),
        (None, "A field is a description or a mapping"),
        (["a", "b"], "A field is a description or a mapping"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_at_its_field(value, sentence):
    with pytest.raises(ConfigError) as caught:
        expand_fields({"a": value})

    assert caught.value.key is not None
    assert caught.value.key.split(".")[0] == "a"
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    "description", ["date", "url", "Number of employees", "object of the firm"]
)
def test_a_description_may_contain_words_that_are_types(description):
    assert one(description)["description"] == description


def test_a_fault_deep_inside_is_named_by_its_path_in_the_file():
    with pytest.raises(ConfigError) as caught:
        expand_fields({"offices": {"items": {"fields": {"city": {"type": "sting"}}}}})

    assert caught.value.key == "offices.items.fields.city"


@pytest.mark.parametrize("fields", [{}, [], {7: "x"}])
def test_fields_have_names_and_there_is_at_least_one(fields):
    with pytest.raises(ConfigError):
        expand_fields(fields)


def test_shorthand_that_contains_itself_is_refused():
    loop: dict[str, object] = {"type": "object"}
    loop["fields"] = {"again": loop}

    with pytest.raises(ConfigError, match="nested 5 levels deep"):
        expand_fields({"a": loop})


def test_five_levels_are_allowed():
    value: dict[str, object] = {"type": "string[]"}
    for _ in range(3):
        value = {"fields": {"x": value}}
    schema = expand_fields({"a": value})

    spec = {"output_schema": {"type": "json", "json_schema": schema}}
    assert not [v for v in check_task_spec(spec) if v.severity != "hint"]
