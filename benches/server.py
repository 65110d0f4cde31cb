"""What the server costs beside the bare framework that it stands on.

    python -m benches.server [--runs 10000] [--clients 200] [--streams 1000] [--rounds 3]

Three phases, over loopback: every run of one group created by a POST of its own, the status of
each run asked for once, and the group's live stream held open many times while more runs
end. The reference is a starlette app under the same uvicorn that answers the first
two with the same bytes out of memory; it is measured in the same run, in turns with ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.requests import Request

ROOT = Path(__file__).resolve().parents[1]
INPUT = {
    "input": {"company": "Acme Corporation", "website": "acme.example"},
    "processor": "base",
    "metadata": {"enrich_key": "0" * 64},
}
SPEC = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"founded": {"type": ["integer", "null"], "description": "Year"}},
            "required": ["founded"],
            "additionalProperties": False,
        },
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One phase.

    Attributes:
        p50_ms: Half of the answers came within this.
        p99_ms: All but one in a hundred did.
        per_s: Answers a second.
    """

    p50_ms: float
    p99_ms: float
    per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """The road of a client that adds many runs a POST.

    Attributes:
        work_us: The server's CPU for a run, to accept it, answer it and store the answer.
        list_us: The server's CPU for a run, to tell it with its output.
    """

    accepted_per_s: float
    answered_per_s: float
    listed_per_s: float
    work_us: float
    list_us: float


