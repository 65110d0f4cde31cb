"""Merging and telling: how requests stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from enrich.ledger.database import explained
from enrich.ledger.file import LedgerFile, keys_of
from enrich.ledger.values import Tally
from enrich.records import Outcome, RowStatus, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Reading(LedgerFile):
    """Questions that change nothing."""

    def outcomes(self, fingerprints: Sequence[bytes]) -> list[Outcome | None]:
        """Return how requests stand, in order; None for one that the ledger does not know."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT fingerprint, state, output, error, run_id, task, interaction_id, settled_at"
                " FROM json_each(?) CROSS JOIN request ON request.key = value"
                " LEFT JOIN result ON result.request = request.id",
                (keys_of(fingerprints),),
            ).fetchall()
            # Read after them, so that theirs are there, whoever is writing.
            processors = dict(self._db.execute("SELECT id, processor FROM task").fetchall())
        found = {row[0]: _outcome(row, processors) for row in rows}
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
                    (keys_of(fingerprints), since),
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


_STATUS: Final = {
    State.COMPLETED.value: RowStatus.COMPLETED,
    State.FAILED.value: RowStatus.FAILED,
    State.REFUSED.value: RowStatus.REFUSED,
}


def _outcome(
    row: tuple[bytes, str, bytes | None, str | None, str | None, int, str | None, float | None],
    processors: Mapping[int, str],
) -> Outcome:
    _, state, output, error, run_id, task, interaction_id, settled_at = row
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
        processor=processors[task],
        interaction_id=interaction_id or run_id,
        renewing=renewing,
        settled_at=settled_at,
    )
