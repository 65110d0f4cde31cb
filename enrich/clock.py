"""Time, so that tests can own it."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """The machine's time; a test gives another with the same three methods."""

    def now(self) -> float:
        """Return the wall time, in seconds since 1970; what is written to the ledger."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never run backwards; what waits are measured with."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
