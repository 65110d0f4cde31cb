"""Submitting: planned requests go out in chunks, each POST with a known or reconciled end.

A lane sends one chunk after the other into a group of its own, so that a group never
has two POSTs on their way and its count can be trusted.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from enrich.errors import (
    AmbiguousApiError,
    ApiError,
    FatalApiError,
    NotFoundApiError,
    RefusedApiError,
    RetryableApiError,
)
from enrich.ledger import Running
from enrich.runs.reconcile import unknown_group
from enrich.taskapi.models import MAX_RUNS_PER_POST
from enrich.taskapi.retry import wait_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.clock import Clock
    from enrich.ledger import Cap, Chunk, Group, Ledger
    from enrich.runs.bodies import Bodies
    from enrich.runs.collect import Collector
    from enrich.runs.limiter import Quota, Slots
    from enrich.runs.reconcile import Reconciler
    from enrich.taskapi.client import TaskApi

MAX_CHUNK_BYTES: Final = 6_000_000
"""Of inputs in one POST; with the rest of the body it stays below 8 MB."""
RUNS_PER_GROUP: Final = 10_000
"""The official recipe's own size of a group."""
PATIENCE_S: Final = 600.0
"""How long the API may be unreachable, or without credit, before the job stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What all lanes of one task share.

    Attributes:
        task: The task's number in the ledger.
        round_id: The round that pays.
        cap: Its budget.
        bodies: Writes the POSTs.
        group_metadata: What a group is labelled with.
        count_posts: Whether the quota counts POSTs rather than runs.
    """

    task: int
    round_id: int
    cap: Cap
    bodies: Bodies
    group_metadata: dict[str, str]
    count_posts: bool = False


