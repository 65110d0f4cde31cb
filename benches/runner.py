"""What buying costs: our runner beside a bare loop and the vendor's own tool, against one server.

    python -m benches.runner [--rows 20000]

Each contender runs in a process of its own, one after the other, against a fresh server
process that answers at once. Printed are rows a second (wall), CPU µs a row (the
contender's process alone), requests a row, and the ratios that the promise is held to.

The bare loop uses the same HTTP and JSON libraries, posts the same bodies and reads the
same streams, and keeps nothing: what it takes is the floor of this design in Python.
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
from pathlib import Path

import httpx
import msgspec
from pydantic import BaseModel

from enrich.ledger import Ledger
from enrich.ledger.ledger import Claimed
from enrich.runs.bodies import Bodies
from enrich.taskapi.models import AddedRuns, Event, TaskGroup
from enrich.taskapi.sse import Decoder
from tests.fakes.buying import TASK, buy, requests
from tests.fakes.server_process import ServerProcess

CHUNK = 1_000
GROUP = 10_000
LANES = 3


class Answer(BaseModel):
    """The input and the output of a row."""

    answer: str


async def bare(url: str, rows: int) -> int:
    """Post the bodies, read the events until nothing is active, then the list; keep nothing."""
    bodies = Bodies(TASK)
    decoder = msgspec.json.Decoder(Event)
    wanted = requests(rows)
    sent = 0

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
            await read(http, f"/v1/tasks/groups/{group}/events", {})
            params = {"include_output": "true"}
            outputs += await read(http, f"/v1/tasks/groups/{group}/runs", params)
            sent += 2
        return outputs

    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        outputs = sum(await asyncio.gather(*(lane(http, number) for number in range(LANES))))
    if outputs != rows:
        raise SystemExit(f"the bare loop got {outputs} outputs for {rows} rows")
    return sent


def ours(url: str, rows: int) -> int:
    """Plan, submit, collect and keep."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        wanted = requests(rows)
        from enrich.clock import Clock  # noqa: PLC0415

        bought = asyncio.run(
            buy(url, None, ledger, wanted, clock=Clock(), settle_s=15.0, patience_s=10.0)
        )
        if bought.heard.done != rows:
            raise SystemExit(f"{bought.heard.done} of {rows} rows are settled")
        return int(bought.sent.posts + bought.sent.gets)


def vendor(url: str, rows: int) -> int:
    """Run the vendor's own batch function, which sends 100 at a time and polls by itself."""
    os.environ.update(PARALLEL_API_URL=url, PARALLEL_API_KEY="none")
    from parallel_web_tools.core.batch import run_tasks  # noqa: PLC0415

    inputs = [{"answer": f"a{number}"} for number in range(rows)]
    found = run_tasks(inputs, Answer, Answer, processor="base")
    if len(found) != rows:
        raise SystemExit(f"the vendor's tool answered {len(found)} of {rows} rows")
    return 0


def contend(name: str, url: str, rows: int) -> None:
    """Run one contender in this process and print its figures as JSON."""
    logging.disable(logging.CRITICAL)
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    sent = {"bare": lambda: asyncio.run(bare(url, rows)), "ours": lambda: ours(url, rows)}.get(
        name, lambda: vendor(url, rows)
    )()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    figures = {
        "rows_s": rows / wall,
        "cpu_us": cpu / rows * 1e6,
        "requests_row": sent / rows,
        "rss_mib": after.ru_maxrss / 1024,
    }
    print(json.dumps(figures))  # noqa: T201


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
    names = ("ours", "bare", "vendor")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(args.rounds):
        for name in names:
            found[name].append(measure(name, args.rows))
    print(f"{args.rows:,} rows, median of {args.rounds}:")  # noqa: T201
    print(f"{'':8}{'rows/s':>10}{'CPU µs/row':>12}{'requests/row':>14}{'RSS MiB':>9}")  # noqa: T201
    middle = {
        name: {key: sorted(each[key] for each in rounds)[len(rounds) // 2] for key in rounds[0]}
        for name, rounds in found.items()
    }
    for name, each in middle.items():
        print(  # noqa: T201
            f"{name:8}{each['rows_s']:>10,.0f}{each['cpu_us']:>12.1f}"
            f"{each['requests_row'] or float('nan'):>14.4f}{each['rss_mib']:>9.0f}"
        )
    for other in ("bare", "vendor"):
        ratio = middle["ours"]["rows_s"] / middle[other]["rows_s"]
        print(f"ours / {other}: {ratio:.2f} × the rows a second")  # noqa: T201


if __name__ == "__main__":
    main()
