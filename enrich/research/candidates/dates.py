"""Years and dates, read in the usual notations and written in the asked one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.notations import MONTHS, written
from enrich.research.descriptions import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.wanted import Wanted

_BEGINS = re.compile(
    r"\b(?:start\w*|begin\w*|open(?:s|ing)?|first|from|next|upcoming|forthcoming|coming)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:ends?|ending|clos(?:e|es|ing)|last day|until|till|finish\w*|expir\w*|valid)\b",
    re.IGNORECASE,
)
Edge = Literal["first", "last"]
_OF_DAYS: Final = "the first of these days"
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?P<{0}>1\d{{3}}|20\d{{2}})"
_TO = r"(?:\s?[\N{EN DASH}\N{EM DASH}-]\s?|\s(?:to|until|till|through)\s)"
_DATE = re.compile(
    "|".join((
        rf"\b{_YEAR.format('y1')}-(?P<m1>\d\d)(?:-(?P<d1>\d\d))?\b(?!-)",
        rf"\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)? {_MONTH.format('m2')},? {_YEAR.format('y2')}\b",
        rf"\b{_MONTH.format('m3')} (?:(?P<f3>\d{{1,2}})(?:st|nd|rd|th)?{_TO})?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR.format('y3')}\b",
        rf"\b{_MONTH.format('m4')},? {_YEAR.format('y4')}\b",
        rf"\b(?P<a5>\d{{1,2}})(?P<s5>[/.])(?P<b5>\d{{1,2}})(?P=s5){_YEAR.format('y5')}\b",
        rf"(?<![\d,.$\N{{EURO SIGN}}\N{{POUND SIGN}}-]){_YEAR.format('y6')}(?![\d%]|[,.]\d|-\d|/\d{{3}}|/\d+/E[CU])\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
# The first day of a range, whose year stands behind the last alone: "9-12 September 2026", "30 May to 2 June 2026".
_FIRST = re.compile(
    rf"(?:(?<![\w.-])(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: {_MONTH.format('m')})?|\b{_MONTH.format('n')} (?P<e>\d{{1,2}})(?:st|nd|rd|th)?)"
    rf"(?:{_TO}|\s(?P<and>and|&)\s){_WEEKDAY}$",
    re.IGNORECASE,
)
_EVENT_DAYS: Final = 100
_FIRST_CHARS: Final = 48  # of which the first day and the word behind it are
_RANGE = re.compile(rf"{_TO}{_WEEKDAY}", re.IGNORECASE)
_AMOUNT_BEHIND = re.compile(
    r"\s(?:people|employees|staff|km|sq|m|kg|units|copies|inhabitants|seats|members|million|billion|percent|miles|metres|meters|feet|tons?|tonnes?|hectares|acres)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date as far as it is known.

    Attributes:
        year: The year.
        month: 1 to 12; None when only the year is known.
        day: 1 to 31; None when it is not known.
        start: Offset of its first character.
        end: Offset behind its last.
        note: Whether it stands in parentheses.
        first: The first day of the days that it is the last of.
        last: The last day of the days that it is the first of.
    """

    year: int
    month: int | None = None
    day: int | None = None
    start: int = 0
    end: int = 0
    note: bool = False
    first: Day | None = None
    last: Day | None = None

    @property
    def key(self) -> tuple[int, int, int]:
        """Year, month and day to sort by; what is not known comes first."""
        return self.year, self.month or 0, self.day or 0


def days_in(text: str) -> Iterator[Day]:
    """Yield the dates of a text in order, each with the other end of the range of days that it ends or begins.

    ``3/4/2020`` is no date: it may be a day in March or in April; with full stops the day stands first.
    """
    before: Day | None = None
    for day in _single(text):
        if day.day and (first := _first_of(text, day)):
            day = replace(day, first=first)  # noqa: PLW2901  (the same with its beginning)
        elif before and _is_range(text, before, day):
            day, before = replace(day, first=before), replace(before, last=day)  # noqa: PLW2901
        if before:
            yield before
        before = day
    if before:
        yield before


def _is_range(text: str, first: Day, last: Day) -> bool:
    """Tell whether two days are the ends of one event, not of a life or a term."""
    if not _RANGE.fullmatch(text, first.end, last.start):
        return False
    if not (first.month and first.day and last.month and last.day):
        return False
    ends = date(first.year, first.month, first.day), date(last.year, last.month, last.day)
    return 0 < (ends[1] - ends[0]).days <= _EVENT_DAYS


def _first_of(text: str, day: Day) -> Day | None:
    """Return the day with which a range begins that ends with a day, where it has no year of its own."""
    found = _FIRST.search(text, max(0, day.start - _FIRST_CHARS), day.start)
    if day.first or found is None or text[day.start : day.start + 4].isdigit():
        return day.first  # "02 to 2020-02-03" is no range
    number, month = int(found["d"] or found["e"]), _month(found["m"] or found["n"]) or day.month
    own = found["e"] or found["m"] or text[day.start].isdigit()  # not "9 - September 12, 2026"
    ends = (month or 0, number), (day.month or 0, day.day or 0)
    next_day = ends[0] == (ends[1][0], ends[1][1] - 1)
    ordered = ends[0] < ends[1] and (next_day or not found["and"])
    if not (own and ordered and _exists(day.year, month, number)):
        return None
    return Day(year=day.year, month=month, day=number, start=found.start(), end=day.end)


