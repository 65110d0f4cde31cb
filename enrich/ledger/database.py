"""The ledger's SQLite file: opening it, its migrations, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
import struct
import sys
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from enrich.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID: Final = 0x454E5243
"""``ENRC``: what says in the file's header that it is a ledger."""

CACHE_KIB: Final = 24 * 1024
"""Fingerprints are random, so the index is read all over; what does not fit here is in the
operating system's cache, and memory stays small."""

PAGE_BYTES: Final = 8192
"""Of a new file: rows grow as they are settled, and larger pages are split less often."""

CHECKPOINT_BYTES: Final = 32 * 1024 * 1024
"""A page is written at planning, claiming, accepting and settling: the longer the write-ahead
log may grow, the fewer times it is copied into the file."""

BUSY_TIMEOUT_S: Final = 30.0
"""Only a checkpoint of another reader can make a writer wait here."""

if sys.platform == "darwin":
    import fcntl

_first_eight: Final = struct.Struct(">q").unpack_from


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a ledger's file, making or migrating it when it may be written.

    Raises:
        LedgerError: The file is something else, of a newer version, or unreadable.
    """
    with explained(path):
        if not read_only:
            # Made here, so that nobody else may read it; SQLite gives its side files the same mode.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _identify(connection, path, read_only=read_only)
            if not read_only:
                connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")  # ``sync_to_disk`` does more
                connection.execute("PRAGMA fullfsync = ON")
                connection.create_function("fingerprint_key", 1, key_of, deterministic=True)
                _migrate(connection)
                page = connection.execute("PRAGMA page_size").fetchone()[0]
                connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_BYTES // page}")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        except BaseException:
            connection.close()
            raise
    return connection


def sync_to_disk(descriptor: int) -> None:
    """Wait until what was written to a file is on the disk, as SQLite's ``fullfsync`` does."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def key_of(fingerprint: bytes) -> int:
    """Return what a fingerprint is found by: its first eight bytes as SQLite's integer."""
    key: int = _first_eight(fingerprint)[0]
    return key


def _migrations() -> list[str]:
    folder = files("enrich.ledger") / "migrations"
    scripts = sorted(script.name for script in folder.iterdir() if script.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in scripts]


def _identify(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    )
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if not empty and application != APPLICATION_ID:
        message = f"{path} is a database of another program. Give the job another `state:` folder."
        raise LedgerError(message)
    known = len(_migrations())
    if version > known:
        message = (
            f"{path} was written by a newer enrich (format {version}, this one knows {known}). "
            "Install that version again; the ledger stays as it is."
        )
        raise LedgerError(message)
    if read_only and 0 < version < known:
        message = (
            f"{path} was written by an older enrich (format {version}, this one has {known}). "
            "`enrich plan` brings it up to date, and buys nothing."
        )
        raise LedgerError(message)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest format in one transaction: nobody ever reads half of it."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    scripts = _migrations()
    if version < len(scripts):
        connection.executescript(
            "BEGIN IMMEDIATE;\n" + "\n".join(scripts[version:]) + "\n"
            f"PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {len(scripts)};\nCOMMIT;"
        )


def is_made(path: Path) -> bool:
    """Say whether a ledger is there and has its tables: another process may just be making it."""
    if not path.exists():
        return False
    with explained(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
        try:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.OperationalError as error:
            # Whoever was making it was killed, and a writer has to undo what is there. Tables come
            # later, with the write-ahead log.
            if error.sqlite_errorname == "SQLITE_READONLY_ROLLBACK":
                return False
            raise
        finally:
            connection.close()


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn the database's errors into sentences.

    Raises:
        LedgerError: With what to do.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LedgerError(_sentence(path, error)) from error
    except sqlite3.DatabaseError as error:
        message = (
            f"{path} is damaged ({error}). What was bought is still at the API: keep the file, "
            "take it back from a backup, or ask for help before starting with a new `state:` folder."
        )
        raise LedgerError(message) from error
    except OSError as error:
        message = f"{path} cannot be used: {error.strerror or error}."
        raise LedgerError(message) from error


def _sentence(path: Path | str, error: sqlite3.OperationalError) -> str:
    said = str(error)
    if "full" in said:
        return f"The disk of {path} is full. Nothing is lost: make room and run the same command again."
    if "locked" in said or "busy" in said:
        return f"{path} is locked by another program. Close it and run the same command again."
    if "readonly" in said or "unable to open" in said:
        return f"{path} cannot be opened for writing ({said}). Check the folder's permissions."
    return f"{path} cannot be used ({said}). Nothing is lost: mend that and run the same command again."
