"""Lists of objects: the rows of a table, or the items of a list, that fit a schema."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.basis import Found
from enrich.research.candidates.lists import list_spans
from enrich.research.fieldpath import under
from enrich.research.labels import NO_MATCH, Match, label_score
from enrich.research.priced import currency_beside
from enrich.research.reader import read
from enrich.research.reading import Element, Reading
from enrich.research.remarks import bullets, remarks
from enrich.research.schemas import json_type, resolved
from enrich.research.typed import labelled_candidates
from enrich.research.wanted import Wanted, wanted
from enrich.research.words import concepts
from enrich.research.years import row_in_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.records import Json, JsonObject
    from enrich.research.documents import Segment
    from enrich.research.lookup import Lookup
    from enrich.research.page import Page

_ENOUGH = 0.5
_MAX_DEPTH: Final = 6
_NAMES: Final = frozenset({"name", "phrase", "place", "country"})
_Path = tuple[str, ...]


def read_rows(
    field: Wanted, items: JsonObject, page: Page, lookup: Lookup, root: JsonObject | None = None
) -> list[Found] | None:
    """Return what a page's tables or lists hold for a list of objects; None for nothing.

    A table fits if its columns answer at least half of the properties and its heading
    names the field, or they answer all of them. Of a list, each item gives the first
    property. What is nested in an element is answered by columns, too.

    Args:
        field: The list.
        items: The schema of its elements.
        page: The page.
        lookup: The way to the subject's documents.
        root: The schema in which references are looked up; None for ``items`` itself.
    """
    properties = {
        path: wanted(under(field.path, *path), inner)
        for path, inner in _leaves(items, root or items)
    }
    if not properties:
        return None
    best = max(
        (_table(field, properties, page, rows) for rows in _tables(page)),
        key=lambda t: t[0],
        default=None,
    )
    if best is not None and best[0] > 0:
        return best[1]
    return _from_list(field, properties, page, lookup)


def _leaves(
    items: JsonObject, root: JsonObject, over: _Path = ()
) -> Iterator[tuple[_Path, JsonObject]]:
    """Yield the scalars and lists of an element with the names that lead to them."""
    for name, inner in (items.get("properties") or {}).items():
        plain = resolved(inner, root)
        if json_type(plain) == "object" and len(over) < _MAX_DEPTH:
            yield from _leaves(plain, root, (*over, name))
        else:
            yield (*over, name), plain


def _nested(entry: dict[_Path, Json]) -> JsonObject:
    """Return an element with each value at its place."""
    content: JsonObject = {}
    for path, value in entry.items():
        inner = content
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = value
    return content


def _tables(page: Page) -> list[list[list[Segment]]]:
    """Return the page's tables as rows of cells; a table is a run of rows of one section."""
    tables: list[list[list[Segment]]] = []
    rowed = {segment.group for segment in page.document.segments if segment.row}
    last: Segment | None = None
    for segment in page.document.segments:
        if segment.kind != "value" or (segment.group not in rowed and segment.order):
            last = None
            continue
        if last is not None and segment.group == last.group:
            tables[-1][-1].append(segment)
        elif last is not None and segment.section == last.section:
            tables[-1].append([segment])
        else:
            tables.append([[segment]])
        last = segment
    return [table for table in tables if any(len(row) > 1 for row in table)]


def _table(
    field: Wanted, properties: dict[_Path, Wanted], page: Page, rows: list[list[Segment]]
) -> tuple[float, list[Found]]:
    places = {id(segment): place for place, segment in enumerate(page.document.segments)}
    columns = _columns(properties, page, rows, places)
    label = page.labels[places[id(rows[0][0])]]
    about = bool(set(field.topic) & (label.over | label.far))
    share = len(columns) / len(properties)
    if not columns or (share < 1 and not (about and share >= _ENOUGH)):
        return 0.0, []
    content: list[JsonObject] = []
    cells: list[Reading] = []
    for row in rows:
        if not row_in_year(field, page, row):
            continue
        entry: dict[_Path, Json] = dict.fromkeys(properties)
        for segment in row:
            name = columns.get(segment.label)
            if name is None or page.text(segment) == segment.label:
                continue
            reading = _cell(properties[name], page, segment)
            if reading is not None:
                entry[name] = reading.value
                cells.append(reading)
        if any(value is not None for value in entry.values()):
            content.append(_nested(entry))
    if not cells:
        return 0.0, []
    found = [Found(wanted=field, reading=_whole(content, cells))]
    return share + about, found


