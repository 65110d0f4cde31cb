"""Which of the labels under one heading is meant: of ``Median age`` that of men, of alcohol what is drunk as beer.

A total and its parts stand side by side. The heading is what a question is found by, and often the
total is what it means; where it has the words of a part and none of the label that was found, the
part is meant.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.spelled import spelled
from enrich.research.descriptions import undenied
from enrich.research.words import STOP, stem, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_WHOLE: Final = frozenset(
    map(stem, word_set("total overall all both combined whole population conventional"))
)
_SAID: Final = {  # by what else a question names a part
    word: part
    for part, said in {
        "male": "male males men man boys boy",
        "femal": "female females women woman girls girl",
        "mean": "mean average avg",
        "highest": "highest top supreme",
        "rural": "rural countryside",
        "urban": "urban cities towns",
    }.items()
    for word in said.split()
}
_PAIRS: Final = (frozenset({"male", "femal"}), frozenset({"urban", "rural"}))
_PARTS: Final = frozenset({"local"}).union(*_PAIRS)  # a name in the local language is no whole
_AGES: Final = 20  # a smaller number in words is rather a count
_LETTERS: Final = {"m": "male", "f": "femal"}
_NUMBER = re.compile(r"\d+")
_SHOWN = re.compile(r"\be\.?g\.?\W.*$|\bfor example\b.*$|\bsuch as\b.*$", re.IGNORECASE | re.DOTALL)
_LEAST: Final = 2  # labels that make a group
_MOST: Final = 40  # beyond, it is a list of things and no whole with its parts


def meant(wanted: Wanted, page: Page, place: int) -> int:
    """Return the place of the label that is meant among those beside one; the same where that one is.

    Args:
        wanted: The field.
        page: Its page.
        place: Of the segment whose label was found.
    """
    over, own = _parted(page.labels[place].text)
    group = page.under.get(over, {})
    if not over or not _LEAST <= len(group) <= _MOST:
        return place
    asked = said_by(wanted)
    if _tells(own) - _WHOLE and _is_asked(own, asked):
        return place
    named = [other for other in group if other != own and _is_asked(other, asked)]
    if not named and _tells(own) & _PARTS - asked:  # of a part that nobody asked for, the whole
        besides = {other: _tells(other) - _tells(own) for other in group if other != own}
        named = [other for other, more in besides.items() if more <= _WHOLE]
    return group[named[0]] if len(named) == 1 else place


def is_parted(over: str, labels: Iterable[str]) -> bool:
    """Tell whether labels under a heading are parts of what it names, told apart by numbers or sex alone: ages."""
    return bool(over) and all(_NUMBER.search(own) or _tells(own) & _PARTS for own in labels)


def asks_for(wanted: Wanted, label: str) -> bool:
    """Tell whether a question has all that a label says of its own, behind what stands over it."""
    return _is_asked(label, said_by(wanted))


def _parted(label: str) -> tuple[str, str]:
    over, _, own = label.rpartition(" > ")
    return over, own


def _is_asked(label: str, asked: frozenset[str]) -> bool:
    """Tell whether a question has all that a label tells; of one with numbers, these."""
    told = _tells(label)
    return bool(told) and told <= asked


@lru_cache(maxsize=4_096)
def _tells(label: str) -> frozenset[str]:
    """Return what a label says of its own: its words, or its numbers where it has such."""
    numbers = frozenset(_NUMBER.findall(label))
    return numbers or brought(words(label))


@lru_cache(maxsize=4_096)
def _asked(label: str, description: str) -> frozenset[str]:
    text = f"{label} {_SHOWN.sub('', undenied(description))}"
    said = words(text) + [
        f"{number.value:.0f}" for number in spelled(text) if number.value >= _AGES
    ]
    name = words(label)
    letter = {_LETTERS[name[-1]]} if len(name) > 1 and name[-1] in _LETTERS else set()
    asked = brought(said) | letter
    for pair in _PAIRS:  # "urban and rural together" is the whole
        asked -= pair if pair <= asked else frozenset()
    return asked


def said_by(wanted: Wanted) -> frozenset[str]:
    """Return the words of a question, what it denies and shows apart."""
    return _asked(wanted.label, wanted.description)


def brought(said: list[str]) -> frozenset[str]:
    """Return the stems of words, women as females."""
    return frozenset(
        _SAID.get(word, stem(word))
        for word in said
        if word not in STOP and (len(word) > 1 or word.isdigit())
    )
