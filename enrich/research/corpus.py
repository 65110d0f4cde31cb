"""A folder of documents: which files are there, and what each holds.

Nothing that a file holds can stop the others from being read: what cannot be
read is passed over with a reason.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.research import rowfiles
from enrich.research.html import TooDeepError, read_html
from enrich.research.pdf import BadPdfError, read_pdf
from enrich.research.plaintext import read_markdown, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.research.documents import Document

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
HTML_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml"})
MARKDOWN_ENDINGS: Final = frozenset({".md", ".markdown"})
TEXT_ENDINGS: Final = frozenset({".txt", ".text"})
PDF_ENDINGS: Final = frozenset({".pdf"})
ENDINGS: Final = HTML_ENDINGS | MARKDOWN_ENDINGS | TEXT_ENDINGS | PDF_ENDINGS | rowfiles.ENDINGS
BINARY_ENDINGS: Final = PDF_ENDINGS | {".parquet"}

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the corpus as it lies there.

    Attributes:
        path: Its absolute path.
        size: Bytes.
        mtime_ns: When it was last written, in nanoseconds.
    """

    path: str
    size: int
    mtime_ns: int


class UnreadableError(Exception):
    """A file gives no document; says why."""


def files(roots: Iterable[Path]) -> Iterator[File]:
    """Yield the files under some folders (or the files named themselves), each once, by path.

    Hidden files and folders are passed over, and links to folders are not followed.
    """
    seen: set[str] = set()
    for root in roots:
        for path in _paths(root):
            absolute = str(path.absolute())
            if absolute in seen or path.suffix.lower() not in ENDINGS:
                continue
            seen.add(absolute)
            try:
                status = path.stat()
            except OSError:  # it was taken away meanwhile
                continue
            yield File(path=absolute, size=status.st_size, mtime_ns=status.st_mtime_ns)


def _paths(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(folder, name)


def content(file: File) -> bytes:
    """Return a file's bytes.

    Raises:
        UnreadableError: It is too large, or the system does not give it.
    """
    if file.size > MAX_FILE_BYTES:
        raise UnreadableError(f"it has {file.size:,} bytes and at most {MAX_FILE_BYTES:,} are read")
    try:
        return Path(file.path).read_bytes()
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}") from error


def documents(file: File, data: bytes) -> list[Document]:
    """Return a file's documents: one, or one for each row of a table.

    Raises:
        UnreadableError: It is empty, no text, or nested beyond reason.
    """
    path = Path(file.path)
    whole = path.suffix.lower() in BINARY_ENDINGS
    text = "" if whole else decode(data)
    url, name = path.as_uri(), path.stem.replace("-", " ").replace("_", " ")
    sha256 = hashlib.sha256(data).hexdigest()
    ending = path.suffix.lower()
    try:
        if ending in rowfiles.ENDINGS:
            rows = rowfiles.read_rows_of(data, text, ending, url=url)
            if not rows:
                raise UnreadableError("it holds no rows")
            return rows
        if ending in PDF_ENDINGS:
            found = read_pdf(data, url=url, name=name, sha256=sha256)
        elif ending in HTML_ENDINGS:
            found = read_html(text, url=url, sha256=sha256)
        elif ending in MARKDOWN_ENDINGS:
            found = read_markdown(text, url=url, name=name, sha256=sha256)
        else:
            found = read_text(text, url=url, name=name, sha256=sha256)
    except (TooDeepError, BadPdfError, rowfiles.BadRowsError) as error:
        raise UnreadableError(str(error)) from error
    if not found.segments:
        raise UnreadableError("it holds no text")
    return [found]


def decode(data: bytes) -> str:
    """Return bytes as text: by their mark, as UTF-8, else as Windows-1252.

    Raises:
        UnreadableError: They are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").replace("\x00", "")
    if b"\x00" in data[:4096]:
        raise UnreadableError("it is no text")
    try:
        return data.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").replace("\x00", "")
