"""The file that the index is: its tables, its lock, and what is wrong with it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILD_TIMEOUT_S: Final = 3_600.0  # another process builds; a large corpus takes its time
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, skipped TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS corpus (roots TEXT NOT NULL, columns TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  packed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_by_path ON documents (path);
CREATE TABLE IF NOT EXISTS names (key TEXT NOT NULL, rank INTEGER NOT NULL, document INTEGER NOT NULL,
  PRIMARY KEY (key, document)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS names_by_document ON names (document);
CREATE TABLE IF NOT EXISTS rows (key TEXT NOT NULL, document INTEGER NOT NULL,
  PRIMARY KEY (key, document)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_by_document ON rows (document);
CREATE VIRTUAL TABLE IF NOT EXISTS pages USING fts5 (
  title, body, content='documents', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER IF NOT EXISTS documents_in AFTER INSERT ON documents BEGIN
  INSERT INTO pages (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER IF NOT EXISTS documents_out AFTER DELETE ON documents BEGIN
  INSERT INTO pages (pages, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  DELETE FROM names WHERE document = old.id;
  DELETE FROM rows WHERE document = old.id;
END;
"""


class OtherVersionError(Exception):
    """The file is of another version."""


class UnusableIndexError(Exception):
    """The index cannot be opened, read or written; says why."""


def is_damaged(error: sqlite3.Error) -> bool:
    """Tell whether what SQLite complains of is the file's content."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def held(place: str) -> sqlite3.Connection:
    """Return the lock that a file is, held. Whatever else lies in its place is nobody's lock."""
    lock = sqlite3.connect(place, timeout=BUILD_TIMEOUT_S, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        lock.close()
        if not is_damaged(error):
            raise
        Path(place).unlink(missing_ok=True)
        return held(place)
    return lock


def mark_used(index: Path) -> sqlite3.Connection:
    """Return a mark that somebody answers from an index; it goes with its connection, also when that is killed."""
    mark = sqlite3.connect(_mark(index), isolation_level=None, check_same_thread=False)
    try:
        mark.execute("BEGIN")
        mark.execute("SELECT count(*) FROM sqlite_master").fetchone()  # holds a shared lock
    except sqlite3.Error:
        mark.close()
        raise
    return mark


def is_used(index: Path) -> bool:
    """Tell whether anybody answers from an index."""
    with contextlib.closing(sqlite3.connect(_mark(index), timeout=0, isolation_level=None)) as mark:
        try:
            mark.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        mark.execute("ROLLBACK")
    return False


def _mark(index: Path) -> str:
    return f"{index}.used"


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Do all of it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk ended it already
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
