"""The round and its budget."""

from __future__ import annotations

from typing import Final

from enrich.ledger.database import explained
from enrich.ledger.file import LedgerFile
from enrich.ledger.values import Cap, Round

_INSTANT_S: Final = 1e-6
"""What a round takes at least: those of several ledgers belong together by their times."""


class Rounds(LedgerFile):
    """Rounds, and what they may still buy."""

    def open_round(self, job: str, rows: int, *, after: float = 0.0) -> Round:
        """Return the job's open round, opening one if the last was closed.

        Args:
            job: The job's name.
            rows: How many the table has.
            after: When the last round was over in another ledger; 0 for none. A round begins
                after the one before, though the machine's clock was set back.
        """
        with self._moving():
            self._db.execute(
                "INSERT INTO round (job, opened_at) SELECT ?1, max(?2, ?3,"
                " coalesce((SELECT max(closed_at) FROM round WHERE job = ?1), 0))"
                " WHERE true ON CONFLICT (job) WHERE closed_at IS NULL DO NOTHING",
                (job, self._clock.now(), after),
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
                "UPDATE round SET closed_at = max(?, opened_at + ?)"
                " WHERE id = ? AND closed_at IS NULL",
                (self._clock.now() if closed_at is None else closed_at, _INSTANT_S, number),
            )

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
