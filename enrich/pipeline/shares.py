"""What a shard's command has of the whole: its part of the budget, and of the rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from enrich.clock import Clock
from enrich.errors import ConfigError
from enrich.job import LOCAL
from enrich.pipeline.plan import note_reason
from enrich.pipeline.prepared import places_of
from enrich.pipeline.rows import batches
from enrich.pipeline.teaching import taught
from enrich.records import LOST, RowStatus, Shard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from enrich.ledger import Ledgers
    from enrich.pipeline.plan import Plan
    from enrich.pipeline.prepared import Prepared
    from enrich.progress import Progress

FIRST_PAUSE_S = 1.0
LAST_PAUSE_S: Final = 15.0
BEGIN_S: Final = 30.0
"""How long a shard that has to wait for others lets them be away."""


@dataclass(slots=True, kw_only=True)
class Share:
    """How a shard's requests ended, and what the others' lack.

    Attributes:
        shard: Which.
        statuses: How many rows ended in each way of those whose request it owns, in each task.
            Rows that ask nothing are the first shard's.
        errors: Of these the failed and the refused, by reason.
        waits_for: Rows that are not settled yet, by the shard that has them.
    """

    shard: Shard
    statuses: Counter[RowStatus] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    waits_for: Counter[Shard] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Return how many rows are its own."""
        return self.statuses.total()


def share_of(prepared: Prepared, ledgers: Ledgers) -> Share:
    """Look at the whole table: how a shard's rows stand, and which of the others' are not settled."""
    prepared = taught(prepared, ledgers)
    shard = prepared.job.shard
    made = Share(shard=shard)
    ledgers.look_again()
    for rows in batches(prepared, ledgers, whole=False, planning=True):
        open_: dict[int, Shard] = {}
        for index, step in enumerate(prepared.steps):
            found = zip(rows.mapped(index), rows.outcomes(index), strict=True)
            for place, (asked, outcome) in enumerate(found):
                if asked is None or asked.waits:
                    continue  # not asked for, or counted with what it waits for
                owner = asked.request and shard.owner(asked.request.owned_by)
                if outcome.status is RowStatus.PENDING or outcome.renewing:
                    open_.setdefault(place, Shard(owner or 0, shard.of))
                if (owner or 0) != shard.index or step.first is not None:
                    continue
                made.statuses[outcome.status] += 1
                if outcome.status in LOST:
                    note_reason(made.errors, outcome.error or "no reason given")
        made.waits_for.update(open_.values())
    return made


def check_shares(prepared: Prepared, plan: Plan, *, divided: bool) -> None:
    """See that a shard has a part of each limit, before anything is spent.

    Args:
        prepared: The job.
        plan: What is to be bought.
        divided: Whether each shard has a part of the quota for itself.

    Raises:
        ConfigError: There are more shards than a limit can be divided into.
    """
    if not (plan.to_buy or plan.waiting):
        return
    of = prepared.job.shard.of
    for key, what, total, needed in _limits(prepared, divided=divided):
        if prepared.job.shard.share(total) < needed:
            message = (
                f"{what} cannot be divided among {of} shards: shard {prepared.job.shard} has "
                "nothing to buy with. Take fewer shards, or raise it."
            )
            raise prepared.job.located(ConfigError(message, key=key))


def _limits(prepared: Prepared, *, divided: bool) -> Iterator[tuple[str, str, int, int]]:
    """Yield each limit that shards divide: its key, what it is, how much, and the least of use."""
    api, budget = prepared.job.api, prepared.job.budget
    price = min(step.micro_usd_per_run for step in prepared.steps)
    if budget.max_runs:
        yield "budget.max_runs", f"{budget.max_runs:,} runs", budget.max_runs, 1
    if budget.max_cost_usd:
        limit = int(budget.max_cost_usd * 1_000_000)
        yield "budget.max_cost_usd", f"${budget.max_cost_usd:,}", limit, price
    yield "api.max_in_flight", f"{api.max_in_flight:,} runs in flight", api.max_in_flight, 1
    if divided and api.quota is None and api.base_url != LOCAL:
        per_minute = api.runs_per_minute
        yield "api.runs_per_minute", f"{per_minute:,} runs a minute", per_minute, 1


class Others:
    """The other shards, whose answers a later task may have to wait for."""

    def __init__(
        self, prepared: Prepared, ledgers: Ledgers, rest: Callable[[float], Awaitable[bool]]
    ) -> None:
        """Take a job, the ledgers of all, and what waits; it says whether a stop was asked for."""
        self.given_up = False
        self._job = prepared.job
        self._places = places_of(prepared.job)
        self._ledgers = ledgers
        self._rest = rest
        self._clock = Clock()
        self._seen: tuple[int, ...] = ()
        self._pause_s = FIRST_PAUSE_S
        self._told = False

    def look(self) -> None:
        """Remember how the others stand now, before the table is read."""
        if not self._job.shard.whole:
            self._ledgers.look_again()
            self._seen = self._ledgers.version()

    async def moved(self, planned: Plan, progress: Callable[[Plan], Progress]) -> bool:
        """Wait until another shard has written something; return whether one has.

        It returns at once where no row waits, and where there are no other shards.

        As long as one is at work, ``api.deadline`` is waited for; the others get some time to
        begin. The table is read again after that, so it pauses longer each time.
        """
        if self._job.shard.whole or self.given_up or not planned.waiting:
            return False
        deadline_s = self._job.api.deadline.total_seconds()
        if not self._told:
            self._told = True
            with progress(replace(planned, to_buy=0, running=0)) as listener:
                listener.note(f"Waiting for {planned.waiting:,} rows of other shards ...")
        began = alone_since = self._clock.monotonic()
        while True:
            if await self._rest(min(self._pause_s, deadline_s)):
                return False
            self._pause_s = min(self._pause_s * 1.5, LAST_PAUSE_S)
            self._ledgers.look_again()
            if self._ledgers.version() != self._seen:
                return True
            now = self._clock.monotonic()
            if self._is_another_at_work():
                alone_since = now
            if now - began >= deadline_s or now - alone_since >= BEGIN_S:
                self.given_up = True
                return False

    def _is_another_at_work(self) -> bool:
        shard = self._job.shard
        others = (Shard(index, shard.of) for index in range(shard.of) if index != shard.index)
        # All are asked: each look at one is held against the next.
        return True in [self._places.is_at_work(each) for each in others]