class Connection:
    """As little client as there can be: it must not be what is measured."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._host, self._port = where.hostname or "", where.port or 0

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)

    async def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Send a request and read the body of its answer."""
        self.send(method, path, body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 20" not in head[:13]:
            raise RuntimeError(head.decode())
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return await self._reader.readexactly(length)

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        """Send a request."""
        self._writer.write(
            f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )

    async def settled(self, path: str) -> float:
        """Ask for a group until nothing in it is active, and say when."""
        while json.loads(await self.ask("GET", path))["status"]["is_active"]:  # noqa: ASYNC110  (a client can only ask)
            await asyncio.sleep(0.01)
        return time.perf_counter()

    async def until(self, text: bytes) -> float:
        """Read until a text comes, and say when."""
        tail = b""
        while text not in tail:
            chunk = await self._reader.read(65_536)
            if not chunk:
                raise RuntimeError("the stream ended")
            tail = tail[-len(text) :] + chunk
        return time.perf_counter()

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def storm(
    url: str, clients: int, n: int, ask: Callable[[Connection, int], Awaitable[object]]
) -> Measured:
    """Let some clients ask ``n`` times in all, each as soon as it was answered."""
    connections = [Connection(url) for _ in range(clients)]
    for connection in connections:
        await connection.open()
    taken: list[float] = []
    numbers = iter(range(n))

    async def client(connection: Connection) -> None:
        for i in numbers:
            began = time.perf_counter()
            await ask(connection, i)
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*map(client, connections))
    whole_s = time.perf_counter() - began
    for connection in connections:
        connection.close()
    taken.sort()
    return Measured(
        p50_ms=taken[n // 2] * 1_000, p99_ms=taken[n * 99 // 100] * 1_000, per_s=n / whole_s
    )


async def drive(url: str, clients: int, n: int) -> tuple[dict[str, Measured], float, bytes, bytes]:
    """Drive a server through creating and asking.

    Returns:
        What was measured, the seconds from the first POST until every run had ended,
        and the last answer of each phase.
    """
    first = Connection(url)
    await first.open()
    group_id = json.loads(await first.ask("POST", "/v1/tasks/groups", b"{}"))["taskgroup_id"]
    body = json.dumps({"inputs": [INPUT], "default_task_spec": SPEC}).encode()
    answers: list[bytes] = [b""] * n

    async def create(connection: Connection, i: int) -> None:
        path = f"/v1/tasks/groups/{group_id}/runs?refresh_status=false"
        answers[i] = await connection.ask("POST", path, body)

    began = time.perf_counter()
    measured = {"create": await storm(url, clients, n, create)}
    ended_s = await first.settled(f"/v1/tasks/groups/{group_id}") - began
    run_ids = [json.loads(answer)["run_ids"][0] for answer in answers]
    last = b""

    async def status(connection: Connection, i: int) -> None:
        nonlocal last
        last = await connection.ask("GET", f"/v1/tasks/runs/{run_ids[i]}")

    measured["status"] = await storm(url, clients, n, status)
    first.close()
    return measured, ended_s, answers[-1], last


async def bulk(url: str, pid: int, posts: int = 30) -> Bulk:
    """Add 1,000 runs a POST, one POST after the other, and list them with their outputs."""
    first = Connection(url)
    await first.open()
    group_id = json.loads(await first.ask("POST", "/v1/tasks/groups", b"{}"))["taskgroup_id"]
    path = f"/v1/tasks/groups/{group_id}"
    body = json.dumps({"inputs": [INPUT] * 1_000, "default_task_spec": SPEC}).encode()
    used_s, began = cpu_s(pid), time.perf_counter()
    for _ in range(posts):
        await first.ask("POST", f"{path}/runs?refresh_status=false", body)
    accepted_s = time.perf_counter() - began
    ended_s = await first.settled(path) - began
    worked_s = cpu_s(pid) - used_s
    began = time.perf_counter()
    first.send("GET", f"{path}/runs?include_output=true&status=completed")
    await first.until(b"\r\n0\r\n\r\n")
    listed_s = time.perf_counter() - began
    first.close()
    runs = posts * 1_000
    return Bulk(
        accepted_per_s=runs / accepted_s,
        answered_per_s=runs / ended_s,
        listed_per_s=runs / listed_s,
        work_us=worked_s / runs * 1e6,
        list_us=(cpu_s(pid) - used_s - worked_s) / runs * 1e6,
    )


def cpu_s(pid: int) -> float:
    """Read how much of a CPU a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def streams(url: str, n: int) -> tuple[float, float]:
    """Hold ``n`` live streams of a group while 1,000 runs end.

    Returns:
        Seconds from the POST until all runs had ended, and until the last stream
        had told that nothing is active.
    """
    first = Connection(url)
    await first.open()
    group_id = json.loads(await first.ask("POST", "/v1/tasks/groups", b"{}"))["taskgroup_id"]
    path = f"/v1/tasks/groups/{group_id}"
    slow = {"inputs": [{**INPUT, "input": "x"}] * 1_000}
    began = time.perf_counter()
    await first.ask("POST", f"{path}/runs", json.dumps(slow).encode())
    held = [Connection(url) for _ in range(n)]
    for connection in held:
        await connection.open()
        connection.send("GET", f"{path}/events")
    ended = await first.settled(path)
    told = await asyncio.gather(
        *(connection.until(b'"is_active":false,"status_m') for connection in held)
    )
    for connection in held:
        connection.close()
    first.close()
    return ended - began, max([ended, *told]) - began


def bare(answers: list[bytes]) -> Starlette:
    """Build the reference: it reads the body and answers from memory."""
    group, created, status = answers

    async def post(request: Request) -> Response:
        await request.body()
        return Response(created, media_type="application/json")

    async def get(_: Request) -> Response:
        return Response(status, media_type="application/json")

    async def groups(request: Request) -> Response:
        await request.body()
        return Response(group, media_type="application/json")

    return Starlette(
        routes=[
            Route("/v1/tasks/groups", groups, methods=["POST"]),
            Route("/v1/tasks/groups/{taskgroup_id}", groups),
            Route("/v1/tasks/groups/{taskgroup_id}/runs", post, methods=["POST"]),
            Route("/v1/tasks/runs/{run_id}", get),
        ]
    )


def serve_bare(file: str) -> None:
    """Serve the reference as a process of its own."""
    answers = [line.encode() for line in Path(file).read_text("utf-8").splitlines()]
    config = uvicorn.Config(
        bare(answers),
        http=H11Protocol,
        ws="none",
        loop="asyncio",
        port=0,
        log_config=None,
        timeout_keep_alive=75,
    )
    config.backlog = 2_048

    class Server(uvicorn.Server):
        async def startup(self, sockets: object = None) -> None:
            del sockets
            await super().startup()
            port = self.servers[0].sockets[0].getsockname()[1]
            sys.stdout.write(f"http://127.0.0.1:{port}\n")
            sys.stdout.flush()

    Server(config).run()


@contextmanager
def process(*command: str) -> Iterator[tuple[str, int]]:
    """Run a server as a process, and give its address and its number."""
    with subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as server:
        try:
            yield (server.stdout.readline() if server.stdout else "").strip(), server.pid
        finally:
            server.terminate()


def peak_mib(pid: int) -> float:
    """Read how much memory a process has had at most."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1_024
    raise RuntimeError("no VmHWM")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--streams", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bare", metavar="FILE", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare:
        serve_bare(args.bare)
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    say = sys.stdout.write
    say(f"{args.runs} runs in one group, {args.clients} clients, {args.rounds} rounds; ")
    say(f"{os.cpu_count()} cores, Python {platform.python_version()}\n\n")
    with tempfile.TemporaryDirectory() as folder:
        _measure(args, Path(folder), say)


def _measure(args: argparse.Namespace, folder: Path, say: Callable[[str], object]) -> None:
    ours: list[dict[str, Measured]] = []
    reference: list[dict[str, Measured]] = []
    ended: list[float] = []
    peaks: list[float] = []
    bulks: list[Bulk] = []
    reference_peak = 0.0
    for i in range(args.rounds):
        main = ("tests.fakes.server_main", "--db", str(folder / f"{i}.db"))
        with process(*main) as (url, pid):
            measured, ended_s, created, status = asyncio.run(drive(url, args.clients, args.runs))
            ours.append(measured)
            ended.append(args.runs / ended_s)
            peaks.append(peak_mib(pid))
            bulks.append(asyncio.run(bulk(url, pid)))
        group = '{"taskgroup_id":"tgrp_0","status":{"is_active":false}}'
        answers = folder / "answers"
        answers.write_text(f"{group}\n{created.decode()}\n{status.decode()}", "utf-8")
        with process("benches.server", "--bare", str(answers)) as (url, pid):
            measured, *_ = asyncio.run(drive(url, args.clients, args.runs))
            reference.append(measured)
            reference_peak = max(reference_peak, peak_mib(pid))
    say("| | p50 ms | p99 ms | per second | bare p50 | bare p99 | bare per second | ratio |\n")
    say("|---|---|---|---|---|---|---|---|\n")
    for phase in ("create", "status"):
        a, b = _median(ours, phase), _median(reference, phase)
        say(
            f"| {phase} | {a.p50_ms:.1f} | {a.p99_ms:.1f} | {a.per_s:.0f} | {b.p50_ms:.1f} "
            f"| {b.p99_ms:.1f} | {b.per_s:.0f} | {b.per_s / a.per_s:.2f} |\n"
        )
    say(f"\nRuns created and answered a second, to the last one: {statistics.median(ended):.0f}\n")
    middle = {
        name: statistics.median(getattr(each, name) for each in bulks)
        for name in Bulk.__dataclass_fields__
    }
    say(
        "1,000 runs a POST, one client: {accepted_per_s:.0f} accepted a second, "
        "{answered_per_s:.0f} answered, {listed_per_s:.0f} listed with their outputs; "
        "the server's CPU is {work_us:.0f} µs a run for the first two and {list_us:.0f} µs for "
        "the last\n".format(**middle)
    )
    say(f"Peak memory: {max(peaks):.0f} MiB; the bare framework: {reference_peak:.0f} MiB\n")
    if args.streams:
        main = ("tests.fakes.server_main", "--delay-ms", "2", "--workers", "2")
        with process(*main) as (url, pid):
            alone_s, _ = asyncio.run(streams(url, 0))
            ended_s, told_s = asyncio.run(streams(url, args.streams))
            say(
                f"{args.streams} open streams: 1,000 runs ended after {ended_s:.1f} s (without "
                f"streams {alone_s:.1f} s), the last stream told it after {told_s:.1f} s; "
                f"peak memory {peak_mib(pid):.0f} MiB\n"
            )


def _median(rounds: list[dict[str, Measured]], phase: str) -> Measured:
    def median(name: str) -> float:
        return statistics.median(getattr(measured[phase], name) for measured in rounds)

    return Measured(p50_ms=median("p50_ms"), p99_ms=median("p99_ms"), per_s=median("per_s"))


if __name__ == "__main__":
    main()
