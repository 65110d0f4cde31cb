"""Whoever gives up a call buys nothing more: cancelled, interrupted, or a stream that is left."""

import asyncio
import gc
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing, suppress

import anyio
import pyarrow as pa
import pytest

import enrich
from enrich.errors import Interrupted
from enrich.runs import Limits
from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.buying import taken_at
from tests.fakes.echo_engine import EchoEngine

ROWS = 24
FIELDS = {"answer": "What is it?"}


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
        """Wait until the server took a POST, whose answer is late, so that it is on its way."""
        while not self.runs:
            time.sleep(0.005)

    def then(self, act):
        """Do something then, in another thread."""
        thread = threading.Thread(target=lambda: (self.until_some(), act()))
        thread.start()
        return thread

    def states(self):
        (ledger,) = self.state.glob("*.db")
        with closing(sqlite3.connect(ledger)) as db:
            return dict(db.execute("SELECT state, count(*) FROM request GROUP BY state"))


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


@pytest.mark.parametrize("timeout", [asyncio.timeout, anyio.fail_after], ids=["asyncio", "anyio"])
def test_a_call_whose_time_is_over_buys_nothing_more(bought, timeout):
    async def over():
        with pytest.raises(TimeoutError):
            if timeout is asyncio.timeout:
                async with asyncio.timeout(None) as scope:
                    loop = asyncio.get_running_loop()
                    bought.then(lambda: loop.call_soon_threadsafe(scope.reschedule, loop.time()))
                    await enrich.enrich_async(bought.frame(), FIELDS, **bought.settings)
            else:
                with anyio.fail_after(None) as cancelling:
                    loop = asyncio.get_running_loop()
                    end = lambda: setattr(cancelling, "deadline", loop.time())  # noqa: E731
                    bought.then(lambda: loop.call_soon_threadsafe(end))
                    await enrich.enrich_async(bought.frame(), FIELDS, **bought.settings)
        assert not at_work()

    asyncio.run(over())


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
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.001)
        interrupt()

    with pytest.raises((Interrupted, KeyboardInterrupt)):
        bought.then(in_the_wait)
        list(found)
    found.close()


@pytest.mark.parametrize("leave", [_close, _interrupt])
def test_a_stream_that_is_left_buys_nothing_more(bought, leave):
    found = bought.stream()
    next(found)

    leave(bought, found)

    assert not at_work()
