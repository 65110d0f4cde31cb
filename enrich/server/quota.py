"""How much a key may still create: a sliding window."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from enrich.server.problems import too_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from enrich.server.settings import Quota

MAX_RETRY_AFTER_S: Final = 60
"""The official client ignores longer waits (protocol reference, section 10)."""


class Window:
    """Counts what was created in the last ``window_s`` seconds.

    All or nothing: a POST that does not fit whole is refused whole.
    """

    def __init__(self, quota: Quota | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._quota = quota
        self._clock = clock
        self._taken: deque[tuple[float, int]] = deque()
        self._sum = 0

    def take(self, runs: int) -> None:
        """Count a POST that creates this many runs.

        Raises:
            Problem: 429; ``Retry-After`` says when it will fit, in whole seconds.
        """
        if self._quota is None or runs == 0:
            return
        n = runs if self._quota.unit == "runs" else 1
        now = self._clock()
        self._forget(now - self._quota.window_s)
        if self._sum + n > self._quota.limit:
            raise too_many(self._wait_s(n, now, self._quota))
        self._taken.append((now, n))
        self._sum += n

    def remember(self, posts: Iterable[tuple[float, int]]) -> None:
        """Count what was created before the server started, the oldest first.

        Args:
            posts: How many seconds ago, and how many runs.
        """
        if self._quota is not None:
            now = self._clock()
            for ago_s, runs in posts:
                n = runs if self._quota.unit == "runs" else 1
                self._taken.append((now - max(0.0, ago_s), n))
                self._sum += n

    def give_back(self, runs: int) -> None:
        """Take back the newest ``take``: nothing was created after all."""
        if self._quota is None or runs == 0:
            return
        n = runs if self._quota.unit == "runs" else 1
        for i in range(len(self._taken) - 1, -1, -1):
            if self._taken[i][1] == n:
                del self._taken[i]
                self._sum -= n
                return

    def _forget(self, until: float) -> None:
        while self._taken and self._taken[0][0] <= until:
            self._sum -= self._taken.popleft()[1]

    def _wait_s(self, n: int, now: float, quota: Quota) -> int:
        wait_s = quota.window_s
        left = self._sum
        for at, taken in self._taken:
            left -= taken
            if left + n <= quota.limit:
                wait_s = at + quota.window_s - now
                break
        return max(1, min(MAX_RETRY_AFTER_S, math.ceil(wait_s)))
