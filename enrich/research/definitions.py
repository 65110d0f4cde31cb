"""What a thing is, by the first sentence of its own page: ``Kenya is a country in East Africa``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import concepts, name_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.research.documents import Document
    from enrich.research.index import Hit, Index
    from enrich.research.page import Page

_FIRST: Final = 3  # sentences in which a page says what its subject is
_BEING = re.compile(r"\b(?:is|are|was|were)\s+(?:an?|the|one of)\s+([^.;]{3,160})")
_FURTHER = re.compile(r"\b(?:of|in|on|from|that|which|who|where|located|situated|by|with|and)\b")


class Definitions:
    """What the corpus says that things are.

    Args:
        index: Where the documents are.
        page: Opens one.
        allowed: Which may be used.
    """

    def __init__(
        self, index: Index, page: Callable[[int], Page], allowed: Callable[[Hit], bool]
    ) -> None:
        self._index = index
        self._page = page
        self._allowed = allowed
        self._known: dict[str, frozenset[str]] = {}

    def says(self, name: str, concept: str) -> bool | None:
        """Tell whether a thing of some name is said to be of some kind; None if no page says what it is."""
        key = name_key(name)
        if key not in self._known:
            self._known[key] = self._kinds(key)
        return concept in self._known[key] if self._known[key] else None

    def _kinds(self, key: str) -> frozenset[str]:
        found: set[str] = set()
        for hit in self._index.named([key]).get(key, ())[:2]:
            if self._allowed(hit):
                found |= said_kinds(self._page(hit.id).document)
        return frozenset(found)


def said_kinds(document: Document) -> set[str]:
    """Return the nouns by which a document's first sentences say what its subject is."""
    found: set[str] = set()
    sentences = [s for s in document.segments if s.kind == "sentence" and not s.label]
    for segment in sentences[:_FIRST]:
        said = _BEING.search(document.text[segment.start : segment.end])
        if said:
            found |= set(concepts(_FURTHER.split(said[1])[0]))
    return found
