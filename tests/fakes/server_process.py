"""``server_main`` as a process that a test starts, kills and starts again."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 50.0


class ServerProcess:
    """A server in a process of its own; further arguments are those of ``server_main``."""

    def __init__(self, *arguments: str | Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.server_main", *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.url = self._read_url()

    @property
    def port(self) -> str:
        """The port that it listens on."""
        return self.url.rpartition(":")[2]

    @property
    def workers(self) -> list[int]:
        """The processes that it started; each thread of it has its own."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        return [
            int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()
        ]

    def kill(self) -> None:
        """End it as a power cut would, without a word."""
        self._process.kill()
        self._close()

    def stop(self) -> int:
        """Ask it to stop, and give its exit status."""
        self._process.terminate()
        return self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.kill()

    def _read_url(self) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], START_TIMEOUT_S)
        url = self._process.stdout.readline().strip() if ready else ""
        if not url:
            self._process.kill()
            self._close()
            raise RuntimeError("the server did not start")
        return url

    def _close(self) -> int:
        status = self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return status
