"""The server keeps to what its own OpenAPI document says."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import EchoEngine
from tests.fakes.server_process import ServerProcess

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
RULES = Path(__file__).parents[1] / "cases" / "server" / "schemathesis.toml"


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer(ServerSettings(), EchoEngine()) as server:
        yield server


@pytest.fixture(scope="module")
def document(server):
    answer = httpx.get(f"{server.url}/openapi.json", trust_env=False, verify=False)
    assert answer.status_code == 200
    return answer.json()


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_endpoint_stands_in_it_under_both_versions(document):
    operations = {
        (method, path.removeprefix(version))
        for version in ("/v1", "/v1beta")
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith(f"{version}/")
    }

    assert len(document["paths"]) == 20
    assert operations == {
        ("post", "/tasks/runs"),
        ("get", "/tasks/runs/{run_id}"),
        ("get", "/tasks/runs/{run_id}/result"),
        ("get", "/tasks/runs/{run_id}/input"),
        ("get", "/tasks/runs/{run_id}/events"),
        ("post", "/tasks/groups"),
        ("get", "/tasks/groups/{taskgroup_id}"),
        ("post", "/tasks/groups/{taskgroup_id}/runs"),
        ("get", "/tasks/groups/{taskgroup_id}/runs"),
        ("get", "/tasks/groups/{taskgroup_id}/events"),
        ("get", "/tasks/groups/{taskgroup_id}/runs/{run_id}"),
    }


def test_what_it_refers_to_is_there(document):
    schemas = document["components"]["schemas"]

    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_a_method_that_is_not_there_names_those_that_are(server):
    answer = httpx.put(f"{server.url}/v1/tasks/groups/x/runs", trust_env=False, verify=False)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_schemathesis_finds_no_answer_that_the_document_does_not_allow(tmp_path):
    with ServerProcess("--api-key", "secret") as server:
        done = subprocess.run(
            [
                *(SCHEMATHESIS, "--config-file", RULES, "run", f"{server.url}/openapi.json"),
                *("-H", "x-api-key: secret", "--seed", "1", "--max-examples", "30"),
                *("--request-timeout", "10", "--suppress-health-check", "all"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
