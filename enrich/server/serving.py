"""The app on a socket: in the foreground, or in a thread of another program."""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
import secrets
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from enrich.errors import ConfigError
from enrich.server.app import build_app
from enrich.server.auth import check_settings
from enrich.server.problems import Problem
from enrich.server.settings import ApiKey, digest_of
from enrich.server.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from enrich.research.question import Engine
    from enrich.server.settings import ServerSettings
    from enrich.server.work.children import Supervisor

LOOPBACK: Final = "127.0.0.1"
EMBEDDED: Final = "embedded"
BACKLOG: Final = 2_048
IDLE_CONNECTION_S: Final = 75
"""Longer than clients keep idle connections (httpx: 5 s), so that none of them sends
a request into a connection that is just being closed."""
STOP_S: Final = 3.0
"""What a worker needs to stop beside its grace."""
STALLED_AFTER_S: Final = 300.0
"""A reader who takes nothing for so long is given up."""


def serve(
    settings: ServerSettings,
    engine: Engine | None,
    *,
    host: str = LOOPBACK,
    port: int = 8787,
    on_ready: Callable[[str], None] | None = None,
    supervisor: Supervisor | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, in the main thread.

    Args:
        settings: Must hold a key, or ``no_auth`` on a loopback host.
        engine: Answers the runs; it stays open. None leaves them to workers.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        on_ready: Is told the server's URL when it accepts calls.
        supervisor: Keeps workers of this server, with a key of their own.

    Raises:
        ConfigError: The settings, the address or the database cannot be used.
    """
    check_settings(settings, host)
    key = secrets.token_urlsafe(32)
    if supervisor is not None:
        settings = replace(settings, worker_keys=(*settings.worker_keys, digest_of(key)))
    server = _Server(settings, engine, _listen(host, port), on_ready)
    if supervisor is not None:
        server.supervise(supervisor, key)
    # What lives now lives as long as the process, and bodies of a thousand runs are a great many
    # objects without a cycle: looked through as often as usual, they cost an eighth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    server.run()


class EmbeddedServer:
    """A server in a thread of this program, on a free port of this machine.

    Use it as a context manager. It has one key of its own, new each time; its runs
    belong to the same account each time. The engine stays open when it stops.

    Attributes:
        url: Base URL for a client.
        api_key: The key to call it with.
    """

    def __init__(self, settings: ServerSettings, engine: Engine | None) -> None:
        self.api_key = secrets.token_urlsafe(32)
        key = ApiKey.of(self.api_key, name=EMBEDDED)
        self._settings = replace(settings, keys=(*settings.keys, key))
        self._engine = engine
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._server: _Server | None = None
        self.url = ""

    def start(self) -> Self:
        """Begin to serve, and come back when calls are accepted.

        Raises:
            ConfigError: The settings or the database cannot be used.
        """
        check_settings(self._settings, LOOPBACK)
        server = _Server(
            self._settings, self._engine, _listen(LOOPBACK, 0), lambda _: self._ready.set()
        )
        self._server = server
        self.url = server.url
        # A daemon thread: a program that forgets to stop the server can still end.
        self._thread = threading.Thread(
            target=self._serve, args=(server,), name="enrich-server", daemon=True
        )
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Stop gracefully; runs that are not done go on at the next start."""
        if self._server is None:
            return
        atexit.unregister(self.stop)
        self._server.end()
        self._thread.join(timeout=2 * self._settings.stop_grace_s + 5.0)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _serve(self, server: _Server) -> None:
        try:
            server.run()
        except BaseException as error:  # noqa: BLE001  (it is raised where start() waits)
            self._error = error
        finally:
            self._ready.set()


_BAD_REQUEST: Final = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
    b"connection: close\r\n\r\n"
)


