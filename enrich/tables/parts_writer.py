"""Writes a table of several files again: each file beside the others, as it lay."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from enrich.errors import TableError
from enrich.tables.publish import Upload, check_place, make_folder, replace_folder
from enrich.tables.storage import is_remote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.records import Column
    from enrich.tables.base import Batch, Table, TableWriter
    from enrich.tables.parts import PartBatch, PartedTable


class PartedWriter:
    """A folder of files to be; a context manager.

    The files are made in a hidden folder beside, which takes the place of the old one when
    all are whole. Files that are there for another reason stay. In object storage, files
    are put into their places one after the other.

    Args:
        path: The folder.
        table: What will be written again.
        columns: The new columns.
        open_part: Makes ready to write one file.

    Raises:
        TableError: A new column would stand for a folder's name, or a file among those
            that are read.
    """

    def __init__(
        self,
        path: str,
        table: PartedTable,
        columns: Sequence[Column],
        open_part: Callable[[str, Table], TableWriter],
    ) -> None:
        self._path = path
        self._table = table
        self._open_part = open_part
        for column in columns:
            if column.position is not None and column.position >= table.own:
                raise TableError(
                    f"{path}: '{column.name}' is a folder's name there, and cannot be written."
                )
        for part in table.parts:
            target = f"{path.rstrip('/')}/{part.name}"
            if table.takes(target):
                raise TableError(
                    f"{target}: would be one of the tables of {table.path} the next time. "
                    "Name a folder beside them."
                )
        # What is wrong with the columns is wrong with those of every file.
        open_part(str(self._staged(Path(path), 0)), table.table(0))

    def __enter__(self) -> Self:
        self._locks: list[int] = []
        if is_remote(self._path):
            self._folder = Path(tempfile.mkdtemp())
        else:
            self._target = Path(os.path.realpath(self._path))
            check_place(self._target / "part")
            self._folder = self._target.with_name(f".{self._target.name}.part")
            make_folder(self._folder / "part")
            self._take_over()
        self._next = 0
        self._writer: TableWriter | None = None
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._go_to(len(self._table.parts))
                self._publish()
            elif self._writer is not None:
                self._writer.__exit__(kind, *rest)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            for lock in self._locks:
                os.close(lock)

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells."""
        rows = cast("PartBatch", batch)
        self._go_to(rows.part + 1)
        assert self._writer is not None  # noqa: S101 - the way there has opened it
        self._writer.write(rows.rows, cells)

    def _go_to(self, end: int) -> None:
        """Finish the files before, also those without rows, and open the one before ``end``."""
        while self._next < end:
            self._finish()
            writer = self._open_part(
                str(self._staged(self._folder, self._next)), self._table.table(self._next)
            )
            writer.__enter__()
            self._writer = writer
            self._next += 1

    def _finish(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.__exit__(None, None, None)

    def _publish(self) -> None:
        self._finish()
        if is_remote(self._path):
            for index, part in enumerate(self._table.parts):
                staged = self._staged(self._folder, index)
                Upload.send(staged, f"{self._path.rstrip('/')}/{part.name}")
            return
        # It is the folder beside from then on, until it is removed.
        if self._target.exists():
            self._lock(self._target)
        try:
            replace_folder(self._folder, self._target)
        except OSError as error:
            reason = error.strerror or error
            raise TableError(f"{self._path}: cannot be written: {reason}.") from error

    def _take_over(self) -> None:
        """Make the folder beside ours alone, and empty of what a killed process left."""
        while True:
            self._folder.mkdir(exist_ok=True)
            self._lock(self._folder)
            # Whoever held the lock before may have put this very folder into its place.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(self._locks[0]), self._folder.stat()):
                    break
            os.close(self._locks.pop())
        for left in self._folder.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()

    def _lock(self, folder: Path) -> None:
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise TableError(f"{self._path}: another process is writing it.") from error
        self._locks.append(lock)

    def _staged(self, folder: Path, index: int) -> Path:
        return folder / self._table.parts[index].name
