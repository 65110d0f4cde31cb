"""Whether a schema is JSON Schema at all: no published rule, and none could be checked without.

The rules are of the kind of those in ``rules``.
"""

from __future__ import annotations

import reprlib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from enrich.spec.rules import error
from enrich.spec.walk import HOLDS_LIST, HOLDS_NAMED, TYPES, join, resolve, subschemas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json, Violation
    from enrich.spec.rules import Rule
    from enrich.spec.walk import Document, Node


def malformed_schema(document: Document) -> Iterator[Violation]:
    """Keywords have values of the kind that JSON Schema gives them."""
    for node in document.nodes:
        for keyword, value in node.schema.items():
            fault = _fault(keyword, value)
            if fault:
                yield error("malformed-schema", node.at(keyword), fault)
        for keyword, key, value in subschemas(node.schema):
            if not isinstance(value, (dict, bool)):
                where = join(node.path, keyword)
                yield error(
                    "malformed-schema",
                    where if key is None else join(where, key),
                    f"A schema is expected here, such as "
                    f'{{"type": "string"}}, not {reprlib.repr(value)}.',
                )


def unresolved_ref(document: Document) -> Iterator[Violation]:
    """References lead to a schema in the same document, and not only back to themselves."""
    for node in document.nodes:
        ref = node.schema.get("$ref")
        if not isinstance(ref, str):
            continue
        if document.target(node):
            if _is_endless(document, node):
                yield error(
                    "unresolved-ref",
                    node.at("$ref"),
                    f"{reprlib.repr(ref)} leads back to itself and to no schema. "
                    "Define there what is wanted.",
                )
            continue
        if isinstance(resolve(document.root.schema, ref), bool):
            continue
        yield error(
            "unresolved-ref",
            node.at("$ref"),
            f"There is no schema at {reprlib.repr(ref)}. "
            'Define it under "$defs" and refer to it as "#/$defs/Name".',
        )


def _is_endless(document: Document, node: Node) -> bool:
    """Say whether a reference leads to references only."""
    passed: set[Node] = set()
    found: Node | None = node
    while found is not None and found not in passed:
        passed.add(found)
        found = document.target(found)
    return found is not None


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_some(value: Json) -> bool:
    return isinstance(value, list) and bool(value)


def _is_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


_SHAPES: Final[dict[str, tuple[Callable[[Json], bool], str]]] = {
    **dict.fromkeys(("description", "$ref"), (_is_text, "a text")),
    **dict.fromkeys(HOLDS_NAMED, (_is_object, "an object of names and their schemas")),
    **dict.fromkeys(HOLDS_LIST, (_is_some, "a list of at least one schema")),
    "enum": (_is_some, 'a list of at least one value, such as ["yes", "no"]'),
    "required": (_is_names, 'a list of property names, such as ["ceo_name"]'),
}


def _fault(keyword: Json, value: Json) -> str | None:
    """Say what is wrong with a keyword's value, if something is."""
    if not isinstance(keyword, str):
        return f"A keyword is a text, not {reprlib.repr(keyword)}. Put it in quotes."
    if keyword == "type":
        return _type_fault(value)
    if keyword in HOLDS_NAMED and isinstance(value, dict):
        odd = [name for name in value if not isinstance(name, str)]
        return f"A name is a text, not {odd[0]!r}. Put it in quotes." if odd else None
    if keyword not in _SHAPES:
        return None
    is_right, shape = _SHAPES[keyword]
    return None if is_right(value) else f'"{keyword}" must be {shape}.'


def _type_fault(value: Json) -> str | None:
    names = value if isinstance(value, list) and value else [value]
    for name in names:
        if isinstance(name, str) and name in TYPES:
            continue
        near = get_close_matches(name, TYPES, n=1) if isinstance(name, str) else []
        hint = f'Did you mean "{near[0]}"?' if near else f"Known are {', '.join(TYPES)}."
        return f"There is no type {reprlib.repr(name)}. {hint}"
    return None


SHAPE: Final[tuple[Rule, ...]] = (malformed_schema, unresolved_ref)
