"""What the server says, as bytes.

Members that are stored as JSON pass through unread. How a run stands is written by the store
(``store/queries.sql``), tens of thousands of times a second.

Source: protocol reference, sections 3, 8.1 and 18.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from enrich.taskapi.models import ACTIVE_STATUSES, TASK_RUN_STATUS_EVENT, GroupStatus

if TYPE_CHECKING:
    from enrich.server.store.rows import Accepted, GroupRow, NewRun, RunRow

KEEPALIVE: Final = b": keep-alive\n\n"

encode: Final = msgspec.json.Encoder().encode


class GroupState(msgspec.Struct, frozen=True, kw_only=True):
    """A TaskGroup."""

    taskgroup_id: str
    metadata: msgspec.Raw
    status: GroupStatus
    created_at: str


def run_result(run: RunRow, output: str) -> str:
    """Write a TaskRunResult."""
    return f'{{"run":{run.state},"output":{output}}}'


def webhook_body(run: RunRow) -> bytes:
    """Write what a webhook tells: how the run stands, and never its output."""
    head = f'{{"timestamp":"{run.modified_at}","type":"{TASK_RUN_STATUS_EVENT}","data":'
    return f"{head}{run.state}}}".encode()


def accepted_run(run: NewRun, accepted: Accepted) -> bytes:
    """Write the TaskRun of a single run that was accepted just now."""
    (run_id,) = accepted.run_ids
    return encode(
        {
            "run_id": run_id,
            "interaction_id": run_id,
            "status": "queued",
            "is_active": True,
            "warnings": msgspec.Raw(run.kind.warnings or b"null"),
            "error": None,
            "processor": run.kind.processor,
            "metadata": msgspec.Raw(run.metadata or b"null"),
            "taskgroup_id": None,
            "created_at": accepted.created_at,
            "modified_at": accepted.created_at,
        }
    )


def group_status(counts: dict[str, int], modified_at: str) -> GroupStatus:
    """Sum up a group."""
    return GroupStatus(
        num_task_runs=sum(counts.values()),
        task_run_status_counts=counts,
        is_active=any(counts.get(status) for status in ACTIVE_STATUSES),
        status_message="",
        modified_at=modified_at,
    )


def group_state(group: GroupRow, counts: dict[str, int]) -> GroupState:
    """Say how a group stands."""
    return GroupState(
        taskgroup_id=group.taskgroup_id,
        metadata=msgspec.Raw(group.metadata or b"null"),
        status=group_status(counts, group.modified_at),
        created_at=group.created_at,
    )


def frame(type_: str, json: bytes) -> bytes:
    """Make one event of a stream.

    No ``id:`` and no ``retry:`` line: after either, the official decoder stumbles
    over the next comment.
    """
    return b"event: %b\ndata: %b\n\n" % (type_.encode(), json)


def run_frame(run: RunRow, output: str | None = None) -> bytes:
    """Make the event that tells a single run's state in its own stream."""
    head = '{"type":"task_run.state","event_id":null,"input":null,"run":'
    return frame("task_run.state", f'{head}{run.state},"output":{output or "null"}}}'.encode())


def cursor(position: int) -> str | None:
    """Name a position in a stream; nothing stands before the first one."""
    return str(position) if position else None
