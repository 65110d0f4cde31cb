"""Workers that are processes: killed, stopped in their tracks and outlived, they cost no run and no answer twice."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from enrich.server.work.worker import HUNG, REFUSED
from tests.fakes.server_process import ROOT, ServerProcess
from tests.fakes.worker_main import DIE, FREEZE, HANG, LARGE, WORKER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="victims are found in /proc")

KEY = "the key of the workers"


@pytest.fixture
def job_of():
    """Make jobs whose connections are closed in the end."""
    with ExitStack() as stack:

        def make(*arguments):
            job = Job(*arguments)
            stack.callback(job.http.close)
            return job

        yield make


class Job:
    """A group of runs, and what its caller sees of it."""

    def __init__(self, url, texts, group=None):
        self.http = httpx.Client(
            base_url=f"{url}/v1/tasks", timeout=20, trust_env=False, verify=False
        )
        self.path = group or f"/groups/{self.http.post('/groups', json={}).json()['taskgroup_id']}"
        if texts:
            body = {"inputs": [{"input": text, "processor": "base"} for text in texts]}
            self.http.post(f"{self.path}/runs", json=body).raise_for_status()

    def counts(self):
        return self.http.get(self.path).json()["status"]["task_run_status_counts"]

    def until(self, condition):
        give_up_at = time.monotonic() + 60
        while not condition(counts := self.counts()):
            assert time.monotonic() < give_up_at, counts
            time.sleep(0.02)

    def until_more(self):
        before = self.counts().get("completed", 0)
        self.until(lambda counts: counts.get("completed", 0) > before)

    def until_over(self):
        self.until(lambda counts: not counts.keys() & {"queued", "running"})

    def told(self, what):
        frames = self.http.get(f"{self.path}/{what}").text.split("\n\n")
        return [json.loads(f.partition("\ndata: ")[2]) for f in frames if "task_run.state" in f]

    def check(self, n):
        """Each run ended once: one row with one result, one terminal event."""
        listed = [each["run"]["run_id"] for each in self.told("runs?include_output=true")]
        ended = [each["run"]["run_id"] for each in self.told("events")]
        assert len(listed) == len(set(listed)) == n
        assert sorted(ended) == sorted(listed)


def kill(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def texts(n):
    return [f"Who is {i}?" for i in range(n)]


@pytest.mark.slow
def test_kills_of_a_worker_of_two_and_of_the_server_twice_in_a_row_lose_nothing(tmp_path, job_of):
    arguments = ("--db", tmp_path / "runs.db", "--processes", "2", "--delay-ms", "5")
    with ServerProcess(*arguments) as server:
        job = job_of(server.url, texts(400))
        job.until_more()
        kill(server.workers[0])
        job.until_more()
        kill(*server.workers)
        job.until_more()
        server.kill()
    with ServerProcess(*arguments) as server:
        job = job_of(server.url, [], job.path)
        job.until_more()
        server.kill()
    with ServerProcess(*arguments[:-1], "0") as server:  # answers that take no time are no trap
        more = job_of(server.url, texts(100))
        more.until_over()
        job = job_of(server.url, [], job.path)
        job.until_over()
        job.check(400)
        assert job.counts() == {"completed": 400}
        workers = server.workers
        assert server.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_many_kills_at_any_moment_lose_nothing(tmp_path, job_of, seed):
    arguments = ("--db", tmp_path / "runs.db", "--processes", "2", "--delay-ms", "5")
    path = None
    for life in range(2):
        with ServerProcess(*arguments) as server:
            job = job_of(server.url, texts(500) if path is None else [], path)
            path = job.path
            for i in range(2):
                job.until_more()
                time.sleep(0.007 * ((seed + 1) * (life + 2) * (i + 3) % 11))
                kill(*server.workers[: 1 + (seed + i) % 2])
            time.sleep(0.02 * seed)
            server.kill()
    with ServerProcess(*arguments) as server:
        job = job_of(server.url, [], path)
        job.until_over()
        job.check(500)


@pytest.mark.slow
@pytest.mark.parametrize("text", [DIE, HANG, FREEZE, LARGE])
def test_a_run_that_is_the_end_of_its_workers_fails_alone(job_of, text):
    limits = ["--lease-s", "3", "--silent-s", "2.5", "--deadline-s", "1"]
    limits += ["--max-body-bytes", "100000"]
    with ServerProcess("--processes", "2", "--delay-ms", "2", *limits) as server:
        job = job_of(server.url, [*texts(30), text, *texts(30)])
        job.until_over()
        assert job.counts() == {"failed": 1, "completed": 60}
        job.check(61)
        (error,) = [each["run"]["error"] for each in job.told("runs?status=failed")]
        expected = "Task execution failed" if text == LARGE else "The run was given up: 3 workers"
        assert error["message"].startswith(expected)


@pytest.fixture
def start_worker():
    """Start workers that nobody keeps, and see them off in the end."""
    with ExitStack() as stack:

        def start(*arguments, **members):
            worker = stack.enter_context(_worker(*arguments, **members))
            stack.callback(worker.kill)
            return worker

        yield start


def _worker(url, *, key=KEY, delay_ms=0.0):
    worker = subprocess.Popen(
        WORKER,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    told = {"url": url, "key": key, "threads": 1, "grace_s": 5.0, "engine": {"delay_ms": delay_ms}}
    assert worker.stdin is not None
    worker.stdin.write(json.dumps({"name": f"w{worker.pid}", "told": told}).encode() + b"\n")
    worker.stdin.flush()
    return worker


@pytest.mark.slow
def test_a_worker_that_stood_still_past_its_lease_is_refused_and_goes_on(job_of, start_worker):
    with ServerProcess("--worker-key", KEY, "--lease-s", "1") as server:
        job = job_of(server.url, texts(1))
        paused = start_worker(server.url, delay_ms=300)
        job.until(lambda counts: counts == {"running": 1})
        paused.send_signal(signal.SIGSTOP)
        other = start_worker(server.url)
        job.until_over()
        told = [job.told("runs?include_output=true"), job.told("events")]
        paused.send_signal(signal.SIGCONT)
        refused = 'route="report",status="409"'
        job.until(lambda _: refused in job.http.get(f"{server.url}/metrics").text)
        more = job_of(server.url, texts(20))
        more.until_over()

        assert [job.told("runs?include_output=true"), job.told("events")] == told
        job.check(1)
        for worker in (paused, other):
            assert worker.poll() is None
            worker.terminate()
            assert worker.wait(timeout=20) == 0


@pytest.mark.slow
def test_a_worker_leaves_when_its_key_is_wrong_when_its_run_hangs_and_when_its_parent_is_gone(
    job_of, start_worker
):
    with ServerProcess("--worker-key", KEY, "--lease-s", "1", "--deadline-s", "0.5") as server:
        assert start_worker(server.url, key="another key of workers").wait(timeout=20) == REFUSED
        hanging = start_worker(server.url)
        job = job_of(server.url, [HANG])
        assert hanging.wait(timeout=20) == HUNG
        job.until(lambda counts: counts == {"queued": 1})
        orphan = start_worker(server.url)
        assert orphan.stdin is not None
        orphan.stdin.close()
        assert orphan.wait(timeout=20) == 0
