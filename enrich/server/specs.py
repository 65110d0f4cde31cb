"""Task specs, judged once however many runs share them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec

from enrich.spec import SizeCheck, check_task_spec, normalize_task_spec

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject, Violation


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


@lru_cache(maxsize=256)
def judge(json: bytes, processor: str) -> Judged:
    """Judge a task spec that has the right form."""
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
        return jsonschema_rs.validator_for(schema["json_schema"])
    except (ValueError, RecursionError):
        # No JSON Schema: nothing can be said about inputs, so nothing is.
        return None
