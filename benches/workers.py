"""What workers in processes of their own bring, and what the one store can feed.

    python -m benches.workers [--runs 100] [--rounds 7]

Research over the sample documents, which takes nothing but the processor: by the threads of the
server, by one worker and by two, in turns in one run, each with the same questions. Then an engine
that answers at once, behind two workers: what the server itself costs a run, which says how many
research workers one of it can feed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from benches.server import ROOT, cpu_s, process

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

FIELDS = {
    "capital": "Capital city",
    "population": "Number of inhabitants",
    "area": "Total area in square kilometres",
    "currency": "Name of the currency",
    "chief_of_state": "Head of state",
    "neighbours": "Countries that it borders on",
}
SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {
                name: {"type": ["string", "null"], "description": text}
                for name, text in FIELDS.items()
            },
            "required": list(FIELDS),
            "additionalProperties": False,
        },
    }
}


def inputs(n: int) -> list[dict[str, Any]]:
    """Ask about every country of the sample, again and again, never quite the same."""
    with (ROOT / "sample_data/countries.csv").open(encoding="utf-8", newline="") as file:
        names = [next(iter(row.values())) for row in csv.DictReader(file)]
    return [
        {"input": {"country": names[i % len(names)], "row": i}, "processor": "core"}
        for i in range(n)
    ]


def drive(url: str, runs: list[dict[str, Any]], spec: Any, workers: int) -> float:
    """Add runs once so many workers are there, and return the seconds until all had ended."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        while workers and client.get("/healthz").json().get("workers") != workers:
            time.sleep(0.05)
        path = f"/v1/tasks/groups/{client.post('/v1/tasks/groups', json={}).json()['taskgroup_id']}"
        body = {"inputs": runs, "default_task_spec": spec}
        began = time.perf_counter()
        client.post(f"{path}/runs", json=body).raise_for_status()
        while (status := client.get(path).json()["status"])["is_active"]:
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        if status["task_run_status_counts"] != {"completed": len(runs)}:
            raise RuntimeError(json.dumps(status))
    return seconds


def serving(folder: Path, workers: int) -> AbstractContextManager[tuple[str, int]]:
    """Serve the sample documents; 0 workers are the threads of the server."""
    told = ["serve", "--corpus", "sample_data/corpus", "--no-auth", "--port", "0"]
    told += ["--state", str(folder / str(workers))]
    return process("enrich", *told, *(["--workers", str(workers)] if workers else []))


def child_of(pid: int) -> int:
    """Return the one process that a process started."""
    (child,) = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text("ascii").split()
    ]
    return child


def fed(n: int) -> tuple[float, float]:
    """Return runs a second, and the server's CPU in µs a run, where answers cost nothing."""
    with process("tests.fakes.server_main", "--processes", "2") as (url, pid):
        runs = [{"input": {"company": "Acme"}, "processor": "base"}] * 1_000
        drive(url, runs, SPEC, 2)
        used_s = cpu_s(pid)
        seconds = sum(drive(url, runs, SPEC, 2) for _ in range(n // 1_000))
        return n / seconds, (cpu_s(pid) - used_s) / n * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    say = sys.stdout.write
    say(f"{args.runs} runs of research, {args.rounds} rounds in turns; {os.cpu_count()} cores, ")
    say(f"Python {platform.python_version()}\n\n")
    taken: dict[int, list[float]] = {0: [], 1: [], 2: []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls, worker = {}, 0
        for workers in taken:
            said, pid = stack.enter_context(serving(folder, workers))
            urls[workers] = said.rpartition(" ")[2]
            drive(urls[workers], inputs(60), SPEC, workers)  # caches are warm afterwards
            worker = child_of(pid) if workers == 1 else worker
        used_s = cpu_s(worker)
        for _ in range(args.rounds):
            for workers, speeds in taken.items():
                speeds.append(args.runs / drive(urls[workers], inputs(args.runs), SPEC, workers))
        research_us = (cpu_s(worker) - used_s) / args.rounds / args.runs * 1e6
    _tell(taken, say)
    per_s, cpu_us = fed(10_000)
    say(f"\nAn engine that answers at once, two workers: {per_s:.0f} runs a second; the server's ")
    say(f"CPU is {cpu_us:.0f} µs a run\n")
    say(f"A run of research takes its worker {research_us:.0f} µs: a server that has one core for ")
    say(f"itself and its store feeds {research_us / cpu_us:.0f} cores of it\n")


def _tell(taken: dict[int, list[float]], say: Callable[[str], object]) -> None:
    one = statistics.median(taken[1])
    say("| answered by | runs a second | of one worker |\n|---|--:|--:|\n")
    for workers, speeds in taken.items():
        speed = statistics.median(speeds)
        who = f"{workers} worker{'s' * (workers > 1)}" if workers else "threads of the server"
        say(f"| {who} | {speed:.1f} | {speed / one:.2f} |\n")


if __name__ == "__main__":
    main()
