"""The corpus on disk: documents by the names of what they are about, and by their words.

SQLite with FTS5. A file is read again only when its size or time changed, and its
document written again only when its bytes did. Documents are written in
transactions of some dozens, so a process killed in the middle of a build loses
at most those, and the next one goes on. Threads each have a connection.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import sqlite3
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.research import corpus
from enrich.research.documents import Document
from enrich.research.indexfile import (
    SCHEMA,
    OtherVersionError,
    UnusableIndexError,
    held,
    is_damaged,
    is_used,
    mark_used,
    transaction,
)
from enrich.research.indexrows import EmptiedError, replaced
from enrich.research.rowfiles import ENDINGS as ROW_ENDINGS
from enrich.research.rowfiles import NO_COLUMNS, Columns
from enrich.research.weburl import host_of
from enrich.research.words import STOP, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

VERSION: Final = 13  # raise it when what is stored changes; an older index is built anew
BATCH: Final = 64
BATCH_BYTES: Final = 32 * 1024 * 1024
CACHED_DOCUMENTS: Final = 64
_NEVER: Final = -1  # no file was written then

_OF_ROWS: Final = " OR ".join(f"path LIKE '%{ending}'" for ending in sorted(ROW_ENDINGS))
_WRITTEN: Final = re.compile(r"[^\W_]+")
_document: Final = msgspec.msgpack.Decoder(Document)


@dataclass(slots=True, kw_only=True)
class Built:
    """What an update of the index did.

    Attributes:
        documents: Documents in the index now.
        read: Files that were read.
        removed: Documents whose files are gone.
        skipped: Files that give no document, or not all of theirs, with the reason, as far as
            they are there now; and folders that cannot be looked into.
    """

    documents: int = 0
    read: int = 0
    removed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)


class GoneError(KeyError):
    """A document that was found is no more: its file changed, and the index was brought up to date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that a search found.

    Attributes:
        id: Its number in the index.
        url: Its address.
        title: What it is about.
        rank: How sure it is that the document is meant; 0 is best, from ``SITE_RANK`` on it is
            a page of a site of that name, from ``INITIALS_RANK`` on only initials fit.
    """

    id: int
    url: str
    title: str
    rank: int


class Index:
    """The index over a corpus.

    Args:
        path: The SQLite file; made if it is not there, made anew if it is of another
            version or cannot be read.
        is_kept: Another process made it and brings it up to date; it is only read here.

    Raises:
        UnusableIndexError: It cannot be made.
    """

    def __init__(self, path: Path, *, is_kept: bool = False) -> None:
        self._path = path
        self._is_kept = is_kept
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._used: sqlite3.Connection | None = None
        with self._told(sqlite3.Error, OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if not is_kept:
                with self._building():
                    self._open()
            else:
                self._mark()
        self.load = lru_cache(maxsize=CACHED_DOCUMENTS)(self._load)

    def update(
        self, roots: Sequence[str | Path], columns: Columns = NO_COLUMNS, *, spare: bool = False
    ) -> Built:
        """Bring the index in line with the files under some folders; a damaged one is made anew.

        Args:
            roots: Folders, files, patterns and addresses.
            columns: What the columns of tables hold, as far as it is named; where others were
                named before, tables are read anew.
            spare: Where no file is left, keep the documents as they were.

        Raises:
            ColumnError: No table has one of the columns.
            EmptiedError: No file is left, and the documents were spared.
            StoppedError: It was broken off by :meth:`stop`.
            UnusableIndexError: It cannot be written.
            OSError: Object storage refuses.
        """
        with self._told(sqlite3.Error), self._building():
            self._unmark()
            try:
                return self._update(roots, columns, spare=spare)
            except sqlite3.DatabaseError as error:
                if not is_damaged(error):
                    raise
                self._make_anew()
                return self._update(roots, columns, spare=spare)
            finally:
                self._mark()

    def stop(self) -> None:
        """Have an update that is under way, and any later one, end before the next document."""
        self._stopping.set()

    def _update(self, roots: Sequence[str | Path], columns: Columns, *, spare: bool) -> Built:
        db, built = self._db(), Built()
        self._claim(db, roots, columns)
        known = {
            row[0]: row[1:]
            for row in db.execute("SELECT path, size, mtime_ns, sha256, skipped FROM files")
        }
        present, pending, size = set(), [], 0
        for file in corpus.files(roots, lambda *told: built.skipped.append(told)):
            present.add(file.key)
            before = known.get(file.key)
            if before and before[:2] == (file.size, file.mtime_ns):
                if before[3]:
                    built.skipped.append((file.key, before[3]))
                continue
            pending.append((file, before[2] if before else None))
            size += file.size
            if len(pending) >= BATCH or size >= BATCH_BYTES:
                self._write(db, pending, columns, built)
                pending, size = [], 0
        self._write(db, pending, columns, built)
        if spare and known and not present:
            raise EmptiedError(
                "No file of the corpus is there any more. Start anew if they are to go."
            )
        gone = [path for path in known if path not in present]
        if gone:
            with transaction(db):
                db.executemany("DELETE FROM documents WHERE path = ?", [(path,) for path in gone])
                db.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            built.removed = len(gone)
        built.documents = int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
        self.load.cache_clear()
        return built

    def _claim(self, db: sqlite3.Connection, roots: Sequence[str | Path], columns: Columns) -> None:
        """Make the index one over some folders and columns, unless somebody answers from others with it."""
        now = corpus.stated(roots), msgspec.json.encode(columns).decode()
        before = db.execute("SELECT roots, columns FROM corpus").fetchone()
        if before == now:
            return
        corpus.check_columns(roots, columns)
        if before is not None and is_used(self._path):
            raise UnusableIndexError(
                f"{self._path}: another process answers from other documents with it;"
                " end that one, or name another folder"
            )
        with transaction(db):
            if before is not None and before[1] != now[1]:
                for table in ("documents", "files"):
                    db.execute(f"DELETE FROM {table} WHERE {_OF_ROWS}")
            db.execute("DELETE FROM corpus")
            db.execute("INSERT INTO corpus VALUES (?, ?)", now)

    def _mark(self) -> None:
        with contextlib.suppress(
            sqlite3.Error
        ):  # one that is only read may lie where nothing is written
            self._used = mark_used(self._path)

    def _unmark(self) -> None:
        if self._used is not None:
            self._used.close()
            self._used = None

    def named(self, keys: Iterable[str]) -> dict[str, list[Hit]]:
        """Return the documents that are about any of some names, by name.

        Args:
            keys: Names as ``name_key`` gives them.
        """
        keys = list(dict.fromkeys(key for key in keys if key))
        found: dict[str, list[Hit]] = {}
        for at in range(0, len(keys), 500):
            part = keys[at : at + 500]
            marks = ",".join("?" * len(part))
            for key, rank, number, url, title in self._db().execute(
                f"SELECT key, rank, id, url, title FROM names JOIN documents ON document = id WHERE key IN ({marks})"
                " ORDER BY rank, id",
                part,
            ):
                found.setdefault(key, []).append(Hit(id=number, url=url, title=title, rank=rank))
        return found

    def listing(self, keys: Iterable[str], *, limit: int) -> dict[str, list[Hit]]:
        """Return the documents in which a row of a table has any of some names, by name.

        Args:
            keys: Names as ``name_key`` gives them.
            limit: How many of each name at most.
        """
        found: dict[str, list[Hit]] = {}
        for key in dict.fromkeys(key for key in keys if key):
            hits = self._db().execute(
                "SELECT id, url, title FROM rows JOIN documents ON document = id WHERE key = ? ORDER BY id LIMIT ?",
                (key, limit),
            )
            for place, (number, url, title) in enumerate(hits):
                found.setdefault(key, []).append(Hit(id=number, url=url, title=title, rank=place))
        return found

    def mentioning(self, phrase: str, *, limit: int) -> list[Hit]:
        """Return the documents that hold a phrase, best first (BM25, the title counting tenfold)."""
        found = words(phrase)
        if not found:
            return []
        # The index folds accents, but not all letters that `words` does: the Polish l with a stroke.
        spelled = dict.fromkeys((" ".join(found), " ".join(_WRITTEN.findall(phrase.casefold()))))
        return self._search(" OR ".join(f'"{words}"' for words in spelled if words), limit)

    def about(self, text: str, *, limit: int) -> list[Hit]:
        """Return the documents that hold most of a text's words, best first."""
        found = [word for word in dict.fromkeys(words(text)) if word not in STOP][:24]
        return self._search(" OR ".join(f'"{word}"' for word in found), limit) if found else []

    def rows_stating(self, phrase: str, *, limit: int) -> list[Hit]:
        """Return the rows of files of rows that hold a phrase, best first."""
        found = words(phrase)
        return self._search(f'"{" ".join(found)}"', limit, rows=True) if found else []

    def at_url(self, url: str) -> list[Hit]:
        """Return the documents at a web address, however it begins and whether or not it ends in a slash."""
        bare = re.sub(r"^https?://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/")
        urls = [
            f"{start}{bare}{end}"
            for start in ("https://", "http://", "https://www.", "http://www.")
            for end in ("", "/")
        ]
        marks = ",".join("?" * len(urls))
        rows = self._db().execute(
            f"SELECT id, url, title FROM documents WHERE url IN ({marks}) ORDER BY id", urls
        )
        return [
            Hit(id=row[0], url=row[1], title=row[2], rank=place) for place, row in enumerate(rows)
        ]

    def at_host(self, host: str, *, limit: int = 8) -> list[Hit]:
        """Return the documents at a web host or under it, the shortest addresses first."""
        escaped = host.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._db().execute(
            "SELECT id, url, title FROM documents WHERE url LIKE ? ESCAPE '\\' ORDER BY length(url), id",
            (f"http%://%{escaped}%",),
        )
        # Archives and directories have other hosts in their paths.
        there = (row for row in rows if f".{host_of(row[1])}".endswith(f".{host}"))
        return [
            Hit(id=row[0], url=row[1], title=row[2], rank=place)
            for place, row in enumerate(itertools.islice(there, limit))
        ]

    def size(self) -> int:
        """Return the number of documents."""
        return int(self._db().execute("SELECT count(*) FROM documents").fetchone()[0])

    def skipped(self) -> list[tuple[str, str]]:
        """Return the files that give no document, or not all of theirs, with the reason."""
        rows = self._db().execute("SELECT path, skipped FROM files WHERE skipped IS NOT NULL")
        return [(row[0], row[1]) for row in rows]

    def close(self) -> None:
        """Close every thread's connection."""
        self._unmark()
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()

    def _search(self, query: str, limit: int, *, rows: bool = False) -> list[Hit]:
        of_rows = f" AND ({_OF_ROWS})" if rows else ""
        found = self._db().execute(
            "SELECT id, url, documents.title FROM pages JOIN documents ON id = pages.rowid WHERE pages MATCH ?"
            f"{of_rows} ORDER BY bm25(pages, 10.0, 1.0), id LIMIT ?",
            (query, limit),
        )
        return [
            Hit(id=row[0], url=row[1], title=row[2], rank=place) for place, row in enumerate(found)
        ]

    def _load(self, number: int) -> Document:
        row = self._db().execute("SELECT packed FROM documents WHERE id = ?", (number,)).fetchone()
        if row is None:  # its file was taken away and the index updated since it was found
            raise GoneError(number)
        return _document.decode(row[0])

    def _write(
        self,
        db: sqlite3.Connection,
        pending: list[tuple[corpus.File, str | None]],
        columns: Columns,
        built: Built,
    ) -> None:
        if not pending:
            return
        with transaction(db):
            for file, before in pending:
                built.read += 1
                sha256, failed = replaced(db, file, before, columns, self._stopping)
                skipped = None if failed is None else str(failed)
                if skipped is not None:
                    built.skipped.append((file.key, skipped))
                # What could not be opened is looked at again, though nothing of it changed.
                mtime_ns = _NEVER if failed is not None and failed.for_now else file.mtime_ns
                db.execute(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                    (file.key, file.size, mtime_ns, sha256, skipped),
                )

    @contextlib.contextmanager
    def _building(self) -> Iterator[None]:
        """Keep other processes from building meanwhile: each would number the documents anew.

        A lock of SQLite on a file beside ours goes with its holder, also when the holder is killed.
        """
        place = f"{self._path}.lock"
        with contextlib.closing(held(place)):
            yield

    @contextlib.contextmanager
    def _told(self, *errors: type[Exception]) -> Iterator[None]:
        """Say which file it is that fails."""
        try:
            yield
        except errors as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise UnusableIndexError(f"{self._path}: {reason or error}") from error

    def condemn(self) -> None:
        """Have the index made anew when it is opened the next time: it is damaged."""
        with contextlib.suppress(OSError):
            self._condemned.touch()

    @property
    def _condemned(self) -> Path:
        return Path(f"{self._path}.damaged")

    def _open(self) -> None:
        if self._condemned.exists():
            self._remove()
        try:
            self._prepare()
        except OtherVersionError:
            self._make_anew()
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            self._make_anew()

    def _make_anew(self) -> None:
        self.close()
        self._remove()
        self._prepare()

    def _prepare(self) -> None:
        db = self._db()
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version != VERSION and tables:
            raise OtherVersionError
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)
        db.execute(f"PRAGMA user_version = {VERSION}")

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm", ".damaged"):
            Path(f"{self._path}{ending}").unlink(missing_ok=True)

    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # Another process may be building; a batch takes well under these seconds.
            connection = sqlite3.connect(
                self._path, timeout=60, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA synchronous = NORMAL")
            if self._is_kept:
                connection.execute("PRAGMA query_only = ON")
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection
