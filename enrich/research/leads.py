"""The first sentences of a page: what there is to say of its subject where nothing is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.basis import Found
from enrich.research.labels import Match
from enrich.research.reading import Reading
from enrich.research.words import concepts

if TYPE_CHECKING:
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

NO_ANSWER: Final = "No answer was found in the documents."
LEAD_SENTENCES: Final = 3
SUMMARY: Final = frozenset(
    concepts(
        "summary overview description profile about abstract bio biography company short brief"
    )
)
"""Concepts of fields that ask for the page itself in short."""


def lead(question: Wanted, pages: list[Page]) -> tuple[str, Found]:
    """Return the first sentences of the first page: what there is to say where nothing is asked."""
    for page in pages:
        sentences = [
            s
            for s in page.document.segments
            if s.kind == "sentence" and not s.label and s.end - s.start > 40
        ]
        if not sentences:
            continue
        first = sentences[0]
        last = [s for s in sentences[:LEAD_SENTENCES] if s.group == first.group][-1]
        reading = Reading(
            value=page.document.text[first.start : last.end], page=page, segment=first, start=first.start,
            end=last.end, score=0.7, match=Match(0.7, 1.0), in_prose=True,
        )  # fmt: skip
        return str(reading.value), Found(
            wanted=question, reading=reading, looked=(page.document.title,)
        )
    return NO_ANSWER, Found(wanted=question, looked=tuple(page.document.title for page in pages))
