"""Values out of a given set: booleans and enums, ranges of numbers among them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from math import inf, nextafter
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.choice_words import OTHER_WORDS
from enrich.research.candidates.denials import is_ended, is_left_open, is_nearest, says
from enrich.research.candidates.numbers import numbers_in
from enrich.research.words import clause_start, fold, stem, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Json

_YES = re.compile(
    r"^\W*(yes|true|available|supported|included|allowed|permitted|required|held|certified|granted|guaranteed|offered|\N{CHECK MARK}|\N{HEAVY CHECK MARK})(?!\w)",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(no|none|false|not (?!(?:yet )?(?:known|stated|specified|applicable|disclosed|reported|published|determined|sure|clear|just|only)\b)\w+|unavailable|unsupported|never|n/a|nil|has not|is not|does not|expired|withdrawn|lapsed|\N{BALLOT X}|\N{CROSS MARK})(?!\w)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:no|not(?! only| just| merely)|never|without|isn't|aren't|wasn't|doesn't|don't|does not|cannot|can't|neither|nor|former|formerly|non|lacks?|ceased|no longer)\b[\s-]*(?:\w+[\s-]+){0,3}$",
    re.IGNORECASE,
)
# "Windows is not supported", "Contains no gluten".
_DENIED_AFTER = re.compile(
    r"\s+(?:(?:is|are|was|were|does|do|did|has|have|can|could|will|may|must)(?:\s+not\b|n't\b|\s+no longer\b|\s+never\b)|cannot\b|(?:no|neither)\b(?! (?:more|less|fewer|later|doubt)\b))",
    re.IGNORECASE,
)
# "not only", "not least" and "no later than" deny nothing.
_DENIAL = re.compile(
    r"\b(?:not|cannot|no longer|never)\b(?! (?:only|just|merely|least|later|more|less|fewer|all|every))|\w+n['\N{RIGHT SINGLE QUOTATION MARK}]t\b|\b(?:holds?|has|have|had) no\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[.;:!?](?:\s|$)|,\s+(?:and|but|so|which|who|while|though|although|unless)\b|\s(?:but|although|though|while|unless)\s|\s\N{EN DASH}\s"
)
_FORMER = re.compile(
    r"\b(?:until|till|before|formerly|former|previously|originally|initially|at first|once|used to|had (?:been|led|come)|no longer|ceased"
    r"|after|following|follow(?:s|ed)|including|besides|instead of|rather than|unlike|not|never|than|was then|began as|started as)"
    r"\W+(?:[\w$\u00a3\u20ac.,'-]+\W+){0,5}$|\b(?:until|till|before|up to)\s(?:\w+\s)?(?:19|20)\d\d\b[^.;]{0,80}$",
    re.IGNORECASE,
)
# What is done now and then is an exception to what is asked.
_SELDOM = re.compile(
    r"\b(?:occasional(?:ly)?|rarely|seldom|exceptional(?:ly)?|from time to time|now and then|once in a while|in (?:a few|some|rare|exceptional) cases)\b",
    re.IGNORECASE,
)
_SINCE_OVER = re.compile(
    r"[^.;]{0,60}?\b(?:had been (?:led|made|held|raised)|until (?:19|20)\d\d)\b", re.IGNORECASE
)
_COUNTED = re.compile(r"\d[\d.,]*\s+(?:[a-z-]+\s+)?$")
_RANGE = re.compile(
    r"^\D{0,12}?([\d.,]+)\s*([kmb]?)\s*(?:-|\N{EN DASH}|to)\s*([\d.,]+)\s*([kmb]?)\D{0,20}$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^\D{0,20}?([\d.,]+)\s*([kmb]?)\s*(?:\+|or more\b|and (?:above|over|more)\b)\D{0,20}$"
    r"|^(over|above|more than|>=?|at least)\s*\D?([\d.,]+)\s*([kmb]?)\D{0,20}$",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    r"^(under|below|less than|fewer than|up to|<=?)\s*\D?([\d.,]+)\s*([kmb]?)\D{0,20}$",
    re.IGNORECASE,
)
_INNER = re.compile(r"^[^()\d]{1,40}\(([^()]{2,30})\)$")  # "small (<100)"
_BAND = re.compile(r"(?<![\w.,-])(\d[\d,.]*)\s?(?:[-\N{EN DASH}]|to)\s?(\d[\d,.]*)(?![\w-])")
_INCLUDED: Final = frozenset({"at least", ">=", "up to", "<="})
IN_RANGE: Final = "the range that it lies in"
_WHOLE: Final = 3  # letters of a word that is never inflected
_TOGETHER: Final = 140  # characters within which all words of a choice must stand
_BRIEF: Final = 80  # characters of an amount beside a label; a longer text says more than that
_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]\.?m\b", re.IGNORECASE)
_SCALE: Final = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}
PRESENT: Final = ("there is none of it", "there is some of it")
"""How yes or no follows from the number of what a label names."""
DENIES: Final = "it denies it"
_SAID: Final = 0.75
_DENIED: Final = 0.77  # of two sentences, what one denies the other seldom says of the same
UNKNOWN: Final = frozenset(
    {"unknown", "other", "n/a", "none", "not available", "unspecified", "not stated", "unclear"}
)


@lru_cache(maxsize=4_096)
def bounds(choice: str) -> tuple[float, float] | None:
    """Return the range that an enum's value stands for: ``51-500``, ``501+``, ``under 10M``."""
    text = choice.strip()
    if inner := _INNER.match(text):
        text = inner[1].strip()

    def number(digits: str, scale: str) -> float:
        return float(digits.replace(",", "").rstrip(".") or 0) * _SCALE[scale.lower()]

    try:
        if found := _RANGE.match(text):
            return number(found[1], found[2] or found[4]), number(found[3], found[4])
        if found := _FROM.match(text):
            if found[3] is None:
                return number(found[1], found[2] or ""), inf
            low = number(found[4], found[5] or "")
            return (low if found[3].lower() in _INCLUDED else nextafter(low, inf)), inf
        if found := _UP_TO.match(text):
            high = number(found[2], found[3])
            return 0.0, high if found[1].lower() in _INCLUDED else nextafter(high, 0.0)
    except ValueError:  # "1.2.3-4": no range of numbers
        return None
    return None


