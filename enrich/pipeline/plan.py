"""plan: read the table, map each row, note in the ledger what is not there. Spends nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.clock import Clock
from enrich.html import el
from enrich.inputs.fingerprint import PREVIOUS
from enrich.pipeline.prepared import note_task, price_is_known
from enrich.pipeline.rows import batches
from enrich.pipeline.teaching import taught
from enrich.pipeline.telling import told
from enrich.records import JsonObject, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from enrich.ledger import Ledgers
    from enrich.pipeline.prepared import Prepared, Step
    from enrich.pipeline.rows import Rows
    from enrich.records import Mapped, Request, Shard, Task

MAX_EXAMPLES: Final = 100
MAX_REASONS: Final = 20
"""Reasons that are told apart; a reason may quote a cell, so there can be many."""


@dataclass(slots=True, kw_only=True)
class Plan:
    """What would be bought: by one task, or by all tasks of a job together.

    Attributes:
        task: The task's name.
        processor: Who is asked.
        sends: The columns whose cells leave the machine.
        rows: Rows of the table.
        asked: Rows with a request, among those that are asked for.
        elsewhere: Rows whose request another shard buys.
        distinct: Different requests among them.
        completed: Of these, in the ledger already.
        running: Bought already, and not finished.
        in_doubt: In a POST whose answer was lost: bought already, or to be bought again.
        failed: Failed or refused before, and left alone.
        stale: Completed too long ago, and bought again.
        to_buy: Not bought yet, stale ones among them.
        waiting: Rows that may be asked when an earlier task has answered.
        skipped: Rows for which nothing is asked, by reason.
        refused: Rows that cannot be asked, by reason.
        beyond: Rows that are not among those asked for.
        micro_usd_per_run: Price of a run in millionths of a dollar; 0 for several tasks.
        price_known: Whether that price is known; otherwise it is not in any amount.
        max_micro_usd: What an escalation may cost at most.
        examples: The first requests, as they would be sent, secrets left out.
        tasks: The plan of each task, where there is more than one.
        spent_usd: Price of the round's runs so far, of those at work too.
    """

    task: str = ""
    processor: str = ""
    sends: tuple[str, ...] = ()
    rows: int = 0
    asked: int = 0
    elsewhere: int = 0
    distinct: int = 0
    completed: int = 0
    running: int = 0
    in_doubt: int = 0
    failed: int = 0
    stale: int = 0
    to_buy: int = 0
    waiting: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    beyond: int = 0
    micro_usd_per_run: int = 0
    price_known: bool = True
    max_micro_usd: int | None = None
    examples: list[JsonObject] = field(default_factory=list)
    tasks: list[Plan] = field(default_factory=list)
    spent_usd: float = 0.0

    def __str__(self) -> str:
        return "\n".join(told(self))

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        first, *others = told(self)
        return el("div", el("strong", first), el("ul", *(el("li", line) for line in others)))

    @property
    def cost_usd(self) -> float:
        """Return what this may cost at most, in US dollars.

        Runs in doubt are in it, and each waiting row as if it will be asked.
        """
        return self._most_micro_usd / 1_000_000

    @property
    def known_usd(self) -> float:
        """Return the price of what is known to be bought, in US dollars."""
        if self.tasks:
            return sum(each.to_buy * each.micro_usd_per_run for each in self.tasks) / 1_000_000
        return self.to_buy * self.micro_usd_per_run / 1_000_000

    @property
    def _most_micro_usd(self) -> int:
        most = again = 0
        for each in self.tasks or [self]:
            runs = each.to_buy + each.in_doubt + each.waiting
            if each.max_micro_usd is None:
                most += runs * each.micro_usd_per_run
            else:  # all escalations share what they may cost
                again = min(again + runs * each.micro_usd_per_run, each.max_micro_usd)
        return most + again


def plan(prepared: Prepared, ledgers: Ledgers, *, retry_failed: bool = False) -> Plan:
    """Note in the ledger what the table asks and the ledger does not have. Spends nothing.

    What was settled with another number of shards is taken over.

    What later tasks ask is noted as far as earlier ones have answered; the other rows
    are counted as waiting.
    """
    ledgers.own.forget_plan()
    prepared = taught(prepared, ledgers)
    planners = [
        _Planner(prepared, step, ledgers, retry_failed=retry_failed) for step in prepared.steps
    ]
    with ledgers.own.planning():
        return _Planner.whole(planners, batches(prepared, ledgers, whole=False, planning=True))


def plan_step(
    prepared: Prepared, ledgers: Ledgers, index: int, *, retry_failed: bool = False
) -> Plan:
    """Note what one task asks, now that the tasks before it have answered."""
    planner = _Planner(prepared, prepared.steps[index], ledgers, retry_failed=retry_failed)
    with ledgers.own.planning():
        for rows in batches(prepared, ledgers, whole=False, planning=True):
            planner.add(rows.mapped(index))
    return planner.made


class _Planner:
    """Plans one step, batch by batch."""

    def __init__(
        self, prepared: Prepared, step: Step, ledgers: Ledgers, *, retry_failed: bool
    ) -> None:
        refresh_after = prepared.job.refresh_after
        self._stale_before = (
            None if refresh_after is None else Clock().now() - refresh_after.total_seconds()
        )
        self._step = step
        self._shard = prepared.job.shard
        self._ledgers = ledgers
        self._retry_failed = retry_failed
        self._task_id = note_task(step.task, ledgers.own)
        self._seen = _Seen()
        self.made = Plan(
            task=step.name,
            processor=step.task.processor,
            sends=step.sends,
            micro_usd_per_run=step.micro_usd_per_run,
            price_known=price_is_known(prepared.job, step.task.processor),
            max_micro_usd=step.max_micro_usd,
        )

    @staticmethod
    def whole(planners: Sequence[_Planner], table: Iterable[Rows]) -> Plan:
        """Plan all steps in one reading of the table; an earlier one before a later."""
        for rows in table:
            for index, planner in enumerate(planners):
                planner.add(rows.mapped(index))
        plans = [planner.made for planner in planners]
        return plans[0] if len(plans) == 1 else _together(plans)

    def add(self, mapped: Sequence[Mapped | None]) -> None:
        """Plan some rows."""
        made = self.made
        made.rows += len(mapped)
        _count_mapped(made, mapped, self._shard)
        for task_id, requests in self._by_task(_distinct(mapped, self._shard)):
            if self._ledgers.former:
                self._take_over(task_id, requests)
            known = self._ledgers.own.plan(
                task_id,
                requests,
                retry_failed=self._retry_failed,
                stale_before=self._stale_before,
            )
            fresh = [
                (request, here)
                for request, here in zip(requests, known, strict=True)
                if self._seen.first(here.id)
            ]
            room = MAX_EXAMPLES - len(made.examples)
            made.examples += [
                _body(self._step.task_for(request.input), request) for request, _ in fresh[:room]
            ]
            made.stale += sum(here.stale for _, here in fresh)
            for state, count in Counter(here.state for _, here in fresh).items():
                _count(made, state, count)
        made.distinct = self._seen.count

    def _by_task(self, requests: list[Request]) -> Iterator[tuple[int, list[Request]]]:
        """Yield requests with the number of what they ask; few rows are asked apart."""
        apart: list[Request] = []
        if self._step.apart:
            apart = [each for each in requests if each.input in self._step.apart]
            requests = [each for each in requests if each.input not in self._step.apart]
        yield self._task_id, requests
        for each in apart:
            yield note_task(self._step.apart[each.input], self._ledgers.own), [each]

    def _take_over(self, task_id: int, requests: Sequence[Request]) -> None:
        """Note here what was settled with another number of shards, as far as it counts more."""
        here = self._ledgers.own.entries([request.fingerprint for request in requests])
        newer = [
            theirs
            for mine, theirs in zip(here, self._ledgers.entries(requests), strict=True)
            if theirs is not None and theirs.is_newer(mine)
        ]
        if newer:
            self._ledgers.own.take_over(task_id, newer)


def _together(plans: list[Plan]) -> Plan:
    """Return the plan of a job with several tasks."""
    made = Plan(
        rows=plans[0].rows,
        beyond=plans[0].beyond,
        sends=tuple(dict.fromkeys(name for each in plans for name in each.sends)),
        processor=", ".join(dict.fromkeys(each.processor for each in plans)),
        price_known=all(each.price_known for each in plans),
        examples=[body for each in plans for body in each.examples],
        tasks=plans,
    )
    for each in plans:
        for name in _COUNTED:
            setattr(made, name, getattr(made, name) + getattr(each, name))
        for reasons, theirs in ((made.skipped, each.skipped), (made.refused, each.refused)):
            reasons.update({f"{each.task}: {reason}": n for reason, n in theirs.items()})
    return made


_COUNTED: Final = (
    *("asked", "distinct", "completed", "running", "in_doubt"),
    *("failed", "stale", "to_buy", "waiting", "elsewhere"),
)


def _body(task: Task, request: Request) -> JsonObject:
    previous = {} if request.previous is None else {PREVIOUS: request.previous}
    return {
        "input": msgspec.json.decode(request.input),
        "processor": task.processor,
        "task_spec": task.spec,
        **task.deciding,
        **task.silent,
        **previous,
    }


class _Seen:
    """Which requests were met in this table: one bit each, by their dense numbers."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.count = 0

    def first(self, number: int) -> bool:
        """Return whether a request is met for the first time."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(max(place + 1 - len(self._bits), 4096)))
        if self._bits[place] & bit:
            return False
        self._bits[place] |= bit
        self.count += 1
        return True


def _distinct(mapped: Sequence[Mapped | None], shard: Shard) -> list[Request]:
    requests = (each.request for each in mapped if each is not None and each.request)
    distinct = list({request.fingerprint: request for request in requests}.values())
    return distinct if shard.whole else [each for each in distinct if shard.owns(each.owned_by)]


def _count_mapped(made: Plan, mapped: Sequence[Mapped | None], shard: Shard) -> None:
    for each in mapped:
        if each is None:
            made.beyond += 1
        elif each.waits:
            made.waiting += 1
        elif each.request is not None:
            if shard.whole or shard.owns(each.request.owned_by):
                made.asked += 1
            else:
                made.elsewhere += 1
        elif each.skipped is not None:
            note_reason(made.skipped, each.skipped)
        else:
            note_reason(made.refused, each.refused or "refused")


def note_reason(reasons: Counter[str], reason: str) -> None:
    """Count a reason; when there are too many different ones, the rest is counted together."""
    reasons[reason if reason in reasons or len(reasons) < MAX_REASONS else "other reasons"] += 1


def _count(made: Plan, state: State, requests: int) -> None:
    match state:
        case State.PLANNED:
            made.to_buy += requests
        case State.COMPLETED:
            made.completed += requests
        case State.RUNNING:
            made.running += requests
        case State.SUBMITTING:
            made.in_doubt += requests
        case State.FAILED | State.REFUSED:
            made.failed += requests
