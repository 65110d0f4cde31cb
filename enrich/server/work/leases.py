"""Runs that workers in processes of their own have leased.

The leases live in memory: one server has the store, and what it had leased when it died is
queued again when it starts. A lease ends once, by its answer, by being given back, or by
being lost; who comes later is refused. So each run has one answer.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from enrich.research.question import Message
from enrich.server.problems import error_of, invalid_at
from enrich.server.store.rows import Ended
from enrich.server.store.writer import Writer
from enrich.server.work.answers import fated
from enrich.server.work.at_work import QUEUED, STORE_RETRY_S
from enrich.server.work.messages import MAX_ROOM, MAX_WAIT_S, NULL, Ask, Leased, Report, Work
from enrich.spec.processors import PROCESSORS
from enrich.taskapi.models import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from enrich.records import JsonObject
    from enrich.research.question import Sources
    from enrich.server.feed import Feed
    from enrich.server.lanes import Access
    from enrich.server.store.rows import ClaimedRun
    from enrich.server.work.at_work import AtWork
    from enrich.server.work.messages import Answered

T = TypeVar("T")

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode

MAX_LOSSES: Final = 3
"""A run that so many workers died or hung at is given up."""
LEAST_DEADLINE_S: Final = 600.0
MAX_MESSAGE_CHARS: Final = 10_000
MAX_GONE: Final = 10_000


@dataclass(slots=True)
class Lease:
    """A run in the hands of a worker; times are of the monotonic clock.

    Attributes:
        alone: The worker gets no other run beside it.
        expires_at: It is lost then, unless the worker is heard before.
        ends_at: It is lost then in any case: the run hangs.
        begun: Whether the work on it is known to have begun.
    """

    number: int
    run: ClaimedRun
    worker: str
    alone: bool
    expires_at: float
    ends_at: float
    begun: bool = False


class Leases:
    """The leases of one server.

    Args:
        access: The store.
        feed: Who waits for work, and for what runs say.
        at_work: Where runs are noted as being at work.
        lease_s: How long a worker may be silent.
        deadline_s: How long any run may take; None takes the published upper end of its
            processor, but no less than ten minutes.

    Attributes:
        lost: How many leases were lost.
    """

    def __init__(
        self,
        access: Access,
        feed: Feed,
        at_work: AtWork,
        *,
        lease_s: float,
        deadline_s: float | None = None,
    ) -> None:
        self._access = access
        self._feed = feed
        self._at_work = at_work
        self._lease_s = lease_s
        self._deadline_s = deadline_s
        # Numbers of an earlier server mean nothing to this one.
        self._numbers = itertools.count(secrets.randbits(52))
        self._leases: dict[int, Lease] = {}
        self._heard: dict[str, float] = {}
        self._gone: dict[str, None] = {}
        self._sweeping: asyncio.Task[None] | None = None
        self.lost = 0

    def start(self) -> None:
        """Begin to watch, on the running event loop."""
        self._sweeping = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        """Queue again what is leased still."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
        await self._put_back(self._pop(list(self._leases)))

    @property
    def are_watched(self) -> bool:
        """Whether leases that are lost are noticed."""
        return self._sweeping is not None and not self._sweeping.done()

    @property
    def workers(self) -> int:
        """How many workers were heard lately."""
        return len(self._heard)

    def __len__(self) -> int:
        return len(self._leases)

    async def claim(self, ask: Ask, has_left: Callable[[], bool]) -> Work:
        """Lease the oldest queued runs to a worker, and wait for them for a while.

        Args:
            ask: What it wants.
            has_left: Whether it hung up; the feed's topic ``QUEUED`` is rung then.
        """
        until = time.monotonic() + min(ask.wait_s, MAX_WAIT_S, self._lease_s / 2)
        with self._feed.listen(QUEUED) as rung:
            while True:
                rung.clear()
                self._hear(ask.worker)
                leases = await self._take(ask)
                if leases and (has_left() or ask.worker in self._gone):
                    await self._put_back(self._pop([lease.number for lease in leases]))
                    leases = []
                left_s = until - time.monotonic()
                if leases or left_s <= 0 or has_left() or self._feed.closing:
                    return Work(lease_s=self._lease_s, runs=list(map(self._leased, leases)))
                try:
                    await asyncio.wait_for(rung.wait(), left_s)
                except TimeoutError:
                    continue

    async def report(self, report: Report) -> list[int]:
        """Take what a worker tells, and return the leases that were lost.

        Raises:
            Problem: 422 for an answer that is none; nothing was taken.
        """
        answers = [_ended_as(answered) for answered in report.answered]
        now = time.monotonic()
        self._hear(report.worker)
        told: set[str] = set()
        for said in report.said:
            if lease := self._of(report.worker, said.lease):
                self._tell(lease, said.message, said.sources)
                told.add(lease.run.run_id)
        self._feed.ring(told)
        lost: list[int] = []
        ended: list[Ended] = []
        for answered, (output, error) in zip(report.answered, answers, strict=True):
            taken = self._of(report.worker, answered.lease)
            if taken is None or taken.run.run_id != answered.run_id:
                lost.append(answered.lease)
                continue
            del self._leases[taken.number]
            ended.append(
                Ended(
                    run=taken.run,
                    status="failed" if output is None else "completed",
                    output=output,
                    error=error,
                    seconds=answered.seconds,
                )
            )
        returned = self._pop(n for n in report.returned if self._of(report.worker, n))
        over = [
            n for n in report.held if (each := self._of(report.worker, n)) and each.ends_at <= now
        ]
        hung = self._pop(over)
        lost += self._renew(report, now)
        if ended:
            await self._at_work.settle(ended)
        await self._put_back(returned)
        await self._lose(hung)
        if report.gone is not None:
            self._forget(report.worker)
            rest = self._pop(n for n, each in self._leases.items() if each.worker == report.worker)
            await (self._lose if report.gone == "died" else self._put_back)(rest)
        return lost

    def _renew(self, report: Report, now: float) -> list[int]:
        begun, lost = set(report.begun), []
        for number in report.held:
            lease = self._of(report.worker, number)
            if lease is None:
                lost.append(number)
                continue
            lease.expires_at = now + self._lease_s
            if number in begun and not lease.begun:
                lease.begun = True
                lease.ends_at = now + self._deadline_of(lease.run)
        return lost

    async def _take(self, ask: Ask) -> list[Lease]:
        while True:
            async with self._at_work.claiming:
                held = [each for each in self._leases.values() if each.worker == ask.worker]
                if ask.worker in self._gone or any(each.alone for each in held):
                    return []
                runs, alone = await self._access.write(
                    Writer.lease, min(ask.room, MAX_ROOM), self._at_work.room(), idle=not held
                )
                self._at_work.took(runs)
            self._at_work.ring(runs)
            doomed = [_fated(run) for run in runs if run.fate is not None]
            if doomed:
                await self._at_work.settle(doomed)
            if not runs or len(doomed) < len(runs):
                break
        now = time.monotonic()
        leases = [
            Lease(
                number=next(self._numbers),
                run=run,
                worker=ask.worker,
                alone=alone,
                expires_at=now + self._lease_s,
                ends_at=now + self._deadline_of(run),
            )
            for run in runs
            if run.fate is None
        ]
        self._leases.update((lease.number, lease) for lease in leases)
        return leases

    def _leased(self, lease: Lease) -> Leased:
        run = lease.run
        return Leased(
            lease=lease.number,
            run_id=run.run_id,
            processor=run.processor,
            input=msgspec.Raw(run.input),
            spec=msgspec.Raw(run.spec or NULL),
            previous=msgspec.Raw(run.previous or NULL),
            events=bool(run.events),
            deadline_s=self._deadline_of(run),
        )

    def _deadline_of(self, run: ClaimedRun) -> float:
        if self._deadline_s is not None:
            return self._deadline_s
        return max(LEAST_DEADLINE_S, PROCESSORS[run.processor].longest_s)

    def _hear(self, worker: str) -> None:
        if worker not in self._gone:
            self._heard[worker] = time.monotonic()

    def _forget(self, worker: str) -> None:
        self._heard.pop(worker, None)
        self._gone[worker] = None
        if len(self._gone) > MAX_GONE:
            del self._gone[next(iter(self._gone))]
        self._feed.ring((QUEUED,))  # it may still be waiting for work

    def _of(self, worker: str, number: int) -> Lease | None:
        lease = self._leases.get(number)
        return lease if lease is not None and lease.worker == worker else None

    def _pop(self, numbers: Iterable[int]) -> list[ClaimedRun]:
        return [self._leases.pop(number).run for number in list(dict.fromkeys(numbers))]

    def _tell(self, lease: Lease, message: Message | None, sources: Sources | None) -> None:
        progress = self._at_work.progress.get(lease.run.run_id)
        if progress is None:
            return
        if message is not None:
            progress.tell(Message(kind=message.kind, text=message.text[:MAX_MESSAGE_CHARS]))
        if sources is not None:
            progress.tell(sources)

    async def _put_back(self, runs: Sequence[ClaimedRun]) -> None:
        if runs:
            await self._write(lambda writer: writer.release(runs))
            self._queued_again(runs)

    async def _lose(self, runs: Sequence[ClaimedRun]) -> None:
        """Queue runs again whose worker was lost, and give those up that it happens to often."""
        if not runs:
            return
        self.lost += len(runs)
        fields: JsonObject = {"runs": [run.run_id for run in runs]}
        log.warning("a worker was lost with its runs", extra={"fields": fields})
        given_up = await self._write(lambda writer: writer.lose(runs, most=MAX_LOSSES))
        gone = {run.run_no for run in given_up}
        self._queued_again([run for run in runs if run.run_no not in gone])
        if given_up:
            await self._at_work.settle([_given_up(run) for run in given_up])

    def _queued_again(self, runs: Sequence[ClaimedRun]) -> None:
        self._at_work.left(runs)
        self._at_work.ring(runs)
        self._at_work.wake()

    async def _write(self, verb: Callable[[Writer], T]) -> T:
        """Change the store, however long it takes: the leases are gone, and the runs must not be."""
        while True:
            try:
                return await self._access.write(verb)
            except sqlite3.Error:
                log.exception("runs cannot be queued again; trying again in %s s", STORE_RETRY_S)
                await asyncio.sleep(STORE_RETRY_S)

    async def _sweep_for_ever(self) -> None:
        every = self._lease_s / 8
        while True:
            slept_from = time.monotonic()
            await asyncio.sleep(every)
            now = time.monotonic()
            if (late := now - slept_from - every) > every:
                # This server stood still itself, and reports wait to be read.
                for lease in self._leases.values():
                    lease.expires_at += late
                    lease.ends_at += late
            over = [
                n for n, each in self._leases.items() if now >= min(each.expires_at, each.ends_at)
            ]
            self._heard = {w: at for w, at in self._heard.items() if now - at < self._lease_s}
            await self._lose(self._pop(over))


def _ended_as(answered: Answered) -> tuple[bytes | None, bytes | None]:
    """Return the output or the error of an answer, as it is stored."""
    if (answered.output is None) == (answered.error is None):
        raise invalid_at(("body", "answered"), "An answer has either an output or an error")
    if answered.error is not None:
        return None, _encode(answered.error)
    try:
        output = msgspec.convert(answered.output, Output)
    except msgspec.ValidationError as error:
        raise invalid_at(("body", "answered"), f"The output is none: {error}") from None
    if output.type_ not in {"text", "json"}:
        raise invalid_at(("body", "answered"), "The output's type is text or json")
    return _encode(answered.output), None


def _fated(run: ClaimedRun) -> Ended:
    assert run.fate is not None  # noqa: S101  (it was asked)
    status, output, error = fated(run.fate)
    return Ended(run=run, status=status, output=output, error=error)


def _given_up(run: ClaimedRun) -> Ended:
    message = f"The run was given up: {MAX_LOSSES} workers died or hung at it"
    return Ended(run=run, status="failed", error=_encode(error_of(message, {"losses": MAX_LOSSES})))
