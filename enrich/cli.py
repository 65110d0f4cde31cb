"""The command line: arguments, printing and exit codes, and nothing else.

Data goes to stdout, talk to stderr. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import click

from enrich._version import __version__
from enrich.errors import ConfigError, EnrichError, Interrupted, SpecError, TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType

    from enrich.job import Job
    from enrich.pipeline import Plan, Prepared
    from enrich.progress import Progress
    from enrich.records import Violation

EXIT_STOPPED: Final = 130
EXIT_SPEC: Final = 2


class _Dollars(click.ParamType[Decimal]):
    """An amount in US dollars."""

    name = "usd"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Read an amount."""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is no amount in US dollars", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is no amount in US dollars", param, ctx)
        return amount


def _job_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command over a job takes."""
    for option in reversed(
        (
            click.argument("job", type=click.Path(dir_okay=False)),
            click.option(
                "--limit",
                type=click.IntRange(min=0),
                metavar="N",
                help="Ask only for the first N rows.",
            ),
            click.option("--input", "input_path", metavar="PATH", help="Read this table instead."),
            click.option("--output", "output_path", metavar="PATH", help="Write here instead."),
            click.option("--api-url", metavar="URL", help="Ask this API instead, or `local`."),
        )
    ):
        command = option(command)
    return command


class _InOrder(click.Group):
    """Lists its commands as they stand here, which is the order in which a person meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(self.commands)


@click.group(
    cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="enrich")
def cli() -> None:
    """Add researched columns to a table, with their evidence, and never pay twice for a row."""


@cli.command(epilog="Example: enrich run configs/countries.yaml --limit 20")
@_job_options
@click.option(
    "--max-cost", type=_Dollars(), metavar="USD", help="Never spend more than this on the job."
)
@click.option("--retry-failed", is_flag=True, help="Buy rows again that failed before.")
@click.option("--yes", is_flag=True, help="Do not ask before spending.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON event a line.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def run(
    job: str,
    max_cost: Decimal | None,
    retry_failed: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **overrides: Any,
) -> None:
    """Enrich a table: plan, buy what is missing, write the columns.

    Stopped or killed, the same command goes on; nothing is bought twice.
    """
    from enrich import pipeline, progress, summary

    prepared = pipeline.prepare(_job(job, max_cost_usd=max_cost, **overrides))
    events = progress.Events(0)

    def show(plan: Plan) -> Progress:
        total = plan.to_buy + plan.running
        if as_json:
            return progress.Events(total)
        if quiet:
            return progress.Quiet(total)
        return progress.Bar(total) if sys.stderr.isatty() else progress.Lines(total)

    def on_plan(plan: Plan) -> None:
        if as_json:
            events.event("plan", **_plan_json(prepared, plan))
        elif not quiet:
            _say(summary.plan_lines(prepared, plan))
        _confirm(prepared, plan, yes=yes)

    report = pipeline.run(prepared, progress=show, retry_failed=retry_failed, on_plan=on_plan)
    if as_json:
        events.event(
            "done",
            ended=report.ended,
            exit_code=report.exit_code,
            spent_usd=report.spent_usd,
            failed_runs=report.failed_runs,
            extra_runs=report.extra_runs,
            **_members(report.merged),
        )
    elif not quiet:
        if report.merged.first:
            _say([""])
            _print(summary.first_rows(report.merged))
            _say([""])
        _say(summary.report_lines(report))
    raise click.exceptions.Exit(report.exit_code)


