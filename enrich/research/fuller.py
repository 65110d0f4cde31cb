"""Of dates that say the same the one that says more: ``7 June 2018``, where a sentence has the year alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.research.candidates.dates import days_in

if TYPE_CHECKING:
    from enrich.research.candidates.dates import Day
    from enrich.research.reading import Reading


def fuller(readings: list[Reading]) -> list[Reading]:
    """Return readings of dates without those that another of the same page says more exactly.

    What a less exact one spoke for, the exact one has of it: its score.
    """
    days = [_day(reading) for reading in readings]
    kept: list[Reading] = []
    for reading, day in zip(readings, days, strict=True):
        here = [(r, d) for r, d in zip(readings, days, strict=True) if r.page is reading.page]
        if any(_refines(other, day) for _, other in here):
            continue
        score = max([reading.score, *(r.score for r, d in here if _refines(day, d))])
        kept.append(replace(reading, score=score))
    return kept


def agree(one: str, other: str) -> bool:
    """Tell whether two texts are dates of which one says the other more exactly."""
    first, second = _only(one), _only(other)
    return _refines(first, second) or _refines(second, first)


def _day(reading: Reading) -> Day | None:
    return _only(reading.page.document.text[reading.start : reading.end])


def _only(text: str) -> Day | None:
    """Return the date that a text is; None where it is none, or more."""
    found = list(days_in(text[:60]))
    whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(text))
    return found[0] if whole else None


def _refines(one: Day | None, other: Day | None) -> bool:
    if one is None or other is None or one.year != other.year or one.month is None:
        return False
    if other.month is None:
        return True
    return one.month == other.month and one.day is not None and other.day is None
