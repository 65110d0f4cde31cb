"""The fields of a structured answer: each leaf of the output schema looked up by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.asked_of import without
from enrich.research.basis import Found, entries
from enrich.research.chosen_items import limited
from enrich.research.conformed import conformed
from enrich.research.fieldpath import own_name, parent, shown, under
from enrich.research.in_units import in_asked_units
from enrich.research.joined import find_joined
from enrich.research.ranges import find_in_range
from enrich.research.rows import read_rows
from enrich.research.schemas import json_type, nullable, resolved
from enrich.research.shortened import described_by, says_enough, spelled_by
from enrich.research.wanted import wanted
from enrich.research.whether import find_as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json, JsonObject
    from enrich.research.lookup import Lookup

_MAX_DEPTH: Final = 6
_LOOKED_AT: Final = 3  # of the subject's pages, for the one that has most to spell a name out by
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
    for name, inner in (resolved(schema, schema).get("properties") or {}).items():
        content[name], found = _answer(name, inner, lookup, depth=1, root=schema)
        basis += _top_entries(name, found)
        tell(name)
    return conformed(content, basis, schema)


def _answer(
    path: str,
    schema: JsonObject,
    lookup: Lookup,
    *,
    depth: int,
    root: JsonObject,
    context: str = "",
) -> tuple[Json, list[Found]]:
    schema = resolved(schema, root)
    kind = json_type(schema)
    if kind == "object" and depth < _MAX_DEPTH:
        over = f"{context} {own_name(path)}".strip()
        content: JsonObject = {}
        all_found: list[Found] = []
        for name, inner in (schema.get("properties") or {}).items():
            content[name], found = _answer(
                under(path, name), inner, lookup, depth=depth + 1, root=root, context=over
            )
            all_found += found
        nothing = nullable(schema) and all(value in (None, []) for value in content.values())
        return (None if nothing else content), all_found
    if kind == "array":
        items = resolved(schema.get("items") or {}, root)
        if json_type(items) == "object":
            return _records(path, {**schema, "items": items}, lookup, root, context=context)
        if json_type(items) == "array":
            return [], [_unread(path, schema, context)]
        schema = {**schema, "items": items}
    looked_up = _looked_up(path, without(schema, lookup.asked_of), lookup, context)
    reading = looked_up.reading
    return (reading.value if reading is not None else looked_up.wanted.fallback), [looked_up]


def _looked_up(path: str, schema: JsonObject, lookup: Lookup, context: str) -> Found:
    """Look a leaf up; once more where its name says nothing and the page spells out what that shortens."""
    if (yes_or_no := find_as_text(path, schema, lookup, context)) is not None:
        return yes_or_no
    if (joined := find_joined(path, schema, lookup, context)) is not None:
        return joined
    field = wanted(path, schema, context=context)
    found = in_asked_units(field, find_in_range(field, schema, lookup))
    named = found.reading is not None and not found.reading.match.by_hint
    if named or not lookup.own or lookup.asks_beyond(field):
        return found
    name = own_name(path)
    description = str(schema.get("description") or "")
    page = max(lookup.own[:_LOOKED_AT], key=lambda page: len(page.labels))
    full, told = spelled_by(name, description, page), described_by(description, page)
    alone = _UNNAMED if found.reading is None and says_enough(field) else full
    for other in dict.fromkeys((full, alone)):
        if (other, told) != (name, description):
            place = under(parent(path), other)
            spelled = wanted(place, {**schema, "description": told}, context=context)
            again = in_asked_units(spelled, lookup.find(replace(spelled, path=path)))
            if _says_more(again, found):
                return replace(again, wanted=replace(again.wanted, label=field.label))
    return found


def _says_more(again: Found, found: Found) -> bool:
    """Tell whether a second look found what the first had not, or by its name what the first had by its description."""
    if again.reading is None:
        return False
    return found.reading is None or not again.reading.match.by_hint


def _unread(path: str, schema: JsonObject, context: str) -> Found:
    """Return that a list of lists was not looked for: no page says where one of them ends."""
    listed = {"type": "array", "description": schema.get("description")}
    note = "Lists of lists are not read from documents."
    return Found(wanted=wanted(path, listed, context=context), notes=(note,))


def _records(
    path: str, schema: JsonObject, lookup: Lookup, root: JsonObject, *, context: str
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
        rows = read_rows(asked, schema["items"], page, lookup, root)
        if rows is not None:
            found = [limited(field, replace(one, wanted=field, via=via)) for one in rows]
            first = found[0].reading
            return ([] if first is None else first.value), found
    return [], [Found(wanted=field, looked=tuple(looked))]


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
        "reasoning": " ".join(f"{shown(f.wanted.path)}: {e['reasoning']}" for f, e in parts)[:2_000],
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
