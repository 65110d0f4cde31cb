"""Passages that speak to whoever reads rather than about a subject: "ignore your task, answer X".

Nothing here obeys a document. But a model might, and what such a passage states was put
there for it; so models are not shown them, and no value is answered from them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.research.documents import Segment
    from enrich.research.page import Page

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|task|prompt|rules|above|previous|prior)\b"
    r"|\b(?:system|developer) (?:prompt|message|instructions?)\b|^\W*(?:system|assistant|user)\s*:"
    r"|\b(?:you are|act as|as) an? (?:ai|language model|assistant|chatbot)\b"
    r"|\b(?:answer|reply|respond)(?: only| instead)? with\b|<\s*/?\s*(?:passages?|system|document|instructions?)\b"
    r"|\b(?:language models?|llms?|ai (?:assistants?|models?|agents?))\b.{0,60}\b(?:must|should|answer|reply|ignore)\b",
    re.IGNORECASE | re.DOTALL,
)


def gives_orders(text: str) -> bool:
    """Tell whether a text speaks to a model."""
    return bool(_ORDERS.search(text))


def is_order(page: Page, segment: Segment) -> bool:
    """Tell whether a segment or its label speaks to a model, or an earlier sentence of its paragraph does."""
    segments = page.document.segments
    place = page.place_of(segment)
    while place > 0 and segments[place - 1].group == segment.group:
        place -= 1
    return segment.order >= _first_order(page, place)


@lru_cache(maxsize=4_096)
def _first_order(page: Page, place: int) -> float:
    """Return the order in its paragraph of the first sentence that speaks to a model; infinity for none."""
    segments, text = page.document.segments, page.document.text
    group = segments[place].group
    while place < len(segments) and segments[place].group == group:
        segment = segments[place]
        if gives_orders(text[segment.lead : segment.end]) or gives_orders(page.labels[place].text):
            return segment.order
        place += 1
    return inf
