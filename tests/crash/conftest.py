import random
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes.buying import accepted
from tests.fakes.server_process import ServerProcess
from tests.fakes.victims import DISTINCT, KILLED, Died, Victims, write_job


@pytest.fixture(scope="session")
def victims():
    with Victims() as victims:
        yield victims


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One that outlives every command."""
    with ServerProcess("--db", tmp_path_factory.mktemp("server") / "runs.db") as server:
        yield server


@dataclass
class Proof:
    """Kills commands over one job, runs them to their end and notes what is wrong then.

    Attributes:
        folder: Each try gets a folder, and so a ledger, of its own.
        unbroken: How the same command ends when nothing happens to it.
        output: What it writes then.
        wrong: What did not hold, in sentences.
    """

    folder: Path
    server: ServerProcess
    victims: Victims
    unbroken: Died
    output: bytes
    wrong: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[str]:
        return self.unbroken.points

    def killed_at(self, *points: int | str) -> list[Died]:
        """Kill one command after the other at these points, then run it to its end."""
        name = "-".join(str(point).replace("/", " ") for point in points)
        job = write_job(self.folder / name, self.server.url)
        before = accepted(self.server.url)
        died = [self.victims.run(job, kill_at=point) for point in points]
        last = self.victims.run(job)
        where = f"killed at {', then '.join(each.points[-1] for each in died)} ({name})"
        bought = accepted(self.server.url) - before
        if any(each.code not in {KILLED, 0} for each in died):
            self.wrong.append(f"{where}: left with {[each.code for each in died]}")
        if last.code != 0:
            self.wrong.append(f"{where}: the same command left with {last.code}: {last.said}")
        elif (job.parent / "out.csv").read_bytes() != self.output:
            self.wrong.append(f"{where}: the output differs")
        if bought != DISTINCT:
            self.wrong.append(f"{where}: {bought} runs for {DISTINCT} inputs: {last.said}")
        return [*died, last]


@pytest.fixture
def proof(tmp_path, server, victims):
    job = write_job(tmp_path / "unbroken", server.url)
    before = accepted(server.url)
    unbroken = victims.run(job)
    assert (unbroken.code, accepted(server.url) - before) == (0, DISTINCT), unbroken.said
    return Proof(tmp_path, server, victims, unbroken, (job.parent / "out.csv").read_bytes())


@pytest.fixture
def chance():
    return random.Random(20261121)


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack
