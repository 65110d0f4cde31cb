"""The published rules for an output schema, one function each, in the page's order.

Each takes a schema's tree and yields what breaks the rule, in document order. A
schema may be malformed in any way: a rule looks only at what has the shape that it
is about, and ``shape`` tells of the rest.

Source:
    Task Spec, "Output Schema Validation Rules".
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from enrich.records import Violation
from enrich.spec import limits
from enrich.spec.nullable import is_null
from enrich.spec.size import compact_chars
from enrich.spec.walk import DEFINITIONS, Document, types_of
from enrich.spec.words import words_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.records import Json, JsonObject
    from enrich.spec.walk import Node

Rule = Callable[[Document], Iterator[Violation]]

MAX_SHOWN_CHARS: Final = 200
MAX_NAMED: Final = 5


def error(rule: str, path: str, message: str) -> Violation:
    """Make a violation that keeps a job from starting."""
    return Violation(severity="error", rule=rule, path=path, message=message)


def warning(rule: str, path: str, message: str) -> Violation:
    """Make a violation that the API only warns of."""
    return Violation(severity="warning", rule=rule, path=path, message=message)


def listed(names: Iterable[str]) -> str:
    """Write names as a list for a reader, the first few by name."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) > MAX_NAMED:
        return f"{', '.join(quoted[:MAX_NAMED])} and {len(quoted) - MAX_NAMED} more"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def root_type_object(document: Document) -> Iterator[Violation]:
    """The root's type is "object", and nothing beside it."""
    root = document.root
    declared = root.schema.get("type")
    if declared == "object":
        return
    if "array" in types_of(root.schema):
        mend = 'Use "object" and move the array into a field, such as "items".'
    else:
        mend = 'Write "type": "object" and make what is asked for its properties.'
    found = f"not {reprlib.repr(declared)}" if "type" in root.schema else "and it has none"
    yield error(
        "root-type-object", root.at("type"), f'The root\'s type must be "object", {found}. {mend}'
    )


def root_properties(document: Document) -> Iterator[Violation]:
    """The root has ``properties``."""
    if "properties" not in document.root.schema:
        yield error(
            "root-properties",
            document.root.path,
            'The root needs "properties": one for each field that is asked for.',
        )


def root_any_of(document: Document) -> Iterator[Violation]:
    """The root has no ``anyOf``; further down it may stand."""
    if "anyOf" in document.root.schema:
        yield error(
            "root-any-of",
            document.root.at("anyOf"),
            'The root cannot use "anyOf". Put the properties of all its branches '
            'into the root\'s own "properties".',
        )


def standalone_null(document: Document) -> Iterator[Violation]:
    """Null stands only beside another type, or as a branch of ``anyOf``."""
    for node in document.nodes:
        if not is_null(node.schema) or node.role == "anyOf":
            continue
        users = document.users.get(node, ())
        if node.role in DEFINITIONS and users and all(user.role == "anyOf" for user in users):
            continue
        yield error(
            "standalone-null",
            node.at("type"),
            'The type "null" cannot stand alone. Name the other type beside it, '
            'such as ["string", "null"].',
        )


def unlisted(node: Node) -> list[str]:
    """List the properties that an object does not require."""
    properties = node.schema.get("properties")
    required = node.schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        return []
    names = {name for name in required if isinstance(name, str)}
    return [name for name in properties if isinstance(name, str) and name not in names]


def required_of(node: Node) -> Iterator[Violation]:
    """One object's part of ``required``."""
    missing = unlisted(node)
    if missing:
        yield warning(
            "required",
            node.at("required"),
            f'All fields should be required. Add {listed(missing)} to "required"; '
            'a field that may be missing gets a type such as ["string", "null"].',
        )


def required(document: Document) -> Iterator[Violation]:
    """Every object requires all its properties."""
    for node in document.nodes:
        yield from required_of(node)


def is_map(schema: JsonObject) -> bool:
    """Tell whether an object's fields are left to whoever fills it."""
    return not schema.get("properties") or isinstance(schema.get("additionalProperties"), dict)


def additional_properties_of(node: Node) -> Iterator[Violation]:
    """One object's part of ``additional_properties``."""
    schema = node.schema
    is_object = "object" in types_of(schema) and "$ref" not in schema
    if not (is_object or "properties" in schema) or schema.get("additionalProperties") is False:
        return
    mend = 'Write "additionalProperties": false.'
    if is_map(schema):
        mend = (
            'Name its fields and write "additionalProperties": false; where the names are not '
            "known, ask for a list of objects with a name and a value."
        )
    yield warning(
        "additional-properties",
        node.at("additionalProperties"),
        f"An object should have no fields beside its properties. {mend}",
    )


