"""run: plan, buy and merge, one after the other, and how they ended."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from enrich.errors import ApiError, FatalApiError, Interrupted, TableError
from enrich.job import LOCAL
from enrich.pipeline.buy import Buying, api_key
from enrich.pipeline.expect import too_many_failed, unmet
from enrich.pipeline.merge import Merged, merge
from enrich.pipeline.opening import open_ledgers
from enrich.pipeline.plan import plan, plan_step
from enrich.pipeline.prepared import is_settled, part_name, places_of, tally_of
from enrich.pipeline.shares import Others, check_shares, share_of
from enrich.pipeline.stopping import STOPPED, Stop
from enrich.pipeline.teaching import taught
from enrich.pipeline.telling import count
from enrich.pipeline.watching import Watched
from enrich.records import RowStatus, State
from enrich.runs import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.ledger import Ledger, Ledgers, Round
    from enrich.pipeline.plan import Plan
    from enrich.pipeline.prepared import Prepared
    from enrich.pipeline.shares import Share
    from enrich.pipeline.watching import OnFinished
    from enrich.progress import Progress
    from enrich.records import JsonObject
    from enrich.runs import Listener
    from enrich.runs.quota import Window
    from enrich.tables import TableWriter

EXIT_SOME_FAILED = 1
EXIT_BUDGET = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a command went.

    Attributes:
        plan: What was to be bought when it began.
        ended: Why buying ended.
        merged: What was written; nothing, where a shard left that to another.
        share: How a shard's own rows ended; None for a command without shards.
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
    share: Share | None = None
    unmet: tuple[str, ...] = ()
    failures_pass: bool = False

    @property
    def exit_code(self) -> int:
        """Return 0 when all is as expected, 5 at the budget, else 1.

        Expected is that every row is completed or skipped, and what the job says itself:
        with ``expect.failed`` so many rows may fail. A shard answers for its own rows.
        """
        if self.ended is Ended.BUDGET:
            return EXIT_BUDGET
        statuses, rows = self.merged.statuses, self.merged.rows
        if self.share is not None:
            statuses, rows = self.share.statuses, self.share.rows
        # Rows beyond a limit may be known or not.
        good = min(statuses[RowStatus.PENDING], self.plan.beyond)
        good += statuses[RowStatus.COMPLETED] + statuses[RowStatus.SKIPPED]
        if self.failures_pass:
            good += statuses[RowStatus.FAILED] + statuses[RowStatus.REFUSED]
        done = good >= rows and self.ended is Ended.SETTLED and not self.unmet
        return 0 if done else EXIT_SOME_FAILED


def run(
    prepared: Prepared,
    *,
    progress: Callable[[Plan], Progress],
    retry_failed: bool = False,
    on_plan: Callable[[Plan], None] | None = None,
    into: Sequence[TableWriter] | None = None,
    key: str | None = None,
    stop: Stop | None = None,
    on_finished: OnFinished | None = None,
    window: Window | None = None,
    publish: bool = True,
) -> Report:
    """Plan, buy and merge.

    Args:
        prepared: The job.
        progress: Makes what shows the buying.
        retry_failed: Buy failed and refused requests again.
        on_plan: Is told the plan before anything is spent; what it raises ends the command.
        into: Where to write; None for the files that the job names.
        key: The API's key; None for the one in the environment.
        stop: Stops it, from any thread; Ctrl-C does so in the main thread.
        on_finished: Is given what shows the buying, and inputs and outputs of rows that finish.
        window: What the quota is counted in for all shards; None for what the job says.
        publish: Whether the output is written when all is settled; if not, ``finish`` does it.

    Raises:
        ApiError: Nothing more can be asked of the API; what was bought is in the ledger, and
            in the files that the job names.
        TableError: The table cannot be read, or the output cannot be written.
        LedgerError: The ledger cannot be used.
        Interrupted: A stop was asked for; the same command goes on.
    """
    if prepared.job.api.base_url != LOCAL:
        key = key or api_key(prepared.job)
    with open_ledgers(prepared.job) as ledgers:
        planned = plan(prepared, ledgers, retry_failed=retry_failed)
        check_shares(prepared, planned, divided=window is None)
        if on_plan:
            on_plan(planned)
        prepared = taught(prepared, ledgers, keep=True)
        round_, parts = _open_rounds(prepared, ledgers, planned.rows)
        ended = Ended.SETTLED
        if planned.to_buy or planned.running or planned.waiting or ledgers.own.submitting():
            steps = _Steps(
                prepared, ledgers, planned, retry_failed=retry_failed, on_finished=on_finished
            )
            buying = Buying(prepared, ledgers, round_, parts, window)
            try:
                ended = _bought(prepared, steps, buying, progress, key=key, stop=stop or Stop())
            except ApiError as error:
                if publish and into is None and prepared.job.shard.whole:
                    _write_what_is_there(prepared, ledgers, error)
                raise
        if ended is Ended.STOPPED:
            raise Interrupted(STOPPED)
        if not (publish and prepared.job.shard.whole):
            rounds = (round_.id, *parts.values())
            return _end_of_shard(prepared, ledgers, planned, ended, rounds, publish=publish)
        if is_settled(prepared, ledgers.own):
            for number in (round_.id, *parts.values()):
                ledgers.own.close_round(number)
        merged = merge(prepared, ledgers, into=into)
        return _reported(prepared, ledgers, merged, round_.id, plan=planned, ended=ended)


def finish(
    prepared: Prepared, *, plan: Plan, ended: Ended, into: Sequence[TableWriter] | None = None
) -> Report:
    """Write the output when all shards have ended, as a command without shards does at its end.

    Args:
        prepared: The job, with one of its shards.
        plan: What all shards planned.
        ended: Why their buying ended.
        into: Where to write; None for the files that the job names.
    """
    with open_ledgers(prepared.job) as ledgers:
        prepared = taught(prepared, ledgers)
        round_, parts = _open_rounds(prepared, ledgers, plan.rows)
        if all(is_settled(prepared, each) for each in ledgers.present.values()):
            for number in (round_.id, *parts.values()):
                ledgers.own.close_round(number)
        merged = merge(prepared, ledgers, into=into)
        return _reported(prepared, ledgers, merged, round_.id, plan=plan, ended=ended)


def _open_rounds(prepared: Prepared, ledgers: Ledgers, rows: int) -> tuple[Round, dict[str, int]]:
    """Open a ledger's part of the round, and that of each step where there are several."""
    names = [prepared.name]
    if len(prepared.steps) > 1:
        names += dict.fromkeys(part_name(prepared, step) for step in prepared.steps)
    own, opened = ledgers.own, []
    for name in names:
        before = own.round(name)
        if before is not None and before.closed_at is None:
            # Another shard saw the end of the round that it belongs to.
            ended_at = ledgers.ended_at(prepared.name, before)
            if ended_at is not None:
                own.close_round(before.id, ended_at)
        opened.append(own.open_round(name, rows, after=ledgers.last_end(name)))
    prefix = f"{prepared.name}/"
    parts = zip(names[1:], opened[1:], strict=True)
    return opened[0], {name.removeprefix(prefix): part.id for name, part in parts}


