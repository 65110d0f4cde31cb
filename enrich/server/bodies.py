"""Request bodies become runs that may be accepted, or a problem that names the place.

A body is decoded once, checked by the wire's models, and stored as it was decoded:
what a caller sends is what it reads back.

Source: protocol reference, sections 3.1, 3.10, 6.5, 12.1 and 12.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec import UNSET
from pydantic import BaseModel, ValidationError

from enrich.egress import Forbidden, check_url
from enrich.server.plain_bodies import read_plain
from enrich.server.problems import invalid, invalid_at, invalid_processor
from enrich.server.specs import judge
from enrich.server.store.rows import Kind, NewRun
from enrich.spec import SizeCheck
from enrich.spec.processors import PROCESSORS
from enrich.taskapi.models import (
    MAX_RUNS_PER_POST,
    TASK_RUN_STATUS_EVENT,
    AddRuns,
    GroupInput,
    RunInput,
    TaskSpec,
)
from enrich.taskapi.source_policy import policy_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Json, JsonObject
    from enrich.server.plain_bodies import Plain
    from enrich.server.specs import Judged

NO_SPEC: Final = SizeCheck(None)
REDACTED: Final = "[redacted]"

_encode = msgspec.json.Encoder().encode
Loc = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of a run depends on the server's settings.

    Attributes:
        sends_webhooks: Whether there is a secret to sign them with.
        to_private: Whether they may go to private addresses.
    """

    sends_webhooks: bool = False
    to_private: bool = False


def single_run(body: bytes, terms: Terms) -> NewRun:
    """Read the body that creates one run."""
    json = _decode(body)
    checked = _check(RunInput, json)
    return _new_run(
        json,
        checked,
        terms,
        spec=_optional(json.get("task_spec")),
        loc=("body",),
        spec_loc=("body", "task_spec"),
    )


def group_runs(body: bytes, terms: Terms) -> list[NewRun]:
    """Read the body that adds runs to a group: all of them pass, or none."""
    plain = read_plain(body)
    return _group_runs(body, terms) if plain is None else _plain_runs(plain)


def _group_runs(body: bytes, terms: Terms) -> list[NewRun]:
    json = _decode(body)
    if isinstance(json, dict) and isinstance(json.get("inputs"), list):
        _check_number(len(json["inputs"]))
    checked = _check(AddRuns, json)
    default = json.get("default_task_spec")
    # Most runs have the default spec: it is written as JSON once, not for each.
    default_json = None if default is None else _encode(default)
    default_loc: Loc = ("body", "default_task_spec")
    runs = []
    for i, (item, item_checked) in enumerate(zip(json["inputs"], checked.inputs, strict=True)):
        loc: Loc = ("body", "inputs", i)
        spec, spec_loc = default_json, default_loc
        if (own := item.get("task_spec")) is not None:
            spec, spec_loc = _encode(own), (*loc, "task_spec")
        runs.append(_new_run(item, item_checked, terms, spec=spec, loc=loc, spec_loc=spec_loc))
    return runs


def _plain_runs(plain: Plain) -> list[NewRun]:
    default = plain.default_task_spec
    spec = None
    if default is not None:
        _check(TaskSpec, default, "default_task_spec")
        spec = _encode(default)
    of_processor: dict[str, tuple[Kind, Judged | None, SizeCheck]] = {}
    runs = []
    for i, item in enumerate(plain.inputs):
        name = item.processor
        if name not in of_processor:
            of_processor[name] = _plain_kind(name, spec, i)
        kind, judged, size = of_processor[name]
        metadata = item.metadata
        if metadata is not None:
            item.metadata = UNSET
        body = _encode(item)
        # The body is longer than the input in it, which may so be passed unmeasured.
        if size.refuses(body) is not None:
            _check_size(item.input, judged, ("body", "inputs", i))
        if judged is not None and (warning := judged.input_warning(item.input)) is not None:
            warnings = _encode([*judged.warnings, warning])
            kind = msgspec.structs.replace(kind, warnings=warnings)
        json = None if metadata is None or metadata is UNSET else _encode(metadata)
        runs.append(NewRun(kind, body, json))
    return runs


def _plain_kind(name: str, spec: bytes | None, index: int) -> tuple[Kind, Judged | None, SizeCheck]:
    processor = PROCESSORS.get(name)
    if processor is None:
        raise invalid_processor(name, index)
    judged = None if spec is None else _judged(spec, name, ("body", "default_task_spec"))
    kind = Kind(
        spec=spec,
        processor=name,
        price=processor.usd_per_1000,
        events=processor.deep,
        warnings=_encode(judged.warnings) if judged and judged.warnings else None,
    )
    return kind, judged, judged.size if judged else NO_SPEC


def group_metadata(body: bytes) -> bytes | None:
    """Read the body that creates a group."""
    json = _decode(body)
    _check(GroupInput, json)
    return _optional(json.get("metadata"))


def _decode(body: bytes) -> Json:
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise invalid_at(("body",), "The body is nested too deeply", type_="json_invalid") from None
    except (ValueError, msgspec.MsgspecError) as error:
        raise invalid_at(("body",), f"JSON decode error: {error}", type_="json_invalid") from None


