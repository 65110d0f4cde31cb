"""A job's task in the wire's own form."""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from enrich.errors import ConfigError
from enrich.inputs import InputField, input_schema
from enrich.job.environment import expand_all
from enrich.records import Task
from enrich.spec import expand_fields, from_pydantic, normalize_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

    from enrich.job.model import Job
    from enrich.records import Json, JsonObject

_EXPANDED = ("mcp_servers", "webhook")


def resolve_inputs(job: Job) -> tuple[InputField, ...]:
    """Return the task's inputs, in the order of the job."""
    return tuple(
        InputField(
            name=name or None,
            column=field.column,
            template=field.template,
            type=field.type,
            required=field.required,
            description=field.description,
            default=field.default,
            key=f"task.inputs.{name}".rstrip("."),
        )
        for name, field in job.task.inputs.items()
    )


def resolve_task(job: Job) -> Task:
    """Return what a job asks of every row.

    Secrets are not in it: headers and URLs of ``mcp_servers`` and ``webhook`` hold
    ``${NAME}`` as the job does. ``wire_members`` puts them in.

    Raises:
        ConfigError: A schema file, a module or a field's shorthand that cannot be read;
            with file, line and key.
    """
    task = job.task
    try:
        output = _output_schema(job)
    except ConfigError as error:
        raise job.located(error) from None
    deciding = {
        "source_policy": _member(task.source_policy),
        "advanced_settings": _member(task.advanced_settings),
        "mcp_servers": [_member(server) for server in task.mcp_servers or ()],
        "previous_interaction_id": task.previous_interaction_id,
    }
    webhook = _member(task.webhook)
    if webhook and not webhook["event_types"]:
        # The API reads an empty list as "tell me nothing".
        webhook["event_types"] = ["task_run.status"]
    silent = {
        "webhook": webhook,
        "enable_events": task.enable_events,
        "memory_scope_key": task.memory_scope_key,
    }
    return Task(
        name=task.name,
        processor=task.processor,
        spec={"output_schema": output, "input_schema": input_schema(resolve_inputs(job))},
        deciding={name: value for name, value in deciding.items() if value},
        silent={name: value for name, value in silent.items() if value or value is False},
    )


def wire_members(task: Task) -> JsonObject:
    """Return a run's further members as they are sent: with secrets, so never keep them.

    Shape:
        The members of ``task.deciding`` and ``task.silent``, with ``${NAME}`` replaced in
        ``mcp_servers`` and ``webhook``.

    Raises:
        ConfigError: A variable that is not set any more.
    """
    members = {**task.deciding, **task.silent}
    return {
        name: expand_all(value) if name in _EXPANDED else value for name, value in members.items()
    }


def _member(model: BaseModel | None) -> JsonObject:
    return {} if model is None else model.model_dump(mode="json", exclude_none=True)


def _output_schema(job: Job) -> JsonObject:
    """Return the output schema written out: an object with a ``type``."""
    output = job.task.output
    if output == "auto":
        if job.task.description:
            message = "an auto output has no place for it; say it in an input, or name the fields"
            raise ConfigError(message, key="task.description")
        return {"type": "auto"}
    if isinstance(output, type):
        return _json(_class_schema(output, "task.output"), job)
    if output.keys() == {"text"} and isinstance(output["text"], str):
        described = [text for text in (output["text"], job.task.description) if text]
        return normalize_schema({"type": "text", "description": "\n".join(described)})
    if output.keys() == {"json_schema"}:
        return _json(_written_schema(job, output["json_schema"]), job)
    if output.keys() == {"pydantic"}:
        return _json(_class_schema(_class(job, output["pydantic"]), "task.output.pydantic"), job)
    try:
        fields = expand_fields(output, description=job.task.description)
    except ConfigError as error:
        key = f"task.output.{error.key}" if error.key else "task.output"
        raise ConfigError(error.message, key=key) from None
    return normalize_schema({"type": "json", "json_schema": fields})


def _json(schema: JsonObject, job: Job) -> JsonObject:
    """Return the wire's form of a JSON Schema; the task's description joins its own."""
    described = [text for text in (schema.get("description"), job.task.description) if text]
    if described:
        schema = {**schema, "description": "\n".join(described)}
    return normalize_schema({"type": "json", "json_schema": schema})


def _written_schema(job: Job, given: Json) -> JsonObject:
    key = "task.output.json_schema"
    if isinstance(given, dict):
        return given
    if not isinstance(given, str):
        raise ConfigError("must be a file's path or a JSON Schema", key=key)
    path = job.folder / given
    try:
        schema = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"there is no file {path}", key=key) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} is no JSON: {error}", key=key) from None
    if not isinstance(schema, dict):
        raise ConfigError(f"{path} holds no JSON Schema, which is an object", key=key)
    # What the API takes as an output schema may stand in the file whole.
    inner = schema.get("json_schema")
    return inner if isinstance(inner, dict) and schema.get("type", "json") == "json" else schema


def _class(job: Job, given: Json) -> Any:
    key = "task.output.pydantic"
    module, colon, name = given.partition(":") if isinstance(given, str) else ("", "", "")
    if not (module and colon and name) or module.startswith("."):
        raise ConfigError("must be module:Class", key=key)
    try:
        with _importable(job.folder):
            found: object = importlib.import_module(module)
    except (ImportError, SyntaxError, ValueError) as error:
        raise ConfigError(f"module {module} cannot be imported: {error}", key=key) from None
    for part in name.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        raise ConfigError(f"module {module} has no class {name}", key=key)
    return found


def _class_schema(given: type, key: str) -> JsonObject:
    try:
        return from_pydantic(given)
    except ConfigError as error:
        error.key = key  # it names the class, and this the place in the job
        raise


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let modules beside the job be imported, in this block."""
    place = str(folder.resolve())
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
