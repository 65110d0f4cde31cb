"""How much of a quota is used, and what happens when another client uses the same key.

    python -m benches.quota [--windows 10]

The server counts 2,000 runs in a sliding window, as the hosted API does in a minute; here
the window is shorter, so that ten of them pass in a minute. The ideal job sends a full
window at once and then one a window: ``windows - 1`` windows of time. Printed are the
share of that ideal that was reached and the refusals (429) met, alone and beside a
client that takes half of the quota without asking; and how three processes share it by
a Redis server.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx

from enrich.clock import Clock
from enrich.ledger import Ledger
from enrich.runs.quota import Quota
from tests.fakes.buying import accepted, buy, most_in_a_window, requests, taken_at
from tests.fakes.redis_server import RedisServer
from tests.fakes.server_process import ServerProcess
from tests.fakes.sharer import Sharer

LIMIT = 2_000
SHARING = 3
WINDOW_S = 20.0


class Refusals:
    """Counts how often the quota's limiter is told of a 429."""

    def __init__(self) -> None:
        self.count = 0
        told = Quota.refused

        async def refused(quota: Quota, wait_s: float) -> None:
            self.count += 1
            await told(quota, wait_s)

        Quota.refused = refused  # type: ignore[method-assign]


async def rival(url: str) -> int:
    """Take half of each window, in one POST, again and again; return how many were created."""
    body = {"inputs": [{"input": "x", "processor": "base"}] * (LIMIT // 2)}
    created = 0
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        group = (await http.post("/v1/tasks/groups", json={})).json()["taskgroup_id"]
        with suppress(asyncio.CancelledError):
            while True:
                answer = await http.post(f"/v1/tasks/groups/{group}/runs", json=body)
                created += len(answer.json().get("run_ids", ()))
                await asyncio.sleep(WINDOW_S)
    return created


async def measured(url: str, rows: int, *, contested: bool) -> tuple[float, int]:
    """Buy some rows; return the seconds that it took and what the rival bought."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        other = asyncio.create_task(rival(url)) if contested else None
        began = time.monotonic()
        bought = await buy(
            url,
            None,
            ledger,
            requests(rows),
            clock=Clock(),
            runs_per_minute=LIMIT,
            window_s=WINDOW_S,
        )
        took = time.monotonic() - began
        theirs = 0
        if other:
            other.cancel()
            theirs = await other
    if bought.heard.done != rows:
        raise SystemExit(f"{bought.heard.done} of {rows} rows are settled")
    return took, theirs


def shared(api: str, redis: str, rows: int, folder: str) -> None:
    """Buy some rows in three processes."""
    sharers = [
        Sharer(
            *(part, SHARING),
            folder=Path(folder),
            api=api,
            redis=redis,
            rows=rows,
            limit=LIMIT,
            window_s=WINDOW_S,
        )
        for part in range(SHARING)
    ]
    for sharer in sharers:
        sharer.go()
    done = sum(sharer.done() for sharer in sharers)
    if done != rows:
        raise SystemExit(f"{done} of {rows} rows are settled")


def main() -> None:
    """Measure alone, contested and shared."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--windows", type=int, default=5)
    args = parser.parse_args()
    rows = LIMIT * args.windows
    ideal_s = WINDOW_S * (args.windows - 1)
    refusals = Refusals()
    for contested in (False, True):
        refusals.count = 0
        with (
            tempfile.TemporaryDirectory() as folder,
            ServerProcess(
                *("--db", f"{folder}/s.db", "--quota", str(LIMIT), "--window-s", str(WINDOW_S))
            ) as server,
        ):
            took, theirs = asyncio.run(measured(server.url, rows, contested=contested))
            runs = accepted(server.url)
        name = "beside another client" if contested else "alone"
        print(
            f"{name}: {rows:,} rows of ours and {theirs:,} of theirs in {took:.1f} s, "
            f"{ideal_s * (rows + theirs) / rows / took:.1%} of the quota, "
            f"{refusals.count} refusals, {runs - theirs - rows} runs too many"
        )
    with (
        tempfile.TemporaryDirectory() as folder,
        RedisServer(Path(folder)) as redis,
        ServerProcess(
            *("--db", f"{folder}/s.db", "--quota", str(LIMIT), "--window-s", str(WINDOW_S))
        ) as server,
    ):
        shared(server.url, redis.url, rows, folder)
        runs = accepted(server.url)
        taken = taken_at(f"{folder}/s.db")
        took = taken[-1] - taken[0]
        most = most_in_a_window(f"{folder}/s.db", WINDOW_S)
    print(
        f"{SHARING} processes that share it: {rows:,} rows taken within {took:.1f} s, "
        f"{ideal_s / took:.1%} of the quota, at most {most:,} in any window, "
        f"{runs - rows} runs too many"
    )


if __name__ == "__main__":
    main()
