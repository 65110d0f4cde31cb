"""A claimed run as the engine sees it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from enrich.research.question import Question
from enrich.spec import normalize_task_spec

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.server.store.rows import ClaimedRun


class _Body(msgspec.Struct):
    """What of a run's body the engine has use for."""

    input: Any
    source_policy: dict[str, Any] | None = None


_decode_body = msgspec.json.Decoder(_Body).decode


def question_of(run: ClaimedRun) -> Question:
    """Ask what a run asks."""
    body = _decode_body(run.input)
    spec = _spec(run.spec)
    return Question(
        input=body.input,
        output_schema=spec["output_schema"],
        input_schema=spec.get("input_schema"),
        processor=run.processor,
        source_policy=body.source_policy,
        previous=None if run.previous is None else msgspec.json.decode(run.previous),
    )


@lru_cache(maxsize=256)
def _spec(spec: bytes | None) -> JsonObject:
    if spec is None:
        return {"output_schema": {"type": "auto"}}
    return normalize_task_spec(msgspec.json.decode(spec))
