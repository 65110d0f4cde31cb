from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, RootModel, create_model

from enrich.errors import ConfigError, SpecError
from enrich.spec import check_task_spec, from_pydantic

NULL = {"type": "null"}


class Kind(Enum):
    SHOP = "shop"
    PLANT = "plant"


class Office(BaseModel):
    city: str
    kind: Kind = Kind.SHOP


class Cat(BaseModel):
    species: Literal["cat"]


class Dog(BaseModel):
    species: Literal["dog"]


class Part(BaseModel):
    """A part of a machine."""

    label: str
    parts: list[Part] = []


def field(annotation, default=..., **more):
    """Convert a class with one field and give that field's schema."""
    schema = from_pydantic(create_model("One", value=(annotation, Field(default, **more))))
    return schema["properties"]["value"]


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str, {"type": "string"}),
        (int | None, {"type": ["integer", "null"]}),
        (list[str] | None, {"type": ["array", "null"], "items": {"type": "string"}}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal["a"] | None, {"anyOf": [{"type": "string", "const": "a"}, NULL]}),
        (Office, {"$ref": "#/$defs/Office"}),
        (Office | None, {"anyOf": [{"$ref": "#/$defs/Office"}, NULL]}),
        (Kind | None, {"anyOf": [{"$ref": "#/$defs/Kind"}, NULL]}),
        (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (Any, {}),
        (
            Annotated[Cat | Dog, Field(discriminator="species")],
            {"anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]},
        ),
    ],
    ids=str,
)
def test_annotations_become_what_the_api_takes(annotation, schema):
    assert field(annotation) == schema


@pytest.mark.parametrize(
    ("annotation", "default", "schema"),
    [
        (str | None, None, {"type": ["string", "null"]}),
        (str, None, {"type": ["string", "null"]}),
        (Office, None, {"anyOf": [{"$ref": "#/$defs/Office"}, NULL]}),
        (int | str, None, {"anyOf": [{"type": "integer"}, {"type": "string"}, NULL]}),
        (Any, None, {}),
        (int, 7, {"type": "integer"}),
        (int | None, 7, {"type": ["integer", "null"]}),
    ],
    ids=str,
)
def test_the_default_none_makes_nullable_and_others_are_dropped(annotation, default, schema):
    assert field(annotation, default) == schema


@pytest.mark.parametrize(
    ("annotation", "constraint", "words"),
    [
        (int, {"ge": 1800, "le": 2100}, {"At least 1800.", "At most 2100."}),
        (float, {"gt": 0, "lt": 1}, {"More than 0.", "Less than 1."}),
        (int, {"multiple_of": 5}, {"A multiple of 5."}),
        (int | None, {"ge": 0}, {"At least 0."}),
        (
            str,
            {"min_length": 2, "max_length": 9},
            {"At least 2 characters.", "At most 9 characters."},
        ),
        (str, {"pattern": "^[A-Z]+$"}, {"Matches the regular expression ^[A-Z]+$"}),
        (list[str], {"max_length": 3}, {"At most 3 items."}),
        (set[str], {}, {"No item twice."}),
        (dt.date, {}, {"Date as YYYY-MM-DD."}),
        (dt.datetime | None, {}, {"Date and time as YYYY-MM-DDTHH:MM:SSZ."}),
        (uuid.UUID, {}, {"UUID of 36 characters."}),
        (HttpUrl, {}, {"Full URL with its scheme"}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_constraints_become_words_behind_the_description(annotation, constraint, words):
    schema = field(annotation, description="What it is", **constraint)

    assert schema["description"].startswith("What it is. ")
    assert all(word in schema["description"] for word in words)
    assert set(schema) <= {"type", "items", "description"}


def test_a_class_becomes_one_clean_schema():
    class Company(BaseModel):
        """Use well-known sources."""

        model_config = ConfigDict(extra="allow", title="The company")

        title: str = Field(title="A title of a title")
        seat: Office | None = Field(None, description="Head office")
        site: str = Field("x", alias="web site")

    assert from_pydantic(Company) == {
        "type": "object",
        "description": "Use well-known sources.",
        "properties": {
            "title": {"type": "string"},
            "seat": {"anyOf": [{"$ref": "#/$defs/Office"}, NULL], "description": "Head office"},
            "web site": {"type": "string"},
        },
        "required": ["title", "seat", "web site"],
        "additionalProperties": False,
        "$defs": {
            "Kind": {"type": "string", "enum": ["shop", "plant"]},
            "Office": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "kind": {"$ref": "#/$defs/Kind"}},
                "required": ["city", "kind"],
                "additionalProperties": False,
            },
        },
    }


def test_a_class_that_contains_itself_refers_to_the_root():
    assert from_pydantic(Part) == {
        "type": "object",
        "description": "A part of a machine.",
        "properties": {
            "label": {"type": "string"},
            "parts": {"type": "array", "items": {"$ref": "#"}},
        },
        "required": ["label", "parts"],
        "additionalProperties": False,
    }


def test_a_recursive_class_inside_another_keeps_its_definition():
    schema = from_pydantic(create_model("Machine", part=(Part | None, None)))

    assert list(schema["$defs"]) == ["Part"]
    assert not [
        v
        for v in check_task_spec({"output_schema": {"json_schema": schema}})
        if v.severity != "hint"
    ]


def test_a_root_model_of_a_class_is_that_class():
    assert from_pydantic(RootModel[Office])["properties"]["city"] == {"type": "string"}


def test_several_forms_of_a_number_stay():
    branches = field(Decimal | None)["anyOf"]

    assert [branch["type"] for branch in branches] == ["number", "string", "null"]


@pytest.mark.parametrize(
    ("annotation", "rule"),
    [
        (dict[str, int], "additional-properties"),
        (dict[str, Any] | None, "additional-properties"),
        (None, "standalone-null"),
    ],
    ids=str,
)
def test_what_the_api_cannot_be_asked_for_is_refused_with_its_place(annotation, rule):
    with pytest.raises(SpecError) as caught:
        field(annotation)

    (violation,) = caught.value.violations
    assert violation.rule == rule
    assert violation.path.startswith("$.properties.value")
    assert caught.value.key == "One"


def test_a_root_that_is_no_object_is_refused():
    with pytest.raises(SpecError) as caught:
        from_pydantic(RootModel[list[str]])

    assert {v.rule for v in caught.value.violations} == {"root-type-object", "root-properties"}


@pytest.mark.parametrize("cls", [int, "Office", Office(city="x"), list[int], None], ids=str)
def test_what_is_no_pydantic_class_is_refused(cls):
    with pytest.raises(ConfigError, match="is no pydantic class"):
        from_pydantic(cls)


def test_a_class_without_a_json_schema_is_refused():
    with pytest.raises(ConfigError, match="has no JSON Schema"):
        field(Callable[[], int])


def test_an_answer_to_the_schema_is_valid_for_the_class():
    answer = {"city": "Ulm", "kind": "plant"}

    assert Office.model_validate(answer) == Office(city="Ulm", kind=Kind.PLANT)
