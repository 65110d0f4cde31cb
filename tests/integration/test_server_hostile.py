"""Whatever arrives, the answer is the caller's fault (4xx) or good, and never the server's (5xx)."""

import json
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from enrich.server import EmbeddedServer, ServerSettings, serving
from tests.fakes.echo_engine import EchoEngine

RUN = {"input": "x", "processor": "base"}
JSON_SPEC = {"output_schema": {"type": "json", "json_schema": {"type": "object"}}}


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer(ServerSettings(), EchoEngine()) as server:
        yield server


@pytest.fixture(scope="module")
def open_server():
    with EmbeddedServer(ServerSettings(no_auth=True, fault_header=True), EchoEngine()) as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(
        base_url=f"{server.url}/v1/tasks",
        headers={"x-api-key": server.api_key},
        timeout=20,
        trust_env=False,
        verify=False,
    ) as client:
        yield client


@pytest.fixture(scope="module")
def group_id(client):
    return client.post("/groups", json={}).json()["taskgroup_id"]


def nested(depth: int, inner: str = "1") -> str:
    return '{"a":' * depth + inner + "}" * depth


BODIES = {
    "nothing": b"",
    "no JSON": b"input=x",
    "cut off": b'{"input": "x", "proc',
    "two values": b"{}{}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "invalid UTF-8": b'{"input": "\xff\xfe", "processor": "base"}',
    "lone surrogate": b'{"input": "\\ud800", "processor": "base"}',
    "not a number": b'{"input": "x", "processor": "base", "metadata": {"a": NaN}}',
    "deep list": b"[" * 100_000,
    "deep object": nested(100_000).encode(),
    "huge integer": b'{"input": {"a": 1' + b"0" * 10_000 + b'}, "processor": "base"}',
    "huge exponent": b'{"input": {"a": 1e999}, "processor": "base"}',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "null members": b'{"input": null, "processor": null}',
    "a list as input": b'{"input": [], "processor": "base"}',
    "an object as processor": b'{"input": "x", "processor": {}}',
    "spec without output": b'{"input": "x", "processor": "base", "task_spec": {}}',
    "spec of a wrong type": b'{"input": "x", "processor": "base", "task_spec": 7}',
    "unknown schema type": b'{"input":"x","processor":"base","task_spec":'
    b'{"output_schema":{"type":"xml"}}}',
    "metadata key too long": b'{"input":"x","processor":"base","metadata":{"'
    + b"k" * 17
    + b'":"v"}}',
    "metadata value too long": b'{"input":"x","processor":"base","metadata":{"k":"'
    + b"v" * 513
    + b'"}}',
    "metadata of objects": b'{"input":"x","processor":"base","metadata":{"k":{}}}',
    "unknown interaction": b'{"input":"x","processor":"base",'
    b'"previous_interaction_id":"trun_none"}',
    "data source": b'{"input":"x","processor":"base",'
    b'"advanced_settings":{"data_sources":{"free":["pubmed"]}}}',
    "source policy too long": json.dumps(
        {**RUN, "source_policy": {"include_domains": ["a.example"] * 201}}
    ).encode(),
    "spec and input too long": json.dumps(
        {"input": "x" * 25_000, "processor": "base", "task_spec": JSON_SPEC}
    ).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_of_a_run_is_unprocessable(client, body):
    answer = client.post("/runs", content=body)

    assert answer.status_code == 422
    assert answer.json()["error"]["detail"]["errors"][0]["loc"][0] == "body"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_of_a_group_is_unprocessable(client, group_id, body):
    wrapped = b'{"inputs":[' + body + b"]}"

    answer = client.post(f"/groups/{group_id}/runs", content=wrapped)

    # No body at all is no item, and that is fine; two are no JSON.
    assert answer.status_code == (200 if body == b"" else 422)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            {"input": json.loads(nested(800)), "processor": "base"}, id="deep but no deeper"
        ),
        pytest.param({"input": {"a": 10**30}, "processor": "base"}, id="big integer"),
        pytest.param({"input": "\x00", "processor": "base"}, id="NUL"),
        pytest.param({"input": "x", "processor": "base", "title": "extra"}, id="unknown member"),
        pytest.param({"input": {}, "processor": "base", "metadata": {"": ""}}, id="empty"),
        pytest.param({**RUN, "metadata": {"n": 7, "f": 0.5, "b": True}}, id="metadata types"),
        pytest.param(
            {
                **RUN,
                "input": json.loads(nested(800)),
                "task_spec": {
                    **JSON_SPEC,
                    "input_schema": {"type": "json", "json_schema": {"type": "object"}},
                },
            },
            id="deep against a schema",
        ),
        pytest.param(
            {
                **RUN,
                "task_spec": {
                    **JSON_SPEC,
                    "input_schema": {"type": "json", "json_schema": {"type": 7}},
                },
            },
            id="an input schema that is none",
        ),
    ],
)
def test_what_is_odd_but_legal_is_taken_and_ends(client, body):
    answer = client.post("/runs", json=body)
    run_id = answer.json().get("run_id")

    assert answer.status_code in {202, 422}
    if answer.status_code == 202:
        assert client.get(f"/runs/{run_id}/result?timeout=10").status_code in {200, 404}
        assert client.get(f"/runs/{run_id}/input").json()["input"] == body["input"]


