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
    """Tell whether a segment, its label or another sentence of its paragraph speaks to a model."""
    return segment.group in _ordering(page)


@lru_cache(maxsize=64)
def _ordering(page: Page) -> frozenset[int]:
    text = page.document.text
    return frozenset(
        segment.group
        for segment, label in zip(page.document.segments, page.labels, strict=True)
        if gives_orders(text[segment.lead : segment.end]) or gives_orders(label.text)
    )
