"""What an API may answer that it should not: no run twice, no hanging, and a sentence."""

import asyncio

import httpx
import pytest

from enrich.errors import FatalApiError, LedgerError
from enrich.ledger import Cap, Ledger
from enrich.records import State
from enrich.runs import Ended, Limits, Runner
from enrich.runs.bodies import KEY, TRY
from enrich.runs.patience import FIRST_PATIENCE_S, PATIENCE_S
from enrich.runs.runner import LANES
from enrich.runs.submit import MAX_REFUSALS
from tests.fakes.buying import TASK, Heard, answers, requests
from tests.fakes.wire_api import WireApi, changed, lost, none_ended

NAMED = [f"a{number}" for number in range(6)]
FAR = 1e9


@pytest.fixture
def ledger(tmp_path, clock):
    with Ledger(tmp_path / "ledger.db", clock=clock) as ledger:
        yield ledger


@pytest.fixture
def wire():
    return WireApi()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def bought(ledger, wire, clock, heard):
    """Plans and buys six requests in fake time, and returns how that ended."""

    def bought(wanted=None, *, on_start=None, cap=None, **limits):
        wanted = requests(6) if wanted is None else wanted

        async def work():
            ledger.forget_plan()
            task_id = ledger.task(b"task", TASK.processor, "{}")
            ledger.plan(task_id, wanted)
            round_ = ledger.open_round("job", len(wanted))
            async with wire.client(clock) as api:
                runner = Runner(
                    api,
                    ledger,
                    limits=Limits(**{"deadline_s": FAR, **limits}),
                    clock=clock,
                    listener=heard,
                )
                if on_start:
                    on_start(runner)
                return await runner.buy(TASK, task_id, round_, cap or Cap())

        async def ticking():
            # One who sleeps always, so that what only ends is not taken for what hangs.
            tick = asyncio.create_task(clock.sleep(FAR))
            try:
                return await clock.run(work(), until=2 * FAR)
            finally:
                tick.cancel()

        return asyncio.run(ticking())

    return bought


UNFAITHFUL = {
    "too few ids": lambda body: {**body, "run_ids": body["run_ids"][:-2]},
    "no ids": lambda body: {**body, "run_ids": []},
    "too many ids": lambda body: {**body, "run_ids": [*body["run_ids"], "trun_x"]},
    "the same id twice": lambda body: {
        **body,
        "run_ids": [body["run_ids"][0], *body["run_ids"][:-1]],
    },
    "an empty id": lambda body: {**body, "run_ids": ["", *body["run_ids"][1:]]},
    "ids in another order": lambda body: {**body, "run_ids": body["run_ids"][::-1]},
    "something else": lambda _: {"hello": "there"},
    "null": lambda _: None,
}


@pytest.mark.parametrize("change", UNFAITHFUL.values(), ids=UNFAITHFUL.keys())
def test_an_unfaithful_answer_to_a_post_buys_nothing_twice(ledger, wire, bought, change):
    wire.on("add_runs", changed(change))

    assert bought() is Ended.SETTLED
    assert len(wire.runs) == 6
    assert answers(ledger, requests(6)) == NAMED


def test_runs_of_others_in_a_group_are_nothing_to_us(ledger, wire, bought):
    def crowd(natural):
        first = wire.posts[0]["inputs"][0]
        key = first["metadata"][KEY]
        wire.run("tgrp_1", {"answer": "stranger"}, None)
        wire.run("tgrp_1", {"answer": "stranger"}, {"row": "1"})
        wire.run("tgrp_1", {"answer": "an earlier try"}, {KEY: key, TRY: "7"})
        return lost(natural)

    wire.on("add_runs", crowd)

    assert bought() is Ended.SETTLED
    assert len(wire.posts) == 1
    assert answers(ledger, requests(6)) == NAMED
    assert ledger.tally().extra_runs == 0


def test_a_run_found_twice_is_kept_once_and_reported(ledger, wire, bought):
    def carried_out_twice(natural):
        for item in wire.posts[0]["inputs"][:2]:
            wire.run("tgrp_1", item["input"], item["metadata"])
        return lost(natural)

    wire.on("add_runs", carried_out_twice)

    assert bought() is Ended.SETTLED
    assert len(wire.posts) == 1
    assert answers(ledger, requests(6)) == NAMED
    assert ledger.tally().extra_runs == 2
    assert ledger.round("job").runs == 8


