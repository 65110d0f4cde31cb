"""What a description says: the fact itself, its instructions, its examples, its way out."""

from __future__ import annotations

import re

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
_INSTRUCTION = re.compile(
    r"\b(?:if|when|where)\b[^.;]*\b(?:unknown|unavailable|not|no|none|missing|cannot|partial|only)\b.*$"
    r"|\b(?:return|use|format(?:ted)?|write|give|answer)\b.*$|\be\.g\..*$|\b(?:for example|such as|like|eg)\b.*$|\bnull\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_EXAMPLES = re.compile(
    r"(?:e\.g\.,?|for example,?|such as|example:|eg\.?,?)\s*(?P<list>[^;)]{1,80})", re.IGNORECASE
)


def statement(description: str) -> str:
    """Return what a description says about the fact, without its instructions and examples."""
    kept = []
    plain = re.sub(r"\([^)]*\)|[YMD]{2,4}(?:[-/][YMD]{2,4})+", "", description)
    for sentence in re.split(r"(?<=[.;!?])\s+|\n", plain.replace("e.g.", "e\x00g\x00")):
        part = _INSTRUCTION.sub("", sentence.replace("\x00", ".")).strip()
        if part:
            kept.append(part)
        if kept and len(kept) == 2:
            break
    return " ".join(kept)[:300]


def examples(description: str) -> list[str]:
    """Return the examples that a description gives, one word each."""
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
