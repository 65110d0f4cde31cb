"""Where somebody took the highest of their degrees, by the school that stands beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.bodies import BODY, is_strangers, whole_end
from enrich.research.candidates.candidate import Candidate

if TYPE_CHECKING:
    from enrich.research.page import Page

# The highest first.
_DEGREES: Final = (
    re.compile(
        r"\bPh\.? ?D\b|\bD\.? ?Phil\b|\b[Dd]octora(?:l|te)\b|\b[Dd]octor's degree\b|\b[Dd]r\.? (?:philos|rer|scient|phil|ing)\b|\bdissertation\b"
    ),
    re.compile(
        r"\b[Mm]aster'?s?(?: degree)?(?: of| in|,|\b)|\bM\.? ?(?:Sc|A|Phil|Eng|Ed)\b|\bMBA\b|\bMFA\b|\bDiplom?\b|\bcand\.|\blicentiate\b"
    ),
    re.compile(
        r"\b[Bb]achelor'?s?\b|\bB\.? ?(?:Sc|A|Eng|Tech|Ed)\b|\bBFA\b|\bgraduat(?:ed|ing|e) (?:from|of|in)\b"
    ),
)
_NAMED = re.compile(BODY)
_SCHOOL = re.compile(
    r"\b(?:Universit\w*|College|School|Institut\w*|Academy|Akademie\w*|Hochschule|Polytechnic\w*|Politecnico|\xc9cole|Conservator\w+|Uni)\b|(?:universit\w+|hochschule|akademie)\b"
)
_NOT_EARNED = re.compile(
    r"\bhonorary\b|\bhonoris\b|\bh\.c\.|\bvisiting\b|\blectur\w+|\bprofessor\b|\bteach\w*|\btaught\b|\bfellow\w*|\bsupervis\w+|\bexaminer\b|\babandon\w*|\bunfinished\b|\bdropped out\b|\bbegan?n?\b|\bbegin\b|\bstudents?\b",
    re.IGNORECASE,
)
_REACH: Final = 120  # characters between a degree and its school


def is_degree(text: str) -> bool:
    """Tell whether a text names a degree: what stands there is weighed with the other degrees of the page."""
    return any(degree.search(text) for degree in _DEGREES)


def highest(page: Page, names: frozenset[str]) -> list[tuple[int, Candidate]]:
    """Return the schools beside which the highest degree of a page is told, each with its passage.

    Args:
        page: The page.
        names: The subject's, as ``name_key`` gives them; what another has studied is passed over.
    """
    rows: dict[int, str] = {}
    for segment in page.document.segments:
        if segment.kind == "value" and segment.label:
            rows[segment.group] = f"{rows.get(segment.group, '')} {page.text(segment)}"
    found: list[tuple[int, int, Candidate]] = []
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        if not _SCHOOL.search(text):
            continue
        row = rows.get(segment.group, "") if segment.kind == "value" else ""
        schools = _schools(text)
        for school in schools:
            rank = _rank(text, school, schools) or _rank_in(row)
            if rank and not is_strangers(text, school.start, names):
                found.append((rank, place, school))
    best = max((rank for rank, _, _ in found), default=0)
    return [(place, school) for rank, place, school in found if rank == best]


def _schools(text: str) -> list[Candidate]:
    found = []
    for named in _NAMED.finditer(text):
        end = whole_end(text, *named.span())
        value = text[named.start() : end]
        if _SCHOOL.search(value):
            found.append(Candidate(value=value, start=named.start(), end=end, fit=1.0))
    return found


def _rank(text: str, school: Candidate, schools: list[Candidate]) -> int:
    """Return how high the degree is to which of a sentence's schools this one stands nearest; 0 for none."""
    for nth, degree in enumerate(_DEGREES):
        for told in degree.finditer(text):
            first, last = min(told.start(), school.start), max(told.end(), school.end)
            between = text[min(told.end(), school.end) : max(told.start(), school.start)]
            near = len(between) <= _REACH and ";" not in between
            nearest = min(schools, key=lambda s: _far(told, s))
            if (
                near
                and nearest is school
                and not _NOT_EARNED.search(text, max(0, first - 30), last)
            ):
                return len(_DEGREES) - nth
    return 0


def _far(degree: re.Match[str], school: Candidate) -> int:
    """Return how far a school stands from a degree; more where it stands before it: ``her PhD at …``."""
    return max(school.start - degree.end(), 2 * (degree.start() - school.end))


def _rank_in(row: str) -> int:
    """Return how high the degree is that a row of a table tells; 0 for none."""
    if _NOT_EARNED.search(row):
        return 0
    return next((len(_DEGREES) - nth for nth, d in enumerate(_DEGREES) if d.search(row)), 0)
