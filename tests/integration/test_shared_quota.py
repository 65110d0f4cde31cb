"""One quota for all: windows that many share, against a real Redis server."""

import asyncio
import time
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace

import pytest

from enrich.clock import Clock
from enrich.errors import ConfigError, FatalApiError
from enrich.job import load_job
from enrich.ledger import Ledger
from enrich.records import State
from enrich.runs import quota as quotas
from enrich.runs.quota import OwnWindow, Quota
from enrich.runs.redis_window import RedisWindow
from tests.conftest import FakeClock
from tests.fakes.buying import FastClock, accepted, buy, most_in_a_window, requests
from tests.fakes.redis_server import RedisServer
from tests.fakes.server_process import ServerProcess
from tests.fakes.sharer import Sharer

WINDOW_S = 1.0
HELD_S = 0.5
"""Long enough that a slow machine asks within them what it is to ask."""


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["own", "redis"])
def windows(request, redis, clock):
    """Make windows of ten units: two ways to the same one, if it is one that many share."""

    @asynccontextmanager
    async def both():
        if request.param == "own":
            alone = OwnWindow(10, clock=clock, window_s=WINDOW_S, held_s=HELD_S)
            yield alone, alone, clock
            return
        api = f"http://{request.node.name}"
        made = [
            RedisWindow(redis.url, 10, api=api, api_key="k", window_s=WINDOW_S, held_s=HELD_S)
            for _ in range(2)
        ]
        yield *made, Clock()
        for window in made:
            await window.close()

    return both


def within(windows, work):
    async def inside():
        async with windows() as (one, other, clock):
            if isinstance(clock, FakeClock):
                await clock.run(work(one, other, clock))
            else:
                await work(one, other, clock)

    asyncio.run(inside())


def test_units_are_everyones_until_a_window_after_the_end(windows):
    async def work(one, other, clock):
        assert (await one.take("a", 7)).units == 7
        assert (await one.take("a", 7)).units == 7  # asked twice, taken once
        assert (await other.take("b", 7)).units == 3  # what there is
        assert (await other.take("c", 5)).units == 0
        await one.use("a", 2)
        assert (await other.take("c", 5)).units == 5
        await other.end("b", 3)
        waits = await one.take("d", 3)
        assert waits.units == 0
        assert 0 < waits.wait_s <= WINDOW_S
        await clock.sleep(waits.wait_s)
        assert (await one.take("d", 3)).units == 3

    within(windows, work)


def test_first_come_first_served_and_who_left_is_forgotten(windows, monkeypatch):
    monkeypatch.setattr(quotas, "FORGOTTEN_S", 1.0)
    monkeypatch.setattr("enrich.runs.redis_window.FORGOTTEN_S", 1.0)

    async def work(one, other, clock):
        assert (await one.take("a", 10)).units == 10
        assert (await one.take("large", 8)).units == 0
        await one.use("a", 9)
        assert (await other.take("small", 1)).units == 0  # its turn comes behind the large one
        await clock.sleep(1.1)
        assert (await other.take("small", 1)).units == 1

    within(windows, work)


def test_units_of_one_that_died_come_back(windows):
    async def work(one, other, clock):
        assert (await one.take("a", 10)).units == 10
        assert (await other.take("b", 10)).wait_s > WINDOW_S
        await clock.sleep(WINDOW_S + HELD_S)
        assert (await other.take("b", 10)).units == 10

    within(windows, work)


def test_a_refusal_is_heard_by_all_and_passes(windows):
    async def work(one, other, clock):
        assert (await one.refuse(1.0)).largest == 7
        heard = await other.take("a", 10)
        assert (heard.units, heard.largest) == (0, 7)
        assert 0 < heard.wait_s <= 1.0
        await other.refuse(1.0)  # another request of the same moment
        await clock.sleep(1.0 + WINDOW_S + 0.01)
        assert (await one.take("a", 10)).units == 8

    within(windows, work)


def test_a_window_that_was_lost_is_closed_until_what_was_in_it_has_passed(redis):
    async def work():
        window = RedisWindow(redis.url, 10, api="x", api_key=None, window_s=WINDOW_S)
        assert (await window.take("a", 10)).units == 10
        redis.kill()
        redis.start()
        taken = await window.take("b", 10)
        assert taken.units == 0
        assert taken.wait_s == pytest.approx(WINDOW_S, abs=0.01)
        await window.end("a", 10)  # of before: it counts from its end
        await asyncio.sleep(WINDOW_S / 2)
        assert 0 < (await window.take("b", 10)).wait_s <= WINDOW_S / 2
        await window.close()

    asyncio.run(work())


@pytest.fixture
def api(tmp_path):
    with ServerProcess("--db", tmp_path / "s.db", "--workers", "8") as server:
        yield SimpleNamespace(url=server.url, database=tmp_path / "s.db")


