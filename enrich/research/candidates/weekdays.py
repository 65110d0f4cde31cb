"""Days of the week: ``Mon``, ``Sundays``, ``Mon-Wed``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = r"(?:Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:r(?:s(?:day)?)?)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?)s?"
_SAID = re.compile(
    rf"\b(?P<first>{_DAY})\b\.?(?:\s?(?:[-\N{{EN DASH}}\N{{EM DASH}}]|\bto\b|\bthrough\b|\buntil\b)\s?(?P<last>{_DAY})\b)?"
)
_ASKED = re.compile(
    r"\bweek ?days?\b|\bdays? of (?:the|a|each|every) week\b|\b(?:which|what) days?\b",
    re.IGNORECASE,
)
PARTS: Final = re.compile(r"[^.;]+(?:[.;](?!\s)[^.;]*)*")
"""What a passage says one by one, up to a full stop or a semicolon."""
_CLAUSE_END = re.compile(r"[;.,(]")
_CLOSED = re.compile(
    r"\b(?:clos(?:e[sd]?|ing|ure)|shut|rest|dark|day off|days off|off|not open|no \w+(?: \w+)? (?:is|are) (?:served|held|given)|without)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:open(?:s|ing)?|hours|serv(?:es?|ed|ing)|lunch|dinner|breakfast|brunch|doors|from|every|daily|a\.?m|p\.?m|noon)\b|\d[:.h]\d\d",
    re.IGNORECASE,
)


def asked_clause(wanted: Wanted) -> str:
    """Return a field's name and what its description says first, without what is to be left out or done otherwise."""
    return f"{wanted.label}. {_CLAUSE_END.split(wanted.description, maxsplit=1)[0]}"


def asks_weekdays(wanted: Wanted) -> bool:
    """Tell whether days of the week are asked for."""
    return bool(_ASKED.search(f"{wanted.label}. {wanted.description}"))


def says_when(wanted: Wanted, text: str) -> bool:
    """Tell whether a passage may speak of the days that are asked for: those of rest, or those of opening."""
    asked = asked_clause(wanted)
    if _CLOSED.search(asked):
        return bool(_CLOSED.search(text))
    return bool(_OPEN.search(asked) and _OPEN.search(text)) and not _CLOSED.search(text)


def days_said(wanted: Wanted, label: str, text: str) -> list[Candidate]:
    """Return the days of the parts of a passage that speak of what is asked: ``Wed-Sun 8 to 6. Closed Mon and Tue``."""
    return [
        replace(day, start=part.start() + day.start, end=part.start() + day.end)
        for part in PARTS.finditer(text)
        if says_when(wanted, f"{label}: {part.group()}")
        for day in weekday_candidates(part.group())
    ]


def weekday_candidates(text: str) -> list[Candidate]:
    """Return the days that a passage names, by their full names; of a stretch (``Mon-Wed``) each of its days."""
    found: list[Candidate] = []
    for said in _SAID.finditer(text):
        first = _number(said["first"])
        count = (_number(said["last"]) - first) % len(_DAYS) + 1 if said["last"] else 1
        found += [
            Candidate(value=_DAYS[(first + n) % len(_DAYS)], start=said.start(), end=said.end(), fit=1.0, how="the day's full name")
            for n in range(count)
        ]  # fmt: skip
    return found


def _number(day: str) -> int:
    return next(n for n, name in enumerate(_DAYS) if name.startswith(day[:3]))
