"""Cells of an HTML table: their texts, each in its column, and the links in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.documents import squeeze
from enrich.research.pieces import link_text
from enrich.research.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

MAX_SPAN: Final = 1_000  # rows or columns that a cell may reach over
BREAK: Final = (
    "\x1f"  # where a line ends as the page is shown; other line feeds are but white space
)
SPACE = re.compile(r"\s+")
_PARTS: Final = word_set("br li p div")  # of a cell; each is a line of its own


def _span(cell: LexborNode, attribute: str) -> int:
    stated = cell.attributes.get(attribute) or ""
    return max(1, min(int(stated), MAX_SPAN)) if stated.isdecimal() and len(stated) < 5 else 1


def children_of(node: LexborNode) -> Iterator[LexborNode]:
    """Yield what stands right under a node, in order."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def is_heading_row(row: LexborNode, cells: list[LexborNode]) -> bool:
    """Tell whether a row names the columns."""
    over = row.parent
    return all(cell.tag == "th" for cell in cells) or (over is not None and over.tag == "thead")


def all_bold(cells: list[LexborNode]) -> bool:
    """Tell whether all that stands in a row is bold: the headings of a page without ``th``."""
    bold = [cell.css_first("b, strong") for cell in cells]
    return all(
        b is not None and squeeze(b.text()) == squeeze(c.text())
        for b, c in zip(bold, cells, strict=True)
    )


class Spans:
    """Cells that reach down into the rows below them."""

    def __init__(self) -> None:
        self._down: dict[int, tuple[int, str]] = {}  # column: rows left, text

    def aligned(self, cells: list[LexborNode]) -> tuple[list[str], dict[int, str]]:
        """Return a row's texts, each in its column, and those that stand in a row above, by column."""
        texts: list[str] = []
        over: dict[int, str] = {}

        def skip() -> None:
            while (down := self._down.pop(len(texts), None)) is not None:
                over[len(texts)] = down[1]
                if down[0] > 1:
                    self._down[len(texts)] = (down[0] - 1, down[1])
                texts.append("")

        for cell in cells:
            skip()
            text = cell_text(cell)
            for nth in range(_span(cell, "colspan")):
                if (rows := _span(cell, "rowspan")) > 1:
                    self._down[len(texts)] = (rows - 1, text)
                texts.append("" if nth else text)
        skip()
        return texts, over


def cell_text(cell: LexborNode) -> str:
    """Return what a cell says, each of its parts in a line of its own."""
    if cell.css_first("br, li, p, div") is None:
        link = cell.css_first("a")
        said_once = squeeze(cell.text(separator=" "))
        alone = link is not None and said_once == squeeze(link.text())
        return (site_of(link) if link is not None and alone else "") or said_once
    said: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.is_text_node:
            said.append(SPACE.sub(" ", node.text_content or ""))
        said.append(BREAK if node.tag in _PARTS else " ")
    return "\n".join(filter(None, map(squeeze, "".join(said).split(BREAK))))


def site_of(link: LexborNode) -> str:
    """Return what a link to "Official website", a profile or an address says, with where it leads; empty for others."""
    written = squeeze(link.text())
    text = link_text(written or _named(link), link.attributes.get("href") or "")
    return text if text != written else ""


def _named(link: LexborNode) -> str:
    """Return what a link that is a picture is called."""
    picture = link.css_first("img[alt]")
    for node, name in ((link, "aria-label"), (link, "title"), (picture, "alt")):
        if node is not None and (said := node.attributes.get(name)):
            return squeeze(said)
    return ""
