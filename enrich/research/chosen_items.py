"""Which of a list's items are answered: so many of them, the latest by their days, the largest by their shares."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.candidates.dates import days_in
from enrich.research.quantities import ALL, one_of
from enrich.research.words import words

if TYPE_CHECKING:
    from enrich.research.basis import Found
    from enrich.research.candidates.dates import Day
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.quantities import Quantity
    from enrich.research.reading import Element, Reading
    from enrich.research.wanted import Wanted

_ALIKE: Final = 0.05  # how far apart the rows of a column may score that fit alike
_NEAR: Final = 40  # cells on either side among which those of a row stand
_BEHIND: Final = 60  # characters behind an item within which its share or its day stands
_SHARE = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent\b)")
# Headings of cells that say when an item was, and of those that do not.
_WHEN: Final = frozenset(
    "date year when day month since closed announced completed released launched founded opened acquired period season".split()  # noqa: SIM905
)
_NOT_WHEN: Final = frozenset({"updated", "checked", "accessed", "retrieved", "expires", "until"})
_NO_DAYS: Final = "The page does not say when each of its {count} items was, so which are the {order} is not known."
_NOT_DATED: Final = "The page does not say when its items were."


def limited(field: Wanted, found: Found) -> Found:
    """Return what was found for a list with the items that its field asks for."""
    reading, asked = found.reading, field.quantity
    if reading is None or not reading.elements or (asked == ALL and not field.year_only):
        return found
    items = [_Item(e, _when(reading, e), _share(reading, e)) for e in reading.elements]
    kept: list[_Item] | None = items
    note = _NOT_DATED
    if asked.years is not None:
        years = asked.years
        kept = [item for item in items if item.when is not None and item.when.day.year in years]
    if kept:
        kept = _ordered(kept, asked)
        note = _NO_DAYS.format(count=len(items), order=asked.order)
    if not kept:
        return replace(found, reading=None, agreeing=(), rivals=(), notes=(*found.notes, note))
    kept = kept[: asked.most]
    dated = bool(asked.years or asked.order or field.year_only)
    if kept == items and not dated:
        return found
    return replace(found, reading=_with(reading, kept, dated=dated))


def latest_row(field: Wanted, readings: list[Reading]) -> list[Reading]:
    """Return readings without the other rows where one is asked for by its day: "Most recent acquisition".

    Readings of one column whose rows all have a day; of these the latest, or the first.
    """
    order = one_of(field.label, field.description)
    if not order or not readings or not readings[0].segment.label:
        return readings
    best = max(readings, key=lambda r: r.score)
    column = [r for r in readings if _column(r) == _column(best) and best.score - r.score < _ALIKE]
    days = [_day(r.page, r.end, r.end) for r in column]
    if len({r.segment.group for r in column}) <= 1 or not all(days):
        return readings
    dated = [(r, when) for r, when in zip(column, days, strict=True) if when is not None]
    pick = max if order == "latest" else min
    chosen, when = pick(dated, key=lambda d: d[1].day.key)
    others = [r for r in readings if r not in column]
    return [replace(chosen, score=best.score, end=max(chosen.end, when.end)), *others]


def _column(reading: Reading) -> tuple[int, int, str]:
    return reading.page.number, reading.segment.section, reading.segment.label


class _When(NamedTuple):
    """When something was, and the offset in its document behind where that stands."""

    day: Day
    end: int


class _Item(NamedTuple):
    """An item of a list, with when it was and its share in per cent, as far as they are told."""

    element: Element
    when: _When | None
    share: float | None


def _ordered(items: list[_Item], asked: Quantity) -> list[_Item] | None:
    """Return items in the asked order; None where it cannot be told which are meant."""
    whole = asked.most is None or len(items) <= asked.most
    if asked.order in {"latest", "earliest", "first"}:
        dated = [(item.when.day.key, item) for item in items if item.when is not None]
        if len(dated) == len(items):
            dated.sort(key=lambda d: d[0], reverse=asked.order == "latest")
            return [item for _, item in dated]
        return items if whole or asked.order == "first" else None
    if not whole and all(item.share is not None for item in items):
        return sorted(items, key=lambda item: -(item.share or 0.0))
    return items


def _with(reading: Reading, kept: list[_Item], *, dated: bool) -> Reading:
    """Return a reading of these items; where their days chose them, with the days in its span."""
    ends = [item.element.end for item in kept]
    ends += [item.when.end for item in kept if dated and item.when is not None]
    return replace(
        reading, elements=tuple(item.element for item in kept), value=[i.element.value for i in kept],
        start=min(item.element.start for item in kept), end=max(ends),
    )  # fmt: skip


def _share(reading: Reading, element: Element) -> float | None:
    found = _SHARE.search(reading.page.document.text, element.end, _next(reading, element))
    return float(found[1]) if found else None


def _next(reading: Reading, element: Element) -> int:
    """Return the offset up to which is said of an item what stands behind it."""
    text, end = reading.page.document.text, element.end
    following = [e.start for e in reading.elements if e.start >= end]
    line = text.find("\n", end)
    return min([end + _BEHIND, *following, *([line] if line >= 0 else [len(text)])])


def _when(reading: Reading, element: Element) -> _When | None:
    """Return when an item was: by its row, its bullet, or what stands behind it."""
    return _day(reading.page, element.end, _next(reading, element))


def _day(page: Page, end: int, stop: int) -> _When | None:
    segments = page.document.segments
    place = bisect_right(segments, end - 1, key=lambda s: s.start) - 1
    if place < 0:
        return None
    own = segments[place]
    row = [s for s in segments[max(0, place - _NEAR) : place + _NEAR] if s.group == own.group]
    if len(row) > 1 and own.kind == "value":
        return next((when for cell in row if (when := _of_cell(page, cell))), None)
    first, last = (own.start, own.end) if own.kind == "item" else (end, stop)
    return next((_When(d, first + d.end) for d in days_in(page.document.text[first:last])), None)


def _of_cell(page: Page, cell: Segment) -> _When | None:
    """Return the day in a cell that says when its row was."""
    said = set(words(cell.label))
    day = next(iter(days_in(page.text(cell))), None)
    if day is None or said & _NOT_WHEN or not (said & _WHEN or day.month is not None):
        return None
    return _When(day, cell.start + day.end)
