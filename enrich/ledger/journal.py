"""A ledger's journal in shared storage: numbered records, each made once and never changed.

Who finds the number of its next record taken has lost the ledger to another process: that
is what keeps two of them from buying the same request. A snapshot holds what all records up
to its number come to; these are deleted then. Their numbers could be taken again by a process
that slept meanwhile, so whoever has written a record looks whether a snapshot covers it.
"""

from __future__ import annotations

import gzip
import io
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.errors import LedgerError
from enrich.ledger.snapshots import Snapshots
from enrich.records import JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from enrich.ledger.objects import Objects

FORMAT: Final = 1
READERS: Final = 16
"""Records read at once: each is a request to the storage."""
_PARQUET: Final = b"PAR1"
_GZIP: Final = b"\x1f\x8b"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a ledger.

    Attributes:
        do: What is done: the name of a method of ``Replica`` that replays it.
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


_record: Final = msgspec.json.Decoder(Record)


class Journal:
    """The records below one address, and their snapshots.

    Attributes:
        place: Where it is, for messages.
        head: The number of the last record that was read or written, itself or in a snapshot.
        begin: The number of the snapshot that reading began with; 0 for none.
    """

    def __init__(self, objects: Objects, folder: str) -> None:
        self.place = objects.place(folder)
        self.head = 0
        self.begin = 0
        self._objects = objects
        self._records = f"{folder}/journal".lstrip("/")
        self._snapshots = Snapshots(objects, folder)
        self._worker = uuid.uuid4().hex

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
        # The number was free, or it was another's and is covered: a snapshot is there before
        # the first record that it covers is deleted.
        created = self._objects.create(self._name(self.head + 1), data)
        if not created or self.snapshot_after(self.head) is not None:
            message = (
                f"{self.place} was taken over by another enrich while this one was away or cut off. "
                "Nothing more was sent; the other one goes on with it."
            )
            raise LedgerError(message)
        self.head += 1

    def read(self) -> Iterator[Record]:
        """Yield the records behind the last one that was read, and count them.

        What was read holds only if no snapshot is found *then* behind where it began.

        Raises:
            LedgerError: One is missing, damaged, or of a newer format.
        """
        names = self._objects.names(self._records, after=self._name(self.head))
        with ThreadPoolExecutor(READERS) as readers:
            # No more than a few are held at once.
            for start in range(0, len(names), READERS * 4):
                some = names[start : start + READERS * 4]
                for name, data in zip(some, readers.map(self._objects.get, some), strict=True):
                    expected = self._name(self.head + 1)
                    if name != expected or data is None:
                        message = f"{self.place}: the record {expected} of its journal is missing."
                        raise LedgerError(message)
                    yield self._decoded(name, data)
                    self.head += 1

    def _name(self, number: int) -> str:
        return f"{self._records}/{number:010}"

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

    # Snapshots

    def snapshot_after(self, number: int) -> int | None:
        """Return the number of the newest snapshot behind a number; None for none."""
        return self._snapshots.newest(after=number)

    def begin_with(self, number: int, into: Path) -> None:
        """Fetch a snapshot; the records behind it are read next.

        Raises:
            LedgerError: It is not whole, or not there any more.
        """
        self._snapshots.fetch(number, into)
        self.head = self.begin = number

    def compact(self, ledger: Path) -> None:
        """Keep what the records come to, and delete them; the last one stays.

        Args:
            ledger: The ledger's file: exactly what the records up to the last one come to.
        """
        # A kill on the way leaves what is deleted the next time: what comes first is whole
        # before what it stands for begins to go.
        self._snapshots.write(self.head, ledger)
        self.begin = self.head
        names = self._objects.names(self._records)
        self._objects.delete([name for name in names if name < self._name(self.head)])
        self._snapshots.clear(before=self.head)


def _from_parquet(data: bytes) -> Record:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only shared storage needs it
    from pyarrow import parquet  # noqa: PLC0415

    try:
        table = parquet.read_table(io.BytesIO(data))
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error
    head = _record.decode(table.schema.metadata[b"record"])
    return msgspec.structs.replace(head, what={"rows": table.to_pylist()})
