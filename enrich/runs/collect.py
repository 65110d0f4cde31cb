"""Collecting: results are written to the ledger while other runs are still at work.

The group's list is the truth; its event stream only tells when it is worth reading.
So a stream that is cut, silent, repeated or out of order can delay a result and
never lose one.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from enrich.errors import (
    ApiError,
    FatalApiError,
    NotFoundApiError,
    RefusedApiError,
    RetryableApiError,
)
from enrich.ledger import Settlement
from enrich.runs.bodies import identity
from enrich.runs.reconcile import unknown_group
from enrich.taskapi.models import TERMINAL_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from enrich.clock import Clock
    from enrich.ledger import Ledger, Running
    from enrich.runs.limiter import Pace, Slots
    from enrich.runs.patience import Patience
    from enrich.taskapi.client import TaskApi
    from enrich.taskapi.models import RunState

WORTH_READING: Final = 0.75
"""A list is read when at least this share of the runs in it has newly ended, so that all
readings together bring about a third more than what is in it, or when a finished run has
waited long."""
LISTENING: Final = 6
"""So many times the patience for a finished run is listened in vain before the group is
asked for its counts."""
BATCH: Final = 500
"""Results written in one transaction."""
RUN_BYTES: Final = 600
"""About what a run takes in a list, without its output."""
ANSWER_BYTES: Final = 1_200
"""About what a single result takes on the way, headers included, without its output."""
FIRST_GUESS_BYTES: Final = 1_500
"""An output's size before the first was seen."""
MAX_SINGLE_RESULTS: Final = 20
"""More than these are never fetched one by one."""
IDLE_S: Final = 15.0
"""The longest pause between two readings of a group in which nothing moves."""
BLIND: Final = 4
"""After so many rounds in vain the list is read although nothing speaks for it."""


@dataclass(slots=True)
class _Watched:
    """A group with runs that are not settled.

    Attributes:
        number: Its number in the ledger.
        unsettled: Run id → run.
        by_key: Fingerprint in hex, as a run's metadata has it → run, for the same runs.
        finished: Those of them that are said to have ended.
        listed_from: Behind this place in the list are all unsettled runs.
        length: Runs in the list behind that place.
        heard_to: The last event heard.
    """

    number: int
    taskgroup_id: str
    unsettled: dict[str, Running] = field(default_factory=dict)
    by_key: dict[str, Running] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    listed_from: str | None = None
    length: int = 0
    heard_to: str | None = None
    settled: int = 0
    task: asyncio.Task[None] | None = None

    def add(self, runs: Sequence[Running]) -> None:
        """Watch over some runs."""
        self.unsettled.update([(run.run_id, run) for run in runs])
        self.by_key.update([(run.fingerprint.hex(), run) for run in runs])
        self.length += len(runs)

    def finish(self, run_id: str) -> None:
        """Note that a run ended, if it is one of ours."""
        if run_id in self.unsettled:
            self.finished.add(run_id)

    def take(self, run: RunState) -> int | None:
        """Strike off a run that ended, and return its request; None when it is not awaited.

        What a run is stands in its metadata. Its place in the answer to the POST says the
        same as long as the API keeps the order, which nobody promises.
        """
        said = identity(run.metadata)
        ours = self.by_key.get(said[0]) if said else self.unsettled.get(run.run_id)
        if ours is None or (said and said[1] != str(ours.attempt)):
            return None
        del self.by_key[said[0] if said else ours.fingerprint.hex()], self.unsettled[ours.run_id]
        self.finished.discard(ours.run_id)
        return ours.request

    def forget(self) -> None:
        """Give back the room of the runs that were here: an emptied dict keeps it."""
        self.unsettled.clear()
        self.by_key.clear()
        self.finished.clear()


