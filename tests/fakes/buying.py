"""The runner against a real server, with little waiting: what tests of buying start from."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx

from enrich.clock import Clock
from enrich.ledger import Cap, Ledger
from enrich.records import Request, RowStatus, State, Task
from enrich.runs import Ended, Limits, Runner
from enrich.taskapi.client import TaskApi

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.runs.quota import Window

SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"answer": {"type": ["string", "null"]}},
            "required": ["answer"],
            "additionalProperties": False,
        },
    }
}
TASK = Task(name="answer", processor="base", spec=SPEC)


class FastClock(Clock):
    """The machine's time, so many times faster."""

    def __init__(self, factor: float = 20.0) -> None:
        self.factor = factor

    def now(self) -> float:
        return time.time() * self.factor

    def monotonic(self) -> float:
        return time.monotonic() * self.factor

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.factor)


def request(value: Any) -> Request:
    text = json.dumps(value, separators=(",", ":")).encode()
    return Request(fingerprint=hashlib.sha256(text).digest(), input=text)


def requests(count: int, **extra: Any) -> list[Request]:
    return [request({"answer": f"a{number}", **extra}) for number in range(count)]


@dataclass
class Heard:
    """A listener that remembers."""

    created: int = 0
    done: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)

    def bought(self, runs):
        self.created += runs

    def settled(self, settlements):
        self.done += len(settlements)
        self.failed += sum(each.output is None for each in settlements)

    def note(self, sentence):
        self.notes.append(sentence)


@dataclass
class Bought:
    """What a purchase came to.

    Attributes:
        ended: Why it ended.
        states: Requests by state.
        heard: What the listener heard.
        answers: The field ``answer`` of each request, in order; None where there is none.
        sent: POSTs and GETs.
    """

    ended: Ended
    states: dict[State, int]
    heard: Heard
    answers: list[Any]
    sent: Any


async def buy(
    url: str,
    key: str | None,
    ledger: Ledger,
    wanted: list[Request],
    *,
    task: Task = TASK,
    cap: Cap | None = None,
    clock: Clock | None = None,
    on_start=None,
    retry_failed: bool = False,
    silence_s: float = 1.0,
    window: Window | None = None,
    **limits: Any,
) -> Bought:
    """Plan and buy some requests."""
    clock = clock or FastClock()
    heard = Heard()
    ledger.forget_plan()
    task_id = ledger.task(b"task", task.processor, "{}")
    ledger.plan(task_id, wanted, retry_failed=retry_failed)
    round_ = ledger.open_round("job", len(wanted))
    limits = {"settle_s": 1.0, "patience_s": 0.3, "runs_per_minute": 10**6, **limits}
    async with TaskApi(
        url, key, clock=clock, answer_timeout_s=silence_s * 5, silence_s=silence_s
    ) as api:
        runner = Runner(
            api, ledger, limits=Limits(**limits), clock=clock, listener=heard, window=window
        )
        if on_start:
            on_start(runner)
        ended = await runner.buy(task, task_id, round_, cap or Cap())
        sent = api.sent
    return Bought(
        ended=ended,
        states=dict(ledger.tally(task_id).states),
        heard=heard,
        answers=answers(ledger, wanted),
        sent=sent,
    )


def answers(ledger: Ledger, wanted: list[Request]) -> list[Any]:
    """Return the answers that a ledger holds, in order."""
    found = ledger.outcomes([each.fingerprint for each in wanted])
    return [
        json.loads(outcome.output)["content"]["answer"]
        if outcome and outcome.status is RowStatus.COMPLETED and outcome.output
        else None
        for outcome in found
    ]


def accepted(url: str) -> int:
    """Return how many runs a server ever took."""
    text = httpx.get(f"{url}/metrics", timeout=30, trust_env=False).text
    found = re.search(r"^enrich_runs_accepted_total (\d+)", text, re.MULTILINE)
    assert found, text
    return int(found[1])


def taken_at(database: str | Path) -> list[float]:
    """Return when a server took each of its runs, by its own record, the first one first."""
    with closing(sqlite3.connect(database)) as store:
        return [
            datetime.fromisoformat(at).timestamp()
            for (at,) in store.execute("SELECT created_at FROM runs ORDER BY created_at")
        ]


def most_in_a_window(database: str | Path, window_s: float) -> int:
    """Return the most runs that a server took in any such time."""
    taken = taken_at(database)
    most = start = 0
    for end, at in enumerate(taken):
        while at - taken[start] >= window_s:
            start += 1
        most = max(most, end - start + 1)
    return most
