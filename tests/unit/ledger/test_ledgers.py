"""Several ledgers read as one."""

import pytest

from enrich.clock import Clock
from enrich.ledger import Cap, Ledger, Ledgers, Settlement
from enrich.records import WHOLE, Request, RowStatus, Shard
from tests.fakes.buying import requests

POOL = requests(8)


class HandClock(Clock):
    time = 1_000.0

    def now(self):
        return self.time


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def opened(tmp_path, clock):
    """Open the ledger of a shard."""
    made = []

    def opened(shard):
        name = f"{shard.index}-of-{shard.of}.db"
        made.append(Ledger(tmp_path / name, clock=clock))
        return made[-1]

    yield opened
    for each in made:
        each.close()


def settle(ledger, wanted, *, output=b'"x"', error=None, job="job"):
    """Plan, claim and settle some requests in a ledger."""
    task = ledger.task(b"task", "base", "{}")
    ledger.plan(task, wanted, retry_failed=True, stale_before=float("inf"))
    group = ledger.add_group(f"tgrp_{ledger.path.stem}_{ledger.tally()}")
    chunk = ledger.claim(
        task,
        group=group.id,
        round_id=ledger.open_round(job, 8).id,
        cap=Cap(micro_usd_per_run=10),
        max_runs=99,
        max_bytes=10**6,
    )
    ledger.resolve(chunk, {each.id: f"trun_{each.id}" for each in chunk.requests})
    ended = {"error": error} if error else {"output": output}
    ledger.settle(
        [Settlement(request=e.id, run_id=f"trun_{e.id}", **ended) for e in chunk.requests]
    )


def said(ledgers, wanted=POOL):
    return [each and (each.output or each.status) for each in ledgers.outcomes(wanted)]


def test_each_request_is_asked_of_its_owner(opened):
    shards = [Shard(index, 3) for index in range(3)]
    there = {shard: opened(shard) for shard in shards}
    for shard, ledger in there.items():
        own = [each for each in POOL if shard.owns(each.fingerprint)]
        settle(ledger, own, output=str(shard).encode())

    expected = [f"{Shard(0, 3).owner(each.fingerprint)}/3".encode() for each in POOL]
    assert said(Ledgers(Shard(0, 3), None, there)) == expected

    del there[Shard(1, 3)]
    without = [None if each == b"1/3" else each for each in expected]
    assert said(Ledgers(Shard(0, 3), None, there)) == without


def test_what_goes_on_from_an_answer_is_looked_up_where_that_is(opened):
    low, high = b"\x00" * 32, b"\xff" * 32
    again = Request(fingerprint=high, input=b"{}", previous="trun_1", after=low)
    ledger = opened(Shard(0, 2))
    settle(ledger, [again])

    assert said(Ledgers(Shard(0, 2), None, {Shard(0, 2): ledger}), [again]) == [b'"x"']


def test_of_two_answers_the_newer_counts_and_what_was_given_up_elsewhere_does_not(opened, clock):
    whole, parts = opened(WHOLE), {Shard(index, 2): opened(Shard(index, 2)) for index in range(2)}

    def owner(request):
        return parts[Shard(Shard(0, 2).owner(request.fingerprint), 2)]

    settle(whole, POOL[:3], output=b'"old"')
    settle(whole, [POOL[5]], error="It failed.")
    clock.time += 10
    settle(owner(POOL[0]), POOL[:1], output=b'"new"')
    settle(owner(POOL[5]), [POOL[5]], output=b'"late"')
    owner(POOL[4]).plan(owner(POOL[4]).task(b"task", "base", "{}"), [POOL[4]])

    found = said(Ledgers(WHOLE, None, {WHOLE: whole, **parts}))

    assert found[:3] == [b'"new"', b'"old"', b'"old"']
    assert found[4] is None
    assert found[5] == b'"late"'


