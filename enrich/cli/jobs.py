"""The commands over a job file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from enrich.cli.options import job_options, overrides_from, read_job, shard_option
from enrich.cli.printing import members_of, print_lines, say, to_json
from enrich.errors import SpecError

if TYPE_CHECKING:
    from enrich.pipeline import Plan, Prepared


@click.command(epilog="Example: enrich plan configs/countries.yaml --show 2")
@job_options
@shard_option
@click.option(
    "--show", type=click.IntRange(min=0), default=0, metavar="N", help="Print the first N requests."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def plan(job: str, show: int, as_json: bool, **overrides: Any) -> None:
    """Say what would be bought, sent and paid. Spends nothing, needs no key."""
    from enrich import pipeline, summary

    prepared = pipeline.prepare(read_job(job, **overrides))
    with pipeline.open_ledgers(prepared.job) as ledgers:
        made = pipeline.plan(prepared, ledgers)
    if made.to_buy:
        pipeline.check_embedded(prepared.job)
    shown = [body for each in made.tasks or [made] for body in each.examples[:show]]
    if as_json:
        print_lines([to_json({**plan_json(prepared, made), "requests": shown})])
        return
    print_lines(summary.plan_lines(prepared, made))
    for body in shown:
        print_lines([to_json(body, indent=2)])


@click.command(
    short_help="Check a job file, its spec and its mapping.",
    epilog="Example: enrich check configs/countries.yaml --strict",
)
@job_options
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--fix", is_flag=True, help="Mend in the files what can be, and show the changes.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of findings as JSON.")
def check(job: str, strict: bool, fix: bool, as_json: bool, **overrides: Any) -> None:
    """Check a job: its file, its task spec against every published rule, its mapping.

    --fix makes fields required and objects closed, and says constraints that the API does
    not take in the descriptions. Nothing that is asked for changes.
    """
    from enrich.cli.findings import finding_lines, finding_members, verdict
    from enrich.pipeline import findings

    if fix:
        _fix(job, quiet=as_json)
    found = findings(job, overrides_from(**overrides))
    bad = {"error", "warning"} if strict else {"error"}
    if as_json:
        print_lines([to_json([finding_members(each) for each in found])])
    else:
        print_lines(finding_lines(job, found))
        say([verdict(found)])
        if not fix and found and _mendable(job):
            say(["--fix mends some of them where they stand, and shows the changes."])
    raise click.exceptions.Exit(
        SpecError.exit_code if any(each.severity in bad for each in found) else 0
    )


def _mendable(job: str) -> bool:
    from enrich.errors import ConfigError
    from enrich.job import mended

    try:
        return bool(mended(job))
    except ConfigError:
        return False


def _fix(job: str, *, quiet: bool) -> None:
    """Mend a job's files and show what changed; what cannot be mended is found afterwards."""
    from enrich.cli.findings import diff_lines
    from enrich.errors import ConfigError
    from enrich.job import JobError, mended

    try:
        changes = mended(job)
        for each in changes:
            each.write()
    except JobError:
        return  # it does not load, which the findings tell
    except ConfigError as error:
        say([f"enrich: {error}"])
        return
    for each in changes:
        (say if quiet else print_lines)(diff_lines(each.diff))
        say([f"Mended {each.path}"])


@click.command(epilog="Example: enrich merge configs/countries.yaml --output out/countries.jsonl")
@job_options
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def merge(job: str, as_json: bool, quiet: bool, **overrides: Any) -> None:
    """Write the output again from the ledger. Spends nothing, needs no key."""
    from enrich import pipeline, summary

    prepared = pipeline.prepare(read_job(job, **overrides))
    with pipeline.open_ledgers(prepared.job, read_only=True) as ledgers:
        merged = pipeline.merge(prepared, ledgers)
    if as_json:
        print_lines([to_json(members_of(merged))])
    elif not quiet:
        say([*(f"Wrote {path}" for path in merged.paths), *summary.merged_lines(merged)])


@click.command(epilog="Example: enrich status configs/countries.yaml")
@job_options
@shard_option
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def status(job: str, as_json: bool, **overrides: Any) -> None:
    """Say how far a job is, also while it runs."""
    from enrich import pipeline, summary

    told = pipeline.status(pipeline.prepare(read_job(job, **overrides)))
    print_lines([to_json(asdict(told))] if as_json else summary.status_lines(told))


def plan_json(prepared: Prepared, plan: Plan) -> dict[str, Any]:
    """Return a plan for a program."""
    return {"job": prepared.name, **_plan_members(plan)}


def _plan_members(plan: Plan) -> dict[str, Any]:
    members = members_of(plan)
    del members["examples"]
    members["cost_usd"], members["known_usd"] = plan.cost_usd, plan.known_usd
    members["tasks"] = [_plan_members(each) for each in plan.tasks]
    return members


@click.command(epilog="Example: enrich schema > job.schema.json")
def schema() -> None:
    """Print the JSON Schema of a job file, for editors."""
    from enrich.job import job_json_schema

    print_lines([to_json(job_json_schema(), indent=2)])
