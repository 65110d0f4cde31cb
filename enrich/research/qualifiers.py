"""Words of a question that change the thing: a deputy mayor is no mayor, the least version no version, users a day no users.

What is asked so must be told so: the passage, or what stands over and beside it, has the word or one that stands for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.besides_named import is_not_named
from enrich.research.descriptions import statement, undenied
from enrich.research.holders import is_of_holder
from enrich.research.kinds import FIGURES
from enrich.research.named_apart import is_named_apart
from enrich.research.opposites import is_opposite
from enrich.research.words import own_label

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
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
_CHARS: Final = 1_000  # of a passage that are looked at
_PART = re.compile(r"(?:[^;,]|,(?!\s))+")
_DIGIT = re.compile(r"\d")
_GAIN: Final = r"(?:profits?|income|earnings|result|loss|margin)"
_LEAST: Final = _qualifier(
    r"min(?:imum)?|lowest|least|smallest|oldest|earliest",
    r"min(?:imum|\.)?|at least|not (?:less|under|below)|no less|least|lowest|smallest|oldest|earliest|low end|bottom|from|or (?:later|higher|newer|above|more|over|up|better|greater)"
    r"|and (?:up|above|later|newer|higher|over|more)|upwards?|needs?|needed|requires?|required|requirements?|start(?:s|ing)?|begin(?:s|ning)?|between|ranges?|to|up"
    r"|\d[\d.,]*\s?(?:\+|[-\N{EN DASH}]\s?\W?\d.*)|[>\N{GREATER-THAN OR EQUAL TO}]=?\s?\d[\d.]*",
    *_FIGURES,
)
_WOMEN: Final = _qualifier(
    r"(?:of|among|for) (?:women|girls|females)|(?<!per )(?<!each )(?:female|women) (?!who\b|die|and\b|or\b)[a-z]+|[a-z]+ (?:female|women)(?= \|)",
    r"females?|wom[ae]n|girls?|mothers?|maternal|wives|f|w",
    "number", "amount", "phrase",
)  # fmt: skip
_MEN: Final = _qualifier(
    r"(?:of|among|for) (?:men|boys|males)|male (?!and\b|or\b)[a-z]+|[a-z]+ (?:male|men)(?= \|)",
    r"males?|m[ae]n|boys?|m",
    "number", "amount", "phrase",
)  # fmt: skip
_BOTH = re.compile(
    r"\b(?:women|girls|females?)\b.*\b(?:men|boys|males?)\b|\b(?:men|boys|males?)\b.*\b(?:women|girls|females?)\b",
    re.IGNORECASE,
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
    # A plain profit is the net one, a plain weight without packaging, a plain price not reduced.
    _qualifier(rf"gross (?:{_GAIN}|weight|mass)", r"gross|packag(?:ed|ing)|laden", *_FIGURES),
    _qualifier(rf"operating {_GAIN}|ebit", r"operating|operations|ebit", *_FIGURES),
    _qualifier(r"ebitda", r"ebitda", *_FIGURES),
    _qualifier(rf"pre-?tax {_GAIN}|{_GAIN} before tax(?:es)?", r"pre-?tax|before (?:income )?tax(?:es|ation)?", *_FIGURES),
    _qualifier(
        r"(?:discount(?:ed)?|reduced|promotional|wholesale|second-hand) price|price (?:after|with) (?:the |a )?discount",
        r"discount\w*|reduced|reduction|promotion\w*|offer|sale|now|wholesale|second-hand|used|off",
        *_FIGURES,
    ),
    _qualifier(r"water (?:area|surface)", r"(?:inland )?waters?|lakes?", *_FIGURES),
    _WOMEN,
    _MEN,
    _qualifier(r"youth [a-z]+|(?:of|among) (?:young people|the young|the youth)", r"youth|young|under|aged?|ages|\d\d", "number", "amount"),
    _qualifier(r"rural [a-z]+|(?:of|in) rural areas", r"rural|countryside|villages?", "number", "amount"),
    _qualifier(
        r"(?:metro(?:politan)?(?: area)?) (?:population|inhabitants)|(?:population|inhabitants|residents|people) (?:of|in) (?:the |its )?(?:metro(?:politan)?|wider urban|greater)(?: area)?",
        r"metro\w*|agglomeration|urban\w*|built-up|greater|wider|conurbation|area|region",
        "number", "amount",
    ),
    _qualifier(
        r"(?<!gross )domestic (?!product\b)[a-z]+|(?:of|on) domestic", r"domestic|home|inland|internal|national", "number", "amount"
    ),
    _qualifier(
        r"(?:second|2nd)[- ](?:largest|biggest|highest|longest|oldest)|number two", r"second|2nd|number two", *_PEOPLE, *_FIGURES
    ),
    _qualifier(r"urban (?:population|inhabitants|residents)", r"urban\w*|cit(?:y|ies)|towns?", "number", "amount"),
    # Of a town that the thing has: "population of the capital".
    _qualifier(
        r"(?:of|in) (?:the|its|their) capital(?: city)?(?= ?(?:[|?.;,]|$|of\b))|(?<=capital )(?:city )?(?:population|inhabitants|elevation|mayor)",
        r"capitals?|it|its",
        "number", "amount", "name", "phrase",
    ),
    _qualifier(
        r"(?:of|in) (?:the|its|their) (?:largest|biggest) (?:city|town)(?= ?(?:[|?.;,]|$|of\b|in\b))",
        r"largest|biggest",
        "number", "amount", "name", "phrase",
    ),
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
    if _is_besides(wanted, label) or is_opposite(wanted, label):
        return True
    if is_named_apart(wanted, label, text):
        return True
    if is_of_holder(wanted, label, text) or is_not_named(wanted, label, text):
        return True
    if wanted.many or wanted.number.age:
        return False  # the age from which something is allowed is the least
    asked = _asked(wanted.label, wanted.description, wanted.kind)
    return any(not told.search(text) and not told.search(label.text) for told in asked)


def is_qualified_elsewhere(wanted: Wanted, label: Label, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure stands in another part of a sentence than the word that changes the thing.

    ``The city has 4,000 inhabitants; the metropolitan area 9,000``.
    """
    if wanted.many or wanted.number.age or wanted.kind not in FIGURES:
        return False
    for told in _asked(wanted.label, wanted.description, wanted.kind):
        if told.search(label.text) or not told.search(text):
            continue
        parts = [(m.start(), m.end()) for m in _PART.finditer(text[:_CHARS])]
        own = next((text[a:b] for a, b in parts if a <= candidate.start < b), None)
        if own is not None and not told.search(own):
            return any(told.search(text, a, b) and _DIGIT.search(text, a, b) for a, b in parts)
    return False


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
        if kind in q.kinds
        and q.asked.search(opening if q is _LEAST else said)
        and not (q in {_WOMEN, _MEN} and _BOTH.search(said))
    )
