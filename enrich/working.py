"""Workers of a research server: `enrich work`, and the process that each of them is."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.errors import ConfigError
from enrich.local import (
    WORKER_KEY_ENV,
    Means,
    cores,
    means_of,
    research_engine,
    supervisor_of,
    worker_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.research.question import Engine

STOP_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Working(Means):
    """What ``enrich work`` is told.

    Attributes:
        url: Of the server whose runs are answered.
        corpus: Folders or files of documents.
        state: The folder of their index.
        workers: Processes; None takes one for each processor.
        verbose: Log more than what is wrong.
    """

    url: str
    corpus: Sequence[str]
    state: str
    workers: int | None = None
    verbose: bool = False


def work(working: Working, *, on_ready: Callable[[int], None]) -> None:
    """Answer the runs of a server until stopped.

    Args:
        working: Whose runs, and from what.
        on_ready: Is told how many workers are started.

    Raises:
        ConfigError: No key, no server that lets workers in, or no documents.
    """
    key = worker_key()
    if key is None:
        raise ConfigError(f"set {WORKER_KEY_ENV} to the key that the server was started with")
    from enrich.server.logs import write_logs  # noqa: PLC0415  (an extra)
    from enrich.server.work.client import WorkClient  # noqa: PLC0415

    if not working.url.startswith(("http://", "https://")):
        raise ConfigError(f"{working.url!r} is no address; it begins with http:// or https://")
    server = WorkClient(working.url, key)
    try:
        server.check()
    finally:
        server.close()
    write_logs(sys.stderr, verbose=working.verbose)
    n = cores() if working.workers is None else working.workers
    with supervisor_of(working.corpus, Path(working.state), means_of(working), n) as supervisor:
        supervisor.start(working.url, key)
        on_ready(n)
        try:
            while not supervisor.is_over:
                time.sleep(0.2)
        except KeyboardInterrupt:  # SIGTERM is one, too
            supervisor.ask_to_stop()
            give_up_at = time.monotonic() + STOP_S
            while not supervisor.is_over and time.monotonic() < give_up_at:
                time.sleep(0.05)
        finally:
            supervisor.kill()


def _engine(told: dict[str, Any]) -> Engine:
    means = {**told["means"], "model_price": tuple(told["means"]["model_price"])}
    return research_engine(
        told["corpus"], Path(told["index"]), Means(**means), index_is_kept=True, stays=True
    )


def _main() -> None:
    from enrich.server.logs import write_logs  # noqa: PLC0415  (an extra)
    from enrich.server.work.children import supervised  # noqa: PLC0415

    write_logs(sys.stderr, verbose=False)
    supervised(_engine)


if __name__ == "__main__":
    _main()
