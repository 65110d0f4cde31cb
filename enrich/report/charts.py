"""Small pictures in SVG, each with its meaning in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from enrich.html import Html, el

if TYPE_CHECKING:
    from collections.abc import Sequence

BINS: Final = 24
WIDE: Final = 10
"""When the greatest number is so many times the median, the scale is one of powers."""


def bar(parts: Sequence[tuple[str, float]], whole: float, words: str) -> Html:
    """Draw a bar out of coloured parts.

    Args:
        parts: The class and the size of each, from the left.
        whole: The size that fills the bar.
        words: The same for who cannot see it.
    """
    drawn, at = [], 0.0
    for name, size in parts:
        width = 100 * size / whole if whole else 0
        if width:
            drawn.append(el("rect", x=f"{at:.2f}", width=f"{width:.2f}", height=8, class_=name))
        at += width
    return _picture(drawn, "0 0 100 8", words)


def histogram(numbers: Sequence[float], words: str) -> tuple[Html, bool]:
    """Draw how numbers are spread; say also whether the scale is one of powers.

    Args:
        numbers: In order, at least two different ones.
        words: The same for who cannot see it.
    """
    powers = numbers[0] > 0 and numbers[-1] > WIDE * numbers[len(numbers) // 2]
    places = [math.log(number) for number in numbers] if powers else list(numbers)
    low, span = places[0], places[-1] - places[0]
    counts = [0] * BINS
    for place in places:
        counts[min(BINS - 1, int((place - low) / span * BINS))] += 1
    most = max(counts)
    drawn = [
        el(
            "rect",
            x=f"{index * 100 / BINS:.2f}",
            y=f"{40 - 40 * count / most:.2f}",
            width=f"{100 / BINS - 0.6:.2f}",
            height=f"{40 * count / most:.2f}",
            class_="bar",
        )
        for index, count in enumerate(counts)
        if count
    ]
    return _picture(drawn, "0 0 100 40", words, class_="histogram"), powers


def _picture(drawn: Sequence[Html], box: str, words: str, class_: str | None = None) -> Html:
    return el(
        "svg",
        *drawn,
        viewBox=box,
        preserveAspectRatio="none",
        role="img",
        aria_label=words,
        class_=class_,
    )
