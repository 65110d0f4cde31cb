"""Notations of dates: which of them a description asks for, and days written in them.

A notation is what people write for it, ``DD.MM.YYYY`` or ``Month D, YYYY``; several with a
bar between them are tried in that order, each with what it needs of a date.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from enrich.research.descriptions import undenied

MONTHS: Final = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905  (a list of twelve lines says no more)
)
_DAY = r"(?:DD?|dd?|Day|day)"
_MONTH = r"(?:M{1,4}|m{1,4}|Month|month|Mon|MON|mon)"
_YEAR = r"(?:YYYY|yyyy|YY|yy|Year|year)"
_GAP = r"(?:[-/.]|\. |, ?| )"
_NOTATION = re.compile(
    rf"(?<![\w/.-])(?:{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}|{_YEAR}[-/.]{_MONTH}|YYYYMMDD|DDMMYYYY|MMDDYYYY"
    rf"|{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}|{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}|{_MONTH}[-/. ]{_YEAR})(?![\w/-])"
)
_TOKEN = re.compile(r"YYYY|YY|Month|Mon|M{1,4}|DD?")
_LONGHAND: Final = {"Day": "D", "Year": "YYYY", "MON": "Mon"}
_ISO = re.compile(r"\bISO[- ]?8601\b|\bISO[- ](?:date|format|notation|standard)\b")
_NAMED: Final = 4  # letters from which on a month is its name: MMMM
_SHORT: Final = 3
# "e.g. 06-2018", "such as 2018-06-07".
_SHOWN = re.compile(
    r"(?:\be\.g\.?,?|\beg\b\.?|\bsuch as|\bfor example,?|\blike|\bexample:?|\bi\.e\.?,?)\s*[\"'(]?(?P<date>\w[\w./ ,-]{4,18}\d)(?![\w/-])",
    re.IGNORECASE,
)
_ANY_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_BRIEF_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)"
_SHAPES: Final = (
    (r"\d{4}-\d\d-\d\d", "YYYY-MM-DD"), (r"\d{4}/\d\d/\d\d", "YYYY/MM/DD"), (r"\d{4}-\d\d", "YYYY-MM"),
    (r"(?:0[1-9]|1[0-2])-\d{4}", "MM-YYYY"), (r"(?:0[1-9]|1[0-2])/\d{4}", "MM/YYYY"),
    (r"\d\d\.\d\d\.\d{4}", "DD.MM.YYYY"), (r"(?:1[3-9]|2\d|3[01])/\d\d/\d{4}", "DD/MM/YYYY"),
    (r"\d\d/(?:1[3-9]|2\d|3[01])/\d{4}", "MM/DD/YYYY"),
    (rf"\d\d? {_ANY_MONTH} \d{{4}}", "D Month YYYY"), (rf"\d\d? {_BRIEF_MONTH} \d{{4}}", "D Mon YYYY"),
    (rf"{_ANY_MONTH} \d\d?, \d{{4}}", "Month D, YYYY"), (rf"{_BRIEF_MONTH} \d\d?, \d{{4}}", "Mon D, YYYY"),
    (rf"{_ANY_MONTH} \d{{4}}", "Month YYYY"), (rf"{_BRIEF_MONTH} \d{{4}}", "Mon YYYY"),
)  # fmt: skip


@lru_cache(maxsize=4_096)
def asked_notation(description: str) -> str:
    """Return the notation that a description asks for, by its letters, its name or an example; empty for none."""
    said = undenied(description)
    found = [_plain(match.group()) for match in _NOTATION.finditer(said)]
    found = [notation for notation in found if notation]
    if not found and _ISO.search(said):
        return "YYYY-MM-DD"
    if not found and (shown := _SHOWN.search(said)):
        found = [form for shape, form in _SHAPES if re.fullmatch(shape, shown["date"])]
    return "|".join(dict.fromkeys(found))


def _plain(notation: str) -> str:
    """Return a notation in the letters that are written here; empty for mere words ("month year")."""
    words = re.sub(r"[A-Za-z]+", lambda m: _LONGHAND.get(m.group(), m.group()), notation)
    if re.search(r"\b(?:day|month|year|mon)\b", words):
        return ""
    letters = re.sub(r"\b[dmy]+\b", lambda m: m.group().upper(), words)
    return letters if _TOKEN.search(letters) else ""


def written(
    notations: str, year: int, month: int | None, day: int | None, *, partial: bool
) -> str | None:
    """Return a date in the first of some notations that it is known well enough for.

    Args:
        notations: One, or several with bars between them.
        year: The year.
        month: 1 to 12; None where it is not known.
        day: 1 to 31; None where it is not known.
        partial: Whether what is known of it will do: ``YYYY-MM`` or ``YYYY``.
    """
    for notation in notations.split("|"):
        needed = set("".join(_TOKEN.findall(notation)))
        if ("D" in needed and day is None) or ("M" in needed and month is None):
            continue
        return _TOKEN.sub(lambda m: _part(m.group(), year, month or 0, day or 0), notation)
    if not partial:
        return None
    return f"{year:04}-{month:02}" if month else f"{year:04}"


def _part(letters: str, year: int, month: int, day: int) -> str:
    if letters.startswith("Y"):
        return f"{year:04}" if letters == "YYYY" else f"{year % 100:02}"
    if letters.startswith("D"):
        return f"{day:0{len(letters)}}"
    if letters == "Month" or len(letters) == _NAMED:
        return MONTHS[month - 1].capitalize()
    if letters == "Mon" or len(letters) == _SHORT:
        return MONTHS[month - 1][:3].capitalize()
    return f"{month:0{len(letters)}}"
