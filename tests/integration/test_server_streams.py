"""Streams as bytes on a socket."""

import asyncio
import re
import socket
import time
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from enrich.server import EmbeddedServer, ServerSettings, serving
from enrich.server.settings import digest_of
from tests.fakes.echo_engine import EchoEngine

RUN = {"input": "x", "processor": "base"}


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer(ServerSettings(keepalive_s=0.1), EchoEngine()) as server:
        yield server


@pytest.fixture(scope="module")
def slow_server():
    with EmbeddedServer(ServerSettings(keepalive_s=0.1, workers=8), EchoEngine(0.3)) as server:
        yield server


@pytest.fixture(scope="module")
def idle_server():
    """One whose runs wait for workers that never come."""
    settings = ServerSettings(keepalive_s=0.1, worker_keys=(digest_of("nobody's"),))
    with EmbeddedServer(settings, None) as server:
        yield server


def client_of(server):
    return httpx.Client(
        base_url=f"{server.url}/v1/tasks",
        headers={"x-api-key": server.api_key},
        timeout=20,
        trust_env=False,
        verify=False,
    )


def group_of(client, n, run=RUN):
    group_id = client.post("/groups", json={}).json()["taskgroup_id"]
    for size in [1_000] * (n // 1_000) + [n % 1_000]:
        client.post(f"/groups/{group_id}/runs", json={"inputs": [run] * size}).raise_for_status()
    return group_id


def wait_for(client, group_id):
    while client.get(f"/groups/{group_id}").json()["status"]["is_active"]:
        time.sleep(0.01)


def data(text):
    return [
        msgspec.json.decode(line.removeprefix("data: "))
        for line in text.splitlines()
        if line.startswith("data: ")
    ]


def service_of(server):
    return server._server._app.state.service


@pytest.mark.parametrize("path", ["/groups/{}/events", "/groups/{}/runs"])
def test_a_stream_has_comments_and_whole_frames_and_nothing_else(slow_server, path):
    with client_of(slow_server) as client:
        answer = client.get(path.format(group_of(client, 2)))

    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["transfer-encoding"] == "chunked"
    frame = r"event: [a-z_.]+\ndata: \{.*\}\n\n"
    assert re.fullmatch(rf"(: keep-alive\n\n|{frame})+", answer.text)
    assert (": keep-alive" in answer.text) == path.endswith("events")
    for event, told in re.findall(r"event: (.*)\ndata: (.*)\n", answer.text):
        assert msgspec.json.decode(told)["type"] == event


def test_a_snapshot_closes_at_once_whatever_the_runs_do(idle_server):
    with client_of(idle_server) as client:
        group_id = group_of(client, 20)
        events = data(client.get(f"/groups/{group_id}/runs").text)
        completed = data(client.get(f"/groups/{group_id}/runs?status=completed").text)

    assert [event["run"]["status"] for event in events] == ["queued"] * 20
    assert completed == []


def test_a_cursor_is_a_position_also_with_a_filter(server):
    with client_of(server) as client:
        group_id = group_of(client, 2_500)
        wait_for(client, group_id)
        path = f"/groups/{group_id}/runs?status=completed&include_output=true&last_event_id=2400"
        events = data(client.get(path).text)

    assert [event["event_id"] for event in events] == [str(n) for n in range(2_401, 2_501)]


def test_a_large_snapshot_is_complete_and_in_order(server):
    with client_of(server) as client:
        group_id = client.post("/groups", json={}).json()["taskgroup_id"]
        run_ids = []
        for _ in range(5):
            answer = client.post(f"/groups/{group_id}/runs", json={"inputs": [RUN] * 1_000})
            run_ids += answer.json()["run_ids"]
        events = data(client.get(f"/groups/{group_id}/runs?include_input=true").text)

    assert [event["run"]["run_id"] for event in events] == run_ids


def test_the_live_stream_tells_every_end_once_while_runs_are_added(server):
    with client_of(server) as client:
        group_id = group_of(client, 300)
        with client.stream("GET", f"/groups/{group_id}/events") as stream:
            for _ in range(3):
                client.post(f"/groups/{group_id}/runs", json={"inputs": [RUN] * 300})
            heard = data("".join(stream.iter_text()))
        wait_for(client, group_id)
        rest = data(
            client.get(f"/groups/{group_id}/events?last_event_id={heard[-1]['event_id']}").text
        )

    events = heard + rest
    assert [event["event_id"] for event in events] == [str(i + 1) for i in range(len(events))]
    ended = [event["run"]["run_id"] for event in events if event["type"] == "task_run.state"]
    assert len(ended) == len(set(ended)) == 1_200


def test_a_timeout_ends_the_live_stream(idle_server):
    with client_of(idle_server) as client:
        group_id = group_of(client, 2)
        client.get(f"/groups/{group_id}/events?timeout=0.3")

        assert client.get(f"/groups/{group_id}").json()["status"]["is_active"]


def test_the_stream_of_an_empty_group_closes(server):
    with client_of(server) as client:
        assert client.get(f"/groups/{group_of(client, 0)}/events").text == ""


def test_a_run_that_tells_nothing_still_has_a_stream(slow_server):
    with client_of(slow_server) as client:
        run = client.post("/runs", json={**RUN, "enable_events": False}).json()
        events = data(client.get(f"/runs/{run['run_id']}/events").text)

    assert {event["type"] for event in events} == {"task_run.state"}
    assert events[-1]["run"]["status"] == "completed"
    assert events[-1]["output"]["type"] == "json"


def test_a_result_with_no_time_to_wait_is_a_timeout_at_once(idle_server):
    with client_of(idle_server) as client:
        run = client.post("/runs", json=RUN).json()
        answer = client.get(f"/runs/{run['run_id']}/result?timeout=0")

    assert answer.status_code == 408
    assert answer.json()["error"]["message"] == "Request timed out; run still active"


def test_readers_that_leave_leave_nothing_behind(idle_server):
    feed = service_of(idle_server).feed
    with client_of(idle_server) as client:
        group_id = group_of(client, 10)
        run = client.post("/runs", json=RUN).json()
        for path in (
            f"/groups/{group_id}/events",
            f"/runs/{run['run_id']}/events",
        ):
            with client.stream("GET", path) as stream:
                next(stream.iter_bytes())
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"/runs/{run['run_id']}/result", timeout=0.05)
        give_up_at = time.monotonic() + 30
        while feed._topics and time.monotonic() < give_up_at:
            time.sleep(0.01)

    assert not feed._topics


