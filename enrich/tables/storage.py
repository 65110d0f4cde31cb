"""Where tables lie: files here, and objects in ``s3://``, ``gs://`` and ``az://``.

Object storage is reached through Arrow's own file systems, which take who you are from
where each cloud's own programs do: the environment, a profile or the machine. Nothing of
that stands in a path.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from enrich.errors import TableError
from enrich.storages import SCHEMES, storage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyarrow import fs


def is_remote(path: str) -> bool:
    """Say whether a path is an address in object storage."""
    return "://" in path


def file_name(path: str) -> str:
    """Return the last part of a path or address."""
    return Path(urlsplit(path).path if is_remote(path) else path).name


def filesystem(path: str) -> tuple[fs.FileSystem, str]:
    """Return an address's file system, and where in it the address is.

    Raises:
        TableError: It is no address of these, holds a secret, or the storage refuses.
    """
    parts = urlsplit(path)
    if parts.scheme not in SCHEMES or not parts.hostname:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise TableError(f"{path}: is no address that is known. Known are {known}.")
    if parts.username or parts.password:
        hidden = f"{parts.scheme}://…@{parts.hostname}{parts.path}"
        raise TableError(f"{hidden}: an address holds no key. Set it in the environment.")
    try:
        return storage_of(path)
    except (OSError, ValueError) as error:
        raise refused(path, error) from error


def open_file(path: str) -> BinaryIO:
    """Open a file or an object for reading anywhere in it.

    Raises:
        OSError: It cannot be read.
    """
    if not is_remote(path):
        return open(path, "rb", buffering=0)  # noqa: PTH123 - one path type for all readers
    storage, inside = filesystem(path)
    return cast("BinaryIO", storage.open_input_file(inside))


def kind_of(path: str) -> str:
    """Return ``file``, ``folder`` or ``nothing``.

    Raises:
        TableError: The storage refuses to say.
    """
    if not is_remote(path):
        # A Path would drop a trailing slash.
        there = "file" if os.path.exists(path) else "nothing"  # noqa: PTH110
        return "folder" if Path(path).is_dir() else there
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    storage, inside = filesystem(path)
    try:
        found = storage.get_file_info(inside).type
    except OSError as error:
        raise refused(path, error) from error
    return {fs.FileType.File: "file", fs.FileType.Directory: "folder"}.get(found, "nothing")


def files_below(folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder, with ``/`` between.

    Raises:
        TableError: The storage refuses to list them.
    """
    if not is_remote(folder):
        for here, _, names in os.walk(folder, followlinks=True):
            for name in names:
                yield Path(here, name).relative_to(folder).as_posix()
        return
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    storage, inside = filesystem(folder)
    start = inside.rstrip("/") + "/"
    try:
        for found in storage.get_file_info(fs.FileSelector(start, recursive=True)):
            if found.type == fs.FileType.File:
                yield found.path.removeprefix(start)
    except OSError as error:
        raise refused(folder, error) from error


def check_bucket(path: str) -> None:
    """See that the bucket of an address is there and may be looked at.

    Raises:
        TableError: It is not.
    """
    storage, inside = filesystem(path)
    bucket = inside.split("/", 1)[0]
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    try:
        found = storage.get_file_info(bucket).type
    except OSError as error:
        raise refused(path, error) from error
    if found != fs.FileType.Directory:
        raise TableError(f"{path}: there is no bucket '{bucket}', or it may not be looked at.")


def upload(local: Path, path: str) -> None:
    """Put a whole file into object storage, where it appears at once or not at all.

    Raises:
        OSError: The storage refuses.
    """
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    storage, inside = filesystem(path)
    # In one call, so that no signal comes between and ends the upload as if it were whole.
    fs.copy_files(
        str(local), inside, source_filesystem=fs.LocalFileSystem(), destination_filesystem=storage
    )


def refused(path: str, error: Exception) -> TableError:
    """Say for a person what the storage refused."""
    return TableError(f"{path}: the storage refuses: {' '.join(str(error).split())}")
