from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from enrich.errors import ConfigError
from enrich.job import Job, JobError, Overrides, Sample, load_job, make_job

TASK = {"processor": "base", "inputs": ["Company"], "output": {"ceo": "Name"}}


def test_the_defaults(job, tmp_path):
    made = job()

    assert made.path == tmp_path / "job.yaml"
    assert made.input.path == str(tmp_path / "in.csv")
    assert made.output.path == (str(tmp_path / "out/out.csv"),)
    assert made.output.columns.model_dump() == {
        "citations": True,
        "confidence": True,
        "reasoning": False,
        "excerpts": False,
        "run": False,
    }
    assert (made.output.prefix, made.output.existing) == ("", "error")
    assert made.task.name == "answer"
    assert made.api.base_url == "https://api.parallel.ai"
    assert made.api.key_env == "PARALLEL_API_KEY"
    assert (made.api.runs_per_minute, made.api.quota_unit) == (2_000, "runs")
    assert made.api.max_in_flight == 20_000
    assert (made.budget.max_cost_usd, made.budget.max_runs) == (None, None)
    assert made.refresh_after is None
    assert made.state_folder == tmp_path / ".enrich"
    assert made.sample is None


def test_everything_that_a_file_can_say(write, tmp_path, monkeypatch):
    monkeypatch.setenv("TASK_HOST", "tasks.example")
    monkeypatch.setenv("CRM_TOKEN", "t0ps3cret")
    made = load_job(
        write(
            """\
            version: 1
            input:
              path: s3://bucket/in.csv
              key: [id]
              delimiter: ";"
              quote: "'"
              encoding: cp1252
              header: false
              ragged: pad
            output:
              path: [out.csv, /abs/out.parquet]
              columns: {citations: false, run: true}
              prefix: x_
              existing: fill
              encoding: utf-16
            task:
              name: summary
              description: Well-known sources only.
              processor: core
              inputs:
                company: {column: Company, description: Registered name}
                website: {template: "https://{Domain}", required: false}
                year: {column: Year, type: integer, default: 2024}
                country: Country
              output: {ceo: Name}
              source_policy: {exclude_domains: [reddit.com], after_date: 2024-01-01}
              advanced_settings: {location: us}
              mcp_servers:
                - {name: crm, url: "https://crm.example/mcp", headers: {Authorization: "Bearer ${CRM_TOKEN}"}}
              previous_interaction_id: trun_1
              memory_scope_key: nightly
              enable_events: true
              webhook: {url: https://hooks.example/x}
              only_if: Country == 'US'
            api:
              base_url: https://${TASK_HOST}/
              key_env: MY_KEY
              runs_per_minute: 100
              quota_unit: posts
              max_in_flight: 10
            local: {corpus: docs}
            budget: {max_cost_usd: 0.1, max_runs: 10}
            refresh_after: 30d
            state: ~/ledgers
            prices: {core: 12.5}
            """
        )
    )

    assert made.input.path == "s3://bucket/in.csv"
    assert made.input.key == ("id",)
    assert made.output.path == (str(tmp_path / "out.csv"), "/abs/out.parquet")
    assert made.asked[0].task.inputs["country"].column == "Country"
    assert made.api.base_url == "https://tasks.example"
    assert made.local.corpus == (str(tmp_path / "docs"),)
    assert made.budget.max_cost_usd == Decimal("0.1")
    assert made.refresh_after == timedelta(days=30)
    assert made.state_folder == Path("~/ledgers").expanduser()
    assert made.prices == {"core": Decimal("12.5")}
    assert "t0ps3cret" not in repr(made)


