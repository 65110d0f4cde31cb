"""A file that appears whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from enrich.errors import TableError
from enrich.tables.storage import check_bucket, is_remote, refused, upload

if TYPE_CHECKING:
    from typing import BinaryIO


def publication(path: str) -> Publication:
    """Return a file to be, here or in object storage."""
    return Upload(path) if is_remote(path) else Publication(path)


def check_place(path: str | Path, *, size: int = 0) -> None:
    """See that a file can be put into its place; make nothing.

    Of an address in object storage, see that its bucket is there.

    Args:
        path: Where the file will be.
        size: How many bytes it will have at least.

    Raises:
        TableError: The folder cannot be made or written to, its disk is full, or something
            that is no regular file has the name.
    """
    if is_remote(str(path)):
        check_bucket(str(path))
        return
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise TableError(f"{path}: is a folder. Name a file in it.")
    if target.exists() and not target.is_file():
        raise TableError(f"{path}: is no regular file, so it cannot be replaced in one step.")
    # Renaming over a read-only file would pass, against what its owner meant.
    if target.exists() and not os.access(target, os.W_OK):
        raise TableError(f"{path}: is read-only. Name another place or allow writing.")
    folder = next(each for each in target.parents if each.exists())
    if not folder.is_dir():
        raise TableError(
            f"{path}: its folder cannot be made: {folder} is a file. Name another place."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise TableError(f"{path}: its folder is read-only. Name another place or allow writing.")
    free = shutil.disk_usage(folder).free
    if free <= size:
        raise TableError(
            f"{path}: its disk has {free:,} bytes left, and what will be written has more than "
            f"{size:,}. Make room or name another place."
        )


def make_folder(path: str | Path) -> None:
    """Make the folder of a file to come.

    Raises:
        TableError: It cannot be made, or the file cannot be put there.
    """
    check_place(path)
    try:
        Path(os.path.realpath(path)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TableError(
            f"{path}: its folder cannot be made: {error.strerror}. Name another place."
        ) from error


class Publication:
    """A file written beside its place and renamed over it when it is whole.

    The file beside is hidden, ends in ``.part`` and is locked while it grows: what a
    killed process left is taken over by the next, and two at a time are refused.

    Attributes:
        path: Where the file will be; a symbolic link is followed.
        file: The file beside, open for writing.
    """

    def __init__(self, path: str | Path) -> None:
        make_folder(path)
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
            sync_folder(self.path.parent)
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


class Upload(Publication):
    """A file written here, and put into object storage when it is whole.

    The object that was there is there until then: storage shows what was uploaded at once or
    not at all.

    Attributes:
        path: Where the file is until then.
        file: That file, open for writing.
    """

    def __init__(self, path: str) -> None:
        check_bucket(path)
        self.name = path
        handle, made = tempfile.mkstemp(prefix="enrich-")
        self.path = self.part = Path(made)
        self.file: BinaryIO = os.fdopen(handle, "wb", buffering=1 << 20)

    def publish(self) -> None:
        """Put what was written into its place.

        Raises:
            TableError: It could not be done; the old object is whole.
        """
        try:
            self.file.flush()
            self.send(self.part, self.name)
        except OSError as error:
            raise self.failed(error) from error
        finally:
            self.discard()

    @staticmethod
    def send(local: Path, path: str) -> None:
        """Put a whole file into object storage.

        Raises:
            TableError: It could not be done; the old object is whole.
        """
        try:
            upload(local, path)
        except OSError as error:
            raise refused(path, error) from error


def replace_folder(made: Path, target: Path) -> None:
    """Put a folder into another one's place, whose files then lie where the new ones did.

    What lies in the old one alone stays, and modes are kept. Linux exchanges the two in one
    step. Where the system or the file system cannot, there are two, and a crash between them
    leaves the old folder beside, as ``.<name>.part.old``.

    Raises:
        OSError: It could not be done; the old folder is whole.
    """
    for here, folders, names in os.walk(target):
        below = Path(here).relative_to(target)
        (made / below).mkdir(exist_ok=True)
        shutil.copymode(here, made / below)
        links = [name for name in folders if Path(here, name).is_symlink()]
        for name in [*names, *links]:
            old, new = Path(here, name), made / below / name
            if not new.exists():
                os.link(old, new, follow_symlinks=False)
            elif new.is_file():
                shutil.copymode(old, new)
    if not target.exists():
        made.rename(target)
    elif not _exchange(made, target):
        aside = made.with_name(f"{made.name}.old")
        target.rename(aside)
        try:
            made.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(made)
    sync_folder(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Put each of two folders into the other's place at once, if that can be done here."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def sync_folder(folder: Path) -> None:
    """Make durable what names a folder holds.

    Raises:
        OSError: The system refuses.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
