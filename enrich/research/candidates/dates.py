"""Years and dates, read in the usual notations and written in the asked one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS: Final = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905  (a list of twelve lines says no more)
)
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_YEAR = r"(?P<{0}>1\d{{3}}|20\d{{2}})"
_DATE = re.compile(
    "|".join((
        rf"\b{_YEAR.format('y1')}-(?P<m1>\d\d)(?:-(?P<d1>\d\d))?\b(?!-)",
        rf"\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('m2')},? {_YEAR.format('y2')}\b",
        rf"\b{_MONTH.format('m3')} (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR.format('y3')}\b",
        rf"\b{_MONTH.format('m4')},? {_YEAR.format('y4')}\b",
        rf"\b(?P<a5>\d{{1,2}})(?P<s5>[/.])(?P<b5>\d{{1,2}})(?P=s5){_YEAR.format('y5')}\b",
        rf"(?<![\d,.$\N{{EURO SIGN}}\N{{POUND SIGN}}-]){_YEAR.format('y6')}(?![\d,%]|\.\d|-\d)\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
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
    """

    year: int
    month: int | None = None
    day: int | None = None
    start: int = 0
    end: int = 0
    note: bool = False


def days_in(text: str) -> Iterator[Day]:
    """Yield the dates of a text in order.

    ``3/4/2020`` is no date: it may be a day in March or in April.
    """
    for match in _DATE.finditer(text):
        parts = {key[0]: value for key, value in match.groupdict().items() if value is not None}
        year = int(parts["y"])
        month, day = _month(parts.get("m")), int(parts["d"]) if "d" in parts else None
        if "a" in parts:
            first, second = int(parts["a"]), int(parts["b"])
            if (first > 12) == (second > 12) and first != second:  # both ways, or none
                continue
            month, day = (second, first) if first > 12 else (first, second)
        if "m" not in parts and "a" not in parts and _AMOUNT_BEHIND.match(text, match.end()):
            continue
        if not _exists(year, month, day):
            continue
        note = text.rfind("(", 0, match.start()) > text.rfind(")", 0, match.start())
        yield Day(year=year, month=month, day=day, start=match.start(), end=match.end(), note=note)


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


def year_candidates(text: str, *, whole: bool) -> list[Candidate]:
    """Return the years of a passage: integers if ``whole``, else text."""
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


def date_candidates(text: str, *, form: str, partial: bool) -> list[Candidate]:
    """Return the dates of a passage in the asked form.

    Args:
        text: The passage.
        form: ``YYYY-MM-DD``, ``YYYY-MM``, ``DD/MM/YYYY``, ``MM/DD/YYYY`` or ``Month D, YYYY``;
            empty for the source's own notation.
        partial: Whether a date without its day or month will do; it is then
            written ``YYYY-MM`` or ``YYYY``.
    """
    found = []
    for day in days_in(text):
        written = text[day.start : day.end] if not form else _written(day, form, partial=partial)
        if written is None:
            continue
        known = 1.0 if day.day else 0.9 if day.month else 0.75
        how = "" if written == text[day.start : day.end] else f"written as {form}"
        found.append(
            Candidate(
                value=written,
                start=day.start,
                end=day.end,
                fit=known * (0.8 if day.note else 1.0),
                how=how,
            )
        )
    return found


def _written(day: Day, form: str, *, partial: bool) -> str | None:  # noqa: PLR0911  (a notation a line)
    if form == "YYYY-MM":
        return (
            f"{day.year:04}-{day.month:02}" if day.month else (str(day.year) if partial else None)
        )
    if day.month is None or day.day is None:
        if not partial:
            return None
        return f"{day.year:04}-{day.month:02}" if day.month else str(day.year)
    if form == "DD/MM/YYYY":
        return f"{day.day:02}/{day.month:02}/{day.year}"
    if form == "MM/DD/YYYY":
        return f"{day.month:02}/{day.day:02}/{day.year}"
    if form == "Month D, YYYY":
        return f"{MONTHS[day.month - 1].capitalize()} {day.day}, {day.year}"
    return f"{day.year:04}-{day.month:02}-{day.day:02}"
