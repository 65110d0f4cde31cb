"""What a model is shown of the documents: numbered passages, fenced as data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.strings import proper_names
from enrich.research.orders import is_order
from enrich.research.subject import mentioned
from enrich.research.typed import typed_candidates
from enrich.research.wanted import is_neutral

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from enrich.research.documents import Segment
    from enrich.research.finder import Finder
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

MAX_PASSAGE_CHARS: Final = 600
_SEARCHED: Final = 400  # segments of a page in which a value of the asked kind is looked for


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment that a model is shown."""

    page: Page
    segment: Segment

    @property
    def text(self) -> str:
        """What is shown of it."""
        return self.page.text(self.segment)[:MAX_PASSAGE_CHARS]


def passages_for(
    field: Wanted, lookup: Finder, readings: Sequence[Reading], limit: int
) -> list[Passage]:
    """Return the passages to show for a field: those of its readings, then those that say most of it.

    Where few say any of it in its own words, those that hold a value of its kind come next,
    then the beginnings of the pages.
    """
    chosen: dict[tuple[int, int], Passage] = {}
    pages = [(page, None) for page in lookup.own]
    scope = mentioned(lookup.subject.names)
    others = [(page, scope) for page in lookup.others()] if len(pages) < 2 else []

    def add(some: Iterable[tuple[Page, Segment]]) -> None:
        for page, segment in some:
            if len(chosen) >= limit:
                return
            if not is_order(page, segment):
                chosen.setdefault((page.number, segment.start), Passage(page, segment))

    add((reading.page, reading.segment) for reading in readings)
    ranked = [
        (-score, nth, page, segment)
        for nth, (page, within) in enumerate([*pages, *others])
        for score, segment in _telling(field, page)
        if within is None or within(page, segment)
    ]
    ranked.sort(key=lambda r: (r[0], r[1], r[3].start))
    add((page, segment) for _, _, page, segment in ranked)
    add(pair for page, _ in pages for pair in _of_kind(field, page))
    add((page, segment) for page, _ in pages for segment in page.document.segments[:limit])
    return list(chosen.values())


def _telling(field: Wanted, page: Page) -> Iterator[tuple[float, Segment]]:
    asked = {c for c in (*field.topic, *field.hint) if not is_neutral(c)}
    for place in page.holding(asked):
        label = page.labels[place]
        said = label.own | label.over | label.far | label.parts | page.sayings[place]
        score = sum(page.weight(c) * (2.0 if c in field.topic else 1.0) for c in asked & said)
        yield round(score, 3), page.document.segments[place]


def _of_kind(field: Wanted, page: Page) -> Iterator[tuple[Page, Segment]]:
    for segment in page.document.segments[:_SEARCHED]:
        text = page.text(segment)
        if typed_candidates(field, text) or (
            field.kind in {"name", "place"} and proper_names(text)
        ):
            yield page, segment


def fenced(passages: Sequence[Passage]) -> str:
    """Return passages between marks that none of them can hold: the marks are a digest of them."""
    lines = []
    for number, passage in enumerate(passages, 1):
        page = passage.page
        label = page.labels[page.place_of(passage.segment)].text
        over = " > ".join(part for part in (page.document.title, label) if part)
        shown = passage.text.replace("\n", " ")
        lines.append(f"[p{number}] ({over[:200]}) {shown}")
    body = "\n".join(lines)
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f"<<<data {mark}\n{body}\n{mark} data>>>"