def additional_properties(document: Document) -> Iterator[Violation]:
    """Every object is closed."""
    for node in document.nodes:
        yield from additional_properties_of(node)


def nesting_depth(document: Document) -> Iterator[Violation]:
    """No object or array is deeper than the limit; the root is 1.

    Shape:
        The outermost ones that are too deep, not what stands in them.
    """
    for node in document.beyond(limits.MAX_DEPTH):
        yield error(
            "nesting-depth",
            node.path,
            f"Objects and arrays may be nested {limits.MAX_DEPTH} levels deep, and this one is "
            "deeper. Move it up, or ask for it as text.",
        )


def total_properties(document: Document) -> Iterator[Violation]:
    """The properties of all objects together are not too many."""
    count = sum(1 for _ in _property_names(document))
    if count > limits.MAX_PROPERTIES:
        yield error(
            "total-properties",
            document.root.path,
            f"The schema has {count:,} properties on all its levels; {limits.MAX_PROPERTIES} are "
            "allowed. Leave some out or spread them over several tasks.",
        )


def string_length(document: Document) -> Iterator[Violation]:
    """Names of properties and definitions, and enum and const values, are not too long.

    The page says "names and values" and no more; descriptions count for the size of
    the spec, which is stricter anyway.
    """
    chars = sum(len(name) for name in _property_names(document))
    for node in document.nodes:
        if node.role in DEFINITIONS:
            chars += len(node.name or "")
        chars += sum(map(_value_chars, _values(node)))
        if "const" in node.schema:
            chars += _value_chars(node.schema["const"])
    if chars > limits.MAX_STRING_CHARS:
        yield error(
            "string-length",
            document.root.path,
            f"Names and values are {chars:,} characters long together; "
            f"{limits.MAX_STRING_CHARS:,} are allowed. Shorten names and enum values.",
        )


def enum_values(document: Document) -> Iterator[Violation]:
    """All enums together have not too many values."""
    count = sum(len(_values(node)) for node in document.nodes)
    if count > limits.MAX_ENUM_VALUES:
        yield error(
            "enum-values",
            document.root.path,
            f"The enums have {count:,} values together; {limits.MAX_ENUM_VALUES} are allowed. "
            "Use fewer or broader values, or describe them instead.",
        )


def large_enum_length(document: Document) -> Iterator[Violation]:
    """An enum of very many values has short ones."""
    for node in document.nodes:
        values = _values(node)
        if len(values) <= limits.LARGE_ENUM_VALUES:
            continue
        chars = sum(map(_value_chars, values))
        if chars > limits.MAX_LARGE_ENUM_CHARS:
            yield error(
                "large-enum-length",
                node.at("enum"),
                f"This enum has {len(values)} values of {chars:,} characters together; with more "
                f"than {limits.LARGE_ENUM_VALUES} values, {limits.MAX_LARGE_ENUM_CHARS:,} "
                "characters are allowed. Use shorter or fewer values.",
            )


def unsupported_of(node: Node) -> Iterator[tuple[str, Violation]]:
    """One subschema's part of ``unsupported_keyword``, each with its keyword."""
    for keyword in node.schema:
        if keyword not in limits.UNSUPPORTED_KEYWORDS:
            continue
        words = words_for(keyword, node.schema[keyword])
        if len(words) > MAX_SHOWN_CHARS:
            words = f"{words[:MAX_SHOWN_CHARS]}…"
        mend = f'Say it in the description instead: "{words}"' if words else "Leave it out."
        yield (
            keyword,
            error(
                "unsupported-keyword",
                node.at(keyword),
                f'"{keyword}" is not supported in an output schema. {mend}',
            ),
        )


def unsupported_keyword(document: Document) -> Iterator[Violation]:
    """No keyword is one of those that the API does not take.

    What stands within such a keyword is not looked at: it goes with it.
    """
    for node in document.nodes:
        for _, fault in unsupported_of(node):
            yield fault


def _property_names(document: Document) -> Iterator[str]:
    for node in document.nodes:
        properties = node.schema.get("properties")
        if isinstance(properties, dict):
            yield from map(str, properties)


def _values(node: Node) -> list[Json]:
    values = node.schema.get("enum")
    return values if isinstance(values, list) else []


def _value_chars(value: Json) -> int:
    return len(value) if isinstance(value, str) else compact_chars(value)


STRUCTURE: Final[tuple[Rule, ...]] = (
    root_type_object,
    root_properties,
    root_any_of,
    standalone_null,
    required,
    additional_properties,
)
SIZES: Final[tuple[Rule, ...]] = (
    nesting_depth,
    total_properties,
    string_length,
    enum_values,
    large_enum_length,
)
KEYWORDS: Final[tuple[Rule, ...]] = (unsupported_keyword,)
