"""Currencies by their codes and names, and the magnitudes that descriptions join to them.

Source: ISO 4217, of it the currencies that prices and accounts are usually given in.
"""

from __future__ import annotations

import re
from typing import Final

CODES: Final = (
    "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "INR", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "ISK",
    "MXN", "BRL", "CLP", "COP", "ZAR", "KES", "NGN", "EGP", "SGD", "HKD", "TWD", "KRW", "THB", "IDR", "MYR", "PHP", "VND",
    "NZD", "AED", "SAR", "ILS", "UAH",
)  # fmt: skip
_PRICED = r"\b(?:price|costs?|retail|asks|charges?|fee|rrp|UK|Britain)\b[^;]*"
_NAMES: Final = tuple(
    (code, re.compile(name, re.IGNORECASE))
    for code, name in (
        ("CAD", r"\bCanadian dollars?\b"),
        ("AUD", r"\bAustralian dollars?\b"),
        ("USD", r"\bUS dollars?\b|\bin dollars\b"),
        ("EUR", r"\bin euros?\b"),
        ("GBP", rf"\bin (?:British pounds|pounds sterling)\b|{_PRICED}\bpounds\b"),
        ("JPY", r"\bin (?:Japanese )?yen\b"),
        ("CHF", r"\b(?:in|of) Swiss francs?\b"),
        ("INR", r"\bin (?:Indian )?rupees\b"),
        ("CNY", r"\bin (?:Chinese )?(?:yuan|renminbi)\b"),
        ("SEK", r"\bin Swedish kron(?:or|er|a)\b"),
        ("NOK", r"\bin Norwegian kroner?\b"),
        ("DKK", r"\bin Danish kroner?\b"),
        ("PLN", r"\bin (?:Polish )?z[l\N{LATIN SMALL LETTER L WITH STROKE}]ot(?:y|ys|ych)\b"),
    )
)
_COMMON: Final = frozenset(CODES[:8])
_MARK = rf"(?:{'|'.join(CODES).lower()}|us\$|[$\N{{EURO SIGN}}\N{{POUND SIGN}}\N{{YEN SIGN}}])"
_MAGNITUDE = r"(?:thousand|million|billion|trillion|mn|mio|bn|tn|mm|m|b|k|'?000)"
_LONG_MAGNITUDE = r"(?:thousand|million|billion|trillion|mn|mio|bn|tn|'?000)"
_SCALED: Final = (
    re.compile(rf"(?<![\w$]){_MARK}\s?({_MAGNITUDE})s?(?![\w/])(?! \d)"),  # "CHF million", "$m"
    re.compile(rf"(?<![\w$])(m|k|t|mn|bn){_MARK}(?!\w)"),  # "mCHF", "TEUR"
    re.compile(rf"(?:\bin |^|[(\[,;]\s?)({_LONG_MAGNITUDE})s?(?: of)? {_MARK}(?!\w)"),  # "bn USD"
)
_SIZES: Final = {
    "thousand": 1e3, "'000": 1e3, "000": 1e3, "k": 1e3, "t": 1e3, "million": 1e6, "mn": 1e6, "mio": 1e6, "mm": 1e6,
    "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip


def asked_currency(spoken: list[str], description: str) -> str | None:
    """Return the code of the currency that a field asks for; None for none.

    Args:
        spoken: The words of its name.
        description: Its description, without what it denies.
    """
    named = {code for code in CODES if code.lower() in spoken[-1:]}
    named |= {code for code in _COMMON if code.lower() in spoken}
    for code in CODES:
        if code in named or re.search(rf"(?<![A-Za-z])[mkbT]?{code}(?:m|bn|k)?\b", description):
            return code
    return next((code for code, said in _NAMES if said.search(description)), None)


def money_scale(text: str) -> float | None:
    """Return the magnitude that a text joins to a currency: 1e6 for ``in CHF million``; None for none."""
    for pattern in _SCALED:
        if found := pattern.search(text.lower()):
            return _SIZES[found[1]]
    return None
