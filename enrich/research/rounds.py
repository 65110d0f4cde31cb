"""Rounds of funding: of what type a round was, known by its form, and of several the last."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.dates import days_in
from enrich.research.descriptions import statement
from enrich.research.words import clause_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_ROUND: Final = r"rounds?|funding|financing|raise|investment"
_ASKED = re.compile(rf"\b(?:{_ROUND})\b.*\b(?:type|stage|series|kind)\b|\b(?:type|stage|series|kind)\b.*\b(?:{_ROUND})\b", re.IGNORECASE)  # fmt: skip
_SHOWN = re.compile(r"\bSeries [A-H]\b")
_OTHER = re.compile(r"\b(?:investors?|amounts?|sum|date|day|year|who|when|how (?:much|many)|number|lead)\b", re.IGNORECASE)  # fmt: skip
# The earliest first: of two without days the later is the last.
_STAGES: Final = ("pre-?seed", "angel", "seed", "bridge", r"series [A-H](?:-?\d|\+)?", "growth", "mezzanine", "pre-IPO", "IPO")  # fmt: skip
_TYPE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(f'(?P<s{n}>{stage})' for n, stage in enumerate(_STAGES))})(?![\w-])(?! stock| shares| bonds?)(?: extension)?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"series|pre", re.IGNORECASE)
_ROUND_BEHIND = re.compile(
    r"[ -](?:rounds?|funding|financing|investment|stage|capital|raise)\b", re.IGNORECASE
)
_OF_FUNDING = re.compile(
    r"\b(?:rounds?|funding|financ\w+|rais\w+|invest\w+|clos(?:ed|ing)|led by|stage|backed)\b|[$\N{EURO SIGN}\N{POUND SIGN}]\d",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:plan\w*|will|expect\w*|aim\w*|prepar\w*|hop(?:es|ing)|intend\w*|next|upcoming|no longer|not)\b", re.IGNORECASE)  # fmt: skip
_LAST = re.compile(r"\b(?:last|latest|most recent|newest|current)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:total|to date|in all|altogether|overall|so far|cumulative\w*|since (?:its )?(?:inception|founding))\b", re.IGNORECASE)  # fmt: skip
_FUNDED = re.compile(r"\b(?:rounds?|funding|financing|raise)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:funds?|pools?|vehicles?|commitments?|portfolio|investors?|valuation|how many|number of|shares?|stake|per ?cent)\b|%",
    re.IGNORECASE,
)
_STOP = re.compile(r"[;,(]\s|\.\s|\.?$")
_LABELLED: Final = 0.88  # how sure a type beside a label of rounds is
_TOLD: Final = 0.76  # likewise in a sentence about them


def asks_round_type(wanted: Wanted) -> bool:
    """Tell whether it is asked of what type a round of funding was: "Type of the last round (Series A, …)"."""
    return wanted.kind in {"phrase", "name", "code"} and not wanted.many and _asks_type(wanted.label, wanted.description)  # fmt: skip


@lru_cache(maxsize=4_096)
def _asks_type(label: str, description: str) -> bool:
    if _OTHER.search(label) or _OTHER.search(statement(description)):
        return False
    said = f"{label}. {statement(description)}"
    staged = bool(re.search(r"\bstage\b|\bseries\b", label)) and _SHOWN.search(description)
    return bool(_ASKED.search(said) or staged)


def is_round_type(text: str) -> bool:
    """Tell whether a text is the type of a round and nothing else: ``Series B``."""
    found = _TYPE.match(text)
    return found is not None and text[found.end() :].strip(" .").lower() in {"", "round"}


def round_types(page: Page) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the type of the last round of which a page tells, with its passage and how sure it is.

    Each is read from a passage about funding; by the days beside them the last counts, else
    the latest stage.
    """
    found: list[tuple[tuple[int, int, int], int, int, Candidate, float]] = []
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        label = f"{' '.join(page.document.sections[segment.section].path[-1:])} {segment.row} {segment.label}"
        beside = bool(segment.label) and bool(_OF_FUNDING.search(label))
        if page.is_aside(segment, ()) or not (beside or _OF_FUNDING.search(text)):
            continue
        for match in _TYPE.finditer(text):
            named = _NAMED.match(match.group()) or _ROUND_BEHIND.match(text, match.end())
            if not (named or (beside and match.start() == 0)):
                continue  # a bridge, seed for farms
            if _NOT_YET.search(text, max(0, match.start() - 60), match.start()):
                continue
            stage = next(n for n in range(len(_STAGES)) if match[f"s{n}"]) * 10 + _letter(match)
            candidate = Candidate(
                value=match.group(), start=match.start(), end=match.end(), fit=1.0
            )
            day = next(iter(days_in(text[match.end() :])), None) or next(iter(days_in(text)), None)
            key = day.key if day else (0, 0, 0)
            found.append((key, stage, place, candidate, _LABELLED if beside else _TOLD))
    if found:
        _, _, place, candidate, score = max(found, key=lambda f: f[:2])
        yield place, candidate, score


def _letter(match: re.Match[str]) -> int:
    said = match.group().lower()
    return ord(said[7]) - ord("a") if said.startswith("series ") else 0


def asks_last_sum(wanted: Wanted) -> bool:
    """Tell whether it is asked what the last round of funding brought: ``latest_funding_amount``."""
    if wanted.kind not in {"amount", "number"} or wanted.many:
        return False
    return _asks_last_sum(wanted.label, wanted.description)


@lru_cache(maxsize=4_096)
def _asks_last_sum(label: str, description: str) -> bool:
    asked = f"{label}. {statement(description)}"
    last = _LAST.search(asked) and _FUNDED.search(asked)
    return bool(last) and not _ALL.search(asked) and not _COUNTED.search(asked)


def is_of_all_rounds(wanted: Wanted, said: str) -> bool:
    """Tell whether the last round's sum is asked for, and a passage gives that of all of them."""
    return asks_last_sum(wanted) and bool(_ALL.search(said))


def sums_all_rounds(text: str, start: int, end: int) -> bool:
    """Tell whether the clause around a sum speaks of all rounds together."""
    first = clause_start(text, start, (";", ". ", "(", ", "))
    stop = _STOP.search(text, end)
    return bool(_ALL.search(text, first, stop.start() if stop else len(text)))
