"""Commands that are killed at a point, and the job that they run."""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
KILLED = -signal.SIGKILL
TIMEOUT_S = 40.0

JOB = """\
version: 1
input: {{path: rows.csv}}
output: {{path: out.csv}}
task:
  processor: base
  inputs: {{company: {{column: Company, type: string}}}}
  output: {{company: {{type: "string?", description: Its name.}}}}
api: {{base_url: "{url}", settle: 1s{api}}}
{more}"""

ROWS = ["Ada", "Bell", "Curie", "Ada", "Dirac", "Euler", "Fermi", "Gauss", "Bell", "Hertz", "Joule"]
DISTINCT = len(set(ROWS))


def write_job(folder: Path, url: str, *, rows=ROWS, api: str = "", more: str = "") -> Path:
    """Write a table and a job over it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["Company,Note", *(f'{name}," kept, {n}"' for n, name in enumerate(rows))]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", "utf-8")
    job = folder / "job.yaml"
    job.write_text(JOB.format(url=url, api=api and f", {api}", more=more), "utf-8")
    return job


@dataclass(frozen=True, slots=True)
class Died:
    """How a command ended.

    Attributes:
        code: Its exit status; ``KILLED`` when it was killed at the point.
        points: The points that it reached, in order.
        said: What it printed.
    """

    code: int
    points: list[str]
    said: str


class Victims:
    """Runs commands, each in a fork of one process that has everything imported."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.victim", "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._numbers = itertools.count()
        assert self._line() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def run(self, job: Path, *, kill_at: int | str = "", options: tuple[str, ...] = ()) -> Died:
        """Run a job, killed at a point that is named or counted from 1."""
        return self.together(job, [options], {0: kill_at})[0]

    def together(
        self,
        job: Path,
        commands: Sequence[tuple[str, ...]],
        kill_at: Mapping[int, int | str] | None = None,
    ) -> list[Died]:
        """Run a job with each of some options side by side, some killed at a point.

        Args:
            job: The job.
            commands: The options of each command.
            kill_at: Points by the command's place in the list.
        """
        asked: list[dict[str, object]] = []
        for place, options in enumerate(commands):
            number = next(self._numbers)
            log, said = job.with_name(f"points{number}.txt"), job.with_name(f"said{number}.txt")
            log.touch()
            asked.append(
                {
                    "command": ["run", str(job), *options],
                    "kill_at": str((kill_at or {}).get(place, "")),
                    "log": str(log),
                    "said": str(said),
                }
            )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return [
            Died(
                code,
                Path(str(each["log"])).read_text().splitlines(),
                Path(str(each["said"])).read_text(),
            )
            for code, each in zip(json.loads(self._line()), asked, strict=True)
        ]

    def _line(self) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], TIMEOUT_S)
        if not ready:
            self._process.kill()
            raise TimeoutError("the command does not end")
        return self._process.stdout.readline().strip()
