"""Text files behind a compression: ``.gz``, ``.bz2`` and ``.zst``.

What is written depends on the bytes alone: no file name and no time is stored.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from typing import TYPE_CHECKING, Final, Protocol, cast

from enrich.errors import TableError
from enrich.tables.storage import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import IOBase
    from typing import BinaryIO

COMPRESSIONS: Final = (".gz", ".bz2", ".zst")
BLOCK_BYTES: Final = 1 << 20


class Sink(Protocol):
    """Takes bytes until it is closed; what is under it stays open."""

    def write(self, data: bytes, /) -> object:
        """Write all of ``data``."""
        ...

    def close(self) -> None:
        """Write what was held back."""
        ...


def read_blocks(path: str, compression: str) -> Iterator[bytes]:
    """Yield a file's content, decompressed, in blocks of up to 1 MiB.

    Args:
        path: The file.
        compression: One of ``COMPRESSIONS``, or an empty string.

    Raises:
        TableError: The file cannot be read, or is no whole file of this compression.
    """
    try:
        with open_file(path) as file, _reader(file, compression) as stream:
            while block := stream.read(BLOCK_BYTES):
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(f"{path}: is damaged or cut off: {error}.") from error
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror or error}.") from error


def compressed(sink: BinaryIO, compression: str) -> Sink:
    """Return what compresses into ``sink``; closing it leaves ``sink`` open."""
    match compression:
        case ".gz":
            return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=sink, mtime=0)
        case ".bz2":
            return bz2.BZ2File(sink, "wb")
        case ".zst":
            return _Zstandard(sink)
        case _:
            return _Plain(sink)


class _Plain:
    def __init__(self, sink: BinaryIO) -> None:
        self.write = sink.write
        self.close = sink.flush


class _Zstandard:
    """Arrow's own Zstandard, whose stream would close the file under it."""

    def __init__(self, sink: BinaryIO) -> None:
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only this compression needs it

        self._buffer = pa.PythonFile(cast("IOBase", _Unclosing(sink)), mode="w")
        self._stream = pa.CompressedOutputStream(self._buffer, "zstd")

    def write(self, data: bytes) -> None:
        self._stream.write(data)

    def close(self) -> None:
        self._stream.close()


class _Unclosing:
    closed = False

    def __init__(self, sink: BinaryIO) -> None:
        self.write = sink.write
        self.flush = sink.flush

    def close(self) -> None:
        """Leave it open."""


def _reader(file: BinaryIO, compression: str) -> BinaryIO:
    match compression:
        case ".gz":
            return cast("BinaryIO", gzip.open(file, "rb"))
        case ".bz2":
            return cast("BinaryIO", bz2.open(file, "rb"))
        case ".zst":
            import pyarrow as pa  # noqa: PLC0415 - heavy, and only this compression needs it

            return cast("BinaryIO", pa.CompressedInputStream(cast("IOBase", file), "zstd"))
        case _:
            return file
