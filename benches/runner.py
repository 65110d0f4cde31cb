"""What buying costs: our runner beside a bare loop and the vendor's own tool, against one server.

    python -m benches.runner [--rows 20000]

Each contender runs in a process of its own, one after the other, against a fresh server
process that answers at once. Printed are rows a second (wall), CPU µs a row (the
contender's process alone), requests a row, and the ratios that the promise is held to.

The bare loop uses the same HTTP and JSON libraries, posts the same bodies, asks whether
all ended and reads the lists, and keeps nothing: what it takes is the floor of this
design in Python.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import BaseModel

from enrich.clock import Clock
from enrich.ledger import Cap, Claimed, Ledger
from enrich.runs import Limits, Runner
from enrich.runs.bodies import Bodies
from enrich.taskapi.client import TaskApi
from enrich.taskapi.models import AddedRuns, Event, TaskGroup
from enrich.taskapi.sse import Decoder
from tests.fakes.buying import TASK, Heard, requests
from tests.fakes.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.records import Request

BATCH = 2_048
CHUNK = 1_000
GROUP = 10_000
LANES = 3
POLL_S = 0.02


class Answer(BaseModel):
    """The input and the output of a row."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class Timed:
    """What some work took."""

    wall_s: float
    cpu_s: float
    requests: int

    @classmethod
    def of(cls, work: Callable[[], int]) -> Timed:
        """Do some work, which returns how many requests it sent."""
        before = resource.getrusage(resource.RUSAGE_SELF)
        began = time.perf_counter()
        sent = work()
        wall_s = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cls(wall_s=wall_s, cpu_s=cpu_s, requests=sent)


def bare(url: str, rows: int) -> Timed:
    """Do the same over the wire and keep nothing."""
    wanted = requests(rows)
    return Timed.of(lambda: asyncio.run(_bare(url, wanted)))


async def _bare(url: str, wanted: list[Request]) -> int:
    """Post the bodies, wait until nothing is active, then read the list."""
    bodies = Bodies(TASK)
    decoder = msgspec.json.Decoder(Event)
    rows, sent = len(wanted), 0

    async def read(http: httpx.AsyncClient, path: str, params: dict[str, str]) -> int:
        frames, outputs = Decoder(), 0
        async with http.stream("GET", path, params=params) as answer:
            async for piece in answer.aiter_bytes():
                for data in frames.feed(piece):
                    event = decoder.decode(data)
                    outputs += len(bytes(event.output)) > 4
        return outputs

    async def lane(http: httpx.AsyncClient, number: int) -> int:
        nonlocal sent
        group, in_group, groups = "", GROUP, []
        for start in range(number * CHUNK, rows, LANES * CHUNK):
            if in_group >= GROUP:
                answer = await http.post("/v1/tasks/groups", json={})
                group = msgspec.json.decode(answer.content, type=TaskGroup).taskgroup_id
                groups.append(group)
                in_group, sent = 0, sent + 1
            chunk = [
                Claimed(id=n, fingerprint=r.fingerprint, input=r.input.decode(), attempt=1)
                for n, r in enumerate(wanted[start : start + CHUNK])
            ]
            answer = await http.post(
                f"/v1/tasks/groups/{group}/runs",
                params={"refresh_status": "false"},
                content=bodies.write(chunk),
                headers={"content-type": "application/json"},
            )
            in_group += len(msgspec.json.decode(answer.content, type=AddedRuns).run_ids)
            sent += 1
        outputs = 0
        for group in groups:
            active = True
            while active:
                answer = await http.get(f"/v1/tasks/groups/{group}")
                active = msgspec.json.decode(answer.content, type=TaskGroup).status.is_active
                sent += 1
                await asyncio.sleep(active * POLL_S)
            params = {"include_output": "true"}
            outputs += await read(http, f"/v1/tasks/groups/{group}/runs", params)
            sent += 1
        return outputs

    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        outputs = sum(await asyncio.gather(*(lane(http, number) for number in range(LANES))))
    if outputs != rows:
        raise SystemExit(f"the bare loop got {outputs} outputs for {rows} rows")
    return sent


