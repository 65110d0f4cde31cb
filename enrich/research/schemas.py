"""Schemas of values as they are written: references, unions and nulls, as pydantic emits them.

Source: JSON Schema 2020-12; what of it a value's form is read from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject

_MAX_DEPTH: Final = 8
_UNIONS: Final = ("anyOf", "oneOf")


def resolved(schema: JsonObject, root: JsonObject, *, depth: int = 0) -> JsonObject:
    """Return a schema without references and unions: the form that its value may have beside null.

    ``Optional[Person]`` is the object Person of the types ``["object", "null"]``. Of several
    forms the first counts; of several sets of choices, all choices. What stands beside a
    reference or a union, such as the description, goes before what is in it.
    """
    schema = _referred(schema, root)
    if depth >= _MAX_DEPTH:
        return schema
    for keyword in ("allOf", *_UNIONS):
        branches = schema.get(keyword)
        if not isinstance(branches, list) or not branches:
            continue
        rest = {key: value for key, value in schema.items() if key != keyword}
        parts = [resolved(b, root, depth=depth + 1) for b in branches if isinstance(b, dict)]
        whole = _joined(parts) if keyword == "allOf" else _one_of(parts)
        schema = _joined([whole, rest])
    return schema


def plain_schema(schema: JsonObject) -> JsonObject:
    """Return a schema without its null: the one branch of an ``anyOf`` that is left."""
    return resolved(schema, {})


def json_type(schema: JsonObject) -> str:
    """Return a schema's type without null; objects and arrays may leave it out."""
    stated = schema.get("type")
    if isinstance(stated, list):
        stated = next((t for t in stated if t != "null"), None)
    if stated:
        return str(stated)
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def nullable(schema: JsonObject) -> bool:
    """Tell whether null is a value of a schema."""
    stated = schema.get("type")
    if stated == "null" or (isinstance(stated, list) and "null" in stated):
        return True
    if None in (schema.get("enum") or ()):
        return True
    branches = [b for keyword in _UNIONS for b in schema.get(keyword) or ()]
    return any(isinstance(b, dict) and nullable(b) for b in branches)


def choices_of(schema: JsonObject) -> tuple[Json, ...]:
    """Return the values that a schema lists; null is no choice but the lack of one."""
    listed = schema.get("enum") or ((schema["const"],) if "const" in schema else ())
    return tuple(value for value in listed if value is not None)


def _referred(schema: JsonObject, root: JsonObject) -> JsonObject:
    """Follow a ``$ref`` into the schema's own definitions."""
    for _ in range(_MAX_DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        target: Json = root
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, dict) else None
        if not isinstance(target, dict):
            break
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _joined(parts: list[JsonObject]) -> JsonObject:
    """Return what all of some schemas ask for; of a keyword that several have, the last one's."""
    whole: JsonObject = {}
    for part in parts:
        held = {**(whole.get("properties") or {}), **(part.get("properties") or {})}
        whole = {**whole, **part, **({"properties": held} if held else {})}
    return whole


def _one_of(parts: list[JsonObject]) -> JsonObject:
    """Return the first of some forms but null, which is then one of its types."""
    forms = [part for part in parts if part.get("type") != "null"]
    if not forms:
        return parts[0] if parts else {}
    form = forms[0]
    if len(forms) > 1 and all(choices_of(other) for other in forms):
        listed = dict.fromkeys(c for other in forms for c in choices_of(other))
        form = {"enum": list(listed), **{k: v for k, v in form.items() if k not in {"enum", "const"}}}  # fmt: skip
    if any(nullable(part) for part in parts) and not nullable(form):
        form = {**form, "type": [json_type(form), "null"]}
    return form
