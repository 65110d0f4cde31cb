"""The list that a page gives of what is asked, in any words: each of its lists, weighed by what stands around it.

As ``told`` does for single values: where neither label nor sentence has the question's words, every list of the page
(``enumerated``) is a candidate, beside the chance that the page gives none. Countries, days and people are looked for by
what they are. ``python -m evaluation.lists FOLDER KIND …`` fits the weights.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research import prose
from enrich.research.candidates.countries import is_country
from enrich.research.candidates.languages import is_language
from enrich.research.candidates.weekdays import says_when, weekday_candidates
from enrich.research.enumerated import Enumeration, enumerations, people
from enrich.research.itemsorts import is_not_of_before, sort_of_items
from enrich.research.labels import Match
from enrich.research.listed import asked_nouns
from enrich.research.neighbours import BORDERS
from enrich.research.opposites import is_opposite
from enrich.research.reading import Element, Reading
from enrich.research.words import concepts, name_key, stems, verbs, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from enrich.research.page import Page
    from enrich.research.told import Question
    from enrich.research.wanted import Wanted

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

KINDS: Final = frozenset({"phrase", "name", "place", "country"})
SORTS: Final = frozenset({"countries", "days", "languages", "people"})
FEATURES: Final = (
    "near", "whole", "known_rel", "noun", "covered", "hinted", "of_sort", "proper", "items", "column", "sentence",
    "single", "many", "former", "plan", "other", "place", "counted", "marked", "sited",
)  # fmt: skip
RELATIVE: Final = ("near", "whole", "known_rel", "covered", "hinted")
"""What counts besides as its distance from the best of the page."""

WEIGHTS: Final = (
    3.02,
    4.665,
    -0.636,
    1.152,
    2.333,
    -1.127,
    2.923,
    0.141,
    1.487,
    -1.6,
    -0.119,
    -0.821,
    1.933,
    0.443,
    0.421,
    -0.37,
    0.16,
    1.061,
    0.232,
    -1.82,
    2.114,
    2.704,
    4.115,
    -0.882,
    0.372,
)
NONE: Final = 4.476
BAR: Final = 0.6  # a list that is less likely is no answer
_BAR_UNNAMED: Final = 0.7  # likewise one that has none of the question's words around it
_WORDED: Final = [FEATURES.index(name) for name in ("noun", "covered", "hinted")]
_LEAST: Final = 0.5  # the score of one that is just as likely
_MOST: Final = 0.78
_SEGMENTS: Final = (
    96  # a longer page is a work of reference, where a list that is asked for has its label
)
_LISTS: Final = 64
_CHARS: Final = 320
_SHOWN: Final = 6  # items that are compared
_LONG: Final = 3
_ANYONE: Final = frozenset(
    stems("person people member individual human company business firm first last")
)
_FORMER = re.compile(
    r"\b(?:not|no longer|never|former\w*|discontinued|until|ended|closed in|given up|sold|left|withdr\w+|gave up|used to|once|previous\w*|until|formerly|dropped|stopped)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:plan\w*|will|would|to (?:open|add|launch|follow)|next|intend\w*|hope\w*|expect\w*|scheduled|under construction|future|upcoming|proposed|forthcoming|promised|in preparation|under (?:discussion|consideration|negotiation))\b",
    re.IGNORECASE,
)
# Of so many things a list may follow: "Four sectors are shown:".
_COUNTED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) (?:[\w-]+ ){0,2}?[\w-]+s\b(?: [\w-]+){0,3}\W*$",
    re.IGNORECASE,
)
_ASKED_BORDERS: Final = frozenset(
    {
        "border-country",
        *stems(
            "border bordering neighbor neighbour adjacent adjoin contiguous touch land-boundary"
        ),
        "land-boundary",
    }
)
_SENTENCE = re.compile(r"[.;\n]\s")
_CLAUSE = re.compile(
    r"[.;\n]\s*|:\s+(?=[a-z])|,? (?:but|while|whereas|although|though|where|which)\s"
)
_NAMED = re.compile(r"(?P<name>[A-Z][\w&'./-]*(?: (?:[a-z]{1,3} )?[A-Z][\w&'./-]*)*),? \([^()\n]*$")


class Listing:
    """A page's lists; the same for every field.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        short = len(page.document.segments) <= _SEGMENTS
        self.lists = enumerations(page) if short else []

    def texts(self, found: Sequence[Enumeration]) -> tuple[list[str], list[str]]:
        """Return what stands before each list, and that with its items and what its sentence says behind them."""
        text = self.page.document.text
        leads = [e.lead[-_CHARS:] or self.page.document.title for e in found]
        wholes = []
        for e, lead in zip(found, leads, strict=True):
            items = ", ".join(text[a:b] for a, b in e.spans[:_SHOWN])
            said = lead if e.form in SORTS else f"{lead} {items} {e.behind}"
            wholes.append(said[:_CHARS])
        return leads, wholes


