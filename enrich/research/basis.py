"""The evidence of a field: reasoning, citations and a confidence by stated rules.

high      the label says what is asked and nothing else, it stands beside or over the
          value, on a page about the subject, and no source and no passage says
          otherwise; or two documents agree
medium    one document; a label that says somewhat more or less, or a sentence of prose;
          where nothing but a description's one or two examples had their values
low       only the description's words were matched, or a meaning that is less than likely;
          the page is about something else and mentions the subject, the name fits several
          things, or sources disagree
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from enrich.research.labels import DESCRIPTION

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

Confidence = Literal["high", "medium", "low"]

MAX_EXCERPT_CHARS: Final = 500
_TABLE_REACH: Final = 200_000  # characters between a cell and its column's heading
_COLUMNS: Final = 60
_HEADING_REACH: Final = 80  # characters between a heading and a passage quoted with it
_LABELLED_CHARS: Final = 200  # a longer passage under a label is prose
_SURE: Final = 0.85
_CLOSE: Final = 0.04
_MEANT: Final = 0.7  # what is less likely meant is seldom right of facts that nobody defined
_ORDER: Final[tuple[Confidence, ...]] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for one field.

    Attributes:
        wanted: The field.
        reading: The reading that is answered; None for none.
        agreeing: Readings of other documents with the same value.
        rivals: Readings with another value that came close, of this or other documents.
        own_page: Whether the reading's page is about the subject.
        ambiguous: Other things that the subject's name could mean.
        via: What the subject's page, and those behind it, named on the way to this page, if there were hops.
        looked: Titles of the pages that were read.
        notes: What else is to be said of the way to it, in sentences.
    """

    wanted: Wanted
    reading: Reading | None = None
    agreeing: tuple[Reading, ...] = ()
    rivals: tuple[Reading, ...] = ()
    own_page: bool = True
    ambiguous: tuple[str, ...] = ()
    via: tuple[Reading, ...] = ()
    looked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def excerpt(reading: Reading) -> str:
    """Return the words that a value was read from: a verbatim span of its document.

    The passage with its label and, where it stands right above, its heading; cut
    around the value where the passage is long.
    """
    return span(reading, reading.start, reading.end)


