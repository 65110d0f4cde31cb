"""Documents as the reader sees them: text, and segments that know where they stand.

A document's text holds nothing but the source's own words in their order, one
block a line, the cells of a row parted by a blank. Each segment is a span of that
text with the headings over it and the label beside it, so whatever is quoted from
a segment is quoted from the document.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from enrich.research.pieces import (
    MAX_KEY_WORDS,
    MAX_LATER_KEY_WORDS,
    MAX_VALUE_CHARS,
    is_labelled,
    keyed,
    marked_parts,
    value_parts,
)
from enrich.research.words import word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_KEY_CHARS: Final = 60
MAX_SENTENCE_CHARS: Final = 2_000

# What a column of numbers or codes is headed, and the two columns of labels and values.
_COUNTS: Final = word_set("rank ranking no nr num number code id symbol abbreviation iso iso2 iso3")
_LABELS: Final = word_set(
    "property attribute field item key fact measure metric parameter characteristic label topic"
    " variable specification indicator category"
)
_VALUES: Final = word_set(
    "value values detail details description data information info figure answer content text"
)

SegmentKind = Literal["sentence", "value", "item"]


class Section(msgspec.Struct, frozen=True, array_like=True):
    """A heading with those over it.

    Attributes:
        path: Headings from the outermost to this one; the document's own name is not in it.
        at: Offset of this heading in the document's text; -1 for the part before any.
    """

    path: tuple[str, ...]
    at: int


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A span of a document.

    Attributes:
        start: Offset of its first character in the document's text.
        end: Offset behind its last.
        lead: Offset where its line begins: at the label if there is one, else ``start``.
        section: Index into the document's sections.
        label: What stands beside it: a term, a row's and a column's heading.
        row: For a cell of a wider table, the cell that names its row; empty for that one itself.
        kind: ``sentence`` of prose, ``value`` beside a label, ``item`` of a list.
        group: Number of the paragraph, list or row that it belongs to.
        order: Its place in that group, from 0.
    """

    start: int
    end: int
    lead: int
    section: int
    label: str
    row: str
    kind: SegmentKind
    group: int
    order: int


class Document(msgspec.Struct, frozen=True):
    """One source.

    Attributes:
        url: Its address: the canonical one that it states, else its file's.
        title: What it is about, without the site's name.
        names: Further names of the same thing that the document itself gives.
        text: Its text.
        sections: Its headings; the first is the part before any.
        segments: Its segments in order.
        sha256: Hex digest of the file's bytes.
        dated: When it says it was last changed, ``YYYY-MM-DD``; None if it does not.
        site: Name of the site that it is a page of; its owner may be what it is about.
    """

    url: str
    title: str
    names: tuple[str, ...]
    text: str
    sections: tuple[Section, ...]
    segments: tuple[Segment, ...]
    sha256: str
    dated: str | None = None
    site: str = ""


_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(
    r"[.!?][\"')\]\N{RIGHT DOUBLE QUOTATION MARK}]*(?:\[[^\[\]]{1,20}\])*\s+(?=[\"'(\[\N{LEFT DOUBLE QUOTATION MARK}]*[A-Z0-9])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Inc|Ltd|Co|Corp|Bros|No|Nr|vs|approx|ca|[Ee]st|[Ee]std|e\.g|i\.e|U\.S|Gen|Col|Capt|Lt|Maj|Rev|Hon"
    r"|Ave|Blvd|Rd|Bldg|Ste|Apt|Tel|Fax|[Ee]xt|Mt|Ft|Art|Vol|[^\W\d_]*str"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec))\.$"
)


def squeeze(text: str) -> str:
    """Return text with each run of white space made one blank."""
    return _SPACE.sub(" ", text).strip()


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each sentence of a paragraph, in order and without gaps but blanks."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        stop = match.start() + len(match.group().rstrip())
        if _ABBREVIATION.search(text, max(0, match.start() - 8), match.start() + 1):
            continue
        yield from _pieces(text, start, stop)
        start = match.end()
    if start < len(text):
        yield from _pieces(text, start, len(text))


