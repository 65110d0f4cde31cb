"""What several commands take."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.job import Job, Overrides


class Dollars(click.ParamType[Decimal]):
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


def means_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add how tables are read and what may answer beside the documents: the words of a job file's ``local``."""
    for option in reversed(
        (
            click.option("--title-column", metavar="NAME", help="Of tables: what a row is about."),
            click.option("--url-column", metavar="NAME", help="Of tables: a row's web address."),
            click.option(
                "--text-column",
                "text_columns",
                multiple=True,
                metavar="NAME",
                help="Of tables: what is read as prose; can be repeated.",
            ),
            click.option(
                "--web",
                is_flag=True,
                help="Read live pages, too: the row's own site and its links.",
            ),
            click.option(
                "--private-web", is_flag=True, help="Also read pages at private addresses."
            ),
            click.option(
                "--search",
                metavar="ENGINE",
                help="Search the web by searxng=URL, brave or parallel.",
            ),
            click.option(
                "--model", metavar="NAME", help="Let this model have a say, and write reports."
            ),
            click.option(
                "--model-url", metavar="URL", help="Its OpenAI-compatible address, with /v1."
            ),
            click.option(
                "--model-price",
                type=click.FloatRange(min=0),
                nargs=2,
                default=(0.0, 0.0),
                metavar="IN OUT",
                help="US dollars for a million tokens.",
            ),
        )
    ):
        command = option(command)
    return command


def given_means(told: dict[str, Any]) -> dict[str, Any]:
    """Return what was said of the means that ``means_options`` takes, as a job file has it."""
    given = {name: value for name, value in told.items() if value}
    if given.get("model_price") == (0.0, 0.0):
        del given["model_price"]
    return given


def job_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command over a job takes."""
    for option in reversed(
        (
            click.argument("job", type=click.Path(dir_okay=False)),
            click.option(
                "--limit",
                type=click.IntRange(min=0),
                metavar="N",
                help="Ask only for N rows; what they bring is kept for the others' run.",
            ),
            click.option(
                "--sample",
                type=click.Choice(["first", "random"]),
                default="first",
                show_default=True,
                help="Which rows --limit takes.",
            ),
            click.option("--seed", type=int, default=0, metavar="S", help="Which at random."),
            click.option("--input", "input_path", metavar="PATH", help="Read this table instead."),
            click.option("--output", "output_path", metavar="PATH", help="Write here instead."),
            click.option("--api-url", metavar="URL", help="Ask this API instead, or `local`."),
        )
    ):
        command = option(command)
    return command


def shard_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that names one share of the requests."""
    return click.option(
        "--shard",
        metavar="I/N",
        help="Only the I-th of N shares of the requests; others are for other processes.",
    )(command)


def read_job(path: str, **overrides: Any) -> Job:
    """Read the job file under what the command line says."""
    from enrich.job import load_job

    return load_job(path, overrides=overrides_from(**overrides))


def overrides_from(**given: Any) -> Overrides:
    """Return what the command line says over the job file."""
    from enrich.job import Overrides

    return Overrides(**given)
