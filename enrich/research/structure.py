"""Answers whose structure the engine finds: the document's own outline, as nested fields."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from enrich.research.basis import Found, entries
from enrich.research.labels import Match
from enrich.research.orders import is_order
from enrich.research.reading import Element, Reading
from enrich.research.wanted import Wanted
from enrich.research.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import JsonObject
    from enrich.research.documents import Segment
    from enrich.research.page import Page

MAX_VALUE_CHARS: Final = 400
MAX_NAME_WORDS: Final = 6
MAX_LISTED: Final = 400  # cells of a table, items of a list


def found_structure(
    question: Wanted, page: Page, *, fields: int
) -> tuple[JsonObject, list[JsonObject], JsonObject]:
    """Return content, basis and JSON Schema of a page's facts, those that the question names first.

    Shape:
        Objects of text at most two levels deep, the page's topics by section or its labelled
        values by topic; the rows of a table as a list of objects under its heading, the items
        of a list as a list of text. Basis fields are dotted paths (``geography.area_total``);
        a list has an entry for itself and one for each element (``acquisitions.0``).
    """
    content: JsonObject = {}
    basis: list[JsonObject] = []
    schemas: JsonObject = {}
    for places in _units(question, page, fields):
        segment = page.document.segments[places[0]]
        path = page.document.sections[segment.section].path
        if len(places) > 1:
            name = _free(_name(path[-1] if path else "items"), content)
            reading, schemas[name] = _listed(page, places)
            content[name] = reading.value
            field = Wanted(path=name, label=name.replace("_", " "), topic=())
            basis += entries(Found(wanted=field, reading=reading), name, per_element=True)
            continue
        path = (*path, *(part for part in (segment.row, segment.label) if part))
        outer, inner = (
            _name(path[0] if len(path) > 1 else "summary"),
            _name(" ".join(path[1:]) or " ".join(path) or "text"),
        )
        outer = f"{outer}_facts" if isinstance(content.get(outer), list) else outer
        group = content.setdefault(outer, {})
        if inner in group:
            continue
        text = page.text(segment)
        group[inner] = text
        reading = Reading(
            value=text, page=page, segment=segment, start=segment.start, end=segment.end, score=0.9,
            match=Match(0.9, 1.0), in_prose=segment.kind == "sentence" and not page.labels[places[0]].text,
        )  # fmt: skip
        field = Wanted(path=f"{outer}.{inner}", label=inner.replace("_", " "), topic=())
        basis += entries(
            Found(wanted=field, reading=reading), f"{outer}.{inner}", per_element=False
        )
    return content, basis, _schema(content, schemas)


def one_fact(label: str, found: Found) -> tuple[JsonObject, list[JsonObject], JsonObject]:
    """Return content, basis and JSON Schema of the one fact that a question asks for; null where it was not found."""
    name = _name(label)
    value = found.reading.value if found.reading is not None else None
    schema = _object({name: {"type": ["string", "null"]}})
    return {name: value}, entries(found, name, per_element=True), schema


def of_several(
    found: Sequence[tuple[str, tuple[JsonObject, list[JsonObject], JsonObject]]],
) -> tuple[JsonObject, list[JsonObject], JsonObject]:
    """Return one answer about several things: the structure of each under its name."""
    content: JsonObject = {}
    basis: list[JsonObject] = []
    schemas: JsonObject = {}
    for title, (parts, entries_of, schema) in found:
        name = _free(_name(title), content)
        content[name], schemas[name] = parts, schema
        basis += [{**entry, "field": f"{name}.{entry['field']}"} for entry in entries_of]
    return content, basis, _object(schemas)


def _units(question: Wanted, page: Page, limit: int) -> list[list[int]]:
    """Return the segments to show, those of a table or list together: by the question's words, then one from each topic in turn."""
    topic = frozenset(question.topic)
    scored = []
    seen: dict[str, int] = {}
    for places in _together(page):
        segment = page.document.segments[places[0]]
        named: set[str] = set()
        said: set[str] = set()
        for place in places:
            label = page.labels[place]
            named |= topic & (label.own | label.over | label.far | label.parts)
            said |= topic & page.sayings[place]
        score = sum(page.weight(c) for c in named) + 0.5 * sum(page.weight(c) for c in said - named)
        section = (page.document.sections[segment.section].path or ("",))[0]
        turn = seen[section] = seen.get(section, 0) + 1
        scored.append((-score, turn, places))
    return sorted(places for _, _, places in sorted(scored)[:limit])


def _together(page: Page) -> Iterator[list[int]]:
    """Yield the places of a page's facts, each alone, and of the rows of each table and the items of each list."""
    segments = page.document.segments
    rowed = {group for groups in page.rows.values() for group in groups}

    def belongs(place: int) -> tuple[str, int]:
        segment = segments[place]
        if segment.group in rowed:
            return "rows", segment.section
        if segment.kind == "item" and not segment.label:
            return "items", segment.group
        return "", place

    for (kind, _), run in groupby(range(len(segments)), key=belongs):
        places = [
            place
            for place in run
            if segments[place].end - segments[place].start <= MAX_VALUE_CHARS
            and not is_order(page, segments[place])
        ][:MAX_LISTED]
        alone = not kind or len(places) == 1
        first = bool(places) and (segments[places[0]].order == 0 or bool(segments[places[0]].label))
        if places and (not alone or first):
            yield places


def _listed(page: Page, places: list[int]) -> tuple[Reading, JsonObject]:
    """Return the rows of a table as objects, or the items of a list as text, with the JSON Schema of that."""
    segments = [page.document.segments[place] for place in places]
    elements: list[Element]
    if segments[0].kind == "item":
        elements = [Element(value=page.text(s), start=s.start, end=s.end) for s in segments]
        items: JsonObject = {"type": "string"}
    else:
        columns = list(dict.fromkeys(_column(segment) for segment in segments))
        elements = []
        for _, cells in groupby(segments, key=lambda segment: segment.group):
            row = list(cells)
            value: JsonObject = dict.fromkeys(columns)
            value.update({_column(cell): page.text(cell) for cell in row})
            elements.append(Element(value=value, start=row[0].lead, end=row[-1].end))
        items = _object({column: {"type": ["string", "null"]} for column in columns})
    reading = Reading(
        value=[element.value for element in elements], page=page, segment=segments[0], start=elements[0].start,
        end=elements[-1].end, score=0.9, match=Match(0.9, 1.0), elements=tuple(elements), how="its parts one by one",
    )  # fmt: skip
    return reading, {"type": "array", "items": items}


def _column(cell: Segment) -> str:
    return _name(cell.label or "name")


def _free(name: str, content: JsonObject) -> str:
    """Return a name that no other part of an answer has."""
    count, free = 1, name
    while free in content:
        count += 1
        free = f"{name}_{count}"
    return free


def _name(text: str) -> str:
    return "_".join(words(text)[:MAX_NAME_WORDS]) or "text"


def _schema(content: JsonObject, lists: JsonObject) -> JsonObject:
    properties = dict(lists)
    for outer, group in content.items():
        if outer in lists:
            continue
        inner = {name: {"type": "string"} for name in group}
        properties[outer] = _object(inner)
    return _object({name: properties[name] for name in content})


def _object(properties: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
