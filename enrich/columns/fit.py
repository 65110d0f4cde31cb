"""A value that the API gave, made to fit the schema of its column.

The API promises no more than to try to fit the output schema. A value that does not
is converted where nothing is lost ("1987" for an integer), else left out with a
problem for the column ``enrich_error``; it never stops a row.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json, JsonObject

MAX_SHOWN_CHARS: Final = 40
MAX_DEPTH: Final = 32
"""Published specs are at most 5 deep; a value under a schema ``{}`` is not looked into."""
MAX_INT: Final = 2**63
"""Parquet and databases hold integers of 64 bits."""
MAX_EXACT: Final = 2**53

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,2})?")
_UNFIT: Final = object()
_CLASSES: Final[dict[str, Any]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}
_NOUNS: Final = {
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def fit(value: Json, schema: JsonObject) -> tuple[Json, str | None]:
    """Return a value that fits a column's schema, and what was wrong with it.

    Conversions: digits as text to an integer or a number, a whole float to an integer,
    ``"true"`` and ``"false"`` to a boolean, anything to text (lists and objects as JSON).
    A value outside an enum is kept. Null fits everything.

    Args:
        value: Any JSON value.
        schema: JSON Schema of the column, without references.

    Returns:
        The value (None in place of what cannot fit) and None, or one line that says where
        and what; of several faults, all.
    """
    faults: list[str] = []
    fitted = _Fit(faults).value(value, schema, "", 0)
    return fitted, "; ".join(faults) or None


class _Fit:
    def __init__(self, faults: list[str]) -> None:
        self._faults = faults

    def value(self, value: Json, schema: object, place: str, depth: int) -> Json:
        if value is None:
            return None
        if depth > MAX_DEPTH:
            return self._fault(place, "is nested too deeply")
        form: JsonObject = schema if isinstance(schema, dict) else {}
        branches = [branch for branch in form.get("anyOf", ()) if isinstance(branch, dict)] or [
            form
        ]
        for branch in branches:
            if _is_exact(value, branch):
                return self._inside(value, branch, place, depth)
        for branch in branches:
            for name in _types(branch):
                converted = _convert(value, name)
                if converted is not _UNFIT:
                    return self._inside(converted, branch, place, depth)
        wanted = dict.fromkeys(name for branch in branches for name in _types(branch))
        nouns = " or ".join(_NOUNS.get(name, name) for name in wanted if name != "null")
        return self._fault(place, f"{_shown(value)} is not {nouns or 'of the right type'}")

    def _inside(self, value: Json, schema: JsonObject, place: str, depth: int) -> Json:
        """Return a value of the right type with its members made to fit."""
        choices = schema.get("enum")
        if choices is not None and value not in choices:
            self._fault(place, f"{_shown(value)} is not one of the choices")
        if isinstance(value, list):
            items = schema.get("items", {})
            return [
                self.value(item, items, f"{place}.{index}", depth + 1)
                for index, item in enumerate(value)
            ]
        if isinstance(value, dict):
            return self._object(value, schema, place, depth)
        if isinstance(value, int) and not -MAX_INT <= value < MAX_INT:
            return self._fault(place, f"{_shown(value)} is larger than a 64-bit integer")
        return value

    def _object(self, value: JsonObject, schema: JsonObject, place: str, depth: int) -> JsonObject:
        properties: JsonObject = schema.get("properties", {})
        made = {
            name: self.value(value.get(name), member, f"{place}.{name}", depth + 1)
            for name, member in properties.items()
        }
        for name in value.keys() - properties.keys():
            if schema.get("additionalProperties") is False:
                self._fault(place, f"has the member `{name}` that was not asked for")
            else:
                made[name] = value[name]
        return made

    def _fault(self, place: str, message: str) -> None:
        where = place.removeprefix(".")
        self._faults.append(f"{where}: {message}" if where else message)


def _types(schema: JsonObject) -> Iterator[str]:
    named = schema.get("type")
    if isinstance(named, str):
        yield named
    elif isinstance(named, list):
        yield from (name for name in named if isinstance(name, str))
    elif "properties" in schema:
        yield "object"


def _is_exact(value: Json, schema: JsonObject) -> bool:
    names = list(_types(schema))
    return not names or any(_is_a(value, name) for name in names)


def _is_a(value: Json, name: str) -> bool:
    if isinstance(value, bool):  # which is an int too
        return name == "boolean"
    return isinstance(value, _CLASSES.get(name, ()))


def _convert(value: Json, name: str) -> Any:
    match name:
        case "string":
            return _text(value)
        case "integer":
            return _integer(value)
        case "number" if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            whole = _integer(value)
            return float(value) if whole is _UNFIT else whole
        case "boolean" if isinstance(value, str):
            return {"true": True, "false": False}.get(value.strip().lower(), _UNFIT)
        case _:
            return _UNFIT


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _integer(value: Json) -> Any:
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT:
        return int(value)
    return _UNFIT


def _shown(value: Json) -> str:
    text = _text(value)
    return text if len(text) <= MAX_SHOWN_CHARS else f"{text[:MAX_SHOWN_CHARS]}…"
