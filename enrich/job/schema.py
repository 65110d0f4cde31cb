"""The job file's own JSON Schema, for editors."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

from enrich.job.model import Job
from enrich.job.scalars import Part
from enrich.taskapi.models import Body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from enrich.records import Json, JsonObject

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def job_json_schema() -> JsonObject:
    """Return the JSON Schema of a job file.

    Shape:
        An editor that knows YAML shows from it each key with its meaning and default, and
        underlines unknown keys. It says less than ``load_job``: what depends on other keys,
        on the environment or on files is only seen there.
    """
    schema = Job.model_json_schema()
    definitions: JsonObject = schema["$defs"]
    models = {model.__name__: model for base in (Part, Body) for model in base.__subclasses__()}
    for name, part in [("Job", schema), *definitions.items()]:
        _describe(part, models[name])
        # The wire's own models let unknown members pass; a job file does not.
        part["additionalProperties"] = False
    definitions["JobTask"]["properties"]["inputs"] |= _input_forms()
    for node in _objects(schema):
        if isinstance(node.get("title"), str):  # made of the key; says nothing
            del node["title"]
    required = ["version", "input", "output"]
    return {
        "$schema": DIALECT,
        "title": "enrich job",
        **schema,
        "required": required,
        "oneOf": [{"required": ["task"]}, {"required": ["tasks"]}],
    }


def _input_forms() -> JsonObject:
    """Return what may stand under ``task.inputs`` beside fields written out."""
    field = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/JobInputField"}]}
    return {
        "type": ["object", "array", "string"],
        "items": {"type": "string"},
        "additionalProperties": field,
    }


def _describe(part: JsonObject, model: type[BaseModel]) -> None:
    """Move what a class's docstring says of each attribute to its key."""
    text = inspect.getdoc(model) or ""
    part["description"] = text.partition("\n\n")[0]
    for name, meaning in _ATTRIBUTE.findall(text):
        if name in part["properties"]:
            part["properties"][name]["description"] = " ".join(meaning.split())


def _objects(value: Json) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)
