"""What the server says of its requests: a line of JSON each, and numbers for ``/metrics``."""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.responses import Response

from enrich.server.problems import error_body, error_of

if TYPE_CHECKING:
    from typing import TextIO

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

ROUTE: Final = "enrich.route"
ACCOUNT: Final = "enrich.account"
REFERENCE: Final = "enrich.reference"
UNKNOWN: Final = "unknown"


class Watched:
    """The app, with every request counted and told, and what nobody foresaw answered 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = sent = 0
        began = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            wire_error = error_of("Internal server error")
            scope[REFERENCE] = wire_error["ref_id"]
            log.exception("request failed", extra={"fields": _fields(scope, error=repr(error))})
            if status:
                raise  # the answer has begun: all that is left is to break it off
            await Response(error_body(wire_error), 500, media_type="application/json")(
                scope, receive, watch
            )
        finally:
            seconds = time.perf_counter() - began
            scope["app"].state.watch.note(scope.get(ROUTE, UNKNOWN), status, seconds)
            if log.isEnabledFor(logging.INFO):
                fields = _fields(scope, status=status, seconds=round(seconds, 6), bytes=sent)
                log.info("request", extra={"fields": fields})


class Watch:
    """Sums over the requests since the start.

    Attributes:
        requests: By route and status; 0 is an answer that did not begin.
        seconds: By route, from the request's head to the end of the answer.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.seconds: Counter[str] = Counter()

    def note(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self.requests[route, status] += 1
        self.seconds[route] += seconds  # type: ignore[assignment]  # typeshed counts in whole numbers


class JsonLines(logging.Formatter):
    """A line of JSON for each record: what happened, and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def write_logs(stream: TextIO, *, verbose: bool) -> None:
    """Write what this program and its server say to a stream, as lines of JSON.

    Args:
        stream: Where to.
        verbose: Also tell each request and each run that ended; else only what is wrong.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("enrich.server").setLevel(logging.INFO if verbose else logging.WARNING)


def _fields(scope: Scope, **more: Any) -> dict[str, Any]:
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "route": scope.get(ROUTE, UNKNOWN),
        "account": scope.get(ACCOUNT),
        "reference": scope.get(REFERENCE),
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}
