"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from enrich.errors import TableError

if TYPE_CHECKING:
    from typing import BinaryIO


def check_folder(path: str | Path) -> None:
    """Make the folder of a file to come, and see that the file can be put there.

    Raises:
        TableError: The folder cannot be made or written to, or something that is no
            regular file has the name.
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TableError(
            f"{path}: its folder cannot be made: {error.strerror}. Name another place."
        ) from error
    if target.is_dir():
        raise TableError(f"{path}: is a folder. Name a file in it.")
    if target.exists() and not target.is_file():
        raise TableError(f"{path}: is no regular file, so it cannot be replaced in one step.")
    # Renaming over a read-only file would pass, against what its owner meant.
    if target.exists() and not os.access(target, os.W_OK):
        raise TableError(f"{path}: is read-only. Name another place or allow writing.")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise TableError(f"{path}: its folder is read-only. Name another place or allow writing.")


class Publication:
    """A file written beside its place and renamed over it when it is whole.

    The file beside is hidden, ends in ``.part`` and is locked while it grows: what a
    killed process left is taken over by the next, and two at a time are refused.

    Attributes:
        path: Where the file will be; a symbolic link is followed.
        file: The file beside, open for writing.
    """

    def __init__(self, path: str | Path) -> None:
        check_folder(path)
        self.name = str(path)
        self.path = Path(os.path.realpath(path))
        self.part = self.path.with_name(f".{self.path.name}.part")
        try:
            self.file: BinaryIO = self._open()
        except OSError as error:
            raise self.failed(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.publish()
        else:
            self.discard()

    def publish(self) -> None:
        """Make what was written durable and put it in its place.

        Raises:
            TableError: It could not be done; the old file is whole.
        """
        try:
            self.file.flush()
            with contextlib.suppress(FileNotFoundError):
                os.fchmod(self.file.fileno(), self.path.stat().st_mode & 0o7777)
            os.fsync(self.file.fileno())
            self.part.replace(self.path)
            self.file.close()
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            self.discard()
            raise self.failed(error) from error

    def discard(self) -> None:
        """Remove what was written."""
        with contextlib.suppress(OSError):
            self.part.unlink(missing_ok=True)
        # A full disk makes closing fail too, and there is nothing left to save.
        with contextlib.suppress(OSError):
            self.file.close()

    def failed(self, error: OSError) -> TableError:
        """Say for a person what the system refused."""
        return TableError(f"{self.name}: cannot be written: {error.strerror or error}.")

    def _open(self) -> BinaryIO:
        while True:
            # Emptied only once it is locked; a zip goes back in what it has written.
            file = open(  # noqa: SIM115 - closed by publish or discard
                self.part,
                "wb",
                buffering=1 << 20,
                opener=lambda path, flags: os.open(path, flags & ~os.O_TRUNC, 0o666),
            )
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno in {errno.EACCES, errno.EAGAIN}:
                    file.close()
                    raise TableError(f"{self.name}: another process is writing it.") from error
                # Some network file systems know no locks: then there is none.
            # Whoever held the lock before may have renamed this very file into place.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), self.part.stat()):
                    file.truncate(0)
                    return file
            file.close()
