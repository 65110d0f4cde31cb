"""A ledger's journal in shared storage: numbered records, each made once and never changed.

Who finds the number of its next record taken has lost the ledger to another process: that
is what keeps two of them from buying the same request. A note says who is at work, and
is renewed; it is a courtesy, which keeps a second command from taking a ledger away from
a first one that lives.
"""

from __future__ import annotations

import gzip
import io
import os
import socket
import threading
import time
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.errors import LedgerError
from enrich.ledger.lock import Holder, told
from enrich.records import JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.ledger.objects import Objects

FORMAT: Final = 1
RENEWED_S: Final = 10.0
"""How often the note of who is at work is renewed."""
SILENT_S: Final = 30.0
"""Whose note was not renewed for so long is taken for dead."""
READERS: Final = 16
"""Records read at once: each is a request to the storage."""
_PARQUET: Final = b"PAR1"
_GZIP: Final = b"\x1f\x8b"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Who is at work on a ledger; each renewal has another beat."""

    worker: str
    holder: Holder
    beat: int


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a ledger.

    Attributes:
        do: What is done: the name of a method of ``SharedLedger`` that replays it.
        at: Wall time.
        by: The worker that wrote it, so that no two workers' records are equal.
        what: The rest.
        format: Of the journal.
    """

    do: str
    at: float
    by: str
    what: JsonObject
    format: int = FORMAT


_note: Final = msgspec.json.Decoder(Note)
_record: Final = msgspec.json.Decoder(Record)


