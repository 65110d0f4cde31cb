"""Everything that can be said of a job before it runs, without stopping at the first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.columns import Asking, layout
from enrich.errors import ConfigError, LayoutError, SpecError
from enrich.inputs import did_you_mean, mapping_problems
from enrich.job.document import nearest_line
from enrich.job.load import load_job
from enrich.job.model import LOCAL
from enrich.job.problems import JobError
from enrich.job.source import schema_lines
from enrich.job.task import (
    escalated_fields,
    escalated_task,
    resolve_inputs,
    resolve_task,
    schema_file,
)
from enrich.records import ColumnKind, Violation
from enrich.spec import check_task_spec, path_parts
from enrich.spec.processors import PROCESSORS
from enrich.spec.walk import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from enrich.columns import Layout
    from enrich.job.document import KeyPath
    from enrich.job.load import Overrides
    from enrich.job.model import Asked, Job
    from enrich.records import Task


def check_job(job: Job, columns: Sequence[str] | None = None) -> list[Violation]:
    """Return what is wrong with a job, or could be better; raises nothing.

    Args:
        job: A job that was loaded.
        columns: The table's columns; None leaves out what depends on them.

    Returns:
        For each task the task spec's violations, with the line in the job file (or in the
        schema's own file) that each comes from, then the mapping's; behind all tasks the
        layout's. Those that the task spec's rules do not know have the rules ``job-file``,
        ``mapping`` and ``layout``, and the key as path.
    """
    found: list[Violation] = []
    tasks: list[Task] = []
    known = None if columns is None else list(columns)
    for asked in job.asked:
        task = _resolved(job, asked, found)
        problems = mapping_problems(
            resolve_inputs(job, asked),
            asked.task.only_if,
            known,
            only_if_key=f"{asked.key}.only_if",
        )
        found += _unknown_processor(job, f"{asked.key}.processor", asked.task.processor)
        found += [_violation(job, error, "mapping") for error in problems]
        if task is not None:
            tasks.append(task)
            if known is not None:
                known += _made_by(job, task, known)
    if job.escalate is not None:
        found += _unknown_processor(job, "escalate.processor", job.escalate.processor)
    if len(tasks) == len(job.asked):
        found += [_violation(job, error, "job-file") for error in _escalation_problems(job, tasks)]
    if columns is not None:
        found += [_violation(job, error, "mapping") for error in _unknown_keys(job, columns)]
        if len(tasks) == len(job.asked):
            found += _layout_violations(job, tasks, columns)
    if job.expect.fill and len(tasks) == len(job.asked):
        found += [_violation(job, error, "job-file") for error in _unknown_fields(job, tasks)]
    return found


def _unknown_processor(job: Job, key: str, name: str) -> Iterator[Violation]:
    """A name that is not published may exist all the same, but not in our own server."""
    if name in PROCESSORS or (name in job.prices and job.api.base_url != LOCAL):
        return
    said = f"`{name}` is none of the published processors{did_you_mean(name, PROCESSORS)}"
    found = _violation(job, ConfigError(said, key=key), "unknown-processor")
    yield found if job.api.base_url == LOCAL else replace(found, severity="warning")


def _unknown_fields(job: Job, tasks: Sequence[Task]) -> list[ConfigError]:
    """Return what ``expect.fill`` names and the output does not have."""
    try:
        columns = job_layout(job, tasks, ()).columns
    except ConfigError:
        return []  # which is told with the layout
    prefix = job.output.prefix
    made = [
        column.name.removeprefix(prefix) for column in columns if column.kind is ColumnKind.VALUE
    ]
    return [
        ConfigError(
            f"the output has no field `{name}`{did_you_mean(name, made)}",
            key=f"expect.fill.{name}",
        )
        for name in job.expect.fill
        if name not in made
    ]


def _resolved(job: Job, asked: Asked, found: list[Violation]) -> Task | None:
    """Return a task in the wire's form, and note what is wrong with it."""
    places = _Places(job, asked)
    try:
        task = resolve_task(job, asked)
    except JobError as error:
        found += [_violation(job, each, "job-file") for each in error.problems]
        return None
    except SpecError as error:
        # Elsewhere some of them are warnings, but a task that cannot be resolved cannot run.
        found += [places.of(replace(each, severity="error")) for each in error.violations]
        return None
    except ConfigError as error:
        found.append(_violation(job, error, "job-file"))
        return None
    checked = check_task_spec(task.spec, processor=task.processor)
    found += map(places.of, checked)
    return task


def job_layout(job: Job, tasks: Sequence[Task], columns: Sequence[str]) -> Layout:
    """Return the columns that a job's tasks add to a table.

    Raises:
        LayoutError: Names that meet.
    """
    output = job.output
    asking = [
        Asking(task=task, prefix=asked.task.prefix, again=escalated_fields(job, task))
        for asked, task in zip(job.asked, tasks, strict=True)
    ]
    return layout(asking, output.columns, columns, existing=output.existing, prefix=output.prefix)