def test_every_fault_of_a_file_is_told_with_its_line_and_key(write):
    path = write(
        """\
        version: 2
        inptu: {path: x.csv}
        input:
          path: in.csv
          delimeter: ";"
          header: NO
          url: [x]
        output: {path: in.csv, columns: {citation: true}}
        output: {path: a.csv}
        task:
          procesor: base
          inputs:
            company: {colum: Company}
            site: {column: A, template: "{B}"}
          output: {ceo: Name}
          source_policy: {exclude_domain: [a.com]}
          mcp_servers:
            - {url: "https://x", nam: a}
          examples: true
        budget: {max_cost_usd: fifty, max_runs: 1.5}
        refresh_after: 30 days
        tasks: []
        api: {base_url: "ftp://x", runs_per_minute: 0, quota_unit: rows}
        state: 12
        """
    )

    with pytest.raises(JobError) as raised:
        load_job(path)

    assert str(raised.value).replace(f"{path}:", "").splitlines() == [
        "1: version: this program reads version 1, not 2",
        "2: inptu: unknown key; did you mean `input`?",
        "5: input.delimeter: unknown key; did you mean `delimiter`?",
        "6: input.header: must be true or false, not 'NO'",
        "7: input.url: must be text, not a list",
        "8: output.columns.citation: unknown key; did you mean `citations`?",
        "9: output: this key is there twice, first in line 8",
        "11: task.procesor: unknown key; did you mean `processor`?",
        "13: task.inputs.company.colum: unknown key; did you mean `column`?",
        "14: task.inputs.site: an input has either a column or a template",
        "16: task.source_policy.exclude_domain: unknown key; did you mean `exclude_domains`?",
        "18: task.mcp_servers.0.nam: unknown key; did you mean `name`?",
        "19: task.examples: unknown key",
        "20: budget.max_cost_usd: an amount in US dollars is a number, such as 50 or 2.5",
        "20: budget.max_runs: must be a whole number, not 1.5",
        "21: refresh_after: a duration is a whole number and a unit (s, m, h, d, w), such as 30d",
        "22: tasks: the list must have at least 1 item",
        "23: api.base_url: an address begins with https:// or http://, or is `local`",
        "23: api.runs_per_minute: must be greater than or equal to 1",
        "23: api.quota_unit: must be 'runs' or 'posts', not 'rows'",
        "24: state: must be text, not 12",
    ]
    assert len(raised.value.problems) == 21
    assert raised.value.line == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 1\n", "", "version: this key is missing; write `version: 1`"),
        ("version: 1", "version: one", "1: version: this program reads version 1, not 'one'"),
        ("version: 1", "version: true", "1: version: this program reads version 1, not 'true'"),
        ("input: {path: in.csv}", "input: {}", "2: input.path: this key is missing"),
        ("input: {path: in.csv}", "input: in.csv", "2: input: must be a mapping, not 'in.csv'"),
        ("input: {path: in.csv}", "input:", "2: input: must be a mapping, not empty"),
        ("{path: out/out.csv}", "{prefix: x_}", "3: output.path: this key is missing"),
        ("{path: out/out.csv}", "{path: [a.csv, a.csv]}", "3: output.path: each path is named once"),
        (
            "{path: out/out.csv}",
            "{path: [1]}",
            "3: output.path.0: must be text, not 1",
        ),
        (
            "{path: out/out.csv}",
            "{path: ./in.csv}",
            ("3: output.path: {folder}/in.csv is the input; name another file, or set "
            "output.existing to overwrite or fill"),
        ),
        (
            "{path: out/out.csv}",
            "{path: [a.csv, ../{name}/in.csv]}",
            ("3: output.path.1: {folder}/in.csv is the input; name another file, or set "
            "output.existing to overwrite or fill"),
        ),
        (
            "[Company]",
            "[]",
            "6: task.inputs: at least one input is needed: only what is declared is sent",
        ),
        ("[Company]", "[1]", "6: task.inputs: a list of inputs is a list of columns, and a column's name is text"),
        ("[Company]", "{a: 2020}", "6: task.inputs: `a`: a column's name is text; write it in quotes"),
        ("[Company]", "", "6: task.inputs: inputs are name → column or template, or a list of columns, or one template"),
        ("{path: in.csv}", "{path: in.csv, encoding: utf-9}", "2: input.encoding: 'utf-9' is no encoding that is known. Try utf-8, windows-1252 or utf-16."),
        ("{path: in.csv}", "{path: in.csv, delimiter: '||'}", "2: input.delimiter: must be one character, not '||'"),
        ("{path: out/out.csv}", "{path: ''}", "3: output.path: must not be empty"),
        ("version: 1", "version: 1\nlocal: {corpus: ''}", "2: local.corpus: must not be empty"),
        ("version: 1", "version: 1\nlocal: {model_price: [1]}", "2: local.model_price: a price is two numbers, such as [0.5, 1.5]: what is read, and what is written"),
        ("version: 1", "version: 1\nexpect: {failed: true}", "2: expect.failed: must be a number, not true"),
        ("version: 1", "version: 1\nstate: ''", "2: state: must not be empty"),
        ("[Company]", "{a: {column: A, type: date}}", "6: task.inputs.a.type: must be 'string', 'integer', 'number' or 'boolean', not 'date'"),
        ("[Company]", "{a: {column: A, default: [1]}}", "6: task.inputs.a.default: a default is one text, number or boolean"),
        (
            "processor: base",
            "processor: ''",
            "5: task.processor: must not be empty",
        ),
        (
            "processor: base",
            "processor: base\n  memory_scope_key: a b",
            "6: task.memory_scope_key: must be 1 to 128 letters, digits, `_` and `-`, not 'a b'",
        ),
        (
            "processor: base",
            "processor: base\n  source_policy: {include_domains: ['https://a.com']}",
            "6: task.source_policy: `https://a.com`: a domain stands without scheme, port, query and *",
        ),
        (
            "processor: base",
            "processor: base\n  mcp_servers: [{name: a, url: 'https://x', headers: {X-Api-Key: abc}}]",
            ("6: task.mcp_servers: header `X-Api-Key` of `a`: a secret does not stand in a file; "
            "write ${NAME} and set that variable"),
        ),
        (
            "processor: base",
            "processor: base\n  mcp_servers: [{name: a, url: 'https://x/${NOT_SET_HERE}'}]",
            "6: task.mcp_servers.0.url: the environment variable NOT_SET_HERE is not set",
        ),
        (
            "processor: base",
            "processor: base\n  webhook: {url: 'https://x/${oops'}",
            "6: task.webhook.url: write an environment variable as ${NAME}",
        ),
        (
            "version: 1",
            "version: 1\napi: {base_url: 'https://${NOT_SET_HERE}'}",
            "2: api.base_url: the environment variable NOT_SET_HERE is not set",
        ),
        (
            "version: 1",
            "version: 1\napi: {base_url: 'https://host:99999'}",
            "2: api.base_url: this is no address: Port out of range 0-65535",
        ),
        (
            "version: 1",
            "version: 1\napi: {base_url: 'https://me:pw@host'}",
            "2: api.base_url: an address holds no name or password; the key comes from key_env",
        ),
        (
            "version: 1",
            "version: 1\napi: {key: abc}",
            "2: api.key: unknown key; did you mean `key_env`?",
        ),
        (
            "ceo: Full name of the chief executive. If unknown, null.",
            "[a]",
            ("7: task.output: an output is fields in shorthand, {json_schema: FILE}, {text: "
            "description}, {pydantic: module:Class} or auto"),
        ),
    ],
    ids=lambda text: repr(text)[:40],
)  # fmt: skip
def test_one_fault(write, good, tmp_path, old, new, said):
    path = write(good.replace(old, new.replace("{name}", tmp_path.name)))
    expected = said.replace("{folder}", str(tmp_path))
    separator = ":" if expected[0].isdigit() else ": "

    with pytest.raises(ConfigError) as raised:
        load_job(path)

    assert str(raised.value) == f"{path}{separator}{expected}"


