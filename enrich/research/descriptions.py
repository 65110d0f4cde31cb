"""What a description says: the fact itself, its instructions, its examples, its way out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from enrich.research.worked_examples import plain_pairs

_FALLBACK = re.compile(
    r"\b(?:if|when|where)\b[^.;]*?\b(?:unknown|unavailable|un(?:clear|stated|specified)|missing|absent|none|no data|nothing|not\s+\w+|cannot|can't|isn't)\b"
    r"[^.;,'\"]*?[,:]?\s*(?:then\s+)?(?:please\s+)?(?:return|use|give|write|answer|say|put|output|set (?:it )?to|leave(?: it)?)?\s*(?:as\s+|the (?:string|word|value)\s+)?"
    r"(?:(?P<quote>[\"'\N{LEFT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}`])(?P<text>[^\"'\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}`]{0,60})[\"'\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}`]|(?<!\w)(?P<word>null|none|N/A|unknown|empty|false|-?\d+)\b(?!\w))\s*(?:[.,;)]|$)",
    re.IGNORECASE,
)
_FALLBACK_FIRST = re.compile(
    r"(?:^|[,;.(]\s*|\bor\s+|\breturn\s+|\buse\s+)(?:(?P<quote>[\"'])(?P<text>[^\"']{1,60})[\"']|(?P<word>null|none|N/A))\s+(?:if|when)\s+(?:it is\s+)?(?:un|not|no|missing|absent)",
    re.IGNORECASE,
)
_UNKNOWN = (
    r"unknown|unavailable|un(?:clear|stated|specified|sure)|missing|absent|none|partial|only|several|multiple|more than one|cannot|can't|nothing|empty"
    r"|no (?:data|figures?|values?|information|answer|source|such)|not (?:\w+ )?(?:found|known|available|stated|given|applicable|mentioned|specified|disclosed|sure|reported|listed|clear|determined|published|exist)"
)
_WAY_OUT = re.compile(
    rf"\b(?:if|when|where|unless|in case|otherwise)\b[^.;]*\b(?:{_UNKNOWN})\b.*$"
    r"|\b(?:null|n/a)\b.*$|\be\.g\..*$|\b(?:for example|such as|eg)\b.*$"
    r"|(?<=[\s,;])(?:please\s+)?(?:return|use|format(?:ted)?|write|give|answer|leave|put|set)\s+(?:it\b|them\b|as\b|the (?:first|word|string|value)|an?\s+empty|[\"'`0]|[YMD]{2,}).*$",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(
    r"(?:if|in case|otherwise|unless|format|round|do not|don't|exclude)\b", re.IGNORECASE
)
_DENIAL = re.compile(r"(?:no|not|excluding|except)\b", re.IGNORECASE)
_ORDER = re.compile(
    r"(?:(?:we|i)(?: would|'d)? (?:want|need|like|wish) to (?:know|see|have|learn)|(?:we|i) need|let (?:me|us) know)\s+(?=\S)|"
    r"(?:please\s+)?(?:return|use|format(?:ted)?(?:\s+as)?|write|give|answer(?:\s+with)?|provide|state|report|specify|indicate|find|enter|extract|tell)\s+(?:only\s+|me\s+)?(?=\S)",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"\s*\b(?:for|of|in) (?:(?:the|this) \w+ in )?(?:the|this|each) row\b", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:no|not|never|without|rather than|instead of)\b[^,.;:()]*", re.IGNORECASE
)
_LINKING: Final = 4  # words between the things and the values of examples
_TRUE_IF = re.compile(r"(?:is\s+)?(?:true|yes)\s+(?:if|when|where)\s+", re.IGNORECASE)
# Words of clauses that say how an answer is to be written, and nothing of what is asked.
_FORM = frozenset(
    """
    a an and as at be by for in is it must no not of on one only or out per please should than the to use using value with without
    answer array available blank boolean case characters comma commas date day decimal decimals digit digits empty english enclosed exact
    false figure figures first float format give given integer leave latest letter letters list lower lowercase month most name names newest number
    numbers numeric numerals output place places plain possible provide recent return round rounded separator separators short sign simple singular
    spelled string text thousand three two four five letter letters thousands true upper uppercase whole write xx year word words yes yyyy mm dd percent
    four-digit current stated source
    """.split()  # noqa: SIM905
)
_EXAMPLES = re.compile(
    r"(?:e\.g\.,?|for example,?|such as|example:|eg\.?,?)\s*(?P<list>[^;)]{1,80})", re.IGNORECASE
)


@lru_cache(maxsize=4_096)
def statement(description: str) -> str:
    """Return what a description says about the fact, without its instructions, examples and way out."""
    kept: list[str] = []
    plain = _ROW.sub("", description)
    plain = re.sub(r"\([^)]*\)|[YMD]{2,4}(?:[-/][YMD]{2,4})+|(?<=\bsq)\.", "", plain)
    for sentence in re.split(r"(?<=[.;!?])\s+|\n", plain.replace("e.g.", "e\x00g\x00")):
        said = sentence.replace("\x00", ".").strip()
        if _CONDITION.match(said):
            continue
        if kept and _only_shows(said):
            continue
        part = _without_form(_ordered(_WAY_OUT.sub("", said)).strip())
        if part:
            kept.append(part)
        if len(kept) == 2:
            break
    return " ".join(kept)[:300]


def _only_shows(said: str) -> bool:
    """Tell whether a sentence does nothing but give examples, as "Chad: true, Kenya: false" does."""
    return bool(plain_pairs(said)) and len(re.findall(r"(?<!\S)[a-z]+\b", said)) <= _LINKING


def undenied(description: str) -> str:
    """Return a description without what it says is not wanted: ``no 2-letter abbreviations``."""
    return _DENIED.sub("", description)


def _ordered(said: str) -> str:
    """Return what an order is about: ``Return the name of …``."""
    found = _ORDER.match(said)
    return said[found.end() :] if found else said


def _without_form(said: str) -> str:
    """Return a sentence without the clauses that say only how the answer is to be written: ``integer, no commas``."""
    clauses = re.split(r"(?<=[,;])\s+", _TRUE_IF.sub("", said, count=1))
    return " ".join(
        clause
        for nth, clause in enumerate(clauses)
        if not set(re.findall(r"[a-z-]+", clause.lower())) <= _FORM
        and not (nth and _DENIAL.match(clause))
    )


def examples(description: str) -> list[str]:
    """Return the examples that a description gives, one word each; of a thing and its value, the value."""
    if shown := plain_pairs(description):
        return [value for _, value in shown if " " not in value]
    found = _EXAMPLES.search(description)
    if not found:
        return []
    parts = re.split(r",\s*|\s+or\s+|\s+and\s+|\s", found["list"])
    return [
        stripped
        for part in parts
        if (
            stripped := part.strip(
                "\"'`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
            ).rstrip(".,")
        )
    ]


def fallback_word(description: str) -> tuple[str, bool] | None:
    """Return what a description says to answer when nothing is known, and whether it is quoted."""
    found = _FALLBACK.search(description) or _FALLBACK_FIRST.search(description)
    if not found:
        return None
    return (found["text"], True) if found["text"] is not None else (found["word"], False)
