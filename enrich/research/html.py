"""HTML to a document: headings, label and value pairs, tables, lists and prose.

What is no part of the page's own matter (navigation, footer, scripts, whatever is
hidden from its readers) is left out. The tree is walked without recursion, and a
page nested deeper than any real one is refused before it is parsed: the parser's
time grows with the square of the depth.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from enrich.research.dated import stated_day
from enrich.research.documents import MAX_KEY_CHARS, Document, Draft, squeeze
from enrich.research.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

MAX_NODES: Final = 2_000_000
MAX_DEPTH: Final = 2_000
MAX_SPAN: Final = 1_000  # rows or columns that a cell may reach over

_DROPPED: Final = word_set(
    """
    script style noscript template svg math iframe object canvas nav footer aside form
    button select option dialog head video audio map
    """
)
_DROPPED_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "menu"}
)
_INLINE: Final = word_set(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark
    q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr
    """
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void elements, and those that the next of their kind closes: neither nests.
_FLAT: Final = word_set(
    """
    area base br col embed hr img input link meta source track wbr p li dt dd tr td th
    thead tbody tfoot option
    """
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TITLE_BREAK = re.compile(r"\s+[-|\N{EN DASH}\N{EM DASH}\N{MIDDLE DOT}\N{BULLET}:]{1,2}\s+")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
_LINKED_DAY = re.compile(r"\"date(?:Modified|Published)\"\s*:\s*\"(\d{4}-\d{2}-\d{2})")
_LINKED_CHARS: Final = 100_000


class TooDeepError(ValueError):
    """The page is nested deeper, or has more nodes, than pages have."""


def read_html(markup: str, *, url: str, sha256: str) -> Document:
    """Return a page as a document.

    Args:
        markup: The page.
        url: Its address, should the page not state its own.
        sha256: Hex digest of its bytes.

    Raises:
        TooDeepError: It has more than ``MAX_NODES`` nodes or ``MAX_DEPTH`` levels.
    """
    _measure(markup)
    tree = LexborHTMLParser(markup)
    draft = Draft()
    body = tree.body
    head = {"title": _text_of(tree, "title"), "site": _meta(tree, "og:site_name")}
    heading = _text_of(tree, "h1")
    if body is not None:
        main = body.css("main, article, [role=main]")
        _Walk(draft).over(main[0] if len(main) == 1 or (main and main[0].tag == "main") else body)
    title = heading or page_name(head["title"], head["site"])
    return draft.finish(
        url=_address(tree) or url,
        title=title,
        names=(page_name(head["title"], head["site"]), _meta(tree, "og:title")),
        sha256=sha256,
        dated=_dated(tree),
        site=head["site"],
    )


def _measure(markup: str) -> None:
    """Refuse a page that would keep the parser busy for minutes."""
    depth = 0
    for closing, tag in _TAG.findall(markup):
        if tag.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > MAX_DEPTH:
            raise TooDeepError(f"its tags are nested more than {MAX_DEPTH:,} deep")


def page_name(title: str, site: str = "") -> str:
    """Return a page's title without the site's name: ``Kenya - The World Factbook`` is Kenya."""
    parts = [part for part in _TITLE_BREAK.split(title) if part]
    own = [part for part in parts if part.casefold() != site.casefold()]
    return (own or parts or [""])[0].strip()


def _text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return squeeze(node.text(separator=" ")) if node is not None else ""


def _meta(tree: LexborHTMLParser, *names: str) -> str:
    for name in names:
        for attribute in ("property", "name", "itemprop"):
            node = tree.css_first(f'meta[{attribute}="{name}"]')
            content = node.attributes.get("content") if node is not None else None
            if content:
                return squeeze(content)
    return ""


def _address(tree: LexborHTMLParser) -> str:
    link = tree.css_first('link[rel="canonical"]')
    href = (link.attributes.get("href") if link is not None else None) or _meta(tree, "og:url")
    return href.strip() if href.startswith(("http://", "https://")) else ""


def _dated(tree: LexborHTMLParser) -> str | None:
    stated = _meta(
        tree, "article:modified_time", "last-modified", "dcterms.modified", "dateModified",
        "article:published_time", "date", "dcterms.date", "datePublished",
    )  # fmt: skip
    if found := _DAY.match(stated):
        return found.group()
    for script in tree.css('script[type="application/ld+json"]'):
        days = _LINKED_DAY.findall(script.text()[:_LINKED_CHARS])
        if days:
            return str(max(days))
    return stated_day(tree.body.text(separator=" ")) if tree.body is not None else None


class _Walk:
    """One walk over a tree, writing blocks to a draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._inline: list[str] = []
        self._bold = ""
        self._term = ""
        self._items: list[str] = []
        self._nodes = 0

    def over(self, root: LexborNode) -> None:
        """Walk a subtree in document order."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave(node.tag or "")
                continue
            self._nodes += 1
            if self._nodes > MAX_NODES:
                raise TooDeepError(f"it has more than {MAX_NODES:,} nodes")
            if self._enter(node):
                stack.append((node, True))
                children = list(_children(node))
                stack.extend((child, False) for child in reversed(children))
        self._flush()
        self._flush_items()

    def _enter(self, node: LexborNode) -> bool:
        """Take a node; return whether its children are to be walked."""
        tag = node.tag or ""
        if node.is_text_node:
            self._inline.append(node.text_content or "")
            return False
        if not node.is_element_node or tag in _DROPPED or _hidden(node):
            return False
        if tag in _INLINE:
            if tag == "br":
                self._inline.append("\n")
            elif tag in {"b", "strong"} and not "".join(self._inline).strip():
                self._bold = squeeze(node.text())
            return True
        self._flush()
        if tag not in {"li", "ul", "ol"}:
            self._flush_items()
        if tag in _HEADINGS:
            self._draft.heading(_HEADINGS[tag], node.text(separator=" "))
            return False
        if tag == "table" and not node.css_first("table table"):
            self._table(node)
            return False
        return True

    def _leave(self, tag: str) -> None:
        if tag in _INLINE:
            return
        if tag == "dt":
            self._term, self._inline, self._bold = squeeze("".join(self._inline)), [], ""
        elif tag == "dd":
            text, self._inline, self._bold = "".join(self._inline), [], ""
            self._draft.value(self._term, text)
        elif tag == "li":
            text, self._inline, self._bold = "".join(self._inline), [], ""
            if text.strip():
                self._items.append(text)
        elif tag in {"ul", "ol"}:
            self._flush()
            self._flush_items()
        else:
            self._flush()

    def _flush(self) -> None:
        """Write the inline text gathered so far as a paragraph."""
        text, bold = "".join(self._inline), self._bold
        self._inline, self._bold = [], ""
        if not text.strip():
            return
        for line in text.split("\n\n" if "\n" not in text else "\n"):
            clean = squeeze(line)
            rest = clean[len(bold) :]
            if bold and _labels(bold, clean, rest):
                self._draft.value(bold.rstrip(" :"), rest.strip(" :"))
                continue
            self._draft.paragraph(clean)

    def _flush_items(self) -> None:
        if self._items:
            self._draft.items(self._items)
            self._items = []

    def _table(self, table: LexborNode) -> None:
        headers: list[str] = []
        caption = table.css_first("caption")
        if caption is not None and caption.text().strip():
            self._draft.heading(6, caption.text(separator=" "))
        above = _Spans()
        for row in table.css("tr"):
            cells = [cell for cell in _children(row) if cell.tag in {"td", "th"}]
            self._nodes += len(cells)
            texts, over = above.aligned(cells)
            if len(cells) > 1 and (_heads(row, cells) or (not headers and _all_bold(cells))):
                headers = [text or over.get(n, "") for n, text in enumerate(texts)]
                self._draft.header(texts)
            else:
                self._draft.row(texts, headers, over)


class _Spans:
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
            text = squeeze(cell.text(separator=" "))
            for nth in range(_span(cell, "colspan")):
                if (rows := _span(cell, "rowspan")) > 1:
                    self._down[len(texts)] = (rows - 1, text)
                texts.append("" if nth else text)
        skip()
        return texts, over


def _span(cell: LexborNode, attribute: str) -> int:
    stated = cell.attributes.get(attribute) or ""
    return max(1, min(int(stated), MAX_SPAN)) if stated.isdecimal() and len(stated) < 5 else 1


def _heads(row: LexborNode, cells: list[LexborNode]) -> bool:
    """Tell whether a row names the columns."""
    over = row.parent
    return all(cell.tag == "th" for cell in cells) or (over is not None and over.tag == "thead")


def _all_bold(cells: list[LexborNode]) -> bool:
    """Tell whether all that stands in a row is bold: the headings of a page without ``th``."""
    bold = [cell.css_first("b, strong") for cell in cells]
    return all(
        b is not None and squeeze(b.text()) == squeeze(c.text())
        for b, c in zip(bold, cells, strict=True)
    )


def _labels(bold: str, text: str, rest: str) -> bool:
    """Tell whether a bold beginning is a label: ``<b>Founded</b> 1987``, colon or not."""
    if not text.startswith(bold) or not rest.strip(" :") or len(bold) > MAX_KEY_CHARS:
        return False
    return bold.endswith(":") or (rest.startswith((" ", ":")) and len(rest) <= 2 * MAX_KEY_CHARS)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    role, style = attributes.get("role"), attributes.get("style")
    return role in _DROPPED_ROLES or bool(style and _HIDDEN_STYLE.search(style))
