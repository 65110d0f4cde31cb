"""A document made ready for reading: each segment's concepts, and where each concept stands."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.research.candidates.numbers import numbers_in
from enrich.research.elsewhere import asks_for, is_elsewhere, opens_elsewhere
from enrich.research.names import spellings
from enrich.research.words import (
    NEUTRAL,
    STOP,
    concept_spans,
    concepts,
    fold,
    name_key,
    stems,
    word_set,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.research.documents import Document, Segment

_PARENTHESES = re.compile(r"\([^()]*\)")
_ASIDE = re.compile(r"\([^()]*\)|,.*$|\s[-\N{EN DASH}\N{EM DASH}]\s.*$|:.*$")
_OF = re.compile(r"\b(?:of|in|by|per|for|with|below|above|at|to|from|on|under|as)\b", re.IGNORECASE)
_SHARED = re.compile(r"\b(\w+) (?:and|&) (\w+) of (\w+)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OPENING: Final = 80  # characters in which a sentence says whose it is
_WHEN = re.compile(r"(?:\d{1,2}[./-]\d{1,2}[./-])?(?:19|20)\d\d(?:[/-]\d{1,2}){0,2}")


# Words that say how a thing is measured, given or counted rather than which thing it is.
MEASURES: Final = NEUTRAL | word_set(
    """
    rate ratio index level percentage percent share size date year time type kind id code
    estimat averag mean overall number mailing
    """
)


# A label that says that it is the whole of what the heading over it names.
_FIGURE_CHARS: Final = 200  # of a passage in which a figure is looked for
_SPOKEN_CHARS: Final = 40_000  # of a page in whose words short forms are looked for
_LONG_WORD = re.compile(r"[A-Za-z][a-z]{3,}")
_TOTAL: Final = word_set("total overall all combin general whole aggregat")


@dataclass(frozen=True, slots=True)
class Label:
    """What stands over and beside a segment, as concepts.

    Attributes:
        own: Of the label beside it and its row, or of the nearest heading if there is none.
        over: Of the nearest heading, where that is not ``own`` already, and of what is in parentheses.
        far: Of the headings over that.
        parts: The single words of ``own`` and ``over``, those made one concept included.
        year: The latest year that they name; 0 for none.
        head: What the label is the name of: ``rate`` of "Population growth rate"; empty where
            it has no words of its own.
        text: All of it as written, for people.
    """

    own: frozenset[str]
    over: frozenset[str]
    far: frozenset[str]
    parts: frozenset[str]
    year: int
    head: str
    text: str


def _spread(label: str) -> str:
    """Return a label with what its two nouns share written twice: ``Date and place of birth``."""
    return _SHARED.sub(r"\1 of \3, \2 of \3", label)


def head_of(label: str) -> str:
    """Return the concept that a label is the name of, as English puts it: its last noun before "of".

    ``Population growth rate`` speaks of growth, ``Number of seats`` of seats, ``Area - total``
    of an area. Words that only say how a thing is measured are passed over.
    """
    main = _ASIDE.sub(" ", label)
    found: list[str] = []
    for phrase in _OF.split(main):
        found = [c for c in concepts(phrase) if c not in MEASURES and not c.isdigit()]
        if found:
            break
    return found[-1] if found else ""


def _parts(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a label's concepts, and those in parentheses, which only qualify it."""
    aside = " ".join(_PARENTHESES.findall(text))
    main = _PARENTHESES.sub(" ", text)
    return (concepts(main), concepts(aside)) if concepts(main) else (concepts(text), ())


