"""What cannot be the answer whatever stands beside it: a sum for a name, a day's number for a code, 2,900 percent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.dates import days_in
from enrich.research.descriptions import undenied
from enrich.research.kinds import FIGURES

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

_WHOLE: Final = 100  # percent
_SUM = re.compile(
    r"\W{0,2}(?:(?:[A-Z]{1,3}\$|[$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}])\s?\d|(?:USD|EUR|GBP|CHF|JPY)\s?\d|\d[\d.,]*\s?(?:[kmb]n?\b|million|billion)?\s?(?:USD|EUR|GBP|CHF|JPY|euros?|dollars|pounds)\b)"
)
_MONEY_ASKED = re.compile(
    r"\b(?:prices?|costs?|fees?|rates?|amounts?|sums?|revenues?|turnover|salar\w+|pay|wages?|budgets?|funding|money|how much|value|worth|charges?|tariffs?|plans?|cover(?:age)?|limit|deposit|fine|penalt\w+|grants?|donations?|investments?|capital|assets?|profits?|losses?|sales|terms|details|summary|description|notes?|conditions|refunds?|discounts?|offers?|policy)\b",
    re.IGNORECASE,
)
_SHARE_BEHIND = re.compile(r"[\d.,]*\s?(?:%|per ?cent|[-\N{EN DASH}]|to\b)")
_PART_LED = re.compile(
    r"\b(?:committee|council|panel|jury|session|meeting|conference|commission)\b[^.;]{0,40}?\b(?:chaired|headed|led|presided over) by (?:the )?$",
    re.IGNORECASE,
)
_LEADER_ASKED = re.compile(
    r"\b(?:chair\w*|head\w*|lead\w*|president|presid\w+|speaker|committee|council|panel|jury)\b",
    re.IGNORECASE,
)


def is_impossible(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a value cannot be what is asked for.

    Args:
        wanted: The field.
        text: The passage.
        candidate: The value in it.
    """
    if wanted.many:
        return False
    asked = f"{wanted.label} {undenied(wanted.description)}"
    if wanted.kind in {"name", "phrase"}:
        if _PART_LED.search(text, 0, candidate.start) and not _LEADER_ASKED.search(asked):
            return True
        return bool(_SUM.match(str(candidate.value))) and not _MONEY_ASKED.search(asked)
    if wanted.kind == "code":
        return str(candidate.value).isdigit() and any(
            day.month and day.start <= candidate.start and candidate.end <= day.end
            for day in days_in(text)
        )
    if (
        wanted.kind in FIGURES
        and wanted.number.percent
        and isinstance(candidate.value, (int, float))
    ):
        marked = _SHARE_BEHIND.match(text, candidate.start)
        return candidate.value > _WHOLE and not marked
    return False
