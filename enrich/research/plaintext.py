"""Markdown and plain text to a document: headings, lists, tables, labelled lines, prose."""

from __future__ import annotations

import re
from typing import Final

from enrich.research.dated import stated_day
from enrich.research.documents import Document, Draft, squeeze

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^(=+|-+)\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+\N{BULLET}]|\d{1,3}[.)])\s+(.*)$")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FRONT_LINE = re.compile(r"^(\w[\w .-]*):\s*(.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LABELLED_LINE = re.compile(r"^[^\W\d_][^:.!?]{0,59}:\s+\S")
_TOPIC_LINE = re.compile(r"^[^\W\d_][^:.!?]{0,59}:$")
_TOPIC_LEVEL: Final = 3  # under the headings of such a text
_FULL_LINE: Final = 60  # characters from which on a line was broken for want of room
_HEADING_CHARS: Final = 4
_URL_KEYS: Final = ("url", "source", "canonical", "link", "permalink")
_DATE_KEYS: Final = ("modified", "updated", "lastmod", "date")
_MARKED = re.compile(r"^#{1,6}\s|^\s*[-*]\s+\*\*|^\|.*\|\s*$", re.MULTILINE)
_TITLE_CHARS: Final = 120


def read_markdown(markup: str, *, url: str, name: str, sha256: str) -> Document:
    """Return a Markdown text as a document; front matter may give ``title``, ``url`` and ``date``.

    Marks of emphasis and the addresses of links are left out of the text.
    """
    front = _FRONT.match(markup)
    stated = (
        {key.lower(): value.strip().strip("\"'") for key, value in _FRONT_LINE.findall(front[1])}
        if front
        else {}
    )
    body = markup[front.end() :] if front else markup
    return _read(body, stated, url=url, name=name, sha256=sha256, marked=True)


def read_text(text: str, *, url: str, name: str, sha256: str) -> Document:
    """Return a plain text as a document; a short first line is its title."""
    return _read(text, {}, url=url, name=name, sha256=sha256, marked=False)


def write_text(draft: Draft, text: str) -> None:
    """Write a text that is a part of a document, Markdown or plain."""
    blocks = _Blocks(draft, marked=bool(_MARKED.search(text)), part=True)
    for line in text.splitlines():
        blocks.line(line)
    blocks.flush()


def _read(
    text: str, stated: dict[str, str], *, url: str, name: str, sha256: str, marked: bool
) -> Document:
    draft = Draft()
    blocks = _Blocks(draft, marked=marked)
    for line in text.splitlines():
        blocks.line(line)
    blocks.flush()
    address = next(
        (stated[key] for key in _URL_KEYS if stated.get(key, "").startswith("http")), url
    )
    dated = next(
        (
            stated[key][:10]
            for key in _DATE_KEYS
            if re.match(r"\d{4}-\d\d-\d\d", stated.get(key, ""))
        ),
        stated_day(text),
    )
    title = stated.get("title") or blocks.title or name
    return draft.finish(
        url=address, title=title, names=(blocks.title, name), sha256=sha256, dated=dated
    )


class _Blocks:
    """Lines gathered to blocks, written to a draft as each block ends.

    Args:
        draft: What is written to.
        marked: Whether the marks of Markdown mean anything.
        part: Whether the text is a part of a document, which has its title already.
    """

    def __init__(self, draft: Draft, *, marked: bool, part: bool = False) -> None:
        self.title = ""
        self._draft = draft
        self._marked = marked
        self._part = part
        self._prose: list[str] = []
        self._items: list[str] = []
        self._labelled: tuple[int, list[str]] | None = None  # indent, and its lines so far
        self._topic: tuple[int, str] | None = None  # indent and text of a line that ends in a colon
        self._topics: list[int] = []  # indents of the topics over the line
        self._headers: list[str] = []
        self._fenced = False

    def line(self, raw: str) -> None:
        """Take the next line."""
        line = raw.rstrip().expandtabs(4)
        if self._marked and line.lstrip().startswith(("```", "~~~")):
            self.flush()
            self._fenced = not self._fenced
            return
        if not line.strip():
            self.flush()
            return
        indent = len(line) - len(line.lstrip())
        self._place(indent, line)
        if not self._fenced and self._structure(line):
            return
        clean = self._clean(line)
        item = _ITEM.match(line)
        if item:
            self._flush_prose()
            self._items.append(self._clean(item[1]))
        elif self._items and indent:
            self._items[-1] += " " + clean
        elif _LABELLED_LINE.match(clean):
            self._flush_blocks()
            self._labelled = (indent, [clean])
        elif not self._marked and _TOPIC_LINE.match(clean) and not self._prose:
            self._flush_blocks()
            self._topic = (indent, clean)
        elif self._labelled is not None and self._goes_on(indent):
            self._labelled[1].append(clean)
        else:
            self._flush_labelled()
            self._flush_items()
            self._prose.append(clean)

    def flush(self) -> None:
        """End the block."""
        self._flush_topic()
        self._flush_blocks()
        self._headers = []

    def _place(self, indent: int, line: str) -> None:
        """Leave the topics that a line stands under no more, and begin the one that it stands under first."""
        if self._topic is not None and self._topic[0] < indent and not _ITEM.match(line):
            at, text = self._topic
            self._topic = None
            self._topics.append(at)
            self._draft.heading(_TOPIC_LEVEL + len(self._topics), text)
        self._flush_topic()
        if self._topics and indent <= self._topics[-1]:
            self._flush_blocks()
            while self._topics and indent <= self._topics[-1]:
                self._topics.pop()
            self._draft.leave(_TOPIC_LEVEL + len(self._topics) + 1)

    def _goes_on(self, indent: int) -> bool:
        """Tell whether a line goes on with the labelled one before it: deeper, or that one was full."""
        if self._labelled is None:
            return False
        at, lines = self._labelled
        full = len(lines[-1]) >= _FULL_LINE and lines[-1][-1] not in ".!?"
        return indent > at or full

    def _structure(self, line: str) -> bool:
        """Take a heading or a row of a table; return whether it was one."""
        heading = _HEADING.match(line) if self._marked else None
        if heading:
            self.flush()
            self._head(len(heading[1]), self._clean(heading[2]))
            return True
        if _UNDERLINE.match(line) and len(self._prose) == 1 and not self._items:
            text, self._prose = self._prose[0], []
            self._head(1 if line[0] == "=" else 2, text)
            return True
        if not self._marked or line.count("|") < 2 - line.strip().startswith("|"):
            return False
        self._flush_blocks()
        if _RULE.match(line):
            return True
        cells = [self._clean(cell) for cell in line.strip().strip("|").split("|")]
        # The first row of a table names its columns.
        if not self._headers:
            self._headers = cells
            self._draft.header(cells)
        else:
            self._draft.row(cells, self._headers)
        return True

    def _head(self, level: int, text: str) -> None:
        if not self.title and level == 1:
            self.title = squeeze(text)
        self._topics = []
        self._draft.heading(level, text)

    def _clean(self, text: str) -> str:
        if not self._marked or self._fenced:
            return squeeze(text)
        return squeeze(_EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)))

    def _flush_blocks(self) -> None:
        self._flush_labelled()
        self._flush_prose()
        self._flush_items()

    def _flush_topic(self) -> None:
        if self._topic is not None:
            text, self._topic = self._topic[1], None
            self._draft.paragraph(text)

    def _flush_labelled(self) -> None:
        if self._labelled is not None:
            lines, self._labelled = self._labelled[1], None
            self._draft.paragraph(" ".join(lines))

    def _flush_prose(self) -> None:
        if not self._prose:
            return
        text, first, lines = " ".join(self._prose), self._draft.length == 0, len(self._prose)
        self._prose = []
        short = len(text) <= _TITLE_CHARS and text[-1] not in ".!?:" and not self._marked
        if first and not self.title and short and not self._part:
            self._head(1, text)
        elif short and lines == 1 and text.isupper() and len(text) >= _HEADING_CHARS:
            self._head(2, text)
        else:
            self._draft.paragraph(text)

    def _flush_items(self) -> None:
        if self._items:
            self._draft.items(self._items)
            self._items = []