class _Protocol(H11Protocol):
    """HTTP/1.1 that hangs up on callers who stop saying what they began, or stop reading.

    The app can reach its connection, for faults that break it.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
        self._heard_at = self.loop.time()
        self._stuck_at: float | None = None
        self._look_again()

    def data_received(self, data: bytes) -> None:
        self._heard_at = self.loop.time()
        super().data_received(data)

    def pause_writing(self) -> None:
        self._stuck_at = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stuck_at = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, as the wire has it."""
        cycle = self.cycle
        begun = cycle is not None  # uvicorn begins without one
        if not (begun and cycle.response_started):
            body = Problem(400, msg).response().body
            self.transport.write(_BAD_REQUEST % len(body) + bytes(body))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)

    def _look_again(self) -> None:
        self._watch = self.loop.call_later(IDLE_CONNECTION_S / 5, self._look)

    def _look(self) -> None:
        now = self.loop.time()
        if self._stuck_at is not None and now - self._stuck_at >= STALLED_AFTER_S:
            # Closing would wait for the reader to take what is left.
            self.transport.abort()
        elif now - self._heard_at >= IDLE_CONNECTION_S and self._owes_more():
            self.transport.close()
        else:
            self._look_again()

    def _owes_more(self) -> bool:
        """Whether the caller has to go on; uvicorn itself sees to those between two requests."""
        if self.timeout_keep_alive_task is not None or self.flow.read_paused:
            return False
        # One whose request is complete waits for us, and may wait for long.
        cycle = self.cycle
        begun = cycle is not None  # uvicorn begins without one
        return not begun or cycle.more_body or cycle.response_complete


class _Server(uvicorn.Server):
    """A server that says when it is ready, and wakes its streams when it stops.

    Attributes:
        url: Where it answers.
    """

    def __init__(
        self,
        settings: ServerSettings,
        engine: Engine | None,
        listening: socket.socket,
        on_ready: Callable[[str], None] | None,
    ) -> None:
        self._listening = listening
        self._on_ready = on_ready
        self._supervised: tuple[Supervisor, str] | None = None
        self._grace_s = settings.stop_grace_s
        self._asked: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self.url = _url(listening)
        # Opened here and not in the lifespan, where uvicorn would make of its error
        # a traceback in a log.
        try:
            self._app = build_app(settings, engine, lambda: database)
            database = Database(settings.database)
        except ConfigError:
            listening.close()
            raise
        super().__init__(
            uvicorn.Config(
                self._app,
                http=_Protocol,
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=IDLE_CONNECTION_S,
                timeout_graceful_shutdown=max(1, round(settings.stop_grace_s)),
            )
        )

    def supervise(self, supervisor: Supervisor, key: str) -> None:
        """Have workers started when calls are accepted, with a key that lets them in."""
        self._supervised = supervisor, key

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until asked to stop."""
        try:
            with self._listening:
                super().run(sockets=sockets or [self._listening])
        except SystemExit as error:
            # uvicorn logs why the lifespan did not begin, and exits.
            raise ConfigError("the server could not start; its log says why") from error

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop gracefully, or at once when asked with Ctrl-C a second time.

        uvicorn would raise the signal again when all is done; the program that asked
        would then see a killed process, and what follows ``serve`` would not happen.
        """
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    def end(self) -> None:
        """Ask to stop, from any thread."""
        self.should_exit = True
        if self._asked is not None:
            loop, asked = self._asked
            with suppress(RuntimeError):  # it has stopped already
                loop.call_soon_threadsafe(asked.set)

    async def main_loop(self) -> None:
        """Tick until asked to stop; an embedded server does not wait for the next tick."""
        asked = asyncio.Event()
        self._asked = (asyncio.get_running_loop(), asked)
        waiting = [asyncio.create_task(super().main_loop()), asyncio.create_task(asked.wait())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started and self._supervised is not None:
            supervisor, key = self._supervised
            supervisor.start(_from_here(self._listening), key)
        if self.started and self._on_ready is not None:
            self._on_ready(self.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # First the workers, which have to tell what they did.
        if self._supervised is not None:
            await self._stop_workers(self._supervised[0])
        # Then the streams: uvicorn waits for them before the lifespan ends.
        self._app.state.service.feed.close()
        await super().shutdown(sockets=sockets)

    async def _stop_workers(self, supervisor: Supervisor) -> None:
        supervisor.ask_to_stop()
        give_up_at = time.monotonic() + self._grace_s + STOP_S
        while not supervisor.is_over:
            if self.force_exit or time.monotonic() >= give_up_at:
                supervisor.kill()
                return
            await asyncio.sleep(0.05)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, or asyncio leaves Nagle's algorithm on and every answer
    # waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let others take the port over
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigError(f"cannot listen on {host}:{port}: {error}") from error
    return listening


def _from_here(listening: socket.socket) -> str:
    """Return the address for programs on this machine: the one for all is no address to call."""
    host, port = listening.getsockname()[:2]
    return _address({"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host), port)  # noqa: S104


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return _address(host, port)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