class Submitter:
    """Sends what is planned; its lanes run side by side."""

    def __init__(
        self,
        api: TaskApi,
        ledger: Ledger,
        purchase: Purchase,
        *,
        quota: Quota,
        slots: Slots,
        collector: Collector,
        reconciler: Reconciler,
        clock: Clock,
        on_bought: Callable[[int], None],
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._purchase = purchase
        self._quota = quota
        self._slots = slots
        self._collector = collector
        self._reconciler = reconciler
        self._clock = clock
        self._on_bought = on_bought
        self._waiting = ledger.planned(purchase.task)
        self._largest = MAX_RUNS_PER_POST
        self._stopped = False
        self._trouble_since: float | None = None
        self._trouble = 0

    @property
    def waiting(self) -> int:
        """Return how many requests are planned."""
        return self._waiting

    def stop(self) -> None:
        """Send nothing more; a POST on its way is seen to its end."""
        self._stopped = True

    @property
    def affordable(self) -> bool:
        """Return whether the budget covers another run."""
        return self._ledger.has_room(self._purchase.round_id, self._purchase.cap)

    async def send_all(self, lanes: int) -> None:
        """Send what is planned until there is no more, the budget is used, or ``stop``."""
        chunks = -(-self._waiting // MAX_RUNS_PER_POST)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(lanes, chunks)):
                tasks.create_task(self._lane())

    def _may_send(self) -> bool:
        return self._waiting > 0 and not self._stopped

    async def _lane(self) -> None:
        group: Group | None = None
        while self._may_send() and self.affordable:
            wanted = min(self._largest, self._waiting)
            if not self._purchase.count_posts:
                wanted = min(wanted, self._quota.largest)
            taken = await self._slots.take(wanted)
            try:
                group, sent = await self._send(group, taken)
            except BaseException:
                self._slots.give(taken)
                raise
            self._slots.give(taken - sent)
            if group is None and sent == 0:
                return

    async def _send(self, group: Group | None, taken: int) -> tuple[Group | None, int]:
        """Send one chunk of at most ``taken`` runs.

        Returns:
            The group to go on with, and how many runs were created; (None, 0) when
            there is nothing to send.
        """
        if group is None or group.runs + taken > RUNS_PER_GROUP:
            created = await self._api.create_group(self._purchase.group_metadata)
            group = self._ledger.add_group(created.taskgroup_id)
        units = 1 if self._purchase.count_posts else taken
        async with self._quota.units(units) as permit:
            chunk = self._claim(group, taken) if self._may_send() else None
            if chunk is None:
                permit.use(0)
                return None, 0
            permit.use(1 if self._purchase.count_posts else len(chunk.requests))
            error = await self._post(chunk)
        if error is None:
            sent = len(chunk.requests)
        else:
            sent = await self._mend(chunk, error)
        return self._ledger.group(group.id), sent

    def _claim(self, group: Group, limit: int) -> Chunk | None:
        purchase = self._purchase
        chunk = self._ledger.claim(
            purchase.task,
            group=group.id,
            round_id=purchase.round_id,
            cap=purchase.cap,
            max_runs=limit,
            max_bytes=MAX_CHUNK_BYTES,
        )
        if chunk is not None:
            self._waiting -= len(chunk.requests)
        return chunk

    async def _post(self, chunk: Chunk) -> ApiError | None:
        """Send a chunk, once."""
        body = self._purchase.bodies.write(chunk.requests)
        try:
            added = await self._api.add_runs(chunk.taskgroup_id, body)
        except ApiError as error:
            return error
        if len(added.run_ids) != len(chunk.requests):
            return AmbiguousApiError(
                f"the API created {len(added.run_ids)} runs for {len(chunk.requests)} inputs"
            )
        ids = [request.id for request in chunk.requests]
        self._accepted(chunk, dict(zip(ids, added.run_ids, strict=True)))
        self._largest = min(MAX_RUNS_PER_POST, self._largest * 2)
        self._trouble_since, self._trouble = None, 0
        return None

    def _accepted(self, chunk: Chunk, run_ids: dict[int, str]) -> None:
        self._ledger.resolve(chunk, run_ids)
        self._adopt(chunk, run_ids)

    def _adopt(self, chunk: Chunk, run_ids: dict[int, str]) -> None:
        self._collector.add(
            Running(request=request, run_id=run_id, group=chunk.group)
            for request, run_id in run_ids.items()
        )
        self._on_bought(len(run_ids))

    def _release(self, chunk: Chunk, refused: dict[int, str] | None = None) -> None:
        self._ledger.resolve(chunk, {}, refused=refused)
        self._waiting += len(chunk.requests) - len(refused or {})

    async def _mend(self, chunk: Chunk, error: ApiError) -> int:
        """Do what a failed POST asks for, and return how many runs it created all the same."""
        match error:
            case AmbiguousApiError():
                found = await self._reconciler.reconcile(chunk, ended_at=self._clock.now())
                self._waiting += len(chunk.requests) - len(found)
                self._adopt(chunk, found)
                if len(found) < len(chunk.requests):
                    await self._pause(error)
                return len(found)
            case RetryableApiError():
                self._release(chunk)
                if error.status == 429:
                    self._quota.refused(wait_s(self._trouble + 1, error.retry_after_s))
                    self._trouble += 1
                else:
                    await self._pause(error)
            case RefusedApiError():
                self._refuse(chunk, error)
            case NotFoundApiError() if chunk.runs_before:
                self._release(chunk)
                raise unknown_group(self._ledger, chunk.taskgroup_id) from error
            case NotFoundApiError():
                self._release(chunk)
                message = f"the API does not take runs at {self._api.base_url}: {error}"
                raise FatalApiError(message) from error
            case _:
                self._release(chunk)
                raise error
        return 0

    async def _pause(self, error: ApiError) -> None:
        """Wait before the next POST, and give up when the trouble lasts."""
        now = self._clock.monotonic()
        self._trouble_since = now if self._trouble_since is None else self._trouble_since
        self._trouble += 1
        if now - self._trouble_since > PATIENCE_S:
            message = f"{error.message}, for {PATIENCE_S / 60:.0f} minutes now; run again later"
            raise FatalApiError(message, status=error.status, ref_id=error.ref_id) from error
        await self._clock.sleep(wait_s(self._trouble, error.retry_after_s))

    def _refuse(self, chunk: Chunk, error: RefusedApiError) -> None:
        """Refuse the inputs that the API names; halve the chunk when it names none.

        Raises:
            FatalApiError: It refuses what all inputs share, the task spec.
        """
        reasons, about_all = _named(error.detail) if error.status == 422 else ({}, None)
        refused = {
            chunk.requests[index].id: f"the API refuses this input: {reason}"
            for index, reason in reasons.items()
            if index < len(chunk.requests)
        }
        if not refused and len(chunk.requests) == 1:
            refused = {chunk.requests[0].id: error.message}
        self._release(chunk, refused)
        if about_all:
            message = f"the API refuses the task spec: {about_all}"
            raise FatalApiError(message, status=error.status, ref_id=error.ref_id)
        if not refused:
            self._largest = max(1, len(chunk.requests) // 2)


def _named(detail: object) -> tuple[dict[int, str], str | None]:
    """Return the inputs that a 422 names, each with its reason, and what it says of the spec."""
    items = detail.get("errors") if isinstance(detail, dict) else detail
    named: dict[int, str] = {}
    about_all = None
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        said = str(item.get("msg", "invalid"))
        match item.get("loc"):
            case ["body", "inputs", int(index), *rest]:
                where = ".".join(str(part) for part in rest)
                named.setdefault(index, f"{where}: {said}" if where else said)
            case ["body", "default_task_spec", *_]:
                about_all = said
            case _:
                pass
    return named, about_all