def _end_of_shard(
    prepared: Prepared,
    ledgers: Ledgers,
    planned: Plan,
    ended: Ended,
    rounds: Sequence[int],
    *,
    publish: bool,
) -> Report:
    """Write the output if the rows of all shards are settled; else say what it waits for."""
    share = share_of(prepared, ledgers)
    merged = Merged()
    if publish and not share.waits_for:
        # Of two that see it at the same time, one writes and the other waits.
        with places_of(prepared.job).turn_to_publish():
            ledgers.look_again()
            own = ledgers.own.round(prepared.name)
            if own is None or ledgers.ended_at(prepared.name, own) is None:
                merged = merge(prepared, ledgers)
                for number in rounds:
                    ledgers.own.close_round(number)
    return _reported(prepared, ledgers, merged, rounds[0], plan=planned, ended=ended, share=share)


def _reported(
    prepared: Prepared,
    ledgers: Ledgers,
    merged: Merged,
    round_id: int,
    *,
    plan: Plan,
    ended: Ended,
    share: Share | None = None,
) -> Report:
    if merged.paths or share is None:
        made = json.dumps(summary_of(merged), ensure_ascii=False)
        ledgers.own.summarize_round(round_id, made)
        missed = tuple(unmet(prepared, merged.statuses, merged.filled, merged.answered))
    else:
        missed = tuple(too_many_failed(prepared, share.statuses))
    books = ledgers if share is None else ledgers.own
    spent = books.round(prepared.name)
    return Report(
        plan=plan,
        ended=ended,
        merged=merged,
        share=share,
        spent_usd=spent.micro_usd / 1_000_000 if spent else 0.0,
        spent_by_task=spent_by_part(prepared, books),
        failed_runs=spent.failed if spent else 0,
        extra_runs=ledgers.extra_runs() if share is None else ledgers.own.tally().extra_runs,
        unmet=missed,
        failures_pass=prepared.job.expect.failed is not None and not missed,
    )


