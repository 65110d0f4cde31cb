from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, Field

from enrich.errors import ConfigError
from enrich.inputs import fingerprint
from enrich.job import (
    check_job,
    load_job,
    make_job,
    resolve_inputs,
    resolve_task,
    wire_members,
)

OUTPUT = """\
  output:
    ceo: Full name of the chief executive. If unknown, null.
"""
CEO = {
    "type": "object",
    "properties": {"ceo": {"type": ["string", "null"], "description": "Name. If unknown, null."}},
    "required": ["ceo"],
    "additionalProperties": False,
}


class Company(BaseModel):
    """About one company."""

    ceo: str | None = Field(description="Name. If unknown, null.")


def made(**task):
    base = {"processor": "base", "inputs": ["Company"], "output": {"ceo": "Name."}}
    return make_job({"task": {**base, **task}})


def test_shorthand_becomes_a_closed_schema_with_the_tasks_description():
    task = resolve_task(made(output={"ceo": "Name. If unknown, null."}, description="Be brief."))

    assert task.spec == {
        "output_schema": {"type": "json", "json_schema": {**CEO, "description": "Be brief."}},
        "input_schema": {
            "type": "json",
            "json_schema": {
                "type": "object",
                "properties": {"Company": {"type": "string"}},
                "required": ["Company"],
                "additionalProperties": False,
            },
        },
    }
    assert (task.name, task.processor, task.deciding, task.silent) == ("answer", "base", {}, {})


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("auto", {"type": "auto"}),
        ({"text": "Say it."}, {"type": "text", "description": "Say it."}),
        ({"json_schema": CEO}, {"type": "json", "json_schema": CEO}),
        (Company, {"type": "json", "json_schema": {**CEO, "description": "About one company."}}),
        ({"type": "auto"}, {"type": "auto"}),
        ({"type": "text", "description": "Say it."}, {"type": "text", "description": "Say it."}),
        ({"type": "json", "json_schema": CEO}, {"type": "json", "json_schema": CEO}),
    ],
    ids=["auto", "text", "json", "class", "the wire's auto", "the wire's text", "the wire's json"],
)
def test_the_other_forms(output, expected):
    assert resolve_task(made(output=output)).spec["output_schema"] == expected


def test_a_field_may_be_called_text():
    schema = resolve_task(made(output={"text": {"type": "string"}})).spec["output_schema"]

    assert list(schema["json_schema"]["properties"]) == ["text"]


def test_the_tasks_description_joins_one_that_is_there():
    task = made(output={"text": "Say it."}, description="Be brief.")
    schema = made(output={"json_schema": {**CEO, "description": "A"}}, description="B")

    assert resolve_task(task).spec["output_schema"]["description"] == "Say it.\nBe brief."
    assert resolve_task(schema).spec["output_schema"]["json_schema"]["description"] == "A\nB"


@pytest.mark.parametrize(
    "content", [CEO, {"type": "json", "json_schema": CEO}, {"json_schema": CEO}], ids=str
)
def test_a_schema_may_stand_in_a_file_beside_the_job(job, tmp_path, content):
    (tmp_path / "ceo.json").write_text(json.dumps(content), encoding="utf-8")

    task = resolve_task(job(OUTPUT, "  output: {json_schema: ceo.json}\n"))

    assert task.spec["output_schema"] == {"type": "json", "json_schema": CEO}


def test_a_class_may_stand_in_a_module_beside_the_job(job, tmp_path):
    (tmp_path / "their_company.py").write_text(
        "from pydantic import BaseModel\n\n\nclass Company(BaseModel):\n    ceo: str\n",
        encoding="utf-8",
    )

    task = resolve_task(job(OUTPUT, "  output: {pydantic: their_company:Company}\n"))

    assert list(task.spec["output_schema"]["json_schema"]["properties"]) == ["ceo"]


