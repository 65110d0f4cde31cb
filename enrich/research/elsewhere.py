"""Headings and labels over what is said of other things: "See also", "You may also like"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NUMBER = r"^(?:\W|\d{1,2}[.)]|[A-Za-z][.)])*"
_OTHERS: Final = re.compile(
    rf"""{_NUMBER}(?:
    (?:see|read|view)\s+also\b
    | also\s+(?:in|on|at|by|from|see|read|known\s+nearby|of\s+interest)\b
    | (?:you|readers?|others?|people|customers?|students?|users?|visitors?|guests?|fans?|viewers?)\b.*\balso\b
    | related\b(?!\s+part(?:y|ies)\b) | similar\b | recommended\b
    | more\s+(?:from|like|members|stories|articles|posts|pages|profiles|companies)\b
    | other\s.*\b(?:in|on|from|of)\s+(?:this|the)\s+(?:issue|site|series|section|directory|list|region|area|valley|town|city|country|industry|sector|market)\b
    | in\s+(?:this|the\s+next|the\s+same)\s+(?:issue|series|section|directory)\b
    | elsewhere\s+(?:in|on|at)\b | for\s+comparison\b | compar(?:able|ison)\b
    | (?:[a-z]+\s+)?(?:competitors?|competition|rivals?|peers?|peer\s\w+)\b
    | alternatives?\b(?!\s+(?:names?|titles?|spellings?|forms?|terms?|energ\w+|fuels?)\b) | what\s+(?:the\s+)?(?:others?|competitors?)\b
    | (?:our\s+|its\s+|the\s+)?sister\s+\w+
    | how\b.*\bcompares?\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# In a box beside the page's own matter a heading of this sort is seldom about its subject.
_BESIDE: Final = re.compile(
    rf"{_NUMBER}(?:more|other|peers?|(?:our\s+)?partners|news|latest|recent|popular|trending|compare|nearby|next|previous"
    r"|alternatives?|contents|share|follow|advert\w*|sponsor\w*|newsletter|subscribe)\b",
    re.IGNORECASE,
)  # fmt: skip


@lru_cache(maxsize=4096)
def is_elsewhere(text: str, *, beside: bool = False) -> bool:
    """Tell whether what stands under a heading or label is said of other things than the page's.

    Args:
        text: The heading or label.
        beside: Whether it stands in a box beside the page's own matter.
    """
    return bool(_OTHERS.match(text) or (beside and _BESIDE.match(text)))
