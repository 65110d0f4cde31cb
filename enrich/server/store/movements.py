"""Counts and event logs: brought up to date in the transaction that moves runs."""

from __future__ import annotations

import time
from collections import Counter
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enrich.server.store.reader import ALL_RUNS, Reader, json_list
from enrich.server.store.sql import QUERIES, many
from enrich.server.wire import group_status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

ROWS_AT_ONCE: Final = (100, 10, 1)
"""Rows of one statement."""
STATUS_EVENT_EVERY_S: Final = 0.5
"""A busy group tells its status no more often; whether it is active is told at once."""


Moves = Counter[tuple[int | None, str | None, str]]
"""How many runs moved, by group, status before and status after."""


class Movements(Reader):
    """What follows from runs that moved, and every question beside it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._told_at: dict[int, float] = {}

    def _moved(
        self,
        moves: Moves,
        now: str,
        *,
        ended: Mapping[int | None, Sequence[int]] = MappingProxyType({}),
    ) -> None:
        """Bring counts and event logs up to what just happened.

        Args:
            moves: What moved.
            now: The time of it.
            ended: Runs that are no longer active, by group.
        """
        deltas: Counter[tuple[int, str]] = Counter()
        added: Counter[int | None] = Counter()
        for (group_no, before, after), n in moves.items():
            for where in {ALL_RUNS, group_no or ALL_RUNS}:
                deltas[where, after] += n
                if before is not None:
                    deltas[where, before] -= n
            if before is None:
                added[group_no] += n
        for group_no in sorted({group_no for group_no, _, _ in moves if group_no is not None}):
            was_active = self._is_active(group_no)
            self._count({k: n for k, n in deltas.items() if k[0] == group_no})
            told = ended.get(group_no, ())
            self._log_events(group_no, told, now, added=added[group_no], was_active=was_active)
        self._count({k: n for k, n in deltas.items() if k[0] == ALL_RUNS})

    def _count(self, deltas: dict[tuple[int, str], int]) -> None:
        for (group_no, status), n in deltas.items():
            self._do("move_count", group_no=group_no, status=status, n=n)

    def _is_active(self, group_no: int) -> bool:
        return group_status(self.counts(group_no), "").is_active

    def _log_events(
        self, group_no: int, ended: Sequence[int], now: str, *, added: int, was_active: bool
    ) -> None:
        group = self.group_again(group_no)
        n = group.last_event
        if ended:
            first, n = n + 1, n + len(ended)
            self._do("add_ended_events", group_no=group_no, first=first, n=n, runs=json_list(ended))
        status = group_status(self.counts(group_no), now)
        if self._is_due(group_no, changed=status.is_active != was_active):
            n += 1
            encoded = msgspec.json.encode(status)
            self._do("add_status_event", group_no=group_no, n=n, status=encoded)
        self._do(
            "touch_group",
            group_no=group_no,
            last_run=group.last_run + added,
            last_event=n,
            now=now,
        )

    def _is_due(self, group_no: int, *, changed: bool) -> bool:
        now = time.monotonic()
        if changed or now - self._told_at.get(group_no, 0.0) >= STATUS_EVENT_EVERY_S:
            if len(self._told_at) > 10_000:
                self._told_at.clear()
            self._told_at[group_no] = now
            return True
        return False

    def _do(self, query: str, **values: Any) -> None:
        self._connection.execute(QUERIES[query], values)

    def _add_many(self, query: str, shared: Sequence[Any], *columns: Iterable[Any]) -> None:
        """Add rows, of what all of them share and of columns of their own."""
        values = list(chain.from_iterable(zip(*columns, strict=False)))
        begin = 0
        for rows in ROWS_AT_ONCE:
            size = rows * len(columns)
            while begin + size <= len(values):
                own = values[begin : begin + size]
                self._connection.execute(many(query, rows), (*shared, *own))
                begin += size
