"""Answers that are not what was asked for.

Every one has the wire's error body and a ``ref_id`` of its own. The short
messages are the published ones, because clients match on them.

Source: protocol reference, sections 3.4, 3.9 and 18.9.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import JsonObject

MAX_LISTED_ERRORS = 100
MAX_ECHO_CHARS = 500


class Problem(Exception):
    """A request that is answered with an error.

    Attributes:
        status: HTTP status.
        message: One sentence for the caller.
        detail: An object that says more, or None.
        headers: Further response headers.
        ref_id: Names this answer, in it and in the log.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        detail: JsonObject | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.detail = detail
        self.headers = headers
        self.ref_id = str(uuid.uuid4())
        super().__init__(f"{status} {message}")

    def response(self) -> Response:
        """Build the answer."""
        body = error_body({"ref_id": self.ref_id, "message": self.message, "detail": self.detail})
        return Response(body, self.status, headers=self.headers, media_type="application/json")


def error_of(message: str, detail: JsonObject | None = None) -> JsonObject:
    """Build the wire's ``error`` object."""
    return {"ref_id": str(uuid.uuid4()), "message": message, "detail": detail}


def error_body(error: JsonObject) -> bytes:
    """Wrap an ``error`` object as the body of an answer or of a stream's event."""
    return msgspec.json.encode({"type": "error", "error": error})


def unauthorized() -> Problem:
    """401: no key, or none that is known."""
    return Problem(401, "Unauthorized: invalid or missing credentials")


def payment_required() -> Problem:
    """402: the credit does not cover these runs beside those in flight."""
    return Problem(402, "Payment required: insufficient credit in account")


def invalid_processor(name: str, index: int | None) -> Problem:
    """403: no such processor; ``index`` is the item's in ``inputs``."""
    detail: JsonObject = {"processor": name[:MAX_ECHO_CHARS]}
    if index is not None:
        detail["loc"] = ["body", "inputs", index, "processor"]
    return Problem(403, "Forbidden: invalid processor in request", detail=detail)


def not_found(what: str = "Run failed or run id not found", **detail: Any) -> Problem:
    """404: no such run, group or address, or a result that will never be."""
    return Problem(404, what, detail=detail or None)


def group_not_found() -> Problem:
    """404: no such group."""
    return not_found("Task group not found")


def still_active() -> Problem:
    """408: the wait for a result ran out."""
    return Problem(408, "Request timed out; run still active")


def too_large(limit_bytes: int) -> Problem:
    """413: the body is over the limit."""
    return Problem(413, f"Request body is larger than {limit_bytes} bytes")


def too_many(retry_after_s: int | None) -> Problem:
    """429: over the quota; the wait is in whole seconds."""
    headers = None if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return Problem(429, "Too many requests: quota temporarily exceeded", headers=headers)


def stopping() -> Problem:
    """503: the server is on its way out."""
    return Problem(503, "Service unavailable: the server is stopping")


def invalid(errors: Sequence[JsonObject]) -> Problem:
    """422 with the validator's list: ``{type, loc, msg, input}`` each."""
    shown = [_bounded(error) for error in errors[:MAX_LISTED_ERRORS]]
    return Problem(422, "Request validation error.", detail={"errors": shown})


def invalid_at(loc: Sequence[str | int], msg: str, *, type_: str = "value_error") -> Problem:
    """422 for one place."""
    return invalid([{"type": type_, "loc": list(loc), "msg": msg}])


def _bounded(error: JsonObject) -> JsonObject:
    """Leave out an echoed input that is long, or that JSON cannot hold."""
    try:
        small = len(msgspec.json.encode(error.get("input"))) <= MAX_ECHO_CHARS
    except (TypeError, ValueError, RecursionError):
        small = False
    return error if small else {k: v for k, v in error.items() if k != "input"}
