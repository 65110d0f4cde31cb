"""What a report tells of the job itself, and of its newest rounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from enrich.job import LOCAL
from enrich.report.facts import Settings
from enrich.spec import output_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.job import Job
    from enrich.ledger import Ledger
    from enrich.pipeline import Prepared

ROUNDS: Final = 20
"""How far back a round with a summary is looked for."""


def settings_of(prepared: Prepared, ledger: Ledger) -> Settings:
    """Return what was asked, and how the newest rounds went."""
    job, task = prepared.job, prepared.task
    rounds = ledger.rounds(prepared.name, ROUNDS)
    now = rounds[0] if rounds else None
    before = next((each for each in rounds[1:] if each.summary is not None), None)
    local = job.api.base_url == LOCAL
    return Settings(
        job=prepared.name,
        table=prepared.table.path,
        sent=tuple(prepared.mapper.sent),
        api="the embedded server" if local else job.api.base_url,
        processor=task.processor,
        fields=tuple(_fields(task.spec)),
        others=tuple(_others(job)),
        began_at=now.opened_at if now else None,
        ended_at=now.closed_at if now else None,
        spent_usd=now.micro_usd / 1_000_000 if now else 0.0,
        failed_runs=now.failed if now else 0,
        extra_runs=ledger.tally().extra_runs,
        previous=json.loads(before.summary or "") if before else None,
        previous_at=before.opened_at if before else None,
    )


def _fields(spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    output = spec["output_schema"]
    if output.get("type") == "json":
        for name, schema in output_fields(spec):
            yield name, schema.get("description") or "–"
    elif output.get("description"):
        yield "output", output["description"]


def _others(job: Job) -> Iterator[tuple[str, str]]:
    task, budget = job.task, job.budget
    if task.description:
        yield "Instructions", task.description
    if task.only_if:
        yield "Only if", task.only_if
    policy = task.source_policy
    if policy and policy.include_domains:
        yield "Only from", ", ".join(policy.include_domains)
    if policy and policy.exclude_domains:
        yield "Not from", ", ".join(policy.exclude_domains)
    if budget.max_cost_usd is not None:
        yield "Spends at most", f"${budget.max_cost_usd:,}"
    if budget.max_runs is not None:
        yield "Buys at most", f"{budget.max_runs:,} runs"
    if job.refresh_after is not None:
        yield "Buys again after", f"{job.refresh_after.total_seconds() / 86400:g} days"
    if job.output.path:
        yield "Written to", ", ".join(job.output.path)