@pytest.mark.parametrize("route", ["list_runs", "events"])
def test_a_place_that_the_api_forgot_is_no_end(ledger, wire, bought, route):
    refused = []

    def forgets(natural):
        if natural.request.url.params.get("last_event_id"):
            refused.append(natural.request)
            return httpx.Response(422, json={"error": {"message": "unknown last_event_id"}})
        return natural

    def half(natural):
        text = "".join(f"{frame}\n\n" for frame in natural.text.split("\n\n")[:3])
        return httpx.Response(200, text=text, headers=natural.headers)

    wire.always("group", none_ended)
    wire.always(route, forgets)
    wire.on("list_runs", half)
    wire.on("events", half)

    assert bought() is Ended.SETTLED
    assert len(refused) == 1
    assert answers(ledger, requests(6)) == NAMED


def test_runs_that_have_ended_already_are_read_without_hearing_of_each(ledger, wire, bought):
    assert bought() is Ended.SETTLED
    assert wire.asked == ["create_group", "add_runs", "group", "list_runs"]


COUNTED = {
    "all at work": none_ended,
    "older than the POST": changed(
        lambda group: {**group, "status": {**group["status"], "task_run_status_counts": {}}}
    ),
    "not to be had": 503,
}


@pytest.mark.parametrize("answer", COUNTED.values(), ids=COUNTED.keys())
def test_counts_that_say_nothing_are_no_end(ledger, wire, bought, answer):
    wire.always("group", answer)

    assert bought() is Ended.SETTLED
    assert wire.asked.index("events") < wire.asked.index("list_runs")
    assert answers(ledger, requests(6)) == NAMED


def test_for_the_last_of_many_the_list_is_not_read_again(ledger, wire, bought):
    wanted = requests(900)

    def all_but_one(natural):
        text = natural.text.replace(
            '"trun_0", "status": "completed"', '"trun_0", "status": "running"'
        )
        return httpx.Response(200, text=text, headers=natural.headers)

    wire.on("list_runs", all_but_one)

    assert bought(wanted) is Ended.SETTLED
    assert wire.asked[2:] == ["group", "list_runs", "group", "events", "result"]
    assert answers(ledger, wanted) == [f"a{number}" for number in range(900)]


def test_a_list_that_never_holds_outputs_is_no_end(ledger, wire, bought):
    def bare(natural):
        text = natural.text.replace('"output": {', '"kept": {')
        return httpx.Response(200, text=text, headers=natural.headers)

    wire.always("list_runs", bare)
    wanted = requests(50)

    assert bought(wanted) is Ended.SETTLED
    assert answers(ledger, wanted) == [f"a{number}" for number in range(50)]