def test_a_reader_that_does_not_read_holds_nobody_up_and_is_cut_off(server, monkeypatch, caplog):
    monkeypatch.setattr(serving, "IDLE_CONNECTION_S", 1.0)
    connections = server._server.server_state.connections
    with client_of(server) as client:
        group_id = group_of(client, 400, {**RUN, "input": "x" * 20_000})
        wait_for(client, group_id)
        where = urlsplit(server.url)
        request = (
            f"GET /v1/tasks/groups/{group_id}/runs?include_input=true HTTP/1.1\r\n"
            f"host: x\r\nx-api-key: {server.api_key}\r\n\r\n"
        )
        before = set(connections)
        with socket.create_connection((where.hostname, where.port)) as idle:
            idle.sendall(request.encode())
            events = data(client.get(f"/groups/{group_id}/runs").text)
            (stalled,) = connections - before
            monkeypatch.setattr(serving, "STALLED_AFTER_S", 0.0)
            give_up_at = time.monotonic() + 30
            while stalled in connections:
                assert time.monotonic() < give_up_at
                time.sleep(0.01)

    assert len(events) == 400
    assert caplog.records == []


@pytest.mark.slow
def test_a_thousand_streams_are_held(slow_server):
    async def drive():
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(
            base_url=f"{slow_server.url}/v1/tasks",
            headers={"x-api-key": slow_server.api_key},
            timeout=60,
            limits=limits,
            trust_env=False,
            verify=False,
        ) as client:
            group = (await client.post("/groups", json={})).json()["taskgroup_id"]
            await client.post(f"/groups/{group}/runs", json={"inputs": [RUN] * 50})
            answers = await asyncio.gather(
                *(client.get(f"/groups/{group}/events") for _ in range(1_000))
            )
        return [answer.text.count("event: task_run.state") for answer in answers]

    assert asyncio.run(drive()) == [50] * 1_000
