"""Who is at work on something in shared storage: a note, which is renewed.

It is a courtesy: it keeps a second command from taking a ledger away from a first one that
lives. What keeps two of them from buying the same request is the journal's numbers.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.errors import LedgerError
from enrich.ledger.lock import Holder, told

if TYPE_CHECKING:
    from enrich.ledger.objects import Objects

RENEWED_S: Final = 10.0
"""How often the note of who is at work is renewed."""
SILENT_S: Final = 30.0
"""Whose note was not renewed for so long is taken for dead."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Who is at work on a ledger; each renewal has another beat."""

    worker: str
    holder: Holder
    beat: int


_note: Final = msgspec.json.Decoder(Note)


class Presence:
    """The note below one address, and one that would write it.

    Attributes:
        taken_from: Who died at work before this worker, as far as that is known; None where
            the last one let go by itself.
    """

    def __init__(self, objects: Objects, folder: str) -> None:
        self.taken_from: str | None = None
        self._objects = objects
        self._place = objects.place(folder)
        self._note = f"{folder}/holder".lstrip("/")
        self._worker = uuid.uuid4().hex
        self._held = False
        self._ended = threading.Event()
        self._renewing: threading.Thread | None = None

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
                    f"{self._place} is in use by another enrich ({told(note.holder)}). "
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
                    self._objects.delete([self._note])

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
        except ValueError as error:
            message = f"{self._place}: the note of who is at work is damaged; delete {self._note}."
            raise LedgerError(message) from error


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
