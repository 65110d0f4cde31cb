from enrich.server import wire


def test_a_frame_has_a_type_and_one_line_of_data_and_ends_with_a_blank_line():
    assert wire.frame("task_run.state", b'{"a":1}') == b'event: task_run.state\ndata: {"a":1}\n\n'


def test_a_group_is_active_while_a_run_is_queued_running_or_cancelling():
    for status in ("queued", "running", "cancelling"):
        assert wire.group_status({"completed": 3, status: 1}, "").is_active
    for status in ("completed", "failed", "cancelled", "action_required"):
        assert not wire.group_status({status: 1}, "").is_active
    assert not wire.group_status({}, "").is_active


def test_nothing_stands_before_the_first_run():
    assert (wire.cursor(0), wire.cursor(3)) == (None, "3")