@pytest.mark.parametrize("existing", ["overwrite", "fill"])
def test_a_table_may_be_written_over_itself_where_that_is_said(write, good, existing):
    text = good.replace("{path: out/out.csv}", f"{{path: in.csv, existing: {existing}}}")

    assert load_job(write(text)).output.existing == existing


def test_a_link_to_the_input_is_the_input(write, good, tmp_path):
    (tmp_path / "in.csv").touch()
    (tmp_path / "link.csv").symlink_to("in.csv")

    with pytest.raises(ConfigError, match=r"link\.csv is the input"):
        load_job(write(good.replace("out/out.csv", "link.csv")))


def test_the_command_line_holds_over_the_file(write, good):
    made = load_job(
        write(good),
        overrides=Overrides(
            limit=5,
            input_path="other.csv",
            output_path="there.csv",
            api_url="local",
            max_cost_usd=2.5,
        ),
    )

    assert (made.sample, made.input.path, made.output.path) == (
        Sample(rows=5),
        "other.csv",
        ("there.csv",),
    )
    assert (made.api.base_url, made.budget.max_cost_usd) == ("local", Decimal("2.5"))


def test_a_fault_in_an_override_is_a_fault(write, good):
    with pytest.raises(
        ConfigError, match=r"^--api-url: an address begins with https:// or http://"
    ):
        load_job(write(good), overrides=Overrides(api_url="example.com"))
    with pytest.raises(ConfigError, match="limit: -1 is no number of rows"):
        load_job(write(good), overrides=Overrides(limit=-1))
    with pytest.raises(ConfigError, match="sample: say how many rows with --limit"):
        load_job(write(good), overrides=Overrides(sample="random"))


