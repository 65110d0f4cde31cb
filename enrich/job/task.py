"""A job's tasks in the wire's own form."""

from __future__ import annotations

import importlib
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from enrich.errors import ConfigError
from enrich.inputs import InputField, input_schema
from enrich.inputs.fingerprint import PREVIOUS
from enrich.job.environment import expand_all
from enrich.job.problems import raise_all
from enrich.records import Task
from enrich.spec import expand_fields, from_pydantic, normalize_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

    from enrich.job.model import Asked, Job
    from enrich.records import Json, JsonObject

_EXPANDED = ("mcp_servers", "webhook")


def resolve_inputs(job: Job, asked: Asked | None = None) -> tuple[InputField, ...]:
    """Return a task's inputs, in the order of the job; of the first task if none is named."""
    asked = asked or job.asked[0]
    return tuple(
        InputField(
            name=name or None,
            column=field.column,
            template=field.template,
            type=field.type,
            required=field.required,
            description=field.description,
            default=field.default,
            key=f"{asked.key}.inputs.{name}".rstrip("."),
        )
        for name, field in asked.task.inputs.items()
    )


def resolve_task(job: Job, asked: Asked | None = None, *, lesson: str | None = None) -> Task:
    """Return what a job asks of every row.

    Secrets are not in it: headers and URLs of ``mcp_servers`` and ``webhook`` hold
    ``${NAME}`` as the job does. ``wire_members`` puts them in.

    Args:
        job: The job.
        asked: Which of its tasks; None for the first.
        lesson: What filled rows teach, which stands behind the description.

    Raises:
        ConfigError: A schema file, a module or a field's shorthand that cannot be read;
            with file, line and key. Of several faults all are in it.
    """
    asked = asked or job.asked[0]
    task = asked.task
    try:
        output = _output_schema(job, asked, lesson)
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
        spec={"output_schema": output, "input_schema": input_schema(resolve_inputs(job, asked))},
        deciding={name: value for name, value in deciding.items() if value},
        silent={name: value for name, value in silent.items() if value or value is False},
    )


def escalated_fields(job: Job, task: Task) -> tuple[str, ...]:
    """Return which fields of a task are asked again; none where it is not escalated."""
    if job.escalate is None or task.spec["output_schema"]["type"] != "json":
        return ()
    properties = task.spec["output_schema"]["json_schema"].get("properties")
    names = tuple(properties) if isinstance(properties, dict) else ()
    wanted = job.escalate.fields
    return tuple(name for name in names if not wanted or name in wanted)


def escalated_task(job: Job, task: Task) -> Task | None:
    """Return the task that asks some fields of another one again; None where none is."""
    fields = escalated_fields(job, task)
    if job.escalate is None or not fields:
        return None
    output = task.spec["output_schema"]
    schema = output["json_schema"]
    left = {
        **schema,
        "properties": {name: schema["properties"][name] for name in fields},
        "required": [name for name in schema.get("required", []) if name in fields],
    }
    deciding = {name: value for name, value in task.deciding.items() if name != PREVIOUS}
    return Task(
        name=f"{task.name} escalated",
        processor=job.escalate.processor,
        spec={**task.spec, "output_schema": {**output, "json_schema": left}},
        deciding=deciding,
        silent=task.silent,
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


def _output_schema(job: Job, asked: Asked, lesson: str | None) -> JsonObject:
    """Return the output schema written out: an object with a ``type``."""
    output, key = asked.task.output, f"{asked.key}.output"
    description = "\n\n".join(filter(None, [asked.task.description, lesson])) or None
    if output == "auto":
        if asked.task.description:
            message = "an auto output has no place for it; say it in an input, or name the fields"
            raise ConfigError(message, key=f"{asked.key}.description")
        return {"type": "auto"}
    if isinstance(output, type):
        return _json(_class_schema(output, key), description)
    if output.keys() == {"text"} and isinstance(output["text"], str):
        described = [text for text in (output["text"], description) if text]
        return normalize_schema({"type": "text", "description": "\n".join(described)})
    if output.keys() == {"json_schema"}:
        return _json(_written_schema(job, output["json_schema"], key), description)
    if output.keys() == {"pydantic"}:
        found = _class(job, output["pydantic"], f"{key}.pydantic")
        return _json(_class_schema(found, f"{key}.pydantic"), description)
    faults: list[ConfigError] = []
    fields = expand_fields(output, description=description, faults=faults)
    raise_all(
        [
            job.located(ConfigError(fault.message, key=f"{key}.{fault.key}" if fault.key else key))
            for fault in faults
        ]
    )
    return normalize_schema({"type": "json", "json_schema": fields})


def _json(schema: JsonObject, description: str | None) -> JsonObject:
    """Return the wire's form of a JSON Schema; the task's description joins its own."""
    own = schema.get("description")
    if description and isinstance(own or "", str):
        schema = {**schema, "description": "\n".join(filter(None, [own, description]))}
    return normalize_schema({"type": "json", "json_schema": schema})


def schema_file(job: Job, asked: Asked) -> Path | None:
    """Return the file that a task's JSON Schema stands in, if it stands in one."""
    output = asked.task.output
    if isinstance(output, dict) and output.keys() == {"json_schema"}:
        given = output["json_schema"]
        return job.folder / given if isinstance(given, str) else None
    return None


def _written_schema(job: Job, given: Json, key: str) -> JsonObject:
    key = f"{key}.json_schema"
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
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply", key=key) from None
    if not isinstance(schema, dict):
        raise ConfigError(f"{path} holds no JSON Schema, which is an object", key=key)
    return inner_schema(schema)


def inner_schema(schema: JsonObject) -> JsonObject:
    """Return the JSON Schema of a file; what the API takes as an output schema may stand there whole."""
    inner = schema.get("json_schema")
    return inner if isinstance(inner, dict) and schema.get("type", "json") == "json" else schema


def _class(job: Job, given: Json, key: str) -> Any:
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
