"""From the subject to a thing that its page names: the capital of the country where X is based."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.strings import proper_names
from enrich.research.labels import Match
from enrich.research.reading import Reading
from enrich.research.wanted import is_neutral
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.basis import Found
    from enrich.research.index import Hit, Index
    from enrich.research.page import Page
    from enrich.research.subject import Subject
    from enrich.research.wanted import Wanted

_MAX_PASSAGES: Final = 12
_MAX_NAMES: Final = 24


def hop(
    field: Wanted,
    *,
    subject: Subject,
    own: list[Page],
    index: Index,
    allowed: Callable[[Hit], bool],
    find: Callable[[Wanted, Hit], Found],
    elsewhere: Callable[[str, tuple[str, ...]], Hit | None] | None = None,
) -> Found | None:
    """Look a field up on the page of a thing that the subject's page names; None for nothing found.

    The field's topic is parted in a relation and an attribute (``country_capital``:
    the country, and its capital). Passages of the subject's pages that speak of the
    relation are searched for names that documents have; the attribute is then read there.

    Args:
        field: What is wanted; not answered by the subject's own pages.
        subject: What the run is about.
        own: Its pages.
        index: Where the documents are.
        allowed: Which documents may be used.
        find: Looks a field up on the page of a hit.
        elsewhere: Finds the page of a thing that no document is about, for an attribute.
    """
    for inner, hit, via in beyond(
        field, subject=subject, own=own, index=index, allowed=allowed, elsewhere=elsewhere
    ):
        found = find(inner, hit)
        if found.reading is not None:
            return dataclasses.replace(found, wanted=field, via=via)
    return None


def beyond(
    field: Wanted,
    *,
    subject: Subject,
    own: list[Page],
    index: Index,
    allowed: Callable[[Hit], bool],
    elsewhere: Callable[[str, tuple[str, ...]], Hit | None] | None = None,
) -> Iterator[tuple[Wanted, Hit, Reading]]:
    """Yield what is to be asked of further things, their pages, and the passages that name them; see ``hop``."""
    for attribute, relation in _splits(field):
        inner = dataclasses.replace(field, topic=attribute, hint=())
        for hit, via in _named(
            relation, subject, own, index, allowed=allowed, elsewhere=_to(elsewhere, attribute)
        ):
            yield inner, hit, via


def _splits(field: Wanted) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """Yield attribute and relation: the last word and those before it, then the first and those behind."""
    words = tuple(c for c in field.topic if not is_neutral(c))
    asked = frozenset(c for c in field.hint if not is_neutral(c))
    if len(words) > 1:
        yield words[-1:], frozenset(words[:-1]) | (asked - set(words))
        yield words[:1], frozenset(words[1:]) | (asked - set(words))
    elif words and len(asked - set(words)) > 0:
        yield words, asked - set(words)


def _to(
    elsewhere: Callable[[str, tuple[str, ...]], Hit | None] | None, attribute: tuple[str, ...]
) -> Callable[[str], Hit | None]:
    return lambda name: None if elsewhere is None else elsewhere(name, attribute)


def _named(
    relation: frozenset[str],
    subject: Subject,
    own: list[Page],
    index: Index,
    *,
    allowed: Callable[[Hit], bool],
    elsewhere: Callable[[str], Hit | None],
) -> Iterator[tuple[Hit, Reading]]:
    """Yield the documents whose names stand in passages that speak of a relation."""
    seen = {hit.id for hit in subject.hits}
    tried: set[str] = set()
    for page in own:
        for place in _passages(page, relation):
            segment = page.document.segments[place]
            names = list(_names(page.text(segment)))[:_MAX_NAMES]
            found = index.named(name_key(name) for name, _ in names)
            for name, start in names:
                key = name_key(name)
                hits = [hit for hit in found.get(key, ())[:1] if allowed(hit)]
                if not hits and key not in {*subject.names, *tried}:
                    tried.add(key)
                    there = elsewhere(name)
                    hits = [there] if there is not None else []
                for hit in hits:
                    if hit.id in seen:
                        continue
                    seen.add(hit.id)
                    at = segment.start + start
                    yield hit, Reading(
                        value=name, page=page, segment=segment, start=at, end=at + len(name), score=0.7,
                        match=Match(0.7, 1.0), in_prose=not segment.label,
                    )  # fmt: skip


def _passages(page: Page, relation: frozenset[str]) -> list[int]:
    """Return the segments that speak of a relation, those that say most of it first."""
    scored = []
    for place in page.holding(relation):
        label = page.labels[place]
        said = {*label.own, *label.over, *page.sayings[place]}
        scored.append((-sum(page.weight(c) for c in relation & said), place))
    return [place for _, place in sorted(scored)[:_MAX_PASSAGES]]


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Yield the names in a text, longest first at each place, and the parts of enumerations."""
    for candidate in proper_names(text):
        name = str(candidate.value)
        yield name, candidate.start
        tokens = name.split()
        for size in range(len(tokens) - 1, 0, -1):
            for first in range(len(tokens) - size + 1):
                part = " ".join(tokens[first : first + size])
                if part[0].isupper():
                    yield part, candidate.start + name.index(part)
