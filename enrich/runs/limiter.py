"""How fast besides the quota: a number in flight, and a pace for reading requests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from enrich.clock import Clock

SMALLEST_CHUNK: Final = 0.1
"""A chunk waits until this share of all slots is free, so that POSTs stay large."""
AT_ONCE: Final = 8
"""Requests that may be read at once after a pause."""


class Slots:
    """How many runs may be unsettled at once."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._free = limit
        self._changed = asyncio.Event()

    def occupy(self, count: int) -> None:
        """Take slots for runs that are there already, even beyond the limit."""
        self._free -= count

    async def take(self, wanted: int) -> int:
        """Wait for free slots and take up to ``wanted`` of them.

        Returns:
            At least one; fewer than ``wanted`` only when fewer are free.
        """
        enough = min(wanted, max(1, int(self._limit * SMALLEST_CHUNK)))
        while self._free < enough:
            self._changed.clear()
            await self._changed.wait()
        taken = min(wanted, self._free)
        self._free -= taken
        return taken

    def give(self, count: int) -> None:
        """Give slots back."""
        if count:
            self._free += count
            self._changed.set()


class Pace:
    """At most so many requests a second, with a few at once after a pause."""

    def __init__(self, per_second: float, *, clock: Clock) -> None:
        self._interval_s = 1 / per_second
        self._clock = clock
        self._slack_s = self._interval_s * AT_ONCE
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = self._clock.monotonic()
        self._next = max(self._next, now - self._slack_s) + self._interval_s
        if self._next > now:
            await self._clock.sleep(self._next - now)
