"""The rows of one Parquet row group, gathered without holding them in memory.

Arrow can write a row group only from a table of all its rows, and a file may well be one
row group. So the rows wait in a nameless file beside the target, which is then mapped:
its pages are the system's to drop, unlike memory of our own, and are dropped whenever
Arrow has written a page of Parquet.
"""

from __future__ import annotations

import mmap
import tempfile
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    from typing import IO

    from enrich.tables.publish import Publication

# Rows are put down in pieces of this size. Smaller ones would make more columns begin on
# pages of their own, and the system maps 16 pages around each one that is touched.
HELD_BYTES: Final = 8 << 20


class RowGroup:
    """Rows that wait to be written as one row group.

    Attributes:
        rows: How many.
        bytes: Their size as Arrow has them.
        sink: Where the Parquet writer is to write: the file to be published.
    """

    _file: IO[bytes] | None = None

    def __init__(self, schema: pa.Schema, publication: Publication) -> None:
        self._schema = schema
        self._folder = publication.path.parent
        self.sink = _Sink(publication)
        self.clear()

    def clear(self) -> None:
        """Begin a new row group."""
        self.rows = self.bytes = self._held_bytes = 0
        self._held: list[pa.RecordBatch] = []
        if self._file is not None:
            self._file.close()
        self._file = None
        self._stream: pa.RecordBatchStreamWriter | None = None
        self.sink.mapped = None

    def add(self, rows: pa.RecordBatch) -> None:
        """Add rows behind those that are there."""
        self._held.append(rows)
        self.rows += rows.num_rows
        self.bytes += rows.nbytes
        self._held_bytes += rows.nbytes
        if self._held_bytes >= HELD_BYTES:
            self._put_down()

    def table(self) -> pa.Table:
        """Return all rows; the table must not be used after ``clear``."""
        if self._stream is None or self._file is None:
            return pa.Table.from_batches(self._held, self._schema)
        self._put_down()
        self._stream.close()
        self._file.flush()
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._file.close()
        self.sink.mapped = mapped
        return pa.ipc.open_stream(pa.py_buffer(mapped)).read_all()

    def _put_down(self) -> None:
        if self._stream is None:
            # Without a name it is gone with the process, however that ends.
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - lives as long as the group
            self._stream = pa.ipc.new_stream(self._file, self._schema)
        self._stream.write_table(pa.Table.from_batches(self._held, self._schema).combine_chunks())
        self._held = []
        self._held_bytes = 0


class _Sink:
    """The file to be, which forgets the pages of what was written so far."""

    closed = False
    abandoned = False
    mapped: mmap.mmap | None = None

    def __init__(self, publication: Publication) -> None:
        self._file = publication.file
        self.flush = self._file.flush
        self.tell = self._file.tell

    def write(self, data: Any) -> int:
        if self.mapped is not None:
            self.mapped.madvise(mmap.MADV_DONTNEED)
        # A Parquet writer that goes away writes its end, also of a file that is given up.
        return len(data) if self.abandoned else self._file.write(data)

    def close(self) -> None:
        """Leave it to the publication."""
