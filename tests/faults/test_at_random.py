"""Faults of the server at random, and kills of the client between them: no run twice.

A seed decides everything but the moments at which things meet. When one fails, its
seed says which faults they were.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

from enrich.errors import ApiError
from enrich.ledger import Cap, Ledger
from enrich.records import State
from enrich.runs import Ended
from enrich.server import EmbeddedServer, Quota, ServerSettings
from tests.fakes.buying import FastClock, accepted, answers, buy, requests
from tests.fakes.echo_engine import EchoEngine

EVERYDAY = range(5)
ALL = range(220)
MICRO_USD = 10_000

# What a seed may draw: the shares are such that a job still comes to an end.
FAULTS = {
    "lost@add_runs:0.4": 3,
    "lost@create_group:0.3": 1,
    "lost:0.1": 1,
    "500-after@add_runs:0.3": 2,
    "503-after@add_runs#1-2": 1,
    "408-after@add_runs:0.3": 1,
    "503-before:0.2": 2,
    "500@group:0.3": 1,
    "reset@add_runs:0.2": 2,
    "reset:0.1": 1,
    "truncated@add_runs:0.3": 2,
    "truncated@result:0.3": 1,
    "cut@list_runs:0.4:2": 2,
    "cut@events:0.5:1": 1,
    "silent@list_runs:0.1:2": 1,
    "silent@events:0.3:1": 1,
    "429@add_runs:0.3:1": 2,
    "429-bare@add_runs:0.3": 1,
    "429-bare@list_runs:0.2": 1,
    "402@add_runs:0.2": 1,
    "slow@add_runs:0.15:0.2": 1,
    "slow@list_runs:0.1:0.3": 1,
    "repeat:0.4": 2,
    "shuffle:0.4": 2,
    "lag:0.15": 2,
    "lag@list_runs:0.2:0.5": 1,
}
SETTLE_S = 10.0
"""Half a second of real time, since the clock is 20 times as fast: longer than any lag of list and
count together, and than a POST needs that a killed client left behind."""


@dataclass(repr=False)
class Seed:
    """What a seed stands for."""

    number: int
    chance: random.Random = field(init=False)

    def __post_init__(self):
        self.chance = random.Random(self.number)
        names, weights = zip(*FAULTS.items(), strict=True)
        drawn = self.chance.choices(names, weights, k=self.chance.randint(1, 4))
        self.faults = tuple(dict.fromkeys(drawn))
        self.count = self.chance.randint(1, 40)
        self.chunk = self.chance.choice([2, 5, 1000])
        self.max_in_flight = self.chance.choice([4, 15, 1000])
        self.kills = [self.chance.uniform(0.0, 0.6) for _ in range(self.chance.choice([0, 1, 2]))]
        self.caps = []
        if self.chance.random() < 0.55:
            # First it may cost a part, then what all costs and no cent more.
            self.caps = [self.chance.randint(1, self.count), self.count]
        self.quota = Quota(limit=20, window_s=0.5) if self.chance.random() < 0.2 else None

    def __repr__(self):
        return f"seed {self.number}: {self.faults}"


class Watching(Ledger):
    """A ledger that remembers the most that was ever in flight."""

    most = 0

    def claim(self, task, **how):
        chunk = super().claim(task, **how)
        tally = self.tally()
        self.most = max(self.most, tally[State.SUBMITTING] + tally[State.RUNNING])
        return chunk


async def killed_after(seconds, work):
    """Run some work, and let it vanish after a while as a process would."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return None
    return task.result()


def prove(seed, tmp_path, monkeypatch):
    """Buy under a seed's faults until all is settled, and check every promise on the way."""
    monkeypatch.setattr("enrich.runs.submit.MAX_RUNS_PER_POST", seed.chunk)
    monkeypatch.setattr("enrich.runs.submit.RUNS_PER_GROUP", seed.chunk * 3)
    wanted = requests(seed.count)
    settings = ServerSettings(
        database=tmp_path / "runs.db",
        faults=seed.faults,
        seed=seed.number,
        quota=seed.quota,
        keepalive_s=0.1,
        stop_grace_s=0.1,
    )
    path = tmp_path / "ledger.db"
    with EmbeddedServer(settings, EchoEngine()) as server:

        def bought(*, cap=None, kill_s=30.0):
            runs = None if cap is None else cap * MICRO_USD
            how = {
                "cap": Cap(micro_usd_per_run=MICRO_USD, max_micro_usd=runs),
                "max_in_flight": seed.max_in_flight,
                "settle_s": SETTLE_S,
                "silence_s": 0.4,
                "clock": FastClock(),
            }
            if seed.quota:
                how |= {"runs_per_minute": seed.quota.limit, "window_s": seed.quota.window_s * 20}
            with Watching(path) as ledger:
                buying = buy(server.url, server.api_key, ledger, wanted, **how)
                try:
                    ended = asyncio.run(killed_after(kill_s, buying))
                except ApiError:
                    ended = None  # its patience is over; the same command goes on
                assert ledger.most <= seed.max_in_flight, seed
                if cap is not None:
                    assert accepted(server.url) <= cap, seed
                return ended and ended.ended

        for kill_s in seed.kills:
            bought(cap=seed.caps[0] if seed.caps else None, kill_s=kill_s)
        for cap in seed.caps or [None]:
            ended = next(filter(None, (bought(cap=cap) for _ in range(5))), None)
            assert ended is (Ended.BUDGET if cap and cap < seed.count else Ended.SETTLED), seed
        runs = accepted(server.url)
    with Ledger(path) as ledger:
        assert runs == seed.count, seed
        assert answers(ledger, wanted) == [f"a{number}" for number in range(seed.count)], seed
        assert ledger.tally().states == {State.COMPLETED: seed.count}, seed
        assert ledger.tally().extra_runs == 0, seed
        round_ = ledger.round("job")
        assert round_, seed
        assert round_.micro_usd == seed.count * MICRO_USD, seed


@pytest.mark.parametrize("number", EVERYDAY)
def test_some_faults_at_random_cost_no_run_twice(number, tmp_path, monkeypatch):
    prove(Seed(number), tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("number", [number for number in ALL if number not in EVERYDAY])
def test_all_faults_at_random_cost_no_run_twice(number, tmp_path, monkeypatch):
    prove(Seed(number), tmp_path, monkeypatch)


def test_the_seeds_draw_every_fault_alone_and_with_others():
    drawn = [Seed(number).faults for number in ALL]
    times = Counter(fault for faults in drawn for fault in faults)

    assert set(times) == set(FAULTS)
    assert min(times.values()) >= 5
    assert sum(len(faults) == 1 for faults in drawn) >= 40
    assert sum(bool(Seed(number).caps) for number in ALL) >= 100