def _facts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of a paragraph's parts: one, or several where a later sentence has a label too.

    ``Staff: 210. Turnover: 480 million. Open daily.`` are three; what has one label, or none, stays whole.
    """
    spans = list(sentences(text)) if ":" in text else []
    if spans and (marked := marked_parts(text)):
        yield from marked
        return
    labelled = [at for at, (start, end) in enumerate(spans) if is_labelled(text[start:end])]
    if not any(labelled):
        yield 0, len(text)
        return
    own = {0, *labelled, *(at + 1 for at in labelled)}
    starts = sorted(spans[at][0] for at in own if at < len(spans))
    for start, stop in zip(starts, [*starts[1:], len(text) + 1], strict=True):
        end = len(text[: stop - 1].rstrip())
        bare = text.endswith(".", start, end) and not _ABBREVIATION.search(text, start, end)
        yield start, end - (bare and any(spans[at] == (start, end) for at in labelled))


def _pieces(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Cut what has no full stop for a page or more at blanks; every reader of it is bounded so."""
    while stop - start > MAX_SENTENCE_CHARS:
        gap = text.rfind(" ", start + 1, start + MAX_SENTENCE_CHARS)
        cut = gap if gap > start else start + MAX_SENTENCE_CHARS
        yield start, cut
        start = cut + (1 if gap > start else 0)
    if start < stop:
        yield start, stop


def naming_column(headers: Sequence[str]) -> int:
    """Return the column of a table whose cells name the rows: the first that does not merely count or code them."""
    for order, header in enumerate(headers):
        said = words(header)
        counts = said[-1] in _COUNTS if said else bool(header.strip())  # "#" is no word
        if not counts:
            return order
    return 0


def _is_listing(headers: Sequence[str]) -> bool:
    """Tell whether headings say what a table lists; those of a label and its value do not."""
    if len(headers) != 2:
        return bool(headers)
    first, second = (words(header) for header in headers)
    return bool(first and second) and first[-1] not in _LABELS and second[-1] not in _VALUES


