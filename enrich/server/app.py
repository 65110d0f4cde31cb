"""The ASGI app: addresses, and who answers them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match, Route

from enrich.server import groups, health, openapi, runs
from enrich.server.faults import FaultPlan
from enrich.server.faulty import Faulty
from enrich.server.logs import ACCOUNT, REFERENCE, ROUTE, Watch, Watched
from enrich.server.pages import routes as pages
from enrich.server.problems import Problem
from enrich.server.service import Service
from enrich.server.work import endpoints

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from starlette.requests import Request

    from enrich.research.question import Engine
    from enrich.server.auth import Account
    from enrich.server.settings import ServerSettings
    from enrich.server.store.database import Database

    Handler = Callable[[Service, Account, Request], Awaitable[Response]]

METHOD_NOT_ALLOWED: Final = 405
VERSIONS: Final = ("/v1", "/v1beta")

_ROUTES: Final = (
    # name (faults aim at it), method, path, who answers
    ("create_run", "POST", "/tasks/runs", runs.create_run),
    ("run", "GET", "/tasks/runs/{run_id}", runs.retrieve_run),
    ("result", "GET", "/tasks/runs/{run_id}/result", runs.run_result),
    ("input", "GET", "/tasks/runs/{run_id}/input", runs.run_input),
    ("run_events", "GET", "/tasks/runs/{run_id}/events", runs.events),
    ("create_group", "POST", "/tasks/groups", groups.create_group),
    ("group", "GET", "/tasks/groups/{taskgroup_id}", groups.retrieve_group),
    ("add_runs", "POST", "/tasks/groups/{taskgroup_id}/runs", groups.add_runs),
    ("list_runs", "GET", "/tasks/groups/{taskgroup_id}/runs", groups.list_runs),
    ("events", "GET", "/tasks/groups/{taskgroup_id}/events", groups.events),
    ("group_run", "GET", "/tasks/groups/{taskgroup_id}/runs/{run_id}", groups.retrieve_run),
)


def build_app(
    settings: ServerSettings, engine: Engine | None, open_database: Callable[[], Database]
) -> Starlette:
    """Build the app on a database that is closed with it; its work begins and ends with its lifespan.

    Raises:
        ConfigError: A fault cannot be read.
    """
    plan = FaultPlan(settings.faults, seed=settings.seed, from_header=settings.fault_header)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.service = await Service.start(settings, engine, open_database(), plan)
        try:
            yield
        finally:
            await app.state.service.stop()

    app = Starlette(
        routes=[
            *_task_routes(plan),
            *endpoints.ROUTES,
            *health.ROUTES,
            *openapi.ROUTES,
            *pages.ROUTES,
        ],
        middleware=[Middleware(Watched)],
        lifespan=lifespan,
        exception_handlers={
            Problem: _answer_problem,
            HTTPException: _answer_http,
            ClientDisconnect: _answer_nobody,
        },
    )
    # An address that is nearly one of ours is none: a client that follows would lose its body.
    app.router.redirect_slashes = False
    app.state.watch = Watch()
    app.state.task_routes = tuple(
        (name, method, version + path) for version in VERSIONS for name, method, path, _ in _ROUTES
    )
    return app


def _task_routes(plan: FaultPlan) -> Iterator[Route]:
    for name, method, path, handler in _ROUTES:
        around = [] if plan.is_empty else [Middleware(Faulty, plan=plan, route=name)]
        for version in VERSIONS:
            yield Route(
                version + path, _endpoint(name, handler), methods=[method], middleware=around
            )


def _endpoint(name: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        service: Service = request.app.state.service
        request.scope[ROUTE] = name
        account = service.gate.account(request)
        request.scope[ACCOUNT] = account.name
        return await handler(service, account, request)

    return endpoint


async def _answer_problem(request: Request, problem: Any) -> Response:
    request.scope[REFERENCE] = problem.ref_id
    response: Response = problem.response()
    return response


async def _answer_http(request: Request, error: Any) -> Response:
    headers = error.headers
    if error.status_code == METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": ", ".join(sorted(_methods(request)))}
    return Problem(error.status_code, error.detail, headers=headers).response()


def _methods(request: Request) -> set[str]:
    """Methods of an address: each is a route of its own, and each knows only its own."""
    matching = (r for r in request.app.routes if r.matches(request.scope)[0] is not Match.NONE)
    return {method for route in matching for method in route.methods}


async def _answer_nobody(_: Request, __: Any) -> Response:
    """Answer a caller that left in the midst of its body; nobody hears it."""
    return Response(status_code=400)
