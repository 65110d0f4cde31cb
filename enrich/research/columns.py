"""Columns that a plain text sets with blanks or leaders: labels with their values, and small tables.

``Legal form ..... Ltd``, ``Seats     590`` and figures under years are told from
prose by what stands under what in the lines next to each other.
"""

from __future__ import annotations

import re
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEADERS = re.compile(r"\s*(?:\.{3,}|(?:\s\.){3,}|\N{HORIZONTAL ELLIPSIS}{2,}|_{4,})\s*(?=\S)")
_LONE_LEADERS = re.compile(r"\.{4,}|(?:\s\.){3,}|_{4,}")  # three dots alone leave something out
_GAP = re.compile(rf"{_LEADERS.pattern}|(?<=\S)\s{{2,}}(?=\S)")
# What leaders shrink to beside a long label; trusted only where the value stands under the others.
_SHORT_LEADER = re.compile(r"\s\.{1,2}\s+(?=\S)")
_AFTER_SENTENCE = re.compile(r"[.!?;,][\"')]?$")
_BULLET = re.compile(r"^\s*[-*+\N{BULLET}]\s")
_FIGURE = re.compile(r"[^\w\s]{0,3}\s?\d[\d\s.,']*%?|[-\N{EN DASH}\N{EM DASH}]")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-]\d\d)?")
_LABEL_CHARS: Final = 60
_LABEL_WORDS: Final = 8
_MEAN_WORDS: Final = 4.5  # of labels; columns of newsprint have more
_MAX_LINES: Final = 400
_MAX_CHARS: Final = 240  # a longer line is no row of columns
_LONE_GAP: Final = 4  # blanks that part a label from a figure where no line beside them does


class Cell(NamedTuple):
    """A piece of a line, with the columns that it begins and ends at."""

    start: int
    end: int
    text: str


class Table(NamedTuple):
    """Lines that are set in columns.

    Attributes:
        headers: What stands over the columns; empty for none.
        rows: The rows' cells; what a cell says line by line is parted by line feeds.
        after: The line behind the last.
    """

    headers: list[str]
    rows: list[list[str]]
    after: int


def table_at(lines: Sequence[str], at: int) -> Table | None:
    """Return the columns that begin at a line; None where none do."""
    if len(lines[at]) > _MAX_CHARS:
        return None
    run, after = _run(lines, at)
    lone = len(run) == 1 and (
        _LONE_LEADERS.search(lines[at]) or (len(run[0]) == 2 and _lone(run[0], lines[at]))
    )
    if not (lone or len(run) > 1) or not all(_labels(row[0].text) for row in run[_over(run) :]):
        return None
    over = _over(run)
    body = run[over:]
    if not body or fmean(len(row[0].text.split()) for row in body) > _MEAN_WORDS:
        return None
    columns = _columns(run)
    over = over or _names_columns(body, columns)
    headers = [""] * len(columns)
    for row in run[:over]:
        for cell in row:
            at_column = _column(cell, columns)
            headers[at_column] = f"{headers[at_column]} {cell.text}".strip()
    rows = []
    for row in run[over:]:
        cells = [""] * len(columns)
        for cell in row:
            at_column = _column(cell, columns)
            joint = "\n" if cells[at_column] else ""
            cells[at_column] += joint + cell.text
        rows.append(cells)
    return Table(headers if over else [], rows, after)


