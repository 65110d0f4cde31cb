"""A process that buys its part of some requests under a quota that others share.

python -m tests.fakes.sharer --api URL --redis URL --ledger FILE --part 0/3 --rows 500
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from pathlib import Path

import enrich.runs.submit
from enrich.clock import Clock
from enrich.ledger import Ledger
from enrich.runs.redis_window import RedisWindow
from tests.fakes.buying import buy, requests
from tests.fakes.server_process import ROOT


class Sharer:
    """Such a process; it begins to buy at ``go``."""

    def __init__(self, part: int, of: int, *, folder: Path, **settings: object) -> None:
        """Start it.

        Args:
            part: Which part of the requests is its own, from 0.
            of: How many parts there are.
            folder: Where its ledger is.
            settings: Further arguments: api, redis, rows, limit, window_s and chunk.
        """
        given = {"ledger": folder / f"{part}.db", "part": f"{part}/{of}", **settings}
        arguments = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.sharer", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def go(self) -> None:
        """Let it buy."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.communicate()

    def done(self) -> int:
        """Wait for its end, and return how many runs ended while it was at work."""
        said, _ = self.process.communicate(timeout=300)
        assert self.process.returncode == 0
        return int(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--api", required=True)
    parser.add_argument("--redis", required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--part", required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--limit", type=int, required=True)
    parser.add_argument("--window-s", type=float, required=True)
    parser.add_argument("--chunk", type=int, default=1000)
    args = parser.parse_args()
    enrich.runs.submit.__dict__["MAX_RUNS_PER_POST"] = args.chunk
    index, of = map(int, args.part.split("/"))
    print("ready", flush=True)  # noqa: T201
    input()

    async def work():
        window = RedisWindow(
            args.redis, args.limit, api=args.api, api_key=None, window_s=args.window_s, held_s=2.0
        )
        with Ledger(args.ledger) as ledger:
            bought = await buy(
                args.api, None, ledger, requests(args.rows)[index::of], clock=Clock(), window=window
            )
        await window.close()
        return bought

    bought = asyncio.run(work())
    print(bought.heard.done, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
