"""What each processor does: the one table of limits.

The names and their order are the Task API's; what they stand for here is ours.
Source: protocol reference, section 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is done for one run.

    Attributes:
        documents: Documents about the subject that are read.
        mentions: Further documents that only mention the subject.
        passages: Passages that are tried for a field on each document.
        cross_check: Whether the other documents are read for a field that has its value.
        hops: Steps from the subject to a thing that its page names.
        structure: Fields of an answer whose structure the engine finds; 0 for the one-field form.
        sections: Sections of a report.
        pages: Pages of the web that are read.
        depth: Links between the row's own address and a page of its site.
        searches: Queries to the search engine: one for the subject, others for what is missing still.
        web_s: Seconds for the web.
        shown: Passages that a model is shown for a field.
    """

    documents: int
    mentions: int
    passages: int
    cross_check: bool
    hops: int
    structure: int
    sections: int
    pages: int
    depth: int
    searches: int
    web_s: float
    shown: int


_EFFORTS: Final = {
    name: Effort(
        documents=documents, mentions=mentions, passages=passages, cross_check=cross_check, hops=hops,
        structure=structure, sections=sections, pages=pages, depth=depth, searches=searches, web_s=web_s,
        shown=shown,
    )
    for name, documents, mentions, passages, cross_check, hops, structure, sections, pages, depth, searches, web_s, shown in (
        # of the corpus                 compared hops fields sections | of the web: pages, links, queries, seconds | shown
        ("lite",     1,  0,  8, False, 0,  0,  2,   2, 0,  1,    20.0,  4),
        ("base",     2,  4, 16, False, 0,  0,  4,   4, 1,  1,    30.0,  6),
        ("core",     4,  8, 24, True,  0,  0,  6,   8, 1,  2,    60.0,  8),
        ("core2x",   8, 12, 32, True,  0,  0,  8,  12, 1,  3,    90.0, 10),
        ("pro",     12, 16, 40, True,  1, 20, 10,  20, 2,  6,   180.0, 12),
        ("ultra",   24, 24, 60, True,  2, 20, 14,  40, 2, 10,   300.0, 16),
        ("ultra2x", 32, 32, 60, True,  2, 25, 16,  60, 3, 15,   600.0, 16),
        ("ultra4x", 48, 48, 80, True,  2, 25, 18,  90, 3, 20,   900.0, 20),
        ("ultra8x", 64, 64, 80, True,  2, 25, 20, 120, 3, 30, 1_200.0, 20),
    )
}  # fmt: skip

NAMES: Final = tuple(_EFFORTS)


def effort(processor: str) -> Effort:
    """Return what a processor does; ``-fast`` ones do the same, and an unknown one what base does."""
    return _EFFORTS.get(processor.removesuffix("-fast"), _EFFORTS["base"])
