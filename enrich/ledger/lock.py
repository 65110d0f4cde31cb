"""One writer for a ledger: a lock that names its holder and dies with it."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _PAST_THE_NOTE = 1 << 30

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, _PAST_THE_NOTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

    _try_look = _try_lock

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _PAST_THE_NOTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _try_look(descriptor: int) -> None:
        # Shared, so that many may look at once.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


TURN_POLL_S: Final = 0.5


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a lock."""

    pid: int
    host: str
    since: float


_holding: Final = msgspec.json.Decoder(Holder)


class Lock:
    """An exclusive lock on a file, taken at once or not at all.

    The operating system lets go of it when its process ends, however it ends; the
    note in the file is only there to name the holder.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            LedgerError: Another process holds it; the message names that one.
            OSError: The file system knows no locks, so that nothing would keep a second
                process out.
        """
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _try_lock(self._descriptor)
        except OSError as error:
            held_by = _holder(self._descriptor)
            os.close(self._descriptor)
            if error.errno not in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
                raise
            message = (
                f"{path.with_suffix('')} is in use by another enrich ({held_by}). "
                "Wait until it ends, or give this job its own `state:` folder."
            )
            raise LedgerError(message) from None
        holder = Holder(pid=os.getpid(), host=socket.gethostname(), since=time.time())
        self._pid = holder.pid
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, msgspec.json.encode(holder))

    def release(self) -> None:
        """Let go; in a process that was forked meanwhile it stays its parent's."""
        if os.getpid() == self._pid:
            os.ftruncate(self._descriptor, 0)
            # Closing alone would leave it with such a process for as long as that lives.
            _unlock(self._descriptor)
        os.close(self._descriptor)


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Wait for a lock and hold it: for what takes a while and is done by one after the other."""
    lock = None
    while lock is None:
        try:
            lock = Lock(path)
        except LedgerError:
            time.sleep(TURN_POLL_S)
    try:
        yield
    finally:
        lock.release()


def lock_of(ledger: Path) -> Path:
    """Return the file whose lock keeps a ledger for one writer."""
    return ledger.with_name(ledger.name + ".lock")


def holder_of(path: Path) -> str | None:
    """Return who holds a lock, in words; None when nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        _try_look(descriptor)
    except OSError as error:
        if error.errno not in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            raise
        return _holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def _holder(descriptor: int) -> str:
    try:
        holder = _holding.decode(os.read(descriptor, 4096))
    except (OSError, ValueError):
        return "which has only just started"
    return told(holder)


def told(holder: Holder) -> str:
    """Return a holder in words."""
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(holder.since))
    return f"process {holder.pid} on {holder.host}, since {since}"
