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