def _write_what_is_there(prepared: Prepared, ledgers: Ledgers, error: ApiError) -> None:
    """Write the answers that were bought before the API refused, and note with the error that it was done.

    Without a single answer the files stay as they are: they may hold those of another night.
    """
    known = [tally_of(step, ledgers.own) for step in prepared.steps]
    if not any(tally is not None and tally[State.COMPLETED] for tally in known):
        return
    try:
        merged = merge(prepared, ledgers)
    except TableError as unwritten:
        error.add_note(f"What was answered before could not be written: {unwritten}")
        return
    whole = merged.statuses[RowStatus.COMPLETED]
    error.add_note(
        f"What was answered before is in {', '.join(merged.paths)}: "
        f"{whole:,} of {count(merged.rows, 'row')} completed."
    )


def spent_by_part(prepared: Prepared, ledgers: Ledger | Ledgers) -> dict[str, float]:
    """Return the price of the round so far for each task, and for asking again."""
    told = {step.part: ledgers.round(part_name(prepared, step)) for step in prepared.steps}
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
    """The steps of a job, each planned and bought when those that it reads have answered."""

    def __init__(
        self,
        prepared: Prepared,
        ledgers: Ledgers,
        planned: Plan,
        *,
        retry_failed: bool,
        on_finished: OnFinished | None,
    ) -> None:
        self._prepared = prepared
        self._ledgers = ledgers
        self._planned = planned
        self._retry_failed = retry_failed
        self._on_finished = on_finished

    async def bought(self, buying: Buying, progress: Callable[[Plan], Progress]) -> Ended:
        """Buy one step after the other, and return why buying ended."""
        others = Others(self._prepared, self._ledgers, buying.rest)
        budget = False
        for index, step in enumerate(self._prepared.steps):
            planned = None
            while planned is None or await others.moved(planned, progress):
                others.look()
                planned = self._plan(index)
                if buying.stopped:
                    return Ended.STOPPED
                if not self._is_due(planned):
                    continue
                with progress(planned) as listener:
                    heard: Listener = listener
                    if self._on_finished is not None:
                        heard = Watched(listener, self._ledgers.own, self._on_finished)
                    ended = await buying.buy(step, heard)
                # A used budget lets later steps still collect what was bought before.
                if ended not in {Ended.SETTLED, Ended.BUDGET}:
                    return ended
                budget = budget or ended is Ended.BUDGET
                if budget:
                    break
        if buying.stopped:
            return Ended.STOPPED
        if budget:
            return Ended.BUDGET
        return Ended.DEADLINE if others.given_up else Ended.SETTLED

    def _plan(self, index: int) -> Plan:
        """Return what a step buys, as far as the rows that it reads are settled."""
        if self._prepared.steps[index].reads:
            made = plan_step(self._prepared, self._ledgers, index, retry_failed=self._retry_failed)
        else:
            made = self._planned.tasks[index] if self._planned.tasks else self._planned
        spent = self._ledgers.own.round(self._prepared.name)
        made.spent_usd = spent.micro_usd / 1_000_000 if spent else 0.0
        return made

    def _is_due(self, planned: Plan) -> bool:
        return bool(planned.to_buy or planned.running or self._ledgers.own.submitting())


def _bought(
    prepared: Prepared,
    steps: _Steps,
    buying: Buying,
    progress: Callable[[Plan], Progress],
    *,
    key: str | None,
    stop: Stop,
) -> Ended:
    async def bought() -> Ended:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (asyncio.run makes one)
        with stop.heeded(buying.stop, task.cancel):
            if buying.stopped:
                return Ended.STOPPED
            async with buying.session(key):
                return await steps.bought(buying, progress)

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
