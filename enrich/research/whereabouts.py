"""Where a page says that its subject sits, is registered or is held, in whatever words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.homes import homes, land_told, unit_beside, unit_told
from enrich.research.candidates.persons import is_of_kin
from enrich.research.candidates.seats import behind, beside, is_name, told
from enrich.research.candidates.streets import city_of, coded_town, streets
from enrich.research.candidates.strings import is_clause, labelled_place
from enrich.research.candidates.where import is_born, is_town, label_fit, sought
from enrich.research.figures import is_planned, of_another
from enrich.research.names import initials
from enrich.research.words import name_key, own_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_IMPRINT: Final = 0.72  # a town in the line of a thing's name and address
_IMPRINT_CHARS: Final = 160
_ONLY_STREET: Final = 0.72  # the one street of a page
_SEGMENTS: Final = 200  # of a page of more, only sentences that have one of these concepts are read
_SAID: Final = ("headquarter", "based", "seat", "base", "domicil", "venue", "held", "register")
_ASIDE: Final = re.compile(
    r"\([^()]*\)"
)  # of another, as a rule: "its sister Globex (1 Ring Road)"
_AT: Final = re.compile(r"(?:^|[:.|\N{MIDDLE DOT}]\s*|\b(?:at|to|on|in|from) (?:the )?)$")
_BIRTH: Final = 0.85
_BIRTH_LABEL: Final = re.compile(
    r"(?:\*|b\.|born(?: in)?|(?:date and )?place of birth|birth ?place)", re.IGNORECASE
)
_UNIT_BESIDE: Final = 0.88  # a district beside a label that is its kind
_UNIT_TOLD: Final = 0.8  # in a sentence with the subject's name
_UNIT_NEAR: Final = 0.7  # in any other
_INTO_WORLD: Final = re.compile(r"\b(?:came into the world|saw the light of (?:day|the world))\b")


def standing(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the places of a page that say where its subject is, the answer, and how sure it is."""
    if is_born(wanted):
        said = list(_born(wanted, page))
    elif sought(wanted) == "home":
        said = [*_labelled(wanted, page, names), *_homes(wanted, page)]
    else:
        said = [*_labelled(wanted, page, names), *_told(wanted, page, names)]
    for place, candidate, score in said:
        if name_key(str(candidate.value)) not in names:
            yield place, candidate, score


def _own(wanted: Wanted, page: Page) -> Iterator[tuple[int, Segment]]:
    """Yield the segments that speak of the page's subject: none of a table's other rows."""
    for place, segment in enumerate(page.document.segments):
        if not segment.row and not page.is_aside(segment, wanted.topic):
            yield place, segment


def _is_column_of(heading: str, names: frozenset[str]) -> bool:
    """Tell whether a column is headed by the subject's name, or its initials."""
    return name_key(heading) in {*names, *(initials(name) for name in names)}


def _labelled(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    asked = sought(wanted)
    for place, segment in enumerate(page.document.segments):
        label = segment.label
        if segment.row:  # where each column is a thing, the row says what is told of it
            label = segment.row if _is_column_of(segment.label, names) else ""
        if label and not page.is_aside(segment, wanted.topic) and (fit := label_fit(asked, label)):
            for candidate in beside(wanted, page.text(segment), label):
                yield place, candidate, fit


def _told(
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    alone: list[tuple[int, Candidate, float]] = []
    brief = len(page.document.segments) <= _SEGMENTS
    spoken = frozenset(page.holding(_SAID)) if not brief else frozenset()
    for place, segment in _own(wanted, page):
        if not brief and place not in spoken:
            continue
        text = page.text(segment)
        if sought(wanted) == "street":
            plain = _ASIDE.sub(lambda aside: " " * len(aside.group()), text)
            own = any(f"{name_key(text)} ".startswith(f"{name} ") for name in names)
            alone += [
                (place, candidate, _ONLY_STREET)
                for candidate in streets(plain)
                if own or _AT.search(plain, 0, candidate.start)
            ]
        elif is_town(wanted) and (found := _imprint(text, names)):
            yield place, found, _IMPRINT
        elif segment.kind != "value" or is_clause(segment.label):
            for candidate, score in told(wanted, text, names):
                planned = is_planned(text, candidate.start)
                if not planned and not of_another(wanted, text, candidate.start, names):
                    yield place, candidate, score * (0.98 ** min(segment.order, 5))
    if brief and len({name_key(str(candidate.value)) for _, candidate, _ in alone}) == 1:
        yield from alone[:1]


def _homes(wanted: Wanted, page: Page) -> Iterator[tuple[int, Candidate, float]]:
    for place, segment in _own(wanted, page):
        text = page.text(segment)
        for candidate, score in homes(text):
            if not is_planned(text, candidate.start):
                yield place, candidate, score


def lying(
    units: frozenset[str], wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the districts of the asked kinds in which a page says that its subject lies, each with how sure that is."""
    for place, segment in _own(wanted, page):
        text = page.text(segment)
        if segment.label:
            if found := unit_beside(units, own_label(segment.label), text):
                yield place, found, _UNIT_BESIDE
        elif segment.kind == "sentence":
            own = any(name in name_key(text) for name in names)
            yield from ((place, c, _UNIT_TOLD) for c in land_told(text, units) if own)
            for candidate in unit_told(text, units):
                yield place, candidate, _UNIT_TOLD if own else _UNIT_NEAR


def _imprint(text: str, names: frozenset[str]) -> Candidate | None:
    """Return the town of a line that is the subject's name and address: ``Acme GmbH, Ring 1, 89073 Ulm``."""
    if len(text) > _IMPRINT_CHARS:
        return None
    span = city_of(text) if name_key(text.partition(",")[0]) in names else coded_town(text)
    begins = any(f"{name_key(text)} ".startswith(f"{name} ") for name in names)
    if not begins or span is None or not is_name(text[slice(*span)]):
        return None
    return Candidate(value=text[slice(*span)], start=span[0], end=span[1], fit=1.0)


def _born(wanted: Wanted, page: Page) -> Iterator[tuple[int, Candidate, float]]:
    """Yield where somebody was born: beside the sign for it (``* 2 May 1950, Ulm``), and as it is told otherwise."""
    for place, segment in _own(wanted, page):
        text = page.text(segment)
        if segment.label:
            if _BIRTH_LABEL.fullmatch(segment.label.strip()):
                for candidate in labelled_place(text, whole=wanted.kind == "place"):
                    if is_name(str(candidate.value).partition(",")[0]):
                        yield place, candidate, _BIRTH
            continue
        for match in _INTO_WORLD.finditer(text):
            if not is_of_kin(text, match.start()):
                for candidate, score in behind(text, match.end(), match.end() + 40, _BIRTH):
                    yield place, candidate, score
