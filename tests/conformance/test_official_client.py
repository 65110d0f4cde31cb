"""The vendor's own client drives the server over a socket, and validates all it hears."""

import asyncio
import time
from typing import Any

import parallel
import pytest
from parallel.types import TaskSpecParam
from pydantic import BaseModel, Field

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "company": {"type": "string", "description": "Its name"},
        "founded": {"type": ["integer", "null"], "description": "Year"},
    },
    "required": ["company", "founded"],
    "additionalProperties": False,
}
SPEC: TaskSpecParam = {"output_schema": {"type": "json", "json_schema": SCHEMA}}


class Company(BaseModel):
    """What is asked of a company."""

    company: str = Field(description="Its name")
    founded: int | None = Field(description="Year")


def inputs(n: int, **members: Any) -> list[Any]:
    return [
        {
            "input": {"company": f"Company {i}"},
            "processor": "base",
            "metadata": {"row": str(i)},
            **members,
        }
        for i in range(n)
    ]


def settled_group(client, n=3, **members):
    group = client.task_group.create()
    added = client.task_group.add_runs(
        group.task_group_id, inputs=inputs(n, **members), default_task_spec=SPEC
    )
    while client.task_group.retrieve(group.task_group_id).status.is_active:
        time.sleep(0.01)
    return group.task_group_id, added


def test_a_run_is_created_queued_with_what_was_sent(client):
    run = client.task_run.create(input="Who?", processor="base", metadata={"row": "7"})

    assert (run.status, run.is_active, run.processor) == ("queued", True, "base")
    assert run.metadata == {"row": "7"}
    assert run.run_id == run.interaction_id
    assert run.run_id.startswith("trun_")
    assert len(run.run_id) == len("trun_") + 32
    assert run.task_group_id is None
    assert run.created_at is not None
    assert run.created_at.endswith("Z")


def test_a_result_is_waited_for_and_has_output_and_basis(client):
    run = client.task_run.create(
        input={"company": "Acme", "founded": 1887}, processor="base", task_spec=SPEC
    )

    result = client.task_run.result(run.run_id, api_timeout=10)

    assert result.run.status == "completed"
    assert result.output.type == "json"
    assert result.output.content == {"company": "Acme", "founded": 1887}
    assert [basis.field for basis in result.output.basis] == ["company", "founded"]


def test_execute_answers_with_a_pydantic_model(client):
    result = client.task_run.execute(
        input={"company": "Acme", "founded": 1887}, processor="base", output=Company
    )

    assert result.output.parsed == Company(company="Acme", founded=1887)


def test_a_text_output_is_text(client):
    run = client.task_run.create(
        input="Who?", processor="base", task_spec={"output_schema": "One sentence"}
    )

    output = client.task_run.result(run.run_id).output

    assert (output.type, output.content) == ("text", "Who?")


def test_an_input_is_read_back_as_it_was_sent(client):
    run = client.task_run.create(
        input={"company": "Acme"},
        processor="core",
        metadata={"row": "7"},
        task_spec=SPEC,
        source_policy={"exclude_domains": ["reddit.com"]},
    )

    sent = client.task_run.retrieve_input(run.run_id)

    assert sent.input == {"company": "Acme"}
    assert sent.processor == "core"
    assert sent.task_spec is not None
    assert sent.task_spec.to_dict() == SPEC
    assert sent.source_policy is not None
    assert sent.source_policy.exclude_domains == ["reddit.com"]


def test_a_runs_stream_tells_its_progress_and_at_last_its_output(slow_client):
    run = slow_client.task_run.create(input="Who?", processor="pro")

    with slow_client.task_run.events(run.run_id) as stream:
        events = list(stream)

    types = [event.type for event in events]
    assert types[0] == types[-1] == "task_run.state"
    assert "task_run.progress_msg.search" in types
    assert "task_run.progress_stats" in types
    assert events[-1].run.status == "completed"
    assert events[-1].output.content == {"output": "Who?"}


def test_a_finished_runs_stream_is_its_final_state(client):
    run = client.task_run.create(input="Who?", processor="base")
    client.task_run.result(run.run_id)

    with client.task_run.events(run.run_id) as stream:
        events = list(stream)

    assert [event.run.status for event in events] == ["completed"]
    assert events[0].output is not None
    assert events[0].event_id is None


def test_a_new_group_is_empty_and_inactive(client):
    group = client.task_group.create(metadata={"job": "j-1"})

    again = client.task_group.retrieve(group.task_group_id)

    assert group == again
    assert again.metadata == {"job": "j-1"}
    assert (again.status.num_task_runs, again.status.is_active) == (0, False)


def test_runs_are_added_in_the_order_of_their_inputs(client):
    group_id, added = settled_group(client, 5)

    with client.task_group.get_runs(group_id) as stream:
        events = list(stream)

    assert [event.run.run_id for event in events] == added.run_ids
    assert [event.run.metadata["row"] for event in events] == ["0", "1", "2", "3", "4"]
    assert [event.event_id for event in events] == ["1", "2", "3", "4", "5"]
    assert {event.input for event in events} == {None}
    assert {event.output for event in events} == {None}


