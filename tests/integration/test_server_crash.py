"""A server that is killed, stopped or started twice loses no run that it accepted."""

import os
import subprocess
import sys
import time
from functools import partial

import httpx
import pytest

from enrich.errors import ConfigError
from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import EchoEngine
from tests.fakes.server_process import ROOT, ServerProcess

BODY = {"inputs": [{"input": f"Who is {i}?", "processor": "base"} for i in range(200)]}


def client_of(url, key=""):
    return httpx.Client(
        base_url=f"{url}/v1/tasks",
        headers={"x-api-key": key},
        timeout=10,
        trust_env=False,
        verify=False,
    )


def status_of(client, group_id):
    return client.get(f"/groups/{group_id}").json()["status"]


def completed(client, group_id):
    return status_of(client, group_id)["task_run_status_counts"].get("completed", 0)


def more_are_completed(client, group_id, before):
    return completed(client, group_id) > before


def wait_until(condition, timeout_s=50.0):
    give_up_at = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_work_goes_on_after_the_server_was_killed_and_then_stopped_in_the_midst_of_it(tmp_path):
    database = tmp_path / "runs.db"
    lives: list[int | None] = []
    group_id = ""
    run_ids: list[str] = []
    for end in ("kill", "stop"):
        arguments = ("--db", database, "--delay-ms", "5", "--quota", "399")
        with ServerProcess(*arguments) as server, client_of(server.url) as client:
            if not group_id:
                group_id = client.post("/groups", json={}).json()["taskgroup_id"]
                run_ids = client.post(f"/groups/{group_id}/runs", json=BODY).json()["run_ids"]
            # The quota's window outlives the server, too.
            assert client.post(f"/groups/{group_id}/runs", json=BODY).status_code == 429
            before = completed(client, group_id)
            wait_until(partial(more_are_completed, client, group_id, before))
            lives.append(getattr(server, end)())

    with ServerProcess("--db", database) as server, client_of(server.url) as client:
        wait_until(lambda: not status_of(client, group_id)["is_active"])
        status = status_of(client, group_id)
        listing = client.get(f"/groups/{group_id}/runs?include_output=true").text

    assert lives == [None, 0]
    assert status["task_run_status_counts"] == {"completed": 200}
    assert status["num_task_runs"] == 200
    listed = [part.partition('"')[0] for part in listing.split('"run_id":"')[1:]]
    assert listed == run_ids
    assert listing.count('"output":{"type":"json"') == 200


@pytest.mark.slow
def test_ten_kills_lose_nothing(tmp_path):
    database = tmp_path / "runs.db"
    sent = 0
    group_id = ""
    for life in range(10):
        with (
            ServerProcess("--db", database, "--delay-ms", "3") as server,
            client_of(server.url) as client,
        ):
            group_id = group_id or client.post("/groups", json={}).json()["taskgroup_id"]
            client.post(f"/groups/{group_id}/runs", json=BODY).raise_for_status()
            sent += 200
            time.sleep(0.05 * life)
            server.kill()

    with ServerProcess("--db", database) as server, client_of(server.url) as client:
        wait_until(lambda: not status_of(client, group_id)["is_active"])
        status = status_of(client, group_id)
        events = client.get(f"/groups/{group_id}/events").text

    assert status["task_run_status_counts"] == {"completed": sent}
    assert events.count("event: task_run.state") == sent


def test_a_second_server_on_the_same_database_is_refused(tmp_path):
    settings = ServerSettings(database=tmp_path / "runs.db")

    with (
        EmbeddedServer(settings, EchoEngine()),
        pytest.raises(ConfigError, match="in use by another server"),
    ):
        EmbeddedServer(settings, EchoEngine()).start()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "runs.db"
    path.write_text("company,site\n" * 1_000)

    with pytest.raises(ConfigError, match="cannot be used"):
        EmbeddedServer(ServerSettings(database=path), EchoEngine()).start()


def test_the_embedded_servers_runs_outlive_it_and_its_key(tmp_path):
    settings = ServerSettings(database=tmp_path / "runs.db")
    with (
        EmbeddedServer(settings, EchoEngine()) as first,
        client_of(first.url, first.api_key) as client,
    ):
        answer = client.post("/runs", json={"input": "x", "processor": "base"})
    with (
        EmbeddedServer(settings, EchoEngine()) as second,
        client_of(second.url, second.api_key) as client,
    ):
        again = client.get(f"/runs/{answer.json()['run_id']}/result")

    assert first.api_key != second.api_key
    assert again.json()["run"]["status"] == "completed"


def test_stopping_ends_open_streams():
    settings = ServerSettings(stop_grace_s=1.0)
    with (
        EmbeddedServer(settings, EchoEngine(delay_s=0.5)) as server,
        client_of(server.url, server.api_key) as client,
    ):
        group_id = client.post("/groups", json={}).json()["taskgroup_id"]
        client.post(f"/groups/{group_id}/runs", json=BODY)
        with client.stream("GET", f"/groups/{group_id}/events") as stream:
            assert server._server is not None
            server._server.should_exit = True
            heard = "".join(stream.iter_text())

    assert "Stream interrupted; reconnect with last_event_id" in heard


@pytest.mark.slow
def test_a_program_that_forgets_its_server_still_ends():
    program = (
        "from enrich.server import EmbeddedServer, ServerSettings\n"
        "from tests.fakes.echo_engine import EchoEngine\n"
        "server = EmbeddedServer(ServerSettings(stop_grace_s=0.5), EchoEngine(30.0)).start()\n"
        "import httpx\n"
        "run = {'input': 'x', 'processor': 'base'}\n"
        "key = {'x-api-key': server.api_key}\n"
        "httpx.post(server.url + '/v1/tasks/runs', json=run, headers=key).raise_for_status()\n"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=50,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
