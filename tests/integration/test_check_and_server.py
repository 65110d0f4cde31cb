"""What ``enrich check`` calls an error is what the server refuses, and nothing else."""

from __future__ import annotations

import copy
import random
from typing import Any

import httpx
import pytest

from enrich.job import check_job, make_job, resolve_task
from enrich.server import EmbeddedServer, ServerSettings
from tests.fakes.echo_engine import EchoEngine
from tests.unit.spec.test_published_rules import SCHEMA_ROWS

PLAIN: list[Any] = [
    # Most are drawn from the front, where the legal ones stand.
    {"type": "string", "description": "Name. If unknown, null."},
    {"type": ["integer", "null"]},
    {"anyOf": [{"type": "string"}, {"type": "null"}]},
    {"enum": ["a", "b", None]},
    {"const": {"pattern": "a"}},
    {"enum": [1, 2]},
    {"type": "array", "items": {"type": "string"}},
    {"$ref": "#"},
    {"$ref": "#/$defs/there"},
    {},
    {"anyOf": [{"type": "string", "pattern": "a"}, {"type": "number", "minimum": 1}]},
    {"type": "null"},
    {"oneOf": [{"type": "string"}, {"type": "null"}]},
    {"type": "array", "items": {"type": "string", "maxLength": 4}},
    {"type": "array"},
    {"type": "date"},
    {"$ref": "#/$defs/gone"},
    {"type": "string", "enum": [f"{n:03}" + "v" * 40 for n in range(260)]},
    {"type": "string", "description": "x" * 9_000},
    True,
    "string",
]
NAMES = ["ceo", "format", "pattern", "minLength", "properties", "$ref", "citations", "name", "a b"]
KEYWORDS: list[tuple[str, Any]] = [
    *(("format", value) for value in ("uri", 3)),
    *(("minItems", 1), ("uniqueItems", True), ("contains", {}), ("propertyNames", {})),
    *(("additionalProperties", True), ("required", ["ceo"]), ("required", "ceo")),
    *(("patternProperties", {"^a": {}}), ("description", 7), ("type", "array")),
]


def schemas(count: int) -> list[Any]:
    """Return schemas of which about half break a rule: published examples, changed and grown."""
    chance = random.Random(5)
    known = [row[kind] for row in SCHEMA_ROWS for kind in ("good", "bad")]
    return [_schema(chance, known) for _ in range(count)]


def _schema(chance: random.Random, known: list[Any]) -> Any:
    schema = copy.deepcopy(chance.choice(known)) if chance.random() < 0.3 else _object(chance, 0)
    if isinstance(schema, dict):
        if chance.random() < 0.9:
            schema["$defs"] = {"there": _object(chance, 5)}
        for _ in range(chance.choice([0, 0, 0, 0, 0, 1])):
            holder = chance.choice(_objects(schema))
            keyword, value = chance.choice(KEYWORDS)
            holder[keyword] = copy.deepcopy(value)
    return schema


def _object(chance: random.Random, level: int) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name in chance.sample(NAMES, chance.randint(1, 4)):
        if level < 6 and chance.random() < 0.2:
            properties[name] = _object(chance, level + 1)
        else:
            properties[name] = copy.deepcopy(
                PLAIN[min(len(PLAIN) - 1, int(chance.expovariate(0.3)))]
            )
    required = list(properties) if chance.random() < 0.93 else list(properties)[1:]
    made: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    if chance.random() < 0.95:
        made["additionalProperties"] = False
    return made


def _objects(value: Any) -> list[dict[str, Any]]:
    found = [value] if isinstance(value, dict) else []
    members = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    return found + [inner for member in members for inner in _objects(member)]


def agreed(count: int) -> tuple[int, int]:
    """Send schemas past both, and return how many were taken and how many refused."""
    taken = refused = 0
    settings = ServerSettings(workers=1)
    with (
        EmbeddedServer(settings, EchoEngine()) as server,
        httpx.Client(
            base_url=server.url, headers={"x-api-key": server.api_key}, trust_env=False
        ) as client,
    ):
        for schema in schemas(count):
            task = {"processor": "base", "inputs": ["Company"], "output": {"json_schema": schema}}
            if not isinstance(schema, dict):
                continue
            job = make_job({"task": task})
            errors = [each for each in check_job(job) if each.severity == "error"]
            sent = {
                "input": {"Company": "Acme"},
                "processor": "base",
                "task_spec": resolve_task(job).spec,
            }
            answer = client.post("/v1/tasks/runs", json=sent)
            assert answer.status_code in {202, 422}, answer.text
            said = answer.json()
            if answer.status_code == 202:
                assert errors == [], schema
                taken += 1
            else:
                # In the same words, too.
                told = [(each["type"], each["msg"]) for each in said["error"]["detail"]["errors"]]
                assert told == [(each.rule, f"{each.path}: {each.message}") for each in errors]
                refused += 1
    return taken, refused


def test_they_agree_on_some():
    taken, refused = agreed(60)

    assert min(taken, refused) > 10


@pytest.mark.slow
def test_they_agree_on_a_thousand():
    taken, refused = agreed(1_100)

    assert taken + refused >= 1_000
    assert min(taken, refused) > 250
