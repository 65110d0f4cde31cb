"""Shards on an engine: the same bytes as without, and no run twice whoever is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pexpect
import pyarrow.parquet
import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from tests.fakes.buying import accepted, most_in_a_window
from tests.fakes.redis_server import RedisServer
from tests.fakes.server_process import ROOT, ServerProcess
from tests.fakes.victims import write_job

ENGINES = ROOT / ".engines" / "python"
SHORT_WINDOW = ROOT / "tests" / "fakes" / "short_window"
WINDOW_S = 10.0
LIMIT = 120
SHARDS = 3
NAMES = [f"n{number % 300}" for number in range(350)]
DISTINCT = 300

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not ENGINES.exists(), reason="`make .engines/.installed` gets the engines"),
]


@pytest.fixture
def api(tmp_path):
    """A server without a quota of its own, which records what it takes and when."""
    database = tmp_path / "s.db"
    with ServerProcess("--db", database, "--workers", "8") as server:
        yield SimpleNamespace(url=server.url, database=database)


@pytest.fixture
def redis(tmp_path):
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """What the job writes without an engine, and without a shard."""
    folder = tmp_path_factory.mktemp("local")
    with ServerProcess() as server:
        job = write_job(folder, server.url, rows=NAMES)
        command = [sys.executable, "-m", "enrich", "run", str(job), "--quiet"]
        subprocess.run(command, cwd=ROOT, check=True)
    return (folder / "out.csv").read_bytes()


class Driver:
    """A command that works a job on an engine."""

    def __init__(self, engine, job, folder, **environ):
        module = {"ray": ["enrich", "run", "--on", "ray", "--shards", str(SHARDS)]}.get(
            engine, ["tests.fakes.on_engine", engine, str(SHARDS)]
        )
        self.job = job
        self._said = folder / f"said-{time.monotonic()}.txt"
        self._out = self._said.open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *module, str(job)],
            stdout=self._out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": f"{SHORT_WINDOW}:{ENGINES}:{ROOT}",
                "RAY_worker_niceness": "0",  # 15 otherwise: others' load would starve them
                # Ray's own files and its cluster's token stay in the test's folder.
                "HOME": str(folder),
                **environ,
            },
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._out.close()
        if self.process.poll() is None:
            self.kill()

    @property
    def said(self):
        return self._said.read_text()

    def ends(self, code=0):
        assert self.process.wait(timeout=400) == code, self.said

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=20)


def workers(job):
    """Return the processes that hold the shards' ledgers, as they have noted themselves."""
    found = {}
    for lock in sorted((job.parent / ".enrich").glob("*/*-of-*.db.lock")):
        with suppress(ValueError, OSError):
            found[lock.name] = int(json.loads(lock.read_bytes())["pid"])
    return found


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def until(true, driver, seconds=300):
    end = time.monotonic() + seconds
    while not true():
        assert driver.process.poll() is None, driver.said
        assert time.monotonic() < end, driver.said
        time.sleep(0.05)


def kill_workers(driver, count, known):
    """Kill so many workers that are not known yet, at once; return all that are known then."""

    def new():
        return [pid for pid in workers(driver.job).values() if pid not in known]

    until(lambda: len(new()) >= count, driver)
    victims = new()[:count]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    return {*known, *victims}


def kill_executor(driver, known):
    """Kill the process of Spark in which a worker runs that is not known yet; return all of now."""
    running = set()

    def is_there():
        running.update(set(workers(driver.job).values()) - known)
        return running

    until(is_there, driver)
    daemon = parent(running.pop())
    os.kill(parent(daemon), signal.SIGKILL)
    return {*known, *workers(driver.job).values()}