@cli.command(epilog="Example: enrich plan configs/countries.yaml --show 2")
@_job_options
@click.option(
    "--show", type=click.IntRange(min=0), default=0, metavar="N", help="Print the first N requests."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def plan(job: str, show: int, as_json: bool, **overrides: Any) -> None:
    """Say what would be bought, sent and paid. Spends nothing, needs no key."""
    from enrich import pipeline, summary

    prepared = pipeline.prepare(_job(job, **overrides))
    with pipeline.open_ledger(prepared.job) as ledger:
        made = pipeline.plan(prepared, ledger)
    shown = pipeline.request_bodies(prepared, made.examples[:show])
    if as_json:
        _print([_json({**_plan_json(prepared, made), "requests": shown})])
        return
    _print(summary.plan_lines(prepared, made))
    for body in shown:
        _print([_json(body, indent=2)])


@cli.command(
    short_help="Check a job file, its spec and its mapping.",
    epilog="Example: enrich check configs/countries.yaml --strict",
)
@_job_options
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of findings as JSON.")
def check(job: str, strict: bool, as_json: bool, **overrides: Any) -> None:
    """Check a job: its file, its task spec against every published rule, its mapping."""
    from enrich.pipeline import findings

    found = findings(job, _overrides(**overrides))
    bad = {"error", "warning"} if strict else {"error"}
    if as_json:
        _print([_json([asdict(each) for each in found])])
    else:
        _print(_finding_line(job, each) for each in found)
        _say([_verdict(found)])
    raise click.exceptions.Exit(EXIT_SPEC if any(each.severity in bad for each in found) else 0)


@cli.command(epilog="Example: enrich merge configs/countries.yaml --output out/countries.jsonl")
@_job_options
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def merge(job: str, as_json: bool, quiet: bool, **overrides: Any) -> None:
    """Write the output again from the ledger. Spends nothing, needs no key."""
    from enrich import pipeline, summary

    prepared = pipeline.prepare(_job(job, **overrides))
    with pipeline.open_ledger(prepared.job, read_only=True) as ledger:
        merged = pipeline.merge(prepared, ledger)
    if as_json:
        _print([_json(_members(merged))])
    elif not quiet:
        _say([*(f"Wrote {path}" for path in merged.paths), *summary.merged_lines(merged)])


@cli.command(epilog="Example: enrich status configs/countries.yaml")
@_job_options
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def status(job: str, as_json: bool, **overrides: Any) -> None:
    """Say how far a job is, also while it runs."""
    from enrich import pipeline, summary

    told = pipeline.status(pipeline.prepare(_job(job, **overrides)))
    _print([_json(asdict(told))] if as_json else summary.status_lines(told))


@cli.command(
    epilog='Example: enrich ask "What is the capital of Kenya?" --corpus sample_data/corpus'
)
@click.argument("question")
@click.option("--processor", default="base", show_default=True, help="The API's tier.")
@click.option(
    "--schema",
    "schema_path",
    type=click.Path(exists=True, dir_okay=False),
    help="A JSON Schema that the answer shall have.",
)
@click.option("--text", metavar="DESCRIPTION", help="What the text shall say, or be.")
@click.option("--auto", is_flag=True, help="Let the processor decide on the form.")
@click.option("--corpus", multiple=True, metavar="DIR", help="Answer from these documents.")
@click.option("--api-url", metavar="URL", help="Ask this API instead of the hosted one.")
@click.option("-o", "--output", "output_path", metavar="FILE", help="Write the answer here.")
@click.option("--json", "as_json", is_flag=True, help="Print content and basis as JSON.")
def ask(
    question: str,
    processor: str,
    schema_path: str | None,
    text: str | None,
    auto: bool,
    corpus: tuple[str, ...],
    api_url: str | None,
    output_path: str | None,
    as_json: bool,
) -> None:
    """Ask one question, and get an answer with its sources.

    Without --schema, --text or --auto it is a short answer in words. The same question is
    not bought twice.
    """
    from enrich.api import ask as ask_api

    if sum((schema_path is not None, text is not None, auto)) > 1:
        message = "--schema, --text and --auto exclude each other"
        raise click.UsageError(message)
    wanted: Any = text or "A short answer to the question."
    if schema_path is not None:
        wanted = _read_json(schema_path)
    elif auto:
        wanted = None
    answer = ask_api(
        question, wanted, processor=processor, base_url=api_url, corpus=list(corpus) or None
    )
    written = (
        _json({"content": answer.content, "basis": answer.basis, "run_id": answer.run_id}, indent=2)
        if as_json
        else str(answer)
    )
    if output_path is None:
        _print([written])
    else:
        _write(output_path, written + "\n")
    if not as_json:
        _say(f"  {url}" for url in answer.citations)


def _read_json(path: str) -> Any:
    import json
    from pathlib import Path

    try:
        return json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = f"it holds no JSON: {error}"
        raise ConfigError(message, path=path) from None


def _write(path: str, text: str) -> None:
    from pathlib import Path

    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise TableError(message) from None


@cli.command(epilog="Example: enrich serve --corpus sample_data/corpus")
@click.option(
    "--corpus", multiple=True, metavar="DIR", help="Documents to answer from; can be repeated."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8787,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--state",
    type=click.Path(file_okay=False),
    default=".enrich/server",
    show_default=True,
    help="Where runs and the index of the documents are kept.",
)
@click.option("--keys", type=click.Path(dir_okay=False), help="A file of keys, by their hashes.")
@click.option("--new-key", metavar="NAME", help="Make a key and the lines of --keys for it; end.")
@click.option("--no-auth", is_flag=True, help="Let this machine call without a key.")
@click.option(
    "--runs-per-minute", type=click.IntRange(min=1), metavar="N", help="Quota of each key."
)
@click.option(
    "--credit", "credit_usd", type=click.FloatRange(min=0), metavar="USD", help="Of each key."
)
@click.option(
    "--at-once", multiple=True, metavar="PROCESSOR=N", help="Runs of it side by side, at most."
)
@click.option("--private-webhooks", is_flag=True, help="Also send webhooks to private addresses.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="A failure to make on purpose, such as lost:0.1.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Decides which requests a fault strikes."
)
@click.option("-v", "--verbose", is_flag=True, help="Log each request and each run that ended.")
def serve(new_key: str | None, **told: Any) -> None:
    """Serve a Task API of our own, which answers from documents.

    Callers show a key that is in ENRICH_SERVER_KEYS (name=key, separated by commas) or
    in the file of --keys. Without either, any key will do, from this machine alone.
    Webhooks are signed with ENRICH_WEBHOOK_SECRET (whsec_…). Logs are lines of JSON.
    """
    from enrich import local

    if new_key is not None:
        secret, lines = local.new_key(new_key)
        _say([f"The key, which is told this once: {secret}"])
        _print(lines.splitlines())
        return

    def ready(url: str, any_key: bool) -> None:
        _print([f"Serving the Task API at {url}"])
        documents = ", ".join(told["corpus"]) or "no documents: every answer will be empty"
        _say([f"It answers from {documents}. Ctrl-C ends it."])
        if any_key:
            _say(["Any key will do, from this machine alone."])

    local.serve(local.Serving(**told), on_ready=ready)


@cli.command(epilog="Example: enrich schema > job.schema.json")
def schema() -> None:
    """Print the JSON Schema of a job file, for editors."""
    from enrich.job import job_json_schema

    _print([_json(job_json_schema(), indent=2)])


def _job(path: str, **overrides: Any) -> Job:
    from enrich.job import load_job

    return load_job(path, overrides=_overrides(**overrides))


def _overrides(**given: Any) -> Any:
    from enrich.job import Overrides

    return Overrides(**given)


def _plan_json(prepared: Prepared, plan: Plan) -> dict[str, Any]:
    members = _members(plan)
    del members["examples"]
    return {
        "job": prepared.name,
        "processor": prepared.task.processor,
        "sends": list(prepared.mapper.sent),
        **members,
        "cost_usd": plan.cost_usd,
    }


def _confirm(prepared: Prepared, plan: Plan, *, yes: bool) -> None:
    """Ask on a terminal before more is spent than the job lets pass unasked.

    Raises:
        Interrupted: The answer is no.
    """
    limit = prepared.job.confirm_above_usd
    if yes or limit is None or plan.cost_usd <= limit or not sys.stdin.isatty():
        return
    from enrich.summary import money

    if not click.confirm(f"Spend up to {money(plan.cost_usd)}?", err=True):
        message = "Nothing was spent."
        raise Interrupted(message)


def _finding_line(job: str, found: Violation) -> str:
    where = f"{job}:{found.line}" if found.line else job
    place = f"{found.path}: " if found.path else ""
    return f"{where}: {found.severity}: {place}{found.message} [{found.rule}]"


def _error_lines(error: EnrichError) -> list[str]:
    """Return what is wrong, one problem a line; of a spec, each with its line in the job."""
    if not isinstance(error, SpecError) or error.path is None:
        return str(error).splitlines()
    return [
        f"{error.path}:{found.line}: {found}" if found.line else f"{error.path}: {found}"
        for found in error.violations
    ]


def _verdict(found: list[Violation]) -> str:
    counts = {
        severity: sum(each.severity == severity for each in found)
        for severity in ("error", "warning", "hint")
    }
    said = ", ".join(
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity, number in counts.items()
        if number
    )
    return said or "No findings."


def _members(value: Any) -> dict[str, Any]:
    """Return a dataclass's members; ``asdict`` cannot copy a Counter."""
    return {member.name: getattr(value, member.name) for member in fields(value)}


def _json(value: Any, indent: int | None = None) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


def _on_sigterm(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. The same command goes on from here.", err=True)
        code = EXIT_STOPPED
    except EnrichError as error:
        for line in _error_lines(error):
            click.echo(f"enrich: {line}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read the output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code or 0)
