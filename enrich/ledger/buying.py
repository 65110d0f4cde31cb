"""Buying and collecting: chunks that leave, what became of them, and how their runs ended."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.ledger.database import explained
from enrich.ledger.planning import Planning
from enrich.ledger.rounds import Rounds
from enrich.ledger.values import Cap, Chunk, Claimed, Group, Running, Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_OLD_RESULT_OR: Final = (
    "CASE WHEN EXISTS (SELECT 1 FROM result WHERE result.request = request.id)"
    " THEN 'completed' ELSE '{}' END"
)
"""Where a request goes that was bought again in vain: back to the answer that it had."""

KEPT_AT_ONCE: Final = 100
"""Outputs written by one statement, which costs a quarter less than one for each."""
_KEEP: Final = (
    "INSERT INTO result (request, output) VALUES {}"
    " ON CONFLICT (request) DO UPDATE SET output = excluded.output"
)


class Buying(Planning, Rounds):
    """Requests on their way, and those that run."""

    def add_group(self, taskgroup_id: str) -> Group:
        """Note a new group before anything is added to it."""
        with self._moving():
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
        """Move planned requests to ``submitting`` and reserve their price.

        Their POST may leave after ``harden`` and when ``may_send`` says so.

        Returns:
            A chunk of at most ``max_runs`` requests whose inputs have about ``max_bytes``,
            or None when nothing is planned or the budget has no room.
        """
        room = self._room(round_id, cap)
        limit = max_runs if room is None else min(max_runs, room)
        if limit <= 0:
            return None
        with self._moving():
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

    def is_busy(self) -> bool:
        """Say whether runs are on their way, or may be."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM chunk WHERE unsettled > 0)"
            ).fetchone()
        return bool(row[0])

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
            self._keep(done)
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

    def _keep(self, settlements: Sequence[Settlement]) -> None:
        """Write outputs, in place of those that are there."""
        # For ``bytes`` Python's sqlite3 looks for an adapter each time.
        rows = [(each.request, bytearray(each.output or b"")) for each in settlements]
        together = len(rows) - len(rows) % KEPT_AT_ONCE
        for start in range(0, together, KEPT_AT_ONCE):
            some = rows[start : start + KEPT_AT_ONCE]
            self._db.execute(_KEEP.format(", ".join(["(?, ?)"] * len(some))), list(chain(*some)))
        self._db.executemany(_KEEP.format("(?, ?)"), rows[together:])

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
