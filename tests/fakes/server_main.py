"""A server in a process of its own, over the echo engine, for tests and benchmarks.

    python -m tests.fakes.server_main --port 0 --db runs.db --fault lost:0.1 --seed 7

It prints its address on stdout when it accepts calls, and runs until it is stopped
or killed.

With ``--seed`` it reads orders from stdin, one a line as JSON, each of which is answered by a
number: ``start`` forks it into such a server, which spares the imports, and gives the server's
process; ``wait`` waits for the end of one, and gives its exit status.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from enrich.server import ApiKey, Quota, ServerSettings, serve
from enrich.server.settings import DEFAULT_MAX_BODY_BYTES, digest_of
from enrich.server.work.children import Supervisor
from tests.fakes.echo_engine import EchoEngine
from tests.fakes.worker_main import WORKER


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--processes", type=int, help="workers in processes of their own")
    parser.add_argument("--silent-s", type=float, default=30.0)
    parser.add_argument("--worker-key", help="lets workers of others in; no engine here")
    parser.add_argument("--lease-s", type=float, default=30.0)
    parser.add_argument("--deadline-s", type=float)
    parser.add_argument("--max-body-bytes", type=int, default=DEFAULT_MAX_BODY_BYTES)
    parser.add_argument("--api-key", help="the key to be shown; without one no key is needed")
    parser.add_argument("--quota", type=int, help="runs in a window")
    parser.add_argument("--quota-unit", choices=["runs", "posts"], default="runs")
    parser.add_argument("--window-s", type=float, default=60.0)
    parser.add_argument("--credit-usd", type=float)
    parser.add_argument("--keepalive-s", type=float, default=15.0)
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    quota = args.quota and Quota(limit=args.quota, window_s=args.window_s, unit=args.quota_unit)
    settings = ServerSettings(
        database=args.db,
        workers=args.workers,
        keys=(ApiKey.of(args.api_key, name="test"),) if args.api_key else (),
        no_auth=not args.api_key,
        quota=quota or None,
        credit_usd=args.credit_usd,
        faults=tuple(args.fault),
        seed=args.seed,
        fault_header=True,
        keepalive_s=args.keepalive_s,
        worker_keys=(digest_of(args.worker_key),) if args.worker_key else (),
        lease_s=args.lease_s,
        deadline_s=args.deadline_s,
        max_body_bytes=args.max_body_bytes,
    )
    supervisor = None
    if args.processes:
        supervisor = Supervisor(
            WORKER, args.processes, engine={"delay_ms": args.delay_ms}, silent_s=args.silent_s
        )

    def ready(url: str) -> None:
        print(url, flush=True)  # noqa: T201

    is_elsewhere = supervisor is not None or args.worker_key
    engine = None if is_elsewhere else EchoEngine(args.delay_ms / 1_000)
    serve(settings, engine, port=args.port, on_ready=ready, supervisor=supervisor)


def _seed() -> None:
    gc.freeze()  # or the first collection in each child copies all of this
    for line in sys.stdin:
        order = json.loads(line)
        made = _started(order) if "start" in order else _ended(order["wait"])
        sys.stdout.write(f"{made}\n")
        sys.stdout.flush()


def _started(order: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(order["out"], os.O_WRONLY), 1)
        os.environ.clear()
        os.environ.update(order["env"])
        main(order["start"])
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # noqa: BLE001  (as the interpreter does at the end of a program)
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    if sys.argv[1:] == ["--seed"]:
        _seed()
    else:
        main(sys.argv[1:])
