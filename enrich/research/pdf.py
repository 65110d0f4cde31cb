"""PDF to a document: the text of its pages, lines joined to paragraphs.

Scanned pages hold no text and give none; nothing is guessed from pictures.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final

import pypdfium2

from enrich.research.documents import Document, Draft, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGES: Final = 5_000
MAX_PAGE_CHARS: Final = 200_000

_LOCK: Final = threading.Lock()  # PDFium is not thread-safe
_LISTED = re.compile(r"^\s*(?:[-*\N{BULLET}\N{EN DASH}]|\d{1,2}[.)])\s+")
_DAY = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
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
        title, day, pages = _texts(data)
    draft = Draft()
    for text in pages:
        for kind, block in _blocks(text):
            if kind == "item":
                draft.items([block])
            else:
                draft.paragraph(block)
    return draft.finish(url=url, title=title or name, names=(name,), sha256=sha256, dated=day)


def _texts(data: bytes) -> tuple[str, str | None, list[str]]:
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
            pages.append(text.get_text_range()[:MAX_PAGE_CHARS])
            text.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise BadPdfError(f"a page of it cannot be read: {error}") from error
    finally:
        document.close()
    return title, next(iter(days), None), pages


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield a page's paragraphs and list items: lines are joined until a sentence ends or a blank line."""
    waiting: list[str] = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.replace("\x02", "").strip()
        keyed = re.match(r"^[^\W\d_][^:.!?]{0,50}:\s+\S", line)
        if waiting and (not line or keyed or _LISTED.match(line) or _ENDED.search(waiting[-1])):
            yield "prose", " ".join(waiting)
            waiting = []
        if _LISTED.match(line):
            yield "item", _LISTED.sub("", line)
        elif keyed:
            yield "prose", line
        elif line:
            waiting.append(line)
    if waiting:
        yield "prose", " ".join(waiting)
