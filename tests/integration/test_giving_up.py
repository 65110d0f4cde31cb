"""Whoever gives up a call buys nothing more: cancelled, interrupted, or a stream that is left."""

import asyncio
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import anyio
import pyarrow as pa
import pytest

import enrich
from enrich.errors import Interrupted
from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.buying import taken_at
from tests.fakes.echo_engine import EchoEngine

ROWS = 24
FIELDS = {"answer": "What is it?"}


def until(it_is_so):
    """Wait for something, but not for ever."""
    for _ in range(4_000):
        if it_is_so():
            return
        time.sleep(0.005)
    raise AssertionError("it never came")


class Bought:
    """A server that is slow to answer a POST, and a call that buys there, one run in each."""

    def __init__(self, server, database, state):
        self.database = database
        self.before = taken(database)
        self.state = state
        self.names = [f"{state.parent.name} {number}" for number in range(ROWS)]
        self.settings = {
            "inputs": ["name"],
            "base_url": server.url,
            "api_key": server.api_key,
            "state": state,
        }

    @property
    def runs(self):
        return taken(self.database) - self.before

    def frame(self):
        return pa.table({"name": self.names})

    def stream(self):
        return enrich.enrich_rows(({"name": name} for name in self.names), FIELDS, **self.settings)

    def until_some(self):
        """Wait until the server took a POST; those of the other lanes are on their way."""
        until(lambda: self.runs)

    def then(self, act):
        """Do something then, in another thread."""
        thread = threading.Thread(target=lambda: (self.until_some(), act()))
        thread.start()
        return thread

    def states(self):
        for ledger in self.state.glob("*.db"):
            with closing(sqlite3.connect(ledger)) as db, suppress(sqlite3.OperationalError):
                return dict(db.execute("SELECT state, count(*) FROM request GROUP BY state"))
        return {}


def taken(database):
    """Return how many runs a server took, by its own record."""
    return len(taken_at(database))


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return tmp_path_factory.mktemp("server") / "runs.db"


@pytest.fixture(scope="module")
def server(database):
    settings = ServerSettings(
        database=database,
        faults=("slow@add_runs:0.1",),
        stop_grace_s=0.1,
    )
    with EmbeddedServer(settings, EchoEngine()) as served:
        yield served


