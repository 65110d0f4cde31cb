"""Folders of documents, here or in object storage: which files are there, and what each holds.

Nothing that a file holds can stop the others from being read: what cannot be
read is passed over with a reason. A file is read whole and is at most ``MAX_FILE_BYTES``
long; a table is read row by row and may be as long as it likes.
"""

from __future__ import annotations

import glob
import hashlib
import logging
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote, urlsplit

from enrich.research import encodings, remote, rowfiles, tablerows
from enrich.research.html import TooDeepError, read_html
from enrich.research.pdf import BadPdfError, read_pdf
from enrich.research.places import exists
from enrich.research.plaintext import read_markdown, read_text
from enrich.research.question import ColumnError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from enrich.research.documents import Document
    from enrich.research.rowfiles import Columns

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
_SHOWN_COLUMNS: Final = 20
HTML_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml"})
MARKDOWN_ENDINGS: Final = frozenset({".md", ".markdown"})
TEXT_ENDINGS: Final = frozenset({".txt", ".text"})
PDF_ENDINGS: Final = frozenset({".pdf"})
ENDINGS: Final = HTML_ENDINGS | MARKDOWN_ENDINGS | TEXT_ENDINGS | PDF_ENDINGS | rowfiles.ENDINGS

log = logging.getLogger(__name__)


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
    def key(self) -> str:
        """Its path as text, of whatever bytes it is made."""
        return shown(self.path)

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
    """A file gives no document, or not all that it holds; says why.

    Attributes:
        in_part: Whether what it gave before is good.
        for_now: Whether the same bytes may be read another time.
    """

    def __init__(self, reason: str, *, in_part: bool = False, for_now: bool = False) -> None:
        super().__init__(reason)
        self.in_part = in_part
        self.for_now = for_now


def stated(roots: Iterable[str | Path]) -> str:
    """Return some folders, files, patterns and addresses as one text, the same for the same places."""
    places = (str(r) if remote.is_remote(str(r)) else shown(str(Path(r).absolute())) for r in roots)
    return "\n".join(sorted(set(places)))


def files(
    roots: Iterable[str | Path], unlisted: Callable[[str, str], None] = lambda *_: None
) -> Iterator[File]:
    """Yield the files of some folders, files, patterns and addresses, each once.

    Hidden files and folders are passed over, links to folders are not followed, and what is
    no file (a pipe, a device) is none.

    Args:
        roots: Where they are.
        unlisted: Is told the path of each folder that cannot be looked into, and why.

    Raises:
        OSError: Object storage refuses.
    """
    seen: set[str] = set()
    for root in roots:
        found = _remote(str(root)) if remote.is_remote(str(root)) else _local(root, unlisted)
        for file in found:
            if file.path not in seen and file.ending in ENDINGS:
                seen.add(file.path)
                yield file


def _remote(address: str) -> Iterator[File]:
    for path, size, mtime_ns in remote.objects(address):
        yield File(path=path, size=size, mtime_ns=mtime_ns)


def _local(root: str | Path, unlisted: Callable[[str, str], None]) -> Iterator[File]:
    for path in _paths(root, unlisted):
        try:
            status = path.stat()
        except OSError:  # it was taken away meanwhile, or is a link to nowhere
            continue
        if stat.S_ISREG(status.st_mode):
            yield File(path=str(path.absolute()), size=status.st_size, mtime_ns=status.st_mtime_ns)


def _paths(root: str | Path, unlisted: Callable[[str, str], None]) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        unlisted(shown(str(error.filename)), f"it cannot be looked into: {error.strerror or error}")

    place = Path(root)
    if not exists(place):
        for found in sorted(glob.iglob(_pattern(place), recursive=True)):  # noqa: PTH207  (a pattern of any root)
            yield from _paths(found, unlisted)
    elif not place.is_dir():
        yield place
    else:
        for folder, folders, names in os.walk(place, onerror=refused):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield Path(folder, name)


def _pattern(place: Path) -> str:
    """Take folders that are there, such as ``reports[2024]``, by their names, and only what follows as a pattern."""
    there = next(folder for folder in place.parents if exists(folder) or folder == folder.parent)
    return os.path.join(glob.escape(str(there)), str(place.relative_to(there)))  # noqa: PTH118


