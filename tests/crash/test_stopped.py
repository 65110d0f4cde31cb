"""Asked to stop, put to sleep, or started twice: nothing is lost, and the same command goes on."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.buying import accepted
from tests.fakes.server_process import ServerProcess
from tests.fakes.victims import DISTINCT, ROOT, write_job

PATIENCE_S = 40.0


class Command:
    """A command in a process of its own, followed point by point."""

    def __init__(self, job, *, silence_s=45.0, options=()):
        self.log = job.with_name(f"points-{time.monotonic_ns()}.txt")
        self.log.touch()
        self.process = subprocess.Popen(
            [
                *[sys.executable, "-m", "tests.fakes.victim", "--log", self.log],
                *["--silence-s", str(silence_s), "--", "run", job, *options],
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def points(self):
        return self.log.read_text().splitlines()

    def until(self, point, times=1):
        """Wait until a point was reached so many times."""
        until = time.monotonic() + PATIENCE_S
        while self.points().count(point) < times:
            assert self.process.poll() is None, self.points()
            assert time.monotonic() < until, self.points()
            time.sleep(0.01)

    def stand_still_at(self, point):
        """Wait until a point was reached, and put the command to sleep there."""
        self.until(point)
        os.kill(self.process.pid, signal.SIGSTOP)

    def send(self, number):
        self.process.send_signal(number)

    def end(self):
        """Wait for its end and return its exit status and what it said."""
        said, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def start(stack):
    return lambda job, **how: stack.enter_context(Command(job, **how))


@pytest.fixture
def slow_server(stack, tmp_path):
    """One whose runs take a fifth of a second each, two at a time."""
    arguments = ["--db", tmp_path / "runs.db", "--delay-ms", "200", "--keepalive-s", "0.5"]
    return stack.enter_context(ServerProcess(*arguments))


def finished(server, job, start):
    """Run the same command to its end, and tell what it bought in all and wrote."""
    code, said = start(job).end()
    assert code == 0, said
    return accepted(server.url), (job.parent / "out.csv").read_text().count(",completed,")


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)],
    ids=["ctrl-c", "sigterm"],
)
def test_a_first_stop_collects_what_is_there_and_leaves_with_130(
    slow_server, tmp_path, start, number
):
    job = write_job(tmp_path / "job", slow_server.url)
    command = start(job)
    command.until("behind resolve", times=3)

    command.send(number)
    code, said = command.end()

    assert code == 130
    assert "the same command goes on" in said
    # Nothing was sent after it, and the lists were read once more.
    assert "behind GET v1/tasks/groups/runs" in command.points()
    assert finished(slow_server, job, start) == (DISTINCT, 11)


@pytest.mark.slow
def test_a_second_stop_leaves_at_once(slow_server, tmp_path, start):
    job = write_job(tmp_path / "job", slow_server.url)
    with ServerProcess("--db", tmp_path / "slow.db", "--fault", "slow@add_runs:30") as hanging:
        slow_job = write_job(tmp_path / "slow", hanging.url)
        command = start(slow_job)
        command.until("sent POST v1/tasks/groups/runs", times=3)
        command.send(signal.SIGINT)
        time.sleep(0.5)  # two signals at the same moment are one
        command.send(signal.SIGINT)
        code, said = command.end()

    assert code == 130
    assert "Stopped at once" in said
    assert "behind POST v1/tasks/groups/runs" not in command.points()
    assert finished(slow_server, job, start) == (DISTINCT, 11)


@pytest.mark.slow
def test_a_post_on_its_way_when_it_is_stopped_is_seen_to_its_end(tmp_path, stack, start):
    server = stack.enter_context(
        ServerProcess("--db", tmp_path / "runs.db", "--fault", "slow@add_runs#1-3:0.5")
    )
    job = write_job(tmp_path / "job", server.url)
    command = start(job)
    command.until("sent POST v1/tasks/groups/runs", times=3)

    command.send(signal.SIGINT)
    code, _ = command.end()

    assert code == 130
    assert command.points().count("behind resolve") == 3
    assert finished(server, job, start) == (DISTINCT, 11)


@pytest.mark.slow
def test_a_long_sleep_is_slept_through(stack, tmp_path, start):
    # Its streams fall silent and its connections are closed while the client sleeps.
    server = stack.enter_context(
        ServerProcess(
            *["--db", tmp_path / "runs.db", "--delay-ms", "300", "--keepalive-s", "0.2"],
            *["--fault", "cut@events#1-3:1:1"],
        )
    )
    job = write_job(tmp_path / "job", server.url)
    command = start(job, silence_s=2.0)
    command.until("behind resolve", times=2)

    command.send(signal.SIGSTOP)
    time.sleep(7)  # longer than a stream may be silent, and than the server keeps a connection
    command.send(signal.SIGCONT)
    code, said = command.end()

    assert code == 0, said
    assert (accepted(server.url), (job.parent / "out.csv").read_text().count(",completed,")) == (
        DISTINCT,
        11,
    )


@pytest.mark.slow
def test_two_at_once_are_one_and_a_sentence(slow_server, tmp_path, start):
    job = write_job(tmp_path / "job", slow_server.url)
    first = start(job)
    first.until("behind claim")

    first.send(signal.SIGSTOP)
    code, said = start(job).end()
    first.send(signal.SIGCONT)

    assert code == 4
    assert f"process {first.process.pid} on" in said
    assert first.end()[0] == 0
    assert accepted(slow_server.url) == DISTINCT


@pytest.mark.slow
def test_two_numbers_of_shards_at_once_are_one_and_a_sentence(slow_server, tmp_path, start):
    job = write_job(tmp_path / "job", slow_server.url)
    first = start(job, options=["--shard", "0/2"])
    first.until("behind claim")

    first.send(signal.SIGSTOP)
    code, said = start(job).end()
    first.send(signal.SIGCONT)

    assert code == 4
    assert f"process {first.process.pid} on" in said
    assert "with 2 shards" in said
    assert first.end()[0] == 0
    assert start(job, options=["--shard", "1/2"]).end()[0] == 0
    assert accepted(slow_server.url) == DISTINCT


@pytest.mark.slow
def test_two_shards_killed_from_outside_go_on(slow_server, tmp_path, start):
    job = write_job(tmp_path / "job", slow_server.url)
    shards = [["--shard", f"{index}/3"] for index in range(3)]
    for point in ("sent POST v1/tasks/groups/runs", "behind plan"):
        at_work = [start(job, options=options) for options in shards]
        # One may be long in coming there, and the other would be at its end by then.
        with ThreadPoolExecutor() as watchers:
            list(watchers.map(Command.stand_still_at, at_work[:2], [point] * 2))
        for command in at_work[:2]:
            os.kill(command.process.pid, signal.SIGKILL)
        assert at_work[2].end()[0] == 0
        assert {command.end()[0] for command in at_work[:2]} == {-signal.SIGKILL}

    assert [start(job, options=options).end()[0] for options in shards] == [0] * 3
    assert accepted(slow_server.url) == DISTINCT
    assert (job.parent / "out.csv").read_text().count(",completed,") == 11
