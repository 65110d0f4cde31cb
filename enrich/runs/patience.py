"""Patience: how long the API may be in trouble before a command ends, and who hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.errors import FatalApiError
from enrich.taskapi.retry import wait_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.clock import Clock
    from enrich.errors import ApiError

PATIENCE_S: Final = 600.0
"""How long the API may be out of reach, over its quota or without credit."""
FIRST_PATIENCE_S: Final = 60.0
"""The same while it has never answered: an address is wrong more often than a machine is away."""
TELL_AFTER_S: Final = 5.0
TELL_EVERY_S: Final = 60.0


class Patience:
    """Bears trouble for a while, and says so.

    There is one for all requests that buy and one for all that read, since reading
    that works says nothing about buying. Several failures at once are one trouble.
    """

    def __init__(self, *, clock: Clock, tell: Callable[[str], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._answered = False
        self._since: float | None = None
        self._until = 0.0
        self._tries = 0
        self._tell_at = 0.0

    def over(self) -> None:
        """Note that a request did what it was to do."""
        self._answered = True
        self._since, self._tries = None, 0

    async def bear(self, error: ApiError, *, hopeful: bool = False) -> None:
        """Wait before the next try; see ``next_wait_s``."""
        await self._clock.sleep(self.next_wait_s(error, hopeful=hopeful))

    def next_wait_s(self, error: ApiError, *, hopeful: bool = False) -> float:
        """Return how long to wait before the next try, in seconds.

        Args:
            error: What happened to the last one.
            hopeful: Something is under way that will end the trouble, so its time is
                not counted.

        Raises:
            FatalApiError: The trouble lasts too long.
        """
        now = self._clock.monotonic()
        self._answered = self._answered or error.status is not None
        if self._since is None:
            self._tell_at = max(self._tell_at, now + TELL_AFTER_S)
        if self._since is None or hopeful:
            self._since = now
        limit_s = PATIENCE_S if self._answered else FIRST_PATIENCE_S
        if now - self._since >= limit_s:
            message = f"{error.message}, for {_minutes(limit_s)} now; run the same command later"
            raise FatalApiError(message, status=error.status, ref_id=error.ref_id) from error
        if now >= self._until:
            self._tries += 1
        left_s = self._since + limit_s - now  # the last try comes when the patience ends
        wait = max(min(wait_s(max(1, self._tries)), left_s), error.retry_after_s or 0.0)
        self._until = now + wait
        if self._until >= self._tell_at:
            self._tell_at = now + TELL_EVERY_S
            self._tell(
                f"{error.message}. Trying again; after {_minutes(limit_s)} of this the command "
                "ends, and nothing is lost."
            )
        return wait


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
