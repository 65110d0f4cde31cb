"""Answers whose structure the engine finds: the document's own outline, as nested fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.basis import Found, entries
from enrich.research.labels import Match
from enrich.research.orders import is_order
from enrich.research.reading import Reading
from enrich.research.wanted import Wanted
from enrich.research.words import words

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.research.page import Page

MAX_VALUE_CHARS: Final = 400
MAX_NAME_WORDS: Final = 6


def found_structure(
    question: Wanted, page: Page, *, fields: int
) -> tuple[JsonObject, list[JsonObject], JsonObject]:
    """Return content, basis and JSON Schema of a page's facts, those that the question names first.

    Shape:
        Objects of text at most two levels deep: the page's topics by section, or its
        labelled values by topic. Basis fields are dotted paths (``geography.area_total``).
    """
    content: JsonObject = {}
    basis: list[JsonObject] = []
    for place in _places(question, page, fields):
        segment, label = page.document.segments[place], page.labels[place]
        path = [
            *page.document.sections[segment.section].path,
            *(p for p in (segment.row, segment.label) if p),
        ]
        outer, inner = (
            _name(path[0] if len(path) > 1 else "summary"),
            _name(" ".join(path[1:]) or " ".join(path) or "text"),
        )
        group = content.setdefault(outer, {})
        if inner in group:
            continue
        text = page.text(segment)
        group[inner] = text
        reading = Reading(
            value=text, page=page, segment=segment, start=segment.start, end=segment.end, score=0.9,
            match=Match(0.9, 1.0), in_prose=segment.kind == "sentence" and not label.text,
        )  # fmt: skip
        field = Wanted(path=f"{outer}.{inner}", label=inner.replace("_", " "), topic=())
        basis += entries(
            Found(wanted=field, reading=reading), f"{outer}.{inner}", per_element=False
        )
    return content, basis, _schema(content)


def one_fact(label: str, found: Found) -> tuple[JsonObject, list[JsonObject], JsonObject]:
    """Return content, basis and JSON Schema of the one fact that a question asks for; null where it was not found."""
    name = _name(label)
    value = found.reading.value if found.reading is not None else None
    schema = _object({name: {"type": ["string", "null"]}})
    return {name: value}, entries(found, name, per_element=True), schema


def _places(question: Wanted, page: Page, limit: int) -> list[int]:
    """Return the segments to show: by the question's words, then one from each topic in turn."""
    topic = frozenset(question.topic)
    scored = []
    seen: dict[str, int] = {}
    for place, segment in enumerate(page.document.segments):
        if segment.end - segment.start > MAX_VALUE_CHARS or segment.order > 0:
            continue
        if is_order(page, segment):
            continue
        label = page.labels[place]
        named = topic & (label.own | label.over | label.far | label.parts)
        score = sum(page.weight(c) for c in named) + 0.5 * sum(
            page.weight(c) for c in topic & page.sayings[place] - named
        )
        section = (page.document.sections[segment.section].path or ("",))[0]
        turn = seen[section] = seen.get(section, 0) + 1
        scored.append((-score, turn, place))
    return sorted(place for _, _, place in sorted(scored)[:limit])


def _name(text: str) -> str:
    return "_".join(words(text)[:MAX_NAME_WORDS]) or "text"


def _schema(content: JsonObject) -> JsonObject:
    properties = {}
    for outer, group in content.items():
        inner = {name: {"type": "string"} for name in group}
        properties[outer] = _object(inner)
    return _object(properties)


def _object(properties: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