def values(
    question: Question, listing: Listing, *, names: frozenset[str]
) -> tuple[list[tuple[Enumeration, list[Element]]], Array]:
    """Return the lists of a page that may be meant with their items, and a row of features for each."""
    field, page = question.field, listing.page
    sort = sort_of_items(field)
    found = [(e, items) for e in listing.lists if (items := _items(field, page, e, sort, names))]
    nouns = asked_nouns(field)
    told = [set(concepts(f"{e.lead} {e.behind}")) for e, _ in found]
    if sort == "people":  # who is somewhere named has not for that founded it
        asked = {*nouns, *question.topic, *question.hint} - _ANYONE
        asked |= {verb for noun in asked for verb in verbs(noun)}
        found = [one for one, said in zip(found, told, strict=True) if asked & said]
        told = [said for said in told if asked & said]
    if not 0 < len(found) <= _LISTS:
        return [], np.zeros((0, len(FEATURES) + len(RELATIVE)))
    leads, wholes = listing.texts([e for e, _ in found])
    near = (question.meaning.vectors(leads) @ question.vectors.T).max(axis=1)
    whole = (question.meaning.vectors(wholes) @ question.vectors.T).max(axis=1)
    known = question.meaning.to_known(wholes)
    known_rel = known[:, question.facts[0]] - known.max(axis=1)
    rows = []
    for n, ((e, items), said) in enumerate(zip(found, told, strict=True)):
        segment = page.document.segments[e.place]
        before = e.lead if e.form != "sentence" else f"{e.lead} {e.behind}"
        rows.append((
            near[n], whole[n], known_rel[n], float(bool(nouns & said or any(verbs(c) & said for c in nouns))),
            _share(question.topic, said, page), _share(question.hint, said, page),
            float(e.form == sort), _proper(items), float(e.form == "items"), float(e.form == "column"),
            float(e.form == "sentence"), float(len(items) == 1), float(len(items) >= _LONG),
            float(bool(_FORMER.search(before))), float(bool(_PLAN.search(before))),
            float(prose.about_another(page.text(segment), names, field)), e.place / len(page.document.segments),
            float(bool(_COUNTED.search(e.lead))), float(e.lead.endswith((":", "\N{EN DASH}", "\N{EM DASH}"))),
            float(e.form == "sentence" and _proper(items) == 1.0 and e.lead.endswith((" in", " at", " from", " to"))),
        ))  # fmt: skip
    features = np.array(rows, dtype=np.float64)
    at = [FEATURES.index(name) for name in RELATIVE]
    beside = features[:, at] - features[:, at].max(axis=0)
    return found, np.concatenate([features, beside], axis=1)


def readings(question: Question, listing: Listing, *, names: frozenset[str]) -> list[Reading]:
    """Return the likeliest list of a page as a reading, or none where the page hardly gives one."""
    if _ASKED_BORDERS & {*question.field.topic, *question.field.hint}:
        return []  # countries are named beside each other for many reasons
    found, features = values(question, listing, names=names)
    if not found:
        return []
    weight = features @ np.array(WEIGHTS)
    top = max(float(weight.max()), NONE)
    share = np.exp(weight - top)
    share /= share.sum() + math.exp(NONE - top)
    best = int(share.argmax())
    likely = sum(
        float(part)
        for (_, items), part in zip(found, share, strict=True)
        if _alike(items, found[best][1])
    )
    e, items = found[best]
    named = sort_of_items(question.field) or features[best, _WORDED].any()
    bar = BAR if named else _BAR_UNNAMED
    if likely < bar or not (named or question.field.description):
        return []
    score = _LEAST + (_MOST - _LEAST) * (likely - bar) / (1 - bar)
    segment = listing.page.document.segments[e.place]
    return [
        Reading(
            value=[item.value for item in items], page=listing.page, segment=segment, start=items[0].start,
            end=items[-1].end, score=score, match=Match(score, 0.0, by_meaning=True), in_prose=not segment.label,
            elements=tuple(items), how="its items one by one",
        )
    ]  # fmt: skip