def _single(text: str) -> Iterator[Day]:
    """Yield the dates of a text one by one."""
    for match in _DATE.finditer(text):
        parts = {key[0]: value for key, value in match.groupdict().items() if value is not None}
        year = int(parts["y"])
        month, day = _month(parts.get("m")), int(parts["d"]) if "d" in parts else None
        if "a" in parts:
            first, second = int(parts["a"]), int(parts["b"])
            dotted = parts["s"] == "."
            if not dotted and (first > 12) == (second > 12) and first != second:
                continue  # both ways, or none
            month, day = (second, first) if dotted or first > 12 else (first, second)
        if "m" not in parts and "a" not in parts and _AMOUNT_BEHIND.match(text, match.end()):
            continue
        if not _exists(year, month, day):
            continue
        note = text.rfind("(", 0, match.start()) > text.rfind(")", 0, match.start())
        whole = Day(
            year=year, month=month, day=day, start=match.start(), end=match.end(), note=note
        )
        if "f" in parts and int(parts["f"]) < (day or 0):
            whole = replace(whole, first=replace(whole, day=int(parts["f"])))
        yield whole


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdigit():
        return int(text)
    return next(i for i, name in enumerate(MONTHS, 1) if name.startswith(text[:3].lower()))


def _exists(year: int, month: int | None, day: int | None) -> bool:
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return True


def asked_edge(wanted: Wanted) -> Edge | None:
    """Return which end of a range of days is asked for: when a thing begins, or when it is over."""
    said = f"{wanted.label} {statement(wanted.description)}"
    return "last" if _ENDS.search(said) else "first" if _BEGINS.search(said) else None


# A year of three figures, where nothing else is told or what stands beside it leaves no doubt.
_EARLY = re.compile(
    r"^\W*(?:in |c\. ?|ca\. ?|around |about )?(?P<alone>[1-9]\d\d)\W*$|\bA\.?D\.? ?(?P<ad>[1-9]\d{0,2})\b(?![.,]\d)|\b(?P<ce>[1-9]\d{0,2}) ?(?:AD|CE|A\.D\.)(?!\w)"
    r"|\b(?:mentioned|recorded|documented|founded|established|built|settled|chartered|consecrated|dates? (?:back to|from))(?: [\w ]{0,20}?)? (?:in )?(?:the year )?(?P<told>[1-9]\d\d)(?=[.,;)]|$| (?:by|as|in|when|and)\b)"
)


def year_candidates(text: str, *, whole: bool) -> list[Candidate]:
    """Return the years of a passage: integers if ``whole``, else text; those before 1000 only where it names nothing later."""
    return _years(text, whole=whole) or [
        Candidate(value=int(m.group(m.lastgroup)) if whole else m.group(m.lastgroup), start=m.start(m.lastgroup), end=m.end(m.lastgroup), fit=1.0)
        for m in _EARLY.finditer(text)
        if m.lastgroup
    ]  # fmt: skip


def _years(text: str, *, whole: bool) -> list[Candidate]:
    return [
        Candidate(
            value=day.year if whole else str(day.year),
            start=day.start,
            end=day.end,
            fit=0.8 if day.note else 1.0,
            how="its year" if day.month else "",
        )
        for day in days_in(text)
    ]


def date_candidates(
    text: str, *, form: str, partial: bool, edge: Edge | None = None
) -> list[Candidate]:
    """Return the dates of a passage in the asked form.

    Args:
        text: The passage.
        form: A notation such as ``YYYY-MM-DD``, or several (``notations.py``); empty for the
            source's own.
        partial: Whether a date without its day or month will do; it is then
            written ``YYYY-MM`` or ``YYYY``.
        edge: Which end of a range of days is asked for; None for either.
    """
    found = []
    for day, whole in _edges(text, edge):
        if whole:
            told = _written(day, form or "D Month YYYY", partial=partial)
            if told is not None:
                found.append(
                    Candidate(value=told, start=day.start, end=whole.end, fit=1.0, how=_OF_DAYS)
                )
            continue
        told = text[day.start : day.end] if not form else _written(day, form, partial=partial)
        if told is None:
            continue
        known = 1.0 if day.day else 0.9 if day.month else 0.75
        how = "" if told == text[day.start : day.end] else f"written as {form.replace('|', ' or ')}"
        found.append(
            Candidate(
                value=told,
                start=day.start,
                end=day.end,
                fit=known * (0.8 if day.note else 1.0),
                how=how,
            )
        )
    return found


def _edges(text: str, edge: Edge | None) -> Iterator[tuple[Day, Day | None]]:
    """Yield the days of a text, of a range the asked one; with the day that ends a range where it gives its year."""
    for day in days_in(text):
        if edge == "first" and day.first:
            if day.first.end > day.start:  # it has no year of its own
                yield day.first, day
        elif edge != "last" or not day.last:
            yield day, None


def _written(day: Day, form: str, *, partial: bool) -> str | None:
    return written(form, day.year, day.month, day.day, partial=partial)
