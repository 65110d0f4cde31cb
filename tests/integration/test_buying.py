"""Buying against a real server: what goes wrong there never costs a run twice."""

import asyncio

import pytest

from enrich.errors import FatalApiError, LedgerError
from enrich.ledger import Cap, Ledger
from enrich.records import State
from enrich.runs import Ended
from enrich.server import EmbeddedServer, Quota, ServerSettings
from tests.fakes.buying import accepted, answers, buy, request, requests
from tests.fakes.echo_engine import FAIL, EchoEngine


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.db") as ledger:
        yield ledger


def bought_from(ledger, wanted, *, engine=None, server=None, **how):
    settings = ServerSettings(**{"keepalive_s": 0.1, **(server or {})})
    with EmbeddedServer(settings, engine or EchoEngine()) as running:
        bought = asyncio.run(buy(running.url, running.api_key, ledger, wanted, **how))
        return bought, accepted(running.url)


@pytest.mark.parametrize("count", [0, 1, 5, 1000, 2500])
def test_every_request_is_bought_once_and_answered(ledger, count):
    wanted = requests(count)

    bought, runs = bought_from(ledger, wanted)

    assert bought.ended is Ended.SETTLED
    assert runs == count
    assert bought.answers == [f"a{number}" for number in range(count)]
    assert bought.heard.done == count


def test_nothing_is_bought_twice_when_it_is_asked_again(ledger):
    settings = ServerSettings(keepalive_s=0.1)
    with EmbeddedServer(settings, EchoEngine()) as server:
        asyncio.run(buy(server.url, server.api_key, ledger, requests(20)))
        again = asyncio.run(buy(server.url, server.api_key, ledger, requests(25)))
        runs = accepted(server.url)

    assert runs == 25
    assert again.heard.created == 5
    assert again.answers == [f"a{number}" for number in range(25)]


