"""Chromium without a window, driven over a pipe: what a page is to who opens it."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any, Self

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / ".node" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def missing(what: str) -> None:
    """Skip on a person's machine, and fail where all is to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not here, and CI needs it")
    pytest.skip(f"{what} is not here")


class Browser:
    """One page of a browser; a context manager."""

    def __init__(self, profile: Path) -> None:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            missing("chromium")
        assert program is not None
        sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # The browser reads its orders from descriptor 3 and answers on 4.
        high_in, high_out = (
            fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in (theirs_in, theirs_out)
        )
        arguments = [program, *FLAGS, *sandbox, f"--user-data-dir={profile}", "--log-level=3"]
        quiet = os.open(os.devnull, os.O_RDWR)
        self._process = os.posix_spawn(
            program,
            arguments,
            os.environ,
            file_actions=[
                *((os.POSIX_SPAWN_DUP2, quiet, each) for each in (0, 1, 2)),
                (os.POSIX_SPAWN_DUP2, high_in, 3),
                (os.POSIX_SPAWN_DUP2, high_out, 4),
            ],
        )
        for each in (theirs_in, theirs_out, high_in, high_out, quiet):
            os.close(each)
        self._number = 0
        self._left = b""
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session = None
        self.call("Browser.close")
        os.waitpid(self._process, 0)
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, **parameters: Any) -> Any:
        """Ask the browser for something, and keep what it tells meanwhile."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._out, json.dumps(order).encode() + b"\0")
        while True:
            said = self._read()
            if said.get("id") == self._number:
                assert "error" not in said, said
                return said["result"]
            self.events.append(said)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            got = os.read(self._in, 1 << 16)
            assert got, "the browser has left"
            self._left += got
        whole, _, self._left = self._left.partition(b"\0")
        told: dict[str, Any] = json.loads(whole)
        return told

    def open(self, path: Path, *, width: int = 1100, height: int = 900, dark: bool = False) -> None:
        """Open a file, and wait until it is there."""
        self.events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page, and wait for it."""
        said = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def requested(self) -> list[str]:
        """Return the addresses that the page asked for, itself left out."""
        asked = [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return asked[1:]

    def dialogs(self) -> int:
        """Return how many dialogs were opened."""
        return sum(event.get("method") == "Page.javascriptDialogOpening" for event in self.events)

    def violations(self) -> list[str]:
        """Return what axe-core finds serious or critical."""
        if not AXE.exists():
            missing("axe-core (make tools)")
        self.run(AXE.read_text(encoding="utf-8") + "; 0")
        found = self.run(
            "axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes[0].html))"
        )
        return list(found)

    def picture(self, path: Path) -> None:
        """Write what is on the screen as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def printed(self) -> bytes:
        """Return the page on paper, with its backgrounds, as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])
