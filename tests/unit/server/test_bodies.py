from functools import partial
from typing import Any

import msgspec
import pytest

from enrich.server import bodies
from enrich.server.bodies import Terms, group_metadata
from enrich.server.plain_bodies import read_plain
from enrich.server.problems import Problem

single_run = partial(bodies.single_run, terms=Terms())
group_runs = partial(bodies.group_runs, terms=Terms())

GOOD: dict[str, Any] = {
    "output_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"founded": {"type": ["integer", "null"], "description": "Year"}},
            "required": ["founded"],
            "additionalProperties": False,
        },
    },
    "input_schema": {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {"company": {"type": "string"}},
            "required": ["company"],
        },
    },
}
BAD = {"output_schema": {"type": "json", "json_schema": {"type": "array"}}}


def run(**members):
    return {"input": {"company": "Acme"}, "processor": "base", **members}


def decode(json: bytes | None) -> Any:
    assert json is not None
    return msgspec.json.decode(json)


def encode(json):
    return msgspec.json.encode(json)


def warnings_of(accepted):
    return [] if accepted.kind.warnings is None else msgspec.json.decode(accepted.kind.warnings)


def errors_of(call, body):
    with pytest.raises(Problem) as caught:
        call(encode(body))
    assert caught.value.status == 422
    assert caught.value.detail is not None
    return caught.value.detail["errors"]


def test_a_good_run_is_taken_as_it_came():
    body = run(task_spec=GOOD, metadata={"row": "7", "n": 7}, title="kept")

    accepted = single_run(encode(body))

    assert msgspec.json.decode(accepted.input) == {
        key: value for key, value in body.items() if key not in {"task_spec", "metadata"}
    }
    assert decode(accepted.kind.spec) == GOOD
    assert decode(accepted.metadata) == {"row": "7", "n": 7}
    kind = accepted.kind
    assert (kind.processor, kind.price, kind.events) == ("base", 10, False)


def test_an_own_spec_replaces_the_default_whole():
    body = {"default_task_spec": GOOD, "inputs": [run(), run(task_spec={"output_schema": "A"})]}

    default, own = group_runs(encode(body))

    assert decode(default.kind.spec) == GOOD
    assert decode(own.kind.spec) == {"output_schema": "A"}


def test_without_any_spec_all_the_room_is_the_inputs():
    longest = {"input": "x" * 25_000, "processor": "base"}

    assert single_run(encode(longest)).kind.spec is None
    assert len(group_runs(encode({"inputs": [longest]}))) == 1


def test_without_any_spec_the_processor_decides():
    (accepted,) = group_runs(encode({"inputs": [run()]}))

    assert accepted.kind.spec is None


def test_an_input_that_does_not_fit_is_warned_about():
    (fits, misses) = group_runs(
        encode({"default_task_spec": GOOD, "inputs": [run(), run(input={"company": 7})]})
    )

    (warning,) = warnings_of(misses)
    assert warning["type"] == "input_validation_warning"
    assert warning["detail"] == {"path": ["company"]}
    assert warnings_of(fits) == []


def test_soft_faults_of_a_spec_are_warnings_of_the_run():
    schema = {**GOOD["output_schema"]["json_schema"], "required": []}
    spec = {"output_schema": {"type": "json", "json_schema": schema}}

    accepted = single_run(encode(run(task_spec=spec)))

    assert {warning["type"] for warning in warnings_of(accepted)} == {"spec_validation_warning"}


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"inputs": [run(), run(task_spec=BAD)]}, ["body", "inputs", 1, "task_spec"]),
        ({"inputs": [run()], "default_task_spec": BAD}, ["body", "default_task_spec"]),
        ({"inputs": [run(), {"input": "x"}]}, ["body", "inputs", 1, "processor"]),
        ({"inputs": [run(), run(input="x" * 25_001)]}, ["body", "inputs", 1, "input"]),
        (
            {"inputs": [run(source_policy={"exclude_domains": ["https://a.com"]})]},
            ["body", "inputs", 0, "source_policy"],
        ),
        (
            {"inputs": [run(source_policy={"after_date": "2020-13-01"})]},
            ["body", "inputs", 0, "source_policy"],
        ),
    ],
    ids=["own spec", "default spec", "missing member", "too long", "no domain", "no date"],
)
def test_a_fault_is_found_at_its_item(body, loc):
    assert errors_of(group_runs, body)[0]["loc"] == loc


def test_a_single_runs_spec_is_judged_too():
    errors = errors_of(single_run, run(task_spec=BAD))

    assert [error["loc"] for error in errors] == [["body", "task_spec"]] * len(errors)
    assert any("root" in error["type"] for error in errors)


