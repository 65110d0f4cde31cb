"""Threads that keep waiting off the event loop.

Daemon threads of our own rather than an executor of the standard library: that
one is joined when the interpreter exits, and a forgotten server would hang it.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from enrich.server.store.reader import Reader
from enrich.server.store.rows import Accepted
from enrich.server.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.server.store.database import Database
    from enrich.server.store.rows import Posting

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S")

READERS = 2
MAX_RUNS_AT_ONCE = 1_000
"""Runs of one transaction: other writes wait for it."""


class Lane:
    """Threads that take calls in order and answer on the event loop."""

    def __init__(self, name: str, *, threads: int = 1) -> None:
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"enrich-{name}-{i}", daemon=True)
            for i in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def call(self, work: Callable[[], T]) -> T:
        """Run ``work`` on a thread of the lane; cancelling does not stop it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def step() -> None:
            try:
                answer = work()
            except BaseException as error:  # noqa: BLE001  (it is raised where it is awaited)
                _tell(loop, _fail, future, error)
            else:
                _tell(loop, _answer, future, answer)

        self._calls.put(step)
        return await future

    def close(self) -> None:
        """End the threads when they have done what was asked before."""
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join(timeout=5.0)

    def _run(self) -> None:
        while (step := self._calls.get()) is not None:
            step()


@dataclass(slots=True)
class _Waiting:
    """A POST that waits for the writer, and what came of it."""

    posting: Posting
    answer: Accepted | Exception | None = None


class Access:
    """The store from the event loop: one lane writes, another reads.

    A question asked after a change was answered sees that change.
    """

    def __init__(self, database: Database) -> None:
        self._writer = Writer(database.writer)
        self._waiting: deque[_Waiting] = deque()
        self._glancing = Reader(database.connect())
        self._readers: SimpleQueue[Reader] = SimpleQueue()
        for _ in range(READERS):
            self._readers.put(Reader(database.connect()))
        self._writing = Lane("writer")
        self._reading = Lane("reader", threads=READERS)

    async def write(
        self, verb: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do something to the store, after everything asked before."""
        return await self._writing.call(lambda: verb(self._writer, *args, **kwargs))

    async def accept(self, posting: Posting) -> Accepted:
        """Take the runs of a POST on.

        POSTs that arrive while the disk is waited for share the next wait.

        Raises:
            Refused: Nothing was accepted.
        """
        waiting = _Waiting(posting)
        self._waiting.append(waiting)
        # Each call takes what waits by then, so ours is taken by this one at the latest.
        await self.write(self._accept_waiting)
        if isinstance(waiting.answer, Accepted):
            return waiting.answer
        assert waiting.answer is not None  # noqa: S101  (it was taken)
        raise waiting.answer

    def _accept_waiting(self, writer: Writer) -> None:
        taken: list[_Waiting] = []
        runs = 0
        while self._waiting and runs < MAX_RUNS_AT_ONCE:
            taken.append(self._waiting.popleft())
            runs += len(taken[-1].posting.runs)
        if not taken:
            return
        answers: Sequence[Accepted | Exception]
        try:
            answers = writer.accept_all([waiting.posting for waiting in taken])
        except Exception as error:  # noqa: BLE001  (it is raised where it is awaited)
            answers = [error] * len(taken)
        for waiting, answer in zip(taken, answers, strict=True):
            waiting.answer = answer

    def glance(
        self, question: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask, on the event loop itself, what an index answers with a few rows.

        It takes less time than a change of threads, and no writer holds it up.
        """
        return question(self._glancing, *args, **kwargs)

    async def read(
        self, question: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Ask the store something."""

        def ask() -> T:
            reader = self._readers.get()
            try:
                return question(reader, *args, **kwargs)
            finally:
                self._readers.put(reader)

        return await self._reading.call(ask)

    async def aside(self, work: Callable[[], T]) -> T:
        """Do something long that is not the store's beside the event loop."""
        return await self._reading.call(work)

    def close(self) -> None:
        """End the lanes."""
        self._reading.close()
        self._writing.close()


def _tell(
    loop: asyncio.AbstractEventLoop,
    how: Callable[[asyncio.Future[T], S], None],
    future: asyncio.Future[T],
    what: S,
) -> None:
    # The loop may be gone: nobody is left to hear the answer.
    if not loop.is_closed():
        try:
            loop.call_soon_threadsafe(how, future, what)
        except RuntimeError:
            return


def _answer(future: asyncio.Future[T], answer: T) -> None:
    if not future.done():
        future.set_result(answer)


def _fail(future: asyncio.Future[T], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