def test_a_snapshot_has_inputs_and_outputs_when_asked_for(client):
    group_id, _ = settled_group(client)

    with client.task_group.get_runs(
        group_id, include_input=True, include_output=True, status="completed"
    ) as stream:
        events = list(stream)

    assert [event.input.input["company"] for event in events] == [
        "Company 0",
        "Company 1",
        "Company 2",
    ]
    assert events[0].input.task_spec.to_dict() == SPEC
    assert [event.output.content["company"] for event in events] == [
        "Company 0",
        "Company 1",
        "Company 2",
    ]


def test_cursors_begin_before_the_runs_of_their_post(client):
    group_id, first = settled_group(client, 3)
    second = client.task_group.add_runs(group_id, inputs=inputs(2), refresh_status=False)

    with client.task_group.get_runs(group_id, last_event_id=second.run_cursor) as stream:
        events = list(stream)

    assert (first.run_cursor, first.event_cursor) == (None, None)
    assert second.run_cursor == "3"
    assert second.event_cursor is not None
    assert [event.run.run_id for event in events] == second.run_ids


def test_without_a_refresh_the_status_is_the_one_from_before(client):
    group_id, first = settled_group(client, 3)
    second = client.task_group.add_runs(group_id, inputs=inputs(2), refresh_status=False)

    assert first.status.num_task_runs == 3
    assert second.status.num_task_runs == 3


def test_a_groups_stream_tells_each_end_and_closes_when_nothing_is_active(slow_client):
    group = slow_client.task_group.create()
    added = slow_client.task_group.add_runs(group.task_group_id, inputs=inputs(3))

    with slow_client.task_group.events(group.task_group_id) as stream:
        events = list(stream)

    ended = [event for event in events if event.type == "task_run.state"]
    assert {event.run.run_id for event in ended} == set(added.run_ids)
    assert {event.run.status for event in ended} == {"completed"}
    assert events[-1].type == "task_group_status"
    assert events[-1].status.is_active is False
    assert [event.event_id for event in events] == [str(i + 1) for i in range(len(events))]


def test_a_groups_stream_goes_on_behind_its_cursor(client):
    group_id, _ = settled_group(client)
    with client.task_group.events(group_id) as stream:
        events = list(stream)

    with client.task_group.events(group_id, last_event_id=events[1].event_id) as stream:
        rest = list(stream)

    assert [event.event_id for event in rest] == [event.event_id for event in events[2:]]


def test_a_run_is_found_in_its_group(client):
    group_id, added = settled_group(client)

    run = client.task_group.retrieve_run(added.run_ids[1], task_group_id=group_id)

    assert run.run_id == added.run_ids[1]
    assert run.task_group_id == group_id
    assert run == client.task_run.retrieve(run.run_id)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        pytest.param(
            parallel.PermissionDeniedError,
            lambda c: c.task_run.create(input="x", processor="best"),
            id="unknown processor",
        ),
        pytest.param(
            parallel.NotFoundError, lambda c: c.task_run.retrieve("trun_none"), id="unknown run"
        ),
        pytest.param(
            parallel.NotFoundError,
            lambda c: c.task_group.retrieve("tgrp_none"),
            id="unknown group",
        ),
        pytest.param(
            parallel.UnprocessableEntityError,
            lambda c: c.task_run.create(input=["x"], processor="base"),
            id="wrong type",
        ),
    ],
)
def test_refusals_are_the_clients_own_errors(client, error, call):
    with pytest.raises(error) as caught:
        call(client)

    body = caught.value.body
    assert body["type"] == "error"
    assert body["error"]["message"]
    assert len(body["error"]["ref_id"]) == 36


def test_the_async_client_does_all_of_it(make_async_client):
    async def drive():
        async with make_async_client() as client:
            run = await client.task_run.create(input="Who?", processor="pro")
            result = await client.task_run.result(run.run_id)
            sent = await client.task_run.retrieve_input(run.run_id)
            run_events = [event async for event in await client.task_run.events(run.run_id)]
            group = await client.task_group.create()
            added = await client.task_group.add_runs(
                group.task_group_id, inputs=inputs(20), default_task_spec=SPEC
            )
            stream = await client.task_group.events(group.task_group_id)
            group_events = [event async for event in stream]
            stream = await client.task_group.get_runs(
                group.task_group_id, include_input=True, include_output=True
            )
            runs = [event async for event in stream]
            summary = await client.task_group.retrieve(group.task_group_id)
            one = await client.task_group.retrieve_run(
                added.run_ids[0], task_group_id=group.task_group_id
            )
        assert result.output.content == {"output": "Who?"}
        assert sent.input == "Who?"
        assert run_events[-1].run.status == "completed"
        assert len([e for e in group_events if e.type == "task_run.state"]) == 20
        assert [event.run.run_id for event in runs] == added.run_ids
        assert summary.status.task_run_status_counts == {"completed": 20}
        assert one.status == "completed"

    asyncio.run(drive())
