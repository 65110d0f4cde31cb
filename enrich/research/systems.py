"""The oldest release of an operating system on which something runs: ``Android 9 and later``, ``needs at least version 8.1``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEMS: Final = ("android", "ipados", "ios", "macos", "windows")
SHAPE: Final = r"\d{1,2}(?:\.\d{1,2}){0,2}"
_LEAST: Final = (
    r"(?:min(?:imum)?|oldest|older|lowest|earliest|floor|requires?|required|needs?|needed)"
)
_UP: Final = r"(?:\s?\+|[^\n.;,]{0,16}\b(?:or|and) (?:newer|later|higher|above|up|upwards|over|more recent)\b|,? is enough\b)"
_NEEDS = re.compile(
    r"\b(?:requires?|required|requirements?|needs?|minimum|oldest|earliest|runs on|supported systems?|compatib\w+|system)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:will|from next|planned|tested on|until|drop(?:s|ped|ping)?|end(?:s|ed)? (?:of )?support|no longer|used to|last (?:to|version|release))\b",
    re.IGNORECASE,
)


def asked_for(system: str) -> str:
    """Return the pattern of questions for the oldest release of a system that will do."""
    return rf"\b{_LEAST}\b.*\b{system}\b|\b{system}\b.*\b{_LEAST}\b"


def is_of_system(system: str, label: str, before: str) -> bool:
    """Tell whether a release is one of a system by the label beside it, or by what stands right before it."""
    return bool(re.search(rf"\b{system}\b(?: os)?\W*$", f"{label} {before}", re.IGNORECASE))


def oldest(system: str, label: str, text: str) -> Iterator[Candidate]:
    """Yield the releases of a system that a passage says are needed at least.

    Args:
        system: Its name.
        label: What stands beside the passage.
        text: The passage.
    """
    if system not in f"{label} {text}".lower() or _PLAN.search(text):
        return
    named = rf"\b{system}(?: os)?(?: version)? (?P<release>{SHAPE})(?![\w.]*\d)"
    told = [
        rf"{named}(?={_UP})",
        rf"\b{system}\b[^.;]{{0,40}}\b(?:at least|minimum|requires?|needs?)(?: at least)?(?: version)? (?P<release>{SHAPE})(?!\d)",
        rf"\b(?:requires?|needs?|at least|not below)(?: at least)? {named}",
    ]
    if _NEEDS.search(label):
        told.append(named)
    if re.search(rf"\b{system}\b", label, re.IGNORECASE):
        told.append(rf"^(?P<release>{SHAPE})(?={_UP}|\s*$)")
    seen: set[int] = set()
    for pattern in told:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            start, end = found.span("release")
            if start not in seen:
                seen.add(start)
                yield Candidate(value=found["release"], start=start, end=end, fit=1.0)
