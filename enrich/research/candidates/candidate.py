"""A value that a passage could give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A value read from a span of a passage.

    Attributes:
        value: The value in the form that was asked for.
        start: Offset of the span's first character in the passage.
        end: Offset behind its last.
        fit: How well the span has the form of what is asked for, 0 to 1.
        counted: The word that a number counts, if one stands right behind it.
        in_words: Whether a number is written in letters.
        how: The normalisation between span and value, in words; empty when they are equal.
    """

    value: Json
    start: int
    end: int
    fit: float
    how: str = ""
    counted: str = ""
    in_words: bool = False
