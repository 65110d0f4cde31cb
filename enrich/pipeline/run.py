"""run: plan, buy and merge, one after the other, and how they ended."""

from __future__ import annotations

import asyncio
import json
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from enrich.errors import FatalApiError, Interrupted
from enrich.job import LOCAL
from enrich.pipeline.buy import Buying, api_key
from enrich.pipeline.expect import unmet
from enrich.pipeline.merge import merge
from enrich.pipeline.plan import plan, plan_step
from enrich.pipeline.prepared import is_settled, open_ledger, part_name
from enrich.pipeline.teaching import taught
from enrich.records import RowStatus
from enrich.runs import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.ledger import Ledger
    from enrich.pipeline.merge import Merged
    from enrich.pipeline.plan import Plan
    from enrich.pipeline.prepared import Prepared, Step
    from enrich.progress import Progress
    from enrich.records import JsonObject
    from enrich.tables import TableWriter

EXIT_SOME_FAILED = 1
EXIT_BUDGET = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a command went.

    Attributes:
        plan: What was to be bought when it began.
        ended: Why buying ended.
        merged: What was written.
        spent_usd: Price of all runs of this round so far, in US dollars.
        spent_by_task: The same for each task, where there is more than one.
        failed_runs: Runs of this round that failed; each attempt counts, and none is billed.
        extra_runs: Runs that were paid for twice all the same.
        unmet: What the job expects and the result does not hold, one sentence each.
        failures_pass: Whether the job says how many rows may fail, and no more did.
    """

    plan: Plan
    ended: Ended
    merged: Merged
    spent_usd: float
    spent_by_task: dict[str, float]
    failed_runs: int
    extra_runs: int
    unmet: tuple[str, ...] = ()
    failures_pass: bool = False

    @property
    def exit_code(self) -> int:
        """Return 0 when all is as expected, 5 at the budget, else 1.

        Expected is that every row is completed or skipped, and what the job says itself:
        with ``expect.failed`` so many rows may fail.
        """
        if self.ended is Ended.BUDGET:
            return EXIT_BUDGET
        statuses = self.merged.statuses
        good = statuses[RowStatus.COMPLETED] + statuses[RowStatus.SKIPPED] + self.plan.beyond
        if self.failures_pass:
            good += statuses[RowStatus.FAILED] + statuses[RowStatus.REFUSED]
        done = good >= self.merged.rows and self.ended is Ended.SETTLED and not self.unmet
        return 0 if done else EXIT_SOME_FAILED


def run(
    prepared: Prepared,
    *,
    progress: Callable[[Plan], Progress],
    retry_failed: bool = False,
    on_plan: Callable[[Plan], None] | None = None,
    into: Sequence[TableWriter] | None = None,
    key: str | None = None,
) -> Report:
    """Plan, buy and merge.

    Args:
        prepared: The job.
        progress: Makes what shows the buying.
        retry_failed: Buy failed and refused requests again.
        on_plan: Is told the plan before anything is spent; what it raises ends the command.
        into: Where to write; None for the files that the job names.
        key: The API's key; None for the one in the environment.

    Raises:
        ApiError: Nothing more can be asked of the API; what was bought is in the ledger.
        TableError: The table cannot be read, or the output cannot be written.
        LedgerError: The ledger cannot be used.
        Interrupted: A stop was asked for; the same command goes on.
    """
    if prepared.job.api.base_url != LOCAL:
        key = key or api_key(prepared.job)
    with open_ledger(prepared.job) as ledger:
        planned = plan(prepared, ledger, retry_failed=retry_failed)
        if on_plan:
            on_plan(planned)
        prepared = taught(prepared, ledger, keep=True)
        round_ = ledger.open_round(prepared.name, planned.rows)
        parts = {
            step.part: ledger.open_round(part_name(prepared, step), planned.rows).id
            for step in prepared.steps
            if len(prepared.steps) > 1
        }
        ended = Ended.SETTLED
        if planned.to_buy or planned.running or ledger.submitting():
            steps = _Steps(prepared, ledger, planned, retry_failed=retry_failed)
            ended = _bought(prepared, steps, Buying(prepared, ledger, round_, parts), progress, key)
        if ended is Ended.STOPPED:
            message = "Stopped as asked. Nothing is lost: the same command goes on from here."
            raise Interrupted(message)
        if is_settled(prepared, ledger):
            for number in (round_.id, *parts.values()):
                ledger.close_round(number)
        spent = ledger.round(prepared.name)
        merged = merge(prepared, ledger, into=into)
        ledger.summarize_round(round_.id, json.dumps(summary_of(merged), ensure_ascii=False))
        missed = tuple(unmet(prepared, merged.statuses, merged.filled, merged.answered))
        return Report(
            plan=planned,
            ended=ended,
            merged=merged,
            spent_usd=spent.micro_usd / 1_000_000 if spent else 0.0,
            spent_by_task=spent_by_part(prepared, ledger),
            failed_runs=spent.failed if spent else 0,
            extra_runs=ledger.tally().extra_runs,
            unmet=missed,
            failures_pass=prepared.job.expect.failed is not None and not missed,
        )


def spent_by_part(prepared: Prepared, ledger: Ledger) -> dict[str, float]:
    """Return the price of the round so far for each task, and for asking again."""
    told = {step.part: ledger.round(part_name(prepared, step)) for step in prepared.steps}
    return {name: part.micro_usd / 1_000_000 for name, part in told.items() if part}


def summary_of(merged: Merged) -> JsonObject:
    """Return the counts of a result that the next round is held against."""
    return {
        "rows": merged.rows,
        "statuses": dict(merged.statuses),
        "filled": dict(merged.filled),
        "answered": dict(merged.answered),
        "confidence": {name: dict(counts) for name, counts in merged.confidence.items()},
    }


class _Steps:
    """The steps of a job, each planned when those that it reads have answered."""

    def __init__(
        self, prepared: Prepared, ledger: Ledger, planned: Plan, *, retry_failed: bool
    ) -> None:
        self._prepared = prepared
        self._ledger = ledger
        self._planned = planned
        self._retry_failed = retry_failed

    def due(self) -> Iterator[tuple[Step, Plan]]:
        """Yield each step with something to buy or to collect, and its plan."""
        for index, step in enumerate(self._prepared.steps):
            if step.reads:
                made = plan_step(
                    self._prepared, self._ledger, index, retry_failed=self._retry_failed
                )
            else:
                made = self._planned.tasks[index] if self._planned.tasks else self._planned
            if made.to_buy or made.running or self._ledger.submitting():
                spent = self._ledger.round(self._prepared.name)
                made.spent_usd = spent.micro_usd / 1_000_000 if spent else 0.0
                yield step, made


def _bought(
    prepared: Prepared,
    steps: _Steps,
    buying: Buying,
    progress: Callable[[Plan], Progress],
    key: str | None,
) -> Ended:
    async def bought() -> Ended:
        first = Ended.SETTLED
        with _stopping(buying.stop):
            async with buying.session(key):
                for step, planned in steps.due():
                    if buying.stopped:
                        return Ended.STOPPED
                    with progress(planned) as listener:
                        ended = await buying.buy(step, listener)
                    # A used budget lets later steps still collect what was bought before.
                    if ended not in {Ended.SETTLED, Ended.BUDGET}:
                        return ended
                    first = ended if first is Ended.SETTLED else first
        return Ended.STOPPED if buying.stopped else first

    try:
        return asyncio.run(bought())
    except FatalApiError as error:
        if error.status != HTTPStatus.UNAUTHORIZED:
            raise
        message = f"{error}. The key comes from {prepared.job.api.key_env}"
        raise FatalApiError(message, status=error.status) from error
    except asyncio.CancelledError:
        message = "Stopped at once, as asked. The same command goes on from here."
        raise Interrupted(message) from None


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Let a first Ctrl-C or SIGTERM stop gently, and a second at once."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked = False

    def on_signal() -> None:
        nonlocal asked
        if asked and task:
            task.cancel()
        asked = True
        stop()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in signals]
    try:
        for number in signals:
            loop.add_signal_handler(number, on_signal)
    except (NotImplementedError, RuntimeError, ValueError):
        # Windows, or not the main thread: Ctrl-C is an exception there, and safe as well.
        yield
        return
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