def test_one_bad_item_refuses_all_and_is_named(client, group_id):
    before = client.get(f"/groups/{group_id}").json()["status"]["num_task_runs"]

    answer = client.post(
        f"/groups/{group_id}/runs", json={"inputs": [RUN, RUN, {"input": "x"}, RUN]}
    )

    assert answer.status_code == 422
    (error,) = answer.json()["error"]["detail"]["errors"]
    assert error["loc"] == ["body", "inputs", 2, "processor"]
    assert client.get(f"/groups/{group_id}").json()["status"]["num_task_runs"] == before


def test_an_unknown_processor_is_forbidden_and_its_item_named(client, group_id):
    answer = client.post(
        f"/groups/{group_id}/runs", json={"inputs": [RUN, {**RUN, "processor": "best"}]}
    )

    assert answer.status_code == 403
    assert answer.json()["error"]["detail"]["loc"] == ["body", "inputs", 1, "processor"]


def test_a_thousand_runs_are_taken_and_one_more_is_too_many(client, group_id):
    taken = client.post(f"/groups/{group_id}/runs", json={"inputs": [RUN] * 1_000})
    refused = client.post(f"/groups/{group_id}/runs", json={"inputs": [RUN] * 1_001})

    assert (taken.status_code, refused.status_code) == (200, 422)
    assert len(set(taken.json()["run_ids"])) == 1_000
    assert refused.json()["error"]["detail"]["errors"][0]["loc"] == ["body", "inputs"]


@pytest.mark.parametrize("size", [1_100_000, 2_500_000])
def test_a_body_over_the_limit_is_too_large(size):
    settings = ServerSettings(no_auth=True, max_body_bytes=1_000_000)
    with EmbeddedServer(settings, EchoEngine()) as server:
        answer = httpx.post(
            f"{server.url}/v1/tasks/runs",
            content=b" " * size,
            trust_env=False,
            verify=False,
            timeout=20,
        )

    assert answer.status_code == 413


def test_callers_who_stop_in_the_midst_are_hung_up_on_and_no_others(monkeypatch):
    monkeypatch.setattr(serving, "IDLE_CONNECTION_S", 0.8)
    with EmbeddedServer(ServerSettings(no_auth=True), EchoEngine(1.6)) as server:
        where = urlsplit(server.url)
        post = b"POST /v1/tasks/runs HTTP/1.1\r\nhost: localhost\r\ncontent-length: 36\r\n\r\n"
        body = b'{"input": "x", "processor": "base"} '
        stuck = [b"", b"GET / HT", post + b"{", post + body + b"GET / HT"]
        with ExitStack() as connections:

            def say(said):
                connection = socket.create_connection((where.hostname, where.port), timeout=30)
                connection.sendall(said)
                return connections.enter_context(connection)

            opened = [say(said) for said in stuck]
            run = httpx.post(
                f"{server.url}/v1/tasks/runs", json=RUN, trust_env=False, verify=False
            ).json()
            path = f"/v1/tasks/runs/{run['run_id']}/result"
            waiting = say(f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
            for connection in opened:
                while connection.recv(10_000):
                    pass

            assert waiting.recv(10_000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/groups/{g}/runs?last_event_id=999999", 422),
        ("/groups/{g}/runs?last_event_id=-1", 422),
        ("/groups/{g}/runs?last_event_id=1e3", 422),
        ("/groups/{g}/runs?last_event_id=٣", 422),
        ("/groups/{g}/runs?last_event_id=99999999999999999999999", 422),
        ("/groups/{g}/runs?status=done", 422),
        ("/groups/{g}/runs?include_output=perhaps", 422),
        ("/groups/{g}/events?last_event_id=x", 422),
        ("/groups/{g}/events?timeout=soon", 422),
        ("/groups/{g}/events?timeout=nan", 422),
        ("/groups/{g}/runs/trun_none", 404),
        ("/groups/%00", 404),
        ("/groups/%FF%FE", 404),
        ("/runs/a%2Fb", 404),
        ("/runs/trun_none/result?timeout=1", 404),
        ("/runs/trun_none/input", 404),
        ("/runs/trun_none/events", 404),
        ("/nowhere", 404),
        ("/groups/", 404),
        ("/groups", 405),
        ("/runs", 405),
    ],
)
def test_bad_addresses_and_queries(client, group_id, path, status):
    answer = client.get(path.replace("{g}", group_id))

    assert answer.status_code == status
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["ref_id"]