class Journal:
    """The records below one address.

    Attributes:
        place: Where it is, for messages.
        head: The number of the last record that was read or written.
        taken_from: Who died at work before this worker, as far as that is known; None where
            the last one let go by itself.
    """

    def __init__(self, objects: Objects, folder: str) -> None:
        self.place = f"{objects.url}/{folder}".rstrip("/")
        self.head = 0
        self.taken_from: str | None = None
        self._objects = objects
        self._records = f"{folder}/journal" if folder else "journal"
        self._note = f"{folder}/holder" if folder else "holder"
        self._worker = uuid.uuid4().hex
        self._held = False
        self._ended = threading.Event()
        self._renewing: threading.Thread | None = None

    # Records

    def append(self, do: str, at: float, what: JsonObject) -> None:
        """Write the next record.

        Raises:
            LedgerError: Another process has written it, or the storage refuses.
        """
        record = Record(do=do, at=at, by=self._worker, what=what)
        self._append(gzip.compress(msgspec.json.encode(record), compresslevel=1))

    def append_table(self, at: float, do: str, rows: Sequence[JsonObject]) -> None:
        """Write the next record as Parquet: one row for each of many like things."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only shared storage needs it
        from pyarrow import parquet  # noqa: PLC0415

        head = msgspec.json.encode(Record(do=do, at=at, by=self._worker, what={}))
        table = pa.Table.from_pylist(rows).replace_schema_metadata({"record": head})
        made = io.BytesIO()
        parquet.write_table(table, made, compression="zstd")
        self._append(made.getvalue())

    def _append(self, data: bytes) -> None:
        if not self._objects.create(f"{self._records}/{self.head + 1:010}", data):
            message = (
                f"{self.place} was taken over by another enrich while this one was away or cut off. "
                "Nothing more was sent; the other one goes on with it."
            )
            raise LedgerError(message)
        self.head += 1

    def read(self) -> Iterator[Record]:
        """Yield the records behind the last one that was read, and count them.

        Raises:
            LedgerError: One is missing, damaged, or of a newer format.
        """
        after = f"{self._records}/{self.head:010}"
        names = self._objects.names(self._records, after=after)
        with ThreadPoolExecutor(READERS) as readers:
            # No more than a few are held at once.
            for start in range(0, len(names), READERS * 4):
                some = names[start : start + READERS * 4]
                for name, data in zip(some, readers.map(self._objects.get, some), strict=True):
                    expected = f"{self._records}/{self.head + 1:010}"
                    if name != expected or data is None:
                        message = f"{self.place}: the record {expected} of its journal is missing."
                        raise LedgerError(message)
                    yield self._decoded(name, data)
                    self.head += 1

    def _decoded(self, name: str, data: bytes) -> Record:
        try:
            if data.startswith(_PARQUET):
                record = _from_parquet(data)
            elif data.startswith(_GZIP):
                record = _record.decode(gzip.decompress(data))
            else:
                raise ValueError("it is of no known form")  # noqa: TRY301
        except (ValueError, OSError, EOFError, KeyError, zlib.error) as error:
            message = (
                f"{self._objects.url}/{name} is damaged ({error}). What was bought is still at the "
                "API: take the object back from a backup or an older version of it."
            )
            raise LedgerError(message) from error
        if record.format > FORMAT:
            message = (
                f"{self.place} was written by a newer enrich (journal format {record.format}, this "
                f"one knows {FORMAT}). Install that version again; the journal stays as it is."
            )
            raise LedgerError(message)
        return record

    # Who is at work

    def hold(self, *, wait: bool = False) -> None:
        """Become the one that is at work, and say so until ``release``.

        Where a note is there, it is watched for ``SILENT_S``, to see whether its writer lives.

        Args:
            wait: Wait for one that lives until it lets go.

        Raises:
            LedgerError: Somebody else is at work.
        """
        self._holder = Holder(pid=os.getpid(), host=socket.gethostname(), since=time.time())
        while not self._objects.create(self._note, self._own_note(0)):
            note = self.note()
            if note is None:
                continue  # it has just let go
            alive = note.holder.host != socket.gethostname() or _lives(note.holder.pid)
            if alive and self._renews(note) and not wait:
                message = (
                    f"{self.place} is in use by another enrich ({told(note.holder)}). "
                    "Wait until it ends, or give this job its own `state:`."
                )
                raise LedgerError(message)
            if self.note() == note:  # nobody has renewed it, let go, or was quicker
                # A process of this machine that is gone cannot send anything any more.
                self.taken_from = told(note.holder) if alive else None
                self._objects.put(self._note, self._own_note(0))
                break
        self._held = True
        self._renewing = threading.Thread(target=self._renew, name="enrich-ledger", daemon=True)
        self._renewing.start()

    def holder(self) -> str | None:
        """Return who is at work, in words; None when nobody is. May take ``SILENT_S``."""
        note = self.note()
        if note is None or (
            note.holder.host == socket.gethostname() and not _lives(note.holder.pid)
        ):
            return None
        return told(note.holder) if self._renews(note) else None

    def release(self) -> None:
        """Let go, so that the next command need not wait."""
        self._ended.set()
        if self._renewing is not None:
            self._renewing.join()
        if self._held:
            self._held = False
            with suppress(LedgerError):  # the next one waits and sees
                note = self.note()
                if note is not None and note.worker == self._worker:
                    self._objects.delete(self._note)

    def _renews(self, note: Note) -> bool:
        """Watch a note, and say whether it changes; no clocks of two machines are compared."""
        until = time.monotonic() + SILENT_S
        while time.monotonic() < until:
            time.sleep(min(1.0, SILENT_S / 10))
            if self.note() != note:
                return self.note() is not None
        return False

    def _renew(self) -> None:
        beat = 0
        while not self._ended.wait(RENEWED_S):
            beat += 1
            with suppress(LedgerError):  # a storage that is away for a while
                note = self.note()
                if note is not None and note.worker != self._worker:
                    return  # taken over: the next record will say so
                self._objects.put(self._note, self._own_note(beat))

    def _own_note(self, beat: int) -> bytes:
        return msgspec.json.encode(Note(worker=self._worker, holder=self._holder, beat=beat))

    def note(self) -> Note | None:
        """Return who says that they are at work."""
        data = self._objects.get(self._note)
        if data is None:
            return None
        try:
            return _note.decode(data)
        except msgspec.DecodeError as error:
            message = f"{self.place}: the note of who is at work is damaged; delete {self._note}."
            raise LedgerError(message) from error


def _from_parquet(data: bytes) -> Record:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only shared storage needs it
    from pyarrow import parquet  # noqa: PLC0415

    try:
        table = parquet.read_table(io.BytesIO(data))
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
    head = _record.decode(table.schema.metadata[b"record"])
    return msgspec.structs.replace(head, what={"rows": table.to_pylist()})


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
