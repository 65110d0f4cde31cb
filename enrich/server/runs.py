"""Endpoints of single runs. Source: protocol reference, sections 4.1 to 4.5."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from enrich.server import wire
from enrich.server.accepting import accept
from enrich.server.bodies import single_run
from enrich.server.problems import not_found, still_active, stopping
from enrich.server.requests import query_number, read_body
from enrich.server.run_stream import MAX_RUN_STREAM_S, run_events
from enrich.server.sse import EventStream, Silence, gone
from enrich.server.store.reader import Reader
from enrich.taskapi.models import TERMINAL_STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request

    from enrich.server.auth import Account
    from enrich.server.service import Service
    from enrich.server.store.rows import RunRow

DEFAULT_RESULT_WAIT_S: Final = 600.0
MAX_RESULT_WAIT_S: Final = 3_600.0


def json_response(body: bytes | str, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(body, status, media_type="application/json")


async def create_run(service: Service, account: Account, request: Request) -> Response:
    """POST /tasks/runs."""
    run = single_run(await read_body(request, service.settings.max_body_bytes), service.terms)
    accepted = await accept(service, account, [run], scope=request.scope)
    return json_response(wire.accepted_run(run, accepted), 202)


async def retrieve_run(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/runs/{run_id}."""
    return json_response(find_run(service, account, request).state)


async def run_input(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/runs/{run_id}/input: with the spec that holds, also a group's default."""
    run = find_run(service, account, request)
    return json_response(await service.access.read(Reader.input, run.run_no))


async def run_result(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/runs/{run_id}/result: wait until the run ends."""
    wait_s = query_number(request, "timeout", default=DEFAULT_RESULT_WAIT_S, most=MAX_RESULT_WAIT_S)
    ends_at = time.monotonic() + wait_s
    run_id = request.path_params["run_id"]
    leaving: asyncio.Task[None] | None = None
    try:
        with service.feed.listen(run_id) as rung:
            while True:
                rung.clear()
                run = find_run(service, account, request)
                if run.status in TERMINAL_STATUSES:
                    return await _result(service, run)
                left_s = ends_at - time.monotonic()
                if left_s <= 0:
                    raise still_active()
                if service.feed.closing:
                    raise stopping()
                leaving = leaving or asyncio.create_task(gone(request.receive))
                if not await _wait(rung, leaving, left_s):
                    return Response(status_code=499)
    finally:
        if leaving is not None:
            leaving.cancel()


async def events(service: Service, account: Account, request: Request) -> Response:
    """GET /tasks/runs/{run_id}/events."""
    run = find_run(service, account, request)
    return EventStream(
        run_events(
            service.access,
            service.feed,
            service.at_work.progress,
            run_id=run.run_id,
            account_no=account.number,
            silence=Silence(lasts_s=MAX_RUN_STREAM_S, keepalive_s=service.settings.keepalive_s),
        )
    )


def find_run(service: Service, account: Account, request: Request) -> RunRow:
    """Find the run that a path names.

    Raises:
        Problem: 404.
    """
    run = service.access.glance(Reader.run, request.path_params["run_id"], account.number)
    if run is None:
        raise not_found()
    return run


async def _result(service: Service, run: RunRow) -> Response:
    output = await service.access.read(Reader.output, run.run_no)
    if run.status != "completed" or output is None:
        raise not_found(run_id=run.run_id, status=run.status)
    return json_response(wire.run_result(run, output))


async def _wait(rung: asyncio.Event, leaving: asyncio.Task[None], timeout_s: float) -> bool:
    """Wait for news; False when the caller is gone."""
    hearing = asyncio.create_task(rung.wait())
    try:
        await asyncio.wait(
            {hearing, leaving}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        hearing.cancel()
    return not leaving.done()
