"""Ranges that a description lists, of which the answer is the one that a number lies in."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.choices import IN_RANGE, bounds
from enrich.research.wanted import wanted
from enrich.research.whether import find_whether

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject
    from enrich.research.basis import Found
    from enrich.research.lookup import Lookup
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_NUMBER = r"[$\N{EURO SIGN}\N{POUND SIGN}]?\d[\d,.]*(?<![,.])\s?[kKmMbB]?(?![A-Za-z])"
_RANGE = re.compile(
    rf"(?:[Uu]nder|[Bb]elow|[Ll]ess than|[Ff]ewer than|[Uu]p to|[Oo]ver|[Aa]bove|[Mm]ore than|[<>]=?)\s?{_NUMBER}"
    rf"|(?<![\w-]){_NUMBER}\s?(?:-|\N{{EN DASH}}|to)\s?{_NUMBER}(?!-)|(?<![\w-]){_NUMBER}\s?(?:\+|or more|and (?:above|over|more))"
)
_BETWEEN = re.compile(
    r"[\s,;/|\"'()]*(?:\b(?:or|and)\b[\s\"'(]*)?(?P<more>(?:\N{HORIZONTAL ELLIPSIS}|\.\.\.?|etc\.?)?)[\s,;/|\"'(]*(?:\b(?:or|and)\b[\s\"'(]*)?"
)
_SHOWS = re.compile(r"\b(?:e\.g\.?|eg|such as|like|for example)\W*(?:an? )?[\"'(]*$", re.IGNORECASE)
_MORE = re.compile(r"[\"')\s,;]*(?:\N{HORIZONTAL ELLIPSIS}|\.\.\.|etc\b)")
_KINDS: Final = frozenset({"amount", "phrase", "name"})
_GAP: Final = 1.02  # what a range's end may lack to the next one's beginning: 10M and 10.1M


@lru_cache(maxsize=1_024)
def ranges_named(description: str) -> tuple[tuple[str, ...], bool]:
    """Return the ranges that a description lists, at least two that follow each other, and whether they are all.

    ``1-50, 51-500, 501+`` are; ``such as 0-40, 10-60`` are examples of something else.
    """
    found: list[re.Match[str]] = []
    more = False
    for match in _RANGE.finditer(description):
        between = _BETWEEN.fullmatch(description, found[-1].end(), match.start()) if found else None
        if found and between is None:
            if len(found) > 1:
                break
            found, more = [], False
        if between is not None and not _follow(found[-1].group(), match.group(), skips=bool(between["more"])):  # fmt: skip
            return (), False
        more = more or bool(between and between["more"])
        found.append(match)
    if len(found) < 2:
        return (), False
    shown = bool(_SHOWS.search(description, 0, found[0].start()))
    more = more or shown or bool(_MORE.match(description, found[-1].end()))
    return tuple(match.group().strip() for match in found), not more


def _follow(one: str, other: str, *, skips: bool) -> bool:
    """Tell whether a range begins where another ends, or anywhere above it where some are left out."""
    first, second = bounds(one), bounds(other)
    if first is None or second is None or second[0] < first[1] - 1:
        return False
    return skips or second[0] <= first[1] * _GAP + 1


def find_in_range(field: Wanted, schema: JsonObject, lookup: Lookup) -> Found:
    """Look a field up; where its description lists ranges, the number first and then its range.

    A range of the page's own counts where it lies within one of them. Where the list is not
    said to be whole, a number outside of it is given as the page has it.
    """
    ranges, whole = ranges_named(field.description) if field.kind in _KINDS else ((), False)
    if not ranges or field.many:
        return find_whether(field, lookup)
    counts = all(float(b).is_integer() for r in ranges for b in bounds(r) or () if abs(b) < 1e18)
    plain = counts and not (field.number.unit or field.number.currency)
    number = wanted(field.path, {**schema, "type": "integer" if plain else "number"})
    found = lookup.find(replace(number, label=field.label, topic=field.topic))
    if found.reading is None or not found.own_page:  # its own page may have a range of its own
        banded = lookup.find(replace(field, kind="enum", choices=ranges))
        if banded.reading is not None and (found.reading is None or banded.own_page):
            return replace(banded, wanted=field)
    if (placed := _placed(found, ranges, field)) is not None:
        return placed
    if not whole:
        return lookup.find(field)
    notes = () if found.reading is None else (f"{found.reading.value} lies in none of the ranges.",)
    return replace(found, wanted=field, reading=None, agreeing=(), rivals=(), notes=notes)


def _placed(found: Found, ranges: tuple[str, ...], field: Wanted) -> Found | None:
    """Return what was found with each number as the range that it lies in; None where it lies in none."""
    reading = None if found.reading is None else _in_range(found.reading, ranges)
    if reading is None:
        return None
    agreeing = [r for r in (_in_range(a, ranges) for a in found.agreeing) if r is not None]
    rivals = [_in_range(rival, ranges) or rival for rival in found.rivals]
    return replace(
        found, wanted=field, reading=reading, agreeing=tuple(agreeing),
        rivals=tuple(r for r in rivals if r.value != reading.value),
    )  # fmt: skip


def _in_range(reading: Reading, ranges: tuple[str, ...]) -> Reading | None:
    name = next((r for r in ranges if _holds(r, reading.value)), None)
    if name is None:
        return None
    how = ", ".join(part for part in (reading.how, IN_RANGE) if part)
    return replace(reading, value=name, how=how)


def _holds(name: str, value: Json) -> bool:
    ends = bounds(name)
    return ends is not None and isinstance(value, (int, float)) and ends[0] <= value <= ends[1]
