"""langchain-parallel, whose SDK is of an older time and calls /v1beta, in its own environment."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from enrich.server.webhooks import signatures

PACKAGES = ("langchain-parallel==0.5.0", "parallel-web==0.5.1")
PEER = Path(__file__).with_name("langchain_peer.py")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("langchain")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    python = next(
        path for path in (folder / "bin/python", folder / "Scripts/python.exe") if path.exists()
    )
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, *PACKAGES], check=True, timeout=400)

    def run(*arguments):
        done = subprocess.run(
            [python, PEER, *arguments], timeout=60, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_its_tools_run_against_the_server(server, peer):
    answered = peer(server.url, server.api_key)

    assert answered["run"]["run"]["status"] == "completed"
    assert answered["run"]["output"]["basis"][0]["citations"]
    assert answered["follow_up"]["run"]["processor"] == "pro-fast"
    for way in ("enrichment", "enrichment_async"):
        rows = answered[way]
        assert [set(row["output"]["content"]) for row in rows] == [{"ceo", "founded"}] * 2
        assert "Acme" in rows[0]["output"]["content"]["ceo"]


def test_its_verifier_accepts_our_webhooks(peer):
    secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
    now = int(time.time())
    body = '{"type":"task_run.status"}'

    signed = signatures(secret, "whevent_1", now, body.encode())

    assert peer("verify", "whevent_1", str(now), signed, secret, body) is True
    assert peer("verify", "whevent_1", str(now), signed, secret, body + " ") is False
