"""What can be done to the store. One connection, one thread.

Each verb is one transaction. Accepting runs stands for money, so it is on the
disk before it is answered; an answer that a power cut takes away is worked out
again, so settling a run does not wait for the disk.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from hashlib import sha256
from itertools import chain, count, groupby, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from enrich.server.store.claims import Claims
from enrich.server.store.rows import Accepted, ClaimedRun, GroupRow, Posting
from enrich.server.store.sql import QUERIES, many
from enrich.server.store.times import now_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from enrich.server.store.movements import Moves
    from enrich.server.store.rows import Ended, Fate, NewRun


_NOTHING = bytearray()
_Alike = Counter[tuple[str, bool, int | None, int, int, str, int]]
ROWS_AT_ONCE: Final = (100, 10, 1)
"""Rows of one statement."""
MAX_NEWEST: Final = 16_384
"""Accepted runs that are kept in memory until they are claimed, ..."""
MAX_NEWEST_BYTES: Final = 1_024
"""... unless their input is longer."""


class Refused(Exception):
    """Runs that the store does not take; nothing of them is kept."""


class InsufficientCredit(Refused):
    """The account's credit does not cover these runs beside those in flight."""


class UnknownInteraction(Refused):
    """A run goes on from an interaction that the account does not have.

    Attributes:
        index: Which of the runs.
    """

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"run {index} goes on from an unknown interaction")


def new_ids(prefix: str, n: int) -> list[str]:
    """Make ids that nobody can guess.

    They begin with the time and are sorted, so that the index over them grows at its end.
    """
    head = f"{prefix}{time.time_ns() // 1_000_000:012x}"
    tail = os.urandom(10 * n).hex()
    return sorted([head + tail[i : i + 20] for i in range(0, 20 * n, 20)])