class Page:
    """A document with its segments' labels.

    Args:
        document: What is read.
        number: Its number in the index.
    """

    def __init__(self, document: Document, number: int) -> None:
        self.document = document
        self.number = number

    def text(self, segment: Segment) -> str:
        """Return a segment's text."""
        return self.document.text[segment.start : segment.end]

    @cached_property
    def labels(self) -> list[Label]:
        """The label of each segment, in their order."""
        made: dict[tuple[int, str, str], Label] = {}
        out = []
        for segment in self.document.segments:
            key = (segment.section, segment.label, segment.row)
            if key not in made:
                made[key] = self._label(segment)
            out.append(made[key])
        return out

    @cached_property
    def under(self) -> dict[str, dict[str, int]]:
        """What stands over labels to each of these by its last part, with the place where it stands first."""
        groups: dict[str, dict[str, int]] = {}
        for place, label in enumerate(self.labels):
            over, _, own = label.text.rpartition(" > ")
            groups.setdefault(over, {}).setdefault(own, place)
        return groups

    @cached_property
    def units(self) -> frozenset[str]:
        """The units of the figures that stand beside labels, by their names."""
        beside = (s for s in self.document.segments if s.label and s.end - s.start <= _FIGURE_CHARS)
        return frozenset(n.unit.name for s in beside for n in numbers_in(self.text(s)) if n.unit)

    @cached_property
    def initials(self) -> dict[str, frozenset[str]]:
        """Initials to the labels, part by part, that have them: ``nmr`` to "net migration rate"."""
        table: dict[str, set[str]] = {}
        for text in {label.text for label in self.labels}:
            for part in text.split(" > "):
                spoken = [word for word in words(part) if not word.isdigit()]
                for kept in (spoken, [w for w in spoken if w not in STOP]):
                    if len(kept) > 1:
                        table.setdefault("".join(w[0] for w in kept), set()).add(" ".join(spoken))
        return {short: frozenset(labels) for short, labels in table.items()}

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """Its words as they follow each other, of a long page the first."""
        return tuple(words(self.document.text[:_SPOKEN_CHARS]))

    @cached_property
    def long_words(self) -> Counter[str]:
        """How often it has each word of four letters and more, of a long page the first."""
        return Counter(map(fold, _LONG_WORD.findall(self.document.text[:_SPOKEN_CHARS])))

    @cached_property
    def where(self) -> dict[str, list[int]]:
        """Concept to the segments whose label or text holds it."""
        table: dict[str, list[int]] = {}
        for place, (said, label) in enumerate(zip(self.sayings, self.labels, strict=True)):
            for concept in {*label.own, *label.over, *label.far, *label.parts, *said}:
                table.setdefault(concept, []).append(place)
        return table

    @cached_property
    def sayings(self) -> list[frozenset[str]]:
        """The concepts of each segment's text, in their order."""
        # Not by the cached concepts(): sentences come once, and would push the labels out.
        texts = map(self.text, self.document.segments)
        return [frozenset(concept for concept, _, _ in concept_spans(text)) for text in texts]

    def place_of(self, segment: Segment) -> int:
        """Return a segment's place among the document's."""
        segments = self.document.segments
        return bisect_left(segments, segment.start, key=lambda s: s.start)

    def weight(self, concept: str) -> float:
        """Return how much a concept tells on this page, 0.25 for one that is everywhere to 1."""
        count = len(self.document.segments) + 1
        share = math.log(count / (1 + len(self.where.get(concept, ())))) / math.log(count + 1)
        return max(0.25, min(1.0, share))

    def holding(self, wanted: Iterable[str]) -> list[int]:
        """Return the segments that hold any of some concepts, in order."""
        return sorted({place for concept in wanted for place in self.where.get(concept, ())})

    def is_aside(self, segment: Segment, asked: Iterable[str]) -> bool:
        """Tell whether a segment stands under words that say that it is about other things.

        What is asked for by those very words is there, and no aside.
        """
        over = [
            part
            for part in (*self.document.sections[segment.section].path, segment.label)
            if is_elsewhere(part)
        ]
        if not over:
            return opens_elsewhere(self.text(segment)[:_OPENING])
        return not any(set(asked) & asks_for(part) for part in over)

    @cached_property
    def rows(self) -> dict[str, set[int]]:
        """Name of a row of a table to the groups of such rows' cells."""
        table: dict[str, set[int]] = {}
        named: dict[str, list[str]] = {}
        for segment in self.document.segments:
            if segment.row:
                if segment.row not in named:
                    named[segment.row] = [name_key(name) for name in spellings(segment.row)]
                for key in named[segment.row]:
                    table.setdefault(key, set()).add(segment.group)
        return table

    def about(self, names: frozenset[str]) -> RowPage | None:
        """Return the rows of tables that are about a thing, as a page of their own; None for none.

        Args:
            names: The thing's, as ``name_key`` gives them.
        """
        groups = {group for name in names for group in self.rows.get(name, ())}
        kept = [segment for segment in self.document.segments if segment.group in groups]
        return RowPage(self, kept) if kept else None

    def beside(self, names: frozenset[str]) -> Page:
        """Return the page without the rows of its tables, but for columns of a name."""
        if not self.rows:
            return self
        groups = {group for groups in self.rows.values() for group in groups}
        kept = [
            segment
            for segment in self.document.segments
            if segment.group not in groups or name_key(segment.label) in names
        ]
        return Page(_part(self.document, kept, "beside"), self.number)

    def _label(self, segment: Segment) -> Label:
        path = self.document.sections[segment.section].path
        beside = _spread(" ".join(part for part in (self._row(segment), segment.label) if part))
        nearest = path[-1] if path else ""
        rest = path[:-1]
        # A day or a year beside a figure says when; the heading says what.
        when = bool(beside) and _WHEN.fullmatch(beside) is not None
        own, aside = _parts(nearest if when or not beside else beside)
        over = (*concepts(nearest), *aside) if beside and not when else aside
        far = tuple(c for name in rest for c in concepts(name))
        years = [int(y) for y in _YEAR.findall(f"{nearest} {beside}")]
        text = " > ".join(part for part in (*path, self._row(segment), segment.label) if part)
        parts = frozenset(stems(f"{nearest} {beside}"))
        return Label(
            own=frozenset(own),
            over=frozenset(over),
            far=frozenset(far),
            parts=parts,
            year=max(years, default=0),
            head=head_of(nearest if when or _TOTAL & set(own) else segment.label or nearest),
            text=text,
        )

    def _row(self, segment: Segment) -> str:
        return segment.row


class RowPage(Page):
    """Rows of a page's tables that are about one thing, as a page about it: each cell's label is its column's.

    Args:
        page: The page.
        segments: The rows' cells.
    """

    def __init__(self, page: Page, segments: list[Segment]) -> None:
        at = f"row={segments[0].start}"
        super().__init__(_part(page.document, segments, at), page.number)

    def _row(self, segment: Segment) -> str:  # noqa: ARG002  (the page's, which has a row to tell)
        return ""


def _part(document: Document, segments: list[Segment], which: str) -> Document:
    """Return a document of which only some segments are read; its text and places stay."""
    digest = f"{document.sha256}#{which}"
    return msgspec.structs.replace(document, segments=tuple(segments), sha256=digest)
