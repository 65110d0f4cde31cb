"""Postal addresses as people print them: which part is the street with its number, and which the city.

``Storgata 61, 9008 Tromsø, Norway``, ``12 High Street, Leeds LS1 4AP``, ``1 Main Street, Suite 5, Boise, ID 83702``. Nothing is
known of any city: only the order of an address's parts, the forms of postcodes and the words for streets tell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.countries import is_country

if TYPE_CHECKING:
    from collections.abc import Iterator

_UPPER = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]"
_CAP = rf"{_UPPER}[\w'\N{{RIGHT SINGLE QUOTATION MARK}}.-]*"
_LINK = r"(?:de la|de los|de las|de|des|du|da|do|dos|das|del|della|di|la|le|les|el|al|am|an der|an|im|in|der|van der|van den|van|von|the|of|upon|on|sur)"
_TITLE = rf"(?:{_LINK} )?{_CAP}(?: (?:{_LINK} )?{_CAP}){{0,4}}"
_NUMBER = r"\d{1,5}(?:[-\N{EN DASH}/]\d{1,4})?(?: ?[a-zA-Z](?!\w))?"
_ENGLISH = (
    r"(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Way|Drive|Dr|Boulevard|Blvd|Parkway|Pkwy|Place|Pl|Square|Sq|Terrace|Court"
    r"|Row|Quay|Walk|Close|Crescent|Highway|Hwy|Alley|Mews|Broadway|Embankment|Gardens|Wharf|Esplanade|Parade|Circle|Turnpike|Pike)"
)
_GERMANIC = r"(?:stra\N{LATIN SMALL LETTER SHARP S}e|strasse|str\.|gasse|weg|platz|allee|ring|ufer|damm|straat|laan|gracht|kade|plein|singel|gata|gatan|gate|gade|veien|vegen|v\u00e4gen|vej|katu|tie|k\u00f6rut|utca|ulice)"
_ROMANCE = (
    r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Qq]uai|[Cc]hemin|[Aa]ll\u00e9e|[Ii]mpasse|[Rr]oute|[Cc]ours|[Pp]lace|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso"
    r"|[Ll]argo|[Cc]alle|[Aa]venida|[Aa]v\.|[Rr]ua|[Pp]laza|[Pp]aseo|[Pp]ra\u00e7a|[Cc]arrer|[Rr]ambla|[Ss]trada|[Uu]lica|[Uu]l\.|[Aa]l\.|[Jj]alan|[Jj]l\.)"
)
_QUARTER = r"(?: (?:NW|NE|SW|SE|N|S|E|W|North|South|East|West))?"
_STREETS: Final = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"{_NUMBER},? (?:\d+(?:st|nd|rd|th) \w+, )?(?:(?:N|S|E|W|North|South|East|West)\.? )?(?:{_CAP} ){{1,4}}?{_ENGLISH}\b\.?{_QUARTER}"
    rf"|{_NUMBER}(?: bis| ter)?,? {_ROMANCE} {_TITLE}"
    rf"|{_ROMANCE} {_TITLE},? (?:n[\N{{DEGREE SIGN}}\N{{MASCULINE ORDINAL INDICATOR}}o]\.? ?)?{_NUMBER}(?![\w.%])"
    rf"|(?:{_CAP} ){{0,3}}(?:{_UPPER}[\w-]*{_GERMANIC}|{_CAP}[ -](?i:{_GERMANIC})) {_NUMBER}(?![\w%])"
    rf")"
)
_STREET_WORD: Final = re.compile(
    rf"\b{_ENGLISH}\b\.?{_QUARTER}$|(?:stra\N{{LATIN SMALL LETTER SHARP S}}e|strasse|gasse|straat|gatan|v\u00e4gen)\b|^{_ROMANCE}\s"
)
_NUMBERED: Final = re.compile(
    rf"^(?:{_NUMBER}|No\.? ?\d+)\b|\s{_NUMBER}$|\b(?:Unit|Suite|Floor|Level|Room|P\.?O\.? Box)\b"
)
_TOWN = r"(?P<city>[^\W\d_](?:[^\W\d_]|[ .'\N{RIGHT SINGLE QUOTATION MARK}-](?=[^\W_])){1,40}?)"
_BEFORE: Final = re.compile(
    rf"(?:[A-Z]{{1,3}}[- ])?(?:\d{{4}} ?[A-Z]{{2}}|\d{{2,3}} \d{{2,3}}|\d{{2}}-\d{{3}}|\d{{5}}-\d{{3}}|\d{{4,6}})\s+{_TOWN}"
)
_BEHIND: Final = re.compile(
    rf"{_TOWN}\s+(?:[A-Z]{{1,2}}\d[A-Z\d]?(?: \d[A-Z]{{2}})?|[A-Z]{{2,3}} \d{{4,5}}(?:-\d{{4}})?|[A-Z]{{2}} [A-Z]\d[A-Z] ?\d[A-Z]\d|\d{{3}} ?\d{{3}}|\d{{4,5}})"
)
_POSTCODE: Final = re.compile(
    r"(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]{2}\.?(?: \d{5}(?:-\d{4})?)?|[A-Z]{2} [A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4,6})"
)
_CODED: Final = re.compile(rf"(?<=\d )(?:[A-Z]{{1,2}}-)?\d{{4,5}} {_TOWN}$")
_CODE: Final = re.compile(r"[A-Z]{2,3}")
_STATES: Final = frozenset(
    """
    Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas
    |Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire
    |New Jersey|New Mexico|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota
    |Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Ontario|Quebec|Alberta|Manitoba|Saskatchewan
    |British Columbia|Nova Scotia|New Brunswick|New South Wales|Victoria|Queensland|Tasmania|South Australia|Western Australia
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_CITY_STATES: Final = frozenset(
    {"Singapore", "Luxembourg", "Monaco", "Hong Kong", "Macau", "San Marino", "Djibouti"}
)
_STATE_CODE = re.compile(r"\s\d{5}(?:-\d{4})?$")
_WARD: Final = re.compile(r"\w+-(?:ku|gu|cho|dong|machi|chome)$|\b(?:District|Ward)$")
_END: Final = re.compile(
    r"\s*[;|\N{MIDDLE DOT}\N{BULLET}(\n]|\s[\N{EN DASH}\N{EM DASH}-]\s|(?<=\w{4})\.\s(?=[^\W\d_a-z])|\.$"
)


