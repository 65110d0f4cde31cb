"""A text file to be, in blocks: compressed, and published whole."""

from __future__ import annotations

from typing import Self

from enrich.tables.compression import compressed
from enrich.tables.publish import publication


class OutputFile:
    """What the writers of text formats share; a context manager.

    Nothing is opened before the block is entered. Leaving it without an exception
    publishes the file; leaving it with one leaves no trace.
    """

    def __init__(self, path: str, compression: str) -> None:
        self._path = path
        self._compression = compression

    def __enter__(self) -> Self:
        self._publication = publication(self._path)
        try:
            self._sink = compressed(self._publication.file, self._compression)
            self.begin()
        except OSError as error:
            self._publication.discard()
            raise self._publication.failed(error) from error
        except BaseException:
            self._publication.discard()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._publication.discard()
            return
        try:
            self._sink.close()
        except OSError as error:
            self._publication.discard()
            raise self._publication.failed(error) from error
        self._publication.publish()

    def begin(self) -> None:
        """Write what stands before the first row."""

    def put(self, data: bytes) -> None:
        """Write some bytes.

        Raises:
            TableError: The system refuses: the disk is full.
        """
        try:
            self._sink.write(data)
        except OSError as error:
            raise self._publication.failed(error) from error
