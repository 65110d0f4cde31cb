"""Objects in shared storage: made only where nothing is, read, listed and deleted.

Tables go through Arrow's file systems, which cannot make an object *only if it is not
there*. A ledger that several machines may open stands on just that, so it goes through
obstore; who you are is taken from the same variables.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from enrich.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from obstore.store import ObjectStore

REQUEST_TIMEOUT_S: Final = 20
CONNECT_TIMEOUT_S: Final = 5
RETRIES: Final = 4
RETRIES_WITHIN_S: Final = 30
CREATE_WAITS_S: Final = (0.2, 1.0)
"""Before a creation whose end is unknown is tried again."""

_CREDENTIALS: Final = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run on a machine with a role "
    "(a profile is not read here: `aws configure export-credentials --format env` prints it)",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`",
    "az": "set AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY, or run on a machine with an identity",
}


class Objects:
    """The objects below one address."""

    def __init__(self, url: str) -> None:
        """Know an address; nothing is asked of the storage yet.

        Raises:
            LedgerError: obstore is not installed, or what the address needs is not set.
        """
        self.url = url.rstrip("/")
        self._scheme = urlsplit(url).scheme
        self._folder: Path | None = None
        with self._explained():
            self._store = self._connect()

    def place(self, folder: str) -> str:
        """Return where a folder of them is, for messages; an empty name is the address itself."""
        return f"{self.url}/{folder}".rstrip("/")

    def create(self, name: str, data: bytes) -> bool:
        """Make an object where none is; False when another one is there.

        An answer that is lost is no harm: what is there is then compared with what was sent.
        """
        from obstore import put  # noqa: PLC0415  (an extra)
        from obstore.exceptions import AlreadyExistsError, GenericError  # noqa: PLC0415

        for wait_s in (*CREATE_WAITS_S, None):
            try:
                with self._explained():
                    try:
                        put(self._store, name, data, mode="create", use_multipart=False)
                    except AlreadyExistsError:
                        return self.get(name) == data
                    except GenericError:
                        if wait_s is None or self._scheme == "file":
                            raise
                    else:
                        self._sync(name)
                        return True
            except NotImplementedError as error:
                raise self.unconditional() from error
            time.sleep(wait_s or 0)
        raise AssertionError  # the last wait is None, which leaves above

    def put(self, name: str, data: bytes) -> None:
        """Write an object, over another one if there is one."""
        from obstore import put  # noqa: PLC0415  (an extra)

        with self._explained():
            put(self._store, name, data, use_multipart=False)
            self._sync(name)

    def get(self, name: str) -> bytes | None:
        """Return an object, or None where none is."""
        from obstore import get  # noqa: PLC0415  (an extra)

        with self._explained():
            try:
                return bytes(get(self._store, name).bytes())
            except FileNotFoundError as error:
                if _no_bucket(error):
                    raise
                return None

    def delete(self, names: Sequence[str]) -> None:
        """Delete objects; one that is not there is no error."""
        from obstore import delete  # noqa: PLC0415  (an extra)

        with self._explained():
            try:
                delete(self._store, names)
            except FileNotFoundError:
                if len(names) > 1:  # somebody else deletes them, too
                    for name in names:
                        self.delete([name])

    def names(self, folder: str, *, after: str | None = None) -> list[str]:
        """Return the names of the objects in a folder, in order."""
        from obstore import list as list_objects  # noqa: PLC0415  (an extra)

        with self._explained():
            batches = list_objects(self._store, folder, offset=after)
            found = sorted(each["path"] for batch in batches for each in batch)
        # Not every storage that is asked to begin there does: Azurite gives all.
        return found if after is None else [name for name in found if name > after]

    def folders(self) -> list[str]:
        """Return the names of the folders, in order."""
        from obstore import list_with_delimiter  # noqa: PLC0415  (an extra)

        with self._explained():
            return sorted(list_with_delimiter(self._store)["common_prefixes"])

    def changed_at(self, folder: str) -> float:
        """Return when an object in a folder was last written; 0 for none."""
        from obstore import list as list_objects  # noqa: PLC0415  (an extra)

        with self._explained():
            batches = list_objects(self._store, folder)
            times = (each["last_modified"].timestamp() for batch in batches for each in batch)
            return max(times, default=0.0)

    def probe(self) -> None:
        """See that an object is made only where none is.

        Raises:
            LedgerError: The storage writes over what is there, or refuses.
        """
        name = "probe"
        self.create(name, b"1")
        if self.create(name, b"2"):
            raise self.unconditional()

    def unconditional(self) -> LedgerError:
        """Return the error for a storage that writes over what is there."""
        return LedgerError(
            f"{self.url}: this storage cannot make an object only where none is (a conditional "
            "PUT), so nothing would keep two machines from buying the same row. Use another "
            "storage for `state:`, or a folder on a disk."
        )

    def _connect(self) -> ObjectStore:
        try:
            from obstore.store import AzureStore, GCSStore, LocalStore, S3Store  # noqa: PLC0415
        except ImportError as error:
            message = (
                f"{self.url}: a ledger in shared storage needs the extra 'shared': "
                "pip install 'enrich[shared]'."
            )
            raise LedgerError(message) from error
        parts = urlsplit(self.url)
        bucket, prefix = parts.netloc, unquote(parts.path).strip("/") or None
        if self._scheme == "file":
            self._folder = Path(unquote(parts.path))
            self._folder.mkdir(parents=True, exist_ok=True)
            return LocalStore(self._folder)
        how: dict[str, Any] = {
            "prefix": prefix,
            "client_options": {
                "timeout": f"{REQUEST_TIMEOUT_S}s",
                "connect_timeout": f"{CONNECT_TIMEOUT_S}s",
                "allow_http": True,  # an endpoint with http:// says itself that it is one
            },
            "retry_config": {"max_retries": RETRIES, "retry_timeout": _seconds(RETRIES_WITHIN_S)},
        }
        environ = os.environ
        match self._scheme:
            case "s3":
                endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
                if endpoint:
                    how["endpoint"] = endpoint
                return S3Store(bucket, **how)
            case "gs":
                return GCSStore(bucket, **how)
            case _:
                named = {
                    "account_name": environ.get("AZURE_STORAGE_ACCOUNT"),
                    "account_key": environ.get("AZURE_STORAGE_KEY"),
                    "endpoint": environ.get("AZURE_STORAGE_SERVICE_ENDPOINT"),
                }
                how |= {name: value for name, value in named.items() if value}
                return AzureStore(bucket, **how)

    def _sync(self, name: str) -> None:
        """Bring a file of a shared folder to its disk, as object storage does by itself."""
        if self._folder is None:
            return
        path = self._folder / name
        for place in (path, path.parent):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the storage's errors into sentences.

        Raises:
            LedgerError: With what to do.
        """
        try:
            yield
        except (LedgerError, NotImplementedError):
            raise
        except Exception as error:
            kind = type(error).__name__
            said = str(error).split("\n\nDebug source", 1)[0].strip()
            raise LedgerError(self._sentence(kind, said)) from error

    def _sentence(self, kind: str, said: str) -> str:
        lower = said.lower()
        bucket = urlsplit(self.url).netloc
        if _no_bucket(said):
            return f"{self.url}: there is no bucket '{bucket}'. Make it, or mend `state:`."
        nobody = any(word in lower for word in ("169.254.169.254", "metadata", "credential"))
        if kind == "UnauthenticatedError" or (nobody and self._scheme in _CREDENTIALS):
            return f"{self.url}: no credentials are found for it: {_CREDENTIALS[self._scheme]}."
        if kind in {"PermissionDeniedError", "PermissionError"}:
            return (
                f"{self.url}: may not be used with these credentials; reading, writing, listing "
                f"and deleting are needed there ({_short(said)})."
            )
        return (
            f"{self.url}: the storage does not do what is asked ({_short(said)}). Nothing is lost: "
            "when that is mended, run the same command again."
        )


def _no_bucket(error: object) -> bool:
    text = str(error)
    return any(
        code in text for code in ("NoSuchBucket", "ContainerNotFound", "bucket does not exist")
    )


def _short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= 240 else f"{line[:240]}…"


def _seconds(number: int) -> Any:
    from datetime import timedelta  # noqa: PLC0415  (only here)

    return timedelta(seconds=number)
