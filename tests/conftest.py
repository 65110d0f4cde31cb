"""What holds for every test: nobody's environment, and time that a test owns."""

import asyncio
import gc
import os
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, settings

from enrich.clock import Clock
from tests.cli.console import Console

# As the command line has it, before anything loads numpy; programs that tests start inherit it.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# A fresh clone builds hypothesis's table of characters inside the first example, and a busy
# machine is slow at everything: neither says anything of a test. CI asks the same each time, so
# that it says something of the change; a person's machine goes on looking.
settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("house")


def pytest_xdist_auto_num_workers(config):
    """Take two workers a core: many tests wait for processes and streams."""
    del config
    return 2 * (os.cpu_count() or 1)


def pytest_sessionstart(session):
    """Look for no garbage among modules and tests: they all stay."""
    del session
    gc.disable()


def pytest_collection_finish(session):
    """Leave what is there now out of each later search for garbage."""
    del session
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """Nobody's proxy, key or colours change a result."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith(("PARALLEL_", "ENRICH_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session")
def console(tmp_path_factory):
    """What runs commands; to start it takes a few seconds."""
    with Console(tmp_path_factory.mktemp("console")) as console:
        yield console


class AtOnce(ThreadPoolExecutor):
    """Does what a thread would do in no time: fake time must not pass meanwhile."""

    def submit(self, work, /, *args, **kwargs):
        done: Future[object] = Future()
        try:
            done.set_result(work(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is its caller's
            done.set_exception(error)
        return done


class FakeClock(Clock):
    """Time that moves only when somebody sleeps, or when a test says so."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self):
        return self.time

    def monotonic(self):
        return self.time

    async def sleep(self, seconds):
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        self._count += 1
        self._sleepers.append((self.time + seconds, self._count, future))
        await future

    async def run(self, work, *, until=1e9):
        """Run a coroutine to its end, moving on to the next sleeper whenever all are waiting."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(AtOnce())
        task = asyncio.ensure_future(work)
        end = self.time + until
        while not task.done():
            for turn in range(1000):
                await asyncio.sleep(0)
                if turn > 20 and not loop._ready:  # type: ignore[attr-defined]
                    break
            if task.done():
                break
            self._sleepers = [each for each in self._sleepers if not each[2].done()]
            assert self._sleepers, "everything waits for something that never comes"
            self._sleepers.sort(key=lambda each: each[:2])
            at, _, future = self._sleepers.pop(0)
            if at > end:
                task.cancel()
                break
            self.time = max(self.time, at)
            future.set_result(None)
        return await task


@pytest.fixture
def clock():
    return FakeClock()
