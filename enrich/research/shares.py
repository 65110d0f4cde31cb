"""Who owns a thing by the shares that a passage gives: a list of owners whose shares make a whole.

``It belongs jointly to Acme AG, with 60 percent, and Globex SE, which took the remaining 40 percent``: that the shares are
of the same thing and of the same time is known by their sum.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.bodies import BODY, is_body, whole_end
from enrich.research.candidates.strings import SENTENCE_STARTERS
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_SURE: Final = 0.84
_WHOLE: Final = (98.5, 101.0)  # percent that all owners have together
_ASKED = re.compile(
    r"\b(?:owners?|shareholders?|owns?|stake ?holders? in|part(?:y|ies) (?:that|which) ha(?:s|ve) a stake|proprietors?)\b",
    re.IGNORECASE,
)
_NUMBERS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_PARTS: Final = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}  # fmt: skip
_SHARE: Final = r"(?:(?:the )?(?:remaining |other |a (?:further )?)?(?P<percent>\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent\b)|(?:the (?:remaining|other) )?(?:(?P<count>a|one|two|three|four|five)[ -])?(?P<part>half|halves|thirds?|quarters?|fifths?|sixths?|tenths?)\b)"
_THE: Final = r"(?:the |its |our )?(?:[a-z]+ (?:[a-z]+ )?)?"
_TOLD: Final = tuple(
    re.compile(told.replace("SHARE", _SHARE).replace("THE", _THE).replace("NAME", rf"(?P<name>{BODY})"))
    for told in (
        r"NAME,? (?:with|\()\s?SHARE",
        r"NAME(?:, [^,.;]{2,50},)? (?:holds|owns|has|keeps|retains|acquired|bought|took|took over) SHARE",
        r"NAME, (?:which|who) (?:holds|owns|has|keeps|acquired|bought|took|took over) SHARE",
        r"SHARE (?:is|are|was|were|of it is|of the shares (?:is|are))? ?(?:held by|owned by|belongs? to|went to|lies? with|is with|by) THENAME",
    )
)  # fmt: skip
_EACH = re.compile(
    rf"(?P<first>{BODY})(?:, (?P<second>{BODY}))? and (?:the )?(?P<last>{BODY}) (?:own|hold|have) {_SHARE} each"
)
_EQUAL = re.compile(
    rf"\b(?:held|owned) (?:in equal (?:parts|shares)|equally|half each|50/50|jointly and equally) by (?:the )?(?P<first>{BODY}) and (?:the )?(?P<last>{BODY})"
)


def asks_owners(wanted: Wanted) -> bool:
    """Tell whether a list of those is asked for who own a thing."""
    return wanted.many and bool(_ASKED.search(f"{wanted.label} {wanted.description}"))


def owners(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, list[tuple[int, int]], float]]:
    """Yield the owners that the sentences of a paragraph give with their shares, where these make a whole.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    if not asks_owners(wanted):
        return
    segments = page.document.segments
    told = (n for n, s in enumerate(segments) if s.kind == "sentence" and not page.is_aside(s, ()))
    for _, run in groupby(told, lambda n: (segments[n].section, segments[n].group)):
        places = list(run)
        found: dict[str, tuple[tuple[int, int], float]] = {}
        for place in places:
            for (start, end), share in _shares(page.text(segments[place])):
                at = segments[place].start
                span = at + start, at + end
                found[name_key(page.document.text[slice(*span)])] = span, share
        whole = sum(share for _, share in found.values())
        if len(found) > 1 and _WHOLE[0] <= whole <= _WHOLE[1] and not names & set(found):
            yield places[0], sorted(span for span, _ in found.values()), _SURE


def _shares(text: str) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield where a sentence names those who have shares, with the percent of each."""
    for found in _EQUAL.finditer(text):
        yield from ((_span(text, found, part), 50.0) for part in ("first", "last"))
    for found in _EACH.finditer(text):
        parts = [part for part in ("first", "second", "last") if found[part]]
        yield from ((_span(text, found, part), _percent(found)) for part in parts)
    for pattern in _TOLD:
        for found in pattern.finditer(text):
            start, end = _span(text, found, "name")
            if start < end and is_body(text[start:end]):
                yield (start, end), _percent(found)


def _span(text: str, found: re.Match[str], part: str) -> tuple[int, int]:
    start, end = found.span(part)
    while (first := text[start:end].partition(" ")[0]) in SENTENCE_STARTERS:
        start += len(first) + 1
    return start, max(end, whole_end(text, start, end)) if start < end else start


def _percent(found: re.Match[str]) -> float:
    if found["percent"]:
        return float(found["percent"])
    part = found["part"]
    parts = _PARTS.get(part) or _PARTS[part.removesuffix("s")]
    return 100.0 * _NUMBERS.get(found["count"] or "one", 1) / parts
