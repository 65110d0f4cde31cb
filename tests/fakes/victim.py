"""The command line in a process that can be killed at any step, counted from outside.

    python -m tests.fakes.victim --log points.txt --kill-at 17 -- run job.yaml

Every step that matters is a point: the start of a request, its body gone out, its
answer here and its stream ended; and before and behind every method of the ledger that
writes, and the publishing of the output. Each point is written to the log when it is
reached, and at the one that was asked for the process ends by SIGKILL. The product
knows nothing of it.

With ``--serve`` it stays: it reads a list of commands a line from stdin as JSON, runs them
side by side, each in a fork of itself, which spares the imports, and answers with how they
ended.
"""

from __future__ import annotations

import argparse
import functools
import gc
import inspect
import json
import os
import signal
import sys
from pathlib import Path

import httpx

import enrich.cli
import enrich.ledger.shared
import enrich.pipeline.shares
import enrich.runs.submit
import enrich.taskapi.client
from enrich.ledger import Ledger
from enrich.ledger.journal import Journal
from enrich.ledger.snapshots import Snapshots
from enrich.tables.publish import Publication


class Points:
    """Counts the points that are reached, and ends the process at one of them."""

    def __init__(self, log: Path, kill_at: str) -> None:
        """Kill at the point of a name, or at the one of a number; at none for an empty text."""
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._kill_at = kill_at
        self._reached = 0

    def reach(self, name: str) -> None:
        """Reach a point."""
        self._reached += 1
        os.write(self._log, f"{name}\n".encode())
        if self._kill_at in {name, str(self._reached)}:
            os.kill(os.getpid(), signal.SIGKILL)


def writing_methods() -> list[str]:
    """Return the public methods of the ledger that write: those that open a transaction."""
    return [
        name
        for name, method in inspect.getmembers(Ledger, inspect.isfunction)
        if not name.startswith("_") and "_moving" in method.__code__.co_names
    ]


def watch(points: Points) -> None:
    """Put points around everything that matters."""
    for name in writing_methods():
        _around(Ledger, name, points)
    _around(Journal, "_append", points)
    _around(Journal, "compact", points)
    for name in ("write", "clear"):
        _around(Snapshots, name, points)
    _around(Publication, "publish", points)
    _around_requests(points)


def _around(owner: type, name: str, points: Points) -> None:
    method = getattr(owner, name)

    @functools.wraps(method)
    def watched(*args, **kwargs):
        points.reach(f"before {name}")
        made = method(*args, **kwargs)
        points.reach(f"behind {name}")
        return made

    setattr(owner, name, watched)


def _around_requests(points: Points) -> None:
    send = httpx.AsyncClient.send

    async def watched(self, request, **kwargs):
        what = f"{request.method} {_route(request.url.path)}"

        async def trace(name, _info):
            if name == "http11.send_request_body.complete":
                points.reach(f"sent {what}")
            elif name == "http11.receive_response_body.complete":
                points.reach(f"read {what}")

        points.reach(f"before {what}")
        request.extensions = {**request.extensions, "trace": trace}
        answer = await send(self, request, **kwargs)
        points.reach(f"behind {what}")
        return answer

    httpx.AsyncClient.send = watched  # type: ignore[method-assign]


def _route(path: str) -> str:
    parts = path.strip("/").split("/")
    return "/".join(part for part in parts if not part.startswith(("tgrp_", "trun_")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--kill-at", default="", help="a point, by name or by number from 1")
    parser.add_argument("--silence-s", type=float, help="how long a stream may say nothing")
    parser.add_argument("command", nargs="*")
    args = parser.parse_args()
    for name, small in (("MAX_RUNS_PER_POST", 3), ("RUNS_PER_GROUP", 6)):
        # So that a dozen rows fill several POSTs, lanes and groups.
        setattr(enrich.runs.submit, name, small)
    setattr(enrich.ledger.shared, "COMPACTED_AFTER", 5)  # noqa: B010  (it is final)
    enrich.pipeline.shares.FIRST_PAUSE_S = 0.1
    if args.silence_s:
        patient = enrich.taskapi.client.TaskApi.__init__
        patient.__kwdefaults__ = {**(patient.__kwdefaults__ or {}), "silence_s": args.silence_s}
    if args.serve:
        _serve()
    else:
        watch(Points(args.log or Path(os.devnull), args.kill_at))
        _run(args.command)


def _run(command: list[str]) -> None:
    sys.argv = ["enrich", *command]
    enrich.cli.main()


def _serve() -> None:
    for module in ("pandas", "pyarrow.parquet"):  # which Parquet needs, a second for each fork
        __import__(module)
    gc.freeze()  # or the first collection in each child copies all of this
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        children = []
        for asked in json.loads(line):
            child = os.fork()
            if child == 0:
                _be(asked)
            children.append(child)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(codes), flush=True)  # noqa: T201


def _be(asked: dict[str, object]) -> None:
    """Be the command that was asked for; never returns."""
    said = os.open(str(asked["said"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        watch(Points(Path(str(asked["log"])), str(asked["kill_at"])))
        _run([str(part) for part in asked["command"]])  # type: ignore[attr-defined]
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # noqa: BLE001
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
