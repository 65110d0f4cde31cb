"""Short forms that only a page spells out: ``n_exh`` where it tells of exhibitors, ``nmr`` beside "Net migration rate".

What stands for one word wherever it is met is in ``abbreviations.py``. The rest is resolved
by what the question's description and the page itself say, as a reader does who has the page
before him: by the initials of a label, by a word's beginning (``contrib``), by its consonants
(``tkt`` of a ticket). Where two words would do, the form is left as it came.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.abbreviations import spelled_out
from enrich.research.candidates.units import UNITS
from enrich.research.embedding.wordpiece import is_word
from enrich.research.words import STOP, fold, stem, words

if TYPE_CHECKING:
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_WORD = re.compile(r"[A-Za-z][a-z]{3,}")
_MARKED = re.compile(
    r"\b(?!e\.g|i\.e|etc|incl|excl\b)(?P<short>[A-Za-z][a-z]{1,7})\.(?=[\s,;)])(?!\s+[A-Z])"
)
_BEGINNING: Final = (
    3  # letters from which a word is told by its beginning, a run of words by its initials
)
_LONGEST: Final = 7
_SHARE: Final = (
    0.6  # of the page's words that a form could stand for, those of the one it is taken for
)
_VOWELS = re.compile(r"(?<=.)[aeiouy]")
_DOUBLE = re.compile(r"(.)\1")
_NO_FORMS: Final = frozenset({"yn", "usd", "eur", "gbp", "nm", "txt", "str", "etc"})


def spelled_by(name: str, description: str, page: Page) -> str:
    """Return a column's name with its short forms spelled out by a description or a page; as it came where none is.

    Args:
        name: The column's.
        description: What it is said to hold.
        page: The page that is asked.
    """
    spoken = words(spelled_out(name))
    found = [_spelled(word, description, page) if _is_short(word) else word for word in spoken]
    return name if found == spoken else "_".join(found).replace(" ", "_")


def described_by(description: str, page: Page) -> str:
    """Return a description with the short forms that a full stop marks spelled out: ``Female pop.``, ``Ext. debt``."""

    def full(found: re.Match[str]) -> str:
        short = fold(found["short"])
        plain = spelled_out(short)
        return plain.replace("_", " ") if plain != short else _spelled(short, "", page)

    return _MARKED.sub(full, description)


def says_enough(field: Wanted) -> bool:
    """Tell whether a description may be asked by itself: its name has a form that nothing spells out."""
    return bool(field.hint) and any(_is_short(word) for word in words(field.label))


def _is_short(word: str) -> bool:
    return (
        word.isalpha()
        and 1 < len(word) <= _LONGEST
        and not is_word(word)
        and word not in UNITS
        and word not in _NO_FORMS
        and word not in STOP
    )


def _spelled(short: str, description: str, page: Page) -> str:
    if label := _by_label(short, page):
        return label
    for said in (_counted(description), page.long_words):
        if len(short) >= _BEGINNING and (full := _likeliest(short, said)):
            return full
    return _by_initials(short, page) if len(short) >= _BEGINNING else short


def _by_label(short: str, page: Page) -> str:
    """Return the one label of a page that has such initials; empty where there is none, or several."""
    found = page.initials.get(short, frozenset())
    return next(iter(found)) if len(found) == 1 else ""


def _likeliest(short: str, said: Counter[str]) -> str:
    """Return the word that a form stands for; empty where none does, or several."""
    for fits in (_begins, _has_letters):
        by_stem: Counter[str] = Counter()
        for word, count in said.items():
            if fits(short, word):
                by_stem[stem(word)] += count
        if by_stem:
            best, count = by_stem.most_common(1)[0]
            if count < _SHARE * by_stem.total():
                return ""
            alike = (w for w in said if fits(short, w) and stem(w) == best)
            return max(alike, key=said.__getitem__)
    return ""


def _begins(short: str, word: str) -> bool:
    return word.startswith(short) and len(word) > len(short)


def _has_letters(short: str, word: str) -> bool:
    """Tell whether a form has a word's consonants in order, from its first: ``netwk``, ``bdg``, ``cllrs``."""
    singular = word.removesuffix("s")
    if short[0] != word[0] or len(word) <= len(short):
        return False
    if _consonants(word).startswith(_consonants(short)) and len(_consonants(short)) >= _BEGINNING:
        return True
    left = iter(word)
    ends = short[-1] in {word[-1], singular[-1]}
    return (
        ends and all(letter in left for letter in short) and sum(c in "aeiou" for c in short) <= 1
    )


@lru_cache(maxsize=16_384)
def _consonants(word: str) -> str:
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", word))


def _by_initials(short: str, page: Page) -> str:
    """Return the run of a page's words with such initials; the form itself where there is none, or several."""
    runs: set[str] = set()
    spoken = page.spoken
    for at in range(len(spoken) - len(short) + 1):
        if spoken[at][:1] != short[0]:
            continue
        run = spoken[at : at + len(short)]
        plain = run[0] not in STOP and run[-1] not in STOP
        if plain and all(w[:1] == letter for w, letter in zip(run, short, strict=True)):
            runs.add(" ".join(run))
    return next(iter(runs)) if len(runs) == 1 else short


def _counted(text: str) -> Counter[str]:
    return Counter(fold(word) for word in _WORD.findall(text))
