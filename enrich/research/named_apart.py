"""Two labels of one kind are told apart by a word each: a monthly price is no annual one, the largest port no largest city.

A label that names the same sort of thing, and has a word of its own before it where the question has another, is
the label of a neighbour.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.units import UNITS
from enrich.research.descriptions import statement, undenied
from enrich.research.wanted import is_neutral, is_vague
from enrich.research.words import concepts, fold, own_label, said_of, spoken, stems, verbs, word_set

if TYPE_CHECKING:
    from collections.abc import Collection

    from enrich.research.page import Label
    from enrich.research.wanted import Wanted

# Words that say what form, time or sort an answer has, and not which fact it is.
_GENERIC: Final = frozenset(
    stems(
        """
        name title label number count total amount value figure size level status type kind sort form category class code id year date day month time
        city town country place location address region state person people company firm business organization group member unit item
        current latest last recent present now today new main principal head key primary general overall official legal full common short
        average mean median approximate estimated maximum minimum per each rate ratio share percentage percent annual yearly
        million billion thousand usd eur gbp chf mn bn est
        """
    )
) | word_set("no nr num")
_QUESTION = re.compile(r"(?:who|what|which|how|when|where|is|are|does|do|has|have|can)\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
_KINDS: Final = frozenset({"number", "amount", "phrase", "code"})
_PREFIX: Final = 5  # letters by which two words are forms of one
_MOST: Final = 4  # words of a label; a longer one is a sentence


def is_named_apart(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a label names the same sort of thing as a question, and each has a word before it that the other has not.

    Args:
        wanted: The field.
        label: What stands over and beside the passage.
        text: The passage.
    """
    if wanted.kind not in _KINDS or wanted.many:
        return False  # an address, a name or a day may stand beside many a label
    name, asked = _asked(wanted.label, wanted.description)
    own = _telling(own_label(label.text))
    if not (1 < len(name) <= _MOST and 1 < len(own) <= _MOST and _is_among(own[-1], name[-1:])):
        return False
    strange = [c for c in own if not _is_among(c, asked) and c not in wanted.asked_of]
    if not strange:
        return False
    around = f"{label.text} {text}"
    told = frozenset({*concepts(around), *stems(around)})
    return any(not _is_among(c, told) and c not in wanted.asked_of for c in name)


@lru_cache(maxsize=4_096)
def _asked(label: str, description: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the telling words of a field's name in their order, and those with its description's."""
    stated = undenied(statement(description))
    question = is_vague(label) or bool(_QUESTION.match(label))
    name = () if question else _telling(label)
    return name, frozenset({*name, *_telling(stated), *stems(description)})


@lru_cache(maxsize=8_192)
def _telling(said: str) -> tuple[str, ...]:
    return tuple(
        c
        for c in concepts(_PARENTHESES.sub(" ", fold(said)))
        if not is_neutral(c) and c not in _GENERIC and c not in UNITS and not c.isdigit() and len(c) > 1
    )  # fmt: skip


def _is_among(word: str, others: Collection[str]) -> bool:
    if word in others or (verbs(word) | said_of(word) | spoken(word)) & set(others):
        return True
    return any(
        (len(word) >= _PREFIX and other.startswith(word[:_PREFIX]))
        or word in spoken(other)
        or word in verbs(other)
        for other in others
    )