@pytest.fixture
def bought(server, database, tmp_path, monkeypatch):
    """Buy some; then see that nothing is bought or in doubt any more, and that the call goes on."""
    made = Bought(server, database, tmp_path / "state")
    with monkeypatch.context() as patch:
        patch.setattr("enrich.runs.submit.MAX_RUNS_PER_POST", 1)
        # However slow the machine is, the call has not bought all when it is given up.
        patch.setattr("enrich.pipeline.buy.runs_per_minute", lambda _: ROWS // 4)
        yield made
    runs = made.runs
    assert not at_work()
    assert 0 < runs < ROWS
    states = made.states()
    assert "submitting" not in states
    assert states["planned"] == ROWS - runs

    whole = enrich.enrich(made.frame(), FIELDS, **made.settings)

    assert whole.column("enrich_status").to_pylist() == ["completed"] * ROWS
    assert made.runs == ROWS


def at_work():
    return [thread for thread in threading.enumerate() if thread.name == "enrich"]


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


def test_a_cancelled_call_buys_nothing_more(bought):
    async def cancelled():
        task = asyncio.create_task(enrich.enrich_async(bought.frame(), FIELDS, **bought.settings))
        await asyncio.to_thread(bought.until_some)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not at_work()  # its ledger is closed by now

    asyncio.run(cancelled())


async def _with_asyncio(call, then):
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as scope:
        then(lambda: loop.call_soon_threadsafe(scope.reschedule, loop.time()))
        await call


async def _with_anyio(call, then):
    loop = asyncio.get_running_loop()
    with anyio.fail_after(None) as scope:
        then(lambda: loop.call_soon_threadsafe(setattr, scope, "deadline", loop.time()))
        await call


async def _waited_for(call, then):
    loop = asyncio.get_running_loop()
    waiting = asyncio.create_task(asyncio.wait_for(call, 3600))
    then(lambda: loop.call_soon_threadsafe(waiting.cancel))
    try:
        await waiting
    except asyncio.CancelledError:
        raise TimeoutError from None


@pytest.mark.parametrize(
    "timed",
    [
        _with_anyio,  # which cancels in each turn of the loop
        pytest.param(_with_asyncio, marks=pytest.mark.slow),
        pytest.param(_waited_for, marks=pytest.mark.slow),
    ],
)
def test_a_call_whose_time_is_over_buys_nothing_more(bought, timed):
    async def over():
        call = enrich.enrich_async(bought.frame(), FIELDS, **bought.settings)
        with pytest.raises(TimeoutError):
            await timed(call, bought.then)
        assert not at_work()

    asyncio.run(over())


def test_a_call_that_is_cancelled_again_leaves_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("enrich.apart.LEAVING_S", 60.0)  # it takes next to none of it
    database = tmp_path / "runs.db"
    settings = ServerSettings(
        database=database, faults=("slow@add_runs#1:3600",), stop_grace_s=0.05
    )
    with EmbeddedServer(settings, EchoEngine()) as server:
        bought = Bought(server, database, tmp_path / "state")

        async def cancelled():
            call = enrich.enrich_async(bought.frame(), FIELDS, **bought.settings)
            task = asyncio.create_task(call)
            await asyncio.to_thread(until, lambda: bought.states().get("submitting"))
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        assert not at_work()
        assert bought.states() == {"submitting": ROWS}
        plan = {name: bought.settings[name] for name in ("inputs", "base_url", "state")}
        # The ledger is closed, and the next call looks them up (tests/crash).
        assert enrich.plan(bought.frame(), FIELDS, **plan).in_doubt == ROWS


def test_ctrl_c_in_a_notebook_buys_nothing_more(bought):
    async def cell():
        bought.then(interrupt)
        enrich.enrich(bought.frame(), FIELDS, **bought.settings)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted, match="Nothing is lost"):
        asyncio.run(cell())

    assert signal.getsignal(signal.SIGINT) is before


def _close(bought, found):
    bought.until_some()
    found.close()


def _fail(bought, found):
    def read():
        for _ in found:
            bought.until_some()
            raise LookupError

    with pytest.raises(LookupError):
        read()
    found.close()


def _collect(bought, found):
    bought.until_some()
    cycle = [found]
    cycle.append(cycle)


def _interrupt(bought, found):
    before = signal.getsignal(signal.SIGINT)

    def in_the_wait():
        until(lambda: signal.getsignal(signal.SIGINT) is not before)
        interrupt()

    try:
        bought.then(in_the_wait)
        list(found)
    except (Interrupted, KeyboardInterrupt):
        found.close()


@pytest.mark.parametrize(
    "leave",
    [
        _collect,
        pytest.param(_interrupt, marks=pytest.mark.slow),
        pytest.param(_close, marks=pytest.mark.slow),
        pytest.param(_fail, marks=pytest.mark.slow),
    ],
)
def test_a_stream_that_is_left_buys_nothing_more(bought, leave):
    found = [bought.stream()]
    next(found[0])

    leave(bought, found.pop())
    gc.collect()

    assert not at_work()


@pytest.mark.slow
def test_a_program_that_ends_with_a_stream_half_read_buys_nothing_more(bought):
    program = """
import sys, enrich, enrich.pipeline.buy, enrich.runs.submit
enrich.runs.submit.MAX_RUNS_PER_POST = 1
enrich.pipeline.buy.runs_per_minute = lambda _: 6
url, key, state, *names = sys.argv[1:]
found = enrich.enrich_rows(
    ({"name": name} for name in names),
    {"answer": "What is it?"}, inputs=["name"], base_url=url, api_key=key, state=state,
)
next(found)
"""
    told = [bought.settings["base_url"], bought.settings["api_key"], bought.state]
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, told), *bought.names],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
