"""Each fault does what its name says, as a client over a socket sees it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec
import pytest

from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import EchoEngine

BODY = {"input": "Who?", "processor": "base"}


@pytest.fixture(scope="module")
def server():
    settings = ServerSettings(fault_header=True, keepalive_s=0.05)
    with EmbeddedServer(settings, EchoEngine()) as server:
        yield server


@pytest.fixture
def client(server):
    with client_of(server) as client:
        yield client


def client_of(server, timeout=20.0):
    return httpx.Client(
        base_url=f"{server.url}/v1/tasks",
        headers={"x-api-key": server.api_key},
        timeout=timeout,
        trust_env=False,
        verify=False,
    )


@contextmanager
def faulty_client(*faults, seed=0) -> Iterator[httpx.Client]:
    settings = ServerSettings(faults=faults, seed=seed, keepalive_s=0.05)
    with EmbeddedServer(settings, EchoEngine()) as server, client_of(server) as client:
        yield client


def accepted(client) -> int:
    text = client.get(f"{client.base_url.copy_with(path='/metrics')}").text
    (line,) = [line for line in text.splitlines() if line.startswith("enrich_runs_accepted")]
    return int(line.split()[1])


def group_of(client, n: int) -> str:
    group_id: str = client.post("/groups", json={}).json()["taskgroup_id"]
    add(client, group_id, n)
    while client.get(f"/groups/{group_id}").json()["status"]["is_active"]:
        time.sleep(0.01)
    return group_id


def add(client, group_id, n=2, **kwargs) -> httpx.Response:
    answer: httpx.Response = client.post(
        f"/groups/{group_id}/runs", json={"inputs": [BODY] * n}, **kwargs
    )
    return answer


def frames(text: str) -> list[str]:
    return [frame for frame in text.split("\n\n") if frame and not frame.startswith(":")]


def positions(text: str) -> list[str]:
    return [msgspec.json.decode(frame.partition("data: ")[2])["event_id"] for frame in frames(text)]


def hear(client, path, fault, heard: list[str]) -> None:
    with client.stream("GET", path, headers=asking(fault)) as answer:
        heard.extend(answer.iter_text())


def asking(fault: str) -> dict[str, str]:
    return {"x-enrich-fault": fault}


def test_a_lost_answer_is_one_to_work_that_was_done(client):
    before = accepted(client)

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/runs", json=BODY, headers=asking("lost"))

    assert accepted(client) == before + 1


def test_a_reset_comes_before_the_work(client):
    before = accepted(client)

    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError)):
        client.post("/runs", json=BODY, headers=asking("reset"))

    assert accepted(client) == before


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        ("503-before", 503, 0),
        ("500", 500, 0),
        ("402", 402, 0),
        ("401", 401, 0),
        ("429-bare", 429, 0),
        ("503-after", 503, 1),
        ("408-after", 408, 1),
    ],
)
def test_a_status_is_answered_before_or_after_the_work(client, fault, status, done):
    before = accepted(client)

    answer = client.post("/runs", json=BODY, headers=asking(fault))

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"ref_id", "message", "detail"}
    assert accepted(client) == before + done


def test_a_429_says_how_long_to_wait_unless_it_is_bare(client):
    told = client.post("/runs", json=BODY, headers=asking("429:1:7"))
    bare = client.post("/runs", json=BODY, headers=asking("429-bare"))

    assert told.headers["retry-after"] == "7"
    assert "retry-after" not in bare.headers


def test_a_truncated_answer_breaks_off_after_the_work(client):
    before = accepted(client)

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/runs", json=BODY, headers=asking("truncated"))

    assert accepted(client) == before + 1


def test_a_slow_answer_is_late(client):
    began = time.monotonic()
    client.post("/runs", json=BODY, headers=asking("slow:0.2"))

    assert time.monotonic() - began >= 0.2


def test_a_cut_stream_ends_inside_a_frame(client):
    group_id = group_of(client, 5)
    heard: list[str] = []

    with pytest.raises(httpx.RemoteProtocolError):
        hear(client, f"/groups/{group_id}/runs", "cut:1:2", heard)

    whole, _, rest = "".join(heard).rpartition("\n\n")
    assert positions(whole) == ["1", "2"]
    assert rest


def test_a_silent_stream_says_no_more_and_stays_open(server, client):
    heard: list[str] = []
    group_id = group_of(client, 5)
    with client_of(server, timeout=2.0) as impatient, pytest.raises(httpx.ReadTimeout):
        hear(impatient, f"/groups/{group_id}/events", "silent:1:3", heard)

    assert positions("".join(heard)) == ["1", "2", "3"]


def test_events_come_twice(client):
    group_id = group_of(client, 3)

    text = client.get(f"/groups/{group_id}/runs", headers=asking("repeat")).text

    assert positions(text) == ["1", "1", "2", "2", "3", "3"]


def test_events_come_out_of_order_and_none_is_lost(client):
    group_id = group_of(client, 5)

    text = client.get(f"/groups/{group_id}/runs", headers=asking("shuffle")).text

    assert positions(text) == ["2", "1", "4", "3", "5"]


def test_a_listing_and_the_counts_lag(client):
    group_id = group_of(client, 3)
    lag = asking("lag:30")

    listed = client.get(f"/groups/{group_id}/runs", headers=lag).text
    status = client.get(f"/groups/{group_id}", headers=lag).json()["status"]

    assert frames(listed) == []
    assert (status["num_task_runs"], status["is_active"]) == (0, False)
    assert len(positions(client.get(f"/groups/{group_id}/runs").text)) == 3


def test_a_lag_ends_when_its_time_is_over():
    with faulty_client("lag:0.3") as client:
        group_id = client.post("/groups", json={}).json()["taskgroup_id"]
        add(client, group_id, 2)
        while client.get(f"/groups/{group_id}").json()["status"]["num_task_runs"] < 2:
            time.sleep(0.01)


@pytest.mark.parametrize("fate", ["failed", "cancelled"])
def test_runs_fail_or_are_cancelled(client, fate):
    run = client.post("/runs", json=BODY, headers=asking(fate)).json()

    result = client.get(f"/runs/{run['run_id']}/result?timeout=5")

    state = client.get(f"/runs/{run['run_id']}").json()
    assert result.status_code == 404
    assert (state["status"], state["is_active"]) == (fate, False)
    assert (state["error"] is not None) == (fate == "failed")


def test_a_run_that_waits_for_action_is_not_active_and_never_ends(client):
    run = client.post("/runs", json=BODY, headers=asking("action_required")).json()

    result = client.get(f"/runs/{run['run_id']}/result?timeout=0.2")

    state = client.get(f"/runs/{run['run_id']}").json()
    assert result.status_code == 408
    assert (state["status"], state["is_active"]) == ("action_required", False)


def test_an_occurrence_of_a_route_is_struck_exactly():
    with faulty_client("503@add_runs#2") as client:
        group_id = client.post("/groups", json={}).json()["taskgroup_id"]
        statuses = [add(client, group_id).status_code for _ in range(3)]

    assert statuses == [200, 503, 200]


def test_the_same_seed_strikes_the_same_requests():
    def statuses(seed):
        with faulty_client("503:0.5@create_run", "failed:0.5", seed=seed) as client:
            return [client.post("/runs", json=BODY).status_code for _ in range(20)]

    first = statuses(7)

    assert first == statuses(7)
    assert first != statuses(8)
    assert set(first) == {202, 503}


def test_a_share_of_a_posts_runs_fails():
    with faulty_client("failed:0.3", seed=1) as client:
        group_id = group_of(client, 100)
        counts = client.get(f"/groups/{group_id}").json()["status"]["task_run_status_counts"]

    assert 15 <= counts["failed"] <= 45
    assert counts["failed"] + counts["completed"] == 100


def test_a_header_that_names_no_fault_is_refused(client):
    answer = client.post("/runs", json=BODY, headers=asking("nonsense"))

    assert answer.status_code == 422
    assert "no fault is called 'nonsense'" in answer.text


def test_without_leave_the_header_does_nothing():
    with faulty_client("slow:0") as client:
        assert client.post("/runs", json=BODY, headers=asking("503")).status_code == 202