def enum_candidates(text: str, choices: tuple[Json, ...]) -> list[Candidate]:
    """Return the choices that a passage names; a number names the range that it lies in."""
    found: list[Candidate] = []
    folded = fold(text)
    aligned = len(folded) == len(text)
    for choice in choices:
        if isinstance(choice, str) and aligned and choice.lower() not in UNKNOWN:
            hit = _named(folded, choice) or _in_other_words(folded, choice)
            if hit:
                how = "" if text[hit[0] : hit[1]] == choice else "the choice that it names"
                found.append(Candidate(value=choice, start=hit[0], end=hit[1], fit=1.0, how=how))
    if found:
        # "constitutional monarchy" says more than "monarchy" inside it.
        inner = [
            c
            for c in found
            if any(
                o is not c
                and o.start <= c.start
                and c.end <= o.end
                and o.end - o.start > c.end - c.start
                for o in found
            )
        ]
        return sorted((c for c in found if c not in inner), key=lambda c: c.start)
    ranges = [
        (choice, ends) for choice in choices if isinstance(choice, str) and (ends := bounds(choice))
    ]
    plain = [c for c in choices if isinstance(c, (int, float)) and not isinstance(c, bool)]
    if not ranges and not plain:
        return []
    bands = [(b.start(), b.end()) for b in _BAND.finditer(text)] if ranges else []
    for number in numbers_in(text):
        if number.year or number.percent:
            continue
        whole = next((b for b in bands if b[0] <= number.start < b[1]), None)
        told = (
            [number.value] if whole is None else [n.value for n in numbers_in(text[slice(*whole)])]
        )
        for choice, (low, high) in ranges:
            if low <= min(told) and max(told) <= high:
                found.append(
                    Candidate(
                        value=choice,
                        start=number.start,
                        end=number.end,
                        fit=1.0,
                        how=IN_RANGE,
                    )
                )
        found.extend(
            Candidate(value=c, start=number.start, end=number.end, fit=1.0)
            for c in plain
            if c == number.value
        )
    return found


def is_over(text: str, candidate: Candidate) -> bool:
    """Tell whether a choice is said of before or of now and then, or only counts something: ``540 employees``."""
    first = clause_start(text, candidate.start, (";", ". ", ": ", "("))
    before = text[first : candidate.start]
    counted = _COUNTED.search(before) and not any(c.isdigit() for c in str(candidate.value))
    seldom = _SELDOM.search(before) and not _SELDOM.search(str(candidate.value))
    return bool(
        _FORMER.search(before) or seldom or counted or _SINCE_OVER.match(text, candidate.end)
    )


@lru_cache(maxsize=4_096)
def _pattern(choice: str) -> re.Pattern[str] | None:
    parts = [_inflected(word) for word in words(choice)]
    return re.compile(r"(?<![\w-])" + r"[\s_-]+".join(parts) + r"\b") if parts else None


