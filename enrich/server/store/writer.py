"""What can be done to the store. One connection, one thread.

Each verb is one transaction. Accepting runs stands for money, so it is on the
disk before it is answered; an answer that a power cut takes away is worked out
again, so settling a run does not wait for the disk.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from enrich.server.store.intake import Intake
from enrich.server.store.sql import QUERIES
from enrich.server.store.times import now_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from enrich.server.store.movements import Moves
    from enrich.server.store.rows import Ended

_Alike = Counter[tuple[str, bool, int | None, int, int, str, int]]


class Writer(Intake):
    """Changes, and every question beside them."""

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
