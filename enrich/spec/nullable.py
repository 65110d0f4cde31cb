"""Fields that may be null: the API's way to say that a field is optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.spec.walk import types_of

if TYPE_CHECKING:
    from enrich.records import JsonObject

# With one of these beside it, `type: [T, "null"]` would let null in by the type and
# keep it out by the other keyword.
_NARROWING: Final = ("$ref", "allOf", "anyOf", "const", "enum", "oneOf")


def is_null(schema: object) -> bool:
    """Tell whether a subschema allows null and nothing else."""
    return isinstance(schema, dict) and set(types_of(schema)) == {"null"}


def is_nullable(schema: JsonObject) -> bool:
    """Tell whether a subschema says by itself that null is allowed."""
    branches = schema.get("anyOf")
    if isinstance(branches, list) and any(map(is_null, branches)):
        return True
    types, values = types_of(schema), schema.get("enum")
    if isinstance(values, list):
        return None in values and (not types or "null" in types)
    return "null" in types


def nullable(schema: JsonObject) -> JsonObject:
    """Allow null beside what a subschema allows.

    Shape:
        ``{"type": [T, "null"], …}``, or ``{"description": …, "anyOf": [{…}, {"type":
        "null"}]}`` where an enum or a reference stands in the way. A subschema that
        allows anything stays as it is.
    """
    if is_nullable(schema):
        return schema
    if set(schema) <= {"anyOf", "description"} and isinstance(schema.get("anyOf"), list):
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if any(keyword in schema for keyword in _NARROWING):
        inner = {name: value for name, value in schema.items() if name != "description"}
        said = {"description": schema["description"]} if "description" in schema else {}
        return {**said, "anyOf": [inner, {"type": "null"}]}
    types = types_of(schema)
    return {**schema, "type": [*types, "null"]} if types else schema


def folded(schema: JsonObject) -> JsonObject:
    """Write ``anyOf: [{"type": T, …}, {"type": "null"}]`` as ``type: [T, "null"]``.

    Left as it is wherever that could change what is allowed.
    """
    branches = schema.get("anyOf")
    if not isinstance(branches, list) or len(branches) != 2:
        return schema
    others = [branch for branch in branches if not is_null(branch)]
    if len(others) != 1 or not isinstance(others[0], dict):
        return schema
    (inner,) = others
    around = {name: value for name, value in schema.items() if name != "anyOf"}
    if (
        not isinstance(inner.get("type"), str)
        or any(keyword in inner for keyword in _NARROWING)
        or not around.keys().isdisjoint(inner)
    ):
        return schema
    return {**around, **inner, "type": [inner["type"], "null"]}
