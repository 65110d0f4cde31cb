"""What a program's call asks, in whichever way it is said, as a job."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from enrich.errors import ConfigError, TableError
from enrich.inputs.nearest import did_you_mean
from enrich.job import HOSTED_URL, LOCAL, make_job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from enrich.job import Job

_JSON_SCHEMA_MARKS: Final = frozenset({"properties", "items", "$ref", "$defs"})
_OF_FILES: Final = frozenset({"encoding", "key", "path", "table", "url"})
"""Keys of a job file's ``output`` that mean nothing for a frame."""
_OF_FRAMES: Final = frozenset({"columns", "existing", "prefix"})
_SETTINGS: Final = (
    *("inputs", "processor", "base_url", "api_key", "corpus", "local", "state", "max_cost_usd"),
    *("retry_failed", "progress", *sorted(_OF_FRAMES)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is asked of every row, and how.

    Attributes:
        output: A pydantic class, field → description (or shorthand), a JSON Schema, or a
            text that describes one answer.
        inputs: Columns to send, or name → column or template (``"https://{Domain}"``).
        processor: The API's tier.
        description: Instructions for all fields together.
        options: Further keys of a job file's ``task``, such as ``source_policy``.
    """

    output: Any
    inputs: Sequence[str] | Mapping[str, Any]
    processor: str = "base"
    description: str | None = None
    options: Mapping[str, Any] | None = None

    def as_job(self) -> dict[str, Any]:
        """Return the job file's ``task``."""
        made = {
            "processor": self.processor,
            "inputs": _inputs(self.inputs),
            "output": _output(self.output),
            **(self.options or {}),
        }
        if self.description is not None:
            made["description"] = self.description
        return made


def task_of(task: Any, inputs: Any, processor: str) -> Task:
    """Return what is asked, in whichever way it is said."""
    if isinstance(task, Task):
        return task
    if inputs is None:
        message = "inputs is missing: name the columns to send; nothing else leaves this machine"
        raise ConfigError(message)
    return Task(output=task, inputs=inputs, processor=processor)


def _inputs(inputs: Any) -> Any:
    """Return inputs in the job file's form. A frame's columns may be named by other than text."""
    if isinstance(inputs, str):
        return inputs
    if isinstance(inputs, Mapping):
        return {str(name): _source(value) for name, value in inputs.items()}
    if isinstance(inputs, Iterable):
        return [str(name) for name in inputs]
    message = f"inputs are a list of columns, or name → column or template, not {_kind(inputs)}"
    raise ConfigError(message)


def _source(value: Any) -> Any:
    """Return an input's source in the job file's form; a text with braces is a template."""
    if isinstance(value, str):
        return {"template": value} if "{" in value else {"column": value}
    return value if isinstance(value, Mapping) else {"column": str(value)}


def _kind(value: Any) -> str:
    return f"a value of type {type(value).__name__}"


def _output(output: Any) -> Any:
    """Return an output in the job file's form."""
    if output == "auto" or isinstance(output, type):
        return output
    if isinstance(output, str):
        return {"text": output}
    if not isinstance(output, Mapping):
        message = (
            "what is asked is a pydantic class, field → description, a JSON Schema, a text or "
            f"a Task, not {_kind(output)}"
        )
        raise ConfigError(message)
    # In the shorthand a field's name stands before a text or a mapping, never before a list.
    is_schema = isinstance(output.get("type"), str) and _JSON_SCHEMA_MARKS & output.keys()
    if is_schema or any(isinstance(output.get(mark), list) for mark in ("anyOf", "required")):
        return {"json_schema": dict(output)}
    return dict(output)


def job_of(
    task: Task,
    *,
    base_url: str | None,
    corpus: str | Path | Sequence[str] | None,
    local: Mapping[str, Any] | None,
    state: str | Path | None,
    output: Mapping[str, Any],
    max_cost_usd: Decimal | float | None = None,
) -> Job:
    """Return the job that the arguments of a call describe."""
    if written := sorted(_OF_FILES & output.keys()):
        message = f"{written[0]} is for job files; the frame that comes back is yours to write"
        raise ConfigError(message)
    if unknown := sorted(output.keys() - _OF_FRAMES):
        message = f"there is no setting `{unknown[0]}`{did_you_mean(unknown[0], _SETTINGS)}"
        raise ConfigError(message)
    values: dict[str, Any] = {"task": task.as_job(), "output": dict(output)}
    embedded = dict(local or {})
    if corpus is not None:
        listed = [corpus] if isinstance(corpus, str | os.PathLike) else corpus
        embedded["corpus"] = [os.fspath(path) for path in listed]
    values["api"] = {"base_url": base_url or (LOCAL if embedded else HOSTED_URL)}
    if embedded:
        values["local"] = embedded
    if state is not None:
        values["state"] = os.fspath(state)
    if max_cost_usd is not None:
        values["budget"] = {"max_cost_usd": max_cost_usd}
    return make_job(values)


def row_of(row: Any) -> dict[str, Any]:
    """Return a row of a stream.

    Raises:
        TableError: It is none.
    """
    if not isinstance(row, Mapping):
        message = f"a row is a mapping, column → value, not {_kind(row)}"
        raise TableError(message)
    return dict(row)


def question_of(question: Any) -> str:
    """Return a question that has words.

    Raises:
        ConfigError: It has none.
    """
    if not isinstance(question, str):
        raise ConfigError(f"the question is a text, not {_kind(question)}")
    if not question.strip():
        message = "the question is empty"
        raise ConfigError(message)
    return question
