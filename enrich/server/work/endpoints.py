"""Endpoints of workers in processes of their own, on this machine or on others. See ``messages``."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from starlette.routing import Route

from enrich.server.logs import ROUTE
from enrich.server.problems import Problem, invalid_at, stopping
from enrich.server.requests import read_body
from enrich.server.runs import json_response
from enrich.server.settings import digest_of
from enrich.server.sse import gone
from enrich.server.work.at_work import QUEUED
from enrich.server.work.messages import CLAIM, REPORT, WORKER_KEY_HEADER, Ask, Heard, Report

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.server.service import Service
    from enrich.server.work.leases import Leases

S = TypeVar("S", bound=msgspec.Struct)

LOST: Final = 409

_encode = msgspec.json.Encoder().encode
_ask: Final = msgspec.json.Decoder(Ask)
_report: Final = msgspec.json.Decoder(Report)


async def claim(request: Request) -> Response:
    """POST /work/claim."""
    service, leases = _admit(request, "claim")
    ask = _read(_ask, await read_body(request, service.settings.max_body_bytes))
    if service.feed.closing:
        raise stopping()
    leaving = asyncio.create_task(gone(request.receive))
    leaving.add_done_callback(lambda _: service.feed.ring((QUEUED,)))
    try:
        work = await leases.claim(ask, leaving.done)
    finally:
        leaving.cancel()
    return json_response(_encode(work))


async def report(request: Request) -> Response:
    """POST /work/report."""
    service, leases = _admit(request, "report")
    told = _read(_report, await read_body(request, service.settings.max_body_bytes))
    lost = await leases.report(told)
    return json_response(_encode(Heard(lost=lost)), LOST if lost else 200)


def _admit(request: Request, route: str) -> tuple[Service, Leases]:
    """Let a worker in.

    Raises:
        Problem: 401, or 404 where no workers are let in.
    """
    request.scope[ROUTE] = route
    service: Service = request.app.state.service
    if service.leases is None:
        raise Problem(404, "Not Found")
    shown = digest_of(request.headers.get(WORKER_KEY_HEADER, ""))
    # Every digest is compared, so that the time tells nothing.
    known = [hmac.compare_digest(shown, key) for key in service.settings.worker_keys]
    if True not in known:
        raise Problem(401, "Unauthorized: invalid or missing worker key")
    return service, service.leases


def _read(decoder: msgspec.json.Decoder[S], body: bytes) -> S:
    try:
        return decoder.decode(body)
    except RecursionError:
        raise invalid_at(("body",), "The body is nested too deeply") from None
    except (ValueError, msgspec.MsgspecError) as error:
        raise invalid_at(("body",), str(error)) from None


ROUTES: Final = [
    Route(CLAIM, claim, methods=["POST"]),
    Route(REPORT, report, methods=["POST"]),
]
