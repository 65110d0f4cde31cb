"""What an engine runs: one shard of a job, and the end of all of them together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from enrich import pipeline
from enrich.errors import (
    ConfigError,
    EnrichError,
    FatalApiError,
    Interrupted,
    LedgerError,
    TableError,
)
from enrich.job import LOCAL, Job, load_job
from enrich.pipeline.shares import check_shares
from enrich.progress import Extent, Quiet
from enrich.records import Shard
from enrich.runs import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.pipeline import Plan, Report
    from enrich.progress import Progress
    from enrich.runs.quota import Window
    from enrich.tables import TableWriter

RETRIES: Final = 20
"""How often a shard is begun again whose worker died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job that is worked in shards.

    Attributes:
        job: The job; its paths are whole, since workers have other folders.
        shards: How many there are.
        retry_failed: Whether failed rows are bought again.
        key: The API's key; None for the one in the worker's environment.
    """

    job: Job
    shards: int
    retry_failed: bool = False
    key: SecretStr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a shard ended; it travels back to who ordered it.

    Attributes:
        shard: Which.
        plan: What was to be bought; None if it did not come so far.
        ended: Why buying ended; None for an error.
        error: What it said, if it ended with an error.
        exit_code: What its command would have left with.
    """

    shard: Shard
    plan: Plan | None = None
    ended: Ended | None = None
    error: str | None = None
    exit_code: int = 0


def order_of(job: str | Path | Job, shards: int, *, retry_failed: bool = False) -> Order:
    """Return the order for a job, which is looked at before any worker is.

    Raises:
        ConfigError: The job must be mended, or its key is missing; nothing was spent.
    """
    if not isinstance(job, Job):
        job = load_job(Path(job).absolute())
    if shards < 1:
        raise ConfigError(f"{shards} is no number of shards")
    pipeline.prepare(job)
    key = None if job.api.base_url == LOCAL else pipeline.api_key(job)
    return Order(
        job=job,
        shards=shards,
        retry_failed=retry_failed,
        key=None if key is None else SecretStr(key),
    )


def plan_shard(order: Order, index: int) -> Ending:
    """Plan one shard, as ``buy_shard`` does before it buys. Spends nothing.

    Args:
        order: The job, whose quota is counted for all shards together.
        index: The shard's number, from 0.
    """
    shard = Shard(index, order.shards)
    try:
        prepared = pipeline.prepare(order.job.with_shard(shard))
        with pipeline.open_ledgers(prepared.job) as ledgers:
            plan = pipeline.plan(prepared, ledgers, retry_failed=order.retry_failed)
        check_shares(prepared, plan, divided=False)
    except EnrichError as error:
        return Ending(shard=shard, error=str(error), exit_code=error.exit_code)
    return Ending(shard=shard, plan=_without_rows(plan))


def quiet(plan: Plan) -> Progress:
    """Return what hears of the buying, and tells nobody."""
    return Quiet(Extent(runs=plan.to_buy + plan.running))


def buy_shard(
    order: Order,
    index: int,
    *,
    progress: Callable[[Plan], Progress] = quiet,
    window: Window | None = None,
) -> Ending:
    """Buy one shard, as ``enrich run --shard`` does, and leave the output to ``finish``.

    Args:
        order: The job.
        index: The shard's number, from 0.
        progress: Makes what hears of the buying; nobody does without.
        window: What the quota is counted in for all shards; None for what the job says.
    """
    shard = Shard(index, order.shards)
    try:
        report = pipeline.run(
            pipeline.prepare(order.job.with_shard(shard)),
            progress=progress,
            retry_failed=order.retry_failed,
            key=None if order.key is None else order.key.get_secret_value(),
            window=window,
            publish=False,
        )
    except EnrichError as error:
        return Ending(shard=shard, error=str(error), exit_code=error.exit_code)
    plan = _without_rows(report.plan)
    return Ending(shard=shard, plan=plan, ended=report.ended, exit_code=report.exit_code)


def finish(
    order: Order, endings: Sequence[Ending], *, into: Sequence[TableWriter] | None = None
) -> Report:
    """Write the output from what all shards have bought.

    Args:
        order: The job.
        endings: How its shards ended.
        into: Where to write; None for the files that the job names.

    Raises:
        EnrichError: A shard ended with an error; what was bought is in the ledgers.
    """
    raise_first(endings)
    prepared = pipeline.prepare(order.job.with_shard(Shard(0, order.shards)))
    plans = [each.plan for each in endings if each.plan is not None]
    return pipeline.finish(prepared, plan=together(plans), ended=ended_of(endings), into=into)


def raise_first(endings: Sequence[Ending]) -> None:
    """Raise the gravest error that a shard ended with; nothing happens if none did.

    Raises:
        EnrichError: See above.
    """
    failed = [each for each in endings if each.error is not None]
    for kind in (ConfigError, TableError, FatalApiError, LedgerError, Interrupted):
        for each in failed:
            if each.exit_code == kind.exit_code:
                others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
                raise kind(f"shard {each.shard}{others}: {each.error}")
    if failed:
        raise EnrichError(f"shard {failed[0].shard}: {failed[0].error}")


def ended_of(endings: Sequence[Ending]) -> Ended:
    """Return why buying ended: for what kept a shard from settling its rows, if one was."""
    told = {each.ended for each in endings}
    gravest = (Ended.FAILING, Ended.BUDGET, Ended.STOPPED, Ended.DEADLINE)
    return next((ended for ended in gravest if ended in told), Ended.SETTLED)


def together(plans: Sequence[Plan]) -> Plan:
    """Return what all shards planned to buy.

    What is not a shard's own is counted by each over the whole table: rows that ask nothing, and
    those that wait for an earlier task.
    """
    tasks = [together(each) for each in zip(*(plan.tasks for plan in plans), strict=True)]
    made = replace(plans[0], tasks=tasks, elsewhere=0)
    for name in _SUMMED:
        setattr(made, name, sum(getattr(each, name) for each in plans))
    return made


_SUMMED: Final = (
    *("asked", "distinct", "completed", "running", "in_doubt"),
    *("failed", "stale", "to_buy", "spent_usd"),
)


def _without_rows(plan: Plan) -> Plan:
    """Return a plan that travels: rows stay where they are."""
    return replace(plan, examples=[], tasks=[_without_rows(each) for each in plan.tasks])
