"""The ledgers of a state, read as one: those of all shards, and of other numbers of shards."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

import msgspec

from enrich.records import LOST, WHOLE, RowStatus, Shard

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from enrich.ledger.ledger import Ledger
    from enrich.ledger.values import Entry, Round
    from enrich.records import Outcome, Request

T = TypeVar("T")


class Ledgers:
    """Reads what some ledgers know as if it were one; a request is asked where its owner keeps it.

    What was bought with another number of shards counts, too: of two answers the newer one.

    Attributes:
        shard: Whose ledger is written; without one, into how many shards the requests are
            divided now.
        there: The ledgers that are open.
    """

    def __init__(
        self,
        shard: Shard,
        own: Ledger | None,
        there: Mapping[Shard, Ledger],
        *,
        opened: Callable[[Collection[Shard]], Mapping[Shard, Ledger]] | None = None,
    ) -> None:
        """Take ledgers, which are closed with it.

        Args:
            shard: See above.
            own: The one that may be written; None where all are only read.
            there: The others.
            opened: Opens those that were made meanwhile, beside some that are known.
        """
        self.shard = shard
        self.there: dict[Shard, Ledger] = dict(there)
        self._own = own
        self._opened = opened
        if own is not None:
            self.there[shard] = own

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for ledger in self.there.values():
            if ledger is not self._own:
                ledger.close()
        if self._own is not None:
            self._own.close()

    @property
    def own(self) -> Ledger:
        """Return the ledger that this command writes."""
        assert self._own is not None  # noqa: S101  (who only reads does not ask for it)
        return self._own

    @property
    def present(self) -> dict[Shard, Ledger]:
        """Return the ledgers of the present number of shards."""
        return {shard: each for shard, each in self.there.items() if shard.of == self.shard.of}

    @property
    def former(self) -> dict[Shard, Ledger]:
        """Return those of other numbers of shards."""
        return {shard: each for shard, each in self.there.items() if shard.of != self.shard.of}

    def look_again(self) -> None:
        """Read what other shards have written meanwhile, and let them see what is written here."""
        if self._own is not None:
            self._own.write_out()
        self.version()
        if self._opened is not None:
            self.there.update(self._opened(self.there.keys()))

    def version(self) -> tuple[int, ...]:
        """Return something else once another shard has written."""
        return tuple(each.version() for each in self.there.values() if each is not self._own)

    # How requests stand

    def outcomes(self, requests: Sequence[Request]) -> list[Outcome | None]:
        """Return how requests stand, in order; None for one that no ledger knows."""
        found = self._asked(self.shard.of, requests, _outcomes)
        for of in self._formerly:
            for place, theirs in enumerate(self._asked(of, requests, _outcomes)):
                if theirs is not None and _counts(theirs, found[place]):
                    found[place] = theirs
        return found

    def entries(self, requests: Sequence[Request]) -> list[Entry | None]:
        """Return what was settled with other numbers of shards, in order."""
        found: list[Entry | None] = [None] * len(requests)
        for of in self._formerly:
            for place, theirs in enumerate(self._asked(of, requests, _entries)):
                if theirs is not None and theirs.is_newer(found[place]):
                    found[place] = theirs
        return found

    @property
    def _formerly(self) -> list[int]:
        return sorted({shard.of for shard in self.there if shard.of != self.shard.of})

    def _asked(
        self,
        of: int,
        requests: Sequence[Request],
        ask: Callable[[Ledger, list[bytes]], list[T | None]],
    ) -> list[T | None]:
        """Ask each request of the ledger that its owner has among so many."""
        if of == 1:
            ledger = self.there.get(WHOLE)
            fingerprints = [request.fingerprint for request in requests]
            return [None] * len(requests) if ledger is None else ask(ledger, fingerprints)
        made: list[T | None] = [None] * len(requests)
        places: dict[int, list[int]] = defaultdict(list)
        division = Shard(0, of)
        for place, request in enumerate(requests):
            places[division.owner(request.owned_by)].append(place)
        for index, where in places.items():
            ledger = self.there.get(Shard(index, of))
            if ledger is not None:
                answers = ask(ledger, [requests[place].fingerprint for place in where])
                for place, answer in zip(where, answers, strict=True):
                    made[place] = answer
        return made

    def replaced(self, fingerprints: Sequence[bytes], *, since: float) -> list[bytes | None]:
        """Return the outputs that requests had before they were bought again, in order."""
        found: list[bytes | None] = [None] * len(fingerprints)
        for ledger in self.there.values():
            for place, output in enumerate(ledger.replaced(fingerprints, since=since)):
                found[place] = output if found[place] is None else found[place]
        return found

    def has_replaced(self) -> bool:
        """Say whether any request was ever bought again and answered."""
        return any(each.has_replaced() for each in self.there.values())

    def lesson(self, digest: bytes) -> str | None:
        """Return the filled rows that a task was taught with, as JSON; None for none yet."""
        told = (each.lesson(digest) for each in self.there.values())
        return next((rows for rows in told if rows is not None), None)

    def extra_runs(self) -> int:
        """Return how many runs were paid for twice."""
        return sum(each.tally().extra_runs for each in self.there.values())

    # The round, which is one for all ledgers: it ends when one of them is told that all is settled

    def round(self, job: str) -> Round | None:
        """Return a job's newest round, open or closed."""
        return next(iter(self.rounds(job, 1)), None)

    def rounds(self, job: str, limit: int) -> list[Round]:
        """Return a job's newest rounds, the newest first; each is the sum over the ledgers."""
        parts = [part for each in self.there.values() for part in each.rounds(job, limit + 1)]
        ends = sorted({part.closed_at for part in parts if part.closed_at is not None})
        together: dict[int, list[Round]] = defaultdict(list)
        for part in parts:
            together[bisect_right(ends, part.opened_at)].append(part)
        newest = sorted(together, reverse=True)[:limit]
        return [_joined(together[number]) for number in newest]

    def ended_at(self, job: str, part: Round) -> float | None:
        """Return when a ledger's part of a round was over; None while rows are left to settle."""
        ends = {
            each.closed_at
            for ledger in self.there.values()
            for each in ledger.rounds(job, 2)
            if each.closed_at is not None and each.closed_at > part.opened_at
        }
        return min(ends, default=None)

    def last_end(self, job: str) -> float:
        """Return when the last round that is over ended; 0 if none is."""
        ends = (
            each.closed_at or 0.0
            for ledger in self.there.values()
            for each in ledger.rounds(job, 2)
        )
        return max(ends, default=0.0)

    def spent_formerly(self, job: str) -> tuple[int, int]:
        """Return runs, and their price, that the present round bought with other numbers of shards."""
        parts: Iterable[Round] = (
            part
            for ledger in self.former.values()
            for part in ledger.rounds(job, 1)
            if self.ended_at(job, part) is None
        )
        sums = [(part.runs, part.micro_usd) for part in parts]
        return sum(runs for runs, _ in sums), sum(micro_usd for _, micro_usd in sums)


