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
    """

    documents: int
    mentions: int
    passages: int
    cross_check: bool
    hops: int
    structure: int
    sections: int


_EFFORTS: Final = {
    "lite": Effort(
        documents=1, mentions=0, passages=8, cross_check=False, hops=0, structure=0, sections=2
    ),
    "base": Effort(
        documents=2, mentions=4, passages=16, cross_check=False, hops=0, structure=0, sections=4
    ),
    "core": Effort(
        documents=4, mentions=8, passages=24, cross_check=True, hops=0, structure=0, sections=6
    ),
    "core2x": Effort(
        documents=8, mentions=12, passages=32, cross_check=True, hops=0, structure=0, sections=8
    ),
    "pro": Effort(
        documents=12, mentions=16, passages=40, cross_check=True, hops=1, structure=20, sections=10
    ),
    "ultra": Effort(
        documents=24, mentions=24, passages=60, cross_check=True, hops=2, structure=20, sections=14
    ),
    "ultra2x": Effort(
        documents=32, mentions=32, passages=60, cross_check=True, hops=2, structure=25, sections=16
    ),
    "ultra4x": Effort(
        documents=48, mentions=48, passages=80, cross_check=True, hops=2, structure=25, sections=18
    ),
    "ultra8x": Effort(
        documents=64, mentions=64, passages=80, cross_check=True, hops=2, structure=25, sections=20
    ),
}

NAMES: Final = tuple(_EFFORTS)


def effort(processor: str) -> Effort:
    """Return what a processor does; ``-fast`` ones do the same, and an unknown one what base does."""
    return _EFFORTS.get(processor.removesuffix("-fast"), _EFFORTS["base"])
