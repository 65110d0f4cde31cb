"""From the subject to a thing that its page names: the capital of the country where X is based.

Each relation is a question of its own (``chains.py``), answered by the pages of whatever
stands before it; a document about what is named there is where the next one is asked.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from enrich.research.basis import confidence
from enrich.research.candidates.countries import is_country
from enrich.research.candidates.strings import proper_names
from enrich.research.definitions import said_kinds
from enrich.research.domains import sorts_of
from enrich.research.whose import states_own
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.basis import Found
    from enrich.research.chains import Chain
    from enrich.research.index import Hit, Index
    from enrich.research.lookup import Lookup
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_MAX_NAMES: Final = 8  # that a value may hold, tried in their order
_UNSURE: Final = 0.59  # the score of what is read beyond a relation that is not sure


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A document at the end of a chain of relations.

    Attributes:
        hit: The document.
        via: The readings that named it and what came before it, the subject's own first.
        sure: Whether all of these are.
    """

    hit: Hit
    via: tuple[Reading, ...]
    sure: bool


def reach(
    chain: Chain,
    lookup: Lookup,
    *,
    steps: int,
    index: Index,
    allowed: Callable[[Hit], bool],
    at: Callable[[Hit], Lookup],
    elsewhere: Callable[[str, tuple[str, ...]], Hit | None] | None = None,
) -> Reached | None:
    """Return the document about the thing of which a chain's last question is asked; None for none.

    Args:
        chain: The question's parts.
        lookup: The way to the subject's own pages.
        steps: How many steps may be taken.
        index: Where the documents are.
        allowed: Which documents may be used.
        at: Gives the way to the pages of a hit.
        elsewhere: Finds the page of a thing that no document is about, for a topic.
    """
    if len(chain.relations) > steps:
        return None
    via: list[Reading] = []
    sure = True
    reached: Hit | None = None
    topics = [each.topic for each in (*chain.relations[1:], chain.asked)]
    for relation, topic in zip(chain.relations, topics, strict=True):
        here = lookup if reached is None else at(reached)
        found = here.find(relation)
        reading = found.reading
        if reading is None or not _is_own(chain, found, here):
            return None
        reached = next(
            _documents(relation, reading, here, index, allowed=allowed, elsewhere=elsewhere, topic=topic),
            None,
        )  # fmt: skip
        if reached is None:
            return None
        via.append(reading)
        sure = sure and confidence(found) != "low"
    return None if reached is None else Reached(hit=reached, via=tuple(via), sure=sure)


def hop(chain: Chain, reached: Reached, there: Lookup) -> Found | None:
    """Return what is asked at a chain's end; None where it is not stated there."""
    found = there.find(chain.asked)
    reading = found.reading
    if reading is None or not found.own_page:
        return None
    if not reached.sure:
        reading = dataclasses.replace(reading, score=min(reading.score, _UNSURE))
    return dataclasses.replace(found, reading=reading, via=reached.via)


def _is_own(chain: Chain, found: Found, lookup: Lookup) -> bool:
    """Tell whether what was found is the subject's relation; where the question may mean another, by its label."""
    reading = found.reading
    if reading is None or not found.own_page or isinstance(reading.value, list):
        return False
    if not chain.sure and (reading.match.by_hint or reading.match.by_meaning):
        return False
    return states_own(found.wanted, reading, lookup.subject.names)


def _documents(
    relation: Wanted,
    reading: Reading,
    lookup: Lookup,
    index: Index,
    *,
    allowed: Callable[[Hit], bool],
    elsewhere: Callable[[str, tuple[str, ...]], Hit | None] | None,
    topic: tuple[str, ...],
) -> Iterator[Hit]:
    """Yield the documents about what a value names, those in the corpus first."""
    names = list(_names(str(reading.value)))[:_MAX_NAMES]
    found = index.named(name_key(name) for name in names)
    own = {hit.id for hit in lookup.subject.hits}
    strange = [name for name in names if name_key(name) not in lookup.subject.names]
    for name in strange:
        for hit in found.get(name_key(name), ()):
            if hit.id not in own and allowed(hit) and _is_sort(relation, hit, index):
                yield hit
    for name in strange:
        there = elsewhere(name, topic) if elsewhere is not None else None
        if there is not None and there.id not in own:
            yield there


def _is_sort(relation: Wanted, hit: Hit, index: Index) -> bool:
    """Tell whether a document may be about what a relation leads to: a country, where a country is asked for."""
    if relation.kind != "country":
        return True
    sorts = sorts_of(said_kinds(index.load(hit.id)))
    return not sorts or "country" in sorts or is_country(hit.title)


def _names(text: str) -> Iterator[str]:
    """Yield the names in a value: itself, then those that stand in it."""
    yield text
    for candidate in proper_names(text):
        if str(candidate.value) != text:
            yield str(candidate.value)
