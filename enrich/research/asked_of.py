"""What a question is asked of is no part of what is asked: "… of the airport" says nothing of an airport's figures.

A sentence or label that has only the thing's own noun speaks of everything on its page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.words import NEUTRAL, stem, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.records import JsonObject

_LEAST: Final = 4  # letters of a noun
_SAID_OTHERWISE: Final = word_set(
    "name title label text entity account record item thing subject input official full legal short common"
)
# These the questions' own rules know (``wanted.py``), and definitions of facts speak of them.
_KNOWN: Final = word_set(
    "country nation state city town place company firm organization organisation person product element"
)
_THE: Final = r"(?:the|this|that|an?|each|every|its|our|your)"
_VERB: Final = (
    r"(?:own|lie|belong|offer|employ|sell|make|run|use|open|close|play|hold|pay|get|take|handle|serve|provide|receive|operate|charge"
    r"|accept|allow|need|require|support|cover|carry|publish|produce)(?:e?[sd])?|made|ran|sold|held|paid|got|took|began|started|known"
    r"|called|named|located|based|founded|built|situated"
)
_GOES_ON: Final = rf"(?=\s*(?:$|[.,;:?!)(])|\s+(?:in|at|on|as|is|are|was|were|has|had|have|does|do|did|can|may|and|or|by|for|if|to|today|now|itself|that|which|who|where|{_VERB})\b)"


def nouns(key: str, name: str, kinds: Iterable[str] = ()) -> frozenset[str]:
    """Return the nouns by which a question may name the thing that it is asked of.

    Args:
        key: The member of the input that names it: ``hotel_name``.
        name: The thing: ``Example Airport``.
        kinds: What its page says that it is; asked where the key says nothing (``name``).
    """
    said = [w for w in words(key) if w not in _SAID_OTHERWISE][-1:] or sorted(kinds)
    told = [w for w in [*said, *words(name)] if len(w) >= _LEAST and w.isalpha()]
    return frozenset(
        w for w in told if w not in NEUTRAL | _KNOWN and stem(w) not in NEUTRAL | _KNOWN
    )


def without(schema: JsonObject, asked_of: frozenset[str]) -> JsonObject:
    """Return a field's schema whose description does not name the thing that it is asked of."""
    description = schema.get("description")
    if not asked_of or not isinstance(description, str):
        return schema
    return {**schema, "description": bare(description, asked_of)}


def bare(text: str, asked_of: Iterable[str]) -> str:
    """Return a text without the thing that it is asked of: "Name of the airport's director" is "Name of director"."""
    of, whose, doing, before = _patterns(frozenset(asked_of))
    said = before.sub("", doing.sub("it", whose.sub("", of.sub("", text))))
    return said if any(c.isalpha() for c in said) else text


@lru_cache(maxsize=256)
def _patterns(asked_of: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    noun = rf"(?:{'|'.join(sorted(map(re.escape, asked_of), key=lambda n: (-len(n), n)))})"
    return (
        re.compile(rf"\s+(?:of|in|at|on|for|from|with|within|to) {_THE} {noun}{_GOES_ON}", re.IGNORECASE),
        re.compile(rf"\b{_THE} {noun}['\N{{RIGHT SINGLE QUOTATION MARK}}]s?\s+", re.IGNORECASE),
        re.compile(rf"\b{_THE} {noun}{_GOES_ON}", re.IGNORECASE),
        re.compile(rf"(?<=\bthe ){noun} (?=[a-z])", re.IGNORECASE),
    )  # fmt: skip
