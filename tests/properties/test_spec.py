"""What holds for any shorthand, any class and any JSON."""

from __future__ import annotations

import enum
from types import GenericAlias
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from enrich.spec import (
    SizeCheck,
    check_size,
    check_task_spec,
    expand_fields,
    from_pydantic,
    mend,
    output_fields,
    path_parts,
)
from enrich.spec.limits import MAX_SPEC_AND_INPUT_CHARS, UNSUPPORTED_KEYWORDS
from enrich.spec.rules import KEYWORDS, STRUCTURE
from enrich.spec.size import compact_json
from enrich.spec.walk import Document, join

few = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def wire(schema):
    return {"output_schema": {"type": "json", "json_schema": schema}}


def broken_rules(schema):
    document = Document(schema)
    return [fault for rule in (*STRUCTURE, *KEYWORDS) for fault in rule(document)]


names = st.text(min_size=1, max_size=8) | st.sampled_from(["format", "items", "properties", "$ref"])
texts = st.text(max_size=20).map(lambda text: f"About {text}")
bases = st.sampled_from(
    ["string", "integer", "number", "boolean", "date", "datetime", "url", "email"]
)
types = st.builds(
    "{}{}{}".format, bases, st.sampled_from(["", "?", "[]", "?[]"]), st.sampled_from(["", "?"])
)
types = types.map(lambda word: word.replace("??", "?"))
enums = st.lists(st.text(max_size=6), min_size=1, max_size=4, unique=True)
leaves = st.one_of(
    texts,
    st.fixed_dictionaries({"type": types}, optional={"description": texts}),
    st.fixed_dictionaries(
        {"enum": enums}, optional={"type": st.sampled_from(["string", "string?", "string[]"])}
    ),
    st.fixed_dictionaries({"items": types.filter(lambda word: "[]" not in word)}),
)
fields = st.dictionaries(names, leaves, min_size=1, max_size=4)
nested = st.dictionaries(
    names,
    leaves
    | st.fixed_dictionaries(
        {"fields": fields}, optional={"type": st.sampled_from(["object", "object?", "object[]"])}
    ),
    min_size=1,
    max_size=4,
)


@few
@given(nested)
def test_any_shorthand_gives_a_schema_that_breaks_no_rule(shorthand):
    schema = expand_fields(shorthand)
    serious = {v.rule for v in check_task_spec(wire(schema)) if v.severity != "hint"}

    assert serious <= {"basis-name"}
    assert mend(schema) == (schema, [])
    assert [name for name, _ in output_fields(wire(schema))] == list(shorthand)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Leaf(BaseModel):
    size: int = Field(7, ge=0)
    next: Leaf | None = None


kinds: Any = st.recursive(
    st.sampled_from(
        [str, int, float, bool, Any, Colour, Leaf, Literal["a", "b"], Literal[1] | None]
    ),
    lambda inner: st.one_of(
        inner.map(lambda each: each | None if each is not Any else each),
        inner.map(lambda each: GenericAlias(list, (each,))),
        inner.map(lambda each: GenericAlias(tuple, (each, str))),
        inner.map(lambda each: create_model("Inner", inside=(each, ...))),
    ),
    max_leaves=4,
)
constraints: Any = st.sampled_from(
    [
        {},
        {"description": "What it is"},
        {"json_schema_extra": {"format": "date", "minimum": 3}},
        {"json_schema_extra": {"pattern": "a", "uniqueItems": True, "title": "T"}},
        {"title": "T", "examples": [{"minLength": 3}]},
    ]
)


@few
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z]{1,6}", fullmatch=True).map("f_{}".format),
        st.tuples(kinds, st.sampled_from([..., None]), constraints),
        min_size=1,
        max_size=4,
    )
)
def test_any_class_gives_a_schema_that_breaks_no_rule(members):
    definitions: Any = {
        name: (kind, Field(default, **more)) for name, (kind, default, more) in members.items()
    }
    cls = create_model("Whole", **definitions)
    schema = from_pydantic(cls)
    words = compact_json(schema)

    assert broken_rules(schema) == []
    assert mend(schema) == (schema, [])
    assert schema["required"] == list(members)
    assert '"default"' not in words
    assert '"title"' not in words


keywords = st.sampled_from(
    [
        "$defs",
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "description",
        "enum",
        "if",
        "items",
        "not",
        "oneOf",
        "prefixItems",
        "properties",
        "required",
        "type",
        "x",
        *UNSUPPORTED_KEYWORDS,
    ]
)
values = st.sampled_from(
    ["null", "object", "array", "string", "#", "#/$defs/x", "#/properties/x", "#/nowhere", "text"]
)
anything = st.recursive(
    values | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keywords, inner, max_size=5),
    max_leaves=25,
)
objects = st.dictionaries(keywords, anything, max_size=6)


@settings(max_examples=200, deadline=None, database=None)
@given(objects, st.sampled_from([None, "lite", "unheard-of"]))
def test_any_json_is_checked_without_a_crash(schema, processor):
    found = check_task_spec(
        {**wire(schema), "input_schema": {"json_schema": schema}}, processor=processor
    )
    order = ["error", "warning", "hint"]

    assert [v.severity for v in found] == sorted((v.severity for v in found), key=order.index)
    assert all(v.path.startswith("$") and v.message.endswith((".", "…", '"')) for v in found)
    output_fields(wire(schema))


@few
@given(anything)
def test_anything_at_all_is_checked_without_a_crash(value):
    check_task_spec(value)
    check_task_spec({"output_schema": value, "input_schema": value}, processor="base")


@settings(max_examples=120, deadline=None, database=None)
@given(objects)
def test_mending_is_done_once_and_takes_away_what_it_says(schema):
    schema = {**schema, "properties": {"a": schema, "b": {"properties": {"c": schema}}}}
    before = compact_json(schema)

    mended, gone = mend(schema)

    assert compact_json(schema) == before
    again, gone_again = mend(mended)
    assert gone_again == []
    assert compact_json(again) == compact_json(mended)
    left = {(v.rule, v.path) for v in broken_rules(mended)}
    assert not left & {(v.rule, v.path) for v in gone if v.rule == "unsupported-keyword"}
    assert len(broken_rules(mended)) == len(broken_rules(schema)) - len(gone)


@few
@given(st.lists(st.text(max_size=6) | st.integers(0, 99), max_size=8))
def test_any_path_is_taken_apart_into_its_parts(parts):
    path = "$"
    for part in parts:
        path = join(path, part)

    assert path_parts(path) == parts


@few
@given(st.text(max_size=50), st.integers(-40, 40))
def test_bytes_and_text_of_one_input_are_judged_alike(text, over):
    room = MAX_SPEC_AND_INPUT_CHARS - SizeCheck(wire({})).spec_chars
    padded = text + "é" * (room - len(text) + over)
    as_bytes = compact_json(padded).encode("utf-8", "surrogatepass")

    assert (check_size(wire({}), padded) is not None) == (over > 0)
    assert (check_size(wire({}), as_bytes) is not None) == (over > 0)
