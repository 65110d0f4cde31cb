"""What a list says of each item behind it: ``Ada Example (chair), Bo Case (CEO)``, ``Globex – 2019``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from enrich.research.candidates.countries import is_country
from enrich.research.candidates.strings import is_clause
from enrich.research.reading import Element
from enrich.research.typed import typed_candidates
from enrich.research.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_Path = TypeVar("_Path")
_REACH: Final = 120  # characters behind an item
_INSIDE = re.compile(r"\s*\((?P<said>[^()\n]{1,80})\)")
_BEHIND = re.compile(
    r"(?:\s*[\N{EN DASH}\N{EM DASH}:,]|\s-)\s(?P<said>[^(\n;]{2,80}?)\.?(?=\s*(?:[(\n;]|$))"
)
_FIGURE = re.compile(
    r"\s(?P<said>[$\N{EURO SIGN}\N{POUND SIGN}]?\d[\d.,]*(?<![.,])\s?(?:%|per ?cent|thousand|million|billion|km)?)(?=[,;.\s(]|$)"
)
_NAME_END = re.compile(r"\s?\(|\s?[\N{EN DASH}\N{EM DASH}:,]\s|\s-\s|[;.]$")
_FEW: Final = 2
_ROLES: Final = frozenset(
    {"role", "roles", "title", "position", "function", "office", "job", "post"}
)
_TYPED: Final = frozenset({"year", "date", "number", "amount"})


def bullets(reading: Reading) -> tuple[Element, ...]:
    """Return a list's items as its bullets begin: ``Ada Example – chair`` names Ada Example; of other lists as they are."""
    page = reading.page
    own = [
        s for s in page.document.segments if s.kind == "item" and s.group == reading.segment.group
    ]
    if reading.segment.kind != "item" or len(own) < _FEW:
        return reading.elements
    found = []
    for segment in own:
        text = page.text(segment)
        cut = _NAME_END.search(text, 1)
        name = text[: cut.start()] if cut else text
        at = segment.start
        if any(at <= e.start < segment.end for e in reading.elements):
            found.append(Element(value=name, start=at, end=at + len(name)))
    return tuple(found)


def remarks(
    properties: Mapping[_Path, Wanted], reading: Reading, item: Element, following: int | None
) -> dict[_Path, Element]:
    """Return what stands behind an item for properties of its object, with its span.

    In parentheses, as a bare figure, or in a bullet behind a dash, a colon or a comma. A role is the remark
    itself, a country one that is a country; days and figures are read from it.

    Args:
        properties: What is wanted of each item.
        reading: The list.
        item: The item.
        following: Where the next one begins; None for the last.
    """
    text = reading.page.document.text
    line = text.find("\n", item.end)
    stop = min(
        n for n in (following, line if line >= 0 else len(text), item.end + _REACH) if n is not None
    )
    found = _INSIDE.match(text, item.end, stop)
    if found is None and reading.segment.kind == "item":
        found = _BEHIND.match(text, item.end, stop)
    found = found or _FIGURE.match(text, item.end, stop)
    if found is None:
        return {}
    said, at = found["said"], found.start("said")
    told = {path: _told(inner, said) for path, inner in properties.items()}
    return {
        path: Element(value=value[0], start=at + value[1], end=at + value[2])
        for path, value in told.items()
        if value is not None
    }


def _told(inner: Wanted, said: str) -> tuple[str | float, int, int] | None:
    """Return a property's value in a remark with its offsets; None where it tells none."""
    if inner.many:
        return None
    if inner.kind in _TYPED:
        first = next(iter(typed_candidates(inner, said)), None)
        return None if first is None else (first.value, first.start, first.end)
    is_role = (
        bool(_ROLES & set(words(inner.label)[-1:])) and said[0].isalpha() and not is_clause(said)
    )
    if is_role or (inner.kind == "country" and is_country(said)):
        return said, 0, len(said)
    return None
