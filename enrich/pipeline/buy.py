"""buy: from the ledger to the API and back. Spends, and can be stopped and started again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.clock import Clock
from enrich.errors import ConfigError
from enrich.job import LOCAL, wire_members
from enrich.local import embedded
from enrich.pipeline.prepared import note_task
from enrich.runs import Limits, Runner
from enrich.taskapi.client import TaskApi

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.job import Job
    from enrich.ledger import Ledger, Round
    from enrich.pipeline.prepared import Prepared
    from enrich.runs import Ended, Listener

LOCAL_RUNS_PER_MINUTE: Final = 1_000_000
"""Our own server in this process has no quota; its runs cost nothing but time."""
LOCAL_SETTLE_S: Final = 0.5
ANY_KEY: Final = "any"
"""What is shown to an API on this machine when no key is set: our own takes it."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


async def buy(
    prepared: Prepared,
    ledger: Ledger,
    round_: Round,
    listener: Listener,
    *,
    on_start: Callable[[Runner], None],
    key: str | None,
) -> Ended:
    """Buy what is planned and collect what was bought.

    Args:
        prepared: The job.
        ledger: Where its plan is.
        round_: What its price is counted into.
        listener: Hears how it goes.
        on_start: Is given the runner, so that it can be stopped.
        key: The API's key; None where none is needed.

    Raises:
        ApiError: Nothing more can be asked of the API.
        LedgerError: The ledger cannot be written.
        ConfigError: A key or a variable is missing.
    """
    clock = Clock()
    job = prepared.job
    local = job.api.base_url == LOCAL
    limits = Limits(
        runs_per_minute=LOCAL_RUNS_PER_MINUTE if local else job.api.runs_per_minute,
        count_posts=job.api.quota_unit == "posts",
        max_in_flight=job.api.max_in_flight,
        # Our own server lists a run as soon as it took it, and ends with this process.
        settle_s=LOCAL_SETTLE_S if local else job.api.settle.total_seconds(),
        deadline_s=job.api.deadline.total_seconds(),
    )
    with ExitStack() as stack:
        if local:
            url, key = stack.enter_context(embedded(job))
        else:
            url = job.api.base_url
        async with TaskApi(url, key, clock=clock) as api:
            runner = Runner(api, ledger, limits=limits, clock=clock, listener=listener)
            on_start(runner)
            # Secrets are put in here and nowhere before, so that no ledger holds them.
            task = replace(prepared.task, deciding=wire_members(prepared.task), silent={})
            return await runner.buy(
                task,
                note_task(prepared, ledger),
                round_,
                prepared.cap,
                metadata={"enrich_job": prepared.name[:512]},
            )


def api_key(job: Job) -> str | None:
    """Return the API's key from the environment; any for an API on this machine without one.

    Raises:
        ConfigError: It is not set.
    """
    try:
        key = job.api.key()
    except ConfigError as error:
        if urlsplit(job.api.base_url).hostname in _LOOPBACK:
            return ANY_KEY
        raise job.located(error) from None
    return key.get_secret_value() if key else None
