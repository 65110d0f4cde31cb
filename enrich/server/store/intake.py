"""Runs are taken on: checked against credit, numbered, stored, all of a POST or none.

Accepting runs stands for money, so it is on the disk before it is answered.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from hashlib import sha256
from itertools import count, groupby, repeat
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from enrich.server.store.claims import Claims
from enrich.server.store.rows import Accepted, ClaimedRun, GroupRow, Posting
from enrich.server.store.sql import QUERIES, quick
from enrich.server.store.times import now_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from enrich.server.store.movements import Moves
    from enrich.server.store.rows import Fate, Kind, NewRun

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


class Intake(Claims):
    """Accounts, groups and new runs, and every change beside them."""

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
        groups: dict[int | None, GroupRow] = {}
        moves: Moves = Counter()
        run_no = self._last_run_no
        with self._transaction(durable=True):
            for posting in postings:
                self._connection.execute("SAVEPOINT posting")
                try:
                    group = self._group(posting.group_no, groups)
                    accepted, claimable = self._accept(posting, group, first=run_no + 1)
                    answers.append(accepted)
                    newest += claimable
                    if n := len(posting.runs):
                        run_no += n
                        moves[posting.group_no, None, "queued"] += n
                        if group is not None:
                            last_run = group.last_run + n
                            groups[group.group_no] = group._replace(last_run=last_run)
                except Refused as refused:
                    self._connection.execute("ROLLBACK TO posting")
                    answers.append(refused)
                self._connection.execute("RELEASE posting")
            self._moved(moves, now_text())
        self._last_run_no = run_no
        self._newest.update((run.run_no, run) for run in newest)
        return answers

    def _group(
        self, group_no: int | None, groups: Mapping[int | None, GroupRow]
    ) -> GroupRow | None:
        """Read a group as the POSTs before leave it."""
        if group_no is None:
            return None
        return groups[group_no] if group_no in groups else self.group_again(group_no)

    def _accept(
        self, posting: Posting, group: GroupRow | None, *, first: int
    ) -> tuple[Accepted, list[ClaimedRun]]:
        now = now_text()
        run_ids = new_ids("trun_", len(posting.runs))
        parts = _parts(posting, run_ids, first)
        self._reserve(posting, sum(part.kind.price * len(part.runs) for part in parts))
        self._check_previous(parts, first, posting.account_no)
        spec_nos = {spec: self._spec_no(spec) for spec in {part.kind.spec for part in parts}}
        newest: list[ClaimedRun] = []
        for part in parts:
            kind, n = part.kind, len(part.runs)
            self._add_many(
                "add_runs",
                (
                    posting.account_no,
                    posting.group_no,
                    kind.processor,
                    kind.price,
                    spec_nos[kind.spec],
                    part.fate,
                    int(kind.events),
                    int(kind.webhook is not None),
                    kind.previous,
                    now,
                    kind.warnings,
                ),
                count(part.first),
                repeat(None) if group is None else count(group.last_run + 1 + part.first - first),
                part.run_ids,
                [quick(run.metadata) for run in part.runs],
                map(bytearray, [run.input for run in part.runs]),
            )
            self._do("add_queued", processor=kind.processor, first=part.first, n=n)
            if kind.webhook is not None:
                self._add_webhooks(kind.webhook, range(part.first, part.first + n))
            if len(self._newest) + len(newest) < MAX_NEWEST:
                newest += _claimable(posting, part)
        return Accepted(run_ids=run_ids, created_at=now, group=group), newest

    def _add_webhooks(self, url: str, run_nos: Sequence[int]) -> None:
        host, ids = urlsplit(url).hostname, new_ids("whevent_", len(run_nos))
        self._connection.executemany(
            QUERIES["add_webhook"],
            [(run_no, id_, url, host) for run_no, id_ in zip(run_nos, ids, strict=True)],
        )

    def _reserve(self, posting: Posting, price: int) -> None:
        account_no, credit = posting.account_no, posting.credit
        (spent,) = self._one("spent", account_no=account_no)
        if credit is not None and spent + price > credit:
            raise InsufficientCredit
        n = len(posting.runs)
        self._do("spend", account_no=account_no, reserved=price, charged=0, accepted=n)

    def _check_previous(self, parts: Sequence[_Part], first: int, account_no: int) -> None:
        for part in parts:
            previous = part.kind.previous
            if previous is not None and not self._one(
                "knows_run", run_id=previous, account_no=account_no
            ):
                raise UnknownInteraction(part.first - first)

    def _spec_no(self, spec: bytes | None) -> int | None:
        if spec is None:
            return None
        digest = sha256(spec).digest()
        row = self._one("spec_no", digest=digest) or self._one("add_spec", digest=digest, json=spec)
        return int(row[0])


class _Part(NamedTuple):
    """Runs of a POST that stand one after the other and are alike.

    Attributes:
        first: Number of the first of them.
    """

    kind: Kind
    fate: Fate | None
    first: int
    run_ids: Sequence[str]
    runs: Sequence[NewRun]


def _parts(posting: Posting, run_ids: Sequence[str], first: int) -> list[_Part]:
    kinds = zip([run.kind for run in posting.runs], posting.fates or repeat(None), strict=False)
    parts, start = [], 0
    for (kind, fate), alike in groupby(kinds):
        stop = start + len(list(alike))
        ids, runs = run_ids[start:stop], posting.runs[start:stop]
        parts.append(_Part(kind, fate, first + start, ids, runs))
        start = stop
    return parts


def _claimable(posting: Posting, part: _Part) -> list[ClaimedRun]:
    """Make of new runs what ``work`` would read."""
    kind = part.kind
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
            part.fate,
            events,
            webhook,
            run.input,
            kind.spec,
            None,
            part.first,
        )
        for run_no, (run_id, run) in enumerate(
            zip(part.run_ids, part.runs, strict=True), part.first
        )
        if len(run.input) <= MAX_NEWEST_BYTES
    ]
