"""Webhooks as the one who is told sees them."""

import hashlib
import http.server
import queue
import socket
import threading
import time

import httpx
import msgspec
import pytest

from enrich.errors import ConfigError
from enrich.server import EmbeddedServer, ServerSettings
from enrich.server import webhooks as webhooks_module
from enrich.server.store.reader import Reader
from enrich.server.webhooks import AT_ONCE_PER_HOST, signatures
from tests.fakes.echo_engine import FAIL, EchoEngine

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


class Told:
    """A web server that remembers what it was told, and answers as asked."""

    def __init__(self):
        self.heard: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.answers: queue.Queue[int] = queue.Queue()
        told = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                status = 204 if told.answers.empty() else told.answers.get()
                told.heard.put((dict(self.headers), body))
                self.send_response(status)
                if status == 302:
                    self.send_header("location", told.url)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Silent:
    def __init__(self, url):
        self.url = url


@pytest.fixture
def told():
    told = Told()
    yield told
    told.close()


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(webhooks_module, "FIRST_RETRY_S", 0.05)
    return ServerSettings(
        database=tmp_path / "runs.db",
        webhook_secret=SECRET,
        webhooks_to_private=True,
        fault_header=True,
    )


def create(server, told, text="x", **headers):
    answer = httpx.post(
        f"{server.url}/v1/tasks/runs",
        json={
            "input": text,
            "processor": "base",
            "webhook": {"url": told.url, "event_types": ["task_run.status"]},
        },
        headers={"x-api-key": server.api_key, **headers},
        timeout=30,
        trust_env=False,
        verify=False,
    )
    assert answer.status_code == 202
    return answer.json()["run_id"]


def test_the_end_of_a_run_is_told_once_and_signed(settings, told):
    with EmbeddedServer(settings, EchoEngine()) as server:
        run_id = create(server, told)
        headers, body = told.heard.get(timeout=30)
        time.sleep(0.2)

    message = msgspec.json.decode(body)
    timestamp = int(headers["webhook-timestamp"])
    expected = signatures(SECRET, headers["webhook-id"], timestamp, body)
    assert headers["webhook-signature"] == expected
    assert headers["webhook-id"].startswith("whevent_")
    assert abs(timestamp - time.time()) < 10
    assert message["type"] == "task_run.status"
    assert (message["data"]["run_id"], message["data"]["status"]) == (run_id, "completed")
    assert "output" not in message
    assert told.heard.empty()


def test_a_failed_run_is_told_with_its_error_and_a_cancelled_one_is_not(settings, told):
    with EmbeddedServer(settings, EchoEngine()) as server:
        create(server, told, **{"x-enrich-fault": "cancelled"})
        create(server, told, FAIL)
        _, body = told.heard.get(timeout=30)
        time.sleep(0.1)

    data = msgspec.json.decode(body)["data"]
    assert (data["status"], data["error"]["message"]) == ("failed", "The input asked to fail.")
    assert told.heard.empty()


def test_what_is_not_answered_well_is_told_again_with_the_same_id(settings, told):
    for status in (500, 302, 404):
        told.answers.put(status)
    with EmbeddedServer(settings, EchoEngine()) as server:
        create(server, told)
        attempts = [told.heard.get(timeout=30) for _ in range(4)]
        time.sleep(0.2)

    assert len({headers["webhook-id"] for headers, _ in attempts}) == 1
    assert len({hashlib.sha256(body).digest() for _, body in attempts}) == 1
    assert told.heard.empty()


def test_what_was_not_told_is_told_after_a_restart(settings, told):
    for _ in range(3):
        told.answers.put(503)
    with EmbeddedServer(settings, EchoEngine()) as server:
        run_id = create(server, told)
        told.heard.get(timeout=30)
    with EmbeddedServer(settings, EchoEngine()):
        while not told.answers.empty():
            told.heard.get(timeout=30)
        _, body = told.heard.get(timeout=30)

    assert msgspec.json.decode(body)["data"]["run_id"] == run_id


def test_who_never_answers_well_is_given_up_in_the_end(settings, told, monkeypatch):
    monkeypatch.setattr(webhooks_module, "GIVE_UP_S", 0.0)
    told.answers.put(500)
    with EmbeddedServer(settings, EchoEngine()) as server:
        create(server, told)
        told.heard.get(timeout=30)
        access = server._server._app.state.service.access  # type: ignore[union-attr]
        give_up_at = time.monotonic() + 30
        while access.glance(Reader.next_webhook_at) is not None:
            assert time.monotonic() < give_up_at
            time.sleep(0.01)

    assert told.heard.empty()


def test_a_host_that_never_answers_delays_no_other(settings, told, monkeypatch):
    monkeypatch.setattr(webhooks_module, "ANSWER_WITHIN_S", 3_600.0)
    with socket.create_server(("127.0.0.1", 0)) as dead:
        dead.listen(1_000)
        silent = Silent(f"http://localhost:{dead.getsockname()[1]}/")
        with EmbeddedServer(settings, EchoEngine()) as server:
            for _ in range(3 * AT_ONCE_PER_HOST):
                create(server, silent)
            run_id = create(server, told)
            _, body = told.heard.get(timeout=30)

    assert msgspec.json.decode(body)["data"]["run_id"] == run_id


def test_nobody_is_told_at_a_private_address(tmp_path, told, caplog):
    settings = ServerSettings(database=tmp_path / "runs.db", webhook_secret=SECRET)
    host = told.url.replace("127.0.0.1", "localhost").replace("http:", "https:")
    told.url = host
    with EmbeddedServer(settings, EchoEngine()) as server:
        create(server, told)
        give_up_at = time.monotonic() + 30
        while not caplog.records and time.monotonic() < give_up_at:
            time.sleep(0.01)

    assert "not a public address" in caplog.text
    assert told.heard.empty()


def test_a_secret_of_another_form_is_refused():
    settings = ServerSettings(webhook_secret="secret")

    with pytest.raises(ConfigError, match="whsec_"):
        EmbeddedServer(settings, EchoEngine()).start()