class Collector:
    """Fetches the results of runs and settles their requests."""

    def __init__(
        self,
        api: TaskApi,
        ledger: Ledger,
        *,
        slots: Slots,
        pace: Pace,
        clock: Clock,
        on_settled: Callable[[list[Settlement]], None],
        patience: Patience,
        patience_s: float,
    ) -> None:
        self._api = api
        self._ledger = ledger
        self._slots = slots
        self._pace = pace
        self._clock = clock
        self._on_settled = on_settled
        self._patience = patience
        self._patience_s = patience_s
        self._groups: dict[int, _Watched] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._all_settled = asyncio.Event()
        self._all_settled.set()
        self._output_bytes = 0
        self._outputs = 0

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Run the watching of groups among these tasks."""
        self._tasks = tasks

    def add(self, runs: Iterable[Running]) -> None:
        """Watch over runs; those of a group that is watched already join it."""
        for number, together in groupby(runs, key=attrgetter("group")):
            watched = self._groups.get(number)
            if watched is None:
                taskgroup_id = self._ledger.group(number).taskgroup_id
                watched = _Watched(number=number, taskgroup_id=taskgroup_id)
                self._groups[number] = watched
            self._all_settled.clear()
            watched.add(list(together))
        assert self._tasks is not None  # noqa: S101  (start comes first)
        for watched in self._groups.values():
            if watched.unsettled and (watched.task is None or watched.task.done()):
                watch = self._watch(watched)
                try:
                    watched.task = self._tasks.create_task(watch)
                except RuntimeError:
                    # Another task failed and all end; the ledger has these runs.
                    watch.close()

    async def wait(self) -> None:
        """Wait until every run that was added is settled."""
        await self._all_settled.wait()

    @property
    def at_work(self) -> bool:
        """Return whether there are runs that are not settled."""
        return not self._all_settled.is_set()

    async def stop(self) -> None:
        """Stop watching; what is not settled stays ``running`` in the ledger."""
        tasks = [watched.task for watched in self._groups.values() if watched.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def collect_last(self) -> None:
        """Read every list once more, and settle what ended by now."""
        await self.stop()
        for watched in self._groups.values():
            if watched.unsettled:
                with suppress(ApiError):  # the next command asks again
                    await self._read(watched)

    async def _watch(self, watched: _Watched) -> None:
        """Hear, then read or fetch, until every run of the group that was added is settled."""
        fruitless = 0
        while watched.unsettled:
            before = watched.settled
            try:
                most_ended = not fruitless and await self._have_most_ended(watched)
                if not most_ended:
                    await self._hear(watched)
                if self._cheaper_one_by_one(watched) or (fruitless and watched.finished):
                    await self._fetch(watched)
                elif (
                    most_ended
                    or watched.finished
                    or fruitless % BLIND == BLIND - 1
                    or await self._ended(watched)
                ):
                    await self._read(watched)
                self._patience.over()
            except RetryableApiError as error:
                await self._patience.bear(error)
            except NotFoundApiError as error:
                raise unknown_group(self._ledger, watched.taskgroup_id) from error
            fruitless = 0 if watched.settled > before else fruitless + 1
            if fruitless > 1 and not watched.finished:
                await self._clock.sleep(min(0.25 * 2.0 ** min(fruitless, 10), IDLE_S))
        watched.forget()

    def _cheaper_one_by_one(self, watched: _Watched) -> bool:
        count = len(watched.finished)
        if not 0 < count <= MAX_SINGLE_RESULTS:
            return False
        output = self._output_bytes / self._outputs if self._outputs else FIRST_GUESS_BYTES
        settled = watched.length - len(watched.unsettled)
        whole = watched.length * RUN_BYTES + (settled + count) * output
        return count * (output + ANSWER_BYTES) < whole

    async def _read(self, watched: _Watched) -> None:
        """Read the group's list from the first run that is not settled, and settle what ended."""
        await self._pace.turn()
        at_front, length, settled = True, 0, watched.settled
        front = watched.listed_from
        settlements: list[Settlement] = []
        stream = self._api.list_runs(
            watched.taskgroup_id, last_event_id=watched.listed_from, include_output=True
        )
        try:
            async with aclosing(stream):
                async for events in stream:
                    for event in events:
                        run = event.run
                        if run is None:
                            continue
                        ended = run.status in TERMINAL_STATUSES
                        if ended:
                            self._take(watched, run, bytes(event.output), settlements)
                        # Behind the place from which the list is read next all are settled.
                        at_front = at_front and ended and run.run_id not in watched.unsettled
                        if at_front:
                            front = event.event_id or front
                        else:
                            length += 1
                    if len(settlements) >= BATCH:
                        self._settle(watched, settlements)
            watched.length = max(length, len(watched.unsettled))
        except RefusedApiError:
            if front is None:
                raise
            # The API does not know that place any more: the next reading is of the whole list.
        finally:
            self._settle(watched, settlements)
            # In vain: the place may lie behind a run that ended before it was known here.
            watched.listed_from = front if watched.settled > settled else None

    def _take(
        self, watched: _Watched, run: RunState, output: bytes, settlements: list[Settlement]
    ) -> None:
        """Turn a run that ended into a settlement if it is one of ours."""
        if run.status == "completed" and output == b"null":
            # Its output must be asked for.
            watched.finish(run.run_id)
            return
        request = watched.take(run)
        if request is not None:
            settlements.append(_settlement(run, request, output))

    def _settle(self, watched: _Watched, settlements: list[Settlement]) -> None:
        if not settlements:
            return
        self._ledger.settle(settlements)
        for settlement in settlements:
            if settlement.output is not None:
                self._outputs += 1
                self._output_bytes += len(settlement.output)
        watched.settled += len(settlements)
        self._slots.give(len(settlements))
        self._on_settled(settlements[:])
        settlements.clear()
        if not any(group.unsettled for group in self._groups.values()):
            self._all_settled.set()

    async def _have_most_ended(self, watched: _Watched) -> bool:
        """Ask whether the list is worth reading at once: its events would say so one by one."""
        with suppress(RetryableApiError):  # they still can
            ended = await self._ended(watched)
            return 0 < ended >= WORTH_READING * watched.length
        return False

    async def _hear(self, watched: _Watched) -> None:
        """Listen to the group until reading is worthwhile, the stream ends, or for a while."""
        loop = asyncio.get_running_loop()
        patient_until: float | None = None
        await self._pace.turn()
        events = self._api.group_events(watched.taskgroup_id, last_event_id=watched.heard_to)
        try:
            async with aclosing(events), asyncio.timeout(self._patience_s * LISTENING) as timeout:
                async for batch in events:
                    for event in batch:
                        watched.heard_to = event.event_id or watched.heard_to
                        run = event.run
                        if run and run.status in TERMINAL_STATUSES:
                            watched.finish(run.run_id)
                    if self._worth_reading(watched):
                        return
                    if watched.finished and patient_until is None:
                        patient_until = loop.time() + self._patience_s
                        timeout.reschedule(patient_until)
        except TimeoutError:
            return
        except RefusedApiError:
            watched.heard_to = None  # the API does not know that event any more
        except (FatalApiError, NotFoundApiError):
            raise
        except ApiError:
            # An event stream that cannot be had only means that the list is read sooner.
            return

    async def _ended(self, watched: _Watched) -> int:
        """Return how many of the runs that are not settled have ended, by the group's counts."""
        await self._pace.turn()
        group = await self._api.retrieve_group(watched.taskgroup_id)
        counts = group.status.task_run_status_counts
        ended = sum(number for status, number in counts.items() if status in TERMINAL_STATUSES)
        # Counts may be older than the last POST, and know nothing of its runs.
        all_runs = max(sum(counts.values()), self._ledger.group(watched.number).runs)
        return max(len(watched.unsettled) - (all_runs - ended), 0)

    def _worth_reading(self, watched: _Watched) -> bool:
        count = len(watched.finished)
        return count >= len(watched.unsettled) or (
            count >= BATCH and count >= WORTH_READING * watched.length
        )

    async def _fetch(self, watched: _Watched) -> None:
        """Fetch results of runs that finished, one by one."""
        for run_id in sorted(watched.finished)[:MAX_SINGLE_RESULTS]:
            await self._pace.turn()
            ended = await self._result(run_id)
            watched.finished.discard(run_id)
            if ended is None:
                continue
            request = watched.take(ended[0])
            if request is not None:
                self._settle(watched, [_settlement(ended[0], request, ended[1])])

    async def _result(self, run_id: str) -> tuple[RunState, bytes] | None:
        """Return a run that ended, with its output; None when it has not."""
        output = b"null"
        try:
            result = await self._api.result(run_id, timeout_s=1)
            run, output = result.run, bytes(result.output)
        except NotFoundApiError:
            # "Run failed or run id not found": the status tells which.
            run = await self._api.retrieve_run(run_id)
        except RetryableApiError as error:
            if error.status == 408:
                return None
            raise
        return (run, output) if run.status in TERMINAL_STATUSES else None


def _settlement(run: RunState, request: int, output: bytes) -> Settlement:
    if run.status == "completed" and output != b"null":
        return Settlement(
            request=request,
            run_id=run.run_id,
            output=output,
            interaction_id=run.interaction_id,
        )
    reason = run.error.message if run.error and run.error.message else f"the run was {run.status}"
    if run.status == "completed":
        reason = "the run completed without an output"
    elif run.error and run.error.ref_id:
        reason = f"{reason} (reference {run.error.ref_id})"
    return Settlement(request=request, run_id=run.run_id, error=" ".join(reason.split()))
