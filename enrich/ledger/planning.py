"""Planning: what is asked and not there yet, and what another ledger knows of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.ledger.database import explained, key_of
from enrich.ledger.file import LedgerFile, keys_of
from enrich.ledger.values import Chunk, Claimed, Entry, Known
from enrich.records import SETTLED, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.records import Request

MAX_ATTEMPTS: Final = 3
"""How often a request may be bought before ``--retry-failed`` leaves it alone."""
PLANNED_AT_ONCE: Final = 131_072
"""Requests noted in one transaction, at least: their keys are random, so each one writes nearly
all pages of the index."""

_STATE: Final = {state.value: state for state in State}
_UNANSWERED: Final = frozenset({State.FAILED, State.REFUSED})


class Planning(LedgerFile):
    """Tasks, and requests that are planned."""

    def task(self, digest: bytes, processor: str, body: str) -> int:
        """Return the number of a task, noting it if it is new."""
        with self._moving():
            self._db.execute(
                "INSERT INTO task (digest, processor, body) VALUES (?, ?, ?)"
                " ON CONFLICT (digest) DO NOTHING",
                (digest, processor, body),
            )
            row = self._db.execute("SELECT id FROM task WHERE digest = ?", (digest,)).fetchone()
        return int(row[0])

    def task_id(self, digest: bytes) -> int | None:
        """Return the number of a task, or None if it was never noted."""
        with explained(self.path):
            row = self._db.execute("SELECT id FROM task WHERE digest = ?", (digest,)).fetchone()
        return int(row[0]) if row else None

    def lesson(self, digest: bytes) -> str | None:
        """Return the filled rows that a task was taught with, as JSON; None for none yet."""
        with explained(self.path):
            row = self._db.execute("SELECT rows FROM lesson WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    def teach(self, digest: bytes, rows: str) -> None:
        """Keep the filled rows that a task is taught with from now on."""
        with self._moving():
            self._db.execute("INSERT INTO lesson (digest, rows) VALUES (?, ?)", (digest, rows))

    def forget_plan(self) -> None:
        """Drop what an earlier command planned and did not buy.

        A table changes between two commands, so a plan holds for one command. What was
        bought before and only planned *again* goes back to where it was.
        """
        with self._moving():
            self._forget()
            self._unasked = {
                request.id for chunk in self.submitting() for request in chunk.requests
            }

    def _forget(self, requests: Sequence[int] | None = None) -> None:
        """Drop planned requests, all or these."""
        which = "" if requests is None else " AND id = ?"
        rows = [()] if requests is None else [(request,) for request in requests]
        before = "CASE WHEN attempts > 0 THEN 'failed' ELSE 'refused' END"
        self._db.executemany(
            "UPDATE request SET state = CASE WHEN EXISTS"
            f" (SELECT 1 FROM result WHERE result.request = request.id) THEN 'completed' ELSE {before} END"
            f" WHERE state = 'planned' AND settled_at IS NOT NULL{which}",
            rows,
        )
        self._db.executemany(f"DELETE FROM request WHERE state = 'planned'{which}", rows)

    @contextmanager
    def planning(self) -> Iterator[None]:
        """Let many calls of ``plan`` share transactions, which makes each cheaper."""
        with self._moving():
            self._planning, self._uncommitted = True, 0
            try:
                yield
            finally:
                self._planning = False

    def plan(
        self,
        task: int,
        requests: Sequence[Request],
        *,
        retry_failed: bool = False,
        stale_before: float | None = None,
    ) -> list[Known]:
        """Note requests that are not there yet.

        Args:
            task: The task's number.
            requests: Requests with distinct fingerprints.
            retry_failed: Plan failed ones again, up to ``MAX_ATTEMPTS``.
            stale_before: Plan again what was completed before this wall time.

        Returns:
            One for each request, in order.
        """
        with self._moving():
            if self._planning and self._uncommitted >= PLANNED_AT_ONCE:
                self._uncommitted = 0
                self._db.execute("COMMIT")
                self._db.execute("BEGIN IMMEDIATE")
            keys = [key_of(each.fingerprint) for each in requests]
            there = {
                fingerprint: row
                for fingerprint, *row in self._db.execute(
                    "SELECT fingerprint, request.id, state, attempts, settled_at FROM json_each(?)"
                    " CROSS JOIN request ON request.key = value",
                    (msgspec.json.encode(keys).decode(),),
                )
            }
            number = self._db.execute("SELECT coalesce(max(id), 0) FROM request").fetchone()[0]
            planned, new = [], []
            for key, request in zip(keys, requests, strict=True):
                row = there.get(request.fingerprint)
                if row:
                    known = self._known(*row, retry_failed=retry_failed, stale_before=stale_before)
                else:
                    number += 1
                    known = Known(id=number, state=State.PLANNED, new=True)
                    # For ``bytes`` and None Python's sqlite3 looks for an adapter each time.
                    new.append(
                        (
                            *(number, key, bytearray(request.fingerprint), task),
                            *(request.input.decode(), request.previous or ""),
                        )
                    )
                planned.append(known)
            self._db.executemany(
                "INSERT INTO request (id, key, fingerprint, task, state, input, previous)"
                " VALUES (?, ?, ?, ?, 'planned', ?, nullif(?, ''))",
                new,
            )
            self._uncommitted += len(new)
            return planned

    def _known(
        self,
        number: int,
        state: str,
        attempts: int,
        settled_at: float | None,
        *,
        retry_failed: bool,
        stale_before: float | None,
    ) -> Known:
        """Return a request as it is now, planned again if that is due."""
        self._unasked.discard(number)
        stale = state == State.COMPLETED and (settled_at or 0.0) < (stale_before or 0.0)
        again = state in _UNANSWERED and retry_failed and attempts < MAX_ATTEMPTS
        if stale or again:
            self._db.execute(
                "UPDATE request SET state = 'planned' WHERE id = ? AND state = ?", (number, state)
            )
            return Known(id=number, state=State.PLANNED, stale=stale)
        return Known(id=number, state=_STATE[state])

    def entries(self, fingerprints: Sequence[bytes]) -> list[Entry | None]:
        """Return requests as another ledger takes them over, in order; None for one not settled."""
        with explained(self.path):
            found = {
                row[0]: Entry(*row)
                for row in self._db.execute(
                    "SELECT fingerprint, input, previous, state, attempts, settled_at, error,"
                    " run_id, interaction_id, output"
                    " FROM json_each(?) CROSS JOIN request ON request.key = value"
                    " LEFT JOIN result ON result.request = request.id"
                    " WHERE state IN ('completed', 'failed', 'refused')",
                    (keys_of(fingerprints),),
                )
            }
        return [found.get(fingerprint) for fingerprint in fingerprints]

    def take_over(self, task: int, entries: Sequence[Entry]) -> None:
        """Note what another ledger knows of requests; those on their way here are left alone.

        Args:
            task: The number that their task has here.
            entries: Requests with distinct fingerprints.
        """
        with self._moving():
            there = {
                fingerprint: (known, state)
                for fingerprint, known, state in self._db.execute(
                    "SELECT fingerprint, request.id, state"
                    " FROM json_each(?) CROSS JOIN request ON request.key = value",
                    (keys_of(each.fingerprint for each in entries),),
                )
            }
            last = self._db.execute("SELECT coalesce(max(id), 0) FROM request").fetchone()[0]
            for each in entries:
                number, state = there.get(each.fingerprint, (0, None))
                if state is not None and State(state) not in SETTLED:
                    continue
                settled = (
                    *(each.state, each.attempts, each.settled_at, each.error, each.run_id),
                    each.interaction_id,
                )
                if number:
                    self._db.execute(
                        "UPDATE request SET state = ?, attempts = max(attempts, ?), settled_at = ?,"
                        " error = ?, run_id = ?, interaction_id = ? WHERE id = ?",
                        (*settled, number),
                    )
                else:
                    number = last = last + 1
                    self._db.execute(
                        "INSERT INTO request (state, attempts, settled_at, error, run_id,"
                        " interaction_id, id, key, fingerprint, task, input, previous)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            *(*settled, number, key_of(each.fingerprint), each.fingerprint),
                            *(task, each.input, each.previous),
                        ),
                    )
                if each.output is not None:
                    self._db.execute(
                        "INSERT INTO result (request, output) VALUES (?, ?)"
                        " ON CONFLICT (request) DO UPDATE SET output = excluded.output",
                        (number, each.output),
                    )
            self._uncommitted += len(entries)

    def submitting(self) -> list[Chunk]:
        """Return the chunks whose POST has an unknown end, oldest first."""
        with explained(self.path):
            chunks = self._db.execute(
                "SELECT chunk.id, task_group, taskgroup_id, runs, first, last"
                " FROM chunk JOIN task_group ON task_group.id = task_group"
                " WHERE unsettled > 0 AND state = 'submitting' ORDER BY chunk.id"
            ).fetchall()
            return [
                Chunk(
                    id=number,
                    group=group,
                    taskgroup_id=taskgroup_id,
                    runs_before=runs,
                    requests=tuple(
                        Claimed(
                            id=row[0],
                            fingerprint=row[1],
                            input=row[2],
                            attempt=row[3],
                            previous=row[4],
                        )
                        for row in self._db.execute(
                            "SELECT id, fingerprint, input, attempts, previous FROM request"
                            " WHERE id BETWEEN ? AND ? AND chunk = ? AND state = 'submitting'"
                            " ORDER BY id",
                            (first, last, number),
                        )
                    ),
                )
                for number, group, taskgroup_id, runs, first, last in chunks
            ]
