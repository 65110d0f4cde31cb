"""All rules and all advice, over a task spec as it goes over the wire."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from enrich.errors import ConfigError
from enrich.spec import advice, limits
from enrich.spec.model import normalize_schema, normalize_task_spec
from enrich.spec.rules import KEYWORDS, SIZES, STRUCTURE, error
from enrich.spec.shape import SHAPE
from enrich.spec.size import compact_chars
from enrich.spec.walk import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from enrich.records import Json, JsonObject, Severity, Violation
    from enrich.spec.rules import Rule

_ORDER: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "hint": 2}


def check_task_spec(task_spec: JsonObject, *, processor: str | None = None) -> list[Violation]:
    """Check a task spec against every published rule and limit, and against the advice.

    Nothing that is given makes it fail: what is malformed is a violation of its own.

    Args:
        task_spec: The wire's task spec, in any form that the wire takes.
        processor: Which processor is to answer; what depends on it is left out if None.

    Returns:
        Errors, then warnings, then hints; within each in the published order, the
        malformed after the published, then in document order. Paths start at the root of
        the output's JSON Schema; those of the input schema with ``$.input_schema``; ``$``
        is the whole. A spec more than ten times too long is told its length only.

    Source:
        Task Spec, "Output Schema Validation Rules"; protocol reference, 6.1 to 6.4.
    """
    return ordered(_found(task_spec, processor))


def ordered(violations: Iterable[Violation]) -> list[Violation]:
    """Put errors first, then warnings, then hints, each in the order that they came in."""
    return sorted(violations, key=lambda violation: _ORDER[violation.severity])


def _found(task_spec: Json, processor: str | None) -> Iterator[Violation]:
    spec_chars = compact_chars(task_spec, enough=limits.MAX_CHECKED_CHARS)
    if spec_chars > limits.MAX_CHECKED_CHARS:
        yield _spec_size(f"more than {limits.MAX_CHECKED_CHARS:,}")
        return
    members = task_spec if isinstance(task_spec, dict) else {}
    try:
        output = normalize_task_spec({**members, "input_schema": None})["output_schema"]
    except ConfigError as fault:
        yield error("malformed-schema", "$", fault.message)
        output = {"type": "none"}
    document = Document(output.get("json_schema", {}))
    is_json = output["type"] == "json"
    if is_json:
        yield from _broken((*STRUCTURE, *SIZES), document)
    if spec_chars > limits.MAX_SPEC_CHARS:
        yield _spec_size(f"{spec_chars:,}")
    if is_json:
        yield from _broken((*KEYWORDS, *SHAPE, *advice.ADVICE), document)
    if processor is not None and is_json:
        yield from advice.too_many_fields(document, processor)
    elif processor is not None and output["type"] == "auto":
        yield from advice.auto_processor(processor)
    yield from advice.near_limit(spec_chars)
    if members.get("input_schema") is not None:
        yield from _input(members["input_schema"])


def _broken(rules: Iterable[Rule], document: Document) -> Iterator[Violation]:
    return chain.from_iterable(rule(document) for rule in rules)


def _spec_size(chars: str) -> Violation:
    return error(
        "spec-size",
        "$",
        f"The task spec is {chars} characters long; {limits.MAX_SPEC_CHARS:,} are allowed. "
        "Shorten the descriptions or spread the fields over several tasks.",
    )


def _input(form: Json) -> Iterator[Violation]:
    """Check the input schema, which no published rule is about."""
    path = "$.input_schema"
    try:
        schema = normalize_schema(form)
    except ConfigError as fault:
        yield error("malformed-schema", path, fault.message)
        return
    if schema["type"] == "auto":
        yield error("malformed-schema", path, 'Only an output schema may be of type "auto".')
    elif schema["type"] == "json":
        document = Document(schema["json_schema"], path=path)
        yield from _broken((*SHAPE, advice.input_not_flat), document)
