"""The fields of a structured answer: each leaf of the output schema looked up by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.basis import Found, entries
from enrich.research.candidates.numbers import numbers_in
from enrich.research.reader import Reading, labelled_candidates, read, typed_candidates
from enrich.research.subject import Subject, mentioned
from enrich.research.wanted import Wanted, json_type, plain_schema, wanted
from enrich.research.words import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json, JsonObject
    from enrich.research.page import Page
    from enrich.research.processors import Effort

_MENTION_FACTOR: Final = 0.8
_SAME_NUMBER: Final = 0.005  # a relative difference that rounding explains
_MAX_DEPTH: Final = 6


class Lookup:
    """One run's way to its documents.

    Args:
        subject: What the run is about.
        own: Pages about it.
        others: Pages that mention it, opened when they are needed.
        effort: What the processor allows.
        hop: Finds the pages of a thing that a reading names; None where no hops are allowed.
    """

    def __init__(
        self,
        *,
        subject: Subject,
        own: list[Page],
        others: Callable[[], list[Page]],
        effort: Effort,
        hop: Callable[[Wanted], Found | None] | None = None,
    ) -> None:
        self.subject = subject
        self.own = own
        self.effort = effort
        self._others = others
        self._hop = hop

    def find(self, field: Wanted) -> Found:
        """Look one field up."""
        names = self.subject.names
        readings: list[Reading] = []
        for page in self.own:
            readings += self._checked(field, page)
            if readings and not self.effort.cross_check:
                break
        own_page = bool(readings)
        looked = [page.document.title for page in self.own]
        if not readings or self.effort.cross_check:
            scope = mentioned(names)
            for page in self._others():
                more = (
                    read(field, page, names=names, passages=self.effort.passages, scope=scope)
                    if names
                    else []
                )
                if not own_page:
                    looked.append(page.document.title)
                readings += [
                    _lowered(r)
                    for r in more
                    if follows(field, r) and r.score * _MENTION_FACTOR >= 0.5
                ]
        if not readings and self._hop is not None:
            further = self._hop(field)
            if further is not None:
                return further
        return _settled(
            field,
            readings,
            own_page=own_page,
            ambiguous=self.subject.ambiguous,
            looked=tuple(looked),
        )

    def _checked(self, field: Wanted, page: Page) -> list[Reading]:
        readings = read(field, page, names=self.subject.names, passages=self.effort.passages)
        return [reading for reading in readings if follows(field, reading)]


def _lowered(reading: Reading) -> Reading:
    """Return a reading of a page that is about something else, trusted less."""
    return Reading(
        value=reading.value, page=reading.page, segment=reading.segment, start=reading.start, end=reading.end,
        score=reading.score * _MENTION_FACTOR, match=reading.match, in_prose=reading.in_prose, how=reading.how,
        year=reading.year, elements=reading.elements,
    )  # fmt: skip


def _settled(
    field: Wanted,
    readings: list[Reading],
    *,
    own_page: bool,
    ambiguous: tuple[str, ...],
    looked: tuple[str, ...],
) -> Found:
    """Choose among readings: the best of the subject's own pages; newer before older where they tie."""
    if not readings:
        return Found(wanted=field, looked=looked, ambiguous=ambiguous)
    best = max(
        readings,
        key=lambda r: (round(r.score, 2), r.year, r.page.document.dated or "", -r.segment.start),
    )
    others = [r for r in readings if r is not best]
    agreeing = tuple(
        r for r in others if r.page.number != best.page.number and same(best.value, r.value)
    )
    rivals, seen = [], [best.value]
    for reading in others:
        close = best.score - reading.score < (
            0.2 if reading.page.number != best.page.number else 0.06
        )
        if (
            close
            and reading.year >= best.year
            and not any(same(value, reading.value) for value in seen)
        ):
            rivals.append(reading)
            seen.append(reading.value)
    return Found(
        wanted=field, reading=best, agreeing=agreeing, rivals=tuple(rivals), own_page=own_page,
        ambiguous=ambiguous, looked=looked,
    )  # fmt: skip


def same(one: Json, other: Json) -> bool:
    """Tell whether two values say the same: numbers within rounding, texts by their words, lists by most items."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= _SAME_NUMBER * max(abs(one), abs(other))
    if isinstance(one, list) and isinstance(other, list):
        first, second = {fold(str(v)) for v in one}, {fold(str(v)) for v in other}
        return len(first & second) * 2 > max(len(first), len(second))
    first_words, second_words = words(str(one)), words(str(other))
    return first_words == second_words or " ".join(first_words) in " ".join(second_words)


def follows(field: Wanted, reading: Reading) -> bool:
    """Check that a reading's value can be read again from the very span that it cites."""
    document, segment = reading.page.document, reading.segment
    quoted = document.text[reading.start : reading.end]
    if not quoted or reading.start < segment.lead:
        return False
    if reading.elements:
        return all(
            _element_follows(field, document.text[e.start : e.end], e.value)
            for e in reading.elements
        )
    if isinstance(reading.value, str) and not reading.how:
        return reading.value == quoted
    passage = reading.page.text(segment)
    if field.kind == "boolean":
        return isinstance(reading.value, bool)
    again = typed_candidates(field, passage) or labelled_candidates(field, passage, segment)
    return any(candidate.value == reading.value for candidate in again)


def _element_follows(field: Wanted, quoted: str, value: Json) -> bool:
    if isinstance(value, str) and value == quoted:
        return True
    return any(c.value == value for c in typed_candidates(field, quoted)) or (
        isinstance(value, (int, float)) and any(True for _ in numbers_in(quoted))
    )


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
    field = wanted(path, schema, context=context)
    looked_up = lookup.find(field)
    reading = looked_up.reading
    return (reading.value if reading is not None else field.fallback), [looked_up]


def _records(
    path: str, schema: JsonObject, lookup: Lookup, *, context: str
) -> tuple[Json, list[Found]]:
    """Return a list of objects: the rows of the table, or the items of the list, that fits it."""
    from enrich.research.rows import read_rows  # noqa: PLC0415  (rows builds on this module)

    field = wanted(
        path,
        {"type": "array", "items": {"type": "string"}, "description": schema.get("description")},
        context=context,
    )
    for page in lookup.own:
        rows = read_rows(field, schema["items"], page, lookup)
        if rows is not None:
            return rows
    looked = tuple(page.document.title for page in lookup.own)
    return [], [Found(wanted=field, looked=looked)]


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
