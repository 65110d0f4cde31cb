"""How fast: a quota per minute, a number in flight, and a pace for reading requests."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from enrich.clock import Clock

BACKED_OFF: Final = 0.7
"""After a refusal this share of the rate is kept."""
RECOVERED: Final = 0.1
"""And this share of the full rate comes back with each window without one."""
SMALLEST_CHUNK: Final = 0.1
"""A chunk waits until this share of all slots is free, so that POSTs stay large."""


class _Entry:
    """Some units of the quota; they leave the window ``window_s`` after ``done_at``."""

    __slots__ = ("done_at", "units")

    def __init__(self, units: int) -> None:
        self.units = units
        self.done_at: float | None = None


class Permit:
    """Units taken from a quota for one request on its way."""

    def __init__(self, entry: _Entry) -> None:
        self._entry = entry

    @property
    def units(self) -> int:
        """Return how many units there are: fewer than wanted when the rate was cut meanwhile."""
        return self._entry.units

    def use(self, units: int) -> None:
        """Say how many of the units are really used; the others are free at once."""
        self._entry.units = min(units, self._entry.units)


class Quota:
    """A sliding window: never more than ``limit`` units in any ``window_s`` seconds.

    The server counts a request at some moment between its leaving and its answer, so
    a request counts as inside the window from its start until ``window_s`` after its
    end. No delay on the way can then make the server see more than the limit, and all
    that is free is used at once.

    A refusal (429) all the same means that someone else uses the key: the rate is cut
    to ``BACKED_OFF`` of itself and comes back by ``RECOVERED`` of the limit a window.
    """

    def __init__(self, limit: int, *, clock: Clock, window_s: float = 60.0) -> None:
        self.limit = limit
        self._clock = clock
        self._window_s = window_s
        self._entries: deque[_Entry] = deque()
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._share = 1.0
        self._closed_until = 0.0
        self._last_step = 0.0

    @property
    def largest(self) -> int:
        """Return the most units that one request may ask for now."""
        return max(1, int(self.limit * self._share))

    @asynccontextmanager
    async def units(self, wanted: int) -> AsyncIterator[Permit]:
        """Wait until so many units are free and hold them while the request is on its way."""
        entry = await self._take(wanted)
        try:
            yield Permit(entry)
        finally:
            entry.done_at = self._clock.monotonic()
            self._changed.set()

    async def _take(self, wanted: int) -> _Entry:
        async with self._turn:  # first come, first served
            while (wait := self._wait_s(min(wanted, self.largest))) != 0:
                self._changed.clear()
                await self._wait(wait)
            entry = _Entry(min(wanted, self.largest))
            self._entries.append(entry)
            return entry

    def _wait_s(self, wanted: int) -> float | None:
        """Return how long until ``wanted`` units may be free; None: when a request ends."""
        now = self._clock.monotonic()
        self._recover(now)
        if now < self._closed_until:
            return self._closed_until - now
        horizon = now - self._window_s
        self._entries = deque(
            entry
            for entry in self._entries
            if entry.units and (entry.done_at is None or entry.done_at > horizon)
        )
        excess = sum(entry.units for entry in self._entries) + wanted - self.largest
        if excess <= 0:
            return 0
        ended = sorted((entry.done_at, entry.units) for entry in self._entries if entry.done_at)
        for done_at, units in ended:
            excess -= units
            if excess <= 0:
                return max(done_at + self._window_s - now, 0.001)
        return None

    async def _wait(self, wait_s: float | None) -> None:
        waits: set[asyncio.Task[object]] = {asyncio.create_task(self._changed.wait())}
        if wait_s is not None:
            waits.add(asyncio.create_task(self._clock.sleep(wait_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def refused(self, wait_s: float) -> None:
        """Note that the API refused a request for its quota; nothing is sent for ``wait_s``."""
        now = self._clock.monotonic()
        if now >= self._closed_until:  # several requests on their way are one refusal
            self._share = max(self._share * BACKED_OFF, 1 / self.limit)
        self._closed_until = max(self._closed_until, now + wait_s)
        self._last_step = self._closed_until

    def _recover(self, now: float) -> None:
        while self._share < 1 and now - self._last_step >= self._window_s:
            self._share = min(1.0, self._share + RECOVERED)
            self._last_step += self._window_s


class Slots:
    """How many runs may be unsettled at once."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._free = limit
        self._changed = asyncio.Event()

    @property
    def taken(self) -> int:
        """Return how many slots are taken."""
        return self.limit - self._free

    def occupy(self, count: int) -> None:
        """Take slots for runs that are there already, even beyond the limit."""
        self._free -= count

    async def take(self, wanted: int) -> int:
        """Wait for free slots and take up to ``wanted`` of them.

        Returns:
            At least one; fewer than ``wanted`` only when fewer are free.
        """
        enough = min(wanted, max(1, int(self.limit * SMALLEST_CHUNK)))
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

    def __init__(self, per_second: float, *, clock: Clock, at_once: int = 8) -> None:
        self._interval_s = 1 / per_second
        self._clock = clock
        self._slack_s = self._interval_s * at_once
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next turn."""
        now = self._clock.monotonic()
        self._next = max(self._next, now - self._slack_s) + self._interval_s
        if self._next > now:
            await self._clock.sleep(self._next - now)