def _inflected(word: str) -> str:
    """Return a pattern of a word in its forms; one of few letters has none."""
    if len(word) <= _WHOLE:
        return re.escape(word)
    bare = stem(word)
    bare = bare[:-1] if bare.endswith("y") and not word.startswith(bare) else bare  # series
    agent = "" if "ist" in word else r"(?!ists?\b)"  # what is archived is no archivist
    return re.escape(bare) + agent + r"\w{0,4}"


@lru_cache(maxsize=4_096)
def _parts(choice: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of what a choice is called in other words: one of each of its parts."""
    said = choice.lower().replace("_", " ")
    if whole := [text for key, text in OTHER_WORDS.items() if re.fullmatch(key, said.strip())]:
        return tuple(re.compile(text) for text in whole[:1])
    keys = [key for key in OTHER_WORDS if re.search(rf"(?<![\w-]){key}(?![\w-])", said)]
    if not keys or re.sub("|".join(keys), "", said).strip(" -"):
        return ()
    return tuple(re.compile(OTHER_WORDS[key]) for key in keys)


def _in_other_words(folded: str, choice: str) -> tuple[int, int] | None:
    """Return where a passage says a choice in other words: ``not-for-profit`` is non-profit."""
    found = [_undenied(folded, pattern) for pattern in _parts(choice)]
    spans = [span for span in found if span is not None]
    if not spans or len(spans) < len(found):
        return None
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    return None if end - start > _TOGETHER else (start, end)


def _named(folded: str, choice: str) -> tuple[int, int] | None:
    pattern = _pattern(choice)
    return _undenied(folded, pattern) if pattern else None


def _undenied(folded: str, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """Return the first place where a passage has a pattern and does not deny it."""
    for found in pattern.finditer(folded):
        if not _NEGATION.search(folded, max(0, found.start() - 40), found.start()):
            return found.span()
    return None


def presence(text: str, *, denied: bool) -> list[Candidate]:
    """Return whether there is any of what a label names, by its number: ``Coastline 536 km``.

    Args:
        text: What stands beside the label.
        denied: Whether the question is whether there is none.
    """
    number = next((n for n in numbers_in(text) if not n.year), None)
    if number is None or _CLOCK.search(text) or len(text) > _BRIEF:
        return []
    how = PRESENT[number.value > 0]
    value = (number.value > 0) is not denied
    return [Candidate(value=value, start=number.start, end=number.end, fit=1.0, how=how)]


def _in_denial(text: str, at: int) -> bool:
    """Tell whether the clause that a word stands in denies what it says: ``guests are not promised a room``."""
    start = max((m.end() for m in _CLAUSE_END.finditer(text, 0, at)), default=0)
    end = _CLAUSE_END.search(text, at)
    return bool(_DENIAL.search(text, start, end.start() if end else len(text)))


def boolean_candidates(text: str, *, at: int | None) -> list[Candidate]:
    """Return yes or no.

    Args:
        text: The passage.
        at: Where in the passage the thing asked for is named; None when it is the
            label beside the passage, so that the passage itself must say yes or no.
    """
    for pattern, value in ((_NO, False), (_YES, True)):
        found = pattern.match(text)
        if found and at is None:
            return [
                Candidate(
                    value=value, start=found.start(1), end=found.end(1), fit=1.0, how="yes or no"
                )
            ]
    if at is None:
        return []
    end = at + len(re.match(r"\w*", text[at:]).group())  # type: ignore[union-attr]  # it matches the empty string
    denied = bool(
        _NEGATION.search(text[:at])
        or _DENIED_AFTER.match(text, end)
        or _in_denial(text, at)
        or is_ended(text, at, end)
    )
    if not denied and (is_left_open(text, at, end) or is_nearest(text, at)):
        return []
    return [
        Candidate(
            value=not denied,
            start=at,
            end=end,
            fit=_DENIED if denied else _SAID,
            how=DENIES if denied else "it says so",
        )
    ]


def yes_or_no(text: str, spots: Sequence[tuple[int, int]]) -> list[Candidate]:
    """Return whether a sentence says that there is a thing; what another of its clauses denies is denied.

    Args:
        text: The sentence.
        spots: Where it has words of what is asked.
    """
    found = boolean_candidates(text, at=spots[0][0])
    if found and found[0].value is True and len(spots) > 1:
        said = says(text, [(text[start:end].lower(), start, end) for start, end in spots])
        if said and not said[0]:
            return [replace(found[0], value=False, start=said[1], end=said[2], how=DENIES)]
    return found