def test_both_versions_are_the_same(client, group_id):
    v1 = client.get(f"/groups/{group_id}")
    v1beta = client.get(
        str(client.base_url.copy_with(path=f"/v1beta/tasks/groups/{group_id}")),
    )

    assert v1.json() == v1beta.json()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000 + b"\r\n", id="many headers"),
        pytest.param(b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", id="long address"),
        pytest.param(b"GET / HTTP/1.1\r\nx: " + b"y" * 200_000 + b"\r\n\r\n", id="long header"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", id="TLS"),
        pytest.param(b"\r\n\r\n\r\n\x00\xff\r\n\r\n", id="noise"),
    ],
)
def test_a_flood_of_headers_is_a_bad_request(server, head):
    where = urlsplit(server.url)

    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        try:
            connection.sendall(head)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(1_000)
        except OSError:  # it hung up before it was told all
            answer = b"HTTP/1.1 400"

    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


POST = b"POST /v1/tasks/runs HTTP/1.1\r\nhost: localhost\r\n"
GET = b"GET /v1/tasks/runs/x HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (POST + b"transfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (POST + b"content-length: -1\r\n\r\n", 400),
        (POST + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab", 400),
        (GET + b"\r\n", 400),
        (GET + b"host: a\x00b\r\n\r\n", 400),
        (b"GET /v1/tasks/runs/x HTTP/1.0\r\n\r\n", 403),
        (GET + b"host: [bad\r\n\r\n", 403),
        (GET + b"host: localhost\r\norigin: http://[bad\r\n\r\n", 403),
        (GET + b"host: localhost\r\norigin: null\r\n\r\n", 403),
        (GET + b"host: localhost\r\nx-api-key: \xe9\xff\r\n\r\n", 404),
        (GET + b"host: localhost\r\nx-enrich-fault: \xe9\xff\r\n\r\n", 422),
        (GET + b"host: localhost\r\nauthorization: Basic /////w==\r\n\r\n", 404),
        (b"OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n", 404),
        (b"TRACE / HTTP/1.1\r\nhost: localhost\r\n\r\n", 405),
    ],
)
def test_odd_requests_are_answered_with_an_error_of_the_wire(open_server, said, status):
    where = urlsplit(open_server.url)

    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(said)
        head, _, body = _read_answer(connection).partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert json.loads(body)["error"]["ref_id"]


def _read_answer(connection):
    answer = b""
    while not answer.endswith(b"}"):
        piece = connection.recv(10_000)
        assert piece, answer
        answer += piece
    return answer


def test_a_caller_that_leaves_in_the_midst_of_its_body_is_no_error(server, caplog):
    where = urlsplit(server.url)
    head = f"POST /v1/tasks/runs HTTP/1.1\r\nx-api-key: {server.api_key}\r\nhost: x\r\n"

    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(f"{head}content-length: 1000\r\n\r\n{{".encode())
    httpx.get(f"{server.url}/healthz", trust_env=False, verify=False).raise_for_status()

    assert caplog.records == []


def test_nobody_gets_in_without_a_key(server):
    for headers in ({}, {"x-api-key": "wrong"}, {"x-api-key": ""}, {"authorization": "Bearer x"}):
        answer = httpx.get(
            f"{server.url}/v1/tasks/runs/x", headers=headers, trust_env=False, verify=False
        )

        assert answer.status_code == 401
        message = answer.json()["error"]["message"]
        assert message == "Unauthorized: invalid or missing credentials"
