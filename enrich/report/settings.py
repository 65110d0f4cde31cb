"""What a report tells of the job itself, and of its newest rounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from enrich.job import LOCAL
from enrich.records import ColumnKind
from enrich.report.facts import Settings
from enrich.spec import output_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from enrich.job import Job
    from enrich.job.asked import JobTask
    from enrich.ledger import Ledgers
    from enrich.pipeline import Prepared
    from enrich.records import Column, Task

ROUNDS: Final = 20
"""How far back a round with a summary is looked for."""


def settings_of(
    prepared: Prepared, ledgers: Ledgers, spent_by_task: Mapping[str, float]
) -> Settings:
    """Return what was asked, and how the newest rounds went."""
    job = prepared.job
    rounds = ledgers.rounds(prepared.name, ROUNDS)
    now = rounds[0] if rounds else None
    before = next((each for each in rounds[1:] if each.summary is not None), None)
    local = job.api.base_url == LOCAL
    return Settings(
        job=prepared.name,
        table=prepared.table.path,
        sent=prepared.sends,
        api="the embedded server" if local else job.api.base_url,
        processor=", ".join(dict.fromkeys(_processors(prepared))),
        fields=tuple(_fields(prepared)),
        others=tuple(_others(job)),
        began_at=now.opened_at if now else None,
        ended_at=now.closed_at if now else None,
        spent_usd=now.micro_usd / 1_000_000 if now else 0.0,
        spent_by_task=tuple(spent_by_task.items()),
        failed_runs=now.failed if now else 0,
        extra_runs=ledgers.extra_runs(),
        previous=json.loads(before.summary or "") if before else None,
    )


def _processors(prepared: Prepared) -> Iterator[str]:
    for step in prepared.steps:
        if step.first is None:
            yield step.task.processor


def _fields(prepared: Prepared) -> Iterator[tuple[str, str]]:
    for step in prepared.steps:
        for column in step.columns:
            if column.kind is ColumnKind.VALUE:
                yield column.name, _description(step.task, column)


def _description(task: Task, column: Column) -> str:
    output = task.spec["output_schema"]
    if output.get("type") == "json":
        described: Any = dict(output_fields(task.spec)).get(str(column.field), {})
    else:
        described = output
    return described.get("description") or "–"


def _others(job: Job) -> Iterator[tuple[str, str]]:
    budget = job.budget
    for asked in job.asked:
        yield from _of_task(asked.task, f" of {asked.task.name}" if len(job.asked) > 1 else "")
    if job.escalate is not None:
        yield "Asks again", f"of {job.escalate.processor}, what is below {job.escalate.below}"
    if budget.max_cost_usd is not None:
        yield "Spends at most", f"${budget.max_cost_usd:,}"
    if budget.max_runs is not None:
        yield "Buys at most", f"{budget.max_runs:,} runs"
    if job.refresh_after is not None:
        yield "Buys again after", f"{job.refresh_after.total_seconds() / 86400:g} days"
    if job.output.path:
        yield "Written to", ", ".join(job.output.path)


def _of_task(task: JobTask, of: str) -> Iterator[tuple[str, str]]:
    if task.description:
        yield f"Instructions{of}", task.description
    if task.only_if:
        yield f"Only if{of}", task.only_if
    policy = task.source_policy
    if policy and policy.include_domains:
        yield f"Only from{of}", ", ".join(policy.include_domains)
    if policy and policy.exclude_domains:
        yield f"Not from{of}", ", ".join(policy.exclude_domains)
