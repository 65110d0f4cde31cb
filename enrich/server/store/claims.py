"""Which runs are worked on, and by how many workers a run was lost. One connection, one thread."""

from __future__ import annotations

import heapq
from collections import Counter
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from enrich.server.store.movements import Movements, Moves
from enrich.server.store.reader import json_list
from enrich.server.store.rows import ClaimedRun
from enrich.server.store.sql import QUERIES
from enrich.server.store.times import now_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

MAX_SPECS = 256
"""Kept in memory, so that the runs of one spec share it."""


class Claims(Movements):
    """Claiming runs, and putting them back; each is one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._claimed: dict[int, bool] = {}  # whether the store says that it is at work
        self._claimed_to: dict[str, int] = {}  # by processor
        self._newest: dict[int, ClaimedRun] = {}  # accepted, and not claimed yet
        self._specs: dict[int, bytes] = {}
        self._losses: dict[int, int] = dict(self._all("losses"))  # by run, where there are any

    def claim(
        self, n: int, room: Mapping[str, int] | None = None, *, begin: bool = True
    ) -> list[ClaimedRun]:
        """Take the oldest queued runs to work on them.

        Args:
            n: How many at most.
            room: How many at most of a processor; no limit for those that are not in it.
            begin: Write that they are at work. Runs that are over in a moment need not be
                written twice.
        """
        room = room or {}
        oldest = heapq.merge(
            *(
                self._queued(processor, min(n, room.get(processor, n)))
                for (processor,) in self._all("queued_processors")
            )
        )
        queued = list(islice(oldest, n))
        if not queued:
            return []
        claimed = self._read(queued)
        if begin:
            self._begin(claimed)
        for run in claimed:
            self._claimed[run.run_no] = begin
            self._claimed_to[run.processor] = run.run_no
        return claimed

    def begin(self, runs: Sequence[ClaimedRun]) -> list[ClaimedRun]:
        """Write which of some claimed runs are at work still, and say which were written."""
        begun = [run for run in runs if self._claimed.get(run.run_no) is False]
        if begun:
            self._begin(begun)
            self._claimed.update((run.run_no, True) for run in begun)
        return begun

    def lease(
        self, n: int, room: Mapping[str, int] | None = None, *, idle: bool = True
    ) -> tuple[list[ClaimedRun], bool]:
        """Take the oldest queued runs for a worker in a process of its own.

        A run that was lost before is given out alone: if its worker is lost, too, it is
        this run that does it.

        Args:
            n: How many at most.
            room: As for ``claim``.
            idle: Whether the worker has no other run.

        Returns:
            The runs, and whether it is one that must be alone.
        """
        claimed = self.claim(n, room, begin=False)
        suspect = next((i for i, run in enumerate(claimed) if run.run_no in self._losses), None)
        alone = suspect == 0
        taken = claimed[: int(idle)] if alone else claimed[:suspect]
        try:
            self.release(claimed[len(taken) :])
            return self.begin(taken), alone
        except BaseException:
            self._put_back([run for run in claimed if run.run_no in self._claimed])
            raise

    def lose(self, runs: Sequence[ClaimedRun], *, most: int) -> list[ClaimedRun]:
        """Note that the workers of some leased runs were lost, and queue the runs again.

        Args:
            runs: Those that were leased.
            most: How often a run may be lost.

        Returns:
            Those that were lost for the last time: they stay claimed, to be ended.
        """
        counts = {run.run_no: self._losses.get(run.run_no, 0) + 1 for run in runs}
        again = [run for run in runs if counts[run.run_no] < most]
        with self._transaction():
            for run_no, n in counts.items():
                self._do("lose", run_no=run_no, n=n)
            self._requeue(self._begun(again))
        self._losses |= counts
        self._put_back(again)
        return [run for run in runs if counts[run.run_no] >= most]

    def release(self, runs: Sequence[ClaimedRun]) -> None:
        """Put claimed runs back that nobody ended."""
        if begun := self._begun(runs):
            with self._transaction():
                self._requeue(begun)
        self._put_back(runs)

    def recover(self) -> int:
        """Queue again what a server that died had at work, and say how many."""
        with self._transaction():
            running = self._all("all_running")
            self._requeue(running)
        self._claimed.clear()
        self._claimed_to.clear()
        return len(running)

    def _begun(self, runs: Sequence[ClaimedRun]) -> list[tuple[int, int | None]]:
        return [(run.run_no, run.group_no) for run in runs if self._claimed[run.run_no]]

    def _put_back(self, runs: Sequence[ClaimedRun]) -> None:
        for run in runs:
            del self._claimed[run.run_no]
            self._claimed_to[run.processor] = min(run.run_no - 1, self._claimed_to[run.processor])

    def _queued(self, processor: str, n: int) -> list[tuple[int, int]]:
        """List the oldest queued runs of a processor, each with the first of its kind."""
        after = self._claimed_to.get(processor, 0)
        queued: list[tuple[int, int]] = []
        ranges = self._connection.execute(
            QUERIES["queued_of"], {"processor": processor, "after": after}
        )
        for first, last in ranges:
            begin = max(first, after + 1)
            ended = {run_no for (run_no,) in self._all("ended_of", first=begin, last=last)}
            free = (
                (run_no, first)
                for run_no in range(begin, last + 1)
                if run_no not in ended and run_no not in self._claimed
            )
            queued += islice(free, n - len(queued))
            if len(queued) == n:
                break
        return queued

    def _read(self, queued: Sequence[tuple[int, int]]) -> list[ClaimedRun]:
        """Read what the work on some runs needs; the store is not asked again for the newest."""
        kept = {run_no: self._newest.pop(run_no, None) for run_no, _ in queued}
        rest = {run_no: first for run_no, first in queued if kept[run_no] is None}
        for row in self._all("work", run_nos=json_list(rest)) if rest else ():
            kept[row[0]] = ClaimedRun._make((*row[:10], self._spec(row[10]), row[11], rest[row[0]]))
        return [run for run in kept.values() if run is not None]

    def _begin(self, runs: Sequence[ClaimedRun]) -> None:
        now = now_text()
        with self._transaction():
            self._do("begin", now=now, run_nos=json_list(run.run_no for run in runs))
            moves: Moves = Counter((run.group_no, "queued", "running") for run in runs)
            self._moved(moves, now)

    def _spec(self, spec_no: int | None) -> bytes | None:
        if spec_no is None:
            return None
        if (spec := self._specs.get(spec_no)) is None:
            if len(self._specs) >= MAX_SPECS:
                self._specs.clear()
            (spec,) = self._one("spec", spec_no=spec_no)
            self._specs[spec_no] = spec
        return spec

    def _requeue(self, runs: Sequence[tuple[int, int | None]]) -> None:
        now = now_text()
        self._connection.executemany(QUERIES["release"], [(now, run_no) for run_no, _ in runs])
        moves: Moves = Counter((group_no, "running", "queued") for _, group_no in runs)
        self._moved(moves, now)

    @contextmanager
    def _transaction(self, *, durable: bool = False) -> Iterator[None]:
        if durable:
            self._connection.execute("PRAGMA synchronous = FULL")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk may have rolled it back already; a failed COMMIT has not.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        finally:
            if durable:
                self._connection.execute("PRAGMA synchronous = NORMAL")
