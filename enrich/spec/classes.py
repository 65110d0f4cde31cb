"""Pydantic classes as output schemas.

Pydantic's own JSON Schema is not what the API takes: nested objects are open, fields
with a default are not required, and constraints are keywords that it does not support.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel
from pydantic.errors import PydanticUserError

from enrich.errors import ConfigError, SpecError
from enrich.spec.mend import mend
from enrich.spec.nullable import folded, nullable
from enrich.spec.rules import KEYWORDS, STRUCTURE
from enrich.spec.shape import SHAPE
from enrich.spec.walk import Document, copy_json
from enrich.spec.words import add_words, words_for

if TYPE_CHECKING:
    from enrich.records import JsonObject

_ROOT_REF = "#"


def from_pydantic(cls: object) -> JsonObject:
    """Convert a pydantic class to a JSON Schema that satisfies the published rules.

    An answer to the schema is valid for the class as far as types go. Constraints
    (``ge``, ``max_length``, ``pattern``, dates and other formats) become words in the
    descriptions. Every object is closed and requires all its fields; those with the
    default None become nullable, other defaults, and titles, are dropped. Nested classes
    stay under ``$defs``; a class that contains itself refers to ``#``.

    Args:
        cls: The class; its docstring becomes the schema's description.

    Returns:
        A new JSON Schema. The published sizes are left to ``check_task_spec``.

    Raises:
        ConfigError: It is no pydantic class, or one that has no JSON Schema.
        SpecError: It asks for what the API cannot be asked for, such as a ``dict`` of
            free keys, a field that is only ever None, or a root that is no object.
    """
    if not (isinstance(cls, type) and issubclass(cls, BaseModel)):
        raise ConfigError(f"{cls!r} is no pydantic class (a subclass of pydantic.BaseModel).")
    try:
        schema: JsonObject = copy_json(cls.model_json_schema())
    except PydanticUserError as fault:
        first = str(fault).splitlines()[0]
        raise ConfigError(f"The class has no JSON Schema: {first}", key=cls.__name__) from fault
    schema = _rooted(schema)
    # From the leaves up, so that a branch is finished before it is folded into its field.
    for node in reversed(Document(schema).nodes):
        _tidy(node.schema)
    mended, _ = mend(_used(schema))
    document = Document(mended)
    faults = [fault for rule in (*STRUCTURE, *KEYWORDS, *SHAPE) for fault in rule(document)]
    if faults:
        raise SpecError(faults, key=cls.__name__)
    return mended


def _rooted(schema: JsonObject) -> JsonObject:
    """Put the class itself at the root, where pydantic has only a reference to it."""
    ref = schema.get("$ref")
    definitions = schema.get("$defs", {})
    name = str(ref).removeprefix("#/$defs/")
    if ref is None or name not in definitions:
        return schema
    root = {**definitions.pop(name), "$defs": definitions}
    for node in Document(root).nodes:
        if node.schema.get("$ref") == ref:
            node.schema["$ref"] = _ROOT_REF
    return root


def _tidy(schema: JsonObject) -> None:
    """Write one subschema the API's way, in place."""
    schema.pop("title", None)
    # Written for OpenAPI; the branches tell themselves apart by their constants.
    schema.pop("discriminator", None)
    if "oneOf" in schema and "anyOf" not in schema:
        schema["anyOf"] = schema.pop("oneOf")
    for keyword in ("exclusiveMinimum", "exclusiveMaximum"):
        if keyword in schema:
            add_words(schema, words_for(keyword, schema.pop(keyword)))
    if "properties" in schema:
        # A class has the fields that it names, even if it names none.
        schema["required"] = list(schema["properties"])
        schema["additionalProperties"] = False
    is_optional = "default" in schema and schema.pop("default") is None
    written = folded(schema)
    if is_optional:
        written = nullable(written)
    if written is not schema:
        schema.clear()
        schema.update(written)


def _used(schema: JsonObject) -> JsonObject:
    """Drop definitions that nothing refers to."""
    document = Document(schema)
    found = {document.root}
    todo = [document.root]
    while todo:
        node = todo.pop()
        target = document.target(node)
        inner = [child for child in node.children if child.role != "$defs"]
        new = [each for each in (*inner, *([target] if target else [])) if each not in found]
        found.update(new)
        todo.extend(new)
    kept = {node.name for node in found if node.role == "$defs"}
    definitions = {name: inner for name, inner in schema.get("$defs", {}).items() if name in kept}
    rest = {name: value for name, value in schema.items() if name != "$defs"}
    return {**rest, "$defs": definitions} if definitions else rest
