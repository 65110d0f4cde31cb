"""PDF to a document: headings by their size, tables by their columns, lines joined to paragraphs.

Scanned pages hold no text and give none; nothing is guessed from pictures.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final

import pypdfium2

from enrich.research.documents import Document, Draft, squeeze
from enrich.research.pdf_layout import (
    alike,
    body_height,
    columns,
    lines_of,
    row_texts,
    tables,
    usual_pitch,
)

if TYPE_CHECKING:
    from enrich.research.pdf_layout import Line

MAX_PAGES: Final = 5_000
MAX_HEADING_CHARS: Final = 150
MAX_BOLD_CHARS: Final = 80
_LARGER: Final = 1.08  # than the body: a heading
_DEEPEST: Final = 5  # level of headings by size; those that are merely bold stand under them
_SHORT: Final = 0.9  # of the margin: the last line of a paragraph
_APART: Final = 1.15  # than lines of a paragraph: a new one

_LOCK: Final = threading.Lock()  # PDFium is not thread-safe
_LISTED = re.compile(r"^\s*(?:[-*\N{BULLET}\N{EN DASH}]|\d{1,2}[.)])\s+")
_DAY = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_KEYED = re.compile(r"^[^\W\d_][^:.!?]{0,50}:\s+\S")
_JUNK = re.compile(r"(?i)(?:microsoft|untitled|\(anonymous\)|.*\.(?:docx?|odt|indd|tex|rtf)$)")
_ENDED = re.compile(r"[.!?:;][\"')\]]*$")


class BadPdfError(ValueError):
    """The file is encrypted, damaged or no PDF."""


def read_pdf(data: bytes, *, url: str, name: str, sha256: str) -> Document:
    """Return a PDF as a document.

    Args:
        data: The file's bytes.
        url: Its address.
        name: What it is about where it does not say so itself.
        sha256: Hex digest of its bytes.

    Raises:
        BadPdfError: It cannot be read, with the reason.
    """
    with _LOCK:
        title, day, pages = _read(data)
    writer = _Writer([line for page in pages for line in page])
    for page in pages:
        writer.page(page)
    draft = writer.draft
    title = "" if _JUNK.match(title) else title
    found = title or writer.title or name
    return draft.finish(url=url, title=found, names=(writer.title, name), sha256=sha256, dated=day)


def _read(data: bytes) -> tuple[str, str | None, list[list[Line]]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "is encrypted" if "assword" in str(error) else "cannot be read as PDF"
        raise BadPdfError(f"it {reason}") from error
    try:
        title = squeeze(document.get_metadata_value("Title"))
        changed = [document.get_metadata_value(name) for name in ("ModDate", "CreationDate")]
        days = [m.expand(r"\1-\2-\3") for m in map(_DAY.match, changed) if m]
        pages = []
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            text = page.get_textpage()
            pages.append(lines_of(text))
            text.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise BadPdfError(f"a page of it cannot be read: {error}") from error
    finally:
        document.close()
    return title, next(iter(days), None), pages


class _Writer:
    """Lines written to a draft: what is larger or bold and short is a heading, what stands in columns a table.

    Args:
        lines: All of the document's, for what most of them look like.
    """

    def __init__(self, lines: list[Line]) -> None:
        self.draft = Draft()
        self.title = ""
        self._body = body_height(lines)
        self._pitch = usual_pitch(lines)
        self._right = max((line.right for line in lines), default=0.0)
        larger = {line.height for line in lines if self._is_larger(line)}
        sizes: list[float] = []
        self._levels: dict[float, int] = {}
        for height in sorted(larger, reverse=True):
            if not sizes or not alike(sizes[-1], height):
                sizes.append(height)
            self._levels[height] = len(sizes)
        self._headers: list[str] = []
        self._prose: list[str] = []
        self._last: Line | None = None

    def page(self, lines: list[Line]) -> None:
        """Write a page."""
        for is_table, run in tables(lines):
            if is_table:
                self._flush()
                self._table(run)
            else:
                self._headers = []
                for line in run:
                    self._line(line)
        self._flush()

    def _is_larger(self, line: Line) -> bool:
        fits = len(line.text) <= MAX_HEADING_CHARS and any(map(str.isalpha, line.text))
        return bool(self._body) and line.height >= _LARGER * self._body and fits

    def _level(self, line: Line) -> int:
        """Return the level of the heading that a line is; 0 for none."""
        if self._is_larger(line):
            return min(self._levels[line.height], _DEEPEST)
        short = line.bold and len(line.cells) == 1 and len(line.text) <= MAX_BOLD_CHARS
        if short and not _ENDED.search(line.text) and self._starts(line):
            return _DEEPEST + 1
        return 0

    def _starts(self, line: Line) -> bool:
        """Tell whether a line stands apart from the one before it."""
        last = self._last
        if last is None or not line.height or not alike(line.height, last.height):
            return bool(line.height)
        if last.bold != line.bold:
            return True
        return not 0 < last.top - line.top <= _APART * self._pitch * line.height

    def _ended(self) -> bool:
        """Tell whether the line before ended its paragraph: a sentence's end short of the margin."""
        if not self._prose or not _ENDED.search(self._prose[-1]):
            return False
        last = self._last
        return last is None or not last.height or last.right < _SHORT * self._right

    def _line(self, line: Line) -> None:
        text, level = line.text, self._level(line)
        keyed = _KEYED.match(text)
        if level or keyed or self._ended() or _LISTED.match(text) or self._starts(line):
            self._flush()
        self._last = line
        if level:
            self.title = self.title or (text if level == 1 else "")
            self.draft.heading(level, text)
        elif _LISTED.match(text):
            self.draft.items([_LISTED.sub("", text)])
        else:
            self._prose.append(text)

    def _table(self, rows: list[Line]) -> None:
        stretches = columns(rows)
        if len(stretches) == 1:  # gaps of justified prose
            for row in rows:
                self._line(row)
            return
        texts: list[list[str]] = []
        for row in rows:
            cells = row_texts(row, stretches)
            if row.bold and all(cells):
                self._rows(texts)
                texts = []
                if cells != self._headers:
                    self._headers = cells
                    self.draft.header(cells)
            elif texts and not cells[0]:
                texts[-1] = [f"{a} {b}".strip() for a, b in zip(texts[-1], cells, strict=True)]
            else:
                texts.append(cells)
        self._rows(texts)
        self._last = None

    def _rows(self, texts: list[list[str]]) -> None:
        headers = self._headers if texts and len(self._headers) == len(texts[0]) else ()
        for cells in texts:
            self.draft.row(cells, headers)

    def _flush(self) -> None:
        if self._prose:
            self.draft.paragraph(" ".join(self._prose))
            self._prose = []
