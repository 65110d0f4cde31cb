"""The ledger's file in the hands of one process: opening, locking, and how a move is made."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from enrich.clock import Clock
from enrich.errors import LedgerError
from enrich.ledger.database import connect, explained, key_of, sync_to_disk
from enrich.ledger.lock import Lock, lock_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self


class LedgerFile:
    """The file, its lock and its transactions."""

    def __init__(self, path: Path, *, read_only: bool = False, clock: Clock | None = None) -> None:
        """Open a ledger; one that may be written is locked until ``close``.

        Raises:
            LedgerError: Locked, newer, damaged, or not a ledger.
        """
        self.path: Path | str = path
        self._file = path
        self._clock = clock or Clock()
        self._lock: Lock | None = None
        # On their way since an earlier command, and not asked by this one's plan.
        self._unasked: set[int] = set()
        self._planning = False
        self._uncommitted = 0
        if not read_only:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = Lock(lock_of(path))
            except OSError as error:
                message = f"{path.parent} cannot be used for the ledger: {error.strerror or error}."
                raise LedgerError(message) from error
        try:
            self._db = connect(path, read_only=read_only)
        except BaseException:
            if self._lock:
                self._lock.release()
            raise

    others_may_send_s: float = 0.0
    """How long one from whom this was taken may still bring a POST to the API."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let go of the lock."""
        with explained(self.path):
            self._db.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    def damage(self) -> str | None:
        """Return the first thing that is wrong with the file; None when it is whole."""
        with explained(self.path):
            said = self._db.execute("PRAGMA quick_check (1)").fetchone()[0]
        return None if said == "ok" else str(said)

    def version(self) -> int:
        """Return a number that is another one when another process has written."""
        with explained(self.path):
            return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def harden(self) -> None:
        """Bring all that was written before to the disk; may be called from any thread.

        Raises:
            LedgerError: The disk refuses.
        """
        # The log holds transactions in their order, so that one sync covers all before it.
        with explained(self.path):
            log = os.open(f"{self._file}-wal", os.O_RDWR)
            try:
                sync_to_disk(log)
            finally:
                os.close(log)

    @contextmanager
    def _moving(self) -> Iterator[sqlite3.Connection]:
        """Hold one write transaction; it outlives the process, and after ``harden`` the power.

        Inside of another one, such as that of ``planning``, it is part of that.
        """
        with explained(self.path):
            joined = self._db.in_transaction
            if joined:
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                # Even this can fail, when the disk is full.
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _moved(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Move requests and insist that each was where it was expected."""
        if not rows:
            return
        moved = self._db.executemany(statement, rows).rowcount
        if moved != len(rows):
            message = (
                f"{self.path} does not agree with itself: {len(rows) - moved} requests were not "
                "where they were left. Nothing was changed; please report this."
            )
            raise LedgerError(message)


def keys_of(fingerprints: Iterable[bytes]) -> str:
    """Return what some fingerprints are found by, for ``json_each``."""
    return msgspec.json.encode([key_of(each) for each in fingerprints]).decode()
