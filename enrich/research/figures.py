"""Which figures of a sentence are not what is asked: another's, a part's, a plan's, what was before, a day's.

Only what stands around the figure decides; where the question itself asks for a plan or a part, it is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates import strings
from enrich.research.names import initials
from enrich.research.words import concepts, fold, spoken, stems, word_set, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

KINDS: Final = frozenset({"number", "amount"})
_FOUNDED: Final = frozenset({"found", "founding-date", "establish", "begin", "open", "start"})
_CAP = r"[A-Z\u00c0-\u00de][\w&'./-]*"
_NAME = rf"{_CAP}(?: (?:(?:of|de|der|van|von|du|la|and|&) )?{_CAP})*"
_HAS: Final = (
    "has|had|have|employs?|employed|manages?|counts?|runs?|ran|reported|made|turned|turns|was|were|is|are|makes|starts?"
    "|costs?|opened|raised|went|boasts?|serves?|charges?|operates?|pays?"
)
# Globex, for comparison, "had a turnover of 8 million"; "the largest, Globex, employs 300".
_OTHER_HAS = re.compile(
    rf"(?P<name>{_NAME})(?:, [^,;.()]{{1,40}},)?,?(?: which| who| that)? (?:{_HAS})\b"
)
# A competitor, "Globex A/S", with its turnover and staff in parentheses behind the name.
_OTHER_ASIDE = re.compile(rf"(?P<name>{_NAME}),? \([^()]*$")
_RIVAL = re.compile(
    rf"\b(?:rivals?|competitors?|neighbou?rs?|parent company|unlike) (?P<name>{_NAME})\b"
)
_OBJECT = re.compile(r"\b(?:in|of|from|at|on|near|to|by|for|and)(?: the)? $")
# Names that a thing has for itself.
_OWN: Final = word_set(
    """
    group company university hospital bank foundation trust museum college school city board institute firm business team
    bridge dam hotel restaurant ship project fair house centre center department library series phase stage
    """
)
PART = re.compile(r"\W*(?:\w+ ){0,2}of (?:whom|which|them|these)\b(?P<rest>[^;.]*)", re.IGNORECASE)
_OF_THEM = re.compile(
    r"\bof (?:whom|which|them|these),?\W*(?:about |some |around |only )?$", re.IGNORECASE
)
_PLANNED = re.compile(
    r"\b(?:plans?|planned|planning|targets?|expects?|expected|forecasts?|guidance|budgets? for|budgeted|foresees?|projected|would"
    r"|aims? (?:to|for|at)|hopes? to|intends? to|is to|are to|will (?:reach|rise|grow|add|be|have|open|take|employ|create|hire))\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:today|present|current|currently|now)\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:\b(?:up|down|rising|rose|grew|fell|increase|decrease)(?: by)? from|\bcompared (?:to|with)|\bagainst|\binstead of|\bpreviously"
    r"|\b(?:19|20)\d\d:)\W*(?:about |some |around |only )?(?:[A-Z]{3} ?|[$\u20ac\u00a3\u00a5] ?)?$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\bfrom (?:about |some |around |only )?(?:[A-Z]{3} ?|[$\u20ac\u00a3\u00a5] ?)?$"
)
_IN_DATE = re.compile(
    rf"(?:st|nd|rd|th|\.)?(?:\s?[\N{{EN DASH}}-]\s?\d\d?)?\s+(?:of )?{strings.MONTH}\b"
)
_AFTER_MONTH = re.compile(rf"\b{strings.MONTH}\b\.? $")
_DAYS: Final = 31
_MANY: Final = 40  # a sentence of more figures is a table that was not understood
_TINY: Final = 1e-3  # of millions, what is no million of anything


def is_not_asked(
    wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str], others: int
) -> bool:
    """Tell whether a figure in a sentence is surely not the one that is asked for.

    Args:
        wanted: The field.
        text: The sentence.
        candidate: The figure in it.
        names: The subject's names as ``name_key`` gives them.
        others: How many figures of that form stand in the sentence besides.
    """
    if others > _MANY:
        return True
    asked = f"{wanted.label} {wanted.description}"
    if wanted.kind in KINDS:
        return (
            _of_day(text, candidate)
            or _unscaled(wanted, candidate)
            or _is_part(wanted, text, candidate)
            or (bool(others) and bool(_BEFORE.search(text, 0, candidate.start)))
            or (bool(others) and bool(_FROM.search(text, 0, candidate.start)) and " to " in text)
            or (not _PLANNED.search(asked) and is_planned(text, candidate.start))
            or of_another(wanted, text, candidate.start, names)
        )
    founded = wanted.kind in {"year", "date"} and bool(_FOUNDED & {*wanted.topic, *wanted.hint})
    return founded and of_another(wanted, text, candidate.start, names)


def is_counted(candidate: Candidate, asked: set[str]) -> bool:
    """Tell whether the word behind a number is one of what is asked for, or another word for it."""
    told = {*concepts(candidate.counted), *stems(candidate.counted)}
    return bool(told & asked) or any(told & spoken(concept) for concept in asked)


def is_planned(text: str, at: int) -> bool:
    """Tell whether what stands at an offset is said to come."""
    first = max(text.rfind(mark, 0, at) for mark in (";", ". ", "(")) + 1
    planned = [m.end() for m in _PLANNED.finditer(text, first, at)]
    return bool(planned) and not _NOW.search(text, planned[-1], at)


def of_another(wanted: Wanted, text: str, at: int, names: frozenset[str]) -> bool:
    """Tell whether what stands at an offset of a sentence is said of something of another name."""
    first = text.rfind(";", 0, at) + 1
    aside = _OTHER_ASIDE.search(text, first, at)
    found = [m for pattern in (_OTHER_HAS, _RIVAL) for m in pattern.finditer(text, first, at)]
    last = max(found, key=lambda m: m.start("name"), default=None)
    return any(m is not None and _is_stranger(wanted, text, m, names) for m in (aside, last))


def _is_stranger(wanted: Wanted, text: str, match: re.Match[str], names: frozenset[str]) -> bool:
    """Tell whether a name is neither the subject's nor only a word that begins a sentence or is asked for."""
    name = match["name"]
    parts = name.split()
    while parts and parts[0] in strings.SENTENCE_STARTERS:
        parts.pop(0)
    said = set(words(" ".join(parts)))
    known = {word for own in names for word in own.split()} | {initials(own) for own in names}
    if _OBJECT.search(text, 0, match.start("name")):
        return False  # "in the United States" has done nothing
    if not said or said & known or said & _OWN or {*concepts(name)} & {*wanted.topic, *wanted.hint}:
        return False
    if len(parts) > 1:
        return True
    begins = (
        not text[: match.start("name")].strip()
        or text[: match.start("name")].rstrip()[-1:] in ".;:("
    )
    return (
        not (begins or len(fold(parts[0])) < 3)
        or text[match.end("name") : match.end("name") + 1] == ","
    )


def _of_day(text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is a day of a date or a part of a telephone number."""
    said = text[candidate.start : candidate.end]
    if said.isdigit() and int(said) <= _DAYS and (_IN_DATE.match(text, candidate.end) or _AFTER_MONTH.search(text, 0, candidate.start)):  # fmt: skip
        return True
    return any(
        c.start <= candidate.start < c.end and set("+(-") & set(str(c.value))
        for c in strings.phone_candidates(text)
    )


def _unscaled(wanted: Wanted, candidate: Candidate) -> bool:
    """Tell whether a figure without magnitude stands where millions are asked for: the 3 of "3 rounds"."""
    value = candidate.value
    return wanted.number.scale > 1 and isinstance(value, (int, float)) and 0 < abs(value) < _TINY


def _is_part(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is said of a part: ``about 780 of whom work in Ohio``."""
    part = PART.match(text, candidate.end)
    asked = {*wanted.topic, *wanted.hint}
    if part is not None:
        return not asked & {*concepts(part["rest"])}
    return bool(_OF_THEM.search(text, 0, candidate.start)) and not asked & {
        *concepts(candidate.counted)
    }
