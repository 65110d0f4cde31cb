"""The SQLite file: opened once, by one server, at a known version."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from enrich.errors import ConfigError
from enrich.server.store.sql import SCHEMA, migration

VERSION: Final = 5
BUSY_TIMEOUT_S: Final = 30.0


class Database:
    """The file with its connections.

    Raises:
        ConfigError: The file is no database of ours, a newer one, or another
            server's at this moment.
    """

    def __init__(self, path: Path | None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="enrich-") if path is None else None
        self.path = Path(self._folder.name) / "runs.db" if self._folder else Path(path or "")
        self._open: list[sqlite3.Connection] = []
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._take_lock()
            self.writer = self.connect()
            self._create()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise ConfigError(
                f"{self.path} cannot be used as the server's database: {error}"
            ) from error
        except ConfigError:
            self.close()
            raise

    def connect(self) -> sqlite3.Connection:
        """Open one more connection; any one thread may use it at a time."""
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        self._open.append(connection)
        # A row with its metadata is a few hundred bytes: larger pages make shallower trees.
        connection.execute("PRAGMA page_size = 8192")
        # Readers go on while the writer writes. NORMAL is safe against a killed
        # process; what must outlive a power cut asks for FULL (see Writer).
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -16000")
        return connection

    def close(self) -> None:
        """Close every connection and give the file free."""
        for connection in reversed(self._open):
            with suppress(sqlite3.Error):
                connection.close()
        self._open.clear()
        if self._folder is not None:
            self._folder.cleanup()

    def _take_lock(self) -> sqlite3.Connection:
        """Keep other servers off: two would answer every run twice.

        A lock of SQLite on a file beside ours is the portable one that goes with
        its holder, also when the holder is killed.
        """
        lock = sqlite3.connect(
            f"{self.path}.lock", timeout=0.0, isolation_level=None, check_same_thread=False
        )
        self._open.append(lock)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise ConfigError(
                f"{self.path} is in use by another server; stop that one or name another file"
            ) from error
        return lock

    def _create(self) -> None:
        (version,) = self.writer.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise ConfigError(
                f"{self.path} was written by a newer version of this program "
                f"(schema {version}, known here: {VERSION}); upgrade, or name another file"
            )
        if version == VERSION:
            return
        steps = [SCHEMA] if version == 0 else map(migration, range(version + 1, VERSION + 1))
        script = "\n".join(steps)
        self.writer.executescript(f"BEGIN; {script} PRAGMA user_version = {VERSION}; COMMIT;")