def span(reading: Reading, start: int, end: int) -> str:
    """Return a verbatim span of a reading's document around some offsets of it."""
    document, segment = reading.page.document, reading.segment
    first = min(segment.lead, start)
    # A row's name stands before the cell that says what it is.
    named = bool(segment.row) and segment.lead <= start and not reading.elements
    last = max(segment.end, end) if named or segment.start <= start <= segment.end else end
    heading = document.sections[segment.section].at
    if (
        0 <= heading < first
        and first - heading <= _HEADING_REACH
        and last - heading <= MAX_EXCERPT_CHARS
    ):
        first = heading
    if last - first > MAX_EXCERPT_CHARS:
        first = max(first, start - MAX_EXCERPT_CHARS // 3)
        last = max(end, min(last, first + MAX_EXCERPT_CHARS))
        first, last = _at_words(document.text, first, last, start, end)
    return document.text[first:last]


def _at_words(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Move a cut to the next gap between words, never into what must be kept."""
    if first > 0 and not text[first - 1].isspace():
        gap = text.find(" ", first, start)
        first = gap + 1 if gap >= 0 else first
    if last < len(text) and not text[last].isspace():
        gap = text.rfind(" ", end, last)
        last = gap if gap >= 0 else last
    return first, last


def citation(reading: Reading, quoted: str | None = None) -> JsonObject:
    """Return the wire's citation of a reading; a cell of a table is cited with its columns' headings."""
    document = reading.page.document
    said = excerpt(reading) if quoted is None else quoted
    headings = _headings(reading)
    return {
        "url": document.url,
        "title": document.title,
        "excerpts": [headings, said] if headings and headings not in said else [said],
    }


def _headings(reading: Reading) -> str:
    """Return the line of a table's column headings over a cell; empty where there is none."""
    document, segment = reading.page.document, reading.segment
    text, label = document.text, segment.label
    if not segment.row or not label or label in text[segment.lead : segment.start]:
        return ""
    at = segment.lead
    first = max(0, document.sections[segment.section].at, at - _TABLE_REACH)
    while (at := text.rfind(label, first, at)) >= 0:
        begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = text[begin:end]
        if all(name in line for name in _columns(reading)):
            return line[:MAX_EXCERPT_CHARS]
    return ""


def _columns(reading: Reading) -> set[str]:
    """Return the headings over the cells of a reading's row."""
    segments, place = reading.page.document.segments, reading.page.place_of(reading.segment)
    near = segments[max(0, place - _COLUMNS) : place + _COLUMNS]
    return {s.label for s in near if s.group == reading.segment.group and s.label}


def confidence(found: Found) -> Confidence:
    """Return a value's confidence; an answer that nothing was found has none of it: ``low``."""
    reading = found.reading
    if reading is None:
        return "low"
    long = reading.segment.end - reading.segment.start > _LABELLED_CHARS and not reading.elements
    level = 2 if reading.score >= _SURE and not reading.in_prose and not long else 1
    if found.agreeing and reading.score >= 0.6:
        level = 2
    if reading.match.by_hint or reading.score < 0.6 or not found.own_page:
        level = min(
            level, 1 if reading.match.by_hint and reading.score >= 0.6 and found.own_page else 0
        )
    if reading.match.by_meaning and not found.agreeing:
        level = min(level, 1 if reading.match.likely >= _MEANT else 0)
    if reading.match.taught_by == DESCRIPTION and not found.agreeing:
        level = min(level, 1)
    if found.via:
        level = min(level, 1)
    if found.rivals:
        level = min(level, 1)
    if _conflict(found):
        level = min(level, 1 if _pages(found.agreeing) + 1 > _pages(found.rivals) else 0)
    if found.ambiguous:
        level = 0
    return _ORDER[level]


def _pages(readings: tuple[Reading, ...]) -> int:
    return len({reading.page.number for reading in readings})


def _conflict(found: Found) -> bool:
    """Tell whether a passage as good as the one taken, or another document, says otherwise."""
    reading = found.reading
    if reading is None:
        return False
    return any(
        rival.page.number != reading.page.number or reading.score - rival.score < _CLOSE
        for rival in found.rivals
    )


def reasoning(found: Found) -> str:
    """Return what was matched and how the value follows from it, in sentences."""
    reading, wanted = found.reading, found.wanted
    if reading is None:
        return " ".join((_nothing(found), *found.notes))
    document = reading.page.document
    label = reading.label.text if not reading.in_prose else ""
    parts = []
    parts += [
        f'"{via.page.document.title}" names {_shown(via.value)}, whose page was read.'
        for via in found.via
    ]
    if label:
        parts.append(f'On "{document.title}", "{label}" {_fits(reading)} {wanted.label!r}.')
    else:
        taught = reading.match.taught_by
        said = f"has words beside which {taught} have their value for" if taught else "speaks of"
        parts.append(f'A sentence of "{document.title}" {said} {wanted.label!r}.')
    if reading.how:
        parts.append(
            f'The value follows from "{_cut(document.text[reading.start : reading.end])}" ({reading.how}).'
        )
    if found.agreeing:
        parts.append("The same stands in " + _titles(found.agreeing) + ".")
    for rival in found.rivals[:2]:
        place = (
            "another passage"
            if rival.page.number == reading.page.number
            else f'"{rival.page.document.title}"'
        )
        parts.append(f"{place[0].upper()}{place[1:]} has {_shown(rival.value)}.")
    if not found.own_page:
        parts.append("The page is not about the subject itself.")
    if found.ambiguous:
        parts.append(f"The name could also mean {', '.join(found.ambiguous[:3])}.")
    return " ".join((*parts, *found.notes))


def _fits(reading: Reading) -> str:
    """Return how a label fitted, as a verb."""
    if reading.match.taught_by:
        return f"is where {reading.match.taught_by} have their value for"
    if reading.match.by_meaning:
        return "lies near in meaning to"
    return "is what the description asks for" if reading.match.by_hint else "fits"


def _nothing(found: Found) -> str:
    wanted = found.wanted
    terms = (
        ", ".join(dict.fromkeys(concept.replace("-", " ") for concept in wanted.topic))
        or wanted.label
    )
    if not found.looked:
        return f"No document about the subject is in the sources, so {wanted.label!r} could not be looked up."
    where = ", ".join(f'"{title}"' for title in found.looked[:3]) + (
        " and more" if len(found.looked) > 3 else ""
    )
    return f"No passage that states {wanted.label!r} was found; looked for {terms} in {where}."


def _titles(readings: tuple[Reading, ...]) -> str:
    return ", ".join(dict.fromkeys(f'"{reading.page.document.title}"' for reading in readings))


def _shown(value: Json) -> str:
    return _cut(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def _cut(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "…"


def entries(found: Found, path: str, *, per_element: bool) -> list[JsonObject]:
    """Return the wire's basis of one field: its own entry, then one for each element of a list.

    Args:
        found: What was found.
        path: The field's name in the output, with dots.
        per_element: Whether the elements of a list get entries of their own.
    """
    reading = found.reading
    level = confidence(found)
    if reading is None:
        return [
            {"field": path, "reasoning": reasoning(found), "citations": [], "confidence": level}
        ]
    cited = [citation(reading)] + [citation(other) for other in _distinct(reading, found.agreeing)]
    cited += [citation(via) for via in found.via]
    out: list[JsonObject] = [
        {"field": path, "reasoning": reasoning(found), "citations": cited, "confidence": level}
    ]
    if per_element and reading.elements:
        for place, element in enumerate(reading.elements):
            quoted = span(reading, element.start, element.end)
            out.append({
                "field": f"{path}.{place}",
                "reasoning": f"Item {place + 1} of the list.",
                "citations": [citation(reading, quoted)],
                "confidence": level,
            })  # fmt: skip
    return out


def _distinct(reading: Reading, others: tuple[Reading, ...]) -> list[Reading]:
    seen, out = {reading.page.number}, []
    for other in others:
        if other.page.number not in seen:
            seen.add(other.page.number)
            out.append(other)
    return out
