"""Addresses of the pages, and who may see them: those who may call the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from enrich.html import el
from enrich.server.logs import ACCOUNT, ROUTE
from enrich.server.pages.frame import page
from enrich.server.pages.group import group
from enrich.server.pages.overview import overview
from enrich.server.pages.run import run
from enrich.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.server.auth import Account
    from enrich.server.service import Service

    Handler = Callable[[Service, Account, Request], Awaitable[Response]]

# A browser asks its user for a name, which may be anything, and a password: the key.
_ASK: Final = {"WWW-Authenticate": 'Basic realm="Task API: the password is your key"'}


def _endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        service: Service = request.app.state.service
        request.scope[ROUTE] = "page"
        try:
            account = service.gate.visitor(request)
            request.scope[ACCOUNT] = account.name
            return await handler(service, account, request)
        except Problem as problem:
            return page(
                problem.message,
                el("h1", problem.message),
                el("p", el("a", "All runs", href="/")),
                status=problem.status,
                headers=_ASK if problem.status == 401 else None,
            )

    return endpoint


ROUTES: Final = [
    Route("/", _endpoint(overview)),
    Route("/groups/{taskgroup_id}", _endpoint(group)),
    Route("/runs/{run_id}", _endpoint(run)),
]
