"""What the server says, as bytes.

Members that are stored as JSON pass through unread.

Source: protocol reference, sections 3, 8.1 and 18.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from enrich.taskapi.models import ACTIVE_STATUSES, TASK_RUN_STATUS_EVENT, GroupStatus

if TYPE_CHECKING:
    from enrich.server.store.rows import Accepted, GroupRow, NewRun, RunRow

NULL: Final = msgspec.Raw(b"null")
KEEPALIVE: Final = b": keep-alive\n\n"

encode: Final = msgspec.json.Encoder().encode


class RunState(msgspec.Struct, frozen=True, kw_only=True):
    """A TaskRun."""

    run_id: str
    interaction_id: str
    status: str
    is_active: bool
    warnings: msgspec.Raw
    error: msgspec.Raw
    processor: str
    metadata: msgspec.Raw
    taskgroup_id: str | None
    created_at: str
    modified_at: str


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """A TaskRunResult."""

    run: RunState
    output: msgspec.Raw


class RunEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="task_run.state"):
    """A run's state in a stream."""

    event_id: str | None
    run: RunState
    input: msgspec.Raw = NULL
    output: msgspec.Raw = NULL


class StatusEvent(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="task_group_status"
):
    """A group's status in its live stream."""

    event_id: str
    status: msgspec.Raw


class RunEnded(msgspec.Struct, frozen=True, kw_only=True):
    """What a webhook tells."""

    timestamp: str
    type: str
    data: RunState


class GroupState(msgspec.Struct, frozen=True, kw_only=True):
    """A TaskGroup."""

    taskgroup_id: str
    metadata: msgspec.Raw
    status: GroupStatus
    created_at: str


def raw(json: bytes | None) -> msgspec.Raw:
    """Let stored JSON pass; None is null."""
    return NULL if json is None else msgspec.Raw(json)


def run_state(row: RunRow) -> RunState:
    """Say how a run stands."""
    return RunState(
        run_id=row.run_id,
        interaction_id=row.run_id,
        status=row.status,
        is_active=row.status in ACTIVE_STATUSES,
        warnings=raw(row.warnings),
        error=raw(row.error),
        processor=row.processor,
        metadata=raw(row.metadata),
        taskgroup_id=row.taskgroup_id,
        created_at=row.created_at,
        modified_at=row.modified_at,
    )


def webhook_body(row: RunRow) -> bytes:
    """Write what a webhook tells: how the run stands, and never its output."""
    return encode(
        RunEnded(timestamp=row.modified_at, type=TASK_RUN_STATUS_EVENT, data=run_state(row))
    )


def new_run_state(run: NewRun, accepted: Accepted) -> RunState:
    """Say how a run stands that was accepted just now."""
    (run_id,) = accepted.run_ids
    return RunState(
        run_id=run_id,
        interaction_id=run_id,
        status="queued",
        is_active=True,
        warnings=raw(run.warnings),
        error=NULL,
        processor=run.processor,
        metadata=raw(run.metadata),
        taskgroup_id=None,
        created_at=accepted.created_at,
        modified_at=accepted.created_at,
    )


def run_input(body: bytes, spec: bytes | None) -> msgspec.Raw:
    """Put a run's body and its effective spec together again."""
    return msgspec.Raw(body if spec is None else body[:-1] + b',"task_spec":' + spec + b"}")


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
        metadata=raw(group.metadata),
        status=group_status(counts, group.modified_at),
        created_at=group.created_at,
    )


def frame(type_: str, json: bytes) -> bytes:
    """Make one event of a stream.

    No ``id:`` and no ``retry:`` line: after either, the official decoder stumbles
    over the next comment.
    """
    return b"event: %b\ndata: %b\n\n" % (type_.encode(), json)


def run_frame(event: RunEvent) -> bytes:
    """Make the event that tells a run's state."""
    return b"event: task_run.state\ndata: %b\n\n" % encode(event)


def status_frame(n: int, status: bytes) -> bytes:
    """Make the event that tells a group's status."""
    event = StatusEvent(event_id=str(n), status=msgspec.Raw(status))
    return frame("task_group_status", encode(event))


def cursor(position: int) -> str | None:
    """Name a position in a stream; nothing stands before the first one."""
    return str(position) if position else None