def _made_by(job: Job, task: Task, known: Sequence[str]) -> list[str]:
    """Return the names of the columns that one task adds, whatever else is wrong with them."""
    asked = next(each for each in job.asked if each.task.name == task.name)
    asking = Asking(task=task, prefix=asked.task.prefix, again=escalated_fields(job, task))
    try:
        made = layout([asking], job.output.columns, (), prefix=job.output.prefix)
    except ConfigError:
        return []  # which is told with the layout
    return [column.name for column in made.parts[0] if column.name not in known]


def _escalation_problems(job: Job, tasks: Sequence[Task]) -> Iterator[ConfigError]:
    if job.escalate is None:
        return
    names = [name for task in tasks for name in _field_names(task)]
    if not names:
        yield ConfigError(
            "no task has an output with fields, so nothing can be asked again", key="escalate"
        )
        return
    for index, name in enumerate(job.escalate.fields):
        if name not in names:
            yield ConfigError(
                f"no task has a field `{name}`{did_you_mean(name, names)}",
                key=f"escalate.fields.{index}",
            )
    for task in tasks:
        again = escalated_task(job, task)
        if again is None:
            continue
        if _leans_on_the_rest(task, again):
            yield ConfigError(
                "one of these fields refers to the whole schema, so they cannot stand alone; "
                "leave `fields` out or move what it refers to under $defs",
                key="escalate.fields",
            )
            return
        for fault in check_task_spec(again.spec):
            if fault.severity == "error":
                yield ConfigError(
                    f"these fields cannot stand alone: {fault}", key="escalate.fields"
                )
                return


def _leans_on_the_rest(task: Task, again: Task) -> bool:
    """Say whether some of a task's fields refer to parts that they are to be asked without."""
    if len(_field_names(task)) == len(_field_names(again)):
        return False
    nodes = Document(again.spec["output_schema"]["json_schema"]).nodes
    refs = [str(node.schema["$ref"]) for node in nodes if "$ref" in node.schema]
    return not all(ref.startswith(("#/$defs/", "#/definitions/")) for ref in refs)


def _field_names(task: Task) -> list[str]:
    output = task.spec["output_schema"]
    properties = output["json_schema"].get("properties") if output["type"] == "json" else None
    return list(properties) if isinstance(properties, dict) else []


def check_file(
    path: Path | str, columns: Sequence[str] | None = None, *, overrides: Overrides | None = None
) -> list[Violation]:
    """Return what is wrong with a job file; one that does not load is told why; raises nothing."""
    try:
        job = load_job(path, overrides=overrides)
    except JobError as error:
        return [as_violation(problem, "job-file") for problem in error.problems]
    except ConfigError as error:
        return [as_violation(error, "job-file")]
    return check_job(job, columns)


def _unknown_keys(job: Job, columns: Sequence[str]) -> list[ConfigError]:
    return [
        ConfigError(
            f"the table has no column `{name}`{did_you_mean(name, columns)}", key="input.key"
        )
        for name in job.input.key
        if name not in columns
    ]


def _layout_violations(job: Job, tasks: Sequence[Task], columns: Sequence[str]) -> list[Violation]:
    try:
        job_layout(job, tasks, columns)
    except LayoutError as error:
        clashes = error.message.splitlines()
        return [_violation(job, LayoutError(clash, key=error.key), "layout") for clash in clashes]
    except ConfigError:
        return []  # a spec without fields, which its own rules have told of
    return []


class _Places:
    """Where the parts of a task's spec stand in files, as near as can be told."""

    def __init__(self, job: Job, asked: Asked) -> None:
        self._job = job
        self._asked = asked
        self._file = schema_file(job, asked)
        self._lines = {} if self._file is None else schema_lines(self._file)

    def of(self, violation: Violation) -> Violation:
        """Return a violation of the task's spec with its line, and its file if it has its own."""
        parts = path_parts(violation.path)
        if self._file is not None and parts[:1] != ["input_schema"]:
            line = nearest_line(tuple(parts), self._lines) or (1 if self._lines else None)
            return replace(violation, file=str(self._file), line=line)
        return replace(violation, line=self._job.line_of(self._key(parts)))

    def _key(self, parts: list[str | int]) -> KeyPath:
        job, output = self._job, self._asked.task.output
        key: KeyPath = tuple(
            int(part) if part.isdecimal() else part for part in self._asked.key.split(".")
        )
        if parts[:1] == ["input_schema"]:
            return (*key, "inputs", *parts[3:4])
        key = (*key, "output")
        if isinstance(output, dict) and output.keys() == {"json_schema"}:
            return (*key, "json_schema", *parts)
        if isinstance(output, dict) and output.keys() == {"pydantic"}:
            return (*key, "pydantic")
        for part in parts:
            # The shorthand has no `properties` at its root, and calls them `fields` below.
            names = ("fields", "properties") if part == "properties" else (part,)
            key = next(((*key, name) for name in names if job.has_key((*key, name))), key)
        return key


def _violation(job: Job, error: ConfigError, rule: str) -> Violation:
    return as_violation(job.located(error), rule)


def as_violation(error: ConfigError, rule: str) -> Violation:
    """Return an error that was not raised, as a finding."""
    return Violation(
        severity="error",
        rule=rule,
        path=error.key or "",
        message=error.message,
        line=error.line,
    )
