"""The embedded server: a Task API of our own inside this process, for one command."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.errors import ConfigError
from enrich.research.question import ResearchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from enrich.job import Job
    from enrich.research.question import Engine

KEYS_ENV: Final = "ENRICH_SERVER_KEYS"
WEBHOOK_SECRET_ENV: Final = "ENRICH_WEBHOOK_SECRET"  # noqa: S105  (a variable's name)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What ``enrich serve`` is told.

    Attributes:
        corpus: Folders or files of documents.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        state: The folder of the runs and of the documents' index.
        keys: A file of keys; those of the environment are known beside them.
        no_auth: Anyone on this machine may call without a key. Otherwise a key must be
            shown; any will do while none is named, on this machine alone.
        runs_per_minute: Quota of each key that has none of its own.
        credit_usd: Credit of each key that has none of its own.
        at_once: Limits of processors, ``name=number`` each.
        faults: Failures to make on purpose.
        seed: Decides which requests a fault strikes.
        private_webhooks: Also send webhooks to private addresses.
        verbose: Log each request.
    """

    corpus: Sequence[str]
    host: str
    port: int
    state: str
    keys: str | None = None
    no_auth: bool = False
    runs_per_minute: int | None = None
    credit_usd: float | None = None
    at_once: Sequence[str] = ()
    faults: Sequence[str] = ()
    seed: int = 0
    private_webhooks: bool = False
    verbose: bool = False


def new_key(name: str) -> tuple[str, str]:
    """Make a key: its secret, and the lines that a file of keys holds for it.

    Raises:
        ConfigError: The name cannot be one.
    """
    made: tuple[str, str] = _server().keys.new_key(name)
    return made


def serve(serving: Serving, *, on_ready: Callable[[str, bool], None]) -> None:
    """Serve until stopped.

    Args:
        serving: What to serve, where and to whom.
        on_ready: Is told the address, and whether any key will do because none is named.

    Raises:
        ConfigError: No documents, a fault that is none, or an address that others can
            reach without a key.
    """
    server = _server()
    keys = server.keys.parse_keys(os.environ.get(KEYS_ENV, ""), where=KEYS_ENV)
    if serving.keys is not None:
        keys += server.keys.read_keys(Path(serving.keys))
    if not keys and not server.auth.is_loopback(serving.host):
        message = f"{serving.host} can be reached by others: set {KEYS_ENV} to name=key first"
        raise ConfigError(message)
    folder = Path(serving.state)
    folder.mkdir(parents=True, exist_ok=True)
    per_minute = serving.runs_per_minute
    settings = server.ServerSettings(
        database=folder / "runs.db",
        keys=keys,
        no_auth=serving.no_auth,
        any_key=not keys,
        quota=None if per_minute is None else server.Quota(limit=per_minute),
        credit_usd=serving.credit_usd,
        at_once=dict(map(_limit, serving.at_once)),
        faults=tuple(serving.faults),
        seed=serving.seed,
        fault_header=True,
        webhook_secret=os.environ.get(WEBHOOK_SECRET_ENV) or None,
        webhooks_to_private=serving.private_webhooks,
    )
    server.write_logs(sys.stderr, verbose=serving.verbose)
    engine = research_engine(serving.corpus, folder / "index.db")
    try:
        server.serve(
            settings,
            engine,
            host=serving.host,
            port=serving.port,
            on_ready=lambda url: on_ready(url, not keys),
        )
    finally:
        engine.close()


def _server() -> ModuleType:
    try:
        from enrich import server  # noqa: PLC0415  (an extra)
        from enrich.server import auth, keys  # noqa: F401, PLC0415  (asked for by their places)
    except ImportError as error:
        raise _not_installed(error) from error
    return server


def _limit(text: str) -> tuple[str, int]:
    processor, _, number = text.partition("=")
    if not number.isdecimal():
        raise ConfigError(f"{text!r} is no limit; write ultra=2")
    return processor, int(number)


def _not_installed(error: ImportError) -> ConfigError:
    return ConfigError(
        f"the embedded server needs the package {error.name}: pip install 'enrich[local]', "
        "or set api.base_url to an API"
    )
