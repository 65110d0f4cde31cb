"""All that is wrong with a job, as one error that lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from pydantic import BaseModel

from enrich.errors import ConfigError
from enrich.inputs import did_you_mean, nearest
from enrich.job.model import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from enrich.job.document import KeyPath

MAX_SHOWN_CHARS: Final = 40

LATER: Final = frozenset({"deadlines", "retries"})
"""Keys that the design names and this version does not have."""

_MUST_BE: Final = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "a mapping",
    "model_type": "a mapping",
    "is_instance_of": "a path",
    "string_type": "text",
    "tuple_type": "text or a list of texts",
}


class JobError(ConfigError):
    """A job has several faults; each is in ``problems``, and each has a line of its own text.

    Attributes:
        problems: Every fault found, in the order of the file.
    """

    def __init__(self, problems: Sequence[ConfigError]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.message, path=first.path, line=first.line, key=first.key)

    def __str__(self) -> str:
        first = super().__str__()
        return "\n".join([first, *(str(problem) for problem in self.problems[1:])])


def raise_all(problems: Sequence[ConfigError]) -> None:
    """Raise all problems as one error; nothing happens if there are none.

    Raises:
        JobError: There is at least one.
    """
    if problems:
        raise JobError(sorted(problems, key=lambda problem: problem.line or 0))


def explained(error: ValidationError) -> list[tuple[KeyPath, str]]:
    """Return what pydantic found, in this house's words: key and message of each fault."""
    faults = [
        (tuple(part for part in details["loc"] if part != ""), details)
        for details in error.errors(include_url=False)
    ]
    # A key that is missing because it is misspelt is told once, where it is misspelt.
    meant = {
        (*key[:-1], name)
        for key, details in faults
        if details["type"] == "extra_forbidden" and (name := _meant(key))
    }
    return [
        (key, _message(details, key))
        for key, details in faults
        if details["type"] != "missing" or key not in meant
    ]


def _meant(key: KeyPath) -> str | None:
    """Return the known key that is nearest to an unknown one."""
    model = _model_at(key[:-1])
    return nearest(str(key[-1]), model.model_fields) if model and key else None


def _message(details: ErrorDetails, key: KeyPath) -> str:
    kind = details["type"]
    context: dict[str, Any] = details.get("ctx", {})
    shown = _shown(details, key)
    if kind == "extra_forbidden":
        return "there is a key without a name" if details["loc"][-1] == "" else _unknown(key)
    if kind in _MUST_BE:
        return f"must be {_MUST_BE[kind]}, not {shown}"
    said = {
        "missing": "this key is missing",
        "value_error": str(context.get("error")),
        "literal_error": f"must be {context.get('expected')}, not {shown}",
        "string_too_short": "must not be empty",
        "string_too_long": f"must be {_chars(context.get('max_length'))}, not {shown}",
        "string_pattern_mismatch": f"must be {_form(key, context)}, not {shown}",
    }
    if key == ("version",) and kind == "literal_error":
        return f"this program reads version 1, not {shown}"
    plain = details["msg"].replace("Input should", "must").replace("List should", "the list must")
    plain = plain.replace(" after validation, not 0", "")
    return said.get(kind, plain)


_FORMS: Final = {
    "key_env": "the name of an environment variable",
    "location": "two letters, such as US",
    "memory_scope_key": "1 to 128 letters, digits, `_` and `-`",
}


def _form(key: KeyPath, context: dict[str, Any]) -> str:
    """Return what a text of a certain form looks like."""
    return _FORMS.get(str(key[-1]) if key else "", f"text of the form {context.get('pattern')}")


def _chars(most: int | None) -> str:
    return "one character" if most == 1 else f"at most {most} characters"


def _unknown(key: KeyPath) -> str:
    name = str(key[-1])
    if name in LATER or ".".join(map(str, key)) in LATER:
        return "this version does not have this key yet"
    model = _model_at(key[:-1])
    return f"unknown key{did_you_mean(name, model.model_fields) if model else ''}"


def _model_at(key: KeyPath) -> type[BaseModel] | None:
    """Return the model whose members stand at a key path."""
    model: type[BaseModel] | None = Job
    inside = False
    for part in key:
        if inside:  # a name in a dict of models, or an index in a list of them
            inside = False
        elif model is not None and part in model.model_fields:
            model, inside = _model_in(model.model_fields[str(part)].annotation)
    return model


def _model_in(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """Return the model within an annotation and whether it is a dict's or list's member."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for argument in get_args(annotation):
        model, inside = _model_in(argument)
        if model is not None:
            return model, inside or get_origin(annotation) in {dict, list}
    return None, False


def _shown(details: ErrorDetails, key: KeyPath) -> str:
    """Return the value at fault, unless it may be a secret or is long."""
    value = details["input"]
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if "mcp_servers" in key or "webhook" in key or key[-1:] == ("url",):
        return "a text" if isinstance(value, str) else "a number"
    shown = repr(value)
    return shown if len(shown) <= MAX_SHOWN_CHARS else f"{shown[:MAX_SHOWN_CHARS]}…"
