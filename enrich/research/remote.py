"""Documents in object storage: ``s3://``, ``gs://`` and ``az://``."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, cast

from enrich.storages import SCHEMES, storage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyarrow import fs


def is_remote(path: str) -> bool:
    """Tell whether a path is an address in object storage."""
    return "://" in path


def objects(address: str) -> Iterator[tuple[str, int, int]]:
    """Yield address, size and time of change in nanoseconds of the objects under an address, or that fit its pattern.

    Raises:
        OSError: There is nothing, or the storage refuses.
    """
    from pyarrow import fs  # noqa: PLC0415  (slow to import, and of use here only)

    scheme, inside = address.split("://", 1)
    storage = _storage(scheme)
    fixed = inside[: min((inside.find(c) for c in "*?[" if c in inside), default=len(inside))]
    start = inside.rstrip("/") if fixed == inside else fixed.rpartition("/")[0]
    status = storage.get_file_info(start)
    if status.type == fs.FileType.NotFound:
        raise FileNotFoundError(f"there is nothing at {address}")
    found = (
        [status]
        if status.is_file
        else storage.get_file_info(fs.FileSelector(start, recursive=True))
    )
    for info in sorted(found, key=lambda info: info.path):
        if info.is_file and (fixed == inside or fnmatchcase(info.path, inside)):
            yield f"{scheme}://{info.path}", int(info.size or 0), int(info.mtime_ns or 0)


def open_object(address: str) -> BinaryIO:
    """Open an object for reading.

    Raises:
        OSError: It cannot be read.
    """
    scheme, inside = address.split("://", 1)
    return cast("BinaryIO", _storage(scheme).open_input_file(inside))


@lru_cache(maxsize=4)
def _storage(scheme: str) -> fs.FileSystem:
    if scheme not in SCHEMES:
        known = ", ".join(f"{one}://" for one in SCHEMES)
        raise FileNotFoundError(f"{scheme}:// is not known; documents are read from {known}")
    return storage_of(f"{scheme}://bucket")[0]
