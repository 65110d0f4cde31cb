"""Looking up whether something is so: by what is told of it, or by a figure that is held against another.

"Does it have more than 1,000 employees?" is not told by there being employees: the number
of them is looked up and compared. A question in text names what it asks about, and a
passage that does not name it tells nothing of that: "Is it based in Ulm?".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.candidates.choices import bounds
from enrich.research.candidates.numbers import numbers_in
from enrich.research.descriptions import statement
from enrich.research.schemas import json_type
from enrich.research.wanted import wanted
from enrich.research.words import concepts, stems, words
from enrich.research.yes_no import yes_or_no

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.research.basis import Found
    from enrich.research.lookup import Lookup
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_ABOVE: Final = r"more than|greater than|larger than|higher than|over|above|exceeds?|exceeding|at least|a minimum of"
_BELOW: Final = r"less than|fewer than|smaller than|lower than|under|below|at most|up to|no more than|not more than"
_BOUND = re.compile(
    rf"\b(?:(?P<above>{_ABOVE})|(?P<below>{_BELOW}))\s(?P<figure>[$\N{{EURO SIGN}}\N{{POUND SIGN}}]?\d[\d.,]*(?:\s?(?:thousand|million|billion|[kKmM]\b))?)(?!\s?(?:years? ago|%))",
    re.IGNORECASE,
)
_EQUAL: Final = frozenset({"at least", "a minimum of", "at most", "up to", "no more than", "not more than"})  # fmt: skip
_RANGE = re.compile(r"[\d.,]*\d(?:\s?[-\N{EN DASH}]\s?\d[\d.,]*\d?)")
_HAS: Final = frozenset(stems("has have is are does do whether there more less than over at least"))
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z0-9][\w&.'-]*")


class _Bound(NamedTuple):
    """A figure that a question holds another against.

    Attributes:
        above: Whether the other is to be larger.
        figure: The figure.
        words: The question's words for it.
        equal: Whether the figure itself will do.
    """

    above: bool
    figure: float
    words: str
    equal: bool

    def holds(self, value: float) -> bool:
        """Tell whether a value is on the asked side."""
        if value == self.figure:
            return self.equal
        return (value > self.figure) is self.above


def find_whether(field: Wanted, lookup: Lookup) -> Found:
    """Look a yes or no up; any other field as it is."""
    bound = _bound(field) if field.kind == "boolean" and not field.many else None
    if bound is None:
        return lookup.find(field)
    topic = tuple(c for c in field.topic if c not in _HAS and not c[:1].isdigit() and c not in stems(bound.words))  # fmt: skip
    plain = _BOUND.sub(" ", statement(field.description))
    number = wanted(field.path, {"type": "number", "description": f"How many {plain}"})
    found = lookup.find(replace(number, label=field.label, topic=topic, hint=()))
    held = None if found.reading is None else _held(found.reading, bound)
    return replace(
        found, wanted=field, reading=held,
        agreeing=tuple(r for r in (_held(a, bound) for a in found.agreeing) if r is not None and held is not None and r.value is held.value),
        rivals=tuple(r for r in (_held(a, bound) for a in found.rivals) if r is not None and held is not None and r.value is not held.value),
    )  # fmt: skip


def find_as_text(path: str, schema: JsonObject, lookup: Lookup, context: str) -> Found | None:
    """Look up a text that is to be yes or no, and say it in the description's words; None for any other field."""
    description = str(schema.get("description") or "")
    asked = yes_or_no(description)
    if asked is None or not asked.only or json_type(schema) != "string" or "enum" in schema:
        return None
    field = wanted(path, {"type": "boolean", "description": asked.question}, context=context)
    found = find_whether(field, lookup)
    text = wanted(path, schema, context=context)
    if found.reading is None:
        return replace(found, wanted=text)
    said = asked.words[0 if found.reading.value else 1]
    return replace(found, wanted=text, reading=replace(found.reading, value=said))


def is_told_of(question: str, reading: Reading, names: frozenset[str]) -> bool:
    """Tell whether a passage names what a question names besides its subject."""
    page, segment = reading.page, reading.segment
    label = page.labels[page.place_of(segment)].text
    text = f"{label} {segment.row} {page.text(segment)} {page.document.text[segment.lead : segment.start]}"
    said = {*concepts(text), *stems(text), *words(text)}
    own = {word for name in names for word in words(name)}
    asked = [
        name for name in _NAME.findall(_BOUND.sub(" ", question)) if not set(words(name)) <= own
    ]
    return all({*concepts(name), *stems(name)} & said for name in asked if words(name))


def _bound(field: Wanted) -> _Bound | None:
    said = f"{field.label.replace('_', ' ')}. {statement(field.description)}"
    found = _BOUND.search(said)
    if found is None:
        return None
    figure = next(numbers_in(found["figure"].lstrip("$\N{EURO SIGN}\N{POUND SIGN}")), None)
    if figure is None:
        return None
    mark = (found["above"] or found["below"]).lower()
    return _Bound(found["above"] is not None, figure.value, found.group(), mark in _EQUAL)


def _held(reading: Reading, bound: _Bound) -> Reading | None:
    """Return a figure as yes or no; None where it is a range on both sides of the other."""
    if isinstance(reading.value, bool) or not isinstance(reading.value, (int, float)):
        return None
    text = reading.page.document.text
    line = text.find("\n", reading.end)
    told = _RANGE.match(text, reading.start, line if line >= 0 else len(text))
    ends = bounds(told.group()) if told else None
    values = {bound.holds(value) for value in ends or (float(reading.value),)}
    if len(values) > 1:
        return None
    how = ", ".join(part for part in (reading.how, f"held against {bound.words!r}") if part)
    return replace(reading, value=values.pop(), how=how)
