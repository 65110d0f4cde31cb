"""Everything that can be said of a job before it runs, without stopping at the first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.columns import layout, output_names
from enrich.errors import ConfigError, LayoutError, SpecError
from enrich.inputs import did_you_mean, mapping_problems
from enrich.job.load import load_job
from enrich.job.problems import JobError
from enrich.job.task import resolve_inputs, resolve_task
from enrich.records import Violation
from enrich.spec import check_task_spec, path_parts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from enrich.job.document import KeyPath
    from enrich.job.load import Overrides
    from enrich.job.model import Job
    from enrich.records import Task


def check_job(job: Job, columns: Sequence[str] | None = None) -> list[Violation]:
    """Return what is wrong with a job, or could be better; raises nothing.

    Args:
        job: A job that was loaded.
        columns: The table's columns; None leaves out what depends on them.

    Returns:
        The task spec's violations, with the line in the job file that each comes from,
        then the mapping's and the layout's. Those that the task spec's rules do not know
        have the rules ``job-file``, ``mapping`` and ``layout``, and the key as path.
    """
    found: list[Violation] = []
    task = None
    try:
        task = resolve_task(job)
    except SpecError as error:
        # Elsewhere some of them are warnings, but a task that cannot be resolved cannot run.
        found += [
            replace(_placed(job, violation), severity="error") for violation in error.violations
        ]
    except ConfigError as error:
        found.append(_violation(job, error, "job-file"))
    if task is not None:
        checked = check_task_spec(task.spec, processor=task.processor)
        found += [_placed(job, violation) for violation in checked]
        found += [_violation(job, error, "job-file") for error in _unknown_fields(job, task)]
    problems = mapping_problems(resolve_inputs(job), job.task.only_if, columns)
    found += [_violation(job, error, "mapping") for error in problems]
    if columns is not None:
        found += [_violation(job, error, "mapping") for error in _unknown_keys(job, columns)]
        found += _layout_violations(job, task, columns)
    return found


def check_file(
    path: Path | str, columns: Sequence[str] | None = None, *, overrides: Overrides | None = None
) -> list[Violation]:
    """Return what is wrong with a job file; one that does not load is told why; raises nothing."""
    try:
        job = load_job(path, overrides=overrides)
    except JobError as error:
        return [_as_violation(problem, "job-file") for problem in error.problems]
    except ConfigError as error:
        return [_as_violation(error, "job-file")]
    return check_job(job, columns)


def _unknown_keys(job: Job, columns: Sequence[str]) -> list[ConfigError]:
    return [
        ConfigError(
            f"the table has no column `{name}`{did_you_mean(name, columns)}", key="input.key"
        )
        for name in job.input.key
        if name not in columns
    ]


def _unknown_fields(job: Job, task: Task) -> list[ConfigError]:
    """Return what ``expect.fill`` names and the output does not have."""
    if not job.expect.fill:
        return []
    try:
        made = output_names(task)
    except ConfigError:
        return []  # a spec without fields, which its own rules have told of
    return [
        ConfigError(
            f"the output has no field `{name}`{did_you_mean(name, made)}",
            key=f"expect.fill.{name}",
        )
        for name in job.expect.fill
        if name not in made
    ]


def _layout_violations(job: Job, task: Task | None, columns: Sequence[str]) -> list[Violation]:
    if task is None:
        return []
    output = job.output
    try:
        layout(task, output.columns, columns, existing=output.existing, prefix=output.prefix)
    except LayoutError as error:
        clashes = error.message.splitlines()
        return [_violation(job, LayoutError(clash, key=error.key), "layout") for clash in clashes]
    except ConfigError:
        return []  # a spec without fields, which its own rules have told of
    return []


def _placed(job: Job, violation: Violation) -> Violation:
    return replace(violation, line=job.line_of(_key_of(job, violation.path)))


def _key_of(job: Job, path: str) -> KeyPath:
    """Return where in the job a place of its task spec comes from, as near as can be told."""
    parts = path_parts(path)
    output = job.task.output
    start: KeyPath = ("task", "output")
    if parts[:1] == ["input_schema"]:
        return ("task", "inputs", *parts[2:3])
    if isinstance(output, dict) and output.keys() == {"json_schema"}:
        return (*start, "json_schema", *parts)
    if isinstance(output, dict) and output.keys() == {"pydantic"}:
        return (*start, "pydantic")
    key = start
    for part in parts:
        # The shorthand has no `properties` at its root, and calls them `fields` below.
        names = ("fields", "properties") if part == "properties" else (part,)
        key = next(((*key, name) for name in names if job.has_key((*key, name))), key)
    return key


def _violation(job: Job, error: ConfigError, rule: str) -> Violation:
    return _as_violation(job.located(error), rule)


def _as_violation(error: ConfigError, rule: str) -> Violation:
    return Violation(
        severity="error",
        rule=rule,
        path=error.key or "",
        message=error.message,
        line=error.line,
    )
