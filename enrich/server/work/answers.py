"""A claimed run as the engine sees it, and what came of asking it."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from enrich.research.question import Question, ResearchError
from enrich.server.problems import error_of
from enrich.spec import normalize_task_spec

if TYPE_CHECKING:
    from enrich.records import JsonObject
    from enrich.research.question import Engine, Tell
    from enrich.server.store.rows import Fate

log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode

FAILED: Final = "Task execution failed"

Answer = tuple[
    Literal["completed", "failed", "cancelled", "action_required"], bytes | None, bytes | None
]
"""Status, output and error of a run that ended."""


class Asked(Protocol):
    """What of a claimed run its answer depends on."""

    @property
    def run_id(self) -> str:
        """Its name, for the log."""
        ...

    @property
    def processor(self) -> str:
        """The API's tier."""
        ...

    @property
    def input(self) -> bytes:
        """Its body as JSON, without ``task_spec``."""
        ...

    @property
    def spec(self) -> bytes | None:
        """Its effective task spec as JSON; None for an auto schema."""
        ...

    @property
    def previous(self) -> bytes | None:
        """The output that it goes on from, if any, as JSON."""
        ...


class _Body(msgspec.Struct):
    """What of a run's body the engine has use for."""

    input: Any
    source_policy: dict[str, Any] | None = None


_decode_body = msgspec.json.Decoder(_Body).decode


def answer(engine: Engine, run: Asked, tell: Tell) -> Answer:
    """Ask an engine what a run asks; whatever it raises ends this run alone."""
    try:
        output = engine.answer(question_of(run), tell)
        return "completed", _encode(output), None
    except ResearchError as error:
        return "failed", None, error_json(str(error))
    except Exception as error:
        wire_error = error_of(FAILED, {"cause": type(error).__name__})
        log.exception("run %s failed (reference %s)", run.run_id, wire_error["ref_id"])
        return "failed", None, _encode(wire_error)


def fated(fate: Fate) -> Answer:
    """End a run as a fault says."""
    return fate, None, error_json(FAILED) if fate == "failed" else None


def error_json(message: str) -> bytes:
    """Write the wire's error."""
    return _encode(error_of(message))


def question_of(run: Asked) -> Question:
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
