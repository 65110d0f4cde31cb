"""What the server says of itself."""

import io
import json
import logging
import re
import time

import httpx
import pytest

from enrich.server import EmbeddedServer, ServerSettings, write_logs
from enrich.server.logs import JsonLines
from enrich.server.store.reader import Reader
from tests.fakes.echo_engine import EchoEngine

RUN = {"input": "x", "processor": "base"}


@pytest.fixture
def said():
    stream = io.StringIO()
    root, own = logging.getLogger(), logging.getLogger("enrich.server")
    before = (list(root.handlers), root.level, own.level)
    write_logs(stream, verbose=True)

    def lines(n, **members):
        """Wait for ``n`` lines with these members: an answer leaves before its line is written."""
        give_up_at = time.monotonic() + 30
        while True:
            found = [json.loads(line) for line in stream.getvalue().splitlines()]
            found = [line for line in found if members.items() <= line.items()]
            if len(found) >= n or time.monotonic() > give_up_at:
                assert len(found) == n
                return found
            time.sleep(0.01)

    yield lines
    root.handlers, root.level, own.level = before
    root.setLevel(before[1])
    own.setLevel(before[2])


@pytest.fixture
def server():
    with EmbeddedServer(ServerSettings(fault_header=True), EchoEngine()) as server:
        yield server


def client_of(server):
    headers = {"x-api-key": server.api_key}
    return httpx.Client(
        base_url=f"{server.url}/v1/tasks",
        headers=headers,
        trust_env=False,
        verify=False,
        timeout=10,
    )


def test_each_request_and_each_run_is_a_line_of_json(said, server):
    with client_of(server) as client:
        run_id = client.post("/runs", json=RUN).json()["run_id"]
        client.get(f"/runs/{run_id}/result")

    created, result = said(2, message="request")
    (ended,) = said(1, message="run ended")
    assert (created["method"], created["path"], created["route"], created["status"]) == (
        "POST",
        "/v1/tasks/runs",
        "create_run",
        202,
    )
    assert (result["route"], result["status"], result["account"]) == ("result", 200, "embedded")
    assert result["seconds"] > 0
    assert result["bytes"] > 100
    assert (ended["run_id"], ended["status"], ended["processor"]) == (run_id, "completed", "base")
    assert server.api_key not in json.dumps(said(3))


def test_a_refusals_reference_leads_to_its_line(said, server):
    with client_of(server) as client:
        told = client.get("/runs/trun_none").json()["error"]["ref_id"]

    (line,) = said(1, reference=told)
    assert (line["status"], line["route"]) == (404, "run")


def test_a_fault_says_that_it_was_made_on_purpose(said, server):
    with client_of(server) as client:
        client.post("/runs", json=RUN, headers={"x-enrich-fault": "503-before"})

    (line,) = said(1, message="fault")
    assert (line["route"], line["faults"]) == ("create_run", ["503-before"])


def test_what_nobody_foresaw_is_a_500_that_leads_to_its_traceback(said, server, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Reader, "run", broken)
    with client_of(server) as client:
        answer = client.get("/runs/x")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    (line,) = said(1, level="error")
    assert line["reference"] == answer.json()["error"]["ref_id"]
    assert "ZeroDivisionError" in line["exception"]


def test_requests_are_counted_for_prometheus(server):
    with client_of(server) as client:
        client.post("/runs", json=RUN)
        client.get("/runs/none")
        # On the same connection, so that what was asked before is counted.
        text = client.get(f"{server.url}/metrics").text

    assert 'enrich_requests_total{route="create_run",status="202"} 1\n' in text
    assert 'enrich_requests_total{route="run",status="404"} 1\n' in text
    assert re.search(r'enrich_request_seconds_total\{route="run"\} 0\.\d+\n', text)
    assert re.fullmatch(r"(# (HELP|TYPE) .*\n|[a-z_]+(\{.*\})? [0-9.]+\n)+", text)


def test_a_line_is_one_line_whatever_it_tells():
    record = logging.LogRecord("a", logging.INFO, "", 0, "two\nlines %s", ("\x00",), None)

    assert len(JsonLines().format(record).splitlines()) == 1
