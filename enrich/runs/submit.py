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
    EnrichError,
    FatalApiError,
    NotFoundApiError,
    RefusedApiError,
    RetryableApiError,
)
from enrich.ledger import Running
from enrich.runs.reconcile import unknown_group
from enrich.taskapi.models import MAX_RUNS_PER_POST

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.ledger import Cap, Chunk, Group, Ledger
    from enrich.runs.bodies import Bodies
    from enrich.runs.collect import Collector
    from enrich.runs.limiter import Slots
    from enrich.runs.patience import Patience
    from enrich.runs.quota import Quota
    from enrich.runs.reconcile import Reconciler
    from enrich.taskapi.client import TaskApi

MAX_CHUNK_BYTES: Final = 6_000_000
"""Of inputs in one POST; with the rest of the body it stays below 8 MB."""
RUNS_PER_GROUP: Final = 10_000
"""The official recipe's own size of a group."""
MAX_REFUSALS: Final = 100
"""When so many POSTs of a command refused inputs and none was taken, no other will be."""


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
        patience: Patience,
        on_bought: Callable[[int], None],
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._purchase = purchase
        self._quota = quota
        self._slots = slots
        self._collector = collector
        self._reconciler = reconciler
        self._patience = patience
        self._on_bought = on_bought
        self._waiting = 0
        self._largest = MAX_RUNS_PER_POST
        self._refusing = 0
        self._accepted = False
        self._stopped = self._halted = False
        self._lanes: list[asyncio.Task[None]] = []
        self._posting: set[asyncio.Task[None] | None] = set()
        # What lanes that wait for slots or quota will claim: the others need not wait for it.
        self._promised: dict[asyncio.Task[None] | None, int] = {}

    @property
    def waiting(self) -> int:
        """Return how many requests are planned and not sent."""
        return self._waiting

    @property
    def affordable(self) -> bool:
        """Return whether the budget covers another run."""
        return self._ledger.has_room(self._purchase.round_id, self._purchase.cap)

    def stop(self) -> None:
        """Send nothing more; what is on its way is seen to its end, however long that takes."""
        self._stopped = True

    def halt(self) -> None:
        """Send nothing more and wait for nothing but the answers of POSTs on their way.

        A POST whose answer is lost then stays in doubt until the next command.
        """
        self._stopped = self._halted = True
        for lane in self._lanes:
            if lane not in self._posting:
                lane.cancel()

    async def send_all(self, lanes: int) -> None:
        """Send what is planned until there is no more, the budget is used, or a stop.

        When a lane fails, the others' POSTs on their way are seen to their end, so that
        what they bought is known.
        """
        self._waiting = self._ledger.planned(self._purchase.task)
        chunks = -(-self._waiting // MAX_RUNS_PER_POST)
        self._lanes = [asyncio.create_task(self._lane()) for _ in range(min(lanes, chunks))]
        try:
            at_work = set(self._lanes)
            while at_work:
                _, at_work = await asyncio.wait(at_work, return_when=asyncio.FIRST_EXCEPTION)
                if at_work:
                    self.halt()
        finally:
            for lane in self._lanes:
                lane.cancel()
            ends = await asyncio.gather(*self._lanes, return_exceptions=True)
        errors = [end for end in ends if isinstance(end, Exception)]
        if errors:
            raise min(errors, key=lambda error: isinstance(error, EnrichError))

    def _may_send(self) -> bool:
        return self._waiting > 0 and not self._stopped

    async def _lane(self) -> None:
        group: Group | None = None
        lane = asyncio.current_task()
        while self._may_send() and self.affordable:
            wanted = min(self._largest, self._waiting - sum(self._promised.values()))
            if not self._purchase.count_posts:
                wanted = min(wanted, self._quota.largest)
            if wanted <= 0:
                return
            self._promised[lane] = wanted
            try:
                taken = await self._slots.take(wanted)
                try:
                    group, sent = await self._send(group, taken)
                except BaseException:
                    self._slots.give(taken)
                    raise
            finally:
                self._promised.pop(lane, None)
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
            group = await self._new_group()
        units = 1 if self._purchase.count_posts else taken
        async with self._quota.units(units) as permit:
            most = taken if self._purchase.count_posts else min(taken, permit.units)
            self._promised.pop(asyncio.current_task(), None)
            chunk = self._claim(group, most) if self._may_send() else None
            if chunk is None:
                await permit.use(0)
                return None, 0
            await permit.use(1 if self._purchase.count_posts else len(chunk.requests))
            lane = asyncio.current_task()
            self._posting.add(lane)
            try:
                error = await self._post(chunk)
            finally:
                self._posting.discard(lane)
        if error is None:
            sent = len(chunk.requests)
        else:
            sent = await self._mend(chunk, error)
        return self._ledger.group(group.id), sent

    async def _new_group(self) -> Group:
        while True:
            try:
                created = await self._api.create_group(self._purchase.group_metadata)
            except RetryableApiError as error:
                await self._bear(error)
            else:
                self._patience.over()
                return self._ledger.add_group(created.taskgroup_id)

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
        # In a thread: the other lanes and the streams go on while this one waits for the disk.
        on_disk = asyncio.get_running_loop().run_in_executor(None, self._ledger.harden)
        body = self._purchase.bodies.write(chunk.requests)
        await on_disk
        if not self._ledger.may_send(chunk):
            # Someone else may have taken the ledger over, and would not wait for this one.
            return RetryableApiError("this process stood still before a POST, which was not sent")
        try:
            added = await self._api.add_runs(chunk.taskgroup_id, body)
        except ApiError as error:
            return error
        count = len(set(filter(None, added.run_ids)))
        if not count == len(added.run_ids) == len(chunk.requests):
            return AmbiguousApiError(f"the API names {count} runs for {len(chunk.requests)} inputs")
        ids = [request.id for request in chunk.requests]
        run_ids = dict(zip(ids, added.run_ids, strict=True))
        self._ledger.resolve(chunk, run_ids)
        self._accepted = True
        self._adopt(chunk, run_ids)
        self._largest = min(MAX_RUNS_PER_POST, self._largest * 2)
        self._patience.over()
        return None

    def _adopt(self, chunk: Chunk, run_ids: dict[int, str]) -> None:
        self._collector.add(
            Running(
                request=request.id,
                run_id=run_ids[request.id],
                group=chunk.group,
                fingerprint=request.fingerprint,
                attempt=request.attempt,
            )
            for request in chunk.requests
            if request.id in run_ids
        )
        self._on_bought(len(run_ids))

    def _release(self, chunk: Chunk, refused: dict[int, str] | None = None) -> None:
        self._ledger.resolve(chunk, {}, refused=refused)
        self._waiting += len(chunk.requests) - len(refused or {})

    async def _mend(self, chunk: Chunk, error: ApiError) -> int:
        """Do what a failed POST asks for, and return how many runs it created all the same."""
        match error:
            case AmbiguousApiError() if self._halted:
                pass
            case AmbiguousApiError():
                found = await self._reconciler.reconcile(chunk)
                self._waiting += len(chunk.requests) - len(found)
                self._adopt(chunk, found)
                if len(found) < len(chunk.requests):
                    await self._patience.bear(error)
                return len(found)
            case RetryableApiError():
                self._release(chunk)
                await self._wait(error)
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

    async def _wait(self, error: RetryableApiError) -> None:
        """Wait until the same may be sent again."""
        if self._halted:
            return
        if error.status == 429:
            # Which holds back every lane, and everyone who shares the quota.
            await self._quota.refused(self._patience.next_wait_s(error))
        else:
            await self._bear(error)

    async def _bear(self, error: RetryableApiError) -> None:
        # Credit that runs at work hold is free again when they end.
        hopeful = error.status == 402 and self._collector.at_work
        await self._patience.bear(error, hopeful=hopeful)

    def _refuse(self, chunk: Chunk, error: RefusedApiError) -> None:
        """Refuse the inputs that the API names; halve the chunk when it names none.

        Raises:
            FatalApiError: It refuses what all inputs share, the task spec, or has refused
                inputs so often and taken none that this must be so.
        """
        reasons, about_all = _named(error.detail) if error.status == 422 else ({}, None)
        refused = {
            chunk.requests[index].id: f"the API refuses this input: {reason}"
            for index, reason in reasons.items()
            if 0 <= index < len(chunk.requests)
        }
        if not refused and len(chunk.requests) == 1:
            refused = {chunk.requests[0].id: error.message}
        self._release(chunk, refused)
        if about_all:
            message = f"the API refuses the task spec: {about_all}"
            raise FatalApiError(message, status=error.status, ref_id=error.ref_id)
        if not refused:
            self._largest = max(1, len(chunk.requests) // 2)
            return
        self._refusing += 1
        if self._refusing >= MAX_REFUSALS and not self._accepted:
            message = f"the API refuses one input after the other: {error.message}"
            raise FatalApiError(message, status=error.status, ref_id=error.ref_id)


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
