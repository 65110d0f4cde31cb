"""A value as it was read from a passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.records import Json
    from enrich.research.documents import Segment
    from enrich.research.labels import Match
    from enrich.research.page import Label, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a list, with its own span in the document."""

    value: Json
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value read from a passage.

    Attributes:
        value: The value in the asked form; a list where many were asked for.
        page: The page that it stands on.
        segment: The passage.
        start: Offset in the document of the span that it was read from.
        end: Offset behind that span.
        score: How sure the reader is, 0 to 1; comparable within one field.
        match: How the label fitted.
        in_prose: Whether it was found by what a sentence says, not by its label.
        how: The normalisation between span and value, in words.
        year: The year that its label names; 0 for none.
        elements: Spans of a list's elements.
    """

    value: Json
    page: Page
    segment: Segment
    start: int
    end: int
    score: float
    match: Match
    in_prose: bool = False
    how: str = ""
    year: int = 0
    elements: tuple[Element, ...] = ()

    @property
    def label(self) -> Label:
        """What stands over and beside the passage."""
        return self.page.labels[self.page.place_of(self.segment)]
