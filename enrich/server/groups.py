"""Endpoints of task groups. Source: protocol reference, sections 4.6 to 4.11."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.server import wire
from enrich.server.accepting import accept
from enrich.server.bodies import group_metadata, group_runs
from enrich.server.group_streams import MAX_GROUP_STREAM_S, group_events, runs_snapshot
from enrich.server.problems import group_not_found, invalid_at, not_found
from enrich.server.requests import query_bool, query_cursor, query_number, read_body
from enrich.server.runs import find_run, json_response
from enrich.server.sse import EventStream, Silence
from enrich.server.store.reader import Reader
from enrich.server.store.writer import Writer
from enrich.taskapi.models import ACTIVE_STATUSES, TERMINAL_STATUSES, AddedRuns

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.server.auth import Account
    from enrich.server.service import Service
    from enrich.server.store.rows import GroupRow

STATUSES: Final = ACTIVE_STATUSES | TERMINAL_STATUSES | {"action_required"}
SMALL_BODY_BYTES: Final = 64 * 1024
"""A body up to this size is read in less time than a change of threads may take."""


async def create_group(service: Service, account: Account, request: Request) -> Response:
    """POST /tasks/groups."""
    metadata = group_metadata(await read_body(request, service.settings.max_body_bytes))
    group = await service.access.write(Writer.add_group, account.number, metadata)
    return json_response(wire.encode(wire.group_state(group, {})))


async def retrieve_group(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/groups/{taskgroup_id}."""
    group = find_group(service, account, request)
    until = service.faults.lagging(request.scope)
    if until is None:
        counts = service.access.glance(Reader.counts, group.group_no)
    else:
        counts = await service.access.read(Reader.counts, group.group_no, until=until)
    return json_response(wire.encode(wire.group_state(group, counts)))


async def add_runs(service: Service, account: Account, request: Request) -> Response:
    """POST /tasks/groups/{taskgroup_id}/runs.

    With ``refresh_status=false`` the status is the one from before these runs.
    """
    refresh = query_bool(request, "refresh_status", default=True)
    group = find_group(service, account, request)
    body = await read_body(request, service.settings.max_body_bytes)
    if len(body) <= SMALL_BODY_BYTES:
        runs = group_runs(body, service.terms)
    else:
        runs = await service.access.aside(lambda: group_runs(body, service.terms))
    stale = None if refresh else service.access.glance(Reader.counts, group.group_no)
    accepted = await accept(service, account, runs, scope=request.scope, group_no=group.group_no)
    before = accepted.group or group
    if stale is None:
        counts = service.access.glance(Reader.counts, group.group_no)
        status = wire.group_status(counts, accepted.created_at)
    else:
        status = wire.group_status(stale, before.modified_at)
    return json_response(
        wire.encode(
            AddedRuns(
                status=status,
                run_ids=accepted.run_ids,
                run_cursor=wire.cursor(before.last_run),
                event_cursor=wire.cursor(before.last_event),
            )
        )
    )


async def list_runs(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/groups/{taskgroup_id}/runs: everything that is there now."""
    group = find_group(service, account, request)
    status = request.query_params.get("status")
    if status is not None and status not in STATUSES:
        raise invalid_at(("query", "status"), f"Input should be one of {sorted(STATUSES)}")
    until = group.last_run
    if (seen_at := service.faults.lagging(request.scope)) is not None:
        until = await service.access.read(Reader.last_position, group.group_no, until=seen_at)
    return EventStream(
        runs_snapshot(
            service.access,
            group,
            after=query_cursor(request, group.last_run),
            until=until,
            status=status,
            with_input=query_bool(request, "include_input", default=False),
            with_output=query_bool(request, "include_output", default=False),
        )
    )


async def events(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/groups/{taskgroup_id}/events: live, while a run is active."""
    group = find_group(service, account, request)
    lasts_s = query_number(request, "timeout", default=MAX_GROUP_STREAM_S, most=MAX_GROUP_STREAM_S)
    return EventStream(
        group_events(
            service.access,
            service.feed,
            group,
            after=query_cursor(request, group.last_event),
            silence=Silence(lasts_s=lasts_s, keepalive_s=service.settings.keepalive_s),
        )
    )


async def retrieve_run(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/groups/{taskgroup_id}/runs/{run_id}."""
    run = find_run(service, account, request)
    if run.taskgroup_id != request.path_params["taskgroup_id"]:
        raise not_found()
    return json_response(run.state)


def find_group(service: Service, account: Account, request: Request) -> GroupRow:
    """Find the group that a path names.

    Raises:
        Problem: 404.
    """
    taskgroup_id = request.path_params["taskgroup_id"]
    group = service.access.glance(Reader.group, taskgroup_id, account.number)
    if group is None:
        raise group_not_found()
    return group