def until_accepted(url, runs):
    while accepted(url) < runs:
        time.sleep(0.02)


def test_a_redis_that_goes_away_is_waited_for(api, tmp_path):
    """The command waits as for the API itself, says so, and goes on when it is back."""
    clock = FastClock(30.0)
    with RedisServer(tmp_path) as redis, Ledger(tmp_path / "ledger.db", clock=clock) as ledger:

        async def work():
            window = RedisWindow(redis.url, 20, api=api.url, api_key=None, window_s=0.2)
            buying = asyncio.create_task(
                buy(api.url, None, ledger, requests(60), clock=clock, window=window)
            )
            await asyncio.to_thread(until_accepted, api.url, 1)
            redis.kill()
            await asyncio.sleep(0.5)
            redis.start()
            bought = await buying
            await window.close()
            return bought

        bought = asyncio.run(work())

    assert bought.states == {State.COMPLETED: 60}
    assert accepted(api.url) == 60
    assert any(f"redis://127.0.0.1:{redis.port}/0 does not" in said for said in bought.heard.notes)


def test_a_redis_that_stays_away_ends_the_command(api, tmp_path, redis):
    clock = FastClock(3000.0)
    away = redis.url.replace(f":{redis.port}", ":1")
    with Ledger(tmp_path / "ledger.db", clock=clock) as ledger:

        async def work(url):
            window = RedisWindow(url, 20, api=api.url, api_key=None)
            await buy(api.url, None, ledger, requests(5), clock=clock, window=window)

        with pytest.raises(FatalApiError, match=r"does not answer .*run the same command later"):
            asyncio.run(work(away))
        assert accepted(api.url) == 0
        assert ledger.tally().states == {State.PLANNED: 5}


def test_a_wrong_password_is_a_sentence_that_does_not_show_it(tmp_path):
    async def work(url):
        window = RedisWindow(url, 20, api="x", api_key=None)
        quota = Quota(window, clock=Clock(), tell=print)
        try:
            async with quota.units(5):
                pass
        finally:
            await window.close()

    with RedisServer(tmp_path, password="right") as redis:
        asyncio.run(work(redis.url.replace("//", "//:right@")))
        with pytest.raises(FatalApiError, match="refuses its name or password") as caught:
            asyncio.run(work(redis.url.replace("//", "//:wr0ng@")))
    assert "wr0ng" not in str(caught.value)
    assert caught.value.exit_code == 3


JOB = """\
version: 1
input: {path: t.csv}
output: {path: o.csv}
task: {processor: base, inputs: [a], output: {text: x}}
api: {quota: "%s"}
"""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:hunter2@host/0", "a secret does not stand in a file"),
        ("memcached://host", "begins with redis:// or rediss://"),
        ("redis://:${NO_SUCH_PASSWORD}@host", "NO_SUCH_PASSWORD is not set"),
    ],
)
def test_the_address_of_a_quota_is_checked_with_the_job(tmp_path, url, said):
    (tmp_path / "job.yaml").write_text(JOB % url)

    with pytest.raises(ConfigError, match=said) as caught:
        load_job(tmp_path / "job.yaml")

    assert "hunter2" not in str(caught.value)
    assert "5: api.quota" in str(caught.value)


def test_buyers_together_never_exceed_the_quota(api, redis, tmp_path):
    """Counted are the runs in the server's own record; it refuses none."""

    async def one(part):
        window = RedisWindow(redis.url, 30, api=api.url, api_key=None, window_s=0.3)
        with Ledger(tmp_path / f"{part}.db") as ledger:
            mine = requests(90)[part::3]
            await buy(api.url, None, ledger, mine, clock=Clock(), window=window)
        await window.close()

    async def all_of_them():
        await asyncio.gather(*map(one, range(3)))

    asyncio.run(all_of_them())

    assert accepted(api.url) == 90
    assert most_in_a_window(api.database, 0.3) <= 30


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 2])
def test_processes_together_never_exceed_the_quota(api, redis, tmp_path, killed):
    """Some of them are killed at work, and started again."""
    rows, limit, of = 1200, 200, 3
    sharing = partial(
        Sharer, of=of, api=api.url, redis=redis.url, folder=tmp_path, rows=rows, limit=limit
    )
    sharers = [sharing(part, window_s=1.0, chunk=50) for part in range(of)]
    for sharer in sharers:
        sharer.go()
    until_accepted(api.url, rows // 3)
    for part in range(killed):
        sharers[part].kill()
    for part in range(killed):
        sharers[part] = sharing(part, window_s=1.0, chunk=50)
        sharers[part].go()
    done = [sharer.done() for sharer in sharers]

    assert done[killed:] == [rows // of] * (of - killed)
    assert accepted(api.url) == rows
    assert most_in_a_window(api.database, 1.0) <= limit