def _outcomes(ledger: Ledger, fingerprints: list[bytes]) -> list[Outcome | None]:
    return ledger.outcomes(fingerprints)


def _entries(ledger: Ledger, fingerprints: list[bytes]) -> list[Entry | None]:
    return ledger.entries(fingerprints)


def _counts(former: Outcome, present: Outcome | None) -> bool:
    """Say whether what was learnt with another number of shards counts more than what is here.

    What was only planned there was given up with it.
    """
    if former.status is RowStatus.PENDING:
        return False
    if present is None:
        return True
    newer = (former.settled_at or 0.0) > (present.settled_at or 0.0)
    if former.status is RowStatus.COMPLETED:
        return present.status is not RowStatus.COMPLETED or newer
    return present.status in LOST and newer


def _joined(parts: Sequence[Round]) -> Round:
    """Return one round for the parts of it that stand in several ledgers."""
    closed = [part.closed_at for part in parts if part.closed_at is not None]
    last = max(parts, key=lambda part: (part.summary is not None, part.closed_at or 0.0))
    return msgspec.structs.replace(
        last,
        opened_at=min(part.opened_at for part in parts),
        rows=max(part.rows for part in parts),
        runs=sum(part.runs for part in parts),
        micro_usd=sum(part.micro_usd for part in parts),
        failed=sum(part.failed for part in parts),
        closed_at=max(closed, default=None),
    )
