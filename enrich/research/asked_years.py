"""The year that a field fixes: ``revenue_2022``, "Number of employees at the end of 2022"."""

from __future__ import annotations

import re
from typing import Final

from enrich.research.candidates.strings import MONTH
from enrich.research.words import words

_OF_NAME = re.compile(r"(?:fy)?((?:19|20)\d\d)|fy(\d\d)")
# What a name says beside a year that is not the year of its value: a standard's, a limit, a span.
_OTHERWISE: Final = frozenset({
    "iso", "iec", "en", "din", "ieee", "since", "after", "before", "until", "till", "from", "between", "than",
    "windows", "agenda", "dollars", "prices",
})  # fmt: skip
_MONEY: Final = frozenset({"usd", "eur", "gbp"})  # 2015 dollars, or dollars in 2015
_SHOWN = re.compile(
    r"\b(?:e\.?g\b|such as|like|for example|for instance|example)[^;)]*|\"[^\"]*\"|'\d[^']*'|[=>]+\s*(?:19|20)\d\d",
    re.IGNORECASE,
)
# "since 2019", "2015 prices", "max 2000 characters"
_BESIDE = re.compile(
    r"\b(?:since|after|before|until|till|from|between|than|later|earlier|over|under|max(?:imum)?|up to|or|say|iso|iec|en|din|agenda|windows)(?: \w+)?\s$",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\s*(?:[-\N{EN DASH}/:]\s?\d|(?:constant |us |international )?(?:dollars?|euros?|prices?|usd|eur|gbp|ppp|characters?|chars|words?|items?|people|persons|employees|guests|seats|units?|or (?:more|less|fewer))\b)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"(?:\b(?:in|for|during|of|as of|as at|by|at|the|end|on|year|fy|fiscal|financial|calendar|season|edition|q[1-4]|{MONTH}\.?(?: \d{{1,2}},?)?)\s|[(,]\s?(?:fy ?|est\.? )?|\bfy ?|^\W*)$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:[.,;:?)]|est\b|$)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,/:\N{EN DASH}-])(?:19|20)\d\d(?!\d|[.,]\d)|(?:\bfy|(?<![\w'\N{RIGHT SINGLE QUOTATION MARK}])['\N{RIGHT SINGLE QUOTATION MARK}])(?P<short>\d\d)(?![\w'\N{RIGHT SINGLE QUOTATION MARK}])", re.IGNORECASE)  # fmt: skip
# What asks for the newest figure takes the year as a hint.
_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent|up[- ]to[- ]date|today|now|current(?:ly)?(?!(?:ly)? (?:assets|liabilities|ratio|account|cost)))\b"
    r"|\bor (?:the )?(?:nearest|closest|last)\b",
    re.IGNORECASE,
)


def fixed_year(name: str, description: str) -> int | None:
    """Return the one year of which a field's value is to be; None for none, or for several."""
    told = _named(name)
    if told is None:
        told = _described(description)
    return next(iter(told)) if len(told) == 1 else None


def takes_newest(name: str, description: str) -> bool:
    """Tell whether the newest value will do whatever year is named: "latest", "current as of 2025"."""
    return _NEWEST.search(f"{' '.join(words(name))} {description}") is not None


def _named(name: str) -> set[int] | None:
    """Return the years of a name; None where it has none."""
    said = words(name)
    found = {int(m[1] or f"20{m[2]}") for word in said if (m := _OF_NAME.fullmatch(word))}
    if not found:
        return None
    if _MONEY & set(said):
        return None
    return set() if _OTHERWISE & set(said) else found


def _described(description: str) -> set[int]:
    text = _SHOWN.sub(" ", description)
    found: set[int] = set()
    for match in _YEAR.finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if _BESIDE.search(before):
            return set()
        if _COUNTS.match(text, match.end()):
            continue
        if match["short"] or _WHEN.search(before) or _ENDS.match(text, match.end()):
            found.add(int(f"20{match['short']}" if match["short"] else match.group()[-4:]))
    return found