@pytest.mark.parametrize("engine", ["ray", "dask", "spark"])
def test_killed_workers_cost_nothing_and_exceed_no_quota(engine, api, redis, expected, tmp_path):
    """One, and then two at once, and one of those that came for them.

    The quota is an actor's on Ray, and Redis's on the others.
    """
    shared = "" if engine == "ray" else f", quota: {redis.url}"
    said = f"runs_per_minute: {LIMIT}{shared}"
    job = write_job(tmp_path / engine, api.url, rows=NAMES, api=said)
    with Driver(engine, job, tmp_path) as driver:
        until(lambda: accepted(api.url) > DISTINCT // 10, driver)
        known = kill_workers(driver, 1, {driver.process.pid})
        known = kill_workers(driver, 2, known)
        if engine == "spark":
            known = kill_executor(driver, known)
        kill_workers(driver, 1, known)
        driver.ends()

    assert (job.parent / "out.csv").read_bytes() == expected
    assert accepted(api.url) == DISTINCT
    assert most_in_a_window(api.database, WINDOW_S) <= LIMIT


def asked(job, folder, *options, answer):
    """Run a job on a terminal and answer its question; return the exit code and what it said."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "enrich", "run", str(job), *options],
        cwd=str(ROOT),
        env={**os.environ, "PYTHONPATH": f"{ENGINES}:{ROOT}", "HOME": str(folder)},
        dimensions=(50, 120),
        timeout=200,
        encoding="utf-8",
    )
    child.expect_exact("Spend up to $3.00? [y/N]: ")
    plan = child.before
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, plan, child.before


def test_on_ray_plans_and_asks_as_without(api, expected, tmp_path):
    job = write_job(tmp_path / "asked", api.url, rows=NAMES, more="confirm_above_usd: 1\n")
    on_ray = ["--on", "ray", "--shards", str(SHARDS)]

    without = asked(job, tmp_path, answer="n")
    told = asked(job, tmp_path, *on_ray, answer="n")
    assert told[:2] == without[:2]
    assert told[0] == 130
    assert "Nothing was spent." in told[2]
    assert accepted(api.url) == 0

    code, _, said = asked(job, tmp_path, *on_ray, answer="y")
    assert code == 0, said
    assert (job.parent / "out.csv").read_bytes() == expected
    assert accepted(api.url) == DISTINCT


@pytest.mark.parametrize("engine", ["ray", "spark"])
def test_a_killed_driver_costs_nothing_and_exceeds_no_quota(engine, api, redis, expected, tmp_path):
    """Twice in a row; its cluster goes with it, and the same command goes on."""
    said = f"runs_per_minute: {LIMIT}, quota: {redis.url}"
    job = write_job(tmp_path / "driver", api.url, rows=NAMES, api=said)
    for share in (10, 2):
        with Driver(engine, job, tmp_path) as driver:
            until(lambda share=share: accepted(api.url) > DISTINCT // share, driver)
            driver.kill()
    with Driver(engine, job, tmp_path) as driver:
        driver.ends()

    assert (job.parent / "out.csv").read_bytes() == expected
    assert accepted(api.url) == DISTINCT
    assert most_in_a_window(api.database, WINDOW_S) <= LIMIT


@pytest.fixture
def address(tmp_path):
    """A cluster that runs already: two nodes of this machine."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.ray_cluster"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{SHORT_WINDOW}:{ENGINES}:{ROOT}",
            "HOME": str(tmp_path),
        },
    ) as cluster:
        assert cluster.stdout is not None
        yield cluster.stdout.readline().strip()
        cluster.communicate()


def test_on_a_cluster_that_is_there_all_nodes_work_and_find_the_jobs_files(
    api, address, expected, tmp_path
):
    """The command is started elsewhere than the cluster, and names its files from there."""
    job = write_job(tmp_path / "joined", api.url, rows=NAMES, api=f"runs_per_minute: {LIMIT}")
    # Ray takes 127.0.0.1 for the machine's own address unless this is said, as to the cluster.
    there = {"RAY_ADDRESS": address, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    with Driver("ray", job, tmp_path, **there) as driver:
        nodes: set[int] = set()

        def on_both():
            with suppress(OSError):  # one that has just ended
                nodes.update(parent(pid) for pid in workers(job).values())
            return len(nodes) == 2

        # A shard may be done before the last one begins: what is left of the quota is another's.
        until(on_both, driver)
        kill_workers(driver, 1, {driver.process.pid})
        driver.ends()
    with Driver("ray", job, tmp_path, **there) as again:
        again.ends()

    assert (job.parent / "out.csv").read_bytes() == expected
    assert accepted(api.url) == DISTINCT
    assert most_in_a_window(api.database, WINDOW_S) <= LIMIT


def test_a_ray_dataset_gets_its_columns_and_nothing_undeclared_is_written(api, tmp_path):
    job = write_job(tmp_path / "data", api.url, rows=NAMES)
    with Driver("ray-data", job, tmp_path) as driver:
        driver.ends()

    rows = json.loads((job.parent / "out.json").read_text())
    # Ray keeps no order unless it is told to.
    assert sorted((row["Company"], row["company"], row["enrich_status"]) for row in rows) == sorted(
        (name, name, "completed") for name in NAMES
    )
    assert accepted(api.url) == DISTINCT
    written = pyarrow.parquet.read_table(job.parent / "state" / "inputs")
    assert written.column_names == ["Company"]


@pytest.fixture
def bucket(monkeypatch):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    store = fs.S3FileSystem(
        endpoint_override=f"{host}:{port}",
        scheme="http",
        region="us-east-1",
        allow_bucket_creation=True,
    )
    store.create_dir("bucket")
    yield store
    server.stop()


def test_table_ledgers_and_output_lie_in_a_bucket(api, bucket, expected, tmp_path):
    job = write_job(tmp_path / "s3", api.url, rows=NAMES)
    with bucket.open_output_stream("bucket/rows.csv") as stream:
        stream.write((job.parent / "rows.csv").read_bytes())
    text = job.read_text().replace("path: ", "path: s3://bucket/")
    job.write_text(f"{text}state: s3://bucket/state\n")
    with Driver("ray", job, tmp_path) as driver:
        driver.ends()

    with bucket.open_input_stream("bucket/out.csv") as stream:
        assert stream.read() == expected
    assert accepted(api.url) == DISTINCT
    assert not job.with_name(".enrich").exists()
