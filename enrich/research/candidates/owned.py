"""Whether a thing owns what it uses: a stadium, a building, a fleet; who owns it is told, seldom that somebody does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.words import name_key

if TYPE_CHECKING:
    from enrich.research.wanted import Wanted

# The subject is "it" in a question, where its sort had stood.
_ASKED = re.compile(
    r"\b(?:it|the (?P<who>\w+))(?:'s)? (?:itself )?(?:own property\b|owns? (?:its|the|their|a)\b|(?:is )?the owner of\b)"
    r"|\bits own property\b|\bbelongs? to (?:it\b|the (?P<holder>\w+))",
    re.IGNORECASE,
)
_WHO = r"(?P<who>(?:the|an?|our|its|their) [\w' -]{2,60}?|[A-Z][\w'.& -]{2,60}?|itself|us|them)(?=[,;.:]|$| (?:and|which|who|that|since|on|under|with)\b)"
_HELD = re.compile(rf"\b(?:belongs to|owned by|owner (?:is|remains)|landlord (?:is|remains)|property of|(?:leased|rented) from) {_WHO}")  # fmt: skip
_HOLDS = re.compile(
    r"(?P<who>\b(?:[Ww]e|[Tt]he [a-z]+(?: (?!and\b|still\b|now\b|also\b|built\b|once\b|that\b|which\b)[a-z]+)?|(?:[A-Z][\w'&-]+ ?){1,5}?)) ?"
    r"(?:(?:built|and|still|also|now|fully|wholly|itself) )*(?:owns?\b|is (?:its|the) (?:landlord|owner)|bought (?:the freehold|its|it\b|the))"
)
_UNTIL = re.compile(r"\b(?:until|before|but)\b")
_LABEL = re.compile(r"(?:owner|owned by|property of|landlord|belongs to|proprietor)\W*$", re.IGNORECASE)  # fmt: skip
# What a page calls its subject, and those who are another wherever a page calls them so.
_SUBJECT: Final = frozenset(
    {
        "club",
        "company",
        "firm",
        "business",
        "society",
        "association",
        "school",
        "university",
        "college",
        "hospital",
        "museum",
        "charity",
        "chain",
        "group",
        "airline",
        "institution",
    }
)
_PUBLIC = re.compile(
    r"\b(?:municipality|city|town|county|state|government|council|province|region|authority|landlord|parish|diocese)\b",
    re.IGNORECASE,
)
_ITSELF: Final = frozenset({"itself", "us", "we", "them", "themselves"})


def asks_owned(wanted: Wanted) -> str:
    """Return what the owner would be called where it is asked whether the subject owns something: ``club``; else nothing."""
    return _asker(wanted.description) if wanted.kind == "boolean" else ""


@lru_cache(maxsize=1_024)
def _asker(description: str) -> str:
    found = _ASKED.search(description)
    return (found["who"] or found["holder"] or "it").lower() if found else ""


def of_owner(
    wanted: Wanted,
    text: str,
    label: str,
    names: frozenset[str],
    found: list[tuple[Candidate, float]],
) -> list[tuple[Candidate, float]]:
    """Return what a passage tells of the owner, where that is asked, and not that what is owned is named there."""
    asker = asks_owned(wanted)
    if not asker:
        return found
    yes = [(c, factor) for c, factor in found if c.how == "yes or no"]
    return yes or [(c, 1.0) for c in ownership(text, label, asker, names)]


def ownership(text: str, label: str, asker: str, names: frozenset[str]) -> list[Candidate]:
    """Return whether a passage says that the subject owns what is asked, or that another does.

    Args:
        text: The passage.
        label: What stands beside it.
        asker: What the owner would be called, as ``asks_owned`` gives it.
        names: The subject's names as ``name_key`` gives them.
    """
    if label and _LABEL.search(label):
        found = re.match(r"[^,;.(]+", text)
    else:
        held, holds = _HELD.search(text), _HOLDS.search(text)
        ended = held and holds and _UNTIL.search(text, held.end(), holds.start())
        found = holds if ended else held or holds
    if found is None:
        return []
    said = (found["who"] if "who" in found.re.groupindex else found.group()).strip()
    own = _is_own(said, asker, names)
    if own is None:
        return []
    how = "it says so" if own else "it names another owner"
    return [Candidate(value=own, start=found.start(), end=found.end(), fit=0.8, how=how)]


def _is_own(said: str, asker: str, names: frozenset[str]) -> bool | None:
    """Tell whether an owner is the subject; None where it may be, or another."""
    who = name_key(re.sub(r"\b(?:itself|alone)\s*$", "", said) or "itself")
    if who in _ITSELF or who == asker or who in names or said.endswith("itself"):
        return True
    if asker == "it" and who in _SUBJECT:
        return True
    named = bool(re.search(r"[A-Z]", said[1:])) or (
        said[:1].isupper() and not said.startswith("The ")
    )
    return False if named or _PUBLIC.search(said) or who.startswith(("a ", "an ")) else None
