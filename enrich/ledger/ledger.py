"""What was bought: requests and their states, chunks, groups, results and the round's budget.

Each move of a request is one statement that names the state that it expects::

    planned ─► submitting ─► running ─► completed
       ▲           │            └─────► failed ─► planned   (only when asked)
       └─ release ─┤
                   └──────────────────► refused

What stands for money (a group's id, a chunk before its POST) is fsynced; all else
can be learnt again from the API and is not.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.clock import Clock
from enrich.errors import LedgerError
from enrich.ledger.database import connect, explained, key_of
from enrich.ledger.lock import Lock, lock_of
from enrich.ledger.values import (
    Cap,
    Chunk,
    Claimed,
    Entry,
    Group,
    Known,
    Round,
    Running,
    Settlement,
    Tally,
)
from enrich.records import SETTLED, Outcome, RowStatus, State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from enrich.records import Request

MAX_ATTEMPTS: Final = 3
"""How often a request may be bought before ``--retry-failed`` leaves it alone."""
PLANNED_AT_ONCE: Final = 32_768
"""Requests noted in one transaction, at least: their keys are random, so a small one writes
nearly a page for each."""

_UNANSWERED: Final = frozenset({State.FAILED, State.REFUSED})

_OLD_RESULT_OR: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM result WHERE result.request = request.id)"
    " THEN 'completed' ELSE '{}' END"
)
"""Where a request goes that was bought again in vain: back to the answer that it had."""


class Ledger:
    """The ledger of one API in one state folder.

    Calls are short and synchronous, so that a cancelled task never leaves one half done.
    """

    def __init__(self, path: Path, *, read_only: bool = False, clock: Clock | None = None) -> None:
        """Open a ledger; one that may be written is locked until ``close``.

        Raises:
            LedgerError: Locked, newer, damaged, or not a ledger.
        """
        self.path: Path | str = path
        self._clock = clock or Clock()
        self._lock: Lock | None = None
        # On their way since an earlier command, and not asked by this one's plan.
        self._unasked: set[int] = set()
        self._planning = False
        self._uncommitted = 0
        if not read_only:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = Lock(lock_of(path))
            except OSError as error:
                message = f"{path.parent} cannot be used for the ledger: {error.strerror or error}."
                raise LedgerError(message) from error
        try:
            self._db = connect(path, read_only=read_only)
        except BaseException:
            if self._lock:
                self._lock.release()
            raise

    others_may_send_s: float = 0.0
    """How long one from whom this was taken may still bring a POST to the API."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let go of the lock."""
        with explained(self.path):
            self._db.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    # Planning

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
            there = {
                fingerprint: row
                for fingerprint, *row in self._db.execute(
                    "SELECT fingerprint, request.id, state, attempts, settled_at FROM json_each(?)"
                    " CROSS JOIN request ON request.key = value",
                    (_keys(each.fingerprint for each in requests),),
                )
            }
            number = self._db.execute("SELECT coalesce(max(id), 0) FROM request").fetchone()[0]
            planned, new = [], []
            for request in requests:
                row = there.get(request.fingerprint)
                if row:
                    known = self._known(*row, retry_failed=retry_failed, stale_before=stale_before)
                else:
                    number += 1
                    known = Known(id=number, state=State.PLANNED, new=True)
                    # For ``bytes`` and None Python's sqlite3 looks for an adapter each time.
                    new.append(
                        (
                            *(number, key_of(request.fingerprint), bytearray(request.fingerprint)),
                            *(task, request.input.decode(), request.previous or ""),
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

    # Taking over from another ledger

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
                    (_keys(fingerprints),),
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
                    (_keys(each.fingerprint for each in entries),),
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

    def is_busy(self) -> bool:
        """Say whether runs are on their way, or may be."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM chunk WHERE unsettled > 0)"
            ).fetchone()
        return bool(row[0])

    def version(self) -> int:
        """Return a number that is another one when another process has written."""
        with explained(self.path):
            return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    # The round and its budget

    def open_round(self, job: str, rows: int) -> Round:
        """Return the job's open round, opening one if the last was closed."""
        with self._moving():
            self._db.execute(
                "INSERT INTO round (job, opened_at) VALUES (?, ?)"
                " ON CONFLICT (job) WHERE closed_at IS NULL DO NOTHING",
                (job, self._clock.now()),
            )
            self._db.execute(
                "UPDATE round SET rows = ? WHERE job = ? AND closed_at IS NULL", (rows, job)
            )
        found = self.round(job)
        assert found is not None  # noqa: S101  (inserted above)
        return found

    def round(self, job: str) -> Round | None:
        """Return the job's newest round, open or closed."""
        return next(iter(self.rounds(job, 1)), None)

    def rounds(self, job: str, limit: int) -> list[Round]:
        """Return the job's newest rounds, the newest first."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT id, opened_at, rows, runs, micro_usd, failed, closed_at, summary"
                " FROM round WHERE job = ? ORDER BY id DESC LIMIT ?",
                (job, limit),
            ).fetchall()
        names = ("id", "opened_at", "rows", "runs", "micro_usd", "failed", "closed_at", "summary")
        return [Round(**dict(zip(names, row, strict=True))) for row in rows]

    def summarize_round(self, number: int, summary: str) -> None:
        """Note what a round came to, for the next one to be held against."""
        with self._moving():
            self._db.execute("UPDATE round SET summary = ? WHERE id = ?", (summary, number))

    def close_round(self, number: int, closed_at: float | None = None) -> None:
        """Close a round: its job's rows are all settled.

        Args:
            number: The round.
            closed_at: When that was seen, where another ledger has it; None for now.
        """
        with self._moving():
            self._db.execute(
                "UPDATE round SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
                (self._clock.now() if closed_at is None else closed_at, number),
            )

    # Buying

    def add_group(self, taskgroup_id: str) -> Group:
        """Note a new group, fsynced, before anything is added to it."""
        with self._moving(durable=True):
            cursor = self._db.execute(
                "INSERT INTO task_group (taskgroup_id, created_at) VALUES (?, ?)",
                (taskgroup_id, self._clock.now()),
            )
        return Group(id=int(cursor.lastrowid or 0), taskgroup_id=taskgroup_id)

    def group(self, number: int) -> Group:
        """Return a group as it stands."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT id, taskgroup_id, runs FROM task_group WHERE id = ?", (number,)
            ).fetchone()
        return Group(id=row[0], taskgroup_id=row[1], runs=row[2])

    def planned(self, task: int) -> int:
        """Return how many requests wait to be bought."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT count(*) FROM request WHERE state = 'planned' AND task = ?", (task,)
            ).fetchone()
        return int(row[0])

    def claim(
        self,
        task: int,
        *,
        group: int,
        round_id: int,
        cap: Cap,
        max_runs: int,
        max_bytes: int,
    ) -> Chunk | None:
        """Move planned requests to ``submitting`` and reserve their price, fsynced.

        Returns:
            A chunk of at most ``max_runs`` requests whose inputs have about ``max_bytes``,
            or None when nothing is planned or the budget has no room.
        """
        room = self._room(round_id, cap)
        limit = max_runs if room is None else min(max_runs, room)
        if limit <= 0:
            return None
        with self._moving(durable=True):
            rows = self._db.execute(
                "SELECT id, fingerprint, input, attempts, previous FROM request"
                " WHERE state = 'planned' AND task = ? ORDER BY id LIMIT ?",
                (task, limit),
            )
            requests = tuple(_bounded(rows, max_bytes))
            rows.close()
            if not requests:
                return None
            cursor = self._db.execute(
                "INSERT INTO chunk"
                " (task_group, state, round, micro_usd, part, first, last, unsettled)"
                " VALUES (?, 'submitting', ?, ?, ?, ?, ?, ?)",
                (
                    *(group, round_id, cap.micro_usd_per_run, cap.part),
                    *(requests[0].id, requests[-1].id, len(requests)),
                ),
            )
            number = int(cursor.lastrowid or 0)
            self._db.execute(
                "UPDATE request SET state = 'submitting', chunk = ?, attempts = attempts + 1"
                " WHERE state = 'planned' AND task = ? AND id BETWEEN ? AND ?",
                (number, task, requests[0].id, requests[-1].id),
            )
            self._reserve(number, len(requests))
            into = self.group(group)
        return Chunk(
            id=number,
            group=group,
            taskgroup_id=into.taskgroup_id,
            runs_before=into.runs,
            requests=requests,
        )

    def may_send(self, chunk: Chunk) -> bool:  # noqa: ARG002  (a shared ledger looks at it)
        """Return whether a claimed chunk's POST may leave; nobody can have taken it over here."""
        return True

    def _spent(self, round_id: int) -> tuple[int, int]:
        with explained(self.path):
            row = self._db.execute(
                "SELECT runs, micro_usd FROM round WHERE id = ?", (round_id,)
            ).fetchone()
        return int(row[0]), int(row[1])

    def has_room(self, round_id: int, cap: Cap) -> bool:
        """Return whether the budget covers another run."""
        room = self._room(round_id, cap)
        return room is None or room > 0

    def _room(self, round_id: int, cap: Cap) -> int | None:
        """Return how many runs more the round, and this task's part of it, may buy."""
        rooms = [cap.room(*self._spent(round_id))]
        if cap.part is not None:
            part = Cap(
                micro_usd_per_run=cap.micro_usd_per_run, max_micro_usd=cap.part_max_micro_usd
            )
            rooms.append(part.room(*self._spent(cap.part)))
        return min((room for room in rooms if room is not None), default=None)

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

    def resolve(
        self,
        chunk: Chunk,
        run_ids: dict[int, str],
        *,
        refused: dict[int, str] | None = None,
        extra: Sequence[tuple[str, int]] = (),
    ) -> None:
        """Say what became of a chunk's POST.

        Args:
            chunk: The chunk, in state ``submitting``.
            run_ids: The run of each request that was created: these are ``running``.
            refused: Requests that the API refuses, with its reason.
            extra: Further runs of requests that already have one: (run, request).

        What is neither created nor refused is ``planned`` again, or forgotten when an
        earlier command planned it and this one did not; its price goes back to the budget.
        """
        refused = refused or {}
        left = [
            request.id
            for request in chunk.requests
            if request.id not in run_ids and request.id not in refused
        ]
        with self._moving():
            self._moved(
                "UPDATE request SET state = 'running', run_id = ?, error = NULL"
                " WHERE id = ? AND state = 'submitting'",
                [(run_id, request) for request, run_id in run_ids.items()],
            )
            now = self._clock.now()
            self._moved(
                f"UPDATE request SET state = {_OLD_RESULT_OR.format('refused')},"
                " attempts = attempts - 1, chunk = NULL,"
                " settled_at = coalesce(settled_at, ?), error = ?"
                " WHERE id = ? AND state = 'submitting'",
                [(now, reason, request) for request, reason in refused.items()],
            )
            self._moved(
                "UPDATE request SET state = 'planned', attempts = attempts - 1, chunk = NULL"
                " WHERE id = ? AND state = 'submitting'",
                [(request,) for request in left],
            )
            self._forget([request for request in left if request in self._unasked])
            self._db.execute(
                "UPDATE chunk SET state = ?, unsettled = ? WHERE id = ? AND state = 'submitting'",
                ("accepted" if run_ids else "released", len(run_ids), chunk.id),
            )
            self._db.execute(
                "UPDATE task_group SET runs = runs + ? WHERE id = ?",
                (len(run_ids) + len(extra), chunk.group),
            )
            self._db.executemany(
                "INSERT INTO extra_run (run_id, request) VALUES (?, ?) ON CONFLICT DO NOTHING",
                extra,
            )
            self._reserve(chunk.id, len(extra) - len(left) - len(refused))

    def _reserve(self, chunk: int, runs: int) -> None:
        """Take the price of some of a chunk's runs from its round's budget, or give it back."""
        self._db.execute(
            "UPDATE round SET runs = runs + ?1, micro_usd = round.micro_usd + ?1 * chunk.micro_usd"
            " FROM chunk WHERE chunk.id = ?2 AND round.id IN (chunk.round, chunk.part)",
            (runs, chunk),
        )

    # Collecting

    def running(self, task: int) -> list[Running]:
        """Return a task's runs whose results are not here yet; at most ``max_in_flight``."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT request.id, run_id, task_group, fingerprint, attempts FROM chunk"
                " JOIN request ON request.id BETWEEN first AND last AND chunk = chunk.id"
                " WHERE unsettled > 0 AND request.state = 'running' AND task = ?"
                " ORDER BY request.id",
                (task,),
            ).fetchall()
        return [
            Running(
                request=request,
                run_id=run_id,
                group=group,
                fingerprint=fingerprint,
                attempt=attempts,
            )
            for request, run_id, group, fingerprint, attempts in rows
        ]

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write how runs ended: outputs of the completed, errors of the failed.

        A run that failed is not billed, so its price goes back to the budget. When a
        stale result was to be renewed and the run failed, the old result stays.
        """
        now = self._clock.now()
        done = [each for each in settlements if each.output is not None]
        failed = [each for each in settlements if each.output is None]
        with self._moving():
            self._moved(
                "UPDATE request SET state = 'completed', settled_at = ?, run_id = ?,"
                " interaction_id = ?, error = NULL WHERE id = ? AND state = 'running'",
                [
                    (now, each.run_id, each.interaction_id or each.run_id, each.request)
                    for each in done
                ],
            )
            self._db.executemany(
                "INSERT INTO result (request, output) VALUES (?, ?)"
                " ON CONFLICT (request) DO UPDATE SET output = excluded.output",
                [(each.request, bytearray(each.output or b"")) for each in done],
            )
            self._moved(
                "UPDATE request SET error = ?, run_id = ?,"
                f" settled_at = coalesce(settled_at, ?), state = {_OLD_RESULT_OR.format('failed')}"
                " WHERE id = ? AND state = 'running'",
                [(each.error, each.run_id, now, each.request) for each in failed],
            )
            for chunk, count in self._by_chunk(settlements):
                self._db.execute(
                    "UPDATE chunk SET unsettled = unsettled - ? WHERE id = ?", (count, chunk)
                )
            for chunk, count in self._by_chunk(failed):
                self._reserve(chunk, -count)
                self._db.execute(
                    "UPDATE round SET failed = failed + ? FROM chunk"
                    " WHERE chunk.id = ? AND round.id IN (chunk.round, chunk.part)",
                    (count, chunk),
                )

    def write_out(self) -> None:
        """Let others see what was settled; here they do at once."""

    def _by_chunk(self, settlements: Sequence[Settlement]) -> list[tuple[int, int]]:
        """Return the chunks that runs were bought in, and how many of them in each."""
        numbers = msgspec.json.encode([each.request for each in settlements]).decode()
        return self._db.execute(
            "SELECT chunk, count(*) FROM json_each(?) JOIN request ON request.id = value"
            " GROUP BY chunk",
            (numbers,),
        ).fetchall()

    # Merging and telling

    def outcomes(self, fingerprints: Sequence[bytes]) -> list[Outcome | None]:
        """Return how requests stand, in order; None for one that the ledger does not know."""
        with explained(self.path):
            found = {
                fingerprint: _outcome(row)
                for fingerprint, *row in self._db.execute(
                    "SELECT fingerprint, state, output, error, run_id, processor, interaction_id,"
                    " settled_at"
                    " FROM json_each(?) CROSS JOIN request ON request.key = value"
                    " LEFT JOIN result ON result.request = request.id"
                    " JOIN task ON task.id = request.task",
                    (_keys(fingerprints),),
                )
            }
        return [found.get(fingerprint) for fingerprint in fingerprints]

    def inputs(self, requests: Sequence[int]) -> dict[int, str]:
        """Return the inputs of requests, by their numbers."""
        numbers = msgspec.json.encode(requests).decode()
        with explained(self.path):
            rows = self._db.execute(
                "SELECT request.id, input FROM json_each(?) JOIN request ON request.id = value",
                (numbers,),
            )
            return dict(rows.fetchall())

    def replaced(self, fingerprints: Sequence[bytes], *, since: float) -> list[bytes | None]:
        """Return the outputs that requests had before they were bought again, in order.

        Args:
            fingerprints: The requests.
            since: Wall time; what was bought again before it is left out.
        """
        with explained(self.path):
            found = dict(
                self._db.execute(
                    "SELECT fingerprint, output"
                    " FROM json_each(?) CROSS JOIN request ON request.key = value"
                    " JOIN replaced ON replaced.request = request.id WHERE settled_at >= ?",
                    (_keys(fingerprints), since),
                ).fetchall()
            )
        return [found.get(fingerprint) for fingerprint in fingerprints]

    def has_replaced(self) -> bool:
        """Say whether any request was ever bought again and answered."""
        with explained(self.path):
            row = self._db.execute("SELECT EXISTS (SELECT 1 FROM replaced)").fetchone()
        return bool(row[0])

    def tally(self, task: int | None = None) -> Tally:
        """Return how many requests are in each state, of one task or of all."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT state, count(*) FROM request WHERE ?1 IS NULL OR task = ?1 GROUP BY state",
                (task,),
            ).fetchall()
            extra = self._db.execute(
                "SELECT count(*) FROM extra_run JOIN request ON request.id = request"
                " WHERE ?1 IS NULL OR task = ?1",
                (task,),
            ).fetchone()[0]
        return Tally(states={State(state): count for state, count in rows}, extra_runs=extra)

    def damage(self) -> str | None:
        """Return the first thing that is wrong with the file; None when it is whole."""
        with explained(self.path):
            said = self._db.execute("PRAGMA quick_check (1)").fetchone()[0]
        return None if said == "ok" else str(said)

    # How a move is made

    @contextmanager
    def _moving(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Hold one write transaction; when durable, it is on the disk at the end.

        Inside of another one, such as that of ``planning``, it is part of that.
        """
        with explained(self.path):
            joined = self._db.in_transaction
            if joined:
                yield self._db
                return
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                # Even this can fail, when the disk is full.
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _moved(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Move requests and insist that each was where it was expected."""
        if not rows:
            return
        moved = self._db.executemany(statement, rows).rowcount
        if moved != len(rows):
            message = (
                f"{self.path} does not agree with itself: {len(rows) - moved} requests were not "
                "where they were left. Nothing was changed; please report this."
            )
            raise LedgerError(message)


def _keys(fingerprints: Iterable[bytes]) -> str:
    """Return what some fingerprints are found by, for ``json_each``."""
    return msgspec.json.encode([key_of(each) for each in fingerprints]).decode()


def _bounded(
    rows: Iterable[tuple[int, bytes, str, int, str | None]], max_bytes: int
) -> Iterator[Claimed]:
    size = 0
    for number, fingerprint, text, attempts, previous in rows:
        size += len(text)
        if size > max_bytes and size != len(text):
            return
        yield Claimed(
            id=number,
            fingerprint=fingerprint,
            input=text,
            attempt=attempts + 1,
            previous=previous,
        )


_STATE: Final = {state.value: state for state in State}
_STATUS: Final = {
    State.COMPLETED.value: RowStatus.COMPLETED,
    State.FAILED.value: RowStatus.FAILED,
    State.REFUSED.value: RowStatus.REFUSED,
}


def _outcome(
    row: tuple[str, bytes | None, str | None, str | None, str, str | None, float | None],
) -> Outcome:
    state, output, error, run_id, processor, interaction_id, settled_at = row
    status = _STATUS.get(state, RowStatus.PENDING)
    # A stale result that is being renewed still counts until the new one is here.
    renewing = status is RowStatus.PENDING and output is not None
    if renewing:
        status = RowStatus.COMPLETED
    return Outcome(
        status=status,
        output=output if status is RowStatus.COMPLETED else None,
        error=error,
        run_id=run_id,
        processor=processor,
        interaction_id=interaction_id or run_id,
        renewing=renewing,
        settled_at=settled_at,
    )
