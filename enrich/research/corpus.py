"""Folders of documents, here or in object storage: which files are there, and what each holds.

Nothing that a file holds can stop the others from being read: what cannot be
read is passed over with a reason. A file is read whole and is at most ``MAX_FILE_BYTES``
long; a table is read row by row and may be as long as it likes.
"""

from __future__ import annotations

import glob
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote, urlsplit

from enrich.research import remote, rowfiles
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

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the corpus as it lies there.

    Attributes:
        path: Its absolute path, or its address in object storage.
        size: Bytes.
        mtime_ns: When it was last written, in nanoseconds.
    """

    path: str
    size: int
    mtime_ns: int

    @property
    def url(self) -> str:
        """Its address."""
        return self.path if remote.is_remote(self.path) else Path(self.path).as_uri()

    @property
    def ending(self) -> str:
        """Its ending in lower case, such as ``.html``."""
        return Path(urlsplit(self.url).path).suffix.lower()

    def open(self) -> BinaryIO:
        """Open it for reading.

        Raises:
            OSError: It cannot be read.
        """
        return (
            remote.open_object(self.path)
            if remote.is_remote(self.path)
            else Path(self.path).open("rb")
        )


class UnreadableError(Exception):
    """A file gives no document; says why."""


def missing(root: str | Path) -> bool:
    """Tell whether there is nothing at a place; a pattern and object storage may be empty."""
    stated = str(root)
    return not (remote.is_remote(stated) or Path(root).exists() or glob.has_magic(stated))


def files(roots: Iterable[str | Path]) -> Iterator[File]:
    """Yield the files of some folders, files, patterns and addresses, each once.

    Hidden files and folders are passed over, and links to folders are not followed.

    Raises:
        OSError: Object storage refuses.
    """
    seen: set[str] = set()
    for root in roots:
        for file in _remote(str(root)) if remote.is_remote(str(root)) else _local(root):
            if file.path not in seen and file.ending in ENDINGS:
                seen.add(file.path)
                yield file


def _remote(address: str) -> Iterator[File]:
    for path, size, mtime_ns in remote.objects(address):
        yield File(path=path, size=size, mtime_ns=mtime_ns)


def _local(root: str | Path) -> Iterator[File]:
    for path in _paths(root):
        try:
            status = path.stat()
        except OSError:  # it was taken away meanwhile
            continue
        yield File(path=str(path.absolute()), size=status.st_size, mtime_ns=status.st_mtime_ns)


def _paths(root: str | Path) -> Iterator[Path]:
    place = Path(root)
    if not place.exists():
        for found in sorted(glob.iglob(str(root), recursive=True)):  # noqa: PTH207  (a pattern of any root)
            yield from _paths(found)
    elif place.is_file():
        yield place
    else:
        for folder, folders, names in os.walk(place):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield Path(folder, name)


def read(file: File, before: str | None) -> tuple[str, Iterable[Document] | None]:
    """Return a file's digest and its documents: one, or one for each row of a table.

    Args:
        file: The file.
        before: Its digest when it was read last; equal bytes give None for the documents.

    Raises:
        UnreadableError: It is too large, empty, no text, nested beyond reason, or not given.
            A table may say so while its rows are read.
    """
    try:
        if file.ending in rowfiles.ENDINGS:
            sha256, encoding = rowfiles.digest(file.open)
            return sha256, None if sha256 == before else _rows(file, encoding)
        if file.size > MAX_FILE_BYTES:
            raise UnreadableError(
                f"it has {file.size:,} bytes and at most {MAX_FILE_BYTES:,} are read"
            )
        with file.open() as source:
            data = source.read()
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror or error}") from error
    sha256 = hashlib.sha256(data).hexdigest()
    return sha256, None if sha256 == before else [_document(file, data, sha256)]


def _rows(file: File, encoding: str) -> Iterator[Document]:
    count = 0
    try:
        for document in rowfiles.read_rows_of(file.open, encoding, file.ending, url=file.url):
            count += 1
            yield document
    except rowfiles.BadRowsError as error:
        raise UnreadableError(str(error)) from error
    if not count:
        raise UnreadableError("it holds no rows")


def _document(file: File, data: bytes, sha256: str) -> Document:
    url, ending = file.url, file.ending
    name = Path(unquote(urlsplit(url).path)).stem.replace("-", " ").replace("_", " ")
    text = "" if ending in PDF_ENDINGS else decode(data)
    try:
        if ending in PDF_ENDINGS:
            found = read_pdf(data, url=url, name=name, sha256=sha256)
        elif ending in HTML_ENDINGS:
            found = read_html(text, url=url, sha256=sha256)
        elif ending in MARKDOWN_ENDINGS:
            found = read_markdown(text, url=url, name=name, sha256=sha256)
        else:
            found = read_text(text, url=url, name=name, sha256=sha256)
    except (TooDeepError, BadPdfError) as error:
        raise UnreadableError(str(error)) from error
    if not found.segments:
        raise UnreadableError("it holds no text")
    return found


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
