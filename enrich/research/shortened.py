"""Short forms in a column's name that only a page spells out: ``n_exh`` where it tells of exhibitors.

What stands for one word wherever it is met is in ``abbreviations.py``. The rest is resolved
by what the question's description and the page itself say, as a reader does who has the page
before him: by a word's beginning (``contrib``), by its letters (``tkt`` of a ticket), or by
initials (``aum``). Where two words would do, the form is left as it came.
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
_INITIALS = 3  # letters from which a run of words is told by its initials
_BEGINNING: Final = 3
_LONGEST: Final = 7
_SHARE: Final = (
    0.6  # of the page's words that a form could stand for, those of the one it is taken for
)
_CHARS: Final = 40_000  # of a page's text that are looked through
_NO_FORMS: Final = frozenset({"yn", "usd", "eur", "gbp", "nm", "txt", "str", "src", "etc"})


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
    for said in (_counted(description), _page_words(page)):
        if len(short) >= _BEGINNING and (full := _likeliest(short, said)):
            return full
    return _by_initials(short, page) if len(short) >= _INITIALS else short


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
            return max(
                (w for w in said if fits(short, w) and stem(w) == best), key=said.__getitem__
            )
    return ""


def _begins(short: str, word: str) -> bool:
    return word.startswith(short) and len(word) > len(short)


def _has_letters(short: str, word: str) -> bool:
    """Tell whether a form has a word's first and last letter and others of it, in order: ``netwk``."""
    singular = word.removesuffix("s")
    if short[0] != word[0] or short[-1] not in {word[-1], singular[-1]} or len(word) <= len(short):
        return False
    left = iter(word)
    return all(letter in left for letter in short) and sum(c in "aeiou" for c in short) <= 1


def _by_initials(short: str, page: Page) -> str:
    """Return the run of a page's words with such initials; the form itself where there is none, or several."""
    runs: Counter[str] = Counter()
    spoken = _page_run(page)
    for at in range(len(spoken) - len(short) + 1):
        run = spoken[at : at + len(short)]
        if all(word[:1] == letter for word, letter in zip(run, short, strict=True)):
            runs[" ".join(run)] += 0 if run[-1] in STOP or run[0] in STOP else 1
    runs = +runs
    return next(iter(runs)) if len(runs) == 1 else short


def _counted(text: str) -> Counter[str]:
    return Counter(fold(word) for word in _WORD.findall(text))


@lru_cache(maxsize=64)
def _page_words(page: Page) -> Counter[str]:
    return _counted(page.document.text[:_CHARS])


@lru_cache(maxsize=64)
def _page_run(page: Page) -> tuple[str, ...]:
    return tuple(words(page.document.text[:_CHARS]))
