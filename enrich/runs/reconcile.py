"""After a POST whose answer is lost: what is at the API, before anything is sent again."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from enrich.errors import (
    AmbiguousApiError,
    LedgerError,
    NotFoundApiError,
    RefusedApiError,
    RetryableApiError,
)
from enrich.runs.bodies import identity

if TYPE_CHECKING:
    from enrich.clock import Clock
    from enrich.ledger import Chunk, Ledger
    from enrich.runs.limiter import Pace
    from enrich.runs.patience import Patience
    from enrich.taskapi.client import TaskApi
    from enrich.taskapi.models import RunState

READINGS: Final = 20
"""Readings before a group whose list never agrees with its count is left for later."""
SETTLE_SHARE: Final = 1 / 3
"""Between two readings lies this share of the settling time."""


async def read_runs(
    api: TaskApi, taskgroup_id: str, *, pace: Pace, patience: Patience
) -> dict[str, RunState]:
    """Return all runs of a group by id, going on behind the last one when the stream is cut.

    Raises:
        ApiError: The list cannot be had.
    """
    runs: dict[str, RunState] = {}
    cursor: str | None = None
    while True:
        began_at = cursor
        await pace.turn()
        try:
            async with aclosing(api.list_runs(taskgroup_id, last_event_id=cursor)) as stream:
                async for batch in stream:
                    for event in batch:
                        if event.run is not None:
                            runs[event.run.run_id] = event.run
                            cursor = event.event_id or cursor
        except RefusedApiError:
            if began_at is None:
                raise
            cursor = None  # the API does not know it any more
        except RetryableApiError as error:
            if cursor == began_at:
                await patience.bear(error)
        else:
            patience.over()
            return runs


class Reconciler:
    """Finds out what became of chunks, and says so to the ledger."""

    def __init__(
        self,
        api: TaskApi,
        ledger: Ledger,
        *,
        settle_s: float,
        clock: Clock,
        pace: Pace,
        patience: Patience,
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._settle_s = settle_s
        self._clock = clock
        self._pace = pace
        self._patience = patience

    @property
    def takes_s(self) -> float:
        """Return how long it takes at least."""
        return self._settle_s * (1 + SETTLE_SHARE)

    async def reconcile(self, chunk: Chunk) -> dict[int, str]:
        """Adopt what is at the API; what is not there becomes ``planned`` again.

        The whole settling time is waited from now on, also for a POST of an earlier
        command: what was on its way when that died may arrive long after it left, and
        the wall clock may have been set in between.

        Args:
            chunk: A chunk in state ``submitting``, whose POST nobody waits for any more.

        Returns:
            The run of each request that was found.

        Raises:
            AmbiguousApiError: The list does not come to rest; the chunk stays as it is.
            LedgerError: The API does not know the group.
        """
        await self._clock.sleep(self._settle_s)
        listed = await self._agreed(chunk)
        wanted = {
            (request.fingerprint.hex(), str(request.attempt)): request.id
            for request in chunk.requests
        }
        found: dict[int, str] = {}
        extra: list[tuple[str, int]] = []
        for run in listed.values():
            request = wanted.get(identity(run.metadata) or ("", ""))
            if request in found:
                extra.append((run.run_id, request))
            elif request is not None:
                found[request] = run.run_id
        self._ledger.resolve(chunk, found, extra=extra)
        return found

    async def _agreed(self, chunk: Chunk) -> dict[str, RunState]:
        """Return the group's runs once two readings and the group's own count agree."""
        before: dict[str, RunState] = {}
        read = False
        for _ in range(READINGS):
            try:
                listed = await read_runs(
                    self._api, chunk.taskgroup_id, pace=self._pace, patience=self._patience
                )
                count = await self._count(chunk.taskgroup_id)
            except NotFoundApiError as error:
                raise unknown_group(self._ledger, chunk.taskgroup_id) from error
            same = read and listed.keys() == before.keys()
            if same and len(listed) == count and count >= chunk.runs_before:
                return listed
            before, read = listed, True
            await self._clock.sleep(self._settle_s * SETTLE_SHARE)
        message = (
            f"the runs of {chunk.taskgroup_id} cannot be counted: its list and its count do not "
            "agree. Nothing was sent again; run the same command later"
        )
        raise AmbiguousApiError(message)

    async def _count(self, taskgroup_id: str) -> int:
        while True:
            await self._pace.turn()
            try:
                group = await self._api.retrieve_group(taskgroup_id)
            except RetryableApiError as error:
                await self._patience.bear(error)
            else:
                return group.status.num_task_runs


def unknown_group(ledger: Ledger, taskgroup_id: str) -> LedgerError:
    """Return the error for a group that was created and is now unknown."""
    return LedgerError(
        f"{ledger.path} holds runs of {taskgroup_id}, which the API does not know with this key. "
        "Use the key that they were bought with, or give this job another `state:` folder."
    )