def _run(lines: Sequence[str], at: int) -> tuple[list[list[Cell]], int]:
    """Return the rows from a line on that stand under each other, and the line behind them."""
    run: list[list[Cell]] = []
    starts: set[int] = set()
    ends: set[int] = set()
    while at < len(lines) and len(run) < _MAX_LINES and len(lines[at]) <= _MAX_CHARS:
        line = lines[at].rstrip().expandtabs(8)
        cells = [] if not line.strip() or _BULLET.match(line) else _cells(line, starts)
        inner = cells[1:] if len(cells) > 1 else cells
        aligned = any(cell.start in starts or cell.end in ends for cell in inner)
        led = len(cells) == 2 and _LEADERS.search(line) is not None
        if (
            run
            and len(cells) == 1
            and cells[0].start in starts
            and cells[0].start > run[-1][0].start
        ):
            _go_on(run, cells[0])
        elif len(cells) > 1 and (led or aligned or not run):
            run.append(cells)
            starts |= {cell.start for cell in inner}
            ends |= {cell.end for cell in inner}
            if len(run) == 1 and cells[0].start:  # it may head the columns
                starts.add(cells[0].start)
                ends.add(cells[0].end)
        else:
            break
        at += 1
    return run, at


def _go_on(run: list[list[Cell]], cell: Cell) -> None:
    """Write a line that stands under a cell to that cell: wrapped, or one thing more."""
    row = run[-1]
    last = row[-1]
    wrapped = (
        last.text[-1] in ",;-("
        or cell.text[0].islower()
        or last.text.count("(") > last.text.count(")")
    )
    if wrapped and cell.start == last.start:
        row[-1] = Cell(last.start, max(last.end, cell.end), f"{last.text} {cell.text}")
    else:
        row.append(cell)


def _cells(line: str, starts: set[int]) -> list[Cell]:
    """Return the pieces of a line."""
    gaps = [
        gap
        for gap in _GAP.finditer(line)
        if gap.start() and not (len(gap[0]) == 2 and _AFTER_SENTENCE.search(line[: gap.start()]))
    ]
    if len(gaps) == 0 and starts:
        gaps = [gap for gap in _SHORT_LEADER.finditer(line) if gap.end() in starts][:1]
    begin = len(line) - len(line.lstrip())
    cells = []
    for gap in gaps:
        if gap.start() > begin:
            cells.append(Cell(begin, gap.start(), line[begin : gap.start()].rstrip()))
        begin = gap.end()
    return [*cells, Cell(begin, len(line), line[begin:])]


def _lone(row: list[Cell], line: str) -> bool:
    label, value = row
    gap = value.start - label.end
    return (
        gap >= _LONE_GAP
        and ":" not in label.text
        and bool(_FIGURE.match(value.text))
        and line[0] != "#"
    )


def _labels(text: str) -> bool:
    """Tell whether a first cell may name a row."""
    return (
        len(text) <= _LABEL_CHARS and len(text.split()) <= _LABEL_WORDS and text[-1] not in "!?;,"
    )


def _over(run: list[list[Cell]]) -> int:
    """Return how many rows stand over the columns alone, with nothing over the labels."""
    outer = min(row[0].start for row in run)
    labels = max(row[0].end for row in run if row[0].start == outer)
    return next(order for order, row in enumerate(run) if row[0].start <= labels)


def _names_columns(body: list[list[Cell]], columns: list[tuple[int, int]]) -> int:
    """Return 1 where the first row names the columns: words or years over figures."""
    first, *rest = body
    if len(columns) < 3 or not rest or len(first) != len(columns):
        return 0
    inner = [cell.text for cell in first[1:]]
    below = [cell.text for row in rest for cell in row[1:]]
    figures = [text for text in below if _FIGURE.match(text)]
    if all(_YEAR.fullmatch(text) for text in inner):
        return int(not all(_YEAR.fullmatch(text) for text in below))
    return int(bool(figures) and not any(_FIGURE.match(text) for text in inner))


def _columns(run: list[list[Cell]]) -> list[tuple[int, int]]:
    """Return where each column begins and ends: what stands above each other is one."""
    columns: list[tuple[int, int]] = []
    for start, end in sorted((cell.start, cell.end) for row in run for cell in row):
        if columns and start < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(end, columns[-1][1]))
        else:
            columns.append((start, end))
    return columns


def _column(cell: Cell, columns: list[tuple[int, int]]) -> int:
    return next(n for n, (start, end) in enumerate(columns) if start <= cell.start < end)
