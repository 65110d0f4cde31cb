"""How the digits of a number are parted: ``1,234.5``, ``1 234``, ``1'234``, ``1.234,50`` and ``12,34,567``.

A comma before three digits parts thousands and one before fewer is a decimal comma; a full
stop alone is a decimal point, and several part thousands. ``0,125`` has no thousands. What is
neither (``2,5,7``) is a row of numbers.
"""

from __future__ import annotations

import re
from typing import Final

_BLANKS = "\u00a0\u202f "
_MARKS = "'\N{RIGHT SINGLE QUOTATION MARK}"
DIGITS: Final = "|".join((
    r"[1-9]\d{0,2}(?:\.\d{3})+,\d+(?![\d,])",
    r"[1-9]\d{0,2}(?:\.\d{3}){2,3}(?![\d.])",
    rf"[1-9]\d{{0,2}}(?:[{_MARKS}]\d{{3}})+(?!\d)(?:\.\d+)?",
    r"[1-9]\d?(?:,\d\d)+,\d{3}(?![\d,])(?:\.\d+)?",
    r"0,\d+(?![\d,])",
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?",
    rf"\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+(?![\d,])(?:\.\d+)?",
    r"\d+,\d{1,2}(?![\d,])",
    r"\d+(?:\.\d+)?",
))  # fmt: skip
"""A number's digits with what parts them, as a regular expression without groups."""

_DECIMAL_COMMA = re.compile(r"(?:0|\d{1,3}(?:\.\d{3})+),\d+|\d+,\d{1,2}")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_PARTED = re.compile(rf"[,{_MARKS}{_BLANKS}]")


def decimal_of(digits: str) -> str:
    """Return digits that ``DIGITS`` matches without what parts thousands, and with a decimal point."""
    if _DECIMAL_COMMA.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(".", "") if _DOTTED.fullmatch(digits) else _PARTED.sub("", digits)


def times(digits: str, magnitude: float) -> float:
    """Multiply in decimal, so that 68.4 million is 68400000 and not a hair beside it."""
    if magnitude == 1:
        return float(digits)
    whole, _, part = digits.partition(".")
    shift = len(part)
    scaled = int(whole + part) * int(magnitude)
    return float(scaled) / 10**shift if scaled % 10**shift else float(scaled // 10**shift)
