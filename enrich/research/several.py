"""Several facts asked at once in text: "The founding year and total funding raised"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.wanted import is_neutral, wanted
from enrich.research.words import words

if TYPE_CHECKING:
    from enrich.research.basis import Found
    from enrich.research.lookup import Lookup
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_PARTED = re.compile(
    r",\s*(?:and\s+)?(?:the\s+|its\s+)?|\s+(?:and|&|as well as)\s+(?:the\s+|its\s+)?|;\s*"
)
_OPENING = re.compile(
    r"^(?:(?:the|its|their|both|name|give|list|state|return|please)\s+)+", re.IGNORECASE
)
# What is no list of names of facts: a question, a sentence, an order about form.
_NO_NAMES = re.compile(
    r"\?|[()\"':]|\b(?:who|what|when|where|which|why|how|whether|if|is|are|was|were|does|do|did|has|have|between|both .* or|or|not|format|in \w+ words?|summary|report|overview|short|answer|one|text)\b",
    re.IGNORECASE,
)
_MOST_PARTS: Final = 5
_MOST_WORDS: Final = 6
_SURE: Final = 0.7  # how sure one fact must be where another is not there


def facts_asked(description: str) -> list[Wanted]:
    """Return the facts that a description names one behind the other; none where it names one, or says more."""
    said = _OPENING.sub("", description.strip().rstrip("."))
    parts = [part.strip() for part in _PARTED.split(said)]
    if _NO_NAMES.search(said) or not 1 < len(parts) <= _MOST_PARTS:
        return []
    fields = [_field(part) for part in parts if 0 < len(part.split()) <= _MOST_WORDS]
    told = all(any(not is_neutral(c) for c in field.topic) for field in fields)
    return fields if told and len(fields) == len(parts) else []


def _field(part: str) -> Wanted:
    name = "_".join(words(part))
    return replace(wanted(name or "output", {"type": "string"}), label=part)


def find_facts(fields: list[Wanted], whole: Wanted, lookup: Lookup) -> list[tuple[str, Found]]:
    """Return what was found for each of several facts by its name; none where they are not several.

    They are one where a label is named so as a whole; and hardly several where not one of
    them is surely there.
    """
    together = lookup.find(whole).reading
    if together is not None and _is_labelled(together, whole):
        return []
    head = fields[-1].label.split()[-1]
    facts = [_found(field, head, lookup) for field in fields]
    found = [(fact.wanted.label, fact) for fact in facts]
    read = [one.reading for _, one in found if one.reading is not None]
    sure = [r for r in read if r.score >= _SURE and not (r.match.by_hint or r.match.by_meaning)]
    apart = len({(r.page.number, r.start) for r in read}) == len(read)
    return found if sure and apart and (len(read) == len(found) or len(sure) == len(read)) else []


def _found(field: Wanted, head: str, lookup: Lookup) -> Found:
    """Look a fact up, else with the last one's noun: "birth and death rate"."""
    found = lookup.find(field)
    if found.reading is not None or " " in field.label:
        return found
    again = lookup.find(_field(f"{field.label} {head}"))
    return again if again.reading is not None else found


def _is_labelled(reading: Reading, whole: Wanted) -> bool:
    """Tell whether one label names all that is asked: "Profit and loss"."""
    label = reading.label
    said = label.own | label.over | label.parts
    return not reading.in_prose and bool(whole.topic) and set(whole.topic) <= said