def ours(url: str, rows: int) -> Timed:
    """Plan, submit, collect and keep."""
    wanted = requests(rows)
    clock, heard = Clock(), Heard()

    async def work(ledger: Ledger) -> int:
        round_ = ledger.open_round("job", rows)
        task_id = ledger.task(b"task", TASK.processor, "{}")
        with ledger.planning():  # as a job does
            for start in range(0, rows, BATCH):
                ledger.plan(task_id, wanted[start : start + BATCH])
        limits = Limits(runs_per_minute=10**7)
        async with TaskApi(url, None, clock=clock) as api:
            runner = Runner(api, ledger, limits=limits, clock=clock, listener=heard)
            await runner.buy(TASK, task_id, round_, Cap())
            return api.sent.posts + api.sent.gets

    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        timed = Timed.of(lambda: asyncio.run(work(ledger)))
    if heard.done != rows:
        raise SystemExit(f"{heard.done} of {rows} rows are settled")
    return timed


def vendor(url: str, rows: int) -> Timed:
    """Run the vendor's own batch function, which sends 100 at a time and polls by itself."""
    os.environ.update(PARALLEL_API_URL=url, PARALLEL_API_KEY="none")
    from parallel_web_tools.core.batch import run_tasks  # noqa: PLC0415

    inputs = [{"answer": f"a{number}"} for number in range(rows)]
    found: list[object] = []

    def work() -> int:
        found.extend(run_tasks(inputs, Answer, Answer, processor="base"))
        return 0

    timed = Timed.of(work)
    if len(found) != rows:
        raise SystemExit(f"the vendor's tool answered {len(found)} of {rows} rows")
    return timed


CONTENDERS = {"ours": ours, "bare": bare, "vendor": vendor}


def contend(name: str, url: str, rows: int) -> None:
    """Run one contender in this process and print its figures as JSON."""
    logging.disable(logging.CRITICAL)
    timed = CONTENDERS[name](url, rows)
    figures = {
        "rows_s": rows / timed.wall_s,
        "cpu_us": timed.cpu_s / rows * 1e6,
        "requests_row": timed.requests / rows,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def measure(name: str, rows: int) -> dict[str, float]:
    """Run one contender against a server of its own."""
    with tempfile.TemporaryDirectory() as folder, ServerProcess("--db", f"{folder}/s.db") as server:
        done = subprocess.run(  # noqa: S603
            [
                sys.executable,
                "-m",
                "benches.runner",
                "--contender",
                name,
                "--url",
                server.url,
                "--rows",
                str(rows),
            ],
            check=True,
            stdout=subprocess.PIPE,
        )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure all, some times in turn, and print the medians and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--contender")
    parser.add_argument("--url")
    args = parser.parse_args()
    if args.contender:
        contend(args.contender, args.url, args.rows)
        return
    names = tuple(CONTENDERS)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(args.rounds):
        for name in names:
            found[name].append(measure(name, args.rows))
    print(f"{args.rows:,} rows, median of {args.rounds}:")
    print(f"{'':8}{'rows/s':>10}{'CPU µs/row':>12}{'requests/row':>14}{'RSS MiB':>9}")
    middle = {
        name: {key: sorted(each[key] for each in rounds)[len(rounds) // 2] for key in rounds[0]}
        for name, rounds in found.items()
    }
    for name, each in middle.items():
        print(
            f"{name:8}{each['rows_s']:>10,.0f}{each['cpu_us']:>12.1f}"
            f"{each['requests_row'] or float('nan'):>14.4f}{each['rss_mib']:>9.0f}"
        )
    for other in ("bare", "vendor"):
        ratio = middle["ours"]["rows_s"] / middle[other]["rows_s"]
        print(f"ours / {other}: {ratio:.2f} × the rows a second")


if __name__ == "__main__":
    main()