def test_a_job_without_a_file(tmp_path):
    made = make_job({"task": TASK}, folder=tmp_path, overrides=Overrides(limit=1))

    assert isinstance(made, Job)
    assert (made.path, made.input.path, made.output.path, made.sample) == (
        None,
        None,
        (),
        Sample(rows=1),
    )
    assert made.state_folder == tmp_path / ".enrich"
    assert made.line_of("task.inputs") is None


def test_a_job_without_a_file_has_faults_with_keys():
    with pytest.raises(ConfigError) as raised:
        make_job({"task": {**TASK, "procesor": 1}, "budget": {"max_runs": -1}})

    assert str(raised.value).splitlines() == [
        "task.procesor: unknown key; did you mean `processor`?",
        "budget.max_runs: must be greater than or equal to 0",
    ]


def test_the_key_comes_from_the_environment_and_is_not_shown(job, monkeypatch):
    made = job("version: 1", "version: 1\napi: {key_env: MY_KEY}")
    monkeypatch.setenv("MY_KEY", "t0ps3cret")

    key = made.api.key()

    assert key is not None
    assert key.get_secret_value() == "t0ps3cret"
    assert "t0ps3cret" not in repr(key) + repr(made)


def test_a_key_that_is_not_set_is_missed_only_when_it_is_needed(job, monkeypatch):
    monkeypatch.delenv("PARALLEL_API_KEY", raising=False)

    with pytest.raises(ConfigError) as raised:
        job().api.key()

    assert raised.value.key == "api.key_env"
    assert "PARALLEL_API_KEY is not set" in raised.value.message
    assert job("version: 1", "version: 1\napi: {base_url: local}").api.key() is None


def test_a_job_cannot_be_changed(job):
    made = job()

    with pytest.raises(ValueError, match="frozen"):
        made.state = Path()


def test_an_error_finds_its_place(job, tmp_path):
    made = job()

    error = made.located(ConfigError("x", key="task.output.ceo.description"))

    assert str(error) == f"{tmp_path / 'job.yaml'}:8: task.output.ceo.description: x"
    assert made.line_of(("task", "inputs", 0)) == 6
    assert made.line_of("nothing.like.it") is None
    assert made.line_of(None) is None
