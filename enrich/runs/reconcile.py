"""After a POST whose answer is lost: what is at the API, before anything is sent again."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from enrich.errors import AmbiguousApiError, ApiError, LedgerError, NotFoundApiError
from enrich.runs.bodies import identity

if TYPE_CHECKING:
    from enrich.clock import Clock
    from enrich.ledger import Chunk, Ledger
    from enrich.runs.limiter import Pace
    from enrich.taskapi.client import TaskApi
    from enrich.taskapi.models import TaskRun

READINGS: Final = 20
"""Readings before a group whose list never agrees with its count is left for later."""
SETTLE_SHARE: Final = 1 / 3
"""Between two readings lies this share of the settling time."""


async def read_runs(api: TaskApi, taskgroup_id: str, pace: Pace) -> dict[str, TaskRun]:
    """Return all runs of a group by id, going on behind the last one when the stream is cut.

    Raises:
        ApiError: The list cannot be had.
    """
    runs: dict[str, TaskRun] = {}
    cursor: str | None = None
    failures = 0
    while True:
        await pace.turn()
        try:
            async with aclosing(api.list_runs(taskgroup_id, last_event_id=cursor)) as stream:
                async for batch in stream:
                    for event in batch:
                        if event.run is not None:
                            runs[event.run.run_id] = event.run
                            cursor = event.event_id or cursor
        except NotFoundApiError:
            raise
        except ApiError:
            failures += 1
            if failures >= READINGS:
                raise
        else:
            return runs


class Reconciler:
    """Finds out what became of chunks, and says so to the ledger."""

    def __init__(
        self, api: TaskApi, ledger: Ledger, *, settle_s: float, clock: Clock, pace: Pace
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._settle_s = settle_s
        self._clock = clock
        self._pace = pace

    async def reconcile(self, chunk: Chunk, *, ended_at: float) -> dict[int, str]:
        """Adopt what is at the API; what is not there becomes ``planned`` again.

        Args:
            chunk: A chunk in state ``submitting``.
            ended_at: Wall time when its POST was given up; the settling time counts from here.

        Returns:
            The run of each request that was found.

        Raises:
            AmbiguousApiError: The list does not come to rest; the chunk stays as it is.
            LedgerError: The API does not know the group.
        """
        waited_s = min(max(self._clock.now() - ended_at, 0.0), self._settle_s)
        await self._clock.sleep(self._settle_s - waited_s)
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

    async def _agreed(self, chunk: Chunk) -> dict[str, TaskRun]:
        """Return the group's runs once two readings and the group's own count agree."""
        before: dict[str, TaskRun] = {}
        read = False
        for _ in range(READINGS):
            try:
                listed = await read_runs(self._api, chunk.taskgroup_id, self._pace)
                await self._pace.turn()
                group = await self._api.retrieve_group(chunk.taskgroup_id)
            except NotFoundApiError as error:
                raise unknown_group(self._ledger, chunk.taskgroup_id) from error
            count = group.status.num_task_runs
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


def unknown_group(ledger: Ledger, taskgroup_id: str) -> LedgerError:
    """Return the error for a group that was created and is now unknown."""
    return LedgerError(
        f"{ledger.path} holds runs of {taskgroup_id}, which the API does not know with this key. "
        "Use the key that they were bought with, or give this job another `state:` folder."
    )
