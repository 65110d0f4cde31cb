"""``server_main`` as a process that a test starts, kills and starts again."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 50.0


class ServerProcess:
    """A server in a process of its own; further arguments are those of ``server_main``."""

    def __init__(self, *arguments: str | Path) -> None:
        self._seed = _seed()
        with tempfile.TemporaryDirectory() as folder:
            pipe = Path(folder, "url")
            os.mkfifo(pipe)
            # Without waiting for who opens the other end: that is asked for below.
            with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as said:
                start = [str(each) for each in arguments]
                self.pid = self._seed.order({"start": start, "out": str(pipe), "env": _env()})
                self._status: int | None = None
                ready, _, _ = select.select([said], [], [], START_TIMEOUT_S)
                os.set_blocking(said.fileno(), True)
                self.url = said.readline().strip() if ready else ""
        if not self.url:
            self.kill()
            raise RuntimeError("the server did not start")

    @property
    def port(self) -> str:
        """The port that it listens on."""
        return self.url.rpartition(":")[2]

    @property
    def workers(self) -> list[int]:
        """The processes that it started; each thread of it has its own."""
        tasks = Path(f"/proc/{self.pid}/task")
        return [
            int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()
        ]

    def kill(self) -> None:
        """End it as a power cut would, without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop, and give its exit status."""
        return self._end(signal.SIGTERM)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _end(self, how: signal.Signals) -> int:
        if self._status is None:
            os.kill(self.pid, how)
            self._status = self._seed.order({"wait": self.pid})
        return self._status


class _Seed:
    """The process that servers are forked from: to start one anew takes most of a second of imports."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.server_main", "--seed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=_env(),
        )

    def order(self, order: dict[str, object]) -> int:
        """Give an order and return the number that answers it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@cache
def _seed() -> _Seed:
    seed = _Seed()
    atexit.register(seed.close)
    return seed
