"""Markdown and plain text to a document: headings, lists, tables, labelled lines, prose."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from enrich.research.columns import table_at
from enrich.research.dated import stated_day
from enrich.research.documents import Document, Draft, squeeze
from enrich.research.lines import begins_section, is_caps, is_rule, runs_on, width_of
from enrich.research.pieces import link_text
from enrich.research.weburl import is_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.research.columns import Table

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^(=+|-+)\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+\N{BULLET}]|\d{1,3}[.)])\s+(.*)$")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FRONT_LINE = re.compile(r"^(\w[\w .-]*):\s*(.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]{0,1000})\]\(([^)\s]{0,2000})(?:\s+\"[^\"]{0,500}\")?\)")
_QUOTED = re.compile(r"^ {0,3}>+ ?")
# Links in a row with nothing but marks between them.
_NAVIGATION = re.compile(
    r"(?:[\s|/\N{MIDDLE DOT}\N{BULLET}>]*\[[^\]]*\]\([^)]*\)){3,}[\s|/\N{MIDDLE DOT}\N{BULLET}>]*"
)
_EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|`)(?=\S)(.{1,2000}?)(?<=\S)\1(?!\w)")
_MARKS = re.compile(r"[*_`\[]")
_MAX_MARKS: Final = 4_000  # of a line; each may be looked behind for its other end
_LABELLED_LINE = re.compile(r"^[^\W\d_][^:.!?]{0,59}:\s+\S")
_TOPIC_LINE = re.compile(r"^[^\W\d_][^:.!?]{0,59}:$")
_TOPIC_LEVEL: Final = 3  # under the headings of such a text
_FULL_LINE: Final = 60  # characters from which on a line was broken for want of room
_UNDERLINE_SHARE: Final = 2  # of a line's length; a longer rule parts the text instead
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
    _Blocks(draft, marked=bool(_MARKED.search(text)), part=True).take(text.splitlines())


def _read(
    text: str, stated: dict[str, str], *, url: str, name: str, sha256: str, marked: bool
) -> Document:
    draft = Draft()
    blocks = _Blocks(draft, marked=marked)
    blocks.take(text.splitlines())
    address = next((stated[key] for key in _URL_KEYS if is_address(stated.get(key, ""))), url)
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
        self._width = 0
        self._before = ""  # the line above in the same block

    def take(self, lines: Sequence[str]) -> None:
        """Take all lines, and end the last block."""
        self._width = width_of(lines)
        at = plain = 0
        while at < len(lines):
            table = table_at(lines, at) if at >= plain and not self._marked else None
            if table is not None and table.rows:
                self._table(table, lines[at])
                at = table.after
                self._before = ""
                continue
            plain = table.after if table is not None else plain
            if self._marked or not self._heading(lines, at):
                self.line(lines[at])
                self._before = lines[at].strip()
            at += 1
        self.flush()

    def line(self, raw: str) -> None:
        """Take the next line."""
        line = raw.rstrip().expandtabs(4)
        if self._marked and line.lstrip().startswith(("```", "~~~")):
            self.flush()
            self._fenced = not self._fenced
            return
        if self._marked and not self._fenced:
            line = _QUOTED.sub("", line)
        if not line.strip() or (self._marked and _NAVIGATION.fullmatch(line)):
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
        elif _LABELLED_LINE.match(clean) and not self._runs_on(clean):
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

    def _runs_on(self, line: str) -> bool:
        """Tell whether a line is the rest of the sentence in the line above."""
        labelled = self._labelled is not None or bool(self._items)
        width = 0 if labelled else self._width  # what has a label of its own is often a full line
        return (labelled or bool(self._prose)) and runs_on(self._before, line, width)

    def _heading(self, lines: Sequence[str], at: int) -> bool:
        """Take a line that heads what is below it without any mark; return whether it was one."""
        line = lines[at].strip()
        if not line or self._before or _LABELLED_LINE.match(line) or self._labelled is not None:
            return False
        block = list(takewhile(str.strip, lines[at : at + 4]))
        if self._draft.length == 0 and not self._part:
            titled = (
                not self.title and len(block) > 1 and line[-1] not in ".!?:"
                and len(line) <= _TITLE_CHARS and not _ITEM.match(line) and not is_rule(block[1])
                and not runs_on(line, squeeze(block[1]), self._width)
            )  # fmt: skip
            if titled:
                self._head(1, squeeze(line))
            return titled
        over = begins_section(lines, at, self._width)
        if over == "topic":
            indent = len(lines[at]) - len(lines[at].lstrip())
            self._place(indent, lines[at])
            self._flush_blocks()
            self._topic = (indent, squeeze(line))
        elif over:
            self.flush()
            self._head(2 if over == "caps" else _TOPIC_LEVEL, squeeze(line))
        return bool(over)

    def _table(self, table: Table, first: str) -> None:
        """Write what is set in columns."""
        self._place(len(first) - len(first.lstrip()), first)
        self._flush_blocks()
        if table.headers:
            self._draft.header(table.headers)
        for cells in table.rows:
            if len(cells) == 2 and cells[0] and not (table.headers and table.headers[0]):
                self._draft.value(cells[0], cells[1])
            else:
                self._draft.row(cells, table.headers)

    def flush(self) -> None:
        """End the block."""
        self._flush_topic()
        self._flush_blocks()
        self._headers = []
        self._before = ""

    def _place(self, indent: int, line: str) -> None:
        """Leave the topics that a line stands under no more, and begin the one that it stands under first."""
        if self._topic is not None and self._topic[0] < indent and not _ITEM.match(line):
            at, text = self._topic
            self._topic = None
            self._topics.append(at)
            self._draft.heading(_TOPIC_LEVEL - 1 + len(self._topics), text)
        self._flush_topic()
        if self._topics and indent <= self._topics[-1]:
            self._flush_blocks()
            while self._topics and indent <= self._topics[-1]:
                self._topics.pop()
            self._draft.leave(_TOPIC_LEVEL + len(self._topics))

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
            text = self._prose[0]
            short = len(line) <= _UNDERLINE_SHARE * len(text) and text[-1] not in ".!?"
            if self._marked or short:
                self._prose = []
                self._head(1 if line[0] == "=" else 2, text)
                return True
        if is_rule(line):
            self.flush()
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
        names = level == 1 and not self.title
        if names:
            self.title = squeeze(text)
        self._topics = []
        self._draft.heading(level, text, names=names)

    def _clean(self, text: str) -> str:
        if not self._marked or self._fenced or len(_MARKS.findall(text)) > _MAX_MARKS:
            return squeeze(text)
        return squeeze(
            _EMPHASIS.sub(r"\2", _LINK.sub(lambda link: link_text(link[1], link[2]), text))
        )

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
        elif short and lines == 1 and is_caps(text):
            self._head(2, text)
        else:
            self._draft.paragraph(text)

    def _flush_items(self) -> None:
        if len(self._items) == 1 and not self._marked and is_caps(self._items[0]):
            text, self._items = self._items[0], []
            self._head(2, text)
        elif self._items:
            self._draft.items(self._items)
            self._items = []
