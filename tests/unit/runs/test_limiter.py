import asyncio
import random

import pytest

from enrich.runs.limiter import Pace, Slots
from enrich.runs.quota import OwnWindow, Quota


def quota_of(limit, clock):
    return Quota(OwnWindow(limit, clock=clock), clock=clock, tell=print)


class Server:
    """Counts what arrives, at a moment of its own choice between leaving and answer."""

    def __init__(self, clock, *, latency):
        self.clock = clock
        self.latency = latency
        self.arrivals = []

    async def post(self, units):
        before = random.uniform(0, self.latency)
        await self.clock.sleep(before)
        self.arrivals.append((self.clock.monotonic(), units))
        await self.clock.sleep(self.latency - before)

    def most_in(self, window_s):
        return max(
            sum(units for at, units in self.arrivals if start <= at < start + window_s)
            for start, _ in self.arrivals
        )


async def send_all(quota, server, total, chunk, lanes):
    left = total

    async def lane():
        nonlocal left
        while left > 0:
            units = min(chunk, left, quota.largest)
            left -= units
            async with quota.units(units) as permit:
                left += units - permit.units
                await server.post(permit.units)

    await asyncio.gather(*(lane() for _ in range(lanes)))


@pytest.mark.parametrize("latency", [0.01, 0.5, 3.0])
@pytest.mark.parametrize(("limit", "chunk"), [(2000, 1000), (2000, 300), (100, 7), (1, 1)])
def test_no_window_ever_holds_more_than_the_limit(clock, limit, chunk, latency):
    quota, server = quota_of(limit, clock), Server(clock, latency=latency)

    asyncio.run(clock.run(send_all(quota, server, limit * 5, chunk, 3)))

    assert server.most_in(60.0) <= limit
    assert limit * 5 == sum(units for _, units in server.arrivals)


def test_all_of_the_quota_is_used(clock):
    quota, server = quota_of(2000, clock), Server(clock, latency=0.1)
    began = clock.monotonic()

    asyncio.run(clock.run(send_all(quota, server, 20_000, 1000, 3)))

    minutes = (clock.monotonic() - began) / 60
    # The first 2,000 leave at once, so ten batches of 2,000 span nine windows.
    assert minutes <= 9 / 0.98


def test_units_that_are_not_used_are_free_at_once(clock):
    quota = quota_of(10, clock)

    async def work():
        async with quota.units(10) as permit:
            await permit.use(2)
        began = clock.monotonic()
        async with quota.units(8):
            pass
        return clock.monotonic() - began

    assert asyncio.run(clock.run(work())) == 0


def test_a_refusal_closes_for_as_long_as_was_asked(clock):
    quota = quota_of(100, clock)

    async def work():
        await quota.refused(12.0)
        began = clock.monotonic()
        async with quota.units(1):
            pass
        return clock.monotonic() - began

    assert asyncio.run(clock.run(work())) >= 12.0


def test_refusals_cut_the_rate_and_it_recovers(clock):
    quota = quota_of(1000, clock)
    asyncio.run(quota.refused(1.0))
    cut = quota.largest
    assert cut == 700
    clock.time += 0.5
    asyncio.run(quota.refused(1.0))
    assert quota.largest == cut  # one refusal, told twice

    async def work():
        for _ in range(10):
            async with quota.units(1):
                await clock.sleep(60)

    asyncio.run(clock.run(work()))
    assert quota.largest == 1000


def test_slots_are_never_more_than_the_limit():
    async def work():
        slots = Slots(100)
        assert await slots.take(80) == 80
        assert await slots.take(80) == 20
        waiting = asyncio.create_task(slots.take(50))
        await asyncio.sleep(0)
        slots.give(5)
        await asyncio.sleep(0)
        assert not waiting.done()  # a chunk of five is not worth a POST
        slots.give(5)
        assert await waiting == 10

    asyncio.run(work())


def test_a_pace_lets_a_few_pass_and_then_holds(clock):
    pace = Pace(5.0, clock=clock)

    async def work():
        began = clock.monotonic()
        for _ in range(58):
            await pace.turn()
        return clock.monotonic() - began

    assert 9.5 <= asyncio.run(clock.run(work())) <= 10.5