def test_a_purchase_at_work_counts_more_than_a_former_failure(opened, clock):
    former, present = opened(WHOLE), opened(Shard(0, 2))
    settle(former, POOL, error="It failed.")
    clock.time += 10
    mine = [each for each in POOL if Shard(0, 2).owns(each.fingerprint)]
    present.plan(present.task(b"task", "base", "{}"), mine)

    found = said(Ledgers(Shard(0, 2), present, {WHOLE: former}), mine)

    assert found == [RowStatus.PENDING] * len(mine)


def test_what_is_taken_over_keeps_its_time_its_attempts_and_its_answer(opened, clock):
    before, after = opened(WHOLE), opened(Shard(0, 2))
    settle(before, POOL[:2], output=b'"x"')
    settle(before, POOL[2:3], error="It failed.")
    wanted = [each.fingerprint for each in POOL[:4]]
    entries = before.entries(wanted)
    clock.time += 10

    task = after.task(b"task", "base", "{}")
    for _ in range(2):  # twice is as once
        after.take_over(task, [each for each in entries if each])

    assert entries[3] is None
    assert after.entries(wanted) == entries
    assert after.outcomes(wanted) == before.outcomes(wanted)
    assert after.planned(task) == 0


def test_what_is_on_its_way_is_not_taken_over(opened):
    before, after = opened(WHOLE), opened(Shard(0, 2))
    settle(before, POOL[:1])
    task = after.task(b"task", "base", "{}")
    after.plan(task, POOL[:1])

    after.take_over(task, before.entries([POOL[0].fingerprint]))

    assert after.planned(task) == 1


def test_a_round_is_the_sum_of_its_parts_and_ends_when_one_ledger_is_told(opened, clock):
    first, second = opened(Shard(0, 2)), opened(Shard(1, 2))
    ledgers = Ledgers(Shard(0, 2), first, {Shard(1, 2): second})
    settle(first, POOL[:2])
    clock.time += 5
    settle(second, POOL[2:5])
    clock.time += 5
    old = first.round("job")
    assert (old.runs, [each.micro_usd for each in ledgers.rounds("job", 5)]) == (2, [50])
    assert ledgers.ended_at("job", old) is None

    second.close_round(second.round("job").id)

    assert ledgers.ended_at("job", old) == clock.time
    assert [each.closed_at for each in ledgers.rounds("job", 5)] == [clock.time]
    clock.time += 5
    first.close_round(old.id, ledgers.ended_at("job", old))
    settle(first, POOL[5:6])
    assert [each.micro_usd for each in ledgers.rounds("job", 5)] == [10, 50]


def test_what_the_round_cost_with_another_number_of_shards_counts_until_it_ends(opened, clock):
    parts = {Shard(index, 2): opened(Shard(index, 2)) for index in range(2)}
    for index, ledger in enumerate(parts.values()):
        settle(ledger, POOL[: index + 1])
    whole = opened(WHOLE)
    ledgers = Ledgers(WHOLE, whole, parts)
    clock.time += 5
    settle(whole, POOL[3:4])

    assert ledgers.spent_formerly("job") == (3, 30)

    whole.close_round(whole.round("job").id)
    assert ledgers.spent_formerly("job") == (0, 0)


@pytest.mark.parametrize("back", [0.0, 0.5, 3_600.0])
def test_rounds_follow_one_another_though_the_clock_was_set_back(opened, clock, back):
    first, second = opened(Shard(0, 2)), opened(Shard(1, 2))
    ledgers = Ledgers(Shard(0, 2), first, {Shard(1, 2): second})
    for number in (1, 2, 3):
        clock.time -= back
        for ledger in (first, second):
            opening = ledger.open_round("job", number, after=ledgers.last_end("job"))
            assert ledgers.ended_at("job", opening) is None
        clock.time -= back
        first.close_round(first.round("job").id)
        last = second.round("job")
        second.close_round(last.id, ledgers.ended_at("job", last))

    assert [each.rows for each in ledgers.rounds("job", 5)] == [3, 2, 1]
    assert [len(each.rounds("job", 5)) for each in (first, second)] == [3, 3]
