"""Where somebody lives now, and which county, district or province a place lies in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.countries import is_country
from enrich.research.candidates.persons import is_of_kin
from enrich.research.candidates.seats import PLACE_NAME, behind, is_name
from enrich.research.descriptions import undenied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.wanted import Wanted

_SURE: Final = 0.84
_MOVED: Final = 0.76  # somebody who moved there, and is not said to have gone on
_NEAR: Final = 12  # characters between "lives" and the word of place
# "lives in", "has been living near", "her home has been", "the town where he still lives"
_LIVES = re.compile(
    r"\b(?:lives|has lived|(?:is|been|now) living|resides|makes (?:his|her|their) home|(?:his|her|their) home is|(?:is )?at home)(?: (?:now|today|again|quietly|alone|with (?:his|her|their) [a-z]+))?\s+(?=(?:in|at|near|on) )"
)
_HOME_IS = re.compile(rf"\b(?:his|her|their) home (?:is|has been) (?P<place>{PLACE_NAME})")
_WHERE_LIVES = re.compile(
    rf"(?P<place>{PLACE_NAME}),? (?:the (?:city|town|village) )?(?:where|in which) (?:s?he|they) (?:still |now |today )?(?:lives?|makes? (?:his|her|their) home|resides?)\b"
)
_MOVED_TO = re.compile(
    rf"\b(?:[Hh]e|[Ss]he)\b[^.;]{{0,40}}?\bmoved (?:back |last year |last \w+ )?to (?P<place>{PLACE_NAME})(?! (?:University|College|School|Press|Ltd))"
)
_GONE = re.compile(r"\b(?:until|before moving|but (?:now|later|soon)|and then|returned)\b")

_UNIT: Final = r"(?:(?:federal )?state|county|district|province|prefecture|canton|d[\xe9e]partement|department|governorate|oblast|voivodeship|powiat|parish|statistical region|[Bb]ezirk|[Ll]andkreis|[Kk]reis|fylke|l[\xe4a]n|distrito|provincia|comarca|okres|kraj|raion)"
# What is called otherwise in its own country.
_CALLED: Final = {
    "bezirk": "district", "landkreis": "district", "kreis": "district", "okres": "district", "raion": "district", "distrito": "district",
    "provincia": "province", "powiat": "county", "fylke": "county", "l\xe4n": "county", "lan": "county", "d\xe9partement": "department",
}  # fmt: skip
_UNITS = re.compile(rf"\b{_UNIT}\b", re.IGNORECASE)
_LIES = re.compile(
    r"\b(?:lies?|lie in|belongs?|located|situated|above|which \w+ is it in|is it in)\b",
    re.IGNORECASE,
)
# A column of addresses, which needs no verb.
_STATE_ASKED = re.compile(
    r"^(?:(?:billing|mailing|shipping|home|hq|federal|us|company|address) )*(?:state|province)(?: or province)? \|",
    re.IGNORECASE,
)
_NO_LIES = re.compile(
    r"\b(?:number|how many|capital|school|court|population|area of|head of|council|governor)\b",
    re.IGNORECASE,
)
_IN_UNIT = re.compile(
    rf"\b(?:in|of)\s+(?:the )?(?P<place>{PLACE_NAME})\s+(?i:{_UNIT})\b|\b(?:in|of|to)\s+the\s+(?i:{_UNIT})\s+of\s+(?P<of>{PLACE_NAME})"
)
# "is a city in" Bavaria, "Germany".
_IN_LAND = re.compile(
    rf"\b(?:is|was) (?:an? |the )[^.;]{{2,60}}? in (?:the )?(?P<place>{PLACE_NAME}), (?P<land>{PLACE_NAME})"
)
_STATE: Final = frozenset({"state", "federal state"})
_FIRST_ORDER: Final = _STATE | {"province"}
_BESIDE = re.compile(
    r"\b(?:neighbou?ring|adjacent|nearby|border\w*|rest|parts?|most)\b[^.;]{0,16}$"
)
_SLASH = re.compile(r"\s?/\s?")
_HEAD = re.compile(r"[^,;(|\n]{2,60}?(?=\s*(?:[,;(|\n]|$))")


def homes(text: str) -> Iterator[tuple[Candidate, float]]:
    """Yield where a sentence says that somebody lives now, each with how sure that is; not where a relative does."""
    found: list[tuple[Candidate, float]] = []
    for match in _LIVES.finditer(text):
        found += behind(text, match.end(), match.end() + _NEAR, _SURE)
    for pattern, sure in ((_HOME_IS, _SURE), (_WHERE_LIVES, _SURE), (_MOVED_TO, _MOVED)):
        found += [(_cut(text, match.span("place")), sure) for match in pattern.finditer(text)]
    for candidate, sure in found:
        over = _GONE.search(text, candidate.end, candidate.end + 40)
        if not over and not is_of_kin(text, candidate.start) and is_name(str(candidate.value)):
            yield candidate, sure


def asked_districts(wanted: Wanted) -> frozenset[str]:
    """Return the kinds of districts of which the one is asked for that a place lies in; none for any other question."""
    if wanted.many or wanted.kind not in {"name", "place", "phrase"}:
        return frozenset()
    said = f"{wanted.label} | {undenied(wanted.description)}"
    if not (_LIES.search(said) or _STATE_ASKED.search(said)) or _NO_LIES.search(said):
        return frozenset()
    return _units(said)


def asks_state(wanted: Wanted) -> bool:
    """Tell whether the state of a country is asked for in which a place lies."""
    return bool(_STATE & asked_districts(wanted))


def _units(text: str) -> frozenset[str]:
    found = {match.group().lower() for match in _UNITS.finditer(text)}
    return frozenset(_CALLED.get(unit, unit) for unit in found)


def unit_beside(units: frozenset[str], label: str, text: str) -> Candidate | None:
    """Return the district that stands beside a label which is one of the units: ``State / District``, ``Bavaria / Ulm``."""
    names, values = _SLASH.split(label), _SLASH.split(text)
    at = 0
    if len(names) != len(values):
        names, values = [label], [text]
    for name, part in zip(names, values, strict=True):
        alone = _UNITS.fullmatch(name.strip(" :*"))
        if alone and units & _units(f"{name} {part}") and (head := _HEAD.match(part)):
            start = text.index(head.group(), at)
            found = _cut(text, (start, start + len(head.group().rstrip(" ."))))
            return found if is_name(str(found.value)) else None
        at += len(part) + 1
    return None


def unit_told(text: str, units: frozenset[str]) -> Iterator[Candidate]:
    """Yield the districts in which a sentence says that something lies: ``in the district of Ulm``, ``in Ulm County``."""
    for match in _IN_UNIT.finditer(text):
        if bool(_STATE & _units(match.group())) != bool(_STATE & units):
            continue
        part = "place" if match["place"] else "of"
        if not _BESIDE.search(text, 0, match.start(part)) and is_name(match[part]):
            yield _cut(text, match.span(part))


def land_told(text: str, units: frozenset[str]) -> Iterator[Candidate]:
    """Yield the state or province that a sentence names before its country: ``is a city in Bavaria, Germany``."""
    land = _IN_LAND.search(text) if units & _FIRST_ORDER else None
    if land and is_country(land["land"]) and not is_country(land["place"]):
        yield _cut(text, land.span("place"))


def _cut(text: str, span: tuple[int, int]) -> Candidate:
    return Candidate(value=text[slice(*span)], start=span[0], end=span[1], fit=1.0)