FAULTS = {
    "an answer lost after the work": ["lost@add_runs#1"],
    "a connection reset before the work": ["reset@add_runs#1"],
    "an answer that breaks off": ["truncated@add_runs#1"],
    "a 500 before the work": ["500-before@add_runs#1"],
    "a 503 after the work": ["503-after@add_runs#1"],
    "a 408 after the work": ["408-after@add_runs#1"],
    "a 429 with a time": ["429@add_runs#1-2:1:1"],
    "a 429 without a time": ["429-bare@add_runs#1-3"],
    "no credit for a while": ["402@add_runs#1-2"],
    "a lost answer to creating the group": ["lost@create_group#1"],
    "list streams that are cut": ["cut@list_runs#1-3:1:3"],
    "list streams that fall silent": ["silent@list_runs#1:1:3"],
    "event streams that are cut": ["cut@events:1:2"],
    "event streams that fall silent": ["silent@events:1:1"],
    "event streams that fail": ["503@events"],
    "events that come twice and out of order": ["repeat:0.3", "shuffle:0.3"],
    "lists that fail": ["500@list_runs#1-2", "502@group#1"],
    "single results that fail": ["500@result"],
    "slow answers": ["slow@add_runs:0.3"],
    "a lost answer and a list that lags": ["lost@add_runs#1-2", "lag:0.4"],
    "a lost answer and a list that is cut": ["lost@add_runs#1", "cut@list_runs#1-2:1:2"],
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_whatever_happens_on_the_way_each_request_is_bought_once(ledger, faults):
    wanted = requests(12)

    # 20 times as fast: a settling time of 20 is a real second.
    bought, runs = bought_from(
        ledger, wanted, engine=EchoEngine(0.005), server={"faults": tuple(faults)}, settle_s=20.0
    )

    assert bought.ended is Ended.SETTLED
    assert runs == 12
    assert bought.answers == [f"a{number}" for number in range(12)]
    assert ledger.tally().extra_runs == 0


def test_a_run_that_fails_fails_alone_and_is_bought_again_only_when_asked(ledger):
    wanted = [*requests(3), request({"question": FAIL})]
    settings = ServerSettings(keepalive_s=0.1)
    with EmbeddedServer(settings, EchoEngine()) as server:
        first = asyncio.run(buy(server.url, server.api_key, ledger, wanted))
        again = asyncio.run(buy(server.url, server.api_key, ledger, wanted))
        assert accepted(server.url) == 4
        retried = asyncio.run(buy(server.url, server.api_key, ledger, wanted, retry_failed=True))
        assert accepted(server.url) == 5

    assert first.states == {State.COMPLETED: 3, State.FAILED: 1}
    assert again.heard.created == 0
    assert retried.heard.created == 1
    outcome = ledger.outcomes([wanted[-1].fingerprint])[0]
    assert "The input asked to fail" in (outcome.error or "")


def test_an_input_that_the_api_refuses_is_refused_alone(ledger):
    # More than 25,000 characters with the spec: the server's own rule, by item.
    wanted = [*requests(5), request({"answer": "x" * 26_000}), *requests(5, second=True)]

    bought, runs = bought_from(ledger, wanted)

    assert runs == 10
    assert bought.states == {State.COMPLETED: 10, State.REFUSED: 1}
    assert bought.answers[5] is None


def test_a_chunk_refused_without_a_name_is_halved_until_it_is_found(ledger):
    # The server names no item in a bare 413, whatever the chunk, four times.
    bought, runs = bought_from(ledger, requests(16), server={"faults": ("413@add_runs#1-4",)})

    assert runs == 16
    assert bought.states == {State.COMPLETED: 16}


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_at_once_and_loses_nothing(ledger, status):
    with pytest.raises(FatalApiError, match=str(status)):
        bought_from(ledger, requests(5), server={"faults": (f"{status}@add_runs",)})

    assert ledger.tally().states == {State.PLANNED: 5}


def test_a_group_that_the_api_forgot_is_a_sentence(ledger):
    with pytest.raises(LedgerError, match=r"does not know .* key"):
        bought_from(ledger, requests(5), server={"faults": ("404@list_runs", "404@events")})


def test_the_budget_holds_and_a_larger_one_goes_on(ledger):
    settings = ServerSettings(keepalive_s=0.1)
    with EmbeddedServer(settings, EchoEngine()) as server:

        def bought(max_runs):
            cap = Cap(micro_usd_per_run=10_000, max_runs=max_runs)
            return asyncio.run(buy(server.url, server.api_key, ledger, requests(20), cap=cap))

        first = bought(7)
        assert accepted(server.url) == 7
        second = bought(7)
        assert accepted(server.url) == 7
        third = bought(20)
        assert accepted(server.url) == 20

    assert (first.ended, second.ended, third.ended) == (Ended.BUDGET, Ended.BUDGET, Ended.SETTLED)
    assert first.states == {State.COMPLETED: 7, State.PLANNED: 13}


def test_the_quota_of_the_server_is_never_met_with_a_refusal(ledger):
    bought, runs = bought_from(
        ledger,
        requests(50),
        server={"quota": Quota(limit=10, window_s=1.0)},
        runs_per_minute=10,
        window_s=20.0,  # 20 times as fast: one real second
    )

    assert runs == 50
    assert bought.sent.posts <= 8


def test_more_is_never_in_flight_than_was_said(ledger):
    class Watched(EchoEngine):
        pass

    most = 0
    settings = ServerSettings(keepalive_s=0.1)
    with EmbeddedServer(settings, Watched(0.002)) as server:

        async def work():
            nonlocal most
            task = asyncio.create_task(
                buy(server.url, server.api_key, ledger, requests(60), max_in_flight=10)
            )
            while not task.done():
                tally = ledger.tally()
                most = max(most, tally[State.SUBMITTING] + tally[State.RUNNING])
                await asyncio.sleep(0.002)
            return await task

        bought = asyncio.run(work())

    assert bought.states == {State.COMPLETED: 60}
    assert 0 < most <= 10


def test_most_of_the_first_runs_failing_stops_the_buying(ledger):
    wanted = [request({"question": FAIL, "number": number}) for number in range(200)]

    bought, runs = bought_from(ledger, wanted, max_in_flight=30)

    assert bought.ended is Ended.FAILING
    assert runs < 200
    assert any("failed" in note for note in bought.heard.notes)


def test_a_stop_keeps_what_is_there_and_the_same_command_goes_on(ledger):
    settings = ServerSettings(keepalive_s=0.1)
    with EmbeddedServer(settings, EchoEngine(0.02)) as server:

        def stop_soon(runner):
            asyncio.get_running_loop().call_later(0.3, runner.stop)

        wanted = requests(300)
        first = asyncio.run(
            buy(server.url, server.api_key, ledger, wanted, on_start=stop_soon, max_in_flight=20)
        )
        assert first.ended is Ended.STOPPED
        second = asyncio.run(buy(server.url, server.api_key, ledger, wanted))
        assert accepted(server.url) == 300

    assert second.ended is Ended.SETTLED
    assert answers(ledger, wanted) == [f"a{number}" for number in range(300)]


def test_a_run_that_never_ends_is_left_and_collected_later(ledger):
    settings = ServerSettings(keepalive_s=0.1, faults=("action_required#2",))
    with EmbeddedServer(settings, EchoEngine()) as server:
        bought = asyncio.run(buy(server.url, server.api_key, ledger, requests(4), deadline_s=60.0))
        assert bought.ended is Ended.DEADLINE
        assert bought.states == {State.COMPLETED: 3, State.RUNNING: 1}
        again = asyncio.run(buy(server.url, server.api_key, ledger, requests(4), deadline_s=60.0))
        assert again.ended is Ended.DEADLINE
        assert accepted(server.url) == 4
