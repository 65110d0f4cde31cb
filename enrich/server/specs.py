"""Task specs, judged once however many runs share them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import msgspec

from enrich.spec import SizeCheck, check_task_spec, normalize_task_spec

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject, Violation

MAX_KEPT_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What is known of a task spec.

    Attributes:
        errors: Why no run may have it.
        warnings: What each run that has it is told.
        size: Measures an input beside it.
        input_validator: Checks an input object; None where there is nothing to check.
    """

    errors: tuple[Violation, ...]
    warnings: tuple[JsonObject, ...]
    size: SizeCheck
    input_validator: Any = None

    def input_warning(self, value: Json) -> JsonObject | None:
        """Tell that an input does not fit the input schema; the run goes on all the same."""
        if self.input_validator is None or self.input_validator.is_valid(value):
            return None
        error = next(self.input_validator.iter_errors(value))
        return {
            "type": "input_validation_warning",
            "message": f"Input does not match input_schema: {error.message}",
            "detail": {"path": [str(step) for step in error.instance_path]},
        }


def judge(json: bytes, processor: str) -> Judged:
    """Judge a task spec that has the right form."""
    # A spec this long breaks a limit, and is not worth the memory.
    return (_judge if len(json) <= MAX_KEPT_BYTES else _judge.__wrapped__)(json, processor)


@lru_cache(maxsize=256)
def _judge(json: bytes, processor: str) -> Judged:
    spec = msgspec.json.decode(json)
    found = check_task_spec(spec, processor=processor)
    errors = tuple(v for v in found if v.severity == "error")
    return Judged(
        errors=errors,
        warnings=tuple(_warning(v) for v in found if v.severity == "warning"),
        size=SizeCheck(spec),
        input_validator=None if errors else _input_validator(normalize_task_spec(spec)),
    )


def _warning(violation: Violation) -> JsonObject:
    return {
        "type": "spec_validation_warning",
        "message": violation.message,
        "detail": {"path": violation.path, "rule": violation.rule},
    }


def _input_validator(spec: JsonObject) -> Any:
    schema = spec.get("input_schema")
    if not schema or schema["type"] != "json":
        return None
    try:
        # The schema is a stranger's: its references fetch nothing, and its patterns
        # are matched by the engine that cannot be made to take for ever.
        return jsonschema_rs.validator_for(
            schema["json_schema"],
            retriever=_fetch_nothing,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (ValueError, RecursionError):
        # No JSON Schema: nothing can be said about inputs, so nothing is.
        return None


def _fetch_nothing(uri: str) -> Json:
    raise ValueError(f"{uri} is not fetched")
