"""What can be mended in a schema without changing what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.spec import limits, rules
from enrich.spec.check import ordered
from enrich.spec.walk import Document, copy_json
from enrich.spec.words import add_words, words_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enrich.records import Json, JsonObject, Violation
    from enrich.spec.walk import Node

# An object that is one of several that must fit together (or must not fit) may have
# fields that stand in the others: closing it would change what is allowed.
_COMBINING: Final = frozenset({"allOf", "else", "if", "not", "then"})
# Here a constraint decides something; as a word in a description it would not.
_DECIDING: Final = frozenset({"else", "if", "not", "then"})


def mend(schema: JsonObject) -> tuple[JsonObject, list[Violation]]:
    """Mend a schema: all fields required, objects closed, constraints said in words.

    What would change the meaning is left: objects whose fields are not named, objects
    within ``allOf``, ``not`` or ``if``, and fields named by a pattern.

    Args:
        schema: The output's JSON Schema; it is not changed.

    Returns:
        A new schema, and the violations that it no longer has, errors first. Mending
        it again changes nothing.
    """
    mended: JsonObject = copy_json(schema)
    document = Document(mended)
    combining = [node for node in document.nodes if not _COMBINING.isdisjoint(node.schema)]
    deciding = [node for node in document.nodes if node.role in _DECIDING]
    left_open, left_unsaid = _within(document, combining), _within(document, deciding)
    gone: list[Violation] = []
    for node in document.nodes:
        if node not in left_open:
            gone += _closed(node)
        if node not in left_unsaid:
            gone += _said(node)
    return mended, ordered(gone)


def _within(document: Document, nodes: list[Node]) -> set[Node]:
    """Find all that stands in some nodes or is referred to from there."""
    found: set[Node] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            target = document.target(node)
            todo.extend([*node.children, *([target] if target else [])])
    return found


def _closed(node: Node) -> list[Violation]:
    gone = list(rules.required_of(node))
    if gone:
        node.schema["required"] = [*node.schema.get("required", []), *rules.unlisted(node)]
    is_open = list(rules.additional_properties_of(node))
    if is_open and not rules.is_map(node.schema):
        node.schema["additionalProperties"] = False
        gone += is_open
    return gone


def _said(node: Node) -> list[Violation]:
    """Move constraints into the description, in the order in which they stand."""
    if not isinstance(node.schema.get("description", ""), str):
        return []
    gone = [
        (keyword, fault)
        for keyword, fault in rules.unsupported_of(node)
        if _is_movable(keyword, node.schema[keyword])
    ]
    for keyword, _ in gone:
        add_words(node.schema, words_for(keyword, node.schema.pop(keyword)))
    return [fault for _, fault in gone]


def _is_movable(keyword: str, value: Json) -> bool:
    # Fields named by a pattern are asked for by it; words would ask for none.
    return keyword not in {"patternProperties", "unevaluatedProperties"} or isinstance(value, bool)


def mend_fields(fields: Mapping[str, Json]) -> JsonObject:
    """Say in words what shorthand fields have as keywords that the API does not take.

    Returns:
        New fields; they equal the given ones if there is nothing to mend.
    """
    return {name: _mended_field(field) for name, field in fields.items()}


def _mended_field(field: Json) -> Json:
    if not isinstance(field, dict):
        return field
    made: JsonObject = {}
    for word, value in field.items():
        if word in {"fields", "properties"} and isinstance(value, dict):
            made[word] = mend_fields(value)
        else:
            made[word] = _mended_field(value) if word == "items" else value
    if isinstance(made.get("description", ""), str):
        for word in [each for each in made if each in limits.UNSUPPORTED_KEYWORDS]:
            if _is_movable(word, made[word]):
                add_words(made, words_for(word, made.pop(word)))
    return made
