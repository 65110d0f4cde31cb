from __future__ import annotations

import jsonschema_rs
import pytest

from enrich.job import job_json_schema

TASK = {"processor": "base", "inputs": ["Company"], "output": {"ceo": "Name"}}
LEAST = {
    "version": 1,
    "input": {"path": "in.csv"},
    "output": {"path": "out.csv"},
    "task": TASK,
}


@pytest.fixture(scope="module")
def validator():
    schema = job_json_schema()
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.validator_for(schema)


@pytest.mark.parametrize(
    "values",
    [
        LEAST,
        {**LEAST, "refresh_after": "30d", "budget": {"max_cost_usd": 0.5}},
        {**LEAST, "output": {"path": ["a.csv", "b.parquet"]}},
        {**LEAST, "task": {**TASK, "inputs": {"a": "A", "b": {"template": "{B}"}}}},
        {**LEAST, "task": {**TASK, "inputs": "What does {A} make?", "output": "auto"}},
        {**LEAST, "task": {**TASK, "mcp_servers": [{"url": "https://a.example", "name": "a"}]}},
    ],
    ids=str,
)
def test_it_lets_pass_what_loads(validator, values):
    assert [error.message for error in validator.iter_errors(values)] == []


@pytest.mark.parametrize(
    "values",
    [
        {**LEAST, "version": 2},
        {**LEAST, "inptu": {}},
        {**LEAST, "refresh_after": 30},
        {**LEAST, "task": {**TASK, "inputs": {"a": {"colum": "A"}}}},
        {**LEAST, "task": {**TASK, "source_policy": {"exclude": []}}},
        {key: value for key, value in LEAST.items() if key != "task"},
    ],
    ids=str,
)
def test_it_refuses_what_does_not_load(validator, values):
    assert not validator.is_valid(values)


def test_every_key_has_a_description():
    schema = job_json_schema()
    parts = {"job": schema, **schema["$defs"]}
    wire = {"AdvancedSettings", "DataSources", "McpServer", "SourcePolicy", "Webhook"}

    silent = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, member in part["properties"].items()
        if name not in wire and not member.get("description")
    ]

    assert silent == []
