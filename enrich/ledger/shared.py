"""A ledger in shared storage in the hands of the one process that may write it.

Each change is a record of the journal before anything that follows from it leaves this
machine.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.ledger.database import explained
from enrich.ledger.presence import Presence
from enrich.ledger.replica import Replica

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from enrich.clock import Clock
    from enrich.ledger.objects import Objects
    from enrich.ledger.values import Cap, Chunk, Entry, Group, Round, Settlement
    from enrich.records import Json, JsonObject

SEND_WITHIN_S: Final = 10.0
"""A POST leaves at most so long after its record was begun to be written. Whoever takes the
ledger over meanwhile waits longer than that before it believes that there was none."""
POST_TAKES_S: Final = 70.0
"""And a POST that left is at the API by then, or never: the client's timeouts."""
ROWS_OF_A_PART: Final = 10_000
WRITTEN_AFTER_S: Final = 10.0
"""Results are written as Parquet when there are so many, or the first is so old. They can be
fetched again, so nothing waits for them."""
COMPACTED_AFTER: Final = 100
"""So many records behind the last snapshot are worth another one."""


class SharedLedger(Replica):
    """A ledger whose journal is below an address, and is this process's own until ``close``."""

    def __init__(self, objects: Objects, folder: str, *, clock: Clock | None = None) -> None:
        """Open a ledger.

        Args:
            objects: The storage.
            folder: Where in it; empty for its root.
            clock: Time.

        Raises:
            LedgerError: Somebody else is at work on it, or the storage refuses.
        """
        self.presence = Presence(objects, folder)
        self._recording = False
        self._unwritten: list[tuple[float, Settlement]] = []
        self._written_at = 0.0
        self._claimed_at: dict[int, float] = {}
        super().__init__(objects, folder, clock=clock)

    def _opened(self) -> None:
        self.presence.hold()
        if self.presence.taken_from is not None:
            self.others_may_send_s = SEND_WITHIN_S + POST_TAKES_S
        self._catch_up()
        self.journal.append("opened", self._at.now(), {})
        if self.journal.head - self.journal.begin >= COMPACTED_AFTER:
            self._compact()
        self._recording = True

    def _compact(self) -> None:
        """Keep the file as a snapshot: now, while nothing is in it but what the journal holds."""
        with explained(self.path):
            self._db.execute("PRAGMA wal_checkpoint (TRUNCATE)")
            self.journal.compact(self._file)

    def close(self) -> None:
        """Write what is not written yet, and let go."""
        try:
            self.write_out()
        finally:
            self._close()

    def _close(self) -> None:
        self._recording = False
        super()._close()
        self.presence.release()

    def version(self) -> int:
        """Return a number that is another one when something was written."""
        return self.journal.head

    # What is recorded: the methods of any ledger

    def task(self, digest: bytes, processor: str, body: str) -> int:
        """Return the number of a task, noting it if it is new."""
        known = self.task_id(digest)
        if known is not None:
            return known
        with self._recorded("task") as what:
            what.update(digest=digest.hex(), processor=processor, body=body)
            return super().task(digest, processor, body)

    def teach(self, digest: bytes, rows: str) -> None:
        """Keep the filled rows that a task is taught with from now on."""
        with self._recorded("lesson") as what:
            what.update(digest=digest.hex(), rows=rows)
            super().teach(digest, rows)

    def take_over(self, task: int, entries: Sequence[Entry]) -> None:
        """Note what another ledger knows of requests; those on their way here are left alone."""
        with self._recorded("taken_over") as what:
            what.update(task=task, entries=[_plain_entry(each) for each in entries])
            super().take_over(task, entries)

    def open_round(self, job: str, rows: int, *, after: float = 0.0) -> Round:
        """Return the job's open round, opening one if the last was closed."""
        with self._recorded("round") as what:
            what.update(job=job, rows=rows, after=after)
            return super().open_round(job, rows, after=after)

    def summarize_round(self, number: int, summary: str) -> None:
        """Note what a round came to, for the next one to be held against."""
        with self._recorded("summary") as what:
            what.update(number=number, summary=summary)
            super().summarize_round(number, summary)

    def close_round(self, number: int, closed_at: float | None = None) -> None:
        """Close a round: its job's rows are all settled."""
        self.write_out()
        with self._recorded("closed") as what:
            what.update(number=number, closed_at=closed_at)
            super().close_round(number, closed_at)

    def add_group(self, taskgroup_id: str) -> Group:
        """Note a new group before anything is added to it."""
        with self._recorded("group") as what:
            what["taskgroup_id"] = taskgroup_id
            return super().add_group(taskgroup_id)

    def claim(
        self, task: int, *, group: int, round_id: int, cap: Cap, max_runs: int, max_bytes: int
    ) -> Chunk | None:
        """Move planned requests to ``submitting`` and reserve their price, in the journal."""
        began = time.monotonic()
        with self._recorded("chunk") as what:
            chunk = super().claim(
                task,
                group=group,
                round_id=round_id,
                cap=cap,
                max_runs=max_runs,
                max_bytes=max_bytes,
            )
            if chunk is None:
                return None
            if any(each.attempt > 1 for each in chunk.requests):
                self.write_out()  # how they ended before
            what.update(
                task=task,
                group=group,
                round_id=round_id,
                cap={"micro_usd_per_run": cap.micro_usd_per_run, "part": cap.part},
                requests=[
                    (each.fingerprint.hex(), each.input, each.previous) for each in chunk.requests
                ],
            )
        self._claimed_at[chunk.id] = began
        return chunk

    def harden(self) -> None:
        """Do nothing: the journal has the record."""

    def may_send(self, chunk: Chunk) -> bool:
        """Return whether a chunk's POST may leave: whether it was claimed a moment ago."""
        return time.monotonic() - self._claimed_at[chunk.id] < SEND_WITHIN_S

    def resolve(
        self,
        chunk: Chunk,
        run_ids: dict[int, str],
        *,
        refused: dict[int, str] | None = None,
        extra: Sequence[tuple[str, int]] = (),
    ) -> None:
        """Say what became of a chunk's POST."""
        fingerprints = {each.id: each.fingerprint.hex() for each in chunk.requests}
        with self._recorded("resolved") as what:
            what.update(
                number=chunk.id,
                runs={fingerprints[number]: run_id for number, run_id in run_ids.items()},
                refused={fingerprints[number]: said for number, said in (refused or {}).items()},
                extra=[(run_id, fingerprints[number]) for run_id, number in extra],
            )
            super().resolve(chunk, run_ids, refused=refused, extra=extra)
        self._claimed_at.pop(chunk.id, None)  # one of an earlier command was never in it

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Write how runs ended, in the journal a little later."""
        super().settle(settlements)
        if not self._recording:
            return
        if not self._unwritten:
            self._written_at = time.monotonic()
        now = self._at.now()
        self._unwritten += ((now, each) for each in settlements)
        is_old = time.monotonic() - self._written_at >= WRITTEN_AFTER_S
        if is_old or len(self._unwritten) >= ROWS_OF_A_PART:
            self.write_out()

    def write_out(self) -> None:
        """Write the results that are not in the journal yet."""
        if not self._recording or not self._unwritten:
            return
        fingerprints = self._fingerprints([each.request for _, each in self._unwritten])
        rows = [
            {
                "fingerprint": fingerprints[each.request],
                "settled_at": settled_at,
                "run_id": each.run_id,
                "interaction_id": each.interaction_id,
                "output": each.output,
                "error": each.error,
            }
            for settled_at, each in self._unwritten
        ]
        self.journal.append_table(self._at.now(), "results", rows)
        self._unwritten.clear()

    @contextmanager
    def _recorded(self, do: str) -> Iterator[JsonObject]:
        """Let a change become a record, before the file has it and before it is made use of.

        Nothing is recorded when nothing is said of it, and while the journal is replayed.
        """
        what: JsonObject = {}
        with self._moving():
            yield what
            if what and self._recording:
                self.journal.append(do, self._at.now(), what)

    def _fingerprints(self, numbers: Sequence[int]) -> dict[int, bytes]:
        given = msgspec.json.encode(numbers).decode()
        return dict(
            self._db.execute(
                "SELECT request.id, fingerprint FROM json_each(?)"
                " JOIN request ON request.id = value",
                (given,),
            ).fetchall()
        )


def _plain_entry(entry: Entry) -> JsonObject:
    made: dict[str, Json] = msgspec.structs.asdict(entry)
    output = entry.output
    made["fingerprint"] = entry.fingerprint.hex()
    made["output"] = None if output is None else output.decode(errors="surrogateescape")
    return made