def _alike(one: Sequence[Element], other: Sequence[Element]) -> bool:
    """Tell whether two lists have the same items."""
    return {str(e.value).casefold() for e in one} == {str(e.value).casefold() for e in other}


def _items(
    field: Wanted, page: Page, e: Enumeration, sort: str, names: frozenset[str]
) -> list[Element]:
    """Return a list's items as values, each once; none where they are not of the sort that is asked for."""
    if _is_of_other_sort(e, sort) or _is_not_meant(field, page, e, sort, names):
        return []
    text = page.document.text
    found: list[Element] = []
    for a, b in e.spans:
        if name_key(text[a:b]) in names or (sort and _is_anothers(text, a, names)):
            continue
        if sort == "days":
            found += [Element(value=c.value, start=a, end=b) for c in weekday_candidates(text[a:b])]
        elif sort not in {"countries", "languages"} or not _is_not_now(text, a, b):
            found.append(Element(value=text[a:b], start=a, end=b))
    once = {str(item.value).casefold(): item for item in reversed(found)}
    return sorted(once.values(), key=lambda item: item.start) if _are_alike(once, sort) else []


def _is_of_other_sort(e: Enumeration, sort: str) -> bool:
    return (e.form in SORTS or sort == "days") and e.form != sort


def _is_not_meant(
    field: Wanted, page: Page, e: Enumeration, sort: str, names: frozenset[str]
) -> bool:
    """Tell whether a list is the thing's own name, one of its likes, of other days or of another time than asked, or what borders on it."""
    text = page.document.text
    return (
        is_opposite(field, page.labels[e.place])
        or (sort == "days" and not says_when(field, e.lead))
        or is_not_of_before(field, f"{e.lead} {e.behind}")
        or (sort == "countries" and bool(BORDERS.search(_SENTENCE.split(e.lead)[-1])))
        or name_key(page.text(page.document.segments[e.place])) in names
        or (e.form == "column" and any(name_key(text[a:b]) in names for a, b in e.spans))
    )


def _are_alike(items: Mapping[str, Element], sort: str) -> bool:
    """Tell whether items are of the sort that is asked for; where that is any, no countries and no addresses."""
    said = [str(item.value) for item in items.values()]
    if sort == "countries":
        return all(map(is_country, said))
    if sort == "languages":
        return bool(said) and all(map(is_language, said))
    if sort == "people":
        return all(map(people, said))
    return bool(sort) or not all(is_country(v) or "@" in v or "://" in v for v in said)


def _is_anothers(text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether a span stands in parentheses behind the name of something else: ``Acme (shut on Mondays)``."""
    named = _NAMED.search(text, max(0, at - _CHARS), at)
    return named is not None and not {word for name in names for word in name.split()} & set(
        words(named["name"])
    )


def _is_not_now(text: str, start: int, end: int) -> bool:
    """Tell whether the clause around a span speaks of what was or will be: ``a venture into Dilmun ended in 2014``."""
    before = [m.end() for m in _CLAUSE.finditer(text, max(0, start - _CHARS), start)]
    behind = _CLAUSE.search(text, end)
    clause = text[
        before[-1] if before else max(0, start - _CHARS) : behind.start()
        if behind
        else end + _CHARS
    ]
    return bool(_FORMER.search(clause) or _PLAN.search(clause))


def _proper(items: Sequence[Element]) -> float:
    """Return how many items are written as names of several words, or with a capital within a sentence."""
    return sum(all(w[:1].isupper() for w in str(e.value).split()) for e in items) / len(items)


def _share(asked: set[str], said: set[str], page: Page) -> float:
    total = sum(page.weight(c) for c in asked)
    return (
        sum(page.weight(c) for c in asked if c in said or verbs(c) & said) / total if total else 0.0
    )
