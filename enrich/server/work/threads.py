"""Queued runs become ended ones.

Runs are claimed in the order of their acceptance, several at once when they are
answered fast, one for each free thread when they are slow, so that no claimed run
waits behind another for long. A processor may have a limit of its own, so that its
long runs leave threads to others. Threads take claimed runs one by one; what they
ended is written in whatever batches it comes.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from enrich.research.question import Message, Sources, tell_nobody
from enrich.server.store.rows import Ended
from enrich.server.store.writer import Writer
from enrich.server.work.answers import answer, fated
from enrich.server.work.at_work import STORE_RETRY_S

if TYPE_CHECKING:
    from enrich.research.question import Engine, Tell
    from enrich.server.feed import Feed
    from enrich.server.lanes import Access
    from enrich.server.store.rows import ClaimedRun
    from enrich.server.work.at_work import AtWork

log = logging.getLogger(__name__)

AHEAD_S: Final = 0.05
"""Work that may wait, claimed, in front of the threads, in seconds of each thread."""
MAX_AHEAD: Final = 1_024
SHORT_S: Final = 0.005
"""Runs that take no longer are written once, when they ended, together with all that ended
within this time ..."""
LATE_S: Final = 0.1
"""... and when they take longer after all, the store says that they are at work."""


class Threads:
    """The threads, and the two tasks that feed them and write what they did."""

    def __init__(
        self,
        engine: Engine,
        access: Access,
        feed: Feed,
        at_work: AtWork,
        *,
        threads: int,
    ) -> None:
        self._engine = engine
        self._access = access
        self._feed = feed
        self._at_work = at_work
        self._todo: deque[ClaimedRun] = deque()
        # One to look for work, and not one for each run: waking a thread takes longer than a short
        # run does. None to end.
        self._calls: SimpleQueue[bool | None] = SimpleQueue()
        self._ended: deque[Ended] = deque()
        self._flush_asked = False
        self._outstanding = 0
        self._mean_s = AHEAD_S
        self._stopping = False
        self._queued = at_work.queued
        self._some_ended = asyncio.Event()
        self._unbegun: list[ClaimedRun] = []
        self._some_unbegun = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._threads = [
            threading.Thread(target=self._work, name=f"enrich-worker-{i}", daemon=True)
            for i in range(threads)
        ]

    def start(self) -> None:
        """Begin to work, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self._claim_for_ever()),
            asyncio.create_task(self._settle_for_ever()),
            asyncio.create_task(self._begin_for_ever()),
        ]
        for thread in self._threads:
            thread.start()
        self._queued.set()

    @property
    def are_alive(self) -> bool:
        """Whether runs are still claimed and settled."""
        return not any(task.done() for task in self._tasks)

    async def stop(self, grace_s: float) -> None:
        """Let runs at work end for a while; put back what nobody began."""
        self._stopping = True
        self._queued.set()
        claiming, settling, beginning = self._tasks
        await claiming
        unbegun: list[ClaimedRun] = []
        with suppress(IndexError):
            while True:
                unbegun.append(self._todo.popleft())
        for _ in self._threads:
            self._calls.put(None)
        self._outstanding -= len(unbegun)
        self._at_work.left(unbegun)
        if unbegun:
            await self._access.write(Writer.release, unbegun)
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await self._all_settled()
        for task in (settling, beginning):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._ended:
            await self._settle()

    async def _all_settled(self) -> None:
        while self._outstanding:
            self._queued.clear()
            await self._queued.wait()

    async def _claim_for_ever(self) -> None:
        while not self._stopping:
            self._queued.clear()
            room, worthwhile = self._room()
            if room >= worthwhile and len(await self._claim(room)) == room:
                continue
            await self._queued.wait()

    def _room(self) -> tuple[int, int]:
        """How many runs may be claimed now, and how many make it worth a transaction."""
        threads = len(self._threads)
        ahead = min(MAX_AHEAD, int(threads * AHEAD_S / max(self._mean_s, 1e-6)) - threads)
        ahead = max(0, ahead)
        return threads + ahead - self._outstanding, max(1, ahead // 2)

    async def _claim(self, n: int) -> list[ClaimedRun]:
        try:
            begin = self._mean_s >= SHORT_S
            async with self._at_work.claiming:
                room = self._at_work.room()
                claimed = await self._access.write(Writer.claim, n, room, begin=begin)
                self._at_work.took(claimed)
        except sqlite3.Error:
            log.exception("runs cannot be claimed; trying again in %s s", STORE_RETRY_S)
            await asyncio.sleep(STORE_RETRY_S)
            self._queued.set()
            return []
        self._outstanding += len(claimed)
        self._todo += claimed
        for _ in self._threads[: len(claimed)]:
            self._calls.put(True)
        if begin:
            self._at_work.ring(claimed)
        elif claimed:
            self._unbegun += claimed
            self._some_unbegun.set()
        return claimed

    async def _begin_for_ever(self) -> None:
        """Write which runs are at work that were thought to be over by now."""
        older: list[ClaimedRun] = []
        while True:
            if not older and not self._unbegun:
                self._some_unbegun.clear()
                await self._some_unbegun.wait()
            await asyncio.sleep(LATE_S)
            try:
                self._at_work.ring(await self._access.write(Writer.begin, older))
            except sqlite3.Error:
                log.exception("runs cannot be noted as running; trying again in %s s", LATE_S)
                continue
            older, self._unbegun = self._unbegun, []

    async def _settle_for_ever(self) -> None:
        while True:
            await self._some_ended.wait()
            if self._mean_s < SHORT_S:
                # More will have ended in a moment, and each transaction has its price.
                await asyncio.sleep(SHORT_S)
            self._some_ended.clear()
            await self._settle()

    async def _settle(self) -> None:
        # Reset before looking: what ends from here on asks for the next round.
        self._flush_asked = False
        ended = [self._ended.popleft() for _ in range(len(self._ended))]
        await self._at_work.settle(ended)
        self._outstanding -= len(ended)

    def _work(self) -> None:
        while self._calls.get():
            with suppress(IndexError):
                while True:
                    self._answer(self._todo.popleft())

    def _answer(self, run: ClaimedRun) -> None:
        began = time.perf_counter()
        if run.fate is None:
            status, output, error = answer(self._engine, run, self._tell(run))
        else:
            status, output, error = fated(run.fate)
        # A moving mean; a lost update by another thread does no harm.
        seconds = time.perf_counter() - began
        self._mean_s += 0.1 * (seconds - self._mean_s)
        self._ended.append(
            Ended(run=run, status=status, output=output, error=error, seconds=seconds)
        )
        if not self._flush_asked:
            self._flush_asked = True
            with suppress(RuntimeError):  # the loop is gone, and with it the server
                self._loop.call_soon_threadsafe(self._some_ended.set)

    def _tell(self, run: ClaimedRun) -> Tell:
        progress = self._at_work.progress.get(run.run_id) if run.events else None
        if progress is None:
            return tell_nobody

        def tell(what: Message | Sources) -> None:
            progress.tell(what)
            if self._feed.has_listeners(run.run_id):
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._feed.ring, (run.run_id,))

        return tell