def streets(text: str) -> list[Candidate]:
    """Return the streets with their house numbers that stand in a text."""
    found = []
    for match in _STREETS.finditer(text):
        value = match.group().rstrip(" ,")
        found.append(
            Candidate(value=value, start=match.start(), end=match.start() + len(value), fit=1.0)
        )
    return found


def is_street(part: str) -> bool:
    """Tell whether a part of an address is a street, a house or a box, by its number or its word."""
    return bool(_NUMBERED.search(part) or _STREET_WORD.search(part))


def city_of(text: str) -> tuple[int, int] | None:
    """Return where the city of an address stands; None where that is not sure, and where it is no address.

    A part beside a postcode is the city; without one, the part between the street and the country or state.
    """
    parts = list(_parts(text))
    if len(parts) < 2 and not (parts and _BEFORE.fullmatch(parts[0][1])):
        return None
    while len(parts) > 1 and _is_wide(parts[-1][1]) and not _is_street_at(len(parts) - 2, parts):
        parts.pop()
    for place, (start, part) in enumerate(parts):
        last = place == len(parts) - 1
        match = _BEFORE.fullmatch(part) if place or last else None
        match = match or (_BEHIND.fullmatch(part) if place and last else None)
        if (
            match is not None
            and not is_street(match["city"])
            and not _CODE.fullmatch(match["city"])
        ):
            return start + match.start("city"), start + match.end("city")
    coded = len(parts) > 1 and _POSTCODE.fullmatch(parts[-1][1])
    if coded:
        parts.pop()
    behind = [n for n in range(len(parts)) if _is_street_at(n, parts)]
    rest = parts[behind[-1] + 1 :] if behind else parts if coded else []
    if rest and (is_land(rest[-1][1]) or rest[-1][1][:1].islower()):
        return None
    if rest and (len(rest) == 1 or coded or any(_WARD.search(part) for _, part in rest[:-1])):
        start, part = rest[-1]
        return start, start + len(part)
    return None


def town_of(text: str) -> tuple[int, int] | None:
    """Return where the town stands in a place without a street: ``Otemachi, Chiyoda-ku, Tokyo`` is in Tokyo."""
    parts = list(_parts(text))
    while len(parts) > 1 and _is_wide(parts[-1][1]):
        parts.pop()
    if not parts or any(is_street(part) for _, part in parts):
        return None
    start, part = parts[-1] if any(_WARD.search(p) for _, p in parts[:-1]) else parts[0]
    if is_land(part):
        return None
    return start, start + len(part)


def _is_street_at(place: int, parts: list[tuple[int, str]]) -> bool:
    """Tell whether a part of an address is a street; only what it begins with may look like a postcode's."""
    part = parts[place][1]
    if place == 0 or not is_street(part) or _STREET_WORD.search(part):
        return is_street(part)
    ends = all(_is_wide(later) for _, later in parts[place + 1 :])
    return not (_BEFORE.fullmatch(part) or (ends and _BEHIND.fullmatch(part)))


def coded_town(text: str) -> tuple[int, int] | None:
    """Return where the town stands that ends a line behind its postcode: ``Acme AG Ring 1 89073 Ulm``."""
    found = _CODED.search(text)
    return found.span("city") if found and not is_street(found["city"]) else None


def is_land(part: str) -> bool:
    """Tell whether a name is that of a country or a state, and not of a city as well."""
    return _is_wide(part) and part not in _CITY_STATES and part != "Washington"


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of an address between its commas, with where they begin."""
    end = _END.search(text, 1)
    at = 0
    for part in text[: end.start() if end else len(text)].split(","):
        said = part.strip()
        if said:
            yield at + len(part) - len(part.lstrip()), said
        at += len(part) + 1


@lru_cache(maxsize=1024)
def _is_wide(part: str) -> bool:
    """Tell whether a part of an address is a country or a state, in which the city lies."""
    bare = _STATE_CODE.sub("", part)
    return bare in _STATES or (bare == part and is_country(part))
