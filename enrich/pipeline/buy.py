"""buy: from the ledger to the API and back. Spends, and can be stopped and started again."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.clock import Clock
from enrich.egress import is_loopback
from enrich.errors import ConfigError
from enrich.job import LOCAL, quota_url, wire_members
from enrich.local import embedded
from enrich.pipeline.prepared import known_task, note_task, part_name, runs_per_minute
from enrich.runs import Ended, Limits, Runner
from enrich.runs.quota import OwnWindow
from enrich.runs.redis_window import RedisWindow
from enrich.taskapi.client import TaskApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from enrich.job import Job
    from enrich.ledger import Ledgers, Round
    from enrich.pipeline.prepared import Prepared, Step
    from enrich.records import Task
    from enrich.runs import Listener
    from enrich.runs.quota import Window

LOCAL_RUNS_PER_MINUTE: Final = 1_000_000
"""Our own server in this process has no quota; its runs cost nothing but time."""
LOCAL_SETTLE_S: Final = 0.5
ANY_KEY: Final = "any"
"""What is shown to an API on this machine when no key is set: our own takes it."""


class Buying:
    """The API for one command; it buys one step after the other."""

    def __init__(
        self,
        prepared: Prepared,
        ledgers: Ledgers,
        round_: Round,
        parts: Mapping[str, int],
        window: Window | None = None,
    ) -> None:
        """Take a job, where its plan is, and what its price is counted into.

        Args:
            prepared: The job.
            ledgers: Where its plan is.
            round_: What its price is counted into.
            parts: The number of each step's own part of the round, by what it is called.
            window: What the quota is counted in; None for what the job says.
        """
        self._stop = asyncio.Event()
        self._prepared = prepared
        self._ledgers = ledgers
        self._round = round_
        self._parts = parts
        self._clock = Clock()
        self._runner: Runner | None = None
        self._api: TaskApi | None = None
        self._window = window

    @property
    def stopped(self) -> bool:
        """Return whether a stop was asked for."""
        return self._stop.is_set()

    async def rest(self, seconds: float) -> bool:
        """Wait, but no longer than until a stop is asked for; return whether one was."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        return self.stopped

    def stop(self) -> None:
        """Buy nothing more; what is here soon is collected."""
        self._stop.set()
        if self._runner:
            self._runner.stop()

    @asynccontextmanager
    async def session(self, key: str | None) -> AsyncIterator[None]:
        """Be connected to the API.

        Args:
            key: The API's key; None where none is needed.

        Raises:
            ConfigError: The embedded server cannot be started, or the quota's address not used.
        """
        job = self._prepared.job
        with ExitStack() as stack:
            url = job.api.base_url
            if url == LOCAL:
                url, key = stack.enter_context(embedded(job))
            self._window = self._opened_window(url, key)
            try:
                async with TaskApi(url, key, clock=self._clock) as self._api:
                    yield
            finally:
                await self._window.close()

    def _opened_window(self, url: str, key: str | None) -> Window:
        """Return what the quota is counted in; one for all steps, which follow closely."""
        job = self._prepared.job
        if self._window is not None:
            return self._window
        shared = quota_url(job)
        if shared is None or job.api.base_url == LOCAL:
            return OwnWindow(_limits(job).runs_per_minute, clock=self._clock)
        return RedisWindow(shared, job.api.runs_per_minute, api=url, api_key=key)

    async def buy(self, step: Step, listener: Listener) -> Ended:
        """Buy what is planned for a step and collect what was bought.

        Raises:
            ApiError: Nothing more can be asked of the API.
            LedgerError: The ledger cannot be written.
            ConfigError: A variable is missing.
        """
        ended = await self._buy(step, step.task, listener)
        budget = ended is Ended.BUDGET
        for task in step.apart.values():
            if ended not in {Ended.SETTLED, Ended.BUDGET}:
                return ended
            if self.stopped:
                return Ended.STOPPED
            if known_task(task, self._ledgers.own) is not None:
                ended = await self._buy(step, task, listener)
                budget = budget or ended is Ended.BUDGET
        return Ended.BUDGET if budget and ended is Ended.SETTLED else ended

    async def _buy(self, step: Step, asked: Task, listener: Listener) -> Ended:
        prepared, ledgers, ledger = self._prepared, self._ledgers, self._ledgers.own
        assert self._api is not None  # noqa: S101  (within the session)
        self._runner = Runner(
            self._api,
            ledger,
            limits=_limits(prepared.job),
            clock=self._clock,
            listener=listener,
            window=self._window,
        )
        # Secrets are put in here and nowhere before, so that no ledger holds them.
        task = replace(asked, deciding=wire_members(asked), silent={})
        return await self._runner.buy(
            task,
            note_task(asked, ledger),
            self._round,
            prepared.cap(
                step,
                self._parts.get(step.part),
                ledgers.spent_formerly(prepared.name),
                ledgers.spent_formerly(part_name(prepared, step)),
            ),
            metadata={"enrich_job": prepared.name[:512]},
        )


def _limits(job: Job) -> Limits:
    local, share = job.api.base_url == LOCAL, job.shard.share
    return Limits(
        runs_per_minute=LOCAL_RUNS_PER_MINUTE if local else runs_per_minute(job),
        count_posts=job.api.quota_unit == "posts",
        max_in_flight=share(job.api.max_in_flight),
        # Our own server lists a run as soon as it took it, and ends with this process.
        settle_s=LOCAL_SETTLE_S if local else job.api.settle.total_seconds(),
        deadline_s=job.api.deadline.total_seconds(),
    )


def api_key(job: Job) -> str | None:
    """Return the API's key from the environment; any for an API on this machine without one.

    Raises:
        ConfigError: It is not set.
    """
    try:
        key = job.api.key()
    except ConfigError as error:
        if is_loopback(urlsplit(job.api.base_url).hostname or ""):
            return ANY_KEY
        raise job.located(error) from None
    return key.get_secret_value() if key else None
