"""A ledger in shared storage: its journal counts, and a file that lives as long as the process.

Each change is a record of the journal before anything that follows from it leaves this
machine. The file is what the journal comes to, replayed with the same methods; so all that
is read is read as in any other ledger. What is only planned is in no record: a plan holds
for one command.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.clock import Clock
from enrich.errors import LedgerError
from enrich.ledger.database import key_of
from enrich.ledger.journal import Journal
from enrich.ledger.ledger import Ledger
from enrich.ledger.values import Cap, Chunk, Entry, Group, Round, Settlement
from enrich.records import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from enrich.ledger.journal import Record
    from enrich.ledger.objects import Objects
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
REPLAYED_AT_ONCE: Final = 200
"""Records in one transaction of the file."""


class SharedLedger(Ledger):
    """A ledger whose journal is below an address."""

    def __init__(
        self,
        objects: Objects,
        folder: str,
        *,
        read_only: bool = False,
        clock: Clock | None = None,
    ) -> None:
        """Open a ledger; one that may be written is this process's own until ``close``.

        Args:
            objects: The storage.
            folder: Where in it; empty for its root.
            read_only: Read what others write.
            clock: Time.

        Raises:
            LedgerError: Somebody else is at work on it, or the storage refuses.
        """
        self.journal = Journal(objects, folder)
        self._folder = tempfile.TemporaryDirectory(prefix="enrich-ledger-")
        self._at = _At(clock or Clock())
        self._read_only = read_only
        self._recording = False
        self._unwritten: list[tuple[float, Settlement]] = []
        self._written_at = 0.0
        self._claimed_at: dict[int, float] = {}
        try:
            super().__init__(Path(self._folder.name) / "ledger.db", clock=self._at)
        except BaseException:
            self._folder.cleanup()
            raise
        self.path = self.journal.place
        try:
            if not read_only:
                self.journal.hold()
                if self.journal.taken_from is not None:
                    self.others_may_send_s = SEND_WITHIN_S + POST_TAKES_S
            self._catch_up()
            if not read_only:
                self._recording = True
                self.journal.append("opened", self._at.now(), {})
        except BaseException:
            self._close()
            raise

    def close(self) -> None:
        """Write what is not written yet, and let go."""
        try:
            self.write_out()
        finally:
            self._close()

    def _close(self) -> None:
        self._recording = False
        super().close()
        self.journal.release()
        self._folder.cleanup()

    def version(self) -> int:
        """Read what others have written; return a number that is another one then."""
        if self._read_only:
            self._catch_up()
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
        """Move planned requests to ``submitting`` and reserve their price."""
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

    # Replaying

    def _catch_up(self) -> None:
        """Do again what others have written since the journal was last read."""
        records = self.journal.read()
        done = 0
        while True:
            with self._moving():
                for record in records:
                    self._at.then = record.at
                    self._replay(record)
                    done += 1
                    if done % REPLAYED_AT_ONCE == 0:
                        break
                else:
                    self._at.then = None
                    return

    def _replay(self, record: Record) -> None:
        again = getattr(self, f"_again_{record.do}", None)
        if again is None:
            message = f"{self.path}: its journal holds a record of '{record.do}', which is unknown."
            raise LedgerError(message)
        again(**record.what)

    def _again_opened(self) -> None:
        """Who opened it only fences its predecessor."""

    def _again_task(self, digest: str, processor: str, body: str) -> None:
        super().task(bytes.fromhex(digest), processor, body)

    def _again_lesson(self, digest: str, rows: str) -> None:
        super().teach(bytes.fromhex(digest), rows)

    def _again_taken_over(self, task: int, entries: Sequence[JsonObject]) -> None:
        super().take_over(task, [_entry(each) for each in entries])

    def _again_round(self, job: str, rows: int, after: float = 0.0) -> None:
        super().open_round(job, rows, after=after)

    def _again_summary(self, number: int, summary: str) -> None:
        super().summarize_round(number, summary)

    def _again_closed(self, number: int, closed_at: float | None) -> None:
        super().close_round(number, closed_at)

    def _again_group(self, taskgroup_id: str) -> None:
        super().add_group(taskgroup_id)

    def _again_chunk(
        self,
        task: int,
        group: int,
        round_id: int,
        cap: JsonObject,
        requests: Sequence[tuple[str, str, str | None]],
    ) -> None:
        wanted = [
            Request(fingerprint=bytes.fromhex(name), input=body.encode(), previous=previous)
            for name, body, previous in requests
        ]
        super().plan(task, wanted, retry_failed=True, stale_before=math.inf)
        chunk = super().claim(
            task,
            group=group,
            round_id=round_id,
            cap=Cap(**cap),
            max_runs=len(wanted),
            max_bytes=sys.maxsize,
        )
        claimed = {each.fingerprint for each in chunk.requests} if chunk else set()
        if claimed != {each.fingerprint for each in wanted}:
            raise self._disagrees("a chunk holds requests that could not be bought then")

    def _again_resolved(
        self,
        number: int,
        runs: dict[str, str],
        refused: dict[str, str],
        extra: Sequence[tuple[str, str]],
    ) -> None:
        chunk = next((each for each in self.submitting() if each.id == number), None)
        if chunk is None:
            raise self._disagrees("a POST has an end that never left")
        numbers = {each.fingerprint.hex(): each.id for each in chunk.requests}
        run_ids = {numbers[name]: run_id for name, run_id in runs.items()}
        super().resolve(
            chunk,
            run_ids,
            refused={numbers[name]: said for name, said in refused.items()},
            extra=[(run_id, numbers[name]) for run_id, name in extra],
        )
        # What was not created is planned no more: that held for the command that did.
        self._forget([numbers[name] for name in numbers.keys() - runs.keys() - refused.keys()])

    def _again_results(self, rows: Sequence[JsonObject]) -> None:
        numbers = self._numbers(row["fingerprint"] for row in rows)
        for settled_at, together in groupby(rows, key=lambda row: row["settled_at"]):
            self._at.then = settled_at
            super().settle(
                [
                    Settlement(
                        request=numbers[row["fingerprint"]],
                        run_id=row["run_id"],
                        interaction_id=row["interaction_id"],
                        output=row["output"],
                        error=row["error"],
                    )
                    for row in together
                ]
            )

    def _numbers(self, fingerprints: Iterable[bytes]) -> dict[bytes, int]:
        keys = msgspec.json.encode([key_of(each) for each in fingerprints]).decode()
        return dict(
            self._db.execute(
                "SELECT fingerprint, request.id FROM json_each(?)"
                " CROSS JOIN request ON request.key = value",
                (keys,),
            ).fetchall()
        )

    def _fingerprints(self, numbers: Sequence[int]) -> dict[int, bytes]:
        given = msgspec.json.encode(numbers).decode()
        return dict(
            self._db.execute(
                "SELECT request.id, fingerprint FROM json_each(?)"
                " JOIN request ON request.id = value",
                (given,),
            ).fetchall()
        )

    def _disagrees(self, how: str) -> LedgerError:
        return LedgerError(
            f"{self.path}: its journal does not agree with itself ({how}). Nothing was changed; "
            "please report this."
        )


class _At(Clock):
    """The clock of a ledger; while the journal is replayed, the time of a record."""

    def __init__(self, clock: Clock) -> None:
        self.then: float | None = None
        self._clock = clock

    def now(self) -> float:
        return self._clock.now() if self.then is None else self.then

    def monotonic(self) -> float:
        return self._clock.monotonic()


def _plain_entry(entry: Entry) -> JsonObject:
    made: dict[str, Json] = msgspec.structs.asdict(entry)
    output = entry.output
    made["fingerprint"] = entry.fingerprint.hex()
    made["output"] = None if output is None else output.decode(errors="surrogateescape")
    return made


def _entry(plain: JsonObject) -> Entry:
    output = plain["output"]
    return Entry(
        **{
            **plain,
            "fingerprint": bytes.fromhex(plain["fingerprint"]),
            "output": None if output is None else output.encode(errors="surrogateescape"),
        }
    )
