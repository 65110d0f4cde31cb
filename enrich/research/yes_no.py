"""Questions in text that are answered by yes or no: "Is it listed?", "yes or no"."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ASKS = re.compile(
    r"\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|will|may)\s(?!there any\b.*\bwho\b)",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"\s*(?:tell me |say |state )?(?:whether|if)\s(?!(?:un|not\b|no\b))", re.IGNORECASE
)
_WORDS = re.compile(
    r"(?:[,;(.]?\s*\b(?:please\s)?(?:(?:answer|respond|reply|say|return|give|state|just|only|simply|either|with|a|as|in|by|the answer is)\s)*)[\"']?\b(?P<yes>yes|true|y)[\"']?(?:\s?/\s?|,?\sor\s)[\"']?(?P<no>no|false|n)\b[\"']?(?: only| answer)?\)?[.\s]*(?!\w)",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_YES: Final = ("Yes", "No")


class YesNo(NamedTuple):
    """A question that is answered by yes or no.

    Attributes:
        question: What is asked, without how to answer.
        words: What to say for yes and for no.
        only: Whether nothing else will do.
    """

    question: str
    words: tuple[str, str]
    only: bool


def yes_or_no(question: str) -> YesNo | None:
    """Return a question that asks whether something is so; None for any other."""
    told = _WORDS.search(question)
    plain = (
        question if told is None else f"{question[: told.start()]} {question[told.end() :]}".strip()
    )
    if told is not None:
        return YesNo(plain, (told["yes"], told["no"]), only=True)
    first = re.split(r"(?<=\?)\s", plain)[0]
    asks = (_ASKS.match(first) and first.rstrip().endswith("?")) or _WHETHER.match(first)
    if not asks or _EITHER.search(first):
        return None
    return YesNo(plain, _YES, only=False)
