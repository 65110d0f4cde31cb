"""The embedded server: a Task API of our own inside this process, for one command."""

from __future__ import annotations

import ipaddress
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.errors import ConfigError
from enrich.research.question import ResearchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.job import Job
    from enrich.research.question import Engine

KEYS_ENV: Final = "ENRICH_SERVER_KEYS"


def research_engine(corpus: Sequence[str], index: Path) -> Engine:
    """Return the engine that answers from some documents.

    Args:
        corpus: Folders or files of documents.
        index: The file that their index is kept in.

    Raises:
        ConfigError: There are no documents, or the packages for them are not installed.
    """
    try:
        from enrich.research.engine import (  # noqa: PLC0415  (an extra)
            ResearchEngine,
            ResearchSettings,
        )
    except ImportError as error:
        raise _not_installed(error) from error
    settings = ResearchSettings(corpus=tuple(map(Path, corpus)), index_path=index)
    try:
        return ResearchEngine(settings)
    except ResearchError as error:
        raise ConfigError(str(error), key="local.corpus") from error


@contextmanager
def embedded(job: Job) -> Iterator[tuple[str, str]]:
    """Run a server for a job, and give its address and key.

    Its runs are kept in the job's state folder, so that a command that died goes on.

    Raises:
        ConfigError: See ``research_engine``.
    """
    try:
        from enrich.server import EmbeddedServer, ServerSettings  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _not_installed(error) from error
    folder = job.state / "local-server"
    folder.mkdir(parents=True, exist_ok=True)
    if not job.local.corpus:
        message = "base_url: local reads documents; name their folder in local.corpus"
        raise ConfigError(message, path=job.path, line=job.line_of("local"), key="local.corpus")
    engine = research_engine(job.local.corpus, folder / "index.db")
    settings = ServerSettings(database=folder / "runs.db")
    try:
        with EmbeddedServer(settings, engine) as server:
            yield server.url, server.api_key
    finally:
        engine.close()


def serve(
    corpus: Sequence[str],
    *,
    host: str,
    port: int,
    state: str,
    faults: Sequence[str],
    seed: int,
    on_ready: Callable[[str], None],
) -> None:
    """Serve until stopped.

    Raises:
        ConfigError: No documents, a fault that is none, or an address that others can
            reach without a key.
    """
    try:
        from enrich import server  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise _not_installed(error) from error
    keys = _keys(os.environ.get(KEYS_ENV, ""))
    if not keys and not _is_loopback(host):
        message = f"{host} can be reached by others: set {KEYS_ENV} to name=key first"
        raise ConfigError(message)
    folder = Path(state)
    folder.mkdir(parents=True, exist_ok=True)
    settings = server.ServerSettings(
        database=folder / "runs.db",
        keys=tuple(server.ApiKey.of(secret, name=name) for name, secret in keys.items()),
        no_auth=not keys,
        faults=tuple(faults),
        seed=seed,
        fault_header=True,
    )
    engine = research_engine(corpus, folder / "index.db")
    try:
        server.serve(settings, engine, host=host, port=port, on_ready=on_ready)
    finally:
        engine.close()


def _keys(text: str) -> dict[str, str]:
    """Read ``name=key`` pairs, separated by commas."""
    keys = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, secret = pair.partition("=")
        if not (name and equals and secret):
            message = f"{KEYS_ENV} holds name=key pairs, separated by commas"
            raise ConfigError(message)
        keys[name] = secret
    return keys


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _not_installed(error: ImportError) -> ConfigError:
    return ConfigError(
        f"the embedded server needs the package {error.name}: pip install 'enrich[local]', "
        "or set api.base_url to an API"
    )
