"""Workers as child processes: started, watched, and started again.

A child reads what it is told from its standard input, whose end means that its parent is
gone, and sends a sign of life a second to its standard output. One that dies is started
again after a pause that doubles; one that says nothing is killed first.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

import httpx
import msgspec

from enrich.server.work.client import WorkClient
from enrich.server.work.messages import Report
from enrich.server.work.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from enrich.records import JsonObject
    from enrich.research.question import Engine

log = logging.getLogger(__name__)

BEAT_S: Final = 1.0
SILENT_S: Final = 30.0
START_S: Final = 120.0
"""The first sign of life may take longer: libraries are read from a cold disk."""
SETTLED_S: Final = 60.0
"""A worker that lived so long is started again at once."""
MAX_PAUSE_S: Final = 10.0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is told, on its standard input, where nobody else can read it.

    Attributes:
        url: Of the server.
        key: The worker key.
        threads: Runs that it answers side by side.
        engine: What its engine is made of.
    """

    url: str
    key: str
    threads: int
    grace_s: float
    engine: dict[str, object]


class Supervisor:
    """Keeps some workers at work.

    Args:
        command: Starts one; it must call :func:`supervised`.
        n: How many.
        engine: What they make their engines of.
        threads: Runs that each answers side by side.
        grace_s: How long their runs at work may take to end.
        silent_s: How long one may give no sign of life.
    """

    def __init__(
        self,
        command: Sequence[str],
        n: int,
        *,
        engine: JsonObject,
        threads: int = 1,
        grace_s: float = 5.0,
        silent_s: float = SILENT_S,
    ) -> None:
        self._command = command
        self._n = n
        self._engine = engine
        self._per_worker = threads
        self._grace_s = grace_s
        self._silent_s = silent_s
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._threads: list[threading.Thread] = []

    def start(self, url: str, key: str) -> None:
        """Start the workers of a server."""
        told = Told(
            url=url,
            key=key,
            threads=self._per_worker,
            grace_s=self._grace_s,
            engine=self._engine,
        )
        self._threads = [
            threading.Thread(
                target=self._keep, args=(i, told), name=f"enrich-keeper-{i}", daemon=True
            )
            for i in range(self._n)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pids(self) -> list[int]:
        """The processes that are there now."""
        with self._lock:
            return [child.pid for child in self._children.values()]

    @property
    def is_over(self) -> bool:
        """Whether no worker is there and none will be."""
        return not any(thread.is_alive() for thread in self._threads)

    def ask_to_stop(self) -> None:
        """Let each end what it has at work, for the grace, and give back the rest."""
        self._stopping.set()
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End those that are there still."""
        self._stopping.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        with self._lock:
            for child in self._children.values():
                child.send_signal(number)

    def _keep(self, i: int, told: Told) -> None:
        pause_s = 0.1
        while not self._stopping.is_set():
            began = time.monotonic()
            name = f"{socket.gethostname()[:100]}-{i}-{secrets.token_hex(6)}"
            code, silent = self._run(i, name, told)
            if code != 0:
                _tell_dead(told, name)
            if self._stopping.is_set():
                return
            pause_s = 0.1 if time.monotonic() - began > SETTLED_S else min(2 * pause_s, MAX_PAUSE_S)
            why = "gave no sign of life and was killed" if silent else f"ended with status {code}"
            log.warning("a worker %s; another is started in %.1f s", why, pause_s)
            self._stopping.wait(pause_s)

    def _run(self, i: int, name: str, told: Told) -> tuple[int, bool]:
        """Run one child to its end; return its status, and whether it was killed for its silence."""
        with subprocess.Popen(  # noqa: S603  (our own program)
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child:
            assert child.stdin is not None  # noqa: S101  (asked for)
            assert child.stdout is not None  # noqa: S101
            with self._lock:
                self._children[i] = child
            try:
                with contextlib.suppress(BrokenPipeError):  # its status tells
                    child.stdin.write(msgspec.json.encode({"name": name, "told": told}) + b"\n")
                    child.stdin.flush()
                if self._stopping.is_set():
                    child.terminate()
                silent = self._listen(child.stdout.fileno())
                if silent:
                    child.kill()
                return child.wait(), silent
            finally:
                with self._lock:
                    del self._children[i]
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.close()

    def _listen(self, beats: int) -> bool:
        """Wait until a child closes its output, or until it was silent for too long."""
        poll = select.poll()  # select() knows the first thousand files only
        poll.register(beats, select.POLLIN)
        patience_s = START_S
        while True:
            if not poll.poll(patience_s * 1_000):
                return True
            if not os.read(beats, 4_096):
                return False
            patience_s = self._silent_s


def _tell_dead(told: Told, name: str) -> None:
    """Let the server give a dead worker's runs to others now; it would find out by itself later."""
    server = WorkClient(told.url, told.key)
    try:
        server.report(Report(worker=name, gone="died"))
    except httpx.HTTPError as error:
        log.info("the death of worker %s was not told: %r", name, error)
    finally:
        server.close()


def supervised(make_engine: Callable[[JsonObject], Engine]) -> None:
    """Be a child of a :class:`Supervisor`: work until told to stop, and leave.

    Args:
        make_engine: Makes the engine of what the parent told.
    """
    worker: Worker | None = None
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        if worker is not None:
            worker.stop()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, on_signal)
    # Ctrl-C goes to the parent, too, which decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    beats = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no sign of life
    first = sys.stdin.buffer.readline()
    if not first:
        return
    given = msgspec.json.decode(first)
    told = msgspec.convert(given["told"], Told)
    threading.Thread(target=_beat_for_ever, args=(beats,), daemon=True).start()
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    engine = make_engine(told.engine)
    server = WorkClient(told.url, told.key)
    worker = Worker(server, engine, name=given["name"], threads=told.threads, grace_s=told.grace_s)
    if stopped:
        worker.stop()
    status = worker.work()
    # A run that hangs, or one that is at work past the grace, is left behind: nothing is
    # joined, and what the engine holds on disk is safe against a kill.
    logging.shutdown()
    os._exit(status)


def _beat_for_ever(beats: int) -> None:
    while True:
        try:
            os.write(beats, b".")
        except OSError:  # the parent is gone
            return
        time.sleep(BEAT_S)


def _watch_parent(stop: Callable[[], None]) -> None:
    while sys.stdin.buffer.readline():
        pass
    stop()
