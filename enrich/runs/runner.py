"""Buying: from planned to settled, under a quota and a budget, restartable at any point."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from enrich.errors import EnrichError
from enrich.runs.bodies import Bodies
from enrich.runs.collect import Collector
from enrich.runs.limiter import Pace, Slots
from enrich.runs.patience import Patience
from enrich.runs.quota import OwnWindow, Quota, Window
from enrich.runs.reconcile import Reconciler
from enrich.runs.submit import Purchase, Submitter

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from enrich.clock import Clock
    from enrich.ledger import Cap, Ledger, Round, Settlement
    from enrich.records import Task
    from enrich.taskapi.client import TaskApi

LANES: Final = 3
"""POSTs on their way at once; each has a group of its own."""
FEWEST_GETS_PER_SECOND: Final = 5.0
MOST_GETS_PER_SECOND: Final = 50.0
GETS_OF_QUOTA: Final = 0.15
"""GETs are free, and kept to this share of the quota, between these two, since one source
counts them too."""
LAST_POSTING_S: Final = 5.0
"""How long a POST on its way is waited for after a stop was asked for."""
LAST_COLLECTING_S: Final = 5.0
"""How long results are still collected then."""
TRIAL_RUNS: Final = 100
"""The first runs of a command: when more than ``TRIAL_FAILED`` of them fail, something
is wrong with all, and no more is bought."""
TRIAL_AT_LEAST: Final = 20
TRIAL_FAILED: Final = 0.5


class Ended(StrEnum):
    """Why buying ended."""

    SETTLED = "settled"
    """Nothing is planned and nothing is running."""
    BUDGET = "budget"
    """The budget does not cover the next run."""
    STOPPED = "stopped"
    """Asked to stop."""
    FAILING = "failing"
    """Too many of the first runs failed."""
    DEADLINE = "deadline"
    """Some runs are still at work; the next command collects them."""


class Listener(Protocol):
    """Hears how buying goes."""

    def bought(self, runs: int) -> None:
        """Hear that runs were created or found again."""
        ...

    def settled(self, settlements: list[Settlement]) -> None:
        """Hear that runs ended."""
        ...

    def note(self, sentence: str) -> None:
        """Hear something that a person should know."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast to buy and how long to wait.

    Attributes:
        runs_per_minute: The API's quota.
        count_posts: Whether the quota counts POSTs rather than runs.
        max_in_flight: Runs unsettled at once.
        settle_s: Seconds after a lost answer before the API's list is believed.
        deadline_s: Seconds without any run ending after which the rest is left running.
        window_s: The quota's window in seconds.
        patience_s: Seconds that a finished run waits at most until its result is fetched.
    """

    runs_per_minute: int = 2000
    count_posts: bool = False
    max_in_flight: int = 20_000
    settle_s: float = 15.0
    deadline_s: float = 7200.0
    window_s: float = 60.0
    patience_s: float = 10.0


class Runner:
    """Buys what is planned for one task and collects what was bought."""

    def __init__(
        self,
        api: TaskApi,
        ledger: Ledger,
        *,
        limits: Limits,
        clock: Clock,
        listener: Listener,
        window: Window | None = None,
    ) -> None:
        """Make one.

        Args:
            api: The API.
            ledger: What is planned.
            limits: How fast to buy and how long to wait.
            clock: Time.
            listener: Hears how it goes.
            window: What the quota is counted in; None for one of its own.
        """
        self._api = api
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._listener = listener
        self._window: Window = window or OwnWindow(
            limits.runs_per_minute, clock=clock, window_s=limits.window_s
        )
        self._stop = asyncio.Event()
        self._settled = self._failed = 0
        self._failing = False
        self._submitter: Submitter | None = None
        self._moved_at = clock.monotonic()

    def stop(self) -> None:
        """Ask it to stop: nothing more is sent, and what is here soon is collected."""
        self._stop.set()

    async def buy(
        self,
        task: Task,
        task_id: int,
        round_: Round,
        cap: Cap,
        *,
        metadata: dict[str, str] | None = None,
    ) -> Ended:
        """Buy everything planned for a task, and collect everything of it that runs.

        Raises:
            ApiError: Nothing more can be asked of the API.
            LedgerError: The ledger cannot be written, or the API does not know its groups.
        """
        limits = self._limits
        pace = Pace(gets_per_second(limits.runs_per_minute), clock=self._clock)
        reading = Patience(clock=self._clock, tell=self._listener.note)
        reconciler = Reconciler(
            self._api,
            self._ledger,
            settle_s=limits.settle_s + self._ledger.others_may_send_s,
            clock=self._clock,
            pace=pace,
            patience=reading,
        )
        slots = Slots(limits.max_in_flight)
        quota = Quota(self._window, clock=self._clock, tell=self._listener.note)
        collector = Collector(
            self._api,
            self._ledger,
            slots=slots,
            pace=pace,
            clock=self._clock,
            on_settled=self._on_settled,
            patience=reading,
            patience_s=limits.patience_s,
        )
        submitter = Submitter(
            self._api,
            self._ledger,
            Purchase(
                task=task_id,
                round_id=round_.id,
                cap=cap,
                bodies=Bodies(task),
                group_metadata=metadata or {},
                count_posts=limits.count_posts,
            ),
            quota=quota,
            slots=slots,
            collector=collector,
            reconciler=reconciler,
            patience=Patience(clock=self._clock, tell=self._listener.note),
            on_bought=self._on_bought,
        )
        self._submitter = submitter
        try:
            ended = await self._see_through(self._reconcile_all(reconciler))
            if ended is not None:
                return ended
            running = self._ledger.running(task_id)
            slots.occupy(len(running))
            async with asyncio.TaskGroup() as tasks:
                collector.start(tasks)
                collector.add(running)
                ended = await self._until_settled(submitter, collector)
                if ended in {Ended.STOPPED, Ended.DEADLINE}:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LAST_COLLECTING_S):
                            await collector.collect_last()
                await collector.stop()
        except BaseExceptionGroup as group:
            raise _plain(group) from None
        finally:
            await quota.tell_ends()
        return ended

    async def _reconcile_all(self, reconciler: Reconciler) -> None:
        """Find out about the POSTs that an earlier command left without an answer."""
        chunks = self._ledger.submitting()
        if not chunks:
            return
        count = sum(len(chunk.requests) for chunk in chunks)
        self._listener.note(
            f"Looking for {count} runs whose creation was not confirmed; this takes about "
            f"{reconciler.takes_s:.0f} seconds ..."
        )
        async with asyncio.TaskGroup() as tasks:
            looking = [tasks.create_task(reconciler.reconcile(chunk)) for chunk in chunks]
        found = sum(len(each.result()) for each in looking)
        self._listener.note(f"{found} of them are there and will not be bought again.")

    async def _until_settled(self, submitter: Submitter, collector: Collector) -> Ended:
        while True:
            ended = await self._see_through(submitter.send_all(LANES), submitter.halt)
            ended = ended or await self._see_through(collector.wait())
            if ended is not None:
                return ended
            if self._failing:
                return Ended.FAILING
            if not submitter.waiting:
                return Ended.SETTLED
            # A run that failed gave its price back, which may buy another one.
            if not submitter.affordable:
                return Ended.BUDGET

    async def _see_through(
        self, work: Coroutine[None, None, None], halt: Callable[[], None] | None = None
    ) -> Ended | None:
        """Await some work unless a stop is asked for or nothing moves any more.

        Args:
            work: What is cancelled in these cases.
            halt: Makes the work end soon by itself; it gets some time for that.
        """
        working = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stop.wait())
        quiet = asyncio.create_task(self._nothing_moves())
        tasks = {working, stopping, quiet}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if halt and not working.done():
                halt()
                await asyncio.wait({working}, timeout=LAST_POSTING_S)
            if working.done():
                working.result()
            if stopping.done():
                return Ended.STOPPED
            return None if working.done() and not quiet.done() else Ended.DEADLINE
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _nothing_moves(self) -> None:
        """Wait until no run was bought or ended for the whole of the deadline."""
        while (left_s := self._moved_at + self._limits.deadline_s - self._clock.monotonic()) > 0:
            await self._clock.sleep(left_s)

    def _on_bought(self, runs: int) -> None:
        self._moved_at = self._clock.monotonic()
        self._listener.bought(runs)

    def _on_settled(self, settlements: list[Settlement]) -> None:
        self._moved_at = self._clock.monotonic()
        if self._settled < TRIAL_RUNS:
            self._settled += len(settlements)
            self._failed += sum(each.output is None for each in settlements)
            enough = self._settled >= TRIAL_AT_LEAST
            if enough and self._failed > TRIAL_FAILED * self._settled and not self._failing:
                self._failing = True
                if self._submitter:
                    self._submitter.stop()
                self._listener.note(
                    f"{self._failed} of the first {self._settled} runs failed: nothing more is bought."
                )
        self._listener.settled(settlements)


def gets_per_second(runs_per_minute: int) -> float:
    """Return how fast may be read under a quota."""
    share = GETS_OF_QUOTA * runs_per_minute / 60
    return min(max(FEWEST_GETS_PER_SECOND, share), MOST_GETS_PER_SECOND)


def _plain(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error of ours in a group of groups, or the group when it holds another's."""
    ours: BaseException | None = None
    for error in group.exceptions:
        plain = _plain(error) if isinstance(error, BaseExceptionGroup) else error
        if not isinstance(plain, EnrichError):
            return group
        ours = ours or plain
    return ours or group
