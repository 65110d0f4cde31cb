"""Keys, quotas and credit over a socket."""

import httpx
import pytest

from enrich.errors import ConfigError
from enrich.server import ApiKey, EmbeddedServer, Quota, ServerSettings, serve
from tests.fakes.echo_engine import FAIL, EchoEngine

RUN = {"input": "x", "processor": "base"}


def client_of(server, key):
    return httpx.Client(
        base_url=f"{server.url}/v1/tasks",
        headers={"x-api-key": key},
        timeout=10,
        trust_env=False,
        verify=False,
    )


@pytest.fixture
def make_client(request):
    stack = []

    def make(key="secret-a", delay_s=0.0, **settings):
        server = EmbeddedServer(ServerSettings(**settings), EchoEngine(delay_s)).start()
        stack.append(server.stop)
        client = client_of(server, key)
        stack.append(client.close)
        return client

    yield make
    for close in reversed(stack):
        close()


def add(client, group_id, n, **members):
    return client.post(f"/groups/{group_id}/runs", json={"inputs": [{**RUN, **members}] * n})


def new_group(client):
    return client.post("/groups", json={}).json()["taskgroup_id"]


def test_runs_are_seen_by_their_own_account_only():
    keys = tuple(ApiKey.of(f"secret-{name}", name=name) for name in "ab")
    with (
        EmbeddedServer(ServerSettings(keys=keys), EchoEngine()) as server,
        client_of(server, "secret-a") as a,
        client_of(server, "secret-b") as b,
    ):
        group_id = new_group(a)
        run_id = add(a, group_id, 1).json()["run_ids"][0]

        assert a.get(f"/runs/{run_id}").status_code == 200
        assert a.get(f"/groups/{group_id}/runs").status_code == 200
        for path in ("", "/result", "/input", "/events"):
            assert b.get(f"/runs/{run_id}{path}").status_code == 404
        for path in ("", "/runs", "/events", f"/runs/{run_id}"):
            assert b.get(f"/groups/{group_id}{path}").status_code == 404
        assert add(b, group_id, 1).status_code == 404


def test_a_post_over_the_quota_is_refused_whole_and_told_when_to_come_again(make_client):
    client = make_client(
        keys=(ApiKey.of("secret-a", name="a"),), quota=Quota(limit=10, window_s=30.0)
    )
    group_id = new_group(client)

    first = add(client, group_id, 8)
    refused = add(client, group_id, 3)
    fitting = add(client, group_id, 2)

    assert [r.status_code for r in (first, refused, fitting)] == [200, 429, 200]
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert client.get(f"/groups/{group_id}").json()["status"]["num_task_runs"] == 10


def test_a_quota_may_count_posts_and_each_key_has_its_own(make_client):
    client = make_client(
        keys=(
            ApiKey.of("secret-a", name="a", quota=Quota(limit=2, unit="posts")),
            ApiKey.of("secret-b", name="b"),
        ),
        quota=Quota(limit=1),
    )
    group_id = new_group(client)

    statuses = [add(client, group_id, 500).status_code for _ in range(3)]

    other = {"x-api-key": "secret-b"}
    assert statuses == [200, 200, 429]
    assert client.post("/runs", json=RUN, headers=other).status_code == 202
    assert client.post("/runs", json=RUN, headers=other).status_code == 429


def test_what_was_refused_for_its_body_or_its_price_costs_no_quota(make_client):
    client = make_client(
        keys=(ApiKey.of("secret-a", name="a", credit_usd=0.05),), quota=Quota(limit=1)
    )

    invalid = client.post("/runs", json={"input": "x"})
    too_dear = client.post("/runs", json={**RUN, "processor": "ultra"})
    taken = client.post("/runs", json=RUN)

    assert [r.status_code for r in (invalid, too_dear, taken)] == [422, 402, 202]


def test_credit_is_reserved_for_runs_in_flight_and_released_when_they_end(make_client):
    # Ten runs of 0.01 USD fit; a failed run costs nothing.
    client = make_client(
        keys=(ApiKey.of("secret-a", name="a"),), credit_usd=0.1, delay_s=0.2, workers=10
    )
    group_id = new_group(client)

    taken = add(client, group_id, 9, input=FAIL)
    refused = add(client, group_id, 2)
    last = add(client, group_id, 1)
    for run_id in (*taken.json()["run_ids"], *last.json()["run_ids"]):
        client.get(f"/runs/{run_id}/result?timeout=10")
    again = add(client, group_id, 9)
    too_many = add(client, group_id, 1)

    statuses = [r.status_code for r in (taken, refused, last, again, too_many)]
    assert statuses == [200, 402, 200, 200, 402]


def test_an_interaction_goes_on_from_another_of_the_same_account(make_client):
    client = make_client(keys=(ApiKey.of("secret-a", name="a"),))
    first = client.post("/runs", json=RUN).json()

    second = client.post("/runs", json={**RUN, "previous_interaction_id": first["interaction_id"]})
    unknown = client.post("/runs", json={**RUN, "previous_interaction_id": "trun_none"})

    assert (second.status_code, unknown.status_code) == (202, 422)


def test_without_keys_only_this_machine_is_served(make_client):
    client = make_client(key="", no_auth=True)
    del client.headers["x-api-key"]

    assert client.post("/runs", json=RUN).status_code == 202
    for headers in ({"origin": "https://evil.example"}, {"host": "evil.example"}):
        assert client.post("/runs", json=RUN, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("settings", "host", "message"),
    [
        (ServerSettings(), "127.0.0.1", "no keys"),
        (ServerSettings(no_auth=True), "0.0.0.0", "loopback"),
        (ServerSettings(no_auth=True), "192.0.2.1", "loopback"),
    ],
)
def test_strangers_are_never_served_without_a_key(settings, host, message):
    with pytest.raises(ConfigError, match=message):
        serve(settings, EchoEngine(), host=host, port=0)


def test_secrets_of_tool_servers_are_not_kept(make_client):
    client = make_client(keys=(ApiKey.of("secret-a", name="a"),))
    server = {"name": "kb", "url": "https://kb.example/mcp", "headers": {"Authorization": "T"}}

    run = client.post("/runs", json={**RUN, "mcp_servers": [server]}).json()

    (kept,) = client.get(f"/runs/{run['run_id']}/input").json()["mcp_servers"]
    assert kept == {**server, "headers": {"Authorization": "[redacted]"}}
    assert [w["type"] for w in run["warnings"]] == ["warning"]
