from __future__ import annotations

from enrich.spec import path_parts
from enrich.spec.walk import MAX_PATH_CHARS, Document, copy_json, join


def test_a_document_lists_every_subschema_once_in_document_order():
    schema = {
        "$defs": {"D": {"not": {}}},
        "properties": {"a": {"items": {}}, "b": {"items": [{}, True]}, "c": False},
        "anyOf": [{}, {"additionalProperties": {}}],
        "if": {},
        "enum": [{"items": {}}],
    }

    assert [node.path for node in Document(schema).nodes] == [
        "$",
        "$.$defs.D",
        "$.$defs.D.not",
        "$.properties.a",
        "$.properties.a.items",
        "$.properties.b",
        "$.properties.b.items[0]",
        "$.anyOf[0]",
        "$.anyOf[1]",
        "$.anyOf[1].additionalProperties",
        "$.if",
    ]


def test_what_stands_in_an_unsupported_keyword_is_not_walked():
    schema = {"contains": {"type": "null"}, "patternProperties": {"x": {}}, "propertyNames": {}}

    assert [node.path for node in Document(schema).nodes] == ["$"]


def test_a_path_is_taken_apart_into_what_it_was_made_of():
    parts: list[str | int] = [
        "properties",
        "a b",
        "it's",
        "back\\slash'",
        "",
        "$defs",
        "x.y[0]",
        3,
        "line\nbreak",
    ]
    path = "$"
    for part in parts:
        path = join(path, part)

    assert path_parts(path) == parts


def test_a_path_is_cut_where_it_becomes_absurd():
    path = "$"
    for _ in range(1_000):
        path = join(path, "properties")

    assert path.endswith("…")
    assert len(path) < MAX_PATH_CHARS + 20
    assert set(path_parts(path)) == {"properties"}


def test_a_copy_is_plain_equal_and_apart():
    class Mapping(dict[str, object]):
        pass

    original = Mapping(a=[{"b": 1}, "c"], d={})
    copied = copy_json(original)
    copied["a"][0]["b"] = 2

    assert original == {"a": [{"b": 1}, "c"], "d": {}}
    assert type(copied) is dict
