"""Words of a question that change the thing: a deputy mayor is no mayor, the least version no version, users a day no users.

What is asked so must be told so: the passage, or what stands over and beside it, has the word or one that stands for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.descriptions import statement, undenied
from enrich.research.words import own_label

if TYPE_CHECKING:
    from enrich.research.page import Label
    from enrich.research.wanted import Wanted


@dataclass(frozen=True, slots=True)
class _Qualifier:
    """A word that changes a thing.

    Attributes:
        asked: By what words a question has it.
        told: By what words a passage tells it.
        kinds: The sorts of value of which it holds.
    """

    asked: re.Pattern[str]
    told: re.Pattern[str]
    kinds: frozenset[str]


def _qualifier(asked: str, told: str, *kinds: str) -> _Qualifier:
    return _Qualifier(
        re.compile(rf"\b(?:{asked})\b", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE),
        frozenset(kinds),
    )


_DEPUTY = r"vice(?![- ]chancellor)|deput(?:y|ies)|second[- ]in[- ](?:command|charge)|number two|substitutes?"
_PEOPLE: Final = ("name", "phrase", "place")
_FIGURES: Final = ("number", "amount", "code", "phrase")
_LEAST: Final = _qualifier(
    r"min(?:imum)?|lowest|least|smallest|oldest|earliest",
    r"min(?:imum|\.)?|at least|not (?:less|under|below)|no less|least|lowest|smallest|oldest|earliest|low end|bottom|from|or (?:later|higher|newer|above|more|over|up|better|greater)"
    r"|and (?:up|above|later|newer|higher|over|more)|upwards?|needs?|needed|requires?|required|requirements?|start(?:s|ing)?|begin(?:s|ning)?|between|ranges?|to|up"
    r"|\d[\d.,]*\s?(?:\+|[-\N{EN DASH}]\s?\W?\d.*)|[>\N{GREATER-THAN OR EQUAL TO}]=?\s?\d[\d.]*",
    *_FIGURES,
)
_OPENING: Final = 6  # words of a statement in which it says what it asks for
_QUALIFIERS: Final = (
    _qualifier(
        rf"{_DEPUTY}|dep|stand(?:s|ing)?[- ]in for|pro[- ](?:rector|dean)|dvc|vp",
        rf"{_DEPUTY}|dep\.?|stands?[- ]in|standing in|pro[- ]\w+|dvc|vp|vice[- ]chancellor|adjunct|first (?:alderman|councillor|assistant)",
        *_PEOPLE,
    ),
    _qualifier(r"assistant|asst", r"assistants?|asst\.?", *_PEOPLE),
    _qualifier(r"acting|interim|caretaker", r"acting|interim|caretaker|provisional(?:ly)?|temporar(?:y|ily)", *_PEOPLE),
    _qualifier(r"honorary", r"honorary|hon\.?", *_PEOPLE),
    _qualifier(
        r"anchor|cornerstone",
        r"anchor(?:ed|s)?|cornerstone|largest|biggest|main|principal|most important|lead(?:s|ing)?|led|head(?:s|ed)?",
        *_PEOPLE,
    ),
    _LEAST,
    _qualifier(
        r"daily|(?:per|a|each|every|any one|any given|typical|average) day|dau",
        r"daily|days?|dau|24 ?(?:hours|h)|nightly",
        "number", "amount",
    ),
    _qualifier(
        r"monthly|(?:per|a|each|every) month|mau",
        r"monthly|months?|mau|mo\.?|mth|p\.?m\.?",
        "number", "amount",
    ),
    _qualifier(r"weekly|(?:per|a|each|every) week", r"weekly|weeks?|wau", "number", "amount"),
    _qualifier(r"hourly|(?:per|an|each|every) hour", r"hourly|hours?|hrs?|h|p\.?h\.?|\w+/h", "number", "amount"),
)  # fmt: skip


# "Further remarks" are of the thing itself.
_PLAIN: Final = r"(?:information|details?|particulars?|remarks?|notes?|facts?|data|figures|features?|comments?|points?|specifications?|equipment)\b"


def _besides(said: str, asked: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"(?:the |our )?(?:{said})\s+(?!{_PLAIN})[a-z]", re.IGNORECASE),
        re.compile(rf"\b(?:{said}|{asked})\b", re.IGNORECASE),
    )


# How a label begins that is about others, and by what else a question asks for them.
_BESIDES: Final = (
    _besides(r"other|further|additional", r"besides|another|alternat\w+|alias\w*|also|second\w*|all|every|any|nick\w*|informal\w*|more"),
    _besides(r"former|previous|past|earlier", r"formerly|previously|prior|before|old\w*|history|until|ex|predecessor\w*|last|once|original\w*|first"),
    _besides(r"planned|proposed|projected|forecast|future", r"plan\w*|next|upcoming|forthcoming|coming|forecasts?|projections?|expected|propos\w*|will"),
)  # fmt: skip


def lacks_qualifier(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a question has a word that changes the thing, and a passage speaks of the plain thing alone.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
    """
    if _is_besides(wanted, label):
        return True
    if wanted.many or wanted.number.age:
        return False  # the age from which something is allowed is the least
    asked = _asked(wanted.label, wanted.description, wanted.kind)
    return any(not told.search(text) and not told.search(label.text) for told in asked)


def _is_besides(wanted: Wanted, label: Label) -> bool:
    """Tell whether a label is that of others than the thing that is asked for: ``Other offices``, ``Planned capacity``."""
    said = own_label(label.text)
    asked = f"{wanted.label} {undenied(wanted.description)}"
    return any(own.match(said) and not pattern.search(asked) for own, pattern in _BESIDES)


@lru_cache(maxsize=4_096)
def _asked(label: str, description: str, kind: str) -> tuple[re.Pattern[str], ...]:
    stated = undenied(statement(description))
    said = f"{label} | {stated}"
    # "… so that I can rank them from largest to smallest" asks for no least.
    opening = f"{label} | {' '.join(stated.split()[:_OPENING])}"
    return tuple(
        q.told
        for q in _QUALIFIERS
        if kind in q.kinds and q.asked.search(opening if q is _LEAST else said)
    )
