"""The full name of somebody who is called by a surname alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.bodies import is_person
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.persons import NAME

if TYPE_CHECKING:
    from enrich.research.page import Page

_REACH: Final = 60  # characters in which a name stands before its last word
_MENTIONS: Final = 40
_NAMED = re.compile(rf"{NAME}$")


def full_name(page: Page, surname: str) -> tuple[int, Candidate] | None:
    """Return where a page has the one full name that ends in a surname; None if it has none, or several."""
    text, found = page.document.text, []
    for nth, last in enumerate(re.finditer(rf"\b{re.escape(surname)}\b", text)):
        if nth == _MENTIONS:
            return None
        line = max(text.rfind("\n", 0, last.start()) + 1, last.start() - _REACH)
        named = next(
            (m for m in _NAMED.finditer(text[line : last.end()]) if is_person(m["name"])), None
        )
        if named is not None:
            found.append((named["name"], line + named.start("name")))
    if len({name.split()[0] for name, _ in found}) != 1:
        return None
    name, at = found[0]
    place = bisect_right(page.document.segments, at, key=lambda s: s.start) - 1
    segment = page.document.segments[place]
    if place < 0 or at + len(name) > segment.end:
        return None
    start = at - segment.start
    return place, Candidate(value=name, start=start, end=start + len(name), fit=1.0)
