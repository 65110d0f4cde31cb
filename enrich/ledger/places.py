"""Where the ledgers of a state lie: files in a folder, or journals in shared storage."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from enrich.ledger.database import is_made
from enrich.ledger.ledger import Ledger
from enrich.ledger.lock import holder_of, lock_of, turn
from enrich.ledger.objects import Objects
from enrich.ledger.presence import SILENT_S, Note, Presence
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from enrich.records import WHOLE, Shard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

_NAMED: Final = re.compile(r"(\d+)-of-(\d+)")


class Places(Protocol):
    """The ledgers of one API in one state: one for all requests, or one for each shard."""

    def name(self, shard: Shard) -> str:
        """Return where a shard's ledger is, for messages."""
        ...

    def shards(self) -> list[Shard]:
        """Return the shards whose ledgers are there, those of former numbers of shards too."""
        ...

    def open(self, shard: Shard, *, read_only: bool) -> Ledger:
        """Open a ledger.

        Raises:
            LedgerError: It is somebody else's now, damaged or newer.
        """
        ...

    def holder(self, shard: Shard) -> str | None:
        """Return who is at work on a ledger, in words; None when nobody is."""
        ...

    def is_at_work(self, shard: Shard) -> bool:
        """Say the same at once, as far as it is known yet."""
        ...

    def last(self, there: Sequence[Shard]) -> Shard:
        """Return the shard whose ledger was last at work."""
        ...

    def turn_to_publish(self) -> AbstractContextManager[object]:
        """Keep another shard that sees the end at the same time from writing the same files."""
        ...


class FolderPlaces:
    """Ledgers as files in a folder."""

    def __init__(self, folder: Path, api: str) -> None:
        self._folder = folder
        self._api = api

    def name(self, shard: Shard) -> str:
        """Return where a shard's ledger is, for messages."""
        return str(self._path(shard))

    def _path(self, shard: Shard) -> Path:
        if shard.whole:
            return self._folder / f"{self._api}.db"
        return self._folder / self._api / f"{shard.index}-of-{shard.of}.db"

    def shards(self) -> list[Shard]:
        """Return the shards whose ledgers are there, those of former numbers of shards too."""
        found = [WHOLE] if is_made(self._path(WHOLE)) else []
        for path in sorted((self._folder / self._api).glob("*-of-*.db")):
            named = _NAMED.fullmatch(path.stem)
            if named and is_made(path):
                found.append(Shard(int(named[1]), int(named[2])))
        return found

    def open(self, shard: Shard, *, read_only: bool) -> Ledger:
        """Open a ledger."""
        return Ledger(self._path(shard), read_only=read_only)

    def holder(self, shard: Shard) -> str | None:
        """Return who is at work on a ledger, in words; None when nobody is."""
        return holder_of(lock_of(self._path(shard)))

    def is_at_work(self, shard: Shard) -> bool:
        """Say the same at once, as far as it is known yet."""
        return self.holder(shard) is not None

    def last(self, there: Sequence[Shard]) -> Shard:
        """Return the shard whose ledger was last at work."""

        def at_work(shard: Shard) -> float:
            path = self._path(shard)
            lock = lock_of(path)  # taken and let go of with each command
            return (lock if lock.exists() else path).stat().st_mtime

        return max(there, key=at_work)

    def turn_to_publish(self) -> AbstractContextManager[object]:
        """Keep another shard that sees the end at the same time from writing the same files."""
        return turn(self._folder / self._api / "publish.lock")


class SharedPlaces:
    """Ledgers as journals below an address."""

    def __init__(self, url: str, api: str) -> None:
        self._objects = Objects(f"{url.rstrip('/')}/{api}")
        self._seen: dict[Shard, tuple[Note | None, float]] = {}

    def name(self, shard: Shard) -> str:
        """Return where a shard's ledger is, for messages."""
        return self._objects.place(_folder(shard))

    def shards(self) -> list[Shard]:
        """Return the shards whose ledgers are there, those of former numbers of shards too."""
        found = []
        for folder in self._objects.folders():
            if folder.rstrip("/") == "journal":
                found.append(WHOLE)
            elif named := _NAMED.fullmatch(folder.rstrip("/")):
                found.append(Shard(int(named[1]), int(named[2])))
        return found

    def open(self, shard: Shard, *, read_only: bool) -> Ledger:
        """Open a ledger."""
        if read_only:
            return Replica(self._objects, _folder(shard))
        self._objects.probe()
        return SharedLedger(self._objects, _folder(shard))

    def holder(self, shard: Shard) -> str | None:
        """Return who is at work on a ledger, in words; None when nobody is."""
        return Presence(self._objects, _folder(shard)).holder()

    def is_at_work(self, shard: Shard) -> bool:
        """Say the same at once, as far as it is known yet."""
        note, now = Presence(self._objects, _folder(shard)).note(), time.monotonic()
        seen, since = self._seen.get(shard, (None, now))
        if note != seen:
            since = now
        self._seen[shard] = (note, since)
        return note is not None and now - since < SILENT_S

    def last(self, there: Sequence[Shard]) -> Shard:
        """Return the shard whose ledger was last at work."""
        return max(there, key=lambda shard: self._objects.changed_at(_journal(shard)))

    @contextmanager
    def turn_to_publish(self) -> Iterator[None]:
        """Keep another shard that sees the end at the same time from writing the same files."""
        turns = Presence(self._objects, "publishing")
        turns.hold(wait=True)
        try:
            yield
        finally:
            turns.release()


def _folder(shard: Shard) -> str:
    return "" if shard.whole else f"{shard.index}-of-{shard.of}"


def _journal(shard: Shard) -> str:
    return f"{_folder(shard)}/journal".lstrip("/")