TROUBLES = {
    "over its quota for ever": httpx.Response(429, headers={"retry-after": "0"}),
    "over its quota, without a time": httpx.Response(429),
    "without credit for ever": httpx.Response(402),
    "broken before any work": httpx.Response(500),
    "silent": httpx.ReadTimeout("silent"),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_trouble_that_lasts_ends_with_a_sentence(ledger, wire, bought, heard, clock, trouble):
    wire.always("add_runs", trouble)
    began_at = clock.now()

    with pytest.raises(FatalApiError, match=r"for 10 minutes now; run the same command later"):
        bought()

    # A POST that is in doubt is looked up first, which takes its time.
    assert PATIENCE_S <= clock.now() - began_at <= PATIENCE_S + 60
    assert any("Trying again" in note for note in heard.notes)
    assert ledger.tally().states == {State.PLANNED: 6}
    assert wire.runs == []


@pytest.mark.parametrize("status", [402, 429])
def test_a_long_wait_that_the_api_asks_for_is_kept(ledger, wire, bought, clock, status):
    wire.on("add_runs", httpx.Response(status, headers={"retry-after": "1800"}))
    began_at = clock.now()

    assert bought() is Ended.SETTLED
    assert 1800 <= clock.now() - began_at < 1900
    assert len(wire.posts) == 2


def test_an_api_that_refuses_one_input_after_the_other_is_not_asked_for_all(ledger, wire, bought):
    refusal = httpx.Response(422, json={"error": {"message": "no such thing"}})
    wire.always("add_runs", refusal)
    wanted = requests(3 * MAX_REFUSALS)

    with pytest.raises(FatalApiError, match=r"one input after the other.*no such thing"):
        bought(wanted)

    states = ledger.tally().states
    assert MAX_REFUSALS <= states[State.REFUSED] <= MAX_REFUSALS + LANES
    assert states[State.PLANNED] == len(wanted) - states[State.REFUSED]


def test_many_strange_inputs_in_front_do_not_stop_the_others(ledger, wire, bought):
    wanted = requests(3 * MAX_REFUSALS)
    wire.refuses = {f"a{number}" for number in range(2 * MAX_REFUSALS)}

    assert bought(wanted) is Ended.SETTLED
    assert ledger.tally().states == {State.REFUSED: 2 * MAX_REFUSALS, State.COMPLETED: MAX_REFUSALS}


def test_a_group_that_credit_does_not_cover_yet_is_waited_for(ledger, wire, bought):
    wire.on("create_group", *[httpx.Response(402)] * 5)

    assert bought() is Ended.SETTLED
    assert answers(ledger, requests(6)) == NAMED


def test_an_api_that_was_never_reached_is_given_up_soon(ledger, wire, bought, heard, clock):
    wire.always("create_group", httpx.ConnectError("connection refused"))
    began_at = clock.now()

    with pytest.raises(FatalApiError, match=r"connection refused, for a minute now"):
        bought()

    assert clock.now() - began_at == pytest.approx(FIRST_PATIENCE_S)
    assert "connection refused. Trying again" in heard.notes[0]
    assert ledger.tally().states == {State.PLANNED: 6}


def test_credit_that_our_own_runs_hold_is_waited_for(ledger, wire, bought, clock):
    # The first POST's runs end only after an hour; until then there is no credit.
    free_at = clock.now() + 3600

    def at_work(natural):
        if clock.now() >= free_at:
            return natural
        text = natural.text.replace('"completed"', '"running"')
        return httpx.Response(200, text=text, headers=natural.headers)

    def counted(natural):
        body = natural.json()
        if clock.now() < free_at:
            body["status"]["task_run_status_counts"] = {"running": 3}
        return httpx.Response(200, json=body)

    for route in ("list_runs", "events"):
        wire.always(route, at_work)
    wire.always("group", counted)
    wire.on("add_runs", None, *[httpx.Response(402)] * 60)

    assert bought(max_in_flight=5, runs_per_minute=3) is Ended.SETTLED
    assert len(wire.runs) == 6
    assert clock.now() >= free_at
    assert answers(ledger, requests(6)) == NAMED


def test_reading_that_fails_for_long_ends_with_a_sentence_and_loses_nothing(
    ledger, wire, bought, heard
):
    for route in ("events", "list_runs", "group", "result"):
        wire.always(route, httpx.ConnectError("no route to host"))

    with pytest.raises(FatalApiError, match=r"no route to host, for .* now"):
        bought()

    assert any("no route to host" in note for note in heard.notes)
    assert ledger.tally().states == {State.RUNNING: 6}
    for route in ("events", "list_runs", "group", "result"):
        wire.always(route, None)
    assert bought() is Ended.SETTLED
    assert len(wire.runs) == 6


def test_a_post_on_its_way_is_seen_to_its_end_when_another_is_refused(
    ledger, wire, bought, monkeypatch
):
    monkeypatch.setattr("enrich.runs.submit.MAX_RUNS_PER_POST", 3)

    async def late(natural):
        for _ in range(10):
            await asyncio.sleep(0)
        return natural

    wire.on("add_runs", late, 401)

    with pytest.raises(FatalApiError, match="401"):
        bought()

    assert ledger.submitting() == []
    assert len(wire.runs) == 3
    assert ledger.tally()[State.PLANNED] == 3
    assert bought() is Ended.SETTLED
    assert len(wire.runs) == 6


def left_in_doubt(ledger, wire, wanted, *, arrived):
    """Leave a chunk whose POST was on its way when its process died."""
    task_id = ledger.task(b"task", TASK.processor, "{}")
    ledger.plan(task_id, wanted)
    group = ledger.add_group("tgrp_1")
    chunk = ledger.claim(
        task_id,
        group=group.id,
        round_id=ledger.open_round("job", len(wanted)).id,
        cap=Cap(),
        max_runs=len(wanted),
        max_bytes=10**6,
    )
    wire._groups = 1
    for each in chunk.requests if arrived else ():
        metadata = {KEY: each.fingerprint.hex(), TRY: str(each.attempt)}
        wire.run("tgrp_1", {"answer": f"a{each.id - 1}"}, metadata)


@pytest.mark.parametrize("jump_s", [-86_400.0, 0.0, 86_400.0])
def test_a_clock_that_jumps_shortens_no_settling_time(ledger, wire, bought, clock, jump_s):
    wanted = requests(6)
    left_in_doubt(ledger, wire, wanted, arrived=False)
    monotonic = clock.monotonic
    clock.now = lambda: monotonic() + jump_s
    listed_at = []

    def late(natural):
        listed_at.append(clock.monotonic())
        return natural

    wire.always("list_runs", late)
    began_at = clock.monotonic()

    assert bought(settle_s=15.0) is Ended.SETTLED
    assert listed_at[0] - began_at >= 15.0
    assert len(wire.runs) == 6


def test_what_nobody_asks_for_any_more_is_not_bought_after_a_crash(ledger, wire, bought):
    left_in_doubt(ledger, wire, requests(6), arrived=False)

    assert bought(requests(2)) is Ended.SETTLED
    assert len(wire.runs) == 2
    assert ledger.tally().states == {State.COMPLETED: 2}
    assert ledger.round("job").runs == 2


def test_what_arrived_is_kept_although_nobody_asks_for_it_any_more(ledger, wire, bought):
    left_in_doubt(ledger, wire, requests(6), arrived=True)

    assert bought(requests(2)) is Ended.SETTLED
    assert wire.posts == []
    assert answers(ledger, requests(6)) == NAMED


@pytest.mark.parametrize("index", [-1, 6, 10**9])
def test_a_refusal_that_names_no_input_of_ours_refuses_none(ledger, wire, bought, index):
    error = {"loc": ["body", "inputs", index], "msg": "no"}
    wire.on("add_runs", httpx.Response(422, json={"detail": [error]}))

    assert bought() is Ended.SETTLED
    assert ledger.tally().states == {State.COMPLETED: 6}


def test_a_stop_while_the_quota_is_used_waits_for_nothing(ledger, wire, bought, heard):
    def stop_at_the_first(runner):
        heard.bought = lambda _: runner.stop()

    assert bought(on_start=stop_at_the_first, runs_per_minute=1) is Ended.STOPPED
    assert ledger.tally().states == {State.COMPLETED: 1, State.PLANNED: 5}
    assert len(wire.runs) == 1


def test_a_stop_while_the_past_is_looked_up_ends_that(ledger, wire, bought):
    left_in_doubt(ledger, wire, requests(6), arrived=True)

    assert bought(on_start=lambda runner: runner.stop()) is Ended.STOPPED
    assert ledger.tally().states == {State.SUBMITTING: 6}
    assert bought() is Ended.SETTLED
    assert wire.posts == []


def test_a_group_that_is_gone_is_a_sentence(ledger, wire, bought):
    left_in_doubt(ledger, wire, requests(6), arrived=True)
    wire.always("list_runs", 404)

    with pytest.raises(LedgerError, match="does not know with this key"):
        bought()

    assert ledger.tally().states == {State.SUBMITTING: 6}


@pytest.mark.parametrize("route", ["add_runs", "list_runs", "events", "group"])
def test_an_answer_that_is_no_text_is_one_that_cannot_be_read(ledger, wire, bought, route):
    def garbled(natural):
        content = natural.content
        for name in (b"trun_", b"tgrp_"):
            content = content.replace(name, b"\xff" + name)
        return httpx.Response(natural.status_code, content=content, headers=natural.headers)

    if route in {"list_runs", "group"}:
        wire.on("add_runs", lost)
    if route == "events":
        wire.on("group", none_ended)
    wire.on(route, garbled)

    assert bought() is Ended.SETTLED
    assert len(wire.runs) == 6
    assert answers(ledger, requests(6)) == NAMED
