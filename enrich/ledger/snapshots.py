"""Snapshots of a journal in shared storage: the ledger's file as it was after one of its records.

A snapshot counts from the moment when its head is there, which is made last, and only the
newest one counts. The file is cut in parts, so that none is held whole in memory.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.errors import LedgerError

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.ledger.objects import Objects

FORMAT: Final = 1
PART_BYTES: Final = 16 * 1024 * 1024


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot is made of.

    Attributes:
        sizes: Bytes of each part of the file.
        sums: The CRC-32 of each part as it is stored.
        format: Of the snapshot.
    """

    sizes: list[int]
    sums: list[int]
    format: int = FORMAT


_head: Final = msgspec.json.Decoder(Head)


class Snapshots:
    """The snapshots below one address, each named by the last record that it covers."""

    def __init__(self, objects: Objects, folder: str) -> None:
        self._objects = objects
        self._heads = f"{folder}/snapshots".lstrip("/")
        self._parts = f"{folder}/parts".lstrip("/")

    def newest(self, *, after: int) -> int | None:
        """Return the number of the newest one behind a number; None for none."""
        names = self._objects.names(self._heads, after=f"{self._heads}/{after:010}")
        return int(names[-1].rpartition("/")[2]) if names else None

    def write(self, number: int, ledger: Path) -> None:
        """Keep a ledger's file."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only shared storage needs it

        sizes: list[int] = []
        sums: list[int] = []
        with ledger.open("rb") as file:
            while part := file.read(PART_BYTES):
                packed = pa.compress(part, codec="zstd", asbytes=True)
                self._objects.put(self._part(number, len(sizes)), packed)
                sizes.append(len(part))
                sums.append(zlib.crc32(packed))
        head = Head(sizes=sizes, sums=sums)
        self._objects.create(f"{self._heads}/{number:010}", msgspec.json.encode(head))

    def fetch(self, number: int, into: Path) -> None:
        """Bring a ledger's file here.

        Raises:
            LedgerError: It is damaged, of a newer format, or was deleted for a newer one.
        """
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only shared storage needs it

        name = f"{self._heads}/{number:010}"
        try:
            head = _head.decode(self._got(name))
            if head.format > FORMAT:
                raise LedgerError(
                    f"{self._objects.url}/{name} was written by a newer enrich (format "
                    f"{head.format}, this one knows {FORMAT}). Install that version again."
                )
            with into.open("wb") as file:
                for index, (size, crc) in enumerate(zip(head.sizes, head.sums, strict=True)):
                    name = self._part(number, index)
                    packed = self._got(name)
                    if zlib.crc32(packed) != crc:
                        raise ValueError("its checksum is another one")  # noqa: TRY301
                    file.write(pa.decompress(packed, size, codec="zstd", asbytes=True))
        except ValueError as error:
            message = (
                f"{self._objects.url}/{name} is damaged ({error}). What was bought is still at the "
                "API: take the object back from a backup or an older version of it."
            )
            raise LedgerError(message) from error

    def clear(self, *, before: int) -> None:
        """Delete those before a number, and parts of some that were never finished."""
        for folder in (self._heads, self._parts):
            names = self._objects.names(folder)
            self._objects.delete([name for name in names if name < f"{folder}/{before:010}"])

    def _part(self, number: int, index: int) -> str:
        return f"{self._parts}/{number:010}-{index:05}"

    def _got(self, name: str) -> bytes:
        data = self._objects.get(name)
        if data is None:
            raise LedgerError(f"{self._objects.url}/{name} is missing.")
        return data