def _check(model: type[M], json: Json, *where: str) -> M:
    try:
        # Strict: what is stored is what was sent, so a 1 must not pass for true.
        return model.model_validate(json, strict=True)
    except ValidationError as error:
        raise invalid(
            [
                {
                    "type": e["type"],
                    "loc": ["body", *where, *e["loc"]],
                    "msg": e["msg"],
                    "input": e["input"],
                }
                for e in error.errors(include_url=False, include_context=False)
            ]
        ) from None
    except RecursionError:
        raise invalid_at(("body",), "The body is nested too deeply") from None


def _check_number(n: int) -> None:
    # Said before the items are looked at, or a list of millions costs a second.
    if n > MAX_RUNS_PER_POST:
        raise invalid_at(
            ("body", "inputs"),
            f"List should have at most {MAX_RUNS_PER_POST} items, not {n}",
            type_="too_long",
        )


def _new_run(
    item: JsonObject,
    checked: RunInput,
    terms: Terms,
    *,
    spec: bytes | None,
    loc: Loc,
    spec_loc: Loc,
) -> NewRun:
    processor = PROCESSORS.get(checked.processor)
    if processor is None:
        raise invalid_processor(checked.processor, _index(loc))
    _refuse_connectors(checked, loc)
    policy = checked.source_policy
    if policy is not None and (fault := next(policy_faults(policy), None)):
        raise invalid_at((*loc, "source_policy"), fault)
    judged = None if spec is None else _judged(spec, checked.processor, spec_loc)
    _check_size(item["input"], judged, loc)
    webhook = _webhook(checked, terms, loc)
    warnings = _warnings(item["input"], judged)
    if item.get("mcp_servers"):
        warnings.append(_plain_warning("This server calls no MCP servers; they were left out."))
    if webhook is not None and not terms.sends_webhooks:
        warnings.append(_plain_warning("This server sends no webhooks; ask for the run instead."))
    events = checked.enable_events
    kind = Kind(
        spec=spec,
        processor=processor.name,
        price=processor.usd_per_1000,
        events=processor.deep if events is None else events,
        warnings=_encode(warnings) if warnings else None,
        previous=checked.previous_interaction_id,
        webhook=webhook if terms.sends_webhooks else None,
    )
    return NewRun(kind, _body(item), _optional(item.get("metadata")))


def _judged(spec: bytes, processor: str, loc: Loc) -> Judged:
    judged = judge(spec, processor)
    if judged.errors:
        raise invalid(
            [
                {
                    "type": violation.rule,
                    "loc": list(loc),
                    "msg": f"{violation.path}: {violation.message}",
                }
                for violation in judged.errors
            ]
        )
    return judged


def _check_size(value: Json, judged: Judged | None, loc: Loc) -> None:
    too_long = (judged.size if judged else NO_SPEC).refuses(_encode(value))
    if too_long is not None:
        raise invalid_at((*loc, "input"), too_long, type_="total-size")


def _webhook(checked: RunInput, terms: Terms, loc: Loc) -> str | None:
    """Whom to tell when the run ends; a webhook without event types tells nobody."""
    webhook = checked.webhook
    if webhook is None or TASK_RUN_STATUS_EVENT not in webhook.event_types:
        return None
    try:
        check_url(webhook.url, to_private=terms.to_private)
    except Forbidden as error:
        raise invalid_at((*loc, "webhook", "url"), str(error)) from None
    return webhook.url


def _warnings(value: Json, judged: Judged | None) -> list[JsonObject]:
    if judged is None:
        return []
    warning = judged.input_warning(value)
    return [*judged.warnings] if warning is None else [*judged.warnings, warning]


def _plain_warning(message: str) -> JsonObject:
    return {"type": "warning", "message": message, "detail": None}


def _refuse_connectors(checked: RunInput, loc: Loc) -> None:
    settings = checked.advanced_settings
    if settings is None or settings.data_sources is None:
        return
    named = [*(settings.data_sources.free or ()), *(settings.data_sources.pay_per_use or ())]
    if named:
        raise invalid_at(
            (*loc, "advanced_settings", "data_sources"),
            f"No data source is enabled on this server; {named[0]!r} cannot be used",
        )


def _body(item: JsonObject) -> bytes:
    """Write a run's body for the store: without what stands beside it, and without secrets."""
    kept = {key: value for key, value in item.items() if key != "task_spec"}
    if kept.get("metadata") is not None:
        del kept["metadata"]
    if kept.get("mcp_servers"):
        kept["mcp_servers"] = [_without_secrets(server) for server in kept["mcp_servers"]]
    return _encode(kept)


def _without_secrets(server: JsonObject) -> JsonObject:
    headers = server.get("headers")
    return {**server, "headers": dict.fromkeys(headers, REDACTED)} if headers else server


def _optional(json: Any) -> bytes | None:
    return None if json is None else _encode(json)


def _index(loc: Sequence[str | int]) -> int | None:
    last = loc[-1]
    return last if isinstance(last, int) else None
