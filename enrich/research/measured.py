"""A figure that is known by its unit: megawatts beside "output", a table's gigawatt-hours of the latest year.

Only units that say much of what is measured are asked: of lengths and times every page is full. Where the
figures of a page disagree, none is taken.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.barred import is_anothers
from enrich.research.candidates.headings import heading_measure
from enrich.research.candidates.numbers import number_candidates
from enrich.research.candidates.units import UNITS
from enrich.research.descriptions import undenied
from enrich.research.extent import part_factor
from enrich.research.figures import is_headed_off, is_not_asked
from enrich.research.prose import about_another
from enrich.research.wanted import is_neutral
from enrich.research.words import concepts, own_label, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

# How a measure is spoken of besides by its unit.
_SPOKEN: Final = {
    "power": word_set("power capacity output rated rating"),
    "energy": word_set("generation generated production produced output electricity yield"),
    "mass": word_set("weight weighs weigh mass heavy"),
    "data": word_set("size download install package"),
}
_SEGMENTS: Final = 256  # a longer page is a work of reference, whose labels tell what stands where
_BESIDE: Final = 0.8  # how sure a figure is beside a label
_SAID: Final = 0.72  # likewise in a sentence
_LATEST: Final = 0.8  # likewise that of the latest of several years
_NEAR: Final = 70  # characters before a figure in which its measure is named
_CLAUSE = re.compile(r"[;(]|, (?:and|but|which|who|while|where)\b|\s(?:but|while|whereas)\s")
_YEARLY = re.compile(
    r"\b(?:annual\w*|year(?:ly|s)?|twelve-month|per annum|calendar|latest|most recent)\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|every|per|apiece|units? of|of up to)\b", re.IGNORECASE)
_MEAN = re.compile(
    r"\b(?:mean|average|long-term|normal|typical|total|so far|since|lifetime|record|best|lost|saved|used|consum\w+)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_STOP = re.compile(r"[;,.(]")
_HEAT = re.compile(r"\b(?:thermal|heat|heating)\b", re.IGNORECASE)
_SIDES: Final = (("net", "gross"), ("gross", "net"))


def measured(  # noqa: C901, PLR0912  (a condition a line)
    wanted: Wanted, page: Page, names: frozenset[str]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the figure of a page in the asked measure, its passage, and how sure it is.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    unit = wanted.number.unit
    if unit is None or unit.dimension not in _SPOKEN or len(page.document.segments) > _SEGMENTS:
        return
    if unit.dimension == "mass" and not _SPOKEN["mass"] & {*wanted.topic, *wanted.hint}:
        return  # of goods or gases, not of the thing
    yearly = unit.dimension == "energy" and bool(_YEARLY.search(f"{wanted.label} {undenied(wanted.description)}"))  # fmt: skip
    found: list[tuple[int, Candidate, float]] = []
    by_year: list[tuple[int, int, Candidate]] = []
    for place, segment in enumerate(page.document.segments):
        text, label = page.text(segment), page.labels[place]
        headed = heading_measure(segment.label).unit if segment.label else None
        if not (_in_unit(unit.dimension).search(text) or (headed and headed.dimension == unit.dimension)):  # fmt: skip
            continue
        if page.is_aside(segment, wanted.topic) or is_headed_off(wanted, segment.label):
            continue
        candidates = [c for c in number_candidates(text, wanted.number, heading_measure(segment.label)) if c.fit > _LEAST_FIT]  # fmt: skip
        if label.year and candidates and segment.kind != "sentence":
            if not _says_another(wanted, own_label(segment.label)):
                by_year.append((label.year, place, candidates[0]))
            continue
        for candidate in candidates:
            if _is_meant(wanted, page, place, candidate, names):
                said = bool(segment.label) and segment.kind != "sentence"
                found.append((place, candidate, _BESIDE if said else _SAID))
    if yearly and len({year for year, _, _ in by_year}) > 1:
        last = wanted.year or max(year for year, _, _ in by_year)
        found = [(place, c, _LATEST) for year, place, c in by_year if year == last]
    elif yearly:
        found = list(_of_latest_year(page, found))
    if not found:
        return
    top = max(sure for _, _, sure in found)
    best = [told for told in found if told[2] == top]
    if len({str(candidate.value) for _, candidate, _ in best}) == 1:
        yield from best


_LEAST_FIT: Final = 0.6  # a bare number has no unit


@lru_cache(maxsize=64)
def _in_unit(dimension: str) -> re.Pattern[str]:
    names = sorted((n for n, u in UNITS.items() if u.dimension == dimension), key=len, reverse=True)
    return re.compile(rf"\d[\s-]?(?:{'|'.join(map(re.escape, names))})(?![A-Za-z0-9])", re.IGNORECASE)  # fmt: skip


def _is_meant(
    wanted: Wanted, page: Page, place: int, candidate: Candidate, names: frozenset[str]
) -> bool:
    """Tell whether the measure is named beside a figure, and nothing says that it is a part's or another's."""
    segment = page.document.segments[place]
    text = page.text(segment)
    before = [m.end() for m in _CLAUSE.finditer(text, 0, candidate.start)]
    first = max(before[-1] if before else 0, candidate.start - _NEAR)
    behind = _CLAUSE.search(text, candidate.end)
    last = behind.start() if behind else len(text)
    clause = f"{own_label(segment.label)}: {text[first : min(last, candidate.end + _NEAR)]}"
    unit = wanted.number.unit
    dimension = unit.dimension if unit else ""
    asked = words(f"{wanted.label} {undenied(wanted.description)}")
    if not set(concepts(clause)) & _meant(wanted):
        return False
    if any(w in asked and re.search(rf"\b{o}\b", clause) for w, o in _SIDES):
        return False
    if _EACH.search(clause) or (dimension == "power" and _HEAT.search(clause)):
        return False
    if dimension == "energy" and _MEAN.search(clause):
        return False
    return not (
        is_not_asked(wanted, text, candidate, names, 1)
        or is_anothers(wanted, text, candidate, names, in_prose=not segment.label)
        or about_another(text, names, wanted)
        or part_factor(wanted, text, candidate, ()) < 1
    )


def _meant(wanted: Wanted) -> set[str]:
    """Return the concepts by which the asked measure is known."""
    spoken = _SPOKEN[wanted.number.unit.dimension] if wanted.number.unit else frozenset()
    return {c for c in (*wanted.topic, *wanted.hint) if not is_neutral(c)} | spoken


def _says_another(wanted: Wanted, label: str) -> bool:
    """Tell whether a column's heading names something else than a unit and what is asked."""
    said = {c for c in concepts(label) if c not in UNITS and not is_neutral(c)}
    return bool(said) and not said & _meant(wanted)


def _of_latest_year(
    page: Page, found: list[tuple[int, Candidate, float]]
) -> Iterator[tuple[int, Candidate, float]]:
    """Yield those figures in whose clauses the latest year stands."""
    dated = []
    for place, candidate, sure in found:
        text = page.text(page.document.segments[place])
        first = max((m.end() for m in _CLAUSE.finditer(text, 0, candidate.start)), default=0)
        behind = _STOP.search(text, candidate.end)
        clause = text[first : behind.start() if behind else len(text)]
        years = [int(y) for y in _YEAR.findall(clause)]
        if years:
            dated.append((max(years), (place, candidate, sure)))
    last = max((year for year, _ in dated), default=0)
    yield from (told for year, told in dated if year == last)
