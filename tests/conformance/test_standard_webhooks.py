"""The verifier of Standard Webhooks accepts what the server sends, and nothing else."""

import http.server
import queue
import threading

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import EchoEngine

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


@pytest.fixture
def told():
    heard: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()
            heard.put((dict(self.headers), body))

        def log_message(self, *args):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{web.server_port}/hook"
    threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
    settings = ServerSettings(webhook_secret=SECRET, webhooks_to_private=True)
    with EmbeddedServer(settings, EchoEngine()) as server:
        webhook = {"url": url, "event_types": ["task_run.status"]}
        httpx.post(
            f"{server.url}/v1/tasks/runs",
            json={"input": "x", "processor": "base", "webhook": webhook},
            headers={"x-api-key": server.api_key},
            trust_env=False,
        ).raise_for_status()
        yield heard.get(timeout=10)
    web.shutdown()
    web.server_close()


def test_a_delivery_verifies_and_a_changed_one_does_not(told):
    headers, body = told

    assert Webhook(SECRET).verify(body, headers)["type"] == "task_run.status"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "QUFB" * 8).verify(body, headers)
