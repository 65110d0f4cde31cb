"""Where something is, as a sentence says it: behind "in", "at", "near" or "from"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.countries import is_country
from enrich.research.candidates.streets import is_land
from enrich.research.candidates.strings import SENTENCE_STARTERS, proper_names
from enrich.research.candidates.where import sought
from enrich.research.words import concept_spans, said_of

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

_WORD = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][\w'\N{RIGHT SINGLE QUOTATION MARK}-]+"
_NAME = rf"(?:St\.? )?{_WORD}(?:[ -](?:(?:de|do|da|del|la|le|am|an|der|upon|on|of|sur|el) )?{_WORD}){{0,3}}"
_BEHIND = re.compile(
    rf"\b(?:in|at|near|from|to) (?:the )?(?:(?:small |old |market |port |harbour )*(?:town|city|village|suburb|municipality|district) (?:of )?)?(?P<place>{_NAME}(?:, {_NAME}){{0,2}})"
)
_PREPOSITION = re.compile(
    r"(?:\b(?:in|at|near|from|to|of|outside)\s+(?:the )?(?:\w+ (?:of )?)?|[,(:\N{EN DASH}]\s*|\b(?:is|are|was|were)\s+)$"
)
_NO_PLACE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Spring|Summer|Autumn|Winter)\b"
)
_STALE = re.compile(
    r"\b(?:old|former|previous|first|original|then|second|new)\s+(?:\w+\s+){0,2}$|\b[Uu]ntil\b[^.;]*$|\bnot\b[^.;,]*$",
    re.IGNORECASE,
)
_SITED: Final = frozenset({"birth-place", "death-place", "headquarter", "location"})
_REACH: Final = 60
_REGION_ASKED: Final = re.compile(r"\b(?:state|province|region)$")
_PART: Final = re.compile(
    r"(?:,\s)?(?P<name>[^\W\d_a-z][\w'-]*(?:[ ][^\W\d_a-z][\w'-]*){0,3})(?=[,.;:)]|\s|$)"
)
_ALSO_TOWNS: Final = frozenset({"Washington", "New York"})


def is_sited(wanted: Wanted) -> bool:
    """Tell whether it is asked where something is."""
    asked = wanted.kind in {"name", "place"} and not wanted.many
    return bool(sought(wanted)) or (asked and bool(_SITED & set(wanted.topic)))


def sited(wanted: Wanted, text: str) -> list[Candidate]:
    """Return the places that a sentence gives behind the words of the topic: ``born Ada Example in Ulm``."""
    said = _naming(wanted)
    found: list[Candidate] = []
    for concept, start, end in concept_spans(text):
        if concept not in said or _STALE.search(text, max(0, start - 60), start):
            continue
        stop = re.search(
            r"[.;](?:\s|$)|\b(?:who|which|where|when|while|but|and (?:was|is|has|he|she|it))\b",
            text[end:],
        )
        limit = min(end + _REACH + 60, end + stop.start() if stop else len(text))
        for match in _BEHIND.finditer(text, end, limit):
            place = match["place"]
            if wanted.kind == "name":  # of the town alone
                place = place.partition(",")[0]
            if (
                match.start() - end > _REACH
                or _NO_PLACE.match(place)
                or place.split()[0] in SENTENCE_STARTERS
            ):
                continue
            at = match.start("place")
            found.append(Candidate(value=place, start=at, end=at + len(place), fit=0.95))
            break
    return found


def of_region(
    wanted: Wanted, text: str, found: list[tuple[Candidate, float]]
) -> list[tuple[Candidate, float]]:
    """Return places as the state or province that they are said to lie in, where that of a seat is asked for.

    Of ``Ulm, Ohio, United States`` and ``Ulm, Ohio`` the second; a town alone tells none.
    """
    if not _REGION_ASKED.search(wanted.label) or not _SITED & set(wanted.topic) or wanted.many:
        return found
    regions = ((region, factor) for c, factor in found if (region := _region(text, c)))
    return list({region.start: (region, factor) for region, factor in regions}.values())


def _region(text: str, place: Candidate) -> Candidate | None:
    parts = list(_PART.finditer(text, place.start, place.start + _REACH + 60))
    parts = [
        p for n, p in enumerate(parts) if p.start() == (parts[n - 1].end() if n else place.start)
    ]
    lands = [p["name"] for p in parts]
    for at, (part, name) in enumerate(zip(parts, lands, strict=True)):
        state = (is_land(name) or (at > 0 and name in _ALSO_TOWNS)) and not is_country(name)
        between = at == 1 and len(lands) > at + 1 and is_country(lands[at + 1])
        if state or (between and not is_country(name)):
            start = part.start("name")
            return Candidate(value=name, start=start, end=start + len(name), fit=place.fit)
    return None


def _naming(wanted: Wanted) -> set[str]:
    """Return the concepts by which a sentence names the topic, its verbs among them."""
    return {verb for concept in wanted.topic for verb in said_of(concept)} | set(wanted.topic)


def placed(
    wanted: Wanted, text: str, found: list[tuple[Candidate, float]]
) -> list[tuple[Candidate, float]]:
    """Return the places of a sentence, each with how near it stands; of its names those that stand as places do."""
    if _is_stale(wanted, text):
        return []
    if sought(wanted):
        return []  # said in few ways, which need no label: a name that stands elsewhere is none
    nearby = [(candidate, 1.0) for candidate in sited(wanted, text)]
    return nearby or [(c, near) for c, near in found if _is_placed(text, c)]


def _is_stale(wanted: Wanted, text: str) -> bool:
    """Tell whether a sentence names the topic only as what is over: ``the old headquarters in Ulm``."""
    said = _naming(wanted)
    spots = [start for concept, start, _ in concept_spans(text) if concept in said]
    return bool(spots) and all(_STALE.search(text, max(0, at - 60), at) for at in spots)


def is_where(text: str, candidate: Candidate) -> bool:
    """Tell whether a name stands behind a word of place, where nobody does: ``headed from Ulm``."""
    return bool(re.search(r"\b(?:in|at|from|near)\s+(?:the )?$", text[: candidate.start]))


def _is_placed(text: str, candidate: Candidate) -> bool:
    """Tell whether a name stands where a place would; whose birth it was stands right behind "born"."""
    return bool(_PREPOSITION.search(text, 0, candidate.start)) or not any(
        _PREPOSITION.search(text, 0, other.start)
        for other in proper_names(text)
        if other.start > candidate.start
    )
