"""plan: read the table, map each row, note in the ledger what is not there. Spends nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from enrich.clock import Clock
from enrich.html import el
from enrich.pipeline.prepared import mapped_batches, note_task
from enrich.pipeline.telling import money, plan_counts
from enrich.records import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.ledger import Ledger
    from enrich.pipeline.prepared import Prepared
    from enrich.records import Mapped, Request

MAX_EXAMPLES: Final = 100
MAX_REASONS: Final = 20
"""Reasons that are told apart; a reason may quote a cell, so there can be many."""


@dataclass(slots=True, kw_only=True)
class Plan:
    """What would be bought.

    Attributes:
        rows: Rows of the table.
        asked: Rows with a request, at most the job's limit of rows.
        distinct: Different requests among them.
        completed: Of these, in the ledger already.
        running: Bought already, and not finished.
        failed: Failed or refused before, and left alone.
        stale: Completed too long ago, and bought again.
        to_buy: Not bought yet, stale ones among them.
        skipped: Rows for which nothing is asked, by reason.
        refused: Rows that cannot be asked, by reason.
        beyond: Rows behind the job's limit.
        micro_usd_per_run: Price of a run in millionths of a dollar.
        examples: The first requests, as they would be sent.
        spent_usd: Price of the round's runs so far, of those at work too.
    """

    rows: int = 0
    asked: int = 0
    distinct: int = 0
    completed: int = 0
    running: int = 0
    failed: int = 0
    stale: int = 0
    to_buy: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    beyond: int = 0
    micro_usd_per_run: int = 0
    examples: list[Request] = field(default_factory=list)
    spent_usd: float = 0.0

    def __str__(self) -> str:
        return "\n".join([*plan_counts(self), f"price {money(self.cost_usd)}"])

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        first, *others = str(self).splitlines()
        return el("div", el("strong", first), el("ul", *(el("li", line) for line in others)))

    @property
    def cost_usd(self) -> float:
        """Return the price of what is to be bought, in US dollars."""
        return self.to_buy * self.micro_usd_per_run / 1_000_000


def plan(prepared: Prepared, ledger: Ledger, *, retry_failed: bool = False) -> Plan:
    """Note in the ledger what the table asks and the ledger does not have. Spends nothing."""
    job = prepared.job
    ledger.forget_plan()
    task_id = note_task(prepared, ledger)
    stale_before = None
    if job.refresh_after is not None:
        stale_before = Clock().now() - job.refresh_after.total_seconds()
    made = Plan(micro_usd_per_run=prepared.micro_usd_per_run)
    seen = _Seen()
    for batch, mapped in mapped_batches(prepared, whole=False):
        _count_mapped(made, mapped)
        requests = _distinct(mapped)
        known = ledger.plan(task_id, requests, retry_failed=retry_failed, stale_before=stale_before)
        for request, here in zip(requests, known, strict=True):
            if not seen.first(here.id):
                continue
            if len(made.examples) < MAX_EXAMPLES:
                made.examples.append(request)
            made.stale += here.stale
            _count(made, here.state)
        made.rows += len(batch)
    made.distinct = seen.count
    return made


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


def _distinct(mapped: Sequence[Mapped | None]) -> list[Request]:
    requests = (each.request for each in mapped if each is not None and each.request)
    return list({request.fingerprint: request for request in requests}.values())


def _count_mapped(made: Plan, mapped: Sequence[Mapped | None]) -> None:
    for each in mapped:
        if each is None:
            made.beyond += 1
        elif each.request is not None:
            made.asked += 1
        elif each.skipped is not None:
            note_reason(made.skipped, each.skipped)
        else:
            note_reason(made.refused, each.refused or "refused")


def note_reason(reasons: Counter[str], reason: str) -> None:
    """Count a reason; when there are too many different ones, the rest is counted together."""
    reasons[reason if reason in reasons or len(reasons) < MAX_REASONS else "other reasons"] += 1


def _count(made: Plan, state: State) -> None:
    match state:
        case State.PLANNED:
            made.to_buy += 1
        case State.COMPLETED:
            made.completed += 1
        case State.RUNNING | State.SUBMITTING:
            made.running += 1
        case State.FAILED | State.REFUSED:
            made.failed += 1
