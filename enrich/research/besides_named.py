"""What a question names besides its subject: employees "in Germany", the price of one of several companies that were bought.

A figure is told of what is named there only where the passage, or what stands over and beside it, has that name; and
what a label says of a country that nobody asked for is a part of the whole.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.countries import country_candidates
from enrich.research.candidates.units import UNITS
from enrich.research.descriptions import statement, undenied
from enrich.research.kinds import FIGURES
from enrich.research.names import initials
from enrich.research.words import fold, own_label, word_set, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.page import Label
    from enrich.research.wanted import Wanted

_PEOPLE: Final = frozenset({"name"})
_NAME: Final = r"[A-Z][\w-]*(?: [A-Z][\w-]*){0,3}(?!['\N{RIGHT SINGLE QUOTATION MARK}\w-]| (?:table|scale|system|index|classification|list|ranking|calendar|time)\b)"
_NAMED = re.compile(rf"\b(?P<way>in|of|from|to|at|for|by) (?:the )?(?P<name>{_NAME})")
_OF_PLACE = re.compile(
    rf"\b(?i:population|inhabitants|residents|mayor|ceo|cfo|chief executive|founder|headcount|revenue|employees) (?:of|in|at) (?:the )?(?P<name>{_NAME})"
)
_IN = re.compile(r"\b(?:in|from|to|for) (?:the )?(?P<name>[A-Z].*)")
_SHOWN = re.compile(
    r"\b(?:like|as in|similar to|compared)\b.*", re.DOTALL | re.IGNORECASE
)  # "like 1886 for Acme"
# What is had country by country; a price in pounds is one for Britain without that name.
_DIVIDED = re.compile(
    r"\b(?:employ\w*|staff|people|workers|workforce|headcount|personnel|offices|branches|sites|plants|stores|shops|outlets|customers|clients|users|members|subscribers"
    r"|sales|revenues?|turnover|population|inhabitants|residents|visitors|tourists|students|imports?|exports?|share|aid|debt|trade|investment)\b",
    re.IGNORECASE,
)
# Names in questions that say in which form the answer is to be, or when.
_FORM: Final = word_set(
    """
    euro euros dollar dollars pound pounds yen franc francs krona krone kroner crowns yuan rupees sterling swiss american australian canadian british
    celsius kelvin fahrenheit english german french spanish italian latin greek arabic roman chinese european member states
    city town country municipality region state province capital place area nation
    nations united kingdom britain
    january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday
    million millions billion billions thousand thousands percent square internet web wikipedia factbook unicode iso
    """
)
# "1.2 million in" Ulm, 640,000 Linz: each figure of such a list is one thing's.
_EACH_OF = re.compile(
    r"\d(?:[\d.,]*\d)?(?: (?:thousand|million|billion))? (?:in )?(?P<name>[A-Z][^\W\d_]{2,}[^,;\d]*)"
)
_LEAST: Final = 4  # letters of a word that tells a name
_SEVERAL: Final = 2
_CHARS: Final = 600  # of a passage that are looked at


def is_not_named(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a passage has not what a question names besides its subject, or a country that it does not name.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
    """
    if wanted.many or not wanted.asked_of or wanted.kind not in FIGURES | _PEOPLE:
        return False
    own = set(wanted.asked_of)
    asked = [name for name in _asked(wanted.label, wanted.description, wanted.kind) if not own & set(words(name))]  # fmt: skip
    said = fold(f"{label.text} {text}")
    if any(not _is_told(name, said) for name in asked):
        return True
    return wanted.kind in FIGURES and not asked and _is_of_country(wanted, label, own)


def is_of_one(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure stands in a list of several things' figures, ``640,000 Ulm, 90,000 Linz``, and not for one that is asked for.

    Args:
        wanted: The field.
        text: The passage.
        candidate: The figure.
    """
    if wanted.many or wanted.largest or wanted.kind not in FIGURES:
        return False
    named = list(_EACH_OF.finditer(text[:_CHARS]))
    here = next((m for m in named if m.start() <= candidate.start < m.start("name")), None)
    if len(named) < _SEVERAL or here is None:
        return False
    asked = _asked(wanted.label, wanted.description, wanted.kind)
    told = fold(here["name"])
    said = set(words(f"{wanted.label} {wanted.description}"))
    return not (any(_is_told(name, told) for name in asked) or said & set(words(here["name"])))


def _is_told(name: str, said: str) -> bool:
    """Tell whether a text has a name, by one of its longer words, as of a people's, or by its initials."""
    told = [word for word in words(name) if len(word) >= _LEAST]
    known = any(word[: max(_LEAST, len(word) - 2)] in said for word in told)
    return known or not told or f" {initials(name).casefold()} " in f" {said} "


def _is_of_country(wanted: Wanted, label: Label, own: set[str]) -> bool:
    """Tell whether a label speaks of what is in a country that the question has not: ``Employees in Germany``."""
    found = _IN.search(own_label(label.text))
    if found is None:
        return False
    asked = set(words(f"{wanted.label} {wanted.description}")) | own
    return any(
        c.start == 0 and not set(words(str(c.value))) & asked
        for c in country_candidates(found["name"])
    )


@lru_cache(maxsize=4_096)
def _asked(label: str, description: str, kind: str) -> tuple[str, ...]:
    stated = _SHOWN.sub("", undenied(statement(description)))
    found = [m["name"] for m in _NAMED.finditer(stated) if kind in FIGURES or m["way"] == "of"]
    if _is_titled(stated):
        found = [m["name"] for m in _OF_PLACE.finditer(stated)]
    found = [n for n in found if not _is_form(n)]
    if kind in FIGURES:
        found += [str(c.value) for c in country_candidates(label.title())]
    if not _DIVIDED.search(f"{label} {stated}"):
        found = [n for n in found if not country_candidates(n)]
    return tuple(dict.fromkeys(found))


def _is_form(name: str) -> bool:
    said = words(name)
    return name.isupper() or bool(_FORM & set(said)) or any(word in UNITS for word in said)


def _is_titled(stated: str) -> bool:
    """Tell whether a description is written as a title, as far as it shows, where capitals mean nothing."""
    bare = _NAMED.sub(" ", stated)
    said = [w for w in re.findall(r"[A-Za-z]+", bare)[1:] if len(w) >= _LEAST]
    return all(w[0].isupper() for w in said)
