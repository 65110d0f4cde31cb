"""What was fetched, kept on disk: each address with its answer, so that it can be revalidated."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from enrich.research.indexfile import OtherVersionError, is_damaged

VERSION: Final = 1
MAX_CACHE_BYTES: Final = 1 << 30
_PRUNE_EVERY: Final = 100

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS answers (
  url TEXT PRIMARY KEY, fetched_at REAL NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (fetched_at);
"""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an address answered.

    Attributes:
        status: The HTTP status; 0 where there was no answer.
        reason: Why there is no page; empty where there is one.
        location: Where a redirect leads.
        media_type: Without parameters, in lower case.
        charset: As the header has it.
        etag: For revalidation.
        modified: ``Last-Modified`` as it came.
        fetched_at: When it was fetched or last confirmed, in seconds since 1970.
        body: What was read, decompressed.
    """

    status: int
    reason: str = ""
    location: str = ""
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""
    fetched_at: float = 0.0
    body: bytes = b""


_head: Final = msgspec.msgpack.Decoder(Answer)


class Cache:
    """Answers by address; the oldest go when there are too many. Thread-safe.

    Args:
        path: The SQLite file; made anew if it is of another version or damaged.
        max_bytes: Bytes of bodies that are kept.

    Raises:
        OSError: Its folder cannot be made.
        sqlite3.Error: It cannot be opened.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_CACHE_BYTES) -> None:
        self._lock = threading.Lock()
        self._max_bytes = max_bytes
        self._kept = 0
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = _opened(path)
        except OtherVersionError:
            self._db = _anew(path)
        except sqlite3.DatabaseError as error:
            if not is_damaged(error):
                raise
            self._db = _anew(path)

    def get(self, url: str) -> Answer | None:
        """Return what an address answered, however long ago."""
        try:
            with self._lock:
                row = self._db.execute(
                    "SELECT fetched_at, head, body FROM answers WHERE url = ?", (url,)
                ).fetchone()
            if row is None:
                return None
            head = _head.decode(row[1])
            return msgspec.structs.replace(head, fetched_at=row[0], body=zlib.decompress(row[2]))
        except (sqlite3.Error, msgspec.DecodeError, zlib.error, UnicodeError) as error:
            # It is fetched again, as if it had never been.
            if isinstance(error, sqlite3.Error) and is_damaged(error):
                self._renew()
            return None

    def put(self, url: str, answer: Answer) -> None:
        """Keep an answer."""
        head = msgspec.msgpack.encode(msgspec.structs.replace(answer, body=b""))
        row = (url, answer.fetched_at, head, zlib.compress(answer.body, 1))
        # A full disk costs a fetch the next time, and nothing else.
        with self._lock, suppress(sqlite3.Error, UnicodeError):
            self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)
            self._kept += 1
            if self._kept % _PRUNE_EVERY == 0:
                self._prune()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _renew(self) -> None:
        with self._lock, suppress(sqlite3.Error, OSError):
            self._db.close()
            self._db = _anew(self._path)

    def _prune(self) -> None:
        self._db.execute(
            "DELETE FROM answers WHERE url IN (SELECT url FROM (SELECT url, sum(length(body) + length(head))"
            " OVER (ORDER BY fetched_at DESC, url) AS total FROM answers) WHERE total > ?)",
            (self._max_bytes,),
        )


def _anew(path: Path) -> sqlite3.Connection:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if version != VERSION and tables:
            raise OtherVersionError  # noqa: TRY301
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(_SCHEMA)
        db.execute(f"PRAGMA user_version = {VERSION}")
    except (sqlite3.Error, OtherVersionError):
        db.close()
        raise
    return db
