"""Object storage by its addresses: ``s3://``, ``gs://`` and ``az://``, by Arrow's own file systems.

Who you are is taken from where each cloud's own programs take it: the environment, a
profile or the machine. Nothing of that stands in an address.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pyarrow import fs

SCHEMES: Final = ("s3", "gs", "az")


def storage_of(address: str) -> tuple[fs.FileSystem, str]:
    """Return an address's file system, and where in it the address is.

    Raises:
        OSError: The storage refuses, or is not told who asks.
        ValueError: It is no address.
    """
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    parts = urlsplit(address)
    inside = address.split("://", 1)[1]
    if parts.scheme == "az":
        return _azure(), inside
    if parts.scheme == "gs":
        return _google(), inside
    if endpoint := _s3_endpoint():
        return fs.S3FileSystem(endpoint_override=endpoint), inside
    # A name with blanks or percent signs would not be taken for what it is in a URI.
    start, bucket = fs.FileSystem.from_uri(_root(address))
    return start, f"{bucket}{parts.path}"


def _s3_endpoint() -> str | None:
    """Return where a storage is that speaks S3 and is not Amazon's, as its own programs are told."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")


def _root(path: str) -> str:
    parts = urlsplit(path)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{query}"


def _google() -> fs.FileSystem:
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    # Arrow's own patience is a quarter of an hour, also for credentials that are nowhere.
    patience = timedelta(seconds=30)
    # Where Google's own programs are told of a storage that is not Google's.
    endpoint = os.environ.get("STORAGE_EMULATOR_HOST")
    if not endpoint:
        return fs.GcsFileSystem(retry_time_limit=patience)
    scheme, _, host = endpoint.rpartition("://")
    return fs.GcsFileSystem(
        anonymous=True,
        endpoint_override=host,
        scheme=scheme or "http",
        retry_time_limit=patience,
    )


def _azure() -> fs.FileSystem:
    from pyarrow import fs  # noqa: PLC0415 - heavy, and only object storage needs it

    # Named as Azure's own command line has them.
    account = os.environ.get("AZURE_STORAGE_ACCOUNT")
    if not account:
        raise FileNotFoundError("set AZURE_STORAGE_ACCOUNT to the account that it is in")
    key = os.environ.get("AZURE_STORAGE_KEY")
    endpoint = os.environ.get("AZURE_STORAGE_SERVICE_ENDPOINT")
    if not endpoint:
        return fs.AzureFileSystem(account, account_key=key)
    parts = urlsplit(endpoint)
    # A cloud of its own has the account as a host's name, an emulator as a path.
    host = parts.netloc.removeprefix(account) if parts.netloc.startswith(f"{account}.") else ""
    settings: dict[str, Any] = {
        "blob_storage_authority": host or parts.netloc,
        "blob_storage_scheme": parts.scheme,
        "dfs_storage_authority": host.replace(".blob.", ".dfs.", 1) or parts.netloc,
        "dfs_storage_scheme": parts.scheme,
    }
    return fs.AzureFileSystem(account, account_key=key, **settings)
