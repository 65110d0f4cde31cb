"""The four forms of a schema on the wire, written out, and the fields that they ask for."""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING, Final

from enrich.errors import ConfigError
from enrich.spec.walk import DEFINITIONS, HOLDS_LIST, HOLDS_NAMED, HOLDS_ONE, resolve

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject

TEXT_FIELD: Final = "output"
"""What the basis calls the one field of a text output (protocol reference, 3.6)."""

# A field is inlined for those who lay out columns. These bounds are far beyond any
# spec that the API takes; past them, a schema is `{}`: any JSON.
MAX_INLINED_LEVELS: Final = 50
MAX_INLINED_REFS: Final = 1_000


def normalize_schema(form: Json) -> JsonObject:
    """Write any of the API's schema forms as an object with a ``type``.

    Args:
        form: A string, ``{"type": "text", …}``, ``{"json_schema": …}`` with or without
            its type, or ``{"type": "auto"}``.

    Returns:
        ``{"type": "json", "json_schema": …}``, ``{"type": "text", "description": …}``
        (the description may be missing) or ``{"type": "auto"}``. Members that the form
        does not have are left out, as the API ignores them. The JSON Schema is the one
        that was given, not a copy.

    Raises:
        ConfigError: It is none of the forms.

    Source:
        Protocol reference, 3.2.
    """
    if isinstance(form, str):
        return {"type": "text", "description": form}
    if not isinstance(form, dict):
        raise ConfigError(
            f"A schema is a text, or an object with a type; this is {reprlib.repr(form)}."
        )
    kind = form.get("type", "json" if "json_schema" in form else None)
    if kind == "json":
        schema = form.get("json_schema")
        if not isinstance(schema, dict):
            raise ConfigError(
                'A schema of type "json" needs a member "json_schema" with a JSON Schema (an object).'
            )
        return {"type": "json", "json_schema": schema}
    if kind == "text":
        return _text(form.get("description"))
    if kind == "auto":
        return {"type": "auto"}
    if "properties" in form or kind == "object":
        raise ConfigError(
            'This is a JSON Schema by itself. Put it into {"type": "json", "json_schema": …}.'
        )
    raise ConfigError(
        f'A schema has the type "json", "text" or "auto"; this has {reprlib.repr(kind)}.'
    )


def _text(description: Json) -> JsonObject:
    if description is None:
        return {"type": "text"}
    if not isinstance(description, str):
        raise ConfigError(
            f"The description of a text schema is a text; this is {reprlib.repr(description)}."
        )
    return {"type": "text", "description": description}


def normalize_task_spec(spec: JsonObject | str | None) -> JsonObject:
    """Write a task spec out: every schema in it as an object with a ``type``.

    Args:
        spec: ``{"output_schema": …}``, perhaps with ``"input_schema"``; a string is a
            text output; None is what the API takes a missing spec for, ``auto``.

    Raises:
        ConfigError: It is no task spec; ``key`` names the member.

    Source:
        Protocol reference, 3.2 and 15-C5.
    """
    if spec is None:
        return {"output_schema": {"type": "auto"}}
    if isinstance(spec, str):
        return {"output_schema": normalize_schema(spec)}
    if not isinstance(spec, dict):
        raise ConfigError(f"A task spec is an object or a text; this is {reprlib.repr(spec)}.")
    if "output_schema" not in spec:
        # The guide's table has the names without `_schema`; the wire never does.
        word = ' It is called "output_schema", not "output".' if "output" in spec else ""
        raise ConfigError(f'A task spec needs an "output_schema".{word}')
    normal = {"output_schema": _member(spec, "output_schema")}
    if spec.get("input_schema") is not None:
        normal["input_schema"] = _member(spec, "input_schema")
    return normal


def _member(spec: JsonObject, name: str) -> JsonObject:
    try:
        schema = normalize_schema(spec[name])
    except ConfigError as error:
        raise ConfigError(error.message, key=name) from None
    if name == "input_schema" and schema["type"] == "auto":
        raise ConfigError('Only an output schema may be of type "auto".', key=name)
    return schema


def output_fields(task_spec: JsonObject) -> list[tuple[str, JsonObject]]:
    """List the fields that a task spec asks for, with a schema for the values of each.

    Args:
        task_spec: The wire's task spec, in any form.

    Returns:
        For JSON the top-level properties in their order, references replaced by what
        they lead to; where a schema leads back into itself it ends in ``{}``, any JSON.
        For text one field named ``output``. For auto none, since nobody knows yet.

    Raises:
        ConfigError: It is no task spec.
    """
    output = normalize_task_spec(task_spec)["output_schema"]
    if output["type"] == "auto":
        return []
    if output["type"] == "text":
        described = {"description": output["description"]} if "description" in output else {}
        return [(TEXT_FIELD, {"type": "string", **described})]
    root = output["json_schema"]
    properties = root.get("properties")
    if not isinstance(properties, dict):
        return []
    inline = _Inliner(root)
    return [(str(name), inline(schema)) for name, schema in properties.items()]


class _Inliner:
    """Replaces references by what they lead to, within bounds."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._refs_left = MAX_INLINED_REFS

    def __call__(self, schema: Json) -> JsonObject:
        inlined = self._inlined(schema, (), 1)
        return inlined if isinstance(inlined, dict) else {}

    def _inlined(self, schema: Json, above: tuple[str, ...], level: int) -> Json:
        if not isinstance(schema, dict):
            return schema
        if level > MAX_INLINED_LEVELS:
            return {}
        ref = schema.get("$ref")
        if isinstance(ref, str):
            around = {name: inner for name, inner in schema.items() if name != "$ref"}
            self._refs_left -= 1
            target = resolve(self._root, ref)
            if ref in above or self._refs_left < 0 or not isinstance(target, dict):
                return self._inlined(around, above, level + 1)
            return self._inlined({**target, **around}, (*above, ref), level + 1)
        inlined: JsonObject = {}
        for keyword, value in schema.items():
            if keyword in DEFINITIONS:
                continue
            if keyword in HOLDS_NAMED and isinstance(value, dict):
                inlined[keyword] = {
                    name: self._inlined(inner, above, level + 1) for name, inner in value.items()
                }
            elif isinstance(value, list) and keyword in {*HOLDS_LIST, "items"}:
                inlined[keyword] = [self._inlined(inner, above, level + 1) for inner in value]
            elif keyword in HOLDS_ONE:
                inlined[keyword] = self._inlined(value, above, level + 1)
            else:
                inlined[keyword] = value
        return inlined
