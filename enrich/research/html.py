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
from enrich.research.elsewhere import is_elsewhere
from enrich.research.html_cells import (
    BREAK,
    SPACE,
    Spans,
    all_bold,
    children_of,
    is_heading_row,
    site_of,
)
from enrich.research.pieces import contact_of
from enrich.research.plaintext import write_text
from enrich.research.weburl import is_address
from enrich.research.words import LEGAL_FORMS, fold, word_set, words

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_NODES: Final = 2_000_000
MAX_DEPTH: Final = 2_000

_DROPPED: Final = word_set(
    """
    script style noscript template svg math iframe object canvas nav footer form
    button select option dialog head video audio map
    """
)
_DROPPED_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "menu"}
)
# A class or id of what is no part of a page's own matter.
_DROPPED_CLASS = re.compile(
    r"(?:(?:site|page|main|top|global|primary|secondary|sub|side)[-_])?(?:nav|navbar|navigation|breadcrumbs?|footer)"
    r"|navbox|mw-head|hatnote|toc|cookies?(?:[-_][\w-]+)?|(?:related|similar|recommended)(?:[-_][\w-]+)?|see-?also"
    r"|(?:social|share)[-_](?:links|buttons|bar|icons)|newsletter(?:[-_]\w+)?|pagination|pager|catlinks",
    re.IGNORECASE,
)
_BLOCKS: Final = word_set("div section aside ul ol table p header")
_EDIT = re.compile(r"\s*\[\s*edit\b[^\]]*\]\s*$", re.IGNORECASE)  # behind a wiki's headings
_HOLDING: Final = frozenset({"dt", "dd", "li"})
_BOXES: Final = frozenset({"div", "section", "aside"})
_INLINE: Final = word_set(
    """
    a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark
    q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr
    """
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_CAPTION: Final = 6  # the level of a table's caption
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void elements, and those that the next of their kind closes: neither nests.
_FLAT: Final = word_set(
    """
    area base br col embed hr img input link meta source track wbr p li dt dd tr td th
    thead tbody tfoot option
    """
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TITLEBREAK = re.compile(r"\s+[-|\N{EN DASH}\N{EM DASH}\N{MIDDLE DOT}\N{BULLET}:]{1,2}\s+")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
_LINKED_DAY = re.compile(r"\"date(?:Modified|Published)\"\s*:\s*\"(\d{4}-\d{2}-\d{2})")
_LINKED_CHARS: Final = 100_000
_FOOTERS: Final = 4
_NAME_CHARS: Final = 3
# What a page of a site is called, and not whom it is about.
_PAGES: Final = word_set(
    """
    home homepage about contact contacts imprint impressum welcome team people products services careers jobs news press blog company profile overview
    official website site page pages start index who what are our the and for you your with more from story history mission us we faq help support
    """
)
_LINKS: Final = 5_000
_REACHED: Final = 24  # lines that say how the page's owner is reached
_LINE_CHARS: Final = 300
# A line of a footer that says who is behind the page and how to reach them.
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|(?:\+|\b(?:tel|phone|fax|call|t|p)\b[.:]? ?\+?\(?)\d[\d ()./-]{5,}\d|\b(?!(?:19|20)\d\d )[A-Z]{0,2}-?\d{4,6} [A-Z\u00c0-\u00de][a-z]|\b[A-Z]{2} \d{5}\b|\b[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b"
    r"|\b(?:VAT|UID|USt|HR[AB]|CVR|SIREN|SIRET|KvK|ABN|ACN|EIN|P\.? ?IVA)\b.{0,12}\d|\b(?:company|registration|registered|register|charity|licen[cs]e) (?:no\b|number|nr\b|in|office)|https?://\S+\.\w",
    re.IGNORECASE,
)


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
        root = main[0] if len(main) == 1 or (main and main[0].tag == "main") else body
        _Walk(draft).over(root)
        for box in body.css("aside") if root is not body else ():
            if not _within(box, root):
                _Walk(draft).over(box)
        _reach(body, draft, _owner(heading, head["title"], head["site"]))
    title = heading or page_name(head["title"], head["site"])
    return draft.finish(
        url=_address(tree) or url,
        title=title,
        names=(page_name(head["title"], head["site"]), _meta(tree, "og:title")),
        sha256=sha256,
        dated=_dated(tree),
        site=head["site"],
    )


def _reach(body: LexborNode, draft: Draft, owner: frozenset[str]) -> None:
    """Add how the one whom a page is about is reached, where what was left out says it: a footer's lines, links to profiles and addresses.

    A footer without any word of the page's name is that of whoever publishes it.
    """
    known = draft.text
    found: dict[str, None] = {}
    for footer in body.css("footer, [role=contentinfo]")[:_FOOTERS]:
        if not _bears(footer.text(separator=" "), owner):
            continue
        part = Draft()
        walk = _Walk(part)
        for child in children_of(footer):
            walk.over(child)
        lines = part.text.splitlines()
        told = (ln for ln in lines if len(ln) <= _LINE_CHARS and _CONTACT.search(ln))
        found.update((line, None) for line in told if line not in known)
    for link in body.css("a[href]")[:_LINKS]:
        if len(found) >= _REACHED:
            break
        contact = contact_of(link.attributes.get("href") or "")
        if not contact or not _bears(contact, owner):
            continue
        line = site_of(link) or squeeze(link.text())
        if line and not any(said in known for said in (contact, line)) and not any(contact in other for other in found):  # fmt: skip
            found[line] = None
    if found:
        draft.step_aside()
        for line in list(found)[:_REACHED]:
            draft.paragraph(line)


def _owner(heading: str, title: str, site: str) -> frozenset[str]:
    """Return the words of the name of whom a page is about: its heading's or title's, or the site's where these only say which page it is."""
    for said in (heading, page_name(title, site), *reversed(_TITLEBREAK.split(title)), site):
        named = {w for w in words(said) if len(w) >= _NAME_CHARS} - _PAGES - LEGAL_FORMS
        if named:
            return frozenset(named)
    return frozenset()


def _bears(text: str, owner: frozenset[str]) -> bool:
    plain = fold(text)
    return any(word in plain for word in owner)


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
    parts = [part for part in _TITLEBREAK.split(title) if part]
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
    return href.strip() if is_address(href.strip()) else ""


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
        self._held = 0  # how many terms, descriptions and items it stands in
        self._verbatim = 0  # how many ``pre`` it stands in
        self._asides: list[
            list[tuple[int, str]]
        ] = []  # the headings that the boxes which it stands in interrupt
        self._passing = False  # over what such a box says of other things
        self._others: tuple[int, int] | None = (
            None  # a box about other things, and its heading's level
        )

    def over(self, root: LexborNode) -> None:
        """Walk a subtree in document order."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave(node)
                continue
            self._nodes += 1
            if self._nodes > MAX_NODES:
                raise TooDeepError(f"it has more than {MAX_NODES:,} nodes")
            if self._enter(node):
                stack.append((node, True))
                children = list(children_of(node))
                stack.extend((child, False) for child in reversed(children))
        self._flush()
        self._flush_items()

    def _enter(self, node: LexborNode) -> bool:
        """Take a node; return whether its children are to be walked."""
        tag = node.tag or ""
        if node.is_text_node:
            if not self._passing:
                text = node.text_content or ""
                self._inline.append(text if self._verbatim else SPACE.sub(" ", text))
            return False
        if not node.is_element_node or tag in _DROPPED or _hidden(node):
            return False
        if tag in _INLINE:
            return self._enter_inline(node, tag)
        return self._enter_block(node, tag)

    def _enter_inline(self, node: LexborNode, tag: str) -> bool:
        if tag == "br" and self._held:
            self._inline.append(BREAK)
        elif tag == "br":
            self._flush()
        elif tag == "a" and (site := site_of(node)):
            self._inline.append("" if self._passing else site)
            return False
        elif tag in {"b", "strong"} and not "".join(self._inline).strip():
            self._bold = squeeze(node.text())
        return True

    def _enter_block(self, node: LexborNode, tag: str) -> bool:
        self._flush()
        if tag not in {"li", "ul", "ol"}:
            self._flush_items()
        if tag in _HEADINGS:
            self._heading(node, _HEADINGS[tag])
            return False
        self._verbatim += tag == "pre"
        self._held += tag in _HOLDING
        if tag == "aside":
            self._asides.append(self._draft.step_aside())
        if tag != "table" or node.css_first("table table"):
            return True
        if not self._passing:
            self._table(node)
        return False

    def _heading(self, node: LexborNode, level: int) -> None:
        text, box = _EDIT.sub("", node.text(separator=" ")), node.parent
        self._passing = bool(self._asides) and is_elsewhere(squeeze(text), beside=True)
        if self._passing:
            return
        self._draft.heading(level, text)
        if is_elsewhere(squeeze(text)) and box is not None and box.tag in _BOXES:
            self._others = (box.mem_id, level)

    def _leave_box(self, node: LexborNode) -> None:
        """End what a box's headings stand over, where the box ends."""
        if self._others is not None and node.mem_id == self._others[0]:
            self._draft.leave(self._others[1])
            self._others = None
        if node.tag == "aside":
            self._passing = False
            self._draft.step_back(self._asides.pop())

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _INLINE:
            return
        self._held -= tag in _HOLDING
        if tag == "dt":
            self._term, self._inline, self._bold = squeeze("".join(self._inline)), [], ""
        elif tag == "dd":
            text, self._inline, self._bold = "".join(self._inline), [], ""
            self._draft.value(self._term, text.replace(BREAK, "\n"))
        elif tag == "li":
            text, self._inline, self._bold = "".join(self._inline), [], ""
            if text.strip():
                self._items.append(text)
        elif tag in {"ul", "ol"}:
            self._flush()
            self._flush_items()
        else:
            self._flush()
            self._verbatim -= tag == "pre"
            if tag in _BOXES:
                self._flush_items()
                self._leave_box(node)

    def _flush(self) -> None:
        """Write the inline text gathered so far as a paragraph."""
        text, bold = "".join(self._inline), self._bold
        self._inline, self._bold = [], ""
        if not text.strip():
            return
        if self._verbatim:
            write_text(self._draft, text.replace(BREAK, "\n"))
            return
        for line in text.split(BREAK):
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
        titled = caption is not None and bool(caption.text().strip())
        if caption is not None and titled:
            self._draft.heading(_CAPTION, caption.text(separator=" "))
        above, parted = Spans(), False
        for row in table.css("tr"):
            cells = [cell for cell in children_of(row) if cell.tag in {"td", "th"}]
            self._nodes += len(cells)
            texts, over = above.aligned(cells)
            if len(cells) == 1 < len(texts):
                parted = self._whole_row(cells[0], texts[0]) or parted
            elif len(cells) > 1 and (
                is_heading_row(row, cells) or (not headers and all_bold(cells))
            ):
                headers = [text or over.get(n, "") for n, text in enumerate(texts)]
                self._draft.header(texts)
            else:
                self._draft.row(texts, headers, over)
        if titled or parted:
            self._draft.leave(_CAPTION if titled else _CAPTION + 1)

    def _whole_row(self, cell: LexborNode, text: str) -> bool:
        """Add a row of one cell over all columns; tell whether it is the heading of the rows under it."""
        bold = cell.tag == "th" or all_bold([cell])
        if bold and "\n" not in text and len(text) <= MAX_KEY_CHARS:
            self._draft.heading(_CAPTION + 1, text)
            return True
        for line in text.split("\n"):
            self._draft.paragraph(line)
        return False


def _within(node: LexborNode, root: LexborNode) -> bool:
    """Tell whether a node is a root or stands in it."""
    over: LexborNode | None = node
    while over is not None:
        if over.mem_id == root.mem_id:
            return True
        over = over.parent
    return False


def _labels(bold: str, text: str, rest: str) -> bool:
    """Tell whether a bold beginning is a label: ``<b>Founded</b> 1987``, colon or not."""
    if not text.startswith(bold) or not rest.strip(" :") or len(bold) > MAX_KEY_CHARS:
        return False
    return bold.endswith(":") or (rest.startswith((" ", ":")) and len(rest) <= 2 * MAX_KEY_CHARS)


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    role, style = attributes.get("role"), attributes.get("style")
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split()
    if node.tag in _BLOCKS and any(map(_DROPPED_CLASS.fullmatch, named)):
        return True
    return role in _DROPPED_ROLES or bool(style and _HIDDEN_STYLE.search(style))
