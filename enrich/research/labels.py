"""How well the words around a passage fit what is asked: the one place that decides it.

Lexical: weighted coverage of the field's topic, lowered by what the label says
besides. Whatever else may come to judge labels (an embedding) belongs in
:func:`label_score` and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.offices import OFFICES
from enrich.research.descriptions import undenied
from enrich.research.wanted import Wanted, is_neutral
from enrich.research.words import concepts, own_label, said_of, words

if TYPE_CHECKING:
    from enrich.research.page import Label, Page

_PAST: Final = frozenset(concepts("former previous"))
_TOTAL: Final = frozenset({"total", "overall", "all", "combin", "general", "whole", "aggregat"})
_NEUTRAL_WEIGHT: Final = 0.15
_FAR_WEIGHT: Final = 0.5
_OVER_WEIGHT: Final = 0.35
_ABOUT: Final = frozenset({"no", "without", "lack", "country", "place", "person", "product"})
_CONTACT_WEIGHT: Final = 0.9
_HINT_ONLY: Final = 0.72
_FLOOR: Final = 0.4  # what a label counts at least that is the name of what is asked
_LOW_FLOOR: Final = 0.0  # likewise of one that is the name of something else: "Population growth"
_ENOUGH: Final = 0.55  # of the topic's weight, or the label speaks of something else


FILLED_ROWS: Final = "filled rows"
DESCRIPTION: Final = "the description's examples"


@dataclass(frozen=True, slots=True)
class Match:
    """How a label fits.

    Attributes:
        score: 0 (not at all) to 1 (it says what is asked and nothing else).
        coverage: The share of the field's topic that it names.
        by_hint: Whether only the description's words were found in it.
        taught_by: Who had their value beside it: ``FILLED_ROWS`` or ``DESCRIPTION``; empty for nobody.
        by_meaning: Whether it was found by what it means, not by the question's words.
        likely: How likely it is what the question means, 0 to 1, as far as that was weighed.
        beside: Whether the label beside it was found, and this one is meant (``siblings.py``).
    """

    score: float
    coverage: float
    by_hint: bool = False
    by_meaning: bool = False
    likely: float = 1.0
    taught_by: str = ""
    beside: bool = False


NO_MATCH: Final = Match(0.0, 0.0)
_WAYS: Final = frozenset({"from", "to", "in"})
_OTHER_WAY: Final = 0.9
_SPAN = re.compile(
    r"(?<![\d.,$-])(?:(?P<first>\d{1,2})\s?(?:-|\N{EN DASH}|to)\s?(?P<last>\d{1,2})(?![\d.,%-]*\d|%)"
    r"|(?P<from>\d{1,2})(?:\+| (?:years )?(?:and|or) (?:over|older|above|more)\b)|(?:over|above|older than) (?P<over>\d{1,2})\b(?! ?%))"
)
_SEVERAL: Final = 2  # words of a label that say enough without what stands over it
_NAMED_IN_FULL: Final = Match(0.72, 0.6, by_hint=True)


def label_score(wanted: Wanted, label: Label, page: Page, *, free: frozenset[str]) -> Match:
    """Return how well a label names what is wanted.

    Args:
        wanted: The field.
        label: What stands over and beside a passage.
        page: Its page, for how telling each word is there.
        free: Concepts of the subject's own name, which may stand in a label for nothing.
    """
    # "Born": a label may say with a verb what is asked for with a noun, and then says nothing besides.
    done = frozenset(c for c in wanted.topic if label.own and label.own <= said_of(c))
    label = replace(label, own=done, head="") if done else label
    near = label.own | label.over
    # Who was something is known by that: "former" alone is said of many a thing.
    past = _PAST if OFFICES & set(wanted.topic) else frozenset()
    plain = {c for c in wanted.topic if is_neutral(c) or c in past}
    topic = {c: page.weight(c) * (_NEUTRAL_WEIGHT if c in plain else 1.0) for c in wanted.topic}
    total = sum(topic.values())
    if not total:
        return NO_MATCH
    # A word inside a longer concept ("gdp" in "GDP per capita") is another thing,
    # unless the whole concept is asked for too.
    named = near | label.parts if near & set(topic) else near
    inside = label.parts - named
    covered = sum(
        w if c in named else _FAR_WEIGHT * w if c in label.far or c in inside else 0.0
        for c, w in topic.items()
    )
    coverage = covered / total
    if coverage >= _ENOUGH and any(c in named for c in topic):
        floor = _FLOOR if _headed(wanted, label, free) else _LOW_FLOOR
        precision = _precision(wanted, label, near, free)
        turned = _OTHER_WAY if _leads_elsewhere(wanted.label, label.text) else 1.0
        return Match(turned * coverage * (floor + (1 - floor) * precision), coverage)
    if wanted.kind == "boolean":  # the heading over it says where: "GEOGRAPHY > Coastline"
        return _hint_score(wanted, label.own or near, free)
    hinted = _hint_score(wanted, near, free)
    told = _is_named(wanted, label) or _has_span(wanted, label)
    return _NAMED_IN_FULL if told and hinted.score < _NAMED_IN_FULL.score else hinted


def _leads_elsewhere(asked: str, label: str) -> bool:
    """Tell whether a label goes another way than a name: "in" a country is not "from" it."""
    ways = _WAYS & set(asked.split())
    there = _WAYS & set(words(label))
    return bool(ways and there) and not ways & there


def with_span(wanted: Wanted, page: Page) -> list[int]:
    """Return the places of a page whose labels have the very ages that a description gives."""
    asked = _ages(wanted)
    return [n for n, label in enumerate(page.labels) if spans_in(label.text) == asked] if asked else []  # fmt: skip


def _has_span(wanted: Wanted, label: Label) -> bool:
    """Tell whether a label has the very ages that a description gives: 15-64, 65 and over."""
    asked = _ages(wanted)
    return bool(asked) and spans_in(label.text) == asked


def _ages(wanted: Wanted) -> frozenset[tuple[int, int | None]]:
    return _ages_told(wanted.description) if wanted.kind == "number" else frozenset()


@lru_cache(maxsize=4_096)
def _ages_told(description: str) -> frozenset[tuple[int, int | None]]:
    return spans_in(undenied(description))


@lru_cache(maxsize=16_384)
def spans_in(text: str) -> frozenset[tuple[int, int | None]]:
    """Return the spans of ages that a text names; the end is None for all beyond."""
    return frozenset(
        (int(m["first"] or m["from"] or m["over"]), int(m["last"]) if m["last"] else None)
        for m in _SPAN.finditer(text)
    )


def _is_named(wanted: Wanted, label: Label) -> bool:
    """Tell whether a description has a label of several words as it stands: the "territorial sea" that a country claims."""
    own = concepts(own_label(label.text))
    said = [c for c in own if not is_neutral(c)]
    if len(said) < _SEVERAL or set(own) & wanted.asked_of:
        return False
    return any(
        wanted.hint[at : at + len(own)] == own for at in range(len(wanted.hint) - len(own) + 1)
    )


def _headed(wanted: Wanted, label: Label, free: frozenset[str]) -> bool:
    """Tell whether a label is the name of what is asked, and not of something else about it."""
    asked = {*wanted.topic, *wanted.hint}
    head = label.head
    return not head or head in free or head in asked or bool(asked & set(head.split("-")))


def _precision(wanted: Wanted, label: Label, near: frozenset[str], free: frozenset[str]) -> float:
    """Return the share of a label that is asked for; what it says besides lowers it."""
    total = bool(_TOTAL & label.own)
    plain = all(is_neutral(c) for c in wanted.topic)  # "phone" is all that is asked
    matched = extra = 0.0
    for concept in near:
        weight = _NEUTRAL_WEIGHT if is_neutral(concept) else 1.0
        if concept in wanted.topic:
            matched += 1.0 if plain else weight
        elif concept in wanted.hint:
            extra += 0.3 * weight
        elif concept not in free:
            extra += weight * _besides(concept, label, wanted, total=total)
    matched = matched or (1.0 if label.parts & set(wanted.topic) else 0.0)
    return matched / (matched + extra) if matched else 0.0


def _besides(concept: str, label: Label, wanted: Wanted, *, total: bool) -> float:
    """Return how much a word that nobody asked for says against a label.

    "total" stands for the thing itself, so what it is a total of says little; and so
    does the heading over a label that names the topic by itself.
    """
    if total and concept in label.own:
        return 0.2
    if concept not in label.own and label.own & set(wanted.topic):
        if _TOTAL & label.own:
            return 1.0  # "Life expectancy > total population" is no population
        # A website under "Embassy" is the embassy's.
        return _CONTACT_WEIGHT if wanted.kind in {"url", "email", "phone"} else _OVER_WEIGHT
    return 1.0


def _hint_score(wanted: Wanted, near: frozenset[str], free: frozenset[str]) -> Match:
    """Return the score of a label that the description names, whole, though the field's name does not."""
    said = {c for c in near if not is_neutral(c) and c not in free}
    asked = {c for c in wanted.hint if not is_neutral(c)} - (
        _ABOUT if wanted.kind == "boolean" else set()
    )
    if not said or not asked or not said <= asked:
        return NO_MATCH
    share = len(said) / len(asked)
    return (
        Match(_HINT_ONLY * (0.6 + 0.4 * share), share, by_hint=True) if share >= 0.5 else NO_MATCH
    )
