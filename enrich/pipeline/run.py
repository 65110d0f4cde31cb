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
from enrich.pipeline.buy import api_key, buy
from enrich.pipeline.expect import unmet
from enrich.pipeline.merge import merge
from enrich.pipeline.plan import plan
from enrich.pipeline.prepared import is_settled, open_ledger
from enrich.records import RowStatus
from enrich.runs import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.ledger import Ledger, Round
    from enrich.pipeline.merge import Merged
    from enrich.pipeline.plan import Plan
    from enrich.pipeline.prepared import Prepared
    from enrich.progress import Progress
    from enrich.records import JsonObject
    from enrich.runs import Listener, Runner
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
        failed_runs: Runs of this round that failed; each attempt counts, and none is billed.
        extra_runs: Runs that were paid for twice all the same.
        unmet: What the job expects and the result does not hold, one sentence each.
        failures_pass: Whether the job says how many rows may fail, and no more did.
    """

    plan: Plan
    ended: Ended
    merged: Merged
    spent_usd: float
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
        return 0 if good >= self.merged.rows and not self.unmet else EXIT_SOME_FAILED


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
        round_ = ledger.open_round(prepared.name, planned.rows)
        planned.spent_usd = round_.micro_usd / 1_000_000
        ended = Ended.SETTLED
        if planned.to_buy or planned.running or ledger.submitting():
            with progress(planned) as listener:
                ended = _bought(prepared, ledger, round_, listener, key)
        if ended is Ended.STOPPED:
            message = "Stopped as asked. Nothing is lost: the same command goes on from here."
            raise Interrupted(message)
        if is_settled(prepared, ledger):
            ledger.close_round(round_.id)
        spent = ledger.round(prepared.name)
        merged = merge(prepared, ledger, into=into)
        ledger.summarize_round(round_.id, json.dumps(summary_of(merged), ensure_ascii=False))
        missed = tuple(unmet(prepared, merged.statuses, merged.filled))
        return Report(
            plan=planned,
            ended=ended,
            merged=merged,
            spent_usd=spent.micro_usd / 1_000_000 if spent else 0.0,
            failed_runs=spent.failed if spent else 0,
            extra_runs=ledger.tally().extra_runs,
            unmet=missed,
            failures_pass=prepared.job.expect.failed is not None
            and ended is Ended.SETTLED
            and not missed,
        )


def summary_of(merged: Merged) -> JsonObject:
    """Return the counts of a result that the next round is held against."""
    return {
        "rows": merged.rows,
        "statuses": dict(merged.statuses),
        "filled": dict(merged.filled),
        "confidence": {name: dict(counts) for name, counts in merged.confidence.items()},
    }


def _bought(
    prepared: Prepared, ledger: Ledger, round_: Round, listener: Listener, key: str | None
) -> Ended:
    async def bought() -> Ended:
        runners: list[Runner] = []
        with _stopping(lambda: runners[0].stop() if runners else None):
            return await buy(prepared, ledger, round_, listener, on_start=runners.append, key=key)

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
