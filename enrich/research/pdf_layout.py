"""The lines of a PDF's pages with what their looks tell: size, boldness, and gaps that part columns."""

from __future__ import annotations

import ctypes
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pypdfium2

MAX_PAGE_CHARS: Final = 200_000
_COLUMN_GAP: Final = 0.9  # of a line's height: a wider gap parts columns
_SAME_HEIGHT: Final = 0.05
_RARE: Final = 0.1  # of all pairs of lines
_NAME_BYTES: Final = 128
_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line that stands apart from the rest of it."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page.

    Attributes:
        cells: Its parts, from left to right; one for a line of prose.
        height: That of its letters, rounded.
        top: Where it stands on the page, from below.
        bold: Whether all of it is bold.
    """

    cells: tuple[Cell, ...]
    height: float
    top: float
    bold: bool

    @property
    def text(self) -> str:
        """All that it says."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.cells[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.cells[-1].right


def lines_of(page: pypdfium2.PdfTextPage) -> list[Line]:
    """Return a page's lines in the order of its text."""
    text = page.get_text_range()[:MAX_PAGE_CHARS]
    apart = page.count_chars() == len(page.get_text_range())  # else places are not to be trusted
    return [line for match in _LINE.finditer(text) if (line := _line(page, match, apart)) is not None]  # fmt: skip


def _line(page: pypdfium2.PdfTextPage, match: re.Match[str], apart: bool) -> Line | None:  # noqa: FBT001
    text = match.group()
    bare = text.strip()
    if not bare:
        return None
    first = match.start() + text.index(bare[0])
    last = first + len(bare) - 1
    if not apart:
        whole = Cell(bare.replace("\x02", ""), 0.0, 0.0)
        return Line(cells=(whole,), height=0.0, top=0.0, bold=False)
    left, low, _, high = page.get_charbox(first, loose=True)
    height = round(high - low, 1)
    cells: list[Cell] = []
    begin = first
    for gap in re.finditer(r"\s+", bare):
        before, behind = first + gap.start() - 1, first + gap.end()
        right, onward = page.get_charbox(before)[2], page.get_charbox(behind)[0]
        if onward - right > _COLUMN_GAP * height:
            cells.append(_cell(bare, first, begin, before, left, right))
            begin, left = behind, onward
    cells.append(_cell(bare, first, begin, last, left, page.get_charbox(last)[2]))
    return Line(
        cells=tuple(cells), height=height, top=high, bold=_bold(page, first) and _bold(page, last)
    )


def _cell(line: str, first: int, begin: int, last: int, left: float, right: float) -> Cell:  # noqa: PLR0917
    return Cell(line[begin - first : last - first + 1].replace("\x02", ""), left, right)


def _bold(page: pypdfium2.PdfTextPage, at: int) -> bool:
    name = (ctypes.c_char * _NAME_BYTES)()
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(page, at, name, _NAME_BYTES, flags)
    named = b"bold" in name.value.lower() if length else False
    return named or pdfium.FPDFText_GetFontWeight(page, at) >= 600


def body_height(lines: Iterable[Line]) -> float:
    """Return the height of most of a document's text; 0 where it is unknown."""
    count: Counter[float] = Counter()
    for line in lines:
        count[line.height] += len(line.text)
    return count.most_common(1)[0][0] if count else 0.0


def alike(one: float, other: float) -> bool:
    """Tell whether two heights are one size of letters: bold ones reach a hair further."""
    return abs(one - other) <= _SAME_HEIGHT * max(one, other)


def usual_pitch(lines: Sequence[Line]) -> float:
    """Return how far the lines of a paragraph lie apart, by the height of their text; 0 if unknown.

    The closest that is not rare: paragraphs of a line each lie further apart.
    """
    count = Counter(
        round((one.top - below.top) / one.height, 1)
        for one, below in itertools.pairwise(lines)
        if one.height and alike(one.height, below.height) and one.top > below.top
        and len(one.cells) == len(below.cells) == 1
    )  # fmt: skip
    often = [pitch for pitch, times in count.items() if times >= _RARE * count.total()]
    return min(often, default=0.0)


def columns(rows: Sequence[Line]) -> list[tuple[float, float]]:
    """Return where the columns of a table lie: the stretches that its cells cover."""
    found: list[tuple[float, float]] = []
    for left, right in sorted((cell.left, cell.right) for row in rows for cell in row.cells):
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def tables(lines: Sequence[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """Yield the runs of a page's lines: those of a table, of several cells each, and the others."""
    run: list[Line] = []
    inside = False
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else None
        before_row = following is not None and len(following.cells) > 1
        if len(line.cells) > 1:
            belongs = inside or before_row
        elif inside and len(run[0].cells) > 1:
            # The rest of a cell above, or a row whose other cells are empty.
            deeper = line.left > run[0].left + line.height
            belongs = deeper or (before_row and not line.bold and abs(line.left - run[0].left) < line.height)  # fmt: skip
        else:
            belongs = False
        if run and belongs != inside:
            yield inside, run
            run = []
        inside = belongs
        run.append(line)
    if run:
        yield inside, run


def row_texts(row: Line, stretches: Sequence[tuple[float, float]]) -> list[str]:
    """Return a row's texts, one for each column."""
    texts = [""] * len(stretches)
    for cell in row.cells:
        at = next((n for n, (left, right) in enumerate(stretches) if left <= cell.left <= right), 0)
        texts[at] = f"{texts[at]} {cell.text}".strip()
    return texts
