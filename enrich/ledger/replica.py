"""What a journal comes to: a ledger's file that lives as long as the process.

It is replayed from the newest snapshot and the records behind it, with the methods of any
ledger; so all that is read is read as in any other one. What is only planned is in no record:
a plan holds for one command.
"""

from __future__ import annotations

import math
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from enrich.clock import Clock
from enrich.errors import LedgerError
from enrich.ledger.database import connect, explained, key_of
from enrich.ledger.journal import Journal
from enrich.ledger.ledger import Ledger
from enrich.ledger.values import Cap, Entry, Settlement
from enrich.records import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.ledger.journal import Record
    from enrich.ledger.objects import Objects
    from enrich.records import JsonObject

REPLAYED_AT_ONCE: Final = 200
"""Records in one transaction of the file."""


class Replica(Ledger):
    """A ledger in shared storage, as others have written it."""

    def __init__(self, objects: Objects, folder: str, *, clock: Clock | None = None) -> None:
        """Read a ledger.

        Args:
            objects: The storage.
            folder: Where in it; empty for its root.
            clock: Time.

        Raises:
            LedgerError: It is damaged or newer, or the storage refuses.
        """
        self.journal = Journal(objects, folder)
        self._at = _At(clock or Clock())
        self._folder = tempfile.TemporaryDirectory(prefix="enrich-ledger-")
        try:
            super().__init__(Path(self._folder.name) / "ledger.db", clock=self._at)
        except BaseException:
            self._folder.cleanup()
            raise
        self.path = self.journal.place
        try:
            self._opened()
        except BaseException:
            self._close()
            raise

    def _opened(self) -> None:
        self._catch_up()

    def close(self) -> None:
        """Let go."""
        self._close()

    def _close(self) -> None:
        super().close()
        self._folder.cleanup()

    def version(self) -> int:
        """Read what others have written; return a number that is another one then."""
        self._catch_up()
        return self.journal.head

    def _catch_up(self) -> None:
        """Do again what others have written since the journal was last read.

        Where a snapshot is found behind the place where reading began, that was where records
        are deleted, and what was read may be another's that slept: it is read anew from there.
        """
        sound = self.journal.head
        snapshot = None if sound else self.journal.snapshot_after(sound)
        while True:
            failure = None
            try:
                if snapshot is not None:
                    sound = snapshot
                    self._begin_with(snapshot)
                self._replay_what_follows()
            except LedgerError as error:
                failure = error
            snapshot = self.journal.snapshot_after(sound)
            if snapshot is None and failure is not None:
                raise failure
            if snapshot is None:
                return

    def _begin_with(self, snapshot: int) -> None:
        """Take a snapshot for the file."""
        begun = self._file.with_name(f"{snapshot}.db")
        with explained(self.path):
            self.journal.begin_with(snapshot, begun)
            self._db.close()
        for suffix in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        self._file = begun
        try:
            self._db = connect(begun)
        except LedgerError as error:
            raise LedgerError(str(error).replace(str(begun), str(self.path))) from error

    def _replay_what_follows(self) -> None:
        records = self.journal.read()
        done = 0
        try:
            while True:
                with self._moving():
                    for record in records:
                        self._at.then = record.at
                        self._replay(record)
                        done += 1
                        if done % REPLAYED_AT_ONCE == 0:
                            break
                    else:
                        return
        finally:
            self._at.then = None

    def _replay(self, record: Record) -> None:
        again = getattr(self, f"_again_{record.do}", None)
        if again is None:
            message = f"{self.path}: its journal holds a record of '{record.do}', which is unknown."
            raise LedgerError(message)
        try:
            again(**record.what)
        except (KeyError, TypeError) as error:  # it is about something that is not there
            raise self._disagrees(f"a record of '{record.do}' misses {error}") from error

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


def _entry(plain: JsonObject) -> Entry:
    output = plain["output"]
    return Entry(
        **{
            **plain,
            "fingerprint": bytes.fromhex(plain["fingerprint"]),
            "output": None if output is None else output.encode(errors="surrogateescape"),
        }
    )
