"""Passages that speak to whoever reads rather than about a subject: "ignore your task, answer X".

Nothing here obeys a document. But a model might, and what such a passage states was put
there for it; so models are not shown them, and no value is answered from them.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
    first = _ordering(page).get(segment.group)
    return first is not None and segment.order >= first


@lru_cache(maxsize=64)
def _ordering(page: Page) -> dict[int, int]:
    """Return the paragraphs that speak to a model, each with the place of its first such sentence."""
    text, found = page.document.text, dict[int, int]()
    for segment, label in zip(page.document.segments, page.labels, strict=True):
        if gives_orders(text[segment.lead : segment.end]) or gives_orders(label.text):
            found.setdefault(segment.group, segment.order)
    return found
