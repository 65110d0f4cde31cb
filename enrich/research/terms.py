"""When a right ends: a licence expires, a permit is valid until, a concession runs out.

A page tells of many ends, of contracts, support and other rights; the asked right must be named beside its day.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.descriptions import statement
from enrich.research.typed import typed_candidates
from enrich.research.words import clause_start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

_SURE: Final = 0.82
_RIGHT: Final = r"licen[cs]es?|permits?|permission|concessions?|consents?|authori[sz]ations?|right to (?:operate|use|run)"
_ASKED = re.compile(
    rf"\b(?:{_RIGHT}|lic)\b.*\b(?:expir\w*|exp|ends?|until|runs?|valid)\b|\b(?:expir\w*|ends?|end|last day|until|valid to)\b.*\b(?:{_RIGHT}|right to)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?:{_RIGHT})\b", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:expir(?:es?|ing|y(?: date)?)|(?:now )?runs? (?:out|until|to|through)|valid (?:until|to|through|till)|ends?|lapses?|in force (?:until|to))\b(?: on)?[: ]*$",
    re.IGNORECASE,
)
# Rights of others, of parts and of helpers, and what is no right.
_OTHERS = re.compile(
    r"\b(?:separate|contracts?|agreement|supply|support|subsid\w+|scheme|lease|loans?|guarantee|warranty|insurance|patents?|former|previous|old|research|exploration|construction|trial"
    r"|visitors?|next door|neighbou?ring|lapsed|asked for|applied for|planned|proposed|no end)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"(?:It|This|The (?:licen[cs]e|permit|concession|consent))\b")


def asks_end(wanted: Wanted) -> bool:
    """Tell whether the end of a right is asked for."""
    if wanted.kind != "date" or wanted.many:
        return False
    return bool(_ASKED.search(f"{wanted.label} {statement(wanted.description)}"))


def ends(wanted: Wanted, page: Page) -> Iterator[tuple[int, Candidate, float]]:
    """Yield the day on which a page says that the subject's right ends, if it names one alone."""
    found: list[tuple[int, Candidate, float]] = []
    before = ""
    for place, segment in enumerate(page.document.segments):
        text = page.text(segment)
        previous, before = before, text
        if page.is_aside(segment, wanted.topic) or not any(c.isdigit() for c in text):
            continue
        for candidate in typed_candidates(wanted, text):
            first = clause_start(text, candidate.start, (";", ". "))
            beside = f"{segment.label} {text[first : candidate.start]}"
            named = f"{previous} {beside}" if _IT.match(text) else beside
            if _NAMED.search(named) and _ENDS.search(beside) and not _OTHERS.search(beside):
                found.append((place, candidate, _SURE))
    if len({str(candidate.value) for _, candidate, _ in found}) == 1:
        yield from found
