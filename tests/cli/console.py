"""The console script, as a test starts it: at once, or as the program that a person calls.

A start costs most of a second, nearly all of it imports, and the first answer another.
``Console`` starts one process that imports everything and answers one question, and forks it
for each command: the same entry point, with files, folder, environment and exit code of its
own, in a tenth of the time. What is about the program itself (signals, terminals, kills)
calls ``SCRIPT``.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import traceback
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Self

SCRIPT = Path(sys.executable).with_name("enrich")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended.

    Attributes:
        code: Its exit code.
        out: What it wrote on stdout.
        err: What it wrote on stderr.
    """

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its stdout as JSON, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Console:
    """Runs one command after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, arguments: list[str], *, cwd: Path, env: dict[str, str], together: bool = False
    ) -> Done:
        """Run ``enrich`` with some arguments; what it says goes to its stdout when together."""
        out, err = self._folder / "out", self._folder / "err"
        out.write_bytes(b"")
        err.write_bytes(b"")
        order = {"arguments": arguments, "cwd": str(cwd), "env": env, "out": str(out)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(
            json.dumps({**order, "err": str(out if together else err)}) + "\n"
        )
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Done(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _fork(order: dict[str, Any], main: Any) -> int:
    """Run one command in a child and return its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        for number, path in ((1, order["out"]), (2, order["err"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["env"])
        sys.argv = ["enrich", *order["arguments"]]
        main()
        code = 0
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 1
    except BaseException:  # noqa: BLE001  (as the interpreter does at the end of a program)
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _answer_once() -> None:
    """Load the model and reckon what an engine reckons once; it has no threads, so a fork keeps it."""
    from enrich.research.engine import ResearchEngine, ResearchSettings
    from enrich.research.question import Question

    wanted = {"type": "object", "properties": {"capital": {"type": "string"}}}
    question = Question(
        input={"country": "Kenya"},
        output_schema={"type": "json", "json_schema": wanted},
        processor="base",
    )
    page = Path(__file__).resolve().parents[2] / "sample_data" / "corpus" / "kenya.html"
    engine = ResearchEngine(ResearchSettings(corpus=(page,)))
    engine.answer(question)
    engine.close()


def _serve_orders() -> None:
    (script,) = entry_points(group="console_scripts", name="enrich")
    main = script.load()
    for module in ("pandas", "pyarrow.parquet", "enrich.pipeline", "enrich.local"):
        __import__(module)
    for module in ("enrich.server", "enrich.progress", "enrich.summary"):
        __import__(module)
    _answer_once()
    gc.freeze()  # or the first collection in each child copies all of this
    for line in sys.stdin:
        sys.__stdout__.write(f"{_fork(json.loads(line), main)}\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    _serve_orders()
