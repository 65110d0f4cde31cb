"""What the server understands and answers, as an OpenAPI document.

Bodies come from the models that read and write them, so the document cannot say
anything else than the code does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pydantic.json_schema import models_json_schema
from starlette.responses import Response
from starlette.routing import Route

from enrich._version import __version__
from enrich.spec.processors import PROCESSORS
from enrich.taskapi.models import (
    ACTIVE_STATUSES,
    MAX_RUNS_PER_POST,
    TERMINAL_STATUSES,
    AddedRuns,
    AddRuns,
    Error,
    GroupInput,
    Output,
    RunInput,
    TaskGroup,
    TaskRun,
)

if TYPE_CHECKING:
    from starlette.requests import Request

    from enrich.records import JsonObject
    from enrich.server.service import Service

REF: Final = "#/components/schemas/{}"
STATUSES: Final = sorted(ACTIVE_STATUSES | TERMINAL_STATUSES | {"action_required"})

_REFUSALS: Final = {
    400: "The request is no HTTP that is understood",
    401: "No key, or none that is known",
    402: "The credit does not cover these runs beside those in flight",
    403: "No such processor, or a web page that calls a server without keys",
    404: "Nothing of this account has this id; or the run failed, so it has no result",
    408: "The wait ran out and the run is still active",
    413: "The body is too large",
    422: "The body, the query or the task spec is invalid; `error.detail.errors` names each place",
    429: "Over the quota; `Retry-After` says when to come again",
    503: "The server is stopping",
}
_CREATING: Final = (402, 403, 404, 413, 422, 429)

_RUN_ID: Final = {"name": "run_id", "in": "path", "required": True, "schema": {"type": "string"}}
_GROUP_ID: Final = {**_RUN_ID, "name": "taskgroup_id"}


def _query(name: str, schema: JsonObject, description: str) -> JsonObject:
    return {"name": name, "in": "query", "schema": schema, "description": description}


_SECONDS: Final = {"type": "number"}
_CURSOR: Final = _query(
    "last_event_id",
    {"type": "string"},
    "Go on behind this event, whose `event_id` it is; a cursor that was never given out is 422.",
)
_EVENT: Final = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
_NO: Final = {"type": "boolean", "default": False}

# operation (faults aim at it too): summary, parameters, body, status, answer, refusals
_OPERATIONS: Final[
    dict[str, tuple[str, list[JsonObject], str | None, int, str, tuple[int, ...]]]
] = {
    "create_run": ("Create a run", [], "RunInput", 202, "TaskRun", _CREATING),
    "run": ("How a run stands", [_RUN_ID], None, 200, "TaskRun", (404,)),
    "result": (
        "Wait for a run's result",
        [
            _RUN_ID,
            _query(
                "timeout",
                {**_SECONDS, "default": 600},
                "Seconds to wait; 3,600 at most, and below 0 is 0.",
            ),
        ],
        None,
        200,
        "TaskRunResult",
        (404, 408, 422, 503),
    ),
    "input": ("What a run was given", [_RUN_ID], None, 200, "RunInput", (404,)),
    "run_events": (
        "A run's progress, and at last its output",
        [_RUN_ID],
        None,
        200,
        "stream",
        (404,),
    ),
    "create_group": ("Open an empty group", [], "GroupInput", 200, "TaskGroup", (413, 422)),
    "group": ("How a group stands", [_GROUP_ID], None, 200, "TaskGroup", (404,)),
    "add_runs": (
        f"Add runs to a group: all of them or none, at most {MAX_RUNS_PER_POST:,}",
        [
            _GROUP_ID,
            _query(
                "refresh_status",
                {"type": "boolean", "default": True},
                "Whether the answer's status counts these runs.",
            ),
        ],
        "AddRuns",
        200,
        "AddedRuns",
        _CREATING,
    ),
    "list_runs": (
        "Every run that is in a group now, in the order of the inputs",
        [
            _GROUP_ID,
            _CURSOR,
            _query("status", {"type": "string", "enum": STATUSES}, "Only runs of this status."),
            _query("include_input", _NO, "With each run's input."),
            _query("include_output", _NO, "With each completed run's output."),
        ],
        None,
        200,
        "stream",
        (404, 422),
    ),
    "events": (
        "A group's live events, while one of its runs is active",
        [
            _GROUP_ID,
            _CURSOR,
            _query("timeout", _SECONDS, "Seconds after which the stream ends; 3,600 at most."),
        ],
        None,
        200,
        "stream",
        (404, 422),
    ),
    "group_run": (
        "How a run of a group stands",
        [_GROUP_ID, _RUN_ID],
        None,
        200,
        "TaskRun",
        (404,),
    ),
}


async def openapi(request: Request) -> Response:
    """GET /openapi.json; no key is needed, for it tells nothing of any account."""
    service: Service = request.app.state.service
    body = _document(request.app.state.task_routes, no_auth=service.settings.no_auth)
    return Response(body, media_type="application/json")


ROUTES: Final = [Route("/openapi.json", openapi)]


@lru_cache(maxsize=2)
def _document(routes: tuple[tuple[str, str, str], ...], *, no_auth: bool) -> bytes:
    """Write the document.

    Args:
        routes: Operation, method and path of each.
        no_auth: Whether calls without a key are let in.
    """
    paths: dict[str, JsonObject] = {}
    for name, method, path in routes:
        paths.setdefault(path, {})[method.lower()] = _operation(name, path)
    key: list[JsonObject] = [{"key": []}]
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Task API",
                "version": __version__,
                "description": "A Task API of our own, wire-compatible with the hosted service.",
            },
            "security": [*key, {}] if no_auth else key,
            "paths": paths,
            "components": {
                "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
                "schemas": _schemas(),
            },
        }
    )


def _operation(name: str, path: str) -> JsonObject:
    summary, parameters, body, status, answer, refusals = _OPERATIONS[name]
    operation: JsonObject = {
        "operationId": _id(name, path),
        "summary": summary,
        "parameters": parameters,
        "responses": {str(status): _answer(answer)}
        | {str(code): _refusal(code) for code in sorted({400, 401, 403, *refusals})},
    }
    if name == "add_runs":
        operation["responses"][str(status)]["links"] = {
            "run": {
                "operationId": _id("group_run", path),
                "parameters": {
                    "taskgroup_id": "$request.path.taskgroup_id",
                    "run_id": "$response.body#/run_ids/0",
                },
            }
        }
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(body)}}},
        }
    return operation


def _id(name: str, path: str) -> str:
    """Name an operation; /v1beta has the same ones, and ids are unique."""
    return f"{name}_beta" if path.startswith("/v1beta") else name


def _answer(name: str) -> JsonObject:
    if name == "stream":
        return {
            "description": "Server-sent events; each `data` is one line of JSON with its `type`",
            "content": {"text/event-stream": {"schema": _EVENT}},
        }
    return {
        "description": "Done",
        "content": {"application/json": {"schema": {"$ref": REF.format(name)}}},
    }


def _refusal(code: int) -> JsonObject:
    refusal: JsonObject = {
        "description": _REFUSALS[code],
        "content": {"application/json": {"schema": {"$ref": REF.format("ErrorResponse")}}},
    }
    if code == 429:
        refusal["headers"] = {
            "Retry-After": {"description": "Whole seconds", "schema": {"type": "integer"}}
        }
    return refusal


def _schemas() -> dict[str, Any]:
    _, received = models_json_schema(
        [(RunInput, "validation"), (GroupInput, "validation"), (AddRuns, "validation")],
        ref_template=REF.format("{model}"),
    )
    _, sent = msgspec.json.schema_components(
        (TaskRun, TaskGroup, AddedRuns, Error, Output),
        ref_template=REF.format("{name}"),
    )
    schemas: dict[str, Any] = {**received["$defs"], **sent}
    schemas["TaskRunResult"] = {
        "title": "TaskRunResult",
        "type": "object",
        "properties": {
            "run": {"$ref": REF.format("TaskRun")},
            "output": {"$ref": REF.format("Output")},
        },
        "required": ["run", "output"],
    }
    schemas["TaskRun"]["properties"]["status"] = {"enum": STATUSES}
    schemas["RunInput"]["properties"]["processor"]["examples"] = sorted(PROCESSORS)
    schemas["ErrorResponse"] = {
        "type": "object",
        "properties": {"type": {"const": "error"}, "error": {"$ref": REF.format("Error")}},
        "required": ["type", "error"],
    }
    return schemas
