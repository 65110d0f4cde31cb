"""Whether an answer is the reference's, and whether a document states the reference's at all.

A list's items are each a tuple of all names that the reference tables have of it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from evaluation.questions import Field

_MOST: Final = 0.75  # of a list's items, either way
_FIGURE = re.compile(r"(?<![\w.,])\d{1,3}(?:[,\u00a0 ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_SCALES: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def bare(text: str) -> str:
    """Return text as it is compared: folded letters and digits, articles left out."""
    folded = unicodedata.normalize("NFKD", text.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i"))
    plain = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    return " ".join(
        "saint" if w == "st" else w
        for w in re.findall(r"[^\W_]+", plain)
        if w not in {"the", "city", "of", "and"}
    )


def right(field: Field, value: Any, gold: Any) -> bool:
    """Tell whether an answer is what the reference has."""
    if isinstance(gold, list):
        return _lists(value if isinstance(value, list) else [], gold)
    if isinstance(gold, tuple):
        return any(right(field, value, one) for one in gold)
    if isinstance(gold, bool) or isinstance(value, bool):
        return value is gold
    if isinstance(gold, (int, float)):
        return isinstance(value, (int, float)) and abs(value - gold) <= field.tolerance * abs(gold)
    return isinstance(value, str) and _names(field, value, gold)


def _names(field: Field, value: str, gold: str) -> bool:
    if field.key in {"internet_tld", "currency_code", "symbol"}:
        return value.strip() == gold
    one, other = bare(value), bare(gold)
    if one.replace(" ", "") == other.replace(" ", ""):  # "Co-operative"
        return bool(one)
    # "Cupertino, California" is Cupertino; "Kenyan(s)" is Kenyan; "U.S." is the United States.
    return bool(one) and (
        _initials(value, gold)
        or one == other
        or one.startswith(f"{other} ")
        or _singular(one) == _singular(other)
    )


def _initials(value: str, gold: str) -> bool:
    """Tell whether a name is another's initials: ``U.S.``, ``UK``."""
    letters = value.replace(".", "")
    return len(letters) > 1 and letters == "".join(w[0] for w in gold.split() if w[0].isupper())


def _singular(text: str) -> str:
    return re.sub(r"(?: s|s)$", "", text)


def _lists(value: list[Any], gold: list[tuple[str, ...]]) -> bool:
    if not gold:
        return not value
    hit = sum(any(_same(str(v), g) for v in value) for g in gold)
    kept = sum(any(_same(str(v), g) for g in gold) for v in value)
    return bool(value) and hit >= _MOST * len(gold) and kept >= _MOST * len(value)


def _same(value: str, gold: tuple[str, ...]) -> bool:
    """Tell whether an item is one of the names of the reference's."""
    return (
        _initials(value, gold[0])
        or _alike(bare(value), bare(gold[0]))
        or bare(value) in {bare(name) for name in gold[1:]}
    )


def _alike(one: str, other: str) -> bool:
    return (
        one == other or sorted(one.split()) == sorted(other.split()) or f" {other} " in f" {one} "
    )


def stated(field: Field, gold: Any, text: str) -> bool:
    """Tell whether a text states the reference's answer at all, by its form alone."""
    if isinstance(gold, bool):
        return True
    if isinstance(gold, tuple):
        return any(stated(field, one, text) for one in gold)
    if isinstance(gold, list):
        folded = f" {bare(text)} "
        told = sum(any(f" {bare(n)} " in folded for n in names) for names in gold)
        return not gold or told >= _MOST * len(gold)
    if isinstance(gold, (int, float)):
        return any(abs(n - gold) <= field.tolerance * abs(gold) for n in numbers_told(text))
    if field.key in {"internet_tld", "currency_code", "symbol"}:
        return bool(re.search(rf"(?<![\w.]){re.escape(gold)}(?!\w)", text))
    folded = f" {bare(text)} "
    return f" {bare(gold)} " in folded or f" {_singular(bare(gold))}s " in folded


def numbers_told(text: str) -> list[float]:
    """Return the numbers of a text, magnitudes reckoned in."""
    found = []
    for match in _FIGURE.finditer(text):
        value = float(re.sub(r"[,\u00a0 ]", "", match.group()))
        word = re.match(
            r"\s+(thousand|million|billion|trillion)", text[match.end() : match.end() + 12]
        )
        found.append(value * (_SCALES[word[1]] if word else 1.0))
    return found