@pytest.mark.parametrize(
    ("output", "key", "message"),
    [
        ("{ceo: {type: strng}}", "task.output.ceo", "There is no type 'strng'. Did you mean 'string'?"),
        ("{json_schema: no.json}", "task.output.json_schema", "there is no file {folder}/no.json"),
        ("{json_schema: job.yaml}", "task.output.json_schema", "{folder}/job.yaml is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("{json_schema: [1]}", "task.output.json_schema", "must be a file's path or a JSON Schema"),
        ("{json_schema: list.json}", "task.output.json_schema", "{folder}/list.json holds no JSON Schema, which is an object"),
        ("{json_schema: deep.json}", "task.output.json_schema", "{folder}/deep.json is nested too deeply"),
        ("{pydantic: Company}", "task.output.pydantic", "must be module:Class"),
        ("{pydantic: 'no.such:Company'}", "task.output.pydantic", "module no.such cannot be imported: No module named 'no'"),
        ("{pydantic: 'json:Company'}", "task.output.pydantic", "module json has no class Company"),
    ],
    ids=str,
)  # fmt: skip
def test_an_output_that_cannot_be_resolved_names_its_line(job, tmp_path, output, key, message):
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 10_000, encoding="utf-8")

    made = job(OUTPUT, f"  output: {output}\n")
    with pytest.raises(ConfigError) as raised:
        resolve_task(made)

    assert [each.severity for each in check_job(made)] == ["error"]
    said = message.replace("{folder}", str(tmp_path))
    assert str(raised.value) == f"{tmp_path / 'job.yaml'}:7: {key}: {said}"


def test_a_class_that_is_no_schema_names_its_key():
    with pytest.raises(ConfigError) as raised:
        resolve_task(made(output=dict))

    assert raised.value.key == "task.output"


def test_an_auto_output_has_no_place_for_a_description():
    with pytest.raises(ConfigError) as raised:
        resolve_task(made(output="auto", description="Be brief."))

    assert raised.value.key == "task.description"


def test_a_text_input_is_the_whole_input():
    [field] = resolve_inputs(made(inputs="What does {Company} make?"))
    task = resolve_task(made(inputs="What does {Company} make?"))

    assert (field.name, field.template, field.key) == (
        None,
        "What does {Company} make?",
        "task.inputs",
    )
    assert task.spec["input_schema"] == {"type": "text"}


def test_what_decides_the_answer_is_apart_from_what_does_not():
    task = resolve_task(
        made(
            source_policy={"include_domains": [".gov"]},
            advanced_settings={"location": "us", "data_sources": {"free": ["pubmed"]}},
            previous_interaction_id="trun_1",
            mcp_servers=[],
            enable_events=False,
            memory_scope_key="nightly",
            webhook={"url": "https://hooks.example"},
        )
    )

    assert task.deciding == {
        "source_policy": {"include_domains": [".gov"]},
        "advanced_settings": {"location": "us", "data_sources": {"free": ["pubmed"]}},
        "previous_interaction_id": "trun_1",
    }
    assert task.silent == {
        "enable_events": False,
        "memory_scope_key": "nightly",
        "webhook": {"url": "https://hooks.example", "event_types": ["task_run.status"]},
    }


SERVER = {
    "name": "crm",
    "url": "https://crm.example/${CRM_PATH}",
    "headers": {"Authorization": "Bearer ${CRM_TOKEN}", "X-Price": "$$5"},
}


class TestSecrets:
    @pytest.fixture
    def job(self, monkeypatch):
        monkeypatch.setenv("CRM_TOKEN", "t0ps3cret")
        monkeypatch.setenv("CRM_PATH", "mcp")
        return made(mcp_servers=[SERVER])

    def test_they_are_put_in_only_for_the_wire(self, job):
        assert wire_members(resolve_task(job)) == {
            "mcp_servers": [
                {
                    "type": "url",
                    "name": "crm",
                    "url": "https://crm.example/mcp",
                    "headers": {"Authorization": "Bearer t0ps3cret", "X-Price": "$5"},
                }
            ]
        }

    def test_neither_a_job_nor_a_task_holds_them(self, job):
        assert "t0ps3cret" not in repr(job) + repr(resolve_task(job)) + job.model_dump_json()

    def test_a_new_secret_buys_nothing_again(self, job, monkeypatch):
        before = fingerprint(resolve_task(job), "x")
        monkeypatch.setenv("CRM_TOKEN", "another")

        assert fingerprint(resolve_task(job), "x") == before

    def test_a_variable_that_went_away_is_named(self, job, monkeypatch):
        task = resolve_task(job)
        monkeypatch.delenv("CRM_TOKEN")

        with pytest.raises(ConfigError, match="the environment variable CRM_TOKEN is not set"):
            wire_members(task)


def test_an_input_may_be_named_twice_in_a_template_file(write, good):
    text = good.replace("[Company]", '{site: {template: "{A}/{A|lower}"}}')

    [field] = resolve_inputs(load_job(write(text)))

    assert (field.key, field.template) == ("task.inputs.site", "{A}/{A|lower}")
