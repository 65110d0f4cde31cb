"""What can be done to the store. One connection, one thread.

Each verb is one transaction. Accepting runs stands for money, so it is on the
disk before it is answered; an answer that a power cut takes away is worked out
again, so settling a run does not wait for the disk.
"""

from __future__ import annotations

import os
import time
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from enrich.server.store.claims import Claims
from enrich.server.store.reader import json_set
from enrich.server.store.rows import Accepted, GroupRow, Posting
from enrich.server.store.sql import QUERIES
from enrich.server.store.times import now_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from enrich.server.store.rows import Ended, Fate, NewRun


_NOTHING = bytearray()


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

    They begin with the time, so that the index over them grows at its end.
    """
    head = f"{prefix}{time.time_ns() // 1_000_000:012x}"
    tail = os.urandom(10 * n).hex()
    return [head + tail[i : i + 20] for i in range(0, 20 * n, 20)]


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
        run_no = self._last_run_no
        with self._transaction(durable=True):
            for posting in postings:
                self._connection.execute("SAVEPOINT posting")
                try:
                    answers.append(self._accept(posting, first=run_no + 1))
                    run_no += len(posting.runs)
                except Refused as refused:
                    self._connection.execute("ROLLBACK TO posting")
                    answers.append(refused)
                self._connection.execute("RELEASE posting")
        self._last_run_no = run_no
        return answers

    def _accept(self, posting: Posting, *, first: int) -> Accepted:
        runs, account_no, group_no = posting.runs, posting.account_no, posting.group_no
        now = now_text()
        run_ids = new_ids("trun_", len(runs))
        self._reserve(runs, account_no, posting.credit)
        self._check_previous(runs, account_no)
        group = None if group_no is None else self.group_again(group_no)
        position = None if group is None else group.last_run + 1
        spec_nos = {spec: self._spec_no(spec) for spec in {run.spec for run in runs}}
        self._connection.executemany(
            QUERIES["add_run"],
            (
                (
                    first + i,
                    run_ids[i],
                    account_no,
                    group_no,
                    None if position is None else position + i,
                    run.processor,
                    run.price,
                    spec_nos[run.spec],
                    (posting.fates[i] or "") if posting.fates else "",
                    int(run.events),
                    int(run.webhook is not None),
                    run.previous or "",
                    _quick(run.metadata),
                    _quick(run.warnings),
                    now,
                    now,
                )
                for i, run in enumerate(runs)
            ),
        )
        self._connection.executemany(
            QUERIES["add_input"], ((first + i, _quick(run.input)) for i, run in enumerate(runs))
        )
        self._connection.executemany(
            QUERIES["add_webhook"],
            [
                (first + i, new_ids("whevent_", 1)[0], run.webhook, urlsplit(run.webhook).hostname)
                for i, run in enumerate(runs)
                if run.webhook is not None
            ],
        )
        self._moved([(group_no, None, "queued")] * len(runs), now, added=len(runs))
        return Accepted(run_ids=run_ids, created_at=now, group=group)

    def settle(self, ended: Sequence[Ended]) -> None:
        """Write how runs ended: status, output, credit, counts and events at once."""
        now = now_text()
        with self._transaction():
            outputs = [(e.run.run_no, _quick(e.output)) for e in ended if e.status == "completed"]
            self._do("complete", now=now, run_nos=json_set(run_no for run_no, _ in outputs))
            self._connection.executemany(QUERIES["add_output"], outputs)
            self._connection.executemany(
                QUERIES["end"],
                [(e.status, e.error, now, e.run.run_no) for e in ended if e.status != "completed"],
            )
            for e in ended:
                if e.run.webhook:
                    self._end_webhook(e)
            for account_no, (reserved, charged) in _sums(ended).items():
                self._do(
                    "spend", account_no=account_no, reserved=-reserved, charged=charged, accepted=0
                )
            self._moved(
                [
                    (
                        e.run.group_no,
                        "running" if self._claimed[e.run.run_no] else "queued",
                        e.status,
                    )
                    for e in ended
                ],
                now,
                ended=[(e.run.group_no, e.run.run_no) for e in ended],
            )
            for e in ended if self._losses else ():
                self._do("forgive", run_no=e.run.run_no)
        for e in ended:
            del self._claimed[e.run.run_no]
            self._losses.pop(e.run.run_no, None)

    def told(self, run_no: int) -> None:
        """Note that nobody is to be told of this run any more."""
        with self._transaction():
            self._do("drop_webhook", run_no=run_no)

    def put_off(self, run_no: int, next_at: float) -> None:
        """Note that telling failed, and when to try again, in seconds since 1970."""
        with self._transaction():
            self._do("put_off_webhook", run_no=run_no, next_at=next_at)

    def _end_webhook(self, ended: Ended) -> None:
        # Webhooks fire when a run completes or fails (protocol reference, section 9).
        if ended.status in {"completed", "failed"}:
            self._do("webhook_is_due", run_no=ended.run.run_no, now=time.time())
        else:
            self._do("drop_webhook", run_no=ended.run.run_no)

    def _reserve(self, runs: Sequence[NewRun], account_no: int, credit: int | None) -> None:
        price = sum(run.price for run in runs)
        (spent,) = self._one("spent", account_no=account_no)
        if credit is not None and spent + price > credit:
            raise InsufficientCredit
        self._do("spend", account_no=account_no, reserved=price, charged=0, accepted=len(runs))

    def _check_previous(self, runs: Sequence[NewRun], account_no: int) -> None:
        for index, run in enumerate(runs):
            if run.previous is not None and not self._one(
                "knows_run", run_id=run.previous, account_no=account_no
            ):
                raise UnknownInteraction(index)

    def _spec_no(self, spec: bytes | None) -> int | None:
        if spec is None:
            return None
        digest = sha256(spec).digest()
        row = self._one("spec_no", digest=digest) or self._one("add_spec", digest=digest, json=spec)
        return int(row[0])


def _quick(json: bytes | None) -> bytearray:
    """Make JSON what is bound quickly, and nothing, which SQL makes NULL, of None.

    For ``bytes`` and for ``None`` Python's sqlite3 looks for an adapter each time, which
    takes several times as long as binding.
    """
    return bytearray(json) if json else _NOTHING


def _sums(ended: Sequence[Ended]) -> dict[int, tuple[int, int]]:
    """What each account's reservations and charges move by; only completed runs cost."""
    sums: dict[int, tuple[int, int]] = {}
    for e in ended:
        reserved, charged = sums.get(e.run.account_no, (0, 0))
        cost = e.run.price if e.status == "completed" else 0
        sums[e.run.account_no] = (reserved + e.run.price, charged + cost)
    return sums
