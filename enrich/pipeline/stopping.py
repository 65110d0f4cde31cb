"""Stopping: asked for by a signal or by a program, before or while something is bought."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STOPPED: Final = "Stopped as asked. Nothing is lost: the same command goes on from here."
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """A stop of one command. Asked for once it is gentle, and asked for again it is at once.

    Attributes:
        times: How often it was asked for.
    """

    def __init__(self) -> None:
        self.times = 0
        self._tell: Callable[[], None] | None = None

    def ask(self) -> None:
        """Ask for it, from any thread, or from within a signal's handler."""
        self.times += 1
        if (tell := self._tell) is not None:
            tell()

    @contextmanager
    def heeded(self, gently: Callable[[], object], at_once: Callable[[], object]) -> Iterator[None]:
        """Do in the running loop what is asked for, also what was asked for before.

        In the main thread Ctrl-C and SIGTERM ask for it as well.

        Args:
            gently: Ends the work soon.
            at_once: Breaks it off.
        """
        loop = asyncio.get_running_loop()

        def heed() -> None:
            if self.times:
                gently()
            if self.times > 1:
                at_once()

        self._tell = lambda: call_in(loop, heed)
        try:
            heed()
            with _signals_in(loop, self.ask):
                yield
        finally:
            self._tell = None

    @contextmanager
    def asked_by_signals(self) -> Iterator[None]:
        """Let Ctrl-C and SIGTERM ask for it while the main thread waits for another one.

        The second also breaks the wait off.

        Raises:
            KeyboardInterrupt: The second signal.
        """

        def on_signal(*_: object) -> None:
            self.ask()
            if self.times > 1:
                raise KeyboardInterrupt

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = [signal.getsignal(number) for number in _SIGNALS]
        try:
            for number in _SIGNALS:
                signal.signal(number, on_signal)
            yield
        finally:
            _restore(before)


def call_in(loop: asyncio.AbstractEventLoop, work: Callable[[], object]) -> None:
    """Call something in a loop from another thread; in one that has ended there is nothing to do."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(work)


@contextmanager
def _signals_in(loop: asyncio.AbstractEventLoop, on_signal: Callable[[], None]) -> Iterator[None]:
    """Let a loop hear Ctrl-C and SIGTERM."""
    before = [signal.getsignal(number) for number in _SIGNALS]
    try:
        for number in _SIGNALS:
            loop.add_signal_handler(number, on_signal)
    except (NotImplementedError, RuntimeError, ValueError):
        # Windows, or not the main thread: Ctrl-C is an exception there, and safe as well.
        yield
        return
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        _restore(before)


def _restore(handlers: list[signal._HANDLER]) -> None:
    for number, handler in zip(_SIGNALS, handlers, strict=True):
        # None stands for one that was not set from Python, and cannot be set again from here.
        signal.signal(number, signal.SIG_DFL if handler is None else handler)
