"""What the server does with workers, as they are heard on the wire: each run has one answer."""

import json
import time

import httpx
import pytest

from enrich.server import EmbeddedServer, ServerSettings
from enrich.server.settings import digest_of

KEY = "the key of the workers"
OUTPUT = {"type": "text", "content": "Nairobi", "basis": []}
OTHER = {"type": "text", "content": "Lagos", "basis": []}


class Stage:
    """A server without an engine, its caller, and workers by hand."""

    def __init__(self, **settings):
        settings = {"lease_s": 30.0, **settings}
        self.server = EmbeddedServer(
            ServerSettings(worker_keys=(digest_of(KEY),), fault_header=True, **settings), None
        )

    def __enter__(self):
        server = self.server.start()
        self.http = httpx.Client(base_url=server.url, timeout=20, trust_env=False, verify=False)
        self.client = {"x-api-key": server.api_key}
        self.group = self.post("/v1/tasks/groups", {}, self.client).json()["taskgroup_id"]
        return self

    def __exit__(self, *_):
        self.http.close()
        self.server.stop()

    @property
    def leases(self):
        return self.server._server._app.state.service.leases  # type: ignore[union-attr]

    def post(self, path, body, headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(path, content=content, headers=headers)

    def add(self, n, headers=None, **members):
        inputs = [{"input": f"run {i}", "processor": "base", **members} for i in range(n)]
        path = f"/v1/tasks/groups/{self.group}/runs"
        answer = self.post(path, {"inputs": inputs}, self.client | (headers or {}))
        return answer.json()["run_ids"]

    def claim(self, worker, room=1, wait_s=0.0, key=KEY):
        body = {"worker": worker, "room": room, "wait_s": wait_s}
        return self.post("/work/claim", body, {"x-worker-key": key})

    def runs(self, worker, room=1, wait_s=0.0):
        return self.claim(worker, room, wait_s).json()["runs"]

    def wait(self, worker):
        """Claim one run as soon as there is one."""
        give_up_at = time.monotonic() + 30
        while not (runs := self.runs(worker, wait_s=10.0)):
            assert time.monotonic() < give_up_at
        return runs

    def report(self, worker, body=None, key=KEY, **members):
        body = {"worker": worker, **members} if body is None else body
        return self.post("/work/report", body, {"x-worker-key": key})

    def answer(self, worker, run, output=OUTPUT):
        told = {"lease": run["lease"], "run_id": run["run_id"], "output": output}
        return self.report(worker, answered=[told])

    def frames(self, what):
        path = f"/v1/tasks/groups/{self.group}/{what}"
        return self.http.get(path, headers=self.client).text.split("\n\n")[:-1]

    def contents(self):
        frames = self.frames("runs?include_output=true")
        listed = [json.loads(frame.partition("\ndata: ")[2]) for frame in frames]
        return [(each["run"]["status"], (each["output"] or {}).get("content")) for each in listed]

    def ended(self):
        """The runs that the events of a group that is over tell to have ended, in order."""
        told = [f for f in self.frames("events") if "task_run.state" in f]
        return [json.loads(f.partition("\ndata: ")[2])["run"]["run_id"] for f in told]


@pytest.fixture(scope="module")
def shared():
    with Stage(max_body_bytes=100_000) as stage:
        yield stage


@pytest.fixture
def stage(shared):
    shared.group = shared.post("/v1/tasks/groups", {}, shared.client).json()["taskgroup_id"]
    return shared


def test_workers_are_let_in_with_their_key_alone(stage):
    (run_id,) = stage.add(1)

    keys = ["", "another", stage.server.api_key]
    assert [stage.claim("a", key=key).status_code for key in keys] == [401] * 3
    assert [stage.report("a", key=key).status_code for key in keys] == [401] * 3
    (run,) = stage.runs("a")
    assert run["run_id"] == run_id
    assert stage.answer("a", run).status_code == 200
    assert stage.contents() == [("completed", "Nairobi")]


def test_nobody_is_let_in_unless_a_key_is_named():
    with EmbeddedServer(ServerSettings(), None) as server:
        statuses = [
            httpx.post(f"{server.url}/work/{path}", headers={"x-worker-key": ""}).status_code
            for path in ("claim", "report")
        ]
        health = httpx.get(f"{server.url}/healthz").status_code

    assert statuses == [404, 404]
    assert health == 503


def test_a_run_is_leased_once_and_waited_for(stage):
    (first, second) = stage.add(2)

    assert [run["run_id"] for run in stage.runs("leaver", room=1)] == [first]
    assert [run["run_id"] for run in stage.runs("other", room=9)] == [second]
    began = time.monotonic()
    assert stage.runs("other", wait_s=0.2) == []
    assert time.monotonic() - began >= 0.2
    stage.report("leaver", gone="stopped")
    stage.report("other", gone="stopped")
    runs = stage.runs("a", room=9)  # given back is no loss: both at once again
    assert [run["run_id"] for run in runs] == [first, second]
    assert [stage.answer("a", run).status_code for run in runs] == [200, 200]
    stage.add(1)
    assert stage.runs("leaver") == []  # who left gets nothing more
    (run,) = stage.runs("a")
    stage.answer("a", run)


def test_who_lost_its_lease_is_refused_and_its_answer_thrown_away():
    with Stage(lease_s=0.4) as stage:
        stage.add(1)
        (late,) = stage.runs("a")
        stage.leases._lease_s = 30.0  # the next one is not lost, however slow the machine
        (run,) = stage.wait("b")
        refused = stage.answer("a", late, OTHER)
        taken = stage.answer("b", run, OUTPUT)
        again = stage.answer("b", run, OTHER)

        assert (refused.status_code, refused.json()) == (409, {"lost": [late["lease"]]})
        assert taken.status_code == 200
        assert again.status_code == 409
        assert stage.contents() == [("completed", "Nairobi")]
        assert stage.ended() == [run["run_id"]]
        assert "enrich_leases_lost_total 1\n" in stage.http.get("/metrics").text


def test_a_lease_holds_while_its_worker_is_heard_and_no_longer_than_a_run_may_take():
    with Stage(lease_s=1.0, deadline_s=1.5) as stage:
        stage.add(1)
        (run,) = stage.runs("a")
        lease, began, status = run["lease"], time.monotonic(), 200
        while status == 200:
            status = stage.report("a", held=[lease], begun=[lease]).status_code
            time.sleep(0.05)

        assert status == 409
        assert time.monotonic() - began >= 1.5
        assert [each["run_id"] for each in stage.wait("b")] == [run["run_id"]]


def test_a_run_that_three_workers_died_at_is_given_up():
    with Stage() as stage:
        poison, innocent = stage.add(2)
        assert len(stage.runs("a", room=9)) == 2
        stage.report("a", gone="died")
        for worker in ("b", "c"):
            assert [run["run_id"] for run in stage.runs(worker, room=9)] == [poison]
            assert stage.runs(worker, room=9) == []  # nothing beside it
            stage.report(worker, gone="died")
        (run,) = stage.runs("d", room=9)
        stage.answer("d", run)

        assert run["run_id"] == innocent
        assert stage.contents() == [("failed", None), ("completed", "Nairobi")]
        assert sorted(stage.ended()) == sorted([poison, innocent])
        error = stage.http.get(f"/v1/tasks/runs/{poison}", headers=stage.client).json()["error"]
        assert error["message"] == "The run was given up: 3 workers died or hung at it"


def answered(run, **members):
    told = {"lease": run["lease"], "run_id": run["run_id"], "output": OUTPUT, **members}
    return {"worker": "a", "answered": [told]}


HOSTILE = {
    "no JSON": (lambda run: b"\xff\x00", 422),
    "cut off": (lambda run: json.dumps(answered(run)).encode()[:-3], 422),
    "not a number": (lambda run: json.dumps(answered(run, seconds=float("nan"))).encode(), 422),
    "invalid UTF-8": (lambda run: json.dumps(answered(run)).encode().replace(b"Nai", b"\xff"), 422),
    "deep": (lambda run: b'{"worker":"a","answered":' + b"[" * 50_000, 422),
    "of another run": (lambda run: answered(run, run_id="trun_other"), 409),
    "of another lease": (lambda run: answered(run, lease=run["lease"] + 1), 409),
    "of another worker": (lambda run: {**answered(run), "worker": "b"}, 409),
    "too large": (lambda run: answered(run, output={**OUTPUT, "content": "x" * 100_000}), 413),
    "no output": (lambda run: answered(run, output=None), 422),
    "an output of no type": (lambda run: answered(run, output={"content": "x"}), 422),
    "an unknown type": (lambda run: answered(run, output={**OUTPUT, "type": "xml"}), 422),
    "no basis": (lambda run: answered(run, output={**OUTPUT, "basis": "x"}), 422),
    "an output and an error": (
        lambda run: answered(run, error={"ref_id": "x", "message": "y", "detail": None}),
        422,
    ),
    "no worker": (lambda run: {**answered(run), "worker": ""}, 422),
    "an unknown way to go": (lambda run: {"worker": "a", "gone": "fishing"}, 422),
}


@pytest.mark.parametrize(("body", "status"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_hurts_nobody(stage, body, status):
    stage.add(1)
    (run,) = stage.runs("a")

    assert stage.report("a", body(run)).status_code == status
    assert stage.contents() == [("running", None)]
    assert stage.answer("a", run).status_code == 200
    assert stage.contents() == [("completed", "Nairobi")]


def test_what_a_run_says_reaches_its_stream_before_its_output(stage):
    (run_id,) = stage.add(1, enable_events=True)
    (run,) = stage.runs("a")
    said = [
        {"lease": run["lease"], "message": {"kind": "tool_call", "text": "looks Nairobi up"}},
        {
            "lease": run["lease"],
            "sources": {"considered": 2, "read": 1, "sample": ["https://a.example/"]},
        },
    ]
    path = f"/v1beta/tasks/runs/{run_id}/events"
    with stage.http.stream("GET", path, headers=stage.client) as stream:
        lines = stream.iter_lines()
        heard = [next(lines)]
        told = {"lease": run["lease"], "run_id": run_id, "output": OUTPUT}
        stage.report("a", said=said)
        stage.report("a", answered=[told])
        heard += list(lines)

    types = [line.removeprefix("event: ") for line in heard if line.startswith("event: ")]
    assert types == [
        "task_run.state",
        "task_run.progress_msg.tool_call",
        "task_run.progress_stats",
        "task_run.state",
    ]


def test_limits_of_processors_hold_over_all_workers_and_fates_need_none():
    with Stage(at_once={"ultra": 1}) as stage:
        stage.add(3, processor="ultra")
        assert len(stage.runs("a", room=9)) == 1
        assert stage.runs("b", room=9) == []
        doomed = stage.add(2, headers={"x-enrich-fault": "failed"})
        assert stage.runs("b", room=9) == []
        listed = [json.loads(f.partition("\ndata: ")[2]) for f in stage.frames("runs")]
        failed = [each["run"]["run_id"] for each in listed if each["run"]["status"] == "failed"]
        assert failed == doomed
        stage.report("a", gone="stopped")
        assert len(stage.runs("b", room=9)) == 1


def test_health_and_metrics_tell_workers(stage):
    stage.add(2)
    (run,) = stage.runs("a")
    stage.runs("z")

    workers = stage.http.get("/healthz").json()["workers"]
    metrics = stage.http.get("/metrics").text

    assert workers >= 2
    assert f"enrich_workers {workers}\n" in metrics
    assert "enrich_leases 2\n" in metrics
    assert stage.answer("a", run).status_code == 200