def test_a_long_faulty_value_is_not_sent_back():
    errors = errors_of(single_run, run(processor=["x" * 1_000]))

    assert "input" not in errors[0]


def test_events_follow_the_processor_unless_the_run_says():
    def events(**members):
        return single_run(encode(run(**members))).kind.events

    assert not events()
    assert events(processor="pro")
    assert events(enable_events=True)
    assert not events(processor="pro", enable_events=False)
    assert errors_of(single_run, run(enable_events="no"))[0]["loc"] == ["body", "enable_events"]


def test_a_groups_metadata_is_optional():
    assert group_metadata(b"{}") is None
    assert group_metadata(b'{"metadata":{"job":"a long value is fine here"}}') is not None


WEBHOOK = {"url": "https://hooks.example.net/x", "event_types": ["task_run.status"]}


def test_a_webhook_is_taken_where_they_are_sent_and_warned_about_where_not():
    body = encode(run(webhook=WEBHOOK))

    sent = bodies.single_run(body, Terms(sends_webhooks=True))
    unsent = single_run(body)

    assert (sent.kind.webhook, warnings_of(sent)) == (WEBHOOK["url"], [])
    assert unsent.kind.webhook is None
    assert "sends no webhooks" in warnings_of(unsent)[0]["message"]


def test_a_webhook_without_event_types_tells_nobody():
    body = encode(run(webhook={"url": WEBHOOK["url"]}))

    assert bodies.single_run(body, Terms(sends_webhooks=True)).kind.webhook is None


def test_a_webhook_to_a_private_address_is_refused_at_its_item():
    hook = {**WEBHOOK, "url": "https://127.0.0.1/x"}

    (error,) = errors_of(group_runs, {"inputs": [run(), run(webhook=hook)]})

    assert error["loc"] == ["body", "inputs", 1, "webhook", "url"]


@pytest.mark.parametrize(
    "items",
    [
        [run()],
        [run(input="Acme"), run(processor="pro", metadata={"a": "b", "c": 1, "d": 1.5, "e": True})],
        [run(metadata={}), run(metadata=None)],
        [run(input={"company": 7}, metadata={"n": 10**30, "m": -(2**63), "x": 1e300})],
        [run(input={"deep": [[{"a": [None, "日本"]}]]}, processor="ultra8x-fast")],
    ],
)
@pytest.mark.parametrize("default", [None, GOOD, {"output_schema": "One word"}])
def test_a_plain_body_gives_the_same_runs_as_any_other(items, default):
    body: dict[str, Any] = {"inputs": items, "default_task_spec": default}

    plain = group_runs(encode(body))
    # A member that means nothing takes the body off the short road.
    full = group_runs(encode({**body, "title": "x"}))

    def seen(new):
        members = msgspec.structs.asdict(new)
        return {k: decode(v) if isinstance(v, bytes) else v for k, v in members.items()}

    assert read_plain(encode(body)) is not None
    assert list(map(seen, plain)) == list(map(seen, full))


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": [run(webhook={"url": "https://a.example/"})]},
        {"inputs": [run(task_spec=GOOD)]},
        {"inputs": [run(metadata={"a" * 17: "b"})]},
        {"inputs": [run(metadata={"a": None})]},
        {"inputs": [run(input=[])]},
        {"inputs": [run()] * 1_001},
        {"inputs": [{"input": "x"}]},
        {"inputs": {}},
        [],
    ],
)
def test_what_is_not_plain_is_left_to_those_who_can_name_a_fault(body):
    assert read_plain(encode(body)) is None


@pytest.mark.parametrize("text", [b"", b"[" * 100_000, b'{"inputs": "\xff"}', b"\xff"])
def test_what_is_no_json_is_not_plain(text):
    assert read_plain(text) is None


def test_a_plain_body_names_its_faults_in_the_same_way():
    for members in ({}, {"title": "x"}):
        (error,) = errors_of(group_runs, {"inputs": [run()], "default_task_spec": {}, **members})
        assert error["loc"] == ["body", "default_task_spec", "output_schema"]
        error, *_ = errors_of(group_runs, {"inputs": [run()], "default_task_spec": BAD, **members})
        assert error["loc"] == ["body", "default_task_spec"]
        long = run(input="x" * 25_001)
        (error,) = errors_of(group_runs, {"inputs": [run(), long], **members})
        assert (error["type"], error["loc"]) == ("total-size", ["body", "inputs", 1, "input"])
        with pytest.raises(Problem) as caught:
            group_runs(encode({"inputs": [run(), run(processor="turbo")], **members}))
        assert (caught.value.status, "1" in str(caught.value.detail)) == (403, True)
