"""`enrich run`: plan, buy, write, and tell how it goes."""

from __future__ import annotations

import gc
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from enrich.cli.jobs import plan_json
from enrich.cli.options import Dollars, job_options, read_job, shard_option
from enrich.cli.printing import members_of, print_lines, say
from enrich.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from enrich.pipeline import Plan, Prepared, Report, Share
    from enrich.pipeline.watching import Finished, OnFinished
    from enrich.progress import Bar, Events, Extent, Lines, Quiet
    from enrich.runs import Listener

WATCHED_ROWS: Final = 20


@click.command(epilog="Example: enrich run configs/countries.yaml --limit 20")
@job_options
@shard_option
@click.option("--on", "engine", type=click.Choice(["ray"]), help="Let this engine work the shards.")
@click.option("--shards", type=click.IntRange(min=1), metavar="N", help="How many; else one a CPU.")
@click.option(
    "--max-cost", type=Dollars(), metavar="USD", help="Never spend more than this on the job."
)
@click.option("--retry-failed", is_flag=True, help="Buy rows again that failed before.")
@click.option("--yes", is_flag=True, help="Do not ask before spending.")
@click.option("--watch", is_flag=True, help="Show the first rows as they finish.")
@click.option(
    "--metrics", metavar="FILE", help="Write figures of the run for Prometheus at its end."
)
@click.option("--otel", is_flag=True, help="Send the same to an OpenTelemetry collector.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON event a line.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def run(
    job: str,
    engine: str | None,
    shards: int | None,
    max_cost: Decimal | None,
    retry_failed: bool,
    yes: bool,
    watch: bool,
    metrics: str | None,
    otel: bool,
    as_json: bool,
    quiet: bool,
    **overrides: Any,
) -> None:
    """Enrich a table: plan, buy what is missing, write the columns.

    Stopped or killed, the same command goes on; nothing is bought twice.
    """
    from enrich import pipeline, progress, summary

    _check_engine(engine, shards, alone=watch or overrides["shard"] is not None)
    prepared = pipeline.prepare(read_job(job, max_cost_usd=max_cost, **overrides))
    events = progress.Events(progress.Extent(runs=0))
    how = "events" if as_json else "quiet" if quiet else "person"

    def show(plan: Plan) -> Events | Quiet | Bar | Lines:
        return _shown(how, pipeline.extent_of(prepared, plan))

    def on_plan(plan: Plan) -> None:
        if as_json:
            events.event("plan", **plan_json(prepared, plan))
        elif not quiet:
            say(summary.plan_lines(prepared, plan))
        _confirm(prepared, plan, yes=yes)

    began_at = time.time()
    # What was imported stays: the collector need not look through it again and again.
    gc.freeze()
    if engine is None:
        report = pipeline.run(
            prepared,
            progress=show,
            retry_failed=retry_failed,
            on_plan=on_plan,
            on_finished=_watching() if watch and not quiet else None,
        )
    else:
        from enrich.distributed.ray import run as run_on_ray

        report = run_on_ray(
            prepared.job, shards=shards, progress=show, retry_failed=retry_failed, on_plan=on_plan
        )
    if as_json:
        events.event("done", **_done_json(report))
    elif not quiet:
        if report.merged.first:
            say([""])
            print_lines(summary.first_rows(report.merged))
            say([""])
        say(summary.report_lines(report))
        say(summary.next_lines(report, job))
    if metrics is not None or otel:
        _measure(prepared.name, report, began_at, metrics, otel=otel)
    raise click.exceptions.Exit(report.exit_code)


def _check_engine(engine: str | None, shards: int | None, *, alone: bool) -> None:
    if engine is None and shards is not None:
        message = "--shards is how many --on works; for one of them say --shard I/N"
        raise click.UsageError(message)
    if engine is not None and alone:
        message = "--on works all shards, each elsewhere: it goes with neither --shard nor --watch"
        raise click.UsageError(message)


def _measure(job: str, report: Report, began_at: float, path: str | None, *, otel: bool) -> None:
    from enrich.metrics import export, figures, write_textfile

    ended_at = time.time()
    made = list(figures(job, report, began_at, ended_at))
    if path is not None:
        write_textfile(path, made)
    if otel and not export(job, made, began_at, ended_at):
        say(["The OpenTelemetry collector did not take the figures; the run itself is done."])


def _shown(how: str, buying: Extent) -> Events | Quiet | Bar | Lines:
    from enrich import progress

    if how == "events":
        return progress.Events(buying)
    if how == "quiet":
        return progress.Quiet(buying)
    return progress.Bar(buying) if sys.stderr.isatty() else progress.Lines(buying)


def _done_json(report: Report) -> dict[str, Any]:
    share = report.share
    return {
        "share": None if share is None else _share_json(share),
        "ended": report.ended,
        "exit_code": report.exit_code,
        "spent_usd": report.spent_usd,
        "spent_by_task": report.spent_by_task,
        "failed_runs": report.failed_runs,
        "extra_runs": report.extra_runs,
        "unmet": list(report.unmet),
        **members_of(report.merged),
    }


def _share_json(share: Share) -> dict[str, Any]:
    return {
        "shard": str(share.shard),
        "rows": share.rows,
        "statuses": share.statuses,
        "errors": share.errors,
        "waits_for": {str(shard): rows for shard, rows in share.waits_for.items()},
    }


def _confirm(prepared: Prepared, plan: Plan, *, yes: bool) -> None:
    """Ask on a terminal before more is spent than the job lets pass unasked.

    Raises:
        Interrupted: The answer is no.
    """
    limit = prepared.job.confirm_above_usd
    if yes or limit is None or plan.cost_usd <= limit or not sys.stdin.isatty():
        return
    from enrich.pipeline.telling import money

    if not click.confirm(f"Spend up to {money(plan.cost_usd)}?", err=True):
        message = "Nothing was spent."
        raise Interrupted(message)


def _watching() -> OnFinished:
    """Return what shows the first rows that finish."""
    from enrich import progress, summary

    left = WATCHED_ROWS

    def show(listener: Listener, rows: Iterator[Finished]) -> None:
        nonlocal left
        for asked, found in islice(rows, left):
            left -= 1
            if isinstance(listener, progress.Events):
                listener.event("row", input=asked, output=found)
            else:
                listener.note(summary.watched(asked, found, summary.terminal_width() - 1))

    return show
