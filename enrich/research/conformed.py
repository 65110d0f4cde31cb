"""The last look at an answer: whatever does not have the form that its schema asks for is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import Json, JsonObject

_MAX_ROUNDS: Final = 64  # each leaves a value out
_MAX_DEPTH: Final = 32
_FORMATS: Final = frozenset({"date", "email", "uri"})  # in which values are read
_ONE: Final = ("items", "additionalProperties", "contains", "then", "else")
_EACH: Final = ("properties", "$defs", "definitions", "patternProperties")
_ALL: Final = ("anyOf", "oneOf", "allOf", "prefixItems")


def conformed(
    content: JsonObject, basis: list[JsonObject], schema: JsonObject
) -> tuple[JsonObject, list[JsonObject]]:
    """Return an answer whose every value is valid under its schema, and the basis to it.

    Null stands for what is not known, whatever the schema says of null. A value of another
    form is left out: an element out of its list, anything else for null; of a list that is too
    long, the end. A schema that is none says nothing.
    """
    validator = _validator(schema)
    if validator is None or validator.is_valid(content):
        return content, basis
    reasons: dict[str, str] = {}
    for _ in range(_MAX_ROUNDS):
        error = next(iter(validator.iter_errors(content)), None)
        if error is None or not error.instance_path:
            break
        path = list(error.instance_path)
        reasons.setdefault(str(path[0]), error.kind.name)
        most = error.kind.limit if error.kind.name == "maxItems" else None
        content = _without(content, path, most)
    kept = {name: _places(content[name]) for name in reasons}
    content = {n: _dropped(v) if n in reasons else v for n, v in content.items()}
    for name in {str(p[0]) for e in validator.iter_errors(content) if (p := e.instance_path)}:
        content = {**content, name: None}
    return content, [_told(e, content, reasons) for e in _kept(basis, content, kept)]


def _validator(schema: JsonObject) -> Any:
    try:
        return jsonschema_rs.validator_for(
            _lenient(schema, 0),
            retriever=_fetch_nothing,
            pattern_options=jsonschema_rs.RegexOptions(),
            validate_formats=True,
        )
    except (ValueError, RecursionError):
        return None


def _fetch_nothing(uri: str) -> Json:
    raise ValueError(f"{uri} is not fetched")


def _lenient(schema: Json, depth: int) -> Any:
    """Return a schema under which null is valid everywhere, and any format that no value is read in."""
    if not isinstance(schema, dict) or depth > _MAX_DEPTH:
        return schema
    out = _null_too(schema)
    for keyword in _ONE:
        if keyword in out:
            out[keyword] = _lenient(out[keyword], depth + 1)
    for keyword in _EACH:
        if isinstance(out.get(keyword), dict):
            out[keyword] = {k: _lenient(v, depth + 1) for k, v in out[keyword].items()}
    for keyword in _ALL:
        if isinstance(out.get(keyword), list):
            out[keyword] = [_lenient(b, depth + 1) for b in out[keyword]]
    for keyword in ("oneOf", "anyOf"):
        if forms := _forms(out.pop(keyword, None)):
            out["allOf"] = [*(out.get("allOf") or ()), *forms]
    return out


def _forms(union: Json) -> list[JsonObject]:
    """Return a union as what all of it must be; null is none of its forms, for several would allow it."""
    forms = [b for b in union or () if b != {"type": ["null"]}] if isinstance(union, list) else []
    return forms if len(forms) < 2 else [{"anyOf": forms}]


def _null_too(schema: JsonObject) -> JsonObject:
    """Return a schema whose own type and choices allow null; keywords of other types say nothing of it."""
    out: JsonObject = {k: v for k, v in schema.items() if k != "format" or v in _FORMATS}
    if stated := out.get("type"):
        types = [*(stated if isinstance(stated, list) else [stated]), "null"]
        out["type"] = list(dict.fromkeys(types))
    if listed := out.get("enum") or ([out.pop("const")] if "const" in out else []):
        out["enum"] = [*listed, *([] if None in listed else [None])]
    return out


def _without(value: Json, path: Sequence[str | int], most: int | None) -> Any:
    """Return a value with null at a path in it, or with the list there cut to a length."""
    if not path:
        return value[:most] if most is not None and isinstance(value, list) else None
    first = path[0]
    if isinstance(value, dict):
        return {k: _without(v, path[1:], most) if k == first else v for k, v in value.items()}
    if isinstance(value, list):
        return [_without(v, path[1:], most) if n == first else v for n, v in enumerate(value)]
    return value


def _places(value: Json) -> list[int] | None:
    """Return which elements of a list are left; None for what is no list."""
    return [n for n, v in enumerate(value) if v is not None] if isinstance(value, list) else None


def _dropped(value: Json) -> Any:
    if isinstance(value, list):
        return [_dropped(v) for v in value if v is not None]
    return {k: _dropped(v) for k, v in value.items()} if isinstance(value, dict) else value


def _kept(
    basis: list[JsonObject], content: JsonObject, kept: dict[str, list[int] | None]
) -> Iterator[JsonObject]:
    """Yield the entries of what is left, those of a list's elements under their new places."""
    for entry in basis:
        name, _, place = str(entry["field"]).rpartition(".")
        if entry["field"] in content or name not in kept or not place.isdigit():
            yield entry
        elif content[name] and int(place) in (left := kept[name] or []):
            yield {**entry, "field": f"{name}.{left.index(int(place))}"}


def _told(entry: JsonObject, content: JsonObject, reasons: dict[str, str]) -> JsonObject:
    """Return an entry that says what was left out."""
    name = str(entry["field"])
    if name not in reasons:
        return entry
    said = f"{entry['reasoning']} What the schema does not allow ({reasons[name]}) was left out."
    gone = content[name] in (None, [])
    cited = {"citations": [], "confidence": "low"} if gone else {}
    return {**entry, "reasoning": said, **cited}
