"""Stands in for ``enrich.spec`` until that room is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enrich.records import Json, JsonObject, Violation


def check_task_spec(_: JsonObject, *, processor: str | None = None) -> list[Violation]:  # noqa: ARG001
    return []


def normalize_task_spec(spec: JsonObject) -> JsonObject:
    def form(schema: Json) -> Json:
        if isinstance(schema, str):
            return {"type": "text", "description": schema}
        if schema is None or "type" in schema:
            return schema
        return {"type": "json", **schema}

    return {
        "output_schema": form(spec["output_schema"]),
        "input_schema": form(spec.get("input_schema")),
    }
