"""Numbers that are written in letters: "twenty-three", "a pair of", "two and a half"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.candidates.units import MAGNITUDES

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "a pair of": 2, "a couple of": 2, "a dozen": 12,
}  # fmt: skip
_TENS = r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_IN_WORDS = re.compile(
    rf"\b(?:(?P<tens>{_TENS})(?:[\s-](?P<ones>one|two|three|four|five|six|seven|eight|nine))?"
    rf"|(?P<plain>{'|'.join(sorted((w for w, n in _WORDS.items() if n < 20), key=len, reverse=True))}))"
    r"(?P<half> and a half)?(?:[\s-](?P<magnitude>hundred|thousand|million|billion|trillion))?\b",
    re.IGNORECASE,
)


class Spelled(NamedTuple):
    """A number in letters: its value, where it stands, and whether it has a magnitude."""

    value: float
    start: int
    end: int
    scaled: bool


def spelled(text: str) -> Iterator[Spelled]:
    """Yield the numbers of a text that are written in letters; "one" is far more often a pronoun."""
    for match in _IN_WORDS.finditer(text):
        if (match["plain"] or "").lower() == "one" and not (match["magnitude"] or match["half"]):
            continue
        value = _WORDS[(match["tens"] or match["plain"]).lower()]
        value += _WORDS.get((match["ones"] or "").lower(), 0)
        times = MAGNITUDES.get((match["magnitude"] or "").lower(), 1.0)
        yield Spelled(
            (value + 0.5 * bool(match["half"])) * times,
            match.start(),
            match.end(),
            bool(match["magnitude"]),
        )
