"""The countries that a sentence says to lie at a country's borders: ``It borders Chad to the north and Niger``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.countries import country_candidates
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

BORDERS: Final = re.compile(
    r"\b(?:bordered|bounded|flanked|surrounded)(?= (?:[a-z]+ ){0,6}by\b)|\bborder(?:s|ing)\b"
    r"|\b(?P<shares>shar(?:es?|ing) [a-z ,]{0,40}?(?:borders?|boundar(?:y|ies)|frontiers?)|(?:a|and|its) [a-z ]{0,20}?(?:border|boundary|frontier)) with\b"
    r"|\bneighbou?ring countries\b|\bland neighbou?rs are\b"
)
_AT_SEA: Final = re.compile(r"\b(?:maritime|sea|marine|water)\b")
# What goes on to speak of something else: "with a maritime border with", "while facing".
_ENDS: Final = re.compile(
    r",? (?:with|while|whilst|and has|occupying|which|where|but)\b|\b(?:maritime|sea) (?:border|boundar)"
)
_OF_WATER: Final = re.compile(r"\b(?:Gulf|Sea|Bay|Bight|Strait|Straits|Channel) of (?:the )?$")
_SUBJECT: Final = re.compile(
    r"(?:it|the (?:country|state|republic|kingdom|nation|island))\b", re.IGNORECASE
)
SURE: Final = 0.82


def asks_neighbours(wanted: Wanted) -> bool:
    """Tell whether the countries at a country's borders are asked for."""
    return wanted.many and "border-country" in wanted.topic


def neighbours(
    page: Page, names: frozenset[str]
) -> Iterator[tuple[int, list[tuple[int, int]], float]]:
    """Yield the countries that a page's sentences say to border on its subject: the place, their spans, how sure it is.

    Args:
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        if segment.kind == "sentence" and _speaks_of(text, names, lead=place == 0):
            spans = list(_countries(text, names))
            if spans:
                yield place, [(segment.start + a, segment.start + b) for a, b in spans], SURE


def _speaks_of(text: str, names: frozenset[str], *, lead: bool) -> bool:
    """Tell whether a sentence's own subject is the page's, and not a city or a river there."""
    first = BORDERS.search(text)
    if first is None:
        return False
    before = text[: first.start()]
    said = f" {name_key(before)} "
    opening = re.sub(r"^[^,]*, ", "", before) if "," in before else before
    named = any(said.startswith(f" {n} ") or name_key(opening).startswith(n) for n in names if n)
    return named or bool(_SUBJECT.match(before) or _SUBJECT.match(opening)) or lead


def _countries(text: str, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    told = list(BORDERS.finditer(text))
    for match, after in zip(told, [*told[1:], None], strict=True):
        if match["shares"] and _AT_SEA.search(match["shares"]):
            continue
        stop = after.start() if after else len(text)
        end = _ENDS.search(text, match.end(), stop)
        last = end.start() if end else stop
        for found in country_candidates(text[:last]):
            if (
                found.start >= match.end()
                and not _OF_WATER.search(text, 0, found.start)
                and name_key(str(found.value)) not in names
            ):
                yield found.start, found.end
