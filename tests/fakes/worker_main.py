"""A worker in a process of its own, over an echo engine that dies or hangs where it is asked to.

A supervisor starts it, or a test does, with what a supervisor would say on its standard input.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from typing import Any, Final

from enrich.research.question import Question, Tell, tell_nobody
from enrich.server.work.children import supervised
from tests.fakes.echo_engine import EchoEngine

WORKER: Final = (sys.executable, "-m", "tests.fakes.worker_main")
DIE: Final = "please die"
HANG: Final = "please hang"
FREEZE: Final = "please freeze"
"""The whole process stands still, not only the run."""
LARGE: Final = "please be large"


class Mortal(EchoEngine):
    """Echoes, unless the input is its end."""

    def answer(self, question: Question, tell: Tell = tell_nobody) -> Any:
        if DIE in str(question.input):
            os.kill(os.getpid(), signal.SIGKILL)
        if HANG in str(question.input):
            time.sleep(3_600)
        if FREEZE in str(question.input):
            os.kill(os.getpid(), signal.SIGSTOP)
        output = super().answer(question, tell)
        if LARGE in str(question.input):
            output["basis"][0]["reasoning"] = "x" * 200_000
        return output


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    supervised(lambda told: Mortal(float(told["delay_ms"]) / 1_000))


if __name__ == "__main__":
    main()