def _columns(
    properties: dict[_Path, Wanted], page: Page, rows: list[list[Segment]], places: dict[int, int]
) -> dict[str, _Path]:
    """Return column heading to property, each property at its best column."""
    scored = []
    for segment in max(rows, key=len):
        for name, inner in properties.items():
            # The row's name is in the label too, and says nothing about the column.
            free = frozenset(concepts(segment.row)) - set(inner.topic)
            score = (
                label_score(inner, page.labels[places[id(segment)]], page, free=free).score
                if segment.label
                else 0.0
            )
            scored.append((score, segment.label, name))
    columns: dict[str, _Path] = {}
    for score, label, name in sorted(scored, key=lambda s: -s[0]):
        if score >= _ENOUGH and label not in columns and name not in columns.values():
            columns[label] = name
    return columns


def _cell(inner: Wanted, page: Page, segment: Segment) -> Reading | None:
    text = page.text(segment)
    if inner.many:
        listed = [text[a:b] for a, b in list_spans(text)] if inner.kind in _NAMES else []
        return (
            Reading(
                value=listed, page=page, segment=segment, start=segment.start, end=segment.end, score=0.8,
                match=Match(0.8, 1.0),
            )
            if listed
            else None
        )  # fmt: skip
    candidates = labelled_candidates(inner, text, segment, currency_beside(inner, page, segment))
    if not candidates:
        return None
    first = candidates[0]
    return Reading(
        value=first.value, page=page, segment=segment, start=segment.start + first.start,
        end=segment.start + first.end, score=0.8, match=Match(0.8, 1.0), how=first.how,
    )  # fmt: skip


def _whole(content: list[JsonObject], cells: list[Reading]) -> Reading:
    """Return the rows as one reading, an element a row."""
    by_group: dict[int, list[Reading]] = {}
    for cell in cells:
        by_group.setdefault(cell.segment.group, []).append(cell)
    elements = tuple(
        Element(
            value=entry,
            start=min(c.segment.lead for c in parts),
            end=max(c.segment.end for c in parts),
        )
        for entry, parts in zip(content, by_group.values(), strict=False)
    )
    first = cells[0]
    return Reading(
        value=content, page=first.page, segment=first.segment, start=elements[0].start, end=elements[-1].end,
        score=0.8, match=Match(0.8, 1.0), how="a row for each object", elements=elements,
    )  # fmt: skip


def _from_list(
    field: Wanted, properties: dict[_Path, Wanted], page: Page, lookup: Lookup
) -> list[Found] | None:
    readings = read(field, page, names=lookup.subject.names, passages=lookup.effort.passages)
    first = next(
        (path for path, inner in properties.items() if inner.kind in _NAMES),
        None,
    )
    if not readings or first is None or readings[0].match is NO_MATCH:
        return None
    best = readings[0]
    elements = []
    items = bullets(best) if len(properties) > 1 else best.elements
    for n, element in enumerate(items):
        following = items[n + 1].start if n + 1 < len(items) else None
        told = remarks(properties, best, element, following)
        entry = {path: told[path].value if path in told else None for path in properties}
        end = max([element.end, *(remark.end for remark in told.values())])
        elements.append(replace(element, value=_nested({**entry, first: element.value}), end=end))
    whole = replace(
        best, value=[e.value for e in elements], elements=tuple(elements),
        end=max([best.end, *(e.end for e in elements)]),
    )  # fmt: skip
    return [Found(wanted=field, reading=whole)]
