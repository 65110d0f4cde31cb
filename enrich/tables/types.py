"""What a new column holds, told by its JSON Schema alone.

A shape is a schema brought down to what tables know: integer, number, boolean, text, one
of some words, a list, an object with known members, or anything (which a typed table
holds as JSON text). The type of a column follows from its shape and never from its
values, so that it is the same whether all, some or no rows were answered.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from enrich.spec.nullable import is_null
from enrich.spec.walk import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from enrich.records import Json, JsonObject


class Kind(Enum):
    """What kind of value a cell holds."""

    INTEGER = "an integer"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    TEXT = "text"
    WORD = "one of the allowed values"
    LIST = "a list"
    OBJECT = "an object"
    ANY = "any value"


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema as a table sees it; every value may be null.

    Attributes:
        kind: What the values are.
        item: What a list's items are.
        members: What an object's members are, in order.
        words: The allowed values, where they are words.
    """

    kind: Kind
    item: Shape | None = None
    members: tuple[tuple[str, Shape], ...] = ()
    words: frozenset[str] = frozenset()


_SCALARS: Final = {
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "string": Kind.TEXT,
}
_ANY: Final = Shape(Kind.ANY)
_INTEGER: Final = re.compile(r"[+-]?\d{1,400}(?:\.0{1,400})?", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_INT64: Final = range(-(1 << 63), 1 << 63)
_MAX_EXACT: Final = 1 << 53  # up to here each integer is a double
SURROGATE: Final = re.compile("[\ud800-\udfff]")


def shape_of(schema: JsonObject) -> Shape:
    """Return the shape of a schema's values.

    ``$ref`` is followed within the schema. A union of null and one type is that type, and
    one of integer and number a number. Other unions, objects with members that are not
    declared, recursion and whatever is not understood are ``Kind.ANY``.
    """
    return _shape(schema, schema, ())


def fit(value: Json, schema: JsonObject | Shape) -> tuple[Json, str | None]:
    """Return a value that fits a schema, and what is wrong if nothing does.

    Whatever says the same in the right type is converted: ``"12"`` and ``12.0`` to the
    integer 12, ``12`` to the text ``"12"``, ``"true"`` to true. What would have to be
    guessed (``"1,234"``) or cannot be held (an integer beyond 64 bits) becomes None.

    Args:
        value: A value of JSON.
        schema: Its column's schema; or its shape, which saves finding it for each cell.

    Returns:
        The value and None; or the value without its bad parts and one line that names
        and shows each, for the row's error.
    """
    problems: list[str] = []
    shape = schema if isinstance(schema, Shape) else shape_of(schema)
    fitted = _fit(value, shape, "", problems)
    return fitted, "; ".join(problems) or None


def _fit(value: Json, shape: Shape, path: str, problems: list[str]) -> Json:
    if value is None:
        return None
    fitted: Json = None
    match shape.kind:
        case Kind.TEXT | Kind.WORD:
            fitted = _text(_as_text(value), path, problems)
            if shape.kind is Kind.WORD and fitted not in shape.words:
                problems.append(f"{path}{_shown(value)} is none of the allowed values")
        case Kind.LIST if isinstance(value, list):
            return [
                _fit(item, shape.item or _ANY, f"{path}item {number}: ", problems)
                for number, item in enumerate(value, 1)
            ]
        case Kind.OBJECT if isinstance(value, dict):
            return _fit_members(value, shape, path, problems)
        case Kind.ANY:
            return _any(value, path, problems)
        case kind:
            fitted = _SCALAR_FITS[kind](value) if kind in _SCALAR_FITS else None
    if fitted is None:
        problems.append(f"{path}{_shown(value)} is not {shape.kind.value}")
    return fitted


def _fit_members(
    value: Mapping[str, Json], shape: Shape, path: str, problems: list[str]
) -> JsonObject:
    known = dict(shape.members)
    problems.extend(
        f"{path}{name}: {_shown(member)} has no place in the schema"
        for name, member in value.items()
        if name not in known
    )
    return {
        name: _fit(value.get(name), member, f"{path}{name}: ", problems)
        for name, member in shape.members
    }


def _integer(value: Json) -> int | None:
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        value = int(value.strip().split(".")[0])
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in _INT64:
        return None
    return value


def _number(value: Json) -> int | float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)  # the nearest double is what a decimal fraction means in JSON
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > _MAX_EXACT:
        try:
            return float(value) if int(float(value)) == value else None
        except OverflowError:
            return None
    return value if math.isfinite(value) else None


def _boolean(value: Json) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


_SCALAR_FITS: Final[dict[Kind, Callable[[Json], Json]]] = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
}


def _as_text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: str, path: str, problems: list[str]) -> str:
    if not value.isascii() and SURROGATE.search(value):
        problems.append(f"{path}half a surrogate pair was replaced")
        return SURROGATE.sub("\ufffd", value)
    return value


def _any(value: Json, path: str, problems: list[str]) -> Json:
    if isinstance(value, str):
        return _text(value, path, problems)
    if isinstance(value, list):
        return [_any(item, path, problems) for item in value]
    if isinstance(value, dict):
        return {
            _text(name, path, problems): _any(item, path, problems) for name, item in value.items()
        }
    return value


def _shown(value: Json) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _shape(schema: Json, root: JsonObject, seen: tuple[str, ...]) -> Shape:
    if not isinstance(schema, dict):
        return _ANY
    types = schema.get("type")
    parts = next((schema[word] for word in ("anyOf", "oneOf", "allOf") if word in schema), None)
    if "$ref" in schema:
        return _referred(schema["$ref"], root, seen)
    if parts is not None:
        return _union([_shape(part, root, seen) for part in parts if not is_null(part)])
    if "enum" in schema or "const" in schema:
        return _enumeration(schema.get("enum", [schema.get("const")]))
    if isinstance(types, list):
        return _union([_shape({**schema, "type": t}, root, seen) for t in types if t != "null"])
    return _typed(schema, root, seen)


def _referred(reference: str, root: JsonObject, seen: tuple[str, ...]) -> Shape:
    if reference in seen:
        return _ANY
    return _shape(resolve(root, reference), root, (*seen, reference))


def _typed(schema: JsonObject, root: JsonObject, seen: tuple[str, ...]) -> Shape:
    match schema:
        case {"type": "array", "items": dict(items)} if "prefixItems" not in schema:
            return Shape(Kind.LIST, item=_shape(items, root, seen))
        case {"type": "object", "properties": dict(members)} if members and not schema.get(
            "additionalProperties"
        ):
            shapes = tuple((name, _shape(member, root, seen)) for name, member in members.items())
            return Shape(Kind.OBJECT, members=shapes)
        case {"type": str(name)} if name in _SCALARS:
            return Shape(_SCALARS[name])
        case _:
            return _ANY


def _union(shapes: list[Shape]) -> Shape:
    distinct = set(shapes)
    if distinct == {Shape(Kind.INTEGER), Shape(Kind.NUMBER)}:
        return Shape(Kind.NUMBER)
    return distinct.pop() if len(distinct) == 1 else _ANY


def _enumeration(values: list[Json]) -> Shape:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {str}:
        return Shape(Kind.WORD, words=frozenset(value for value in values if value is not None))
    if kinds == {bool}:
        return Shape(Kind.BOOLEAN)
    if kinds == {int}:
        return Shape(Kind.INTEGER)
    return Shape(Kind.NUMBER) if kinds and kinds <= {int, float} else _ANY
