"""Whatever a job file holds, it is a job or an error that names its place."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from enrich.errors import ConfigError
from enrich.job import Job, check_file, check_job, load_job, make_job, resolve_task
from enrich.job.asked import JobTask

if TYPE_CHECKING:
    from pathlib import Path

GOOD: dict[str, Any] = {
    "version": 1,
    "input": {"path": "in.csv", "key": ["id"]},
    "output": {"path": "out.csv", "columns": {"run": True}},
    "task": {
        "processor": "base",
        "inputs": {"company": {"column": "Company"}, "site": {"template": "{Domain}"}},
        "output": {"ceo": {"type": "string?", "description": "Name"}},
        "source_policy": {"exclude_domains": ["a.com"]},
        "mcp_servers": [{"url": "https://a.example", "name": "a"}],
        "only_if": "A == 1",
    },
    "api": {"base_url": "local"},
    "budget": {"max_cost_usd": 1.5},
    "refresh_after": "30d",
}
SEVERAL: dict[str, Any] = {
    **{key: value for key, value in GOOD.items() if key != "task"},
    "output": {"path": "out.csv", "existing": "fill"},
    "tasks": [
        {**GOOD["task"], "name": "a"},
        {
            "name": "b",
            "processor": "pro",
            "inputs": {"ceo": "ceo"},
            "only_if": "ceo_confidence != 'low'",
            "prefix": "b_",
            "output": {"json_schema": {"type": "object", "properties": {"x": {"type": "string"}}}},
        },
    ],
    "escalate": {"below": "high", "fields": ["ceo"], "processor": "pro", "max_cost_usd": 20},
    "examples": True,
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["${", "${X}", "a.csv", "auto", "{A", "30d", "https://x", "/", "~", "module:Class"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["path", "column", "template", "text", "json_schema", "type", "x", ""]), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
KEYS = st.sampled_from([*SEVERAL, *JobTask.model_fields, "url", "headers", "path", "task", "x"])


def places(value, path=()):
    yield path
    members = list(enumerate(value)) if isinstance(value, list) else []
    for name, member in value.items() if isinstance(value, dict) else members:
        yield from places(member, (*path, name))


PLACES = {kind: [path for path in places(job) if path] for kind, job in ((0, GOOD), (1, SEVERAL))}


def changed(value, path, new):
    if not path:
        return new
    if isinstance(value, list):
        inner = changed(value[path[0]], path[1:], new)
        return [*value[: path[0]], inner, *value[path[0] + 1 :]]
    return {**value, path[0]: changed(value.get(path[0], {}), path[1:], new)}


@contextmanager
def told():
    """Catch the error that there may be."""
    caught: list[ConfigError] = []
    try:
        yield caught
    except ConfigError as error:
        caught.append(error)


@st.composite
def jobs(draw):
    kind = draw(st.sampled_from([0, 1]))
    job: Any = (GOOD, SEVERAL)[kind]
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(PLACES[kind]))
        if draw(st.booleans()):
            path = (*path[:-1], draw(KEYS))
        try:
            job = changed(job, path, draw(VALUES))
        except (AttributeError, IndexError, TypeError):  # a part that was replaced before
            continue
    return job


@given(jobs())
@settings(max_examples=150, deadline=None)
def test_any_values_are_a_job_or_an_error_with_a_key(values):
    with told() as error:
        job = make_job(values)
        assert isinstance(job, Job)
        assert repr(job)
        for asked in job.asked:
            with told() as later:
                resolve_task(job, asked)
            assert not later or str(later[0].key).startswith(asked.key)
        check_job(job, ["Company", "Domain", "A", "id"])
    assert not error or error[0].key


@given(jobs())
@settings(max_examples=60, deadline=None)
def test_a_file_says_the_same_as_its_values_and_each_fault_has_a_line(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("job") / "job.yaml"
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(values, stream)
    path.write_text(stream.getvalue(), encoding="utf-8", errors="replace")

    found = check_file(path, ["Company", "Domain", "A", "id"])

    for one in found:
        if one.severity == "error" and one.path not in {"input", "output", "task", "version"}:
            assert one.line is not None, one


@given(
    st.binary(max_size=60) | st.text("ab:-[]{}&*!<\"'#|>\n ,?%@`~1", max_size=60).map(str.encode)
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_no_job_and_say_so(tmp_path_factory, data):
    path: Path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)

    with pytest.raises(ConfigError) as raised:
        load_job(path)

    assert raised.value.path == path
