"""A process that works on the runs of a server: it leases them, answers them, and says so.

Threads answer runs one by one, another asks for more, and the main one reports: that this
worker lives, what runs say, and how they ended. What a lost lease would have answered is
thrown away by the server.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx
import msgspec

from enrich.research.question import Message, Sources, tell_nobody
from enrich.server.work.answers import FAILED, answer
from enrich.server.work.messages import (
    MAX_ROOM,
    MAX_WAIT_S,
    NULL,
    Answered,
    Ask,
    Failure,
    Heard,
    Report,
    Said,
    Work,
)

if TYPE_CHECKING:
    from enrich.research.question import Engine, Tell
    from enrich.server.work.client import WorkClient
    from enrich.server.work.messages import Leased

log = logging.getLogger(__name__)

AHEAD_S: Final = 0.25
"""Work that waits in front of the threads, so that none of them waits for the server ..."""
WAITING_S: Final = 2.0
"""... but what waits longer goes back: a long run stands before it."""
GATHER_S: Final = 0.05
"""While there is more to do, what ended within this time is told at once."""
TICK_S: Final = 0.5
MAX_PAUSE_S: Final = 5.0
MAX_REPORT_BYTES: Final = 8 * 1024 * 1024
STOPPED: Final = 0
HUNG: Final = 3
REFUSED: Final = 4
_REFUSALS: Final = frozenset({401, 403, 404})

_encode = msgspec.json.Encoder().encode
_work: Final = msgspec.json.Decoder(Work).decode
_heard: Final = msgspec.json.Decoder(Heard).decode
_failure: Final = msgspec.json.Decoder(Failure).decode


@dataclass(slots=True)
class _Held:
    """A run that this worker has.

    Attributes:
        run: As it was leased; its members are those that ``answer`` asks for.
        since: When it was leased.
        begun_at: When the work on it began.
    """

    run: Leased
    run_id: str = field(init=False)
    processor: str = field(init=False)
    input: bytes = field(init=False)
    spec: bytes | None = field(init=False)
    previous: bytes | None = field(init=False)
    since: float = field(default_factory=time.monotonic)
    begun_at: float | None = None

    def __post_init__(self) -> None:
        run = self.run
        self.run_id, self.processor, self.input = run.run_id, run.processor, bytes(run.input)
        self.spec, self.previous = _given(run.spec), _given(run.previous)


def _given(json: msgspec.Raw) -> bytes | None:
    return None if bytes(json) == NULL else bytes(json)


class Worker:
    """Works until it is asked to stop.

    Args:
        server: Where the runs are.
        engine: Answers them; it stays open.
        name: New at each start.
        threads: Runs that are answered side by side.
        grace_s: How long runs at work may take to end when it is to stop.
    """

    def __init__(
        self,
        server: WorkClient,
        engine: Engine,
        *,
        name: str,
        threads: int = 1,
        grace_s: float = 5.0,
    ) -> None:
        self._server = server
        self._engine = engine
        self._name = name
        self._threads = threads
        self._grace_s = grace_s
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._some_todo = threading.Condition(self._lock)
        self._news = threading.Event()
        self._stopping = False  # no event: a signal may come while one is waited for
        self._todo: deque[_Held] = deque()
        self._held: dict[int, _Held] = {}
        self._lost: dict[int, _Held] = {}  # others' now, and still at work here
        self._said: list[Said] = []
        self._ended: deque[Answered] = deque()
        self._returned: list[int] = []
        self._singly = 0  # answers that are told one by one
        self._mean_s = AHEAD_S
        self._lease_s = TICK_S
        self._pause_s = TICK_S
        self._status: int | None = None

    def work(self) -> int:
        """Work until asked to stop, or until it is of no use.

        Returns:
            ``STOPPED``; ``HUNG`` when a run took longer than it may and cannot be stopped;
            ``REFUSED`` when the server does not let it in, or speaks otherwise.
        """
        calls = [self._answer_for_ever] * self._threads + [self._claim_for_ever]
        for call in calls:
            threading.Thread(target=call, daemon=True).start()
        told_at = stopping_at = time.monotonic()
        while self._status is None:
            self._news.wait(TICK_S)
            now = time.monotonic()
            if self._hangs(now):
                self._status = HUNG
                break
            if not self._stopping:
                stopping_at = now
                if self._todo and self._news.is_set():
                    time.sleep(GATHER_S)
            elif self._is_done() or now - stopping_at > self._grace_s:
                self._status = STOPPED
                break
            self._return_what_waits()
            due = self._news.is_set() or now - told_at >= self._lease_s / 3
            self._news.clear()
            if due or self._returned:
                self._report()
                told_at = now
        # What is left is given back, also what the server leases to us at this moment.
        self._report(gone=True)
        return self._status

    def stop(self) -> None:
        """Ask it to stop; callable from a signal handler."""
        self._stopping = True

    def _is_done(self) -> bool:
        with self._lock:
            return not self._ended and all(held.begun_at is None for held in self._held.values())

    def _claim_for_ever(self) -> None:
        pause_s = 0.1
        while not self._stopping and self._status is None:
            with self._lock:
                while (room := self._free()) == 0:
                    self._room.wait()
            try:
                ask = Ask(worker=self._name, room=room, wait_s=MAX_WAIT_S)
                response = self._server.claim(ask)
                if response.status_code in _REFUSALS:
                    self._refused(response)
                    return
                response.raise_for_status()
            except httpx.HTTPError as error:
                log.warning("no work from the server: %r; asking again", error)
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, MAX_PAUSE_S)
                continue
            pause_s = 0.1
            try:
                work = _work(response.content)
            except msgspec.MsgspecError as error:
                # Another version: its runs are given back when this worker leaves.
                log.error("what the server says is not understood: %s", error)  # noqa: TRY400
                self._leave(REFUSED)
                return
            self._take(work)

    def _take(self, work: Work) -> None:
        with self._lock:
            self._lease_s = work.lease_s
            for run in work.runs:
                if self._stopping:
                    self._returned.append(run.lease)
                    continue
                held = _Held(run)
                self._held[run.lease] = held
                self._todo.append(held)
            self._some_todo.notify_all()

    def _free(self) -> int:
        """How many runs to ask for; few are not worth asking for while there is work."""
        now = time.monotonic()
        idle = self._threads - len(self._held) - len(self._lost)
        if any(held.begun_at and now - held.begun_at > WAITING_S for held in self._held.values()):
            return max(0, idle)
        ahead = min(MAX_ROOM, int(self._threads * AHEAD_S / max(self._mean_s, 1e-6)))
        free = min(MAX_ROOM, ahead + idle)
        return free if free >= max(1, ahead // 2) else 0

    def _answer_for_ever(self) -> None:
        while True:
            with self._lock:
                while not self._todo:
                    self._some_todo.wait()
                held = self._todo.popleft()
                began = held.begun_at = time.monotonic()
            _, output, error = answer(self._engine, held, self._tell(held))
            seconds = time.monotonic() - began
            ended = Answered(
                lease=held.run.lease,
                run_id=held.run_id,
                output=None if output is None else msgspec.json.decode(output),
                error=None if error is None else _failure(error),
                seconds=seconds,
            )
            with self._lock:
                self._mean_s += 0.1 * (seconds - self._mean_s)
                self._lost.pop(held.run.lease, None)
                if self._held.pop(held.run.lease, None) is not None:
                    self._ended.append(ended)
                self._room.notify()
            self._news.set()

    def _tell(self, held: _Held) -> Tell:
        if not held.run.events:
            return tell_nobody

        def tell(what: Message | Sources) -> None:
            message = what if isinstance(what, Message) else None
            sources = what if isinstance(what, Sources) else None
            with self._lock:
                self._said.append(Said(lease=held.run.lease, message=message, sources=sources))
            self._news.set()

        return tell

    def _return_what_waits(self) -> None:
        now = time.monotonic()
        with self._lock:
            if self._todo and (self._stopping or now - self._todo[0].since > WAITING_S):
                self._returned += [held.run.lease for held in self._todo]
                for held in self._todo:
                    del self._held[held.run.lease]
                self._todo.clear()
            self._room.notify()

    def _report(self, *, gone: bool = False) -> None:
        with self._lock:
            answered, size = [], 0
            most_bytes = 1 if self._singly else MAX_REPORT_BYTES
            while self._ended and size < most_bytes:
                answered.append(self._ended.popleft())
                size += len(_encode(answered[-1]))
            self._singly = max(0, self._singly - 1)
            said, self._said = self._said, []
            returned, self._returned = self._returned, []
            begun = [n for n, held in self._held.items() if held.begun_at is not None]
            report = Report(
                worker=self._name,
                held=list(self._held),
                begun=begun,
                said=said,
                answered=answered,
                returned=returned,
                gone="stopped" if gone else None,
            )
        try:
            response = self._server.report(report)
        except httpx.HTTPError as error:
            log.warning("the server does not answer: %r; telling it again", error)
            self._again(answered, returned)
            self._pause()
            return
        status = response.status_code
        if status in {httpx.codes.OK, httpx.codes.CONFLICT}:
            self._pause_s = TICK_S
            self._drop(_heard(response.content).lost)
            if self._ended:
                self._news.set()
        elif status in _REFUSALS:
            self._refused(response)
        elif response.is_client_error and answered:
            self._not_taken(answered, returned, response)
        else:
            log.warning("the server answered %s; telling it again", status)
            self._again(answered, returned)
            self._pause()

    def _pause(self) -> None:
        """Wait before the server is told again."""
        time.sleep(TICK_S if self._stopping else self._pause_s)
        self._pause_s = min(2 * self._pause_s, MAX_PAUSE_S)

    def _again(self, answered: list[Answered], returned: list[int]) -> None:
        """Keep what was not told; what runs said may be missed."""
        with self._lock:
            self._ended.extendleft(reversed(answered))
            self._returned += returned
        if answered:
            self._news.set()

    def _not_taken(
        self, answered: list[Answered], returned: list[int], response: httpx.Response
    ) -> None:
        """Tell answers one by one of which one is refused; for that one tell a failure."""
        if len(answered) > 1:
            self._singly = len(answered)
        else:
            (one,) = answered
            log.error("the answer of run %s was not taken: %s", one.run_id, response.text[:500])
            detail = {"cause": f"its answer was refused with {response.status_code}"}
            error = Failure(ref_id=one.run_id, message=FAILED, detail=detail)
            answered = [msgspec.structs.replace(one, output=None, error=error)]
        self._again(answered, returned)

    def _drop(self, leases: list[int]) -> None:
        """Drop runs that are others' now; what is at work goes on, for nobody."""
        with self._lock:
            for lease in leases:
                held = self._held.pop(lease, None)
                if held is None:
                    continue
                if held.begun_at is None:
                    self._todo.remove(held)
                else:
                    self._lost[lease] = held
            self._room.notify()

    def _hangs(self, now: float) -> bool:
        """Whether a run that was taken away is past its deadline: it cannot be stopped alone."""
        with self._lock:
            lost = list(self._lost.values())
        for held in lost:
            if held.begun_at is not None and now - held.begun_at >= held.run.deadline_s:
                log.error("run %s hangs; its worker ends", held.run_id)
                return True
        return False

    def _refused(self, response: httpx.Response) -> None:
        log.error("the server lets no worker in: %s %s", response.status_code, response.text[:500])
        self._leave(REFUSED)

    def _leave(self, status: int) -> None:
        self._status = status
        self._news.set()