class Draft:
    """A document while its source is walked through; every format writes to one."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []
        self._sections: list[Section] = [Section((), -1)]
        self._segments: list[Segment] = []
        self._groups = 0

    @property
    def text(self) -> str:
        """What was written so far."""
        return "\n".join(self._lines)

    @property
    def length(self) -> int:
        """Number of characters so far."""
        return self._length

    def heading(self, level: int, text: str, *, names: bool = True) -> None:
        """Begin a section; one of level 1 that names the document stands over nothing."""
        text = squeeze(text)
        if not text:
            return
        at = self._line(text)
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        if level > 1 or not names:
            self._headings.append((level, text.rstrip(" :")))
        self._sections.append(Section(tuple(name for _, name in self._headings), at))

    def leave(self, level: int) -> None:
        """End the sections of a level and under it; what follows stands under the heading over them."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._sections.append(Section(tuple(name for _, name in self._headings), -1))

    def step_aside(self) -> list[tuple[int, str]]:
        """Begin a box under no heading; return those that it interrupts, for ``step_back``."""
        over, self._headings = self._headings, []
        self._sections.append(Section((), -1))
        return over

    def step_back(self, over: list[tuple[int, str]]) -> None:
        """End such a box; what follows stands under the headings over it again."""
        self._headings = over
        self._sections.append(Section(tuple(name for _, name in over), -1))

    def paragraph(self, text: str) -> None:
        """Add prose, or a labelled value where the text begins with ``Label: ``."""
        text = squeeze(text)
        if not text:
            return
        at = self._line(text)
        for start, end in _facts(text):
            part = text[start:end]
            label = keyed(part)
            if label:
                key, begin = label
                self._add(part[begin:], at + start + begin, at + start, key, "value")
            else:
                self._add(part, at + start, at + start, "", "sentence")

    def value(self, label: str, text: str) -> None:
        """Add a value with the label that stands beside it; each line of several is a value of its own."""
        parts = value_parts(text)
        label = squeeze(label)
        if not label:
            for part in parts:
                self.paragraph(part)
        elif len(parts) == 1:
            lead = self._line(f"{label} {parts[0]}")
            self._add(parts[0], lead + len(label) + 1, lead, label.rstrip(" :"), "value")
        elif parts:
            lead = self._line(" ".join((label, *parts)))
            at, group, name = lead + len(label) + 1, self._next_group(), label.rstrip(" :")
            for part in parts:
                # "Call sign: ABCD" in a cell beside "Identification" has a label of its own.
                own = keyed(part)
                if own and len(own[0].split()) <= MAX_LATER_KEY_WORDS:
                    self._segment(at + own[1], at + len(part), at, own[0], "", "value", group, 0)
                else:
                    self._segment(at, at + len(part), lead, name, "", "value", group, 0)
                at += len(part) + 1

    def items(self, texts: Sequence[str]) -> None:
        """Add a list; an item that begins with ``Label: `` is a labelled value.

        A short line right above that ends in a colon is the items' label.
        """
        group = self._next_group()
        over = self._lines[-1] if self._lines else ""
        short = over.endswith(":") and len(over) <= MAX_KEY_CHARS
        label = over.rstrip(" :") if short and len(over.split()) <= MAX_KEY_WORDS else ""
        for order, raw in enumerate(texts):
            text = squeeze(raw)
            if len(text) > MAX_SENTENCE_CHARS:
                self.paragraph(text)
                continue
            if not text:
                continue
            own = keyed(text)
            at = self._line(text)
            if own:
                self._segment(at + own[1], at + len(text), at, own[0], "", "value", group, order)
            else:
                self._segment(at, at + len(text), at, label, "", "item", group, order)

    def header(self, cells: Sequence[str]) -> None:
        """Add a row of column headings: words of the document, and no values."""
        text = " ".join(squeeze(cell) for cell in cells if cell.strip())
        if text:
            self._line(text)

    def row(
        self,
        cells: Sequence[str],
        headers: Sequence[str] = (),
        over: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """Add a row of a table.

        Two cells are a label and its value, unless their headings say what is listed.
        Otherwise every cell is a value under its column's heading, and the first that is
        no mere number or code names the row. A cell that reaches over several rows or
        columns is given once, and empty where it goes on.

        Args:
            cells: The row's.
            headers: The columns' headings.
            over: What the row's cells are that stand in a row above, by column.
        """
        headers = headers if _is_listing(headers) else ()
        if len(cells) == 2 and not headers and len(cells[0]) <= MAX_KEY_CHARS and any(cells):
            self.value(cells[0], cells[1][:MAX_SENTENCE_CHARS])
            return
        cells = [squeeze(cell)[:MAX_SENTENCE_CHARS] for cell in cells]
        if not any(cells):
            return
        at = self._line(" ".join(cell for cell in cells if cell))
        group, offset = self._next_group(), at
        naming = naming_column(headers)
        naming = naming if naming < len(cells) else 0
        named = cells[naming] or squeeze(over.get(naming, ""))
        for order, cell in enumerate(cells):
            if not cell:
                continue
            label = headers[order] if order < len(headers) else ""
            row = named if order != naming else ""
            self._segment(
                offset, offset + len(cell), at, squeeze(label), row, "value", group, order
            )
            offset += len(cell) + 1

    def finish(
        self,
        *,
        url: str,
        title: str,
        names: Sequence[str],
        sha256: str,
        dated: str | None = None,
        site: str = "",
    ) -> Document:
        """Return the document."""
        return Document(
            url=url,
            title=title,
            names=tuple(dict.fromkeys(name for name in names if name and name != title)),
            text="\n".join(self._lines),
            sections=tuple(self._sections),
            segments=tuple(self._segments),
            sha256=sha256,
            dated=dated,
            site=site,
        )

    def labelled(self) -> Iterator[tuple[str, str, str]]:
        """Yield heading, label and text of each labelled value so far."""
        text = "\n".join(self._lines)
        for segment in self._segments:
            if segment.label and segment.order == 0:
                path = self._sections[segment.section].path
                yield (path[-1] if path else ""), segment.label, text[segment.start : segment.end]

    def _line(self, text: str) -> int:
        at = self._length
        self._lines.append(text)
        self._length += len(text) + 1
        return at

    def _next_group(self) -> int:
        self._groups += 1
        return self._groups

    def _add(self, text: str, at: int, lead: int, label: str, kind: SegmentKind) -> None:
        group = self._next_group()
        if label and len(text) <= MAX_VALUE_CHARS:
            self._segment(at, at + len(text), lead, label, "", kind, group, 0)
            return
        for order, (start, end) in enumerate(sentences(text)):
            begin = lead if order == 0 else at + start
            self._segment(at + start, at + end, begin, label, "", kind, group, order)

    def _segment(  # noqa: PLR0917  (a segment's own fields, in their order)
        self,
        start: int,
        end: int,
        lead: int,
        label: str,
        row: str,
        kind: SegmentKind,
        group: int,
        order: int,
    ) -> None:
        section = len(self._sections) - 1
        self._segments.append(Segment(start, end, lead, section, label, row, kind, group, order))
