"""Work in a thread of its own, which is stopped when whoever waits for it gives up."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread  # noqa: F401  (its end comes behind ``_end_all``, registered later)
import contextvars
import os
import sys
import threading
import weakref
from concurrent.futures import Future, wait
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from enrich.errors import Interrupted
from enrich.pipeline.stopping import STOPPED, Stop, call_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

T = TypeVar("T")

LOOK_EVERY_S: Final = 1.0
"""A wait without an end hears no Ctrl-C on Windows."""
LEAVING_S: Final = 1.0
"""How long work that is broken off has to close its ledger before it is left to itself."""


class Apart(Generic[T]):
    """Some work in a thread.

    Whoever gives up waiting for it stops it as a first Ctrl-C stops the command: nothing more is
    bought, POSTs on their way are seen to their end, and the ledger is closed, before he goes on.
    Giving up again breaks it off. A program that ends stops it, too.
    """

    def __init__(self, work: Callable[[Stop], T]) -> None:
        """Begin.

        Args:
            work: Is given what stops it.
        """
        self.stop = Stop()
        self._process = os.getpid()
        self._ended: Future[T] = Future()
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(_ending, work, self.stop, self._ended), name="enrich"
        )
        self._thread.start()
        _begun.add(self)

    @property
    def is_at_work(self) -> bool:
        """Return whether it goes on; in a process that was forked meanwhile it does not."""
        return not self._ended.done() and os.getpid() == self._process

    @property
    def failed(self) -> bool:
        """Return whether it has ended with an error."""
        return self._ended.done() and self._ended.exception() is not None

    def tell(self, told: Callable[[], object]) -> None:
        """Call something at its end, in its thread; at once when it has ended."""
        self._ended.add_done_callback(lambda _: told())

    def result(self) -> T:
        """Return what came of work that has ended, or raise what it raised.

        Raises:
            Interrupted: A stop was asked for, though it was at its end already.
        """
        result = self._ended.result()
        if self.stop.times:
            raise Interrupted(STOPPED)
        return result

    def waited_for(self) -> T:
        """Wait for its end, and return what came of it."""
        try:
            with self.stop.asked_by_signals():
                self._join()
        except BaseException:
            self.leave()
            raise
        return self.result()

    async def awaited(self) -> T:
        """Do the same without holding up the loop."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        self.tell(lambda: call_in(loop, ended.set))
        try:
            await ended.wait()
        except asyncio.CancelledError:
            self.stop.ask()
            with _shielded():
                await self._ends(ended)
            raise
        except GeneratorExit:  # its loop is gone
            self.stop.ask()
            raise
        self._thread.join()
        return self.result()

    async def _ends(self, ended: asyncio.Event) -> None:
        try:
            await ended.wait()
        except asyncio.CancelledError:
            self.stop.ask()
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAVING_S):
                    await ended.wait()
            raise
        finally:
            if ended.is_set():
                self._thread.join()  # which has nothing left to do

    def leave(self) -> None:
        """Give up: ask it to stop unless it was asked, and wait until it has."""
        if not self.is_at_work:
            return
        if not self.stop.times:
            self.stop.ask()
        if self._thread is threading.current_thread():
            return  # a stream that is collected as garbage may be so in its own thread
        try:
            if self.stop.times == 1:
                with self.stop.asked_by_signals():
                    self._join()
        except BaseException:
            if self.stop.times == 1:
                self.stop.ask()
            raise
        finally:
            wait([self._ended], LEAVING_S)

    def _join(self) -> None:
        # Not for the thread: Python 3.11 takes one for ended whose ``join`` was broken off.
        while self.is_at_work:
            wait([self._ended], LOOK_EVERY_S)
        self._thread.join()


def _ending(work: Callable[[Stop], T], stop: Stop, ended: Future[T]) -> None:
    try:
        result = work(stop)
    except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
        ended.set_exception(error)
    else:
        ended.set_result(result)


def _shielded() -> AbstractContextManager[object]:
    """Let anyio cancel once: it does so in each turn of the loop until a task has ended."""
    anyio = sys.modules.get("anyio")
    return nullcontext() if anyio is None else anyio.CancelScope(shield=True)


_begun: Final[weakref.WeakSet[Apart[Any]]] = weakref.WeakSet()


def _end_all() -> None:
    """Stop what is at work when the program ends: nobody is there any more to take it."""
    at_work = [each for each in _begun if each.is_at_work]
    for each in at_work:
        each.stop.ask()
    for each in at_work:
        each.leave()


# Python waits for threads before ``atexit`` is asked, and they would buy on meanwhile.
threading._register_atexit(_end_all)  # type: ignore[attr-defined]  # noqa: SLF001
