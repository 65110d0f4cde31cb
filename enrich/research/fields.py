"""The fields of a structured answer: each leaf of the output schema looked up by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.asked_of import without
from enrich.research.basis import Found, entries
from enrich.research.rows import read_rows
from enrich.research.shortened import described_by, says_enough, spelled_by
from enrich.research.wanted import json_type, plain_schema, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json, JsonObject
    from enrich.research.lookup import Lookup

_MAX_DEPTH: Final = 6
_UNNAMED: Final = "value"  # a name that says nothing: then the description alone does


def answer_object(
    schema: JsonObject, lookup: Lookup, tell: Callable[[str], None]
) -> tuple[JsonObject, list[JsonObject]]:
    """Return the content and the basis for an object's schema.

    Shape:
        Content has every property of the schema. The basis has one entry for each
        top-level property and one for each element of a top-level list; what is
        nested deeper shares its top-level property's entry.
    """
    content: JsonObject = {}
    basis: list[JsonObject] = []
    for name, property_schema in (schema.get("properties") or {}).items():
        value, found = _answer(
            name, _resolved(property_schema, schema), lookup, depth=1, root=schema
        )
        content[name] = value
        basis += _top_entries(name, found)
        tell(name)
    return content, basis


def _answer(
    path: str,
    schema: JsonObject,
    lookup: Lookup,
    *,
    depth: int,
    root: JsonObject,
    context: str = "",
) -> tuple[Json, list[Found]]:
    schema = plain_schema(_resolved(schema, root))
    kind = json_type(schema)
    if kind == "object" and depth < _MAX_DEPTH:
        over = f"{context} {path.rsplit('.', 1)[-1]}".strip()
        content: JsonObject = {}
        all_found: list[Found] = []
        for name, inner in (schema.get("properties") or {}).items():
            content[name], found = _answer(
                f"{path}.{name}", inner, lookup, depth=depth + 1, root=root, context=over
            )
            all_found += found
        return content, all_found
    if kind == "array":
        items = plain_schema(_resolved(schema.get("items") or {}, root))
        if json_type(items) == "object":
            return _records(path, {**schema, "items": items}, lookup, context=context)
        schema = {**schema, "items": items}
    looked_up = _looked_up(path, without(schema, lookup.asked_of), lookup, context)
    reading = looked_up.reading
    return (reading.value if reading is not None else looked_up.wanted.fallback), [looked_up]


def _looked_up(path: str, schema: JsonObject, lookup: Lookup, context: str) -> Found:
    """Look a leaf up; once more where its name says nothing and the page spells out what that shortens."""
    field = wanted(path, schema, context=context)
    found = lookup.find(field)
    if not lookup.own or (found.reading is not None and not found.reading.match.by_hint):
        return found
    over, _, name = path.rpartition(".")
    page, description = lookup.own[0], str(schema.get("description") or "")
    full, told = spelled_by(name, description, page), described_by(description, page)
    for other in dict.fromkeys((full, _UNNAMED)):
        if (other, told) != (name, description) and (other != _UNNAMED or says_enough(field)):
            leaf = f"{over}.{other}" if over else other
            spelled = wanted(leaf, {**schema, "description": told}, context=context)
            again = lookup.find(replace(spelled, path=path))
            if _says_more(again, found):
                return replace(again, wanted=replace(again.wanted, label=field.label))
    return found


def _says_more(again: Found, found: Found) -> bool:
    """Tell whether a second look found what the first had not, or by its name what the first had by its description."""
    if again.reading is None:
        return False
    return found.reading is None or not again.reading.match.by_hint


def _records(
    path: str, schema: JsonObject, lookup: Lookup, *, context: str
) -> tuple[Json, list[Found]]:
    """Return a list of objects: the rows of the table, or the items of the list, that fits it."""
    listed = {
        "type": "array",
        "items": {"type": "string"},
        "description": schema.get("description"),
    }
    field = wanted(path, without(listed, lookup.asked_of), context=context)
    looked: list[str] = []
    for asked, page, via in lookup.pages_for(field):
        looked.append(page.document.title)
        rows = read_rows(asked, schema["items"], page, lookup)
        if rows is not None:
            content, found = rows
            return content, [replace(one, wanted=field, via=via) for one in found]
    return [], [Found(wanted=field, looked=tuple(looked))]


def _resolved(schema: JsonObject, root: JsonObject) -> JsonObject:
    """Follow a ``$ref`` into the schema's own definitions, as pydantic writes them."""
    for _ in range(_MAX_DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        target: Json = root
        for part in reference[2:].split("/"):
            target = target.get(part) if isinstance(target, dict) else None
        if not isinstance(target, dict):
            break
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _top_entries(name: str, found: list[Found]) -> list[JsonObject]:
    if len(found) == 1:
        return entries(found[0], name, per_element=True)
    parts = [(one, entry) for one in found for entry in entries(one, name, per_element=False)]
    answered = [(one, entry) for one, entry in parts if one.reading is not None]
    if not answered:
        return (
            [parts[0][1]]
            if parts
            else [
                {
                    "field": name,
                    "reasoning": "It has no parts.",
                    "citations": [],
                    "confidence": "low",
                }
            ]
        )
    levels = [entry["confidence"] for _, entry in answered]
    level = next(word for word in ("low", "medium", "high") if word in levels)
    return [{
        "field": name,
        "reasoning": " ".join(f"{f.wanted.path.partition('.')[2] or f.wanted.path}: {e['reasoning']}" for f, e in parts)[:2_000],
        "citations": list(_merged(e["citations"] for _, e in answered)),
        "confidence": level,
    }]  # fmt: skip


def _merged(lists: Iterator[list[JsonObject]]) -> Iterator[JsonObject]:
    """Yield citations by document, each excerpt once."""
    by_url: dict[str, JsonObject] = {}
    for cited in lists:
        for one in cited:
            kept = by_url.setdefault(one["url"], {**one, "excerpts": []})
            kept["excerpts"] += [e for e in one["excerpts"] if e not in kept["excerpts"]]
    yield from by_url.values()