def shown(path: str) -> str:
    """Return a path as text that can be kept and printed: bytes that are no UTF-8 are spelled out."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def check_columns(roots: Iterable[str | Path], columns: Columns) -> None:
    """Look whether each column that is named is one of some table.

    Args:
        roots: Where the documents are.
        columns: The columns that are named.

    Raises:
        ColumnError: One is not.
        OSError: Object storage refuses.
    """
    missing = {name: use for use, name in columns.each()}
    example = ""
    for file in files(roots) if missing else ():
        if file.ending in rowfiles.ENDINGS:
            there = _columns(file)
            table = file.key.rpartition("/")[2]
            example = example or (there and f"; {table} has: {', '.join(there[:_SHOWN_COLUMNS])}") or ""  # fmt: skip
            missing = {name: use for name, use in missing.items() if name not in there}
        if not missing:
            return
    for name, use in missing.items():
        raise ColumnError(f"no table of the documents has a column {name!r}{example}", use)


def _columns(file: File) -> list[str]:
    try:
        return rowfiles.columns_of(file.open, file.ending)
    except OSError:  # it is passed over with its reason when it is read
        return []


def read(
    file: File, before: str | None, columns: Columns = rowfiles.NO_COLUMNS
) -> tuple[str, Iterable[Document] | None]:
    """Return a file's digest and its documents: one, or one for each row of a table.

    Args:
        file: The file.
        before: Its digest when it was read last; equal bytes give None for the documents.
        columns: What a table's columns hold, as far as it is named.

    Raises:
        UnreadableError: It is too large, empty, no text, nested beyond reason, or not given.
            A table may say so while its rows are read.
    """
    try:
        if file.ending in rowfiles.ENDINGS:
            sha256, encoding = rowfiles.digest(file.open)
            return sha256, None if sha256 == before else _rows(file, encoding, columns)
        data = b""
        if file.size <= MAX_FILE_BYTES:
            with file.open() as source:
                data = source.read(MAX_FILE_BYTES + 1)  # it may have grown meanwhile
    except OSError as error:
        raise _not_given(error) from error
    if (size := max(file.size, len(data))) > MAX_FILE_BYTES:
        raise UnreadableError(f"it has {size:,} bytes and at most {MAX_FILE_BYTES:,} are read")
    sha256 = hashlib.sha256(data).hexdigest()
    return sha256, None if sha256 == before else [_document(file, data, sha256)]


def _not_given(error: OSError) -> UnreadableError:
    return UnreadableError(f"it cannot be read: {error.strerror or error}", for_now=True)


def _rows(file: File, encoding: str, columns: Columns) -> Iterator[Document]:
    count = 0
    rows = rowfiles.read_rows_of(file.open, encoding, file.ending, url=file.url, columns=columns)
    while True:
        try:
            document = next(rows, None)
        except tablerows.BadRowsError as error:
            some = isinstance(error, tablerows.SomeBadRowsError)
            raise UnreadableError(str(error), in_part=some and count > 0) from error
        except OSError as error:
            raise _not_given(error) from error
        except Exception as error:
            raise _unforeseen(file, error) from error
        if document is None:
            break
        count += 1
        yield document
    if not count:
        raise UnreadableError("it holds no rows")


def _document(file: File, data: bytes, sha256: str) -> Document:
    url, ending = file.url, file.ending
    name = Path(unquote(urlsplit(url).path)).stem.replace("-", " ").replace("_", " ")
    try:
        if ending in PDF_ENDINGS:
            found = read_pdf(data, url=url, name=name, sha256=sha256)
        elif ending in HTML_ENDINGS:
            text = encodings.decode(data, encodings.stated_in(data))
            found = read_html(text, url=url, sha256=sha256)
        else:
            read_marked = read_markdown if ending in MARKDOWN_ENDINGS else read_text
            found = read_marked(encodings.decode(data), url=url, name=name, sha256=sha256)
    except (TooDeepError, BadPdfError, encodings.NoTextError) as error:
        raise UnreadableError(str(error)) from error
    except Exception as error:
        raise _unforeseen(file, error) from error
    if not found.segments:
        raise UnreadableError("it holds no text")
    return found


def _unforeseen(file: File, error: Exception) -> UnreadableError:
    """Pass over a file that its reader breaks on: the others are to be read all the same."""
    log.debug("%s cannot be read", file.key, exc_info=error)
    return UnreadableError(f"its reader fails on it ({type(error).__name__})")
