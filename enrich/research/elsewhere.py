"""Headings and labels over what is said of other things: "See also", "You may also like"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from enrich.research.words import concepts

_NUMBER = r"^(?:\W|\d{1,2}[.)]|[A-Za-z][.)])*"
_OTHERS: Final = re.compile(
    rf"""{_NUMBER}(?:
    (?:see|read|view)\s+also\b
    | also\s+(?:in|on|at|by|from|see|read|known\s+nearby|of\s+interest|profiled|featured|reviewed|reading|promoted|viewed|covered|worth)\b
    | (?:you|people|(?!(?:its|his|this|was|is)\b)[a-z]+s)\b.*\balso\s+(?:look(?:ed)?|view(?:ed)?|read|saw|bought|chose|like[ds]?|lov(?:e|ed)|consider(?:ed)?|search(?:ed)?|ask(?:ed)?|follow(?:ed)?|visit(?:ed)?|book(?:ed)?|compare[ds]?|watch(?:ed)?|be\b|enjoy(?:ed)?|want(?:ed)?|rent(?:ed)?|tr(?:y|ied))\b
    | (?:you|readers?|others?|people|customers?|students?|users?|visitors?|guests?|fans?|viewers?)\b.*\balso\b
    | related\b(?!\s+part(?:y|ies)\b) | similar\b | recommended\b
    | more\s+(?:from|by|like|members|stories|articles|posts|pages|profiles|companies)\b
    | (?:in\s+)?other\s+news\b | (?:most|best|top|now)\s+(?:read|viewed|shared|discussed|downloaded|commented)\b
    | (?:read|up|watch)\s+next\b | next\s+(?:up|week|month|issue|post|article|story|page|opponents?)\b
    | near\s+(?:this|it|here)\b | nearby\b | close\s+by\b | (?:in|around)\s+the\s+(?:vicinity|neighbou?rhood)\b | (?:the\s+|its\s+|our\s+)?neighbours?(?:$|\s+(?:in|and|of)\b) | neighbouring\b
    | (?:on|in|by|from|at|near|under)\s+(?:the|this)\s+same\s+(?!(?:time|day|week|month|season|year|period|way|spirit|vein|basis|terms)\b)\w+
    | from\s+(?:the|our|its)\s+(?:portfolio|archives?|network|wires?)\b
    | other\s.*\b(?:in|on|from|of)\s+(?:this|the)\s+(?:issue|site|series|section|directory|list|region|area|valley|town|city|country|industry|sector|market)\b
    | in\s+(?:this|the\s+next|the\s+same)\s+(?:issue|series|section|directory)\b
    | elsewhere\s+(?:in|on|at)\b | for\s+comparison\b | compar(?:able|ison)\b
    | (?:[a-z]+\s+)?(?:competitors?|competition|rivals?|peers?|peer\s\w+)\b
    | alternatives?\b(?!\s+(?:names?|titles?|spellings?|forms?|terms?|energ\w+|fuels?)\b) | what\s+(?:the\s+)?(?:others?|competitors?)\b
    | (?:our\s+|its\s+|the\s+)?sister\s+\w+
    | how\b.*\bcompares?\b | how\s+(?:the\s+)?(?:others?|rest|competitors?|rivals?)\b | compare\W*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# In a box beside the page's own matter a heading of this sort is seldom about its subject.
_BESIDE: Final = re.compile(
    rf"{_NUMBER}(?:more|other|peers?|(?:our\s+)?partners|news|latest|recent|popular|trending|compare|nearby|next|previous"
    r"|alternatives?|contents|share|follow|advert\w*|sponsor\w*|newsletter|subscribe)\b",
    re.IGNORECASE,
)  # fmt: skip


# "Our other app, Brine, …", "Its sister Globex Two …": a sentence that opens so goes on about another.
_ANOTHER: Final = re.compile(
    r"Elsewhere (?:in|on|at) |(?:(?i:our|its|his|her|their|the) (?:[a-z]+[ -]){0,2}?(?:other|sister|neighbouring|rival)|(?:Other|Sister|Neighbouring|Rival))"
    r"(?: (?!of |in |to |than )[a-z]+){0,2},? [A-Z][a-z]"
)
_BY_CHANCE: Final = re.compile(rf"{_NUMBER}(?:related|recommended|alternatives?)\b", re.IGNORECASE)
_NEAR: Final = frozenset({"near", "nearest", "nearby", "closest", "distanc", "surround"})


@lru_cache(maxsize=4096)
def is_elsewhere(text: str, *, beside: bool = False) -> bool:
    """Tell whether what stands under a heading or label is said of other things than the page's.

    Args:
        text: The heading or label.
        beside: Whether it stands in a box beside the page's own matter.
    """
    return bool(_OTHERS.match(text) or (beside and _BESIDE.match(text)))


@lru_cache(maxsize=4096)
def asks_for(text: str) -> frozenset[str]:
    """Return the concepts by one of which a question asks for what stands under words about other things.

    The noun behind "similar" or "nearby" is mostly what the page's own thing is: who asks for an app's
    size does not ask for similar apps. "Recommended price" and "related costs" are of the thing itself.
    """
    sign = _OTHERS.match(text)
    told = frozenset(concepts(sign.group() if sign and not _BY_CHANCE.match(text) else text))
    return told | _NEAR if "nearby" in told or "near" in told else told


@lru_cache(maxsize=8192)
def opens_elsewhere(text: str) -> bool:
    """Tell whether a sentence opens with the name of another thing of the same sort or owner."""
    return bool(_ANOTHER.match(text))