class Writer(Claims):
    """Changes, and every question beside them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        (self._last_run_no,) = self._one("last_run_no")

    def account(self, name: str) -> int:
        """Find the account of this name, or open it."""
        with self._transaction():
            self._do("add_account", name=name)
            (account_no,) = self._one("account_no", name=name)
        return int(account_no)

    def add_group(self, account_no: int, metadata: bytes | None) -> GroupRow:
        """Open an empty group."""
        (taskgroup_id,) = new_ids("tgrp_", 1)
        with self._transaction(durable=True):
            self._do(
                "add_group",
                taskgroup_id=taskgroup_id,
                account_no=account_no,
                metadata=metadata,
                now=now_text(),
            )
            return GroupRow(
                *self._one("group_by_id", taskgroup_id=taskgroup_id, account_no=account_no)
            )

    def accept(
        self,
        runs: Sequence[NewRun],
        account_no: int,
        *,
        group_no: int | None = None,
        credit: int | None = None,
        fates: Sequence[Fate | None] | None = None,
    ) -> Accepted:
        """Take the runs of one POST on, all of them or none.

        Raises:
            Refused: Nothing was accepted.
        """
        posting = Posting(
            runs=runs, account_no=account_no, group_no=group_no, credit=credit, fates=fates
        )
        (answer,) = self.accept_all([posting])
        if isinstance(answer, Refused):
            raise answer
        return answer

    def accept_all(self, postings: Sequence[Posting]) -> list[Accepted | Refused]:
        """Take the runs of some POSTs on, each for itself; the disk is waited for once.

        Shape:
            One answer for each posting, in order.
        """
        answers: list[Accepted | Refused] = []
        newest: list[ClaimedRun] = []
        run_no = self._last_run_no
        with self._transaction(durable=True):
            for posting in postings:
                self._connection.execute("SAVEPOINT posting")
                try:
                    accepted, claimable = self._accept(posting, first=run_no + 1)
                    answers.append(accepted)
                    newest += claimable
                    run_no += len(posting.runs)
                except Refused as refused:
                    self._connection.execute("ROLLBACK TO posting")
                    answers.append(refused)
                self._connection.execute("RELEASE posting")
        self._last_run_no = run_no
        self._newest.update((run.run_no, run) for run in newest)
        return answers

    def _accept(self, posting: Posting, *, first: int) -> tuple[Accepted, list[ClaimedRun]]:
        runs, group_no = posting.runs, posting.group_no
        now = now_text()
        run_ids = new_ids("trun_", len(runs))
        kinds = _kinds(posting, first)
        self._reserve(posting, sum(kind.price * len(kind.run_nos) for kind in kinds))
        self._check_previous(kinds, first, posting.account_no)
        group = None if group_no is None else self.group_again(group_no)
        spec_nos = {spec: self._spec_no(spec) for spec in {kind.spec for kind in kinds}}
        newest: list[ClaimedRun] = []
        for kind in kinds:
            alike = slice(kind.run_nos.start - first, kind.run_nos.stop - first)
            shared = (
                posting.account_no,
                group_no,
                kind.processor,
                kind.price,
                spec_nos[kind.spec],
                kind.fate,
                int(kind.events),
                int(kind.webhook is not None),
                kind.previous,
                now,
                kind.warnings,
            )
            self._add_many(
                "add_runs",
                shared,
                kind.run_nos,
                repeat(None) if group is None else count(group.last_run + 1 + alike.start),
                run_ids[alike],
                [_quick(run.metadata) for run in runs[alike]],
                map(bytearray, [run.input for run in runs[alike]]),
            )
            first_of_kind, n = kind.run_nos.start, len(kind.run_nos)
            self._do("add_queued", processor=kind.processor, first=first_of_kind, n=n)
            self._add_webhooks(kind)
            if len(self._newest) + len(newest) < MAX_NEWEST:
                newest += _claimable(posting, kind, run_ids[alike], runs[alike])
        self._moved(
            Counter({(group_no, None, "queued"): len(runs)} if runs else {}), now, added=len(runs)
        )
        return Accepted(run_ids=run_ids, created_at=now, group=group), newest

    def _add_webhooks(self, kind: _Kind) -> None:
        if kind.webhook is None:
            return
        host = urlsplit(kind.webhook).hostname
        ids = new_ids("whevent_", len(kind.run_nos))
        self._connection.executemany(
            QUERIES["add_webhook"],
            [(n, id_, kind.webhook, host) for n, id_ in zip(kind.run_nos, ids, strict=True)],
        )

    def _add_many(self, query: str, shared: Sequence[Any], *columns: Iterable[Any]) -> None:
        """Add rows, of what all of them share and of columns of their own."""
        values = list(chain.from_iterable(zip(*columns, strict=False)))
        begin = 0
        for rows in ROWS_AT_ONCE:
            size = rows * len(columns)
            while begin + size <= len(values):
                self._connection.execute(
                    many(query, rows), (*shared, *values[begin : begin + size])
                )
                begin += size

    def settle(self, ended: Sequence[Ended]) -> None:
        """Write how runs ended: status, output, credit, counts and events at once."""
        now = now_text()
        with self._transaction():
            done = [e for e in ended if e.status == "completed"]
            self._add_many(
                "add_completed",
                (now,),
                [e.run.run_no for e in done],
                map(bytearray, [e.output or b"" for e in done]),
            )
            self._connection.executemany(
                QUERIES["add_ended"],
                [(e.run.run_no, e.status, now, e.error) for e in ended if e.status != "completed"],
            )
            for e in ended:
                if e.run.webhook:
                    self._end_webhook(e)
            begun = self._claimed
            alike: _Alike = Counter(
                (
                    e.status,
                    begun[e.run.run_no],
                    e.run.group_no,
                    e.run.account_no,
                    e.run.price,
                    e.run.processor,
                    e.run.queued_as,
                )
                for e in ended
            )
            told: defaultdict[int | None, list[int]] = defaultdict(list)
            for e in ended:
                told[e.run.group_no].append(e.run.run_no)
            self._settle(alike, told, now)
            for e in ended if self._losses else ():
                self._do("forgive", run_no=e.run.run_no)
        for e in ended:
            del self._claimed[e.run.run_no]
        for e in ended if self._losses else ():
            self._losses.pop(e.run.run_no, None)

    def told(self, run_no: int) -> None:
        """Note that nobody is to be told of this run any more."""
        with self._transaction():
            self._do("drop_webhook", run_no=run_no)

    def put_off(self, run_no: int, next_at: float) -> None:
        """Note that telling failed, and when to try again, in seconds since 1970."""
        with self._transaction():
            self._do("put_off_webhook", run_no=run_no, next_at=next_at)

    def _settle(
        self,
        alike: _Alike,
        told: Mapping[int | None, Sequence[int]],
        now: str,
    ) -> None:
        """Bring up to date what is kept of many runs: of an account, a range and a group."""
        reserved: Counter[int] = Counter()
        charged: Counter[int] = Counter()
        queued: Counter[tuple[str, int]] = Counter()
        moves: Moves = Counter()
        for (status, begun, group_no, account_no, price, processor, first), n in alike.items():
            reserved[account_no] += n * price
            charged[account_no] += n * price if status == "completed" else 0
            queued[processor, first] += n
            moves[group_no, "running" if begun else "queued", status] += n
        for account_no, sum_ in reserved.items():
            self._do(
                "spend",
                account_no=account_no,
                reserved=-sum_,
                charged=charged[account_no],
                accepted=0,
            )
        for (processor, first), n in queued.items():
            values = {"processor": processor, "first": first, "n": n}
            if self._connection.execute(QUERIES["end_queued"], values).rowcount == 0:
                self._do("shorten_queued", **values)
        self._moved(moves, now, ended=told)

    def _end_webhook(self, ended: Ended) -> None:
        # Webhooks fire when a run completes or fails (protocol reference, section 9).
        if ended.status in {"completed", "failed"}:
            self._do("webhook_is_due", run_no=ended.run.run_no, now=time.time())
        else:
            self._do("drop_webhook", run_no=ended.run.run_no)

    def _reserve(self, posting: Posting, price: int) -> None:
        account_no, credit = posting.account_no, posting.credit
        (spent,) = self._one("spent", account_no=account_no)
        if credit is not None and spent + price > credit:
            raise InsufficientCredit
        n = len(posting.runs)
        self._do("spend", account_no=account_no, reserved=price, charged=0, accepted=n)

    def _check_previous(self, kinds: Sequence[_Kind], first: int, account_no: int) -> None:
        for kind in kinds:
            if kind.previous is not None and not self._one(
                "knows_run", run_id=kind.previous, account_no=account_no
            ):
                raise UnknownInteraction(kind.run_nos.start - first)

    def _spec_no(self, spec: bytes | None) -> int | None:
        if spec is None:
            return None
        digest = sha256(spec).digest()
        row = self._one("spec_no", digest=digest) or self._one("add_spec", digest=digest, json=spec)
        return int(row[0])


class _Kind(NamedTuple):
    """Runs of a POST that stand one after the other and are alike."""

    processor: str
    price: int
    spec: bytes | None
    events: bool
    webhook: str | None
    previous: str | None
    warnings: bytes | None
    fate: Fate | None
    run_nos: range


_shared: Final = attrgetter(*_Kind._fields[:-2])


def _kinds(posting: Posting, first: int) -> list[_Kind]:
    fates = posting.fates or repeat(None)
    kinds = []
    for (shared, fate), alike in groupby(zip(map(_shared, posting.runs), fates, strict=False)):
        stop = first + len(list(alike))
        kinds.append(_Kind._make((*shared, fate, range(first, stop))))
        first = stop
    return kinds


def _claimable(
    posting: Posting, kind: _Kind, run_ids: Sequence[str], runs: Sequence[NewRun]
) -> list[ClaimedRun]:
    """Make of new runs what ``work`` would read."""
    if kind.previous is not None:
        return []
    events, webhook = int(kind.events), int(kind.webhook is not None)
    return [
        ClaimedRun(
            run_no,
            run_id,
            posting.group_no,
            posting.account_no,
            kind.processor,
            kind.price,
            kind.fate,
            events,
            webhook,
            run.input,
            kind.spec,
            None,
            kind.run_nos.start,
        )
        for run_no, run_id, run in zip(kind.run_nos, run_ids, runs, strict=True)
        if len(run.input) <= MAX_NEWEST_BYTES
    ]


def _quick(json: bytes | None) -> bytearray:
    """Make JSON what is bound quickly, and nothing, which SQL makes NULL, of None.

    For ``bytes`` and for ``None`` Python's sqlite3 looks for an adapter each time, which
    takes several times as long as binding.
    """
    return bytearray(json) if json else _NOTHING
