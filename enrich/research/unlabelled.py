"""Readings that need no label: cells of rows, addresses, holders of offices, lists that are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.research.barred import is_another_sort, is_barred, is_of_now
from enrich.research.formed import formed
from enrich.research.itemsorts import are_other_things
from enrich.research.labels import Match
from enrich.research.listed import listed
from enrich.research.neighbours import asks_neighbours, neighbours
from enrich.research.qualifiers import lacks_qualifier
from enrich.research.reading import Element, Reading
from enrich.research.shares import owners
from enrich.research.wanted import is_neutral
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted


def in_rows(
    wanted: Wanted, page: Page, scope: Callable[[Page, Segment], bool] | None
) -> Iterator[Reading]:
    """Yield the names of table rows in which a cell says what is wanted: ``Tom Reed | CFO``."""
    asked = {c for c in wanted.topic if not is_neutral(c)}
    for place in page.holding(asked):
        segment = page.document.segments[place]
        said = {c for c in page.sayings[place] if not is_neutral(c)}
        if not segment.row or not asked or said != asked or (scope and not scope(page, segment)):
            continue
        text, lead = page.document.text, segment.lead
        at = text.find(segment.row, lead, (text.find("\n", lead) + 1 or len(text) + 1) - 1)
        if at < 0:
            continue  # a cell that reaches over several rows stands above
        if is_barred(wanted, page.labels[place], page.text(segment), taught=False):
            continue
        yield Reading(
            value=segment.row, page=page, segment=segment, start=at, end=at + len(segment.row),
            score=0.85, match=Match(0.85, 1.0), year=page.labels[place].year,
        )  # fmt: skip


def formed_readings(
    wanted: Wanted,
    page: Page,
    names: frozenset[str],
    scope: Callable[[Page, Segment], bool] | None,
) -> Iterator[Reading]:
    """Yield what is known by its form and by what stands beside it: addresses, holders of an office."""
    for place, found, score in formed(wanted, page, names):
        segment = page.document.segments[place]
        text, label = page.text(segment), page.labels[place]
        told = segment.kind == "sentence"
        if lacks_qualifier(wanted, label, text) or is_of_now(wanted, f"{label.text} {text}"):
            continue
        if is_another_sort(wanted, label, text, found, told=told):
            continue
        if scope is None or scope(page, segment):
            yield Reading(
                value=found.value, page=page, segment=segment, start=segment.start + found.start,
                end=segment.start + found.end, score=score, match=Match(score, 1.0), in_prose=True, how=found.how,
            )  # fmt: skip


def listed_readings(
    wanted: Wanted,
    page: Page,
    names: frozenset[str],
    scope: Callable[[Page, Segment], bool] | None,
) -> Iterator[Reading]:
    """Yield the lists of a page that are named as what is asked, each item once."""
    told = neighbours(page, names) if asks_neighbours(wanted) else listed(wanted, page, names)
    for place, spans, score in (*told, *owners(wanted, page, names)):
        segment = page.document.segments[place]
        if scope is not None and not scope(page, segment):
            continue
        if lacks_qualifier(wanted, page.labels[place], page.text(segment)):
            continue
        once = {page.document.text[a:b].casefold(): (a, b) for a, b in reversed(spans)}
        found = [
            Element(value=page.document.text[a:b], start=a, end=b)
            for a, b in sorted(once.values())
            if name_key(page.document.text[a:b]) not in names
        ]
        if found and not are_other_things(wanted, found, named=True):
            yield Reading(
                value=[e.value for e in found], page=page, segment=segment, start=found[0].start,
                end=found[-1].end, score=score, match=Match(score, 1.0), in_prose=True,
                elements=tuple(found), how="its items one by one",
            )  # fmt: skip
