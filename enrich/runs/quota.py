"""How much may be asked of the API in a window of time, by one process or by many.

A ``Window`` says who holds how many units until when. There is one for a process alone
(``OwnWindow``), and others that many share. ``Quota`` waits for units in any of them.
"""

from __future__ import annotations

import hashlib
import math
import uuid
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final, Protocol

from enrich.errors import RetryableApiError
from enrich.runs.patience import Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from enrich.clock import Clock

WINDOW_S: Final = 60.0
BACKED_OFF: Final = 0.7
"""After a refusal this share of the rate is kept."""
RECOVERED: Final = 0.1
"""And this share of the full rate comes back with each window without one."""
SMALLEST_PART: Final = 0.1
"""Fewer units than were wanted are taken when they are this part of the limit, so that POSTs
stay large."""
HELD_S: Final = 120.0
"""Units of a request whose end was never told count this long before they begin to leave the
window: longer than a POST can take, so that a process that died exceeds no quota."""
LOOKED_AGAIN_S: Final = 0.02
LOOKED_S: Final = 1.0
"""Who waits looks again at least so often."""
FORGOTTEN_S: Final = 4.0
"""Who did not look for so long waits no more."""


def window_name(api: str, api_key: str | None) -> str:
    """Return what the window of an API and a key is called where many are; it tells no key."""
    return hashlib.sha256(f"{api}\n{api_key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a window says.

    Attributes:
        units: Units that are held now; 0 to wait.
        wait_s: How long to wait before asking again.
        largest: The most units that one request may ask for now.
    """

    units: int
    wait_s: float
    largest: int


class Window(Protocol):
    """A sliding window: never more than the limit's units in any ``window_s`` seconds.

    The server counts a request at some moment between its leaving and its answer, so
    a request counts as inside the window from its start until ``window_s`` after its
    end. No delay on the way can then make the server see more than the limit, and all
    that is free is used at once. First come, first served.

    A refusal (429) all the same means that someone else uses the key: the rate is cut
    to ``BACKED_OFF`` of itself and comes back by ``RECOVERED`` of the limit a window.

    A window that is elsewhere raises ``RetryableApiError`` while it is out of reach.
    """

    limit: int

    async def take(self, ticket: str, wanted: int) -> Taken:
        """Take so many units or fewer, or say how long to wait. Asked twice, it says the same."""
        ...

    async def use(self, ticket: str, units: int) -> None:
        """Keep only so many of the units that were taken; the others are free at once."""
        ...

    async def end(self, ticket: str, units: int) -> None:
        """Note that the request is over: its units leave when the window has passed."""
        ...

    async def refuse(self, wait_s: float) -> Taken:
        """Note that the API refused a request; nothing is taken for ``wait_s``."""
        ...

    async def close(self) -> None:
        """Let go of what leads to it."""
        ...


class Permit:
    """Units taken from a quota for one request on its way."""

    def __init__(self, window: Window, ticket: str, units: int) -> None:
        self.ticket = ticket
        self.units = units
        self._window = window

    async def use(self, units: int) -> None:
        """Say how many of the units are really used; the others are free at once."""
        if units < self.units:
            self.units = units
            with suppress(RetryableApiError):  # it is told again when the request is over
                await self._window.use(self.ticket, units)


class Quota:
    """Waits for units of a window, and bears it when the window is out of reach."""

    def __init__(self, window: Window, *, clock: Clock, tell: Callable[[str], None]) -> None:
        """Take a window.

        Args:
            window: Where the units are counted.
            clock: Time to wait.
            tell: Hears what a person should know.
        """
        self.largest = window.limit
        self._window = window
        self._clock = clock
        self._patience = Patience(clock=clock, tell=tell)
        # Requests whose end the window has not heard of yet.
        self._ended: dict[str, int] = {}

    @asynccontextmanager
    async def units(self, wanted: int) -> AsyncIterator[Permit]:
        """Wait until so many units are free and hold them while the request is on its way.

        There may be fewer, when the rate was cut or less than that is free.

        Raises:
            FatalApiError: The window is out of reach for too long.
        """
        permit = Permit(self._window, uuid.uuid4().hex, 0)
        try:
            await self._take(permit, wanted)
            yield permit
        finally:
            self._ended[permit.ticket] = permit.units
            await self.tell_ends()

    async def _take(self, permit: Permit, wanted: int) -> None:
        while True:
            try:
                taken = await self._window.take(permit.ticket, wanted)
            except RetryableApiError as error:
                await self._patience.bear(error)
                continue
            self._patience.over()
            self.largest, permit.units = taken.largest, taken.units
            if taken.units:
                return
            await self._clock.sleep(min(max(taken.wait_s, LOOKED_AGAIN_S), LOOKED_S))
            await self.tell_ends()

    async def tell_ends(self) -> None:
        """Tell the window which requests are over; what it does not hear is told again.

        Until then their units count on, which exceeds nothing.
        """
        for ticket, units in list(self._ended.items()):
            try:
                await self._window.end(ticket, units)
            except RetryableApiError:
                return
            self._ended.pop(ticket, None)

    async def refused(self, wait_s: float) -> None:
        """Note that the API refused a request for its quota; nothing is sent for ``wait_s``."""
        try:
            self.largest = (await self._window.refuse(wait_s)).largest
        except RetryableApiError as error:
            await self._patience.bear(error)


class _Held:
    __slots__ = ("free_at", "units")

    def __init__(self, units: int, free_at: float) -> None:
        self.units = units
        self.free_at = free_at


class OwnWindow:
    """The window of one process, or of all that ask it."""

    def __init__(
        self,
        limit: int,
        *,
        clock: Clock,
        window_s: float = WINDOW_S,
        held_s: float = math.inf,
        closed_s: float = 0.0,
    ) -> None:
        """Make one.

        Args:
            limit: Units in the window.
            clock: Its time.
            window_s: Its length in seconds.
            held_s: How long units count whose request's end is never told.
            closed_s: How long nothing is taken at first.
        """
        self.limit = limit
        self._clock = clock
        self._window_s = window_s
        self._held_s = held_s
        self._held: dict[str, _Held] = {}
        self._waiting: dict[str, tuple[int, float]] = {}
        self._share = 1.0
        self._closed_until = clock.monotonic() + closed_s
        self._last_step = 0.0

    @property
    def largest(self) -> int:
        """Return the most units that one request may ask for now."""
        return max(1, int(self.limit * self._share + 1e-9))

    async def take(self, ticket: str, wanted: int) -> Taken:
        """Take so many units, or say how long to wait. Asked twice, it answers the same."""
        now = self._clock.monotonic()
        self._recover(now)
        if ticket in self._held:
            return Taken(self._held[ticket].units, 0, self.largest)
        self._held = {name: each for name, each in self._held.items() if each.free_at > now}
        self._waiting[ticket] = (min(wanted, self.largest), now)  # it keeps its place
        self._waiting = {
            name: each for name, each in self._waiting.items() if each[1] > now - FORGOTTEN_S
        }
        wait_s = 0.0
        if now < self._closed_until:
            return Taken(0, self._closed_until - now, self.largest)
        free = self.largest - sum(each.units for each in self._held.values())
        ahead = list(takewhile(lambda name: name != ticket, self._waiting))
        wanted, _ = self._waiting[ticket]
        if free < wanted + sum(self._waiting[name][0] for name in ahead):
            # Whose turn it is takes what there is: units that nobody takes are lost.
            wanted = free if not ahead and free >= self._least(wanted) else 0
        if wanted:
            del self._waiting[ticket]
            self._held[ticket] = _Held(wanted, now + self._held_s + self._window_s)
            return Taken(wanted, 0, self.largest)
        missing = sum(self._least(self._waiting[name][0]) for name in [*ahead, ticket]) - free
        for each in sorted(self._held.values(), key=lambda each: each.free_at):
            if missing <= 0:
                break
            missing -= each.units
            wait_s = each.free_at - now
        return Taken(0, wait_s, self.largest)

    def _least(self, wanted: int) -> int:
        return min(wanted, max(1, int(self.limit * SMALLEST_PART)))

    async def use(self, ticket: str, units: int) -> None:
        """Keep only so many of the units that were taken; the others are free at once."""
        if ticket in self._held:
            self._held[ticket].units = units

    async def end(self, ticket: str, units: int) -> None:
        """Note that the request is over: its units leave when the window has passed."""
        self._waiting.pop(ticket, None)
        self._held.pop(ticket, None)
        if units:
            self._held[ticket] = _Held(units, self._clock.monotonic() + self._window_s)

    async def refuse(self, wait_s: float) -> Taken:
        """Note that the API refused a request; nothing is taken for ``wait_s``."""
        now = self._clock.monotonic()
        if now >= self._closed_until:  # several requests on their way are one refusal
            self._share = max(self._share * BACKED_OFF, 1 / self.limit)
        self._closed_until = max(self._closed_until, now + wait_s)
        self._last_step = self._closed_until
        return Taken(0, wait_s, self.largest)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _recover(self, now: float) -> None:
        while self._share < 1 and now - self._last_step >= self._window_s:
            self._share = min(1.0, self._share + RECOVERED)
            self._last_step += self._window_s
