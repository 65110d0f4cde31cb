"""Questions in text that ask for several things: "Which countries border Kenya?"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.joined import as_text
from enrich.research.wanted import wanted

if TYPE_CHECKING:
    from enrich.research.basis import Found
    from enrich.research.lookup import Lookup
    from enrich.research.wanted import Wanted

_ASKS = re.compile(
    r"\W*(?:(?:what|which|who)(?: are| were)?|(?:list|name|give)(?: me)?(?: all(?: of)?)?)\s+(?:the |its |their |all |some )*"
    r"(?:[\w'-]+ ){0,2}?(?P<noun>[a-z][a-z-]+?(?:[^siu\W]s|people|children|men|women))\b",
    re.IGNORECASE,
)
_NO_PLURALS: Final = frozenset(
    "was is does has its this plus minus gas always headquarters means series species sales earnings news".split()  # noqa: SIM905
)
_KINDS: Final = frozenset({"name", "place", "country", "phrase"})
_FEWEST: Final = 2


def asks_several(question: str) -> bool:
    """Tell whether a question asks for several things by a noun in the plural."""
    found = _ASKS.match(question)
    return found is not None and found["noun"].casefold() not in _NO_PLURALS


def with_all(question: Wanted, found: Found, lookup: Lookup) -> Found:
    """Return all items of the list from which one was found, as a text, where several are asked for; else what was found."""
    one = found.reading
    if one is None or question.kind not in _KINDS or not asks_several(question.description):
        return found
    listed = wanted(
        "output",
        {"type": "array", "items": {"type": "string"}, "description": question.description},
    )
    again = lookup.find(replace(listed, topic=question.topic, kind=question.kind))
    several = again.reading
    if several is None or len(several.value) < _FEWEST:
        return found
    told = as_text(again, several, question, ", ")
    same = several.page is one.page and several.start <= one.start < several.end
    longer = told.reading is not None and len(told.reading.value) > len(str(one.value))
    return told if same and longer else found
