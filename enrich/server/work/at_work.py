"""Runs at work, whoever works on them: how many, what they say, and how they end."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from enrich.server.feed import Progress
from enrich.server.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from enrich.records import JsonObject
    from enrich.server.feed import Feed
    from enrich.server.lanes import Access
    from enrich.server.store.rows import ClaimedRun, Ended

log = logging.getLogger(__name__)

QUEUED: Final = "queued"
"""The feed's topic of those who wait for work."""
STORE_RETRY_S: Final = 1.0


class AtWork:
    """The runs that someone has claimed.

    Args:
        access: The store.
        feed: Who waits for runs and groups.
        at_once: How many runs of a processor may be at work.
        on_webhook: Is told when someone is to be told of a run.

    Attributes:
        claiming: Held from asking for room to having taken it.
        queued: Set when there may be something to claim.
        progress: What runs at work have said, by their ids.
    """

    def __init__(
        self,
        access: Access,
        feed: Feed,
        *,
        at_once: Mapping[str, int] = MappingProxyType({}),
        on_webhook: Callable[[], None] = lambda: None,
    ) -> None:
        self._access = access
        self._feed = feed
        self._at_once = at_once
        self._on_webhook = on_webhook
        self._of: Counter[str] = Counter()
        self.claiming = asyncio.Lock()
        self.queued = asyncio.Event()
        self.progress: dict[str, Progress] = {}

    def wake(self) -> None:
        """Say that there may be something to claim."""
        self.queued.set()
        self._feed.ring((QUEUED,))

    def room(self) -> dict[str, int]:
        """How many runs may be claimed of each processor that has a limit."""
        return {name: max(0, limit - self._of[name]) for name, limit in self._at_once.items()}

    def took(self, runs: Sequence[ClaimedRun]) -> None:
        """Note that runs were claimed."""
        if self._at_once:
            self._of.update(run.processor for run in runs)
        for run in runs:
            if run.events:
                self.progress[run.run_id] = Progress()

    def left(self, runs: Sequence[ClaimedRun]) -> None:
        """Note that runs are not at work any more, and that there may be room for others."""
        if self._at_once:
            self._of.subtract(run.processor for run in runs)
        for run in runs:
            if run.events:
                self.progress.pop(run.run_id, None)

    async def settle(self, ended: Sequence[Ended]) -> None:
        """Write how runs ended, and tell it."""
        while ended:
            try:
                await self._access.write(Writer.settle, ended)
                break
            except sqlite3.Error:
                log.exception("runs cannot be settled; trying again in %s s", STORE_RETRY_S)
                await asyncio.sleep(STORE_RETRY_S)
        runs = [e.run for e in ended]
        self.left(runs)
        if log.isEnabledFor(logging.INFO):
            for e in ended:
                log.info("run ended", extra={"fields": _fields(e)})
        self.ring(runs)
        if any(run.webhook for run in runs):
            self._on_webhook()
        self.wake()

    def ring(self, runs: Sequence[ClaimedRun]) -> None:
        """Tell those who wait for these runs, or for their groups."""
        self._feed.ring({run.group_no for run in runs if run.group_no is not None})
        self._feed.ring(run.run_id for run in runs)


def _fields(ended: Ended) -> JsonObject:
    run = ended.run
    fields = {"run_id": run.run_id, "processor": run.processor, "status": ended.status}
    return {**fields, "seconds": round(ended.seconds, 6)}
