"""`enrich report`: what a job came to, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from enrich.cli.options import read_job
from enrich.cli.printing import say
from enrich.errors import TableError

if TYPE_CHECKING:
    from enrich.pipeline import Prepared
    from enrich.records import Column


@click.command(epilog="Example: enrich report configs/countries.yaml -o out/report.html")
@click.argument("job", type=click.Path(dir_okay=False))
@click.option("--input", "input_path", metavar="PATH", help="Read this table instead.")
@click.option("--api-url", metavar="URL", help="What this API answered, or `local`.")
@click.option("-o", "--output", "page_path", metavar="FILE", help="Write the page here.")
def report(job: str, input_path: str | None, api_url: str | None, page_path: str | None) -> None:
    """Write what a job came to as one HTML page. Spends nothing, needs no key.

    Without -o it stands beside the job's first output. It needs nothing beside itself, so it
    can be sent to others.
    """
    from enrich import pipeline
    from enrich.report import gather, page
    from enrich.report.settings import settings_of

    prepared = pipeline.prepare(read_job(job, input_path=input_path, api_url=api_url))
    keys = tuple(dict.fromkeys([*prepared.job.input.key, *prepared.sends[:1]]))
    with pipeline.open_ledgers(prepared.job, read_only=True) as ledgers:
        settings = settings_of(prepared, ledgers, pipeline.spent_by_part(prepared, ledgers))
        since = settings.began_at or 0.0
        facts = gather(
            settings,
            _fields(prepared),
            pipeline.settled_batches(prepared, ledgers, also=keys),
            keys=keys,
            replaced=(lambda asked: ledgers.replaced(asked, since=since))
            if ledgers.has_replaced()
            else None,
        )
    filled = {name: each.filled for name, each in facts.fields.items()}
    answered = {name: each.completed for name, each in facts.fields.items()}
    facts.expect = tuple(pipeline.unmet(prepared, facts.statuses, filled, answered))
    path = Path(page_path) if page_path else _beside_the_output(prepared)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page(facts))
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise TableError(message) from None
    say([f"Wrote {path}"])


def _fields(prepared: Prepared) -> list[dict[str, Column]]:
    from enrich.records import ColumnKind

    return [
        {
            prepared.field_of(column): column
            for column in step.columns
            if column.kind is ColumnKind.VALUE
        }
        for step in prepared.steps
        if step.first is None
    ]


def _beside_the_output(prepared: Prepared) -> Path:
    for target in prepared.job.output.path:
        if "://" not in target:
            return Path(target).parent / f"{prepared.name}.report.html"
    return prepared.job.state_folder / f"{prepared.name}.report.html"
