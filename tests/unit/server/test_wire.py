import msgspec

from enrich.server import wire
from enrich.server.store.rows import RunRow

ROW = RunRow(
    run_no=1,
    run_id="trun_1",
    position=3,
    status="completed",
    processor="base",
    metadata=b'{"row":"7"}',
    warnings=None,
    error=None,
    created_at="2026-11-21T09:14:02.118204Z",
    modified_at="2026-11-21T09:14:09.902117Z",
    taskgroup_id="tgrp_1",
    events=0,
)


def test_a_frame_has_a_type_and_one_line_of_data_and_ends_with_a_blank_line():
    event = wire.RunEvent(event_id="3", run=wire.run_state(ROW), output=wire.raw(b'{"type":"x"}'))

    lines = wire.run_frame(event).decode().split("\n")

    assert lines[0] == "event: task_run.state"
    assert lines[2:] == ["", ""]
    assert msgspec.json.decode(lines[1].removeprefix("data: ")) == {
        "type": "task_run.state",
        "event_id": "3",
        "run": {
            "run_id": "trun_1",
            "interaction_id": "trun_1",
            "status": "completed",
            "is_active": False,
            "warnings": None,
            "error": None,
            "processor": "base",
            "metadata": {"row": "7"},
            "taskgroup_id": "tgrp_1",
            "created_at": "2026-11-21T09:14:02.118204Z",
            "modified_at": "2026-11-21T09:14:09.902117Z",
        },
        "input": None,
        "output": {"type": "x"},
    }


def test_a_body_gets_its_spec_back():
    assert bytes(wire.run_input(b'{"input":"x"}', b'{"a":1}')) == (
        b'{"input":"x","task_spec":{"a":1}}'
    )
    assert bytes(wire.run_input(b'{"input":"x"}', None)) == b'{"input":"x"}'


def test_a_group_is_active_while_a_run_is_queued_running_or_cancelling():
    for status in ("queued", "running", "cancelling"):
        assert wire.group_status({"completed": 3, status: 1}, "").is_active
    for status in ("completed", "failed", "cancelled", "action_required"):
        assert not wire.group_status({status: 1}, "").is_active
    assert not wire.group_status({}, "").is_active


def test_nothing_stands_before_the_first_run():
    assert (wire.cursor(0), wire.cursor(3)) == (None, "3")
