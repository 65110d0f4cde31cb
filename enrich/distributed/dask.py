"""Dask: shards as tasks of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enrich.distributed.order import RETRIES, buy_shard, finish, order_of

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.distributed.order import Ending, Order
    from enrich.job import Job
    from enrich.pipeline import Report


def run(
    job: str | Path | Job, client: Any, *, shards: int | None = None, retry_failed: bool = False
) -> Report:
    """Run a job's shards on a Dask cluster, and write the output here.

    A shard whose worker died is begun again, and buys nothing twice. The quota is shared by
    ``api.quota``, or divided.

    Args:
        job: A job file, or a job.
        client: A ``distributed.Client``.
        shards: How many; None for one a worker.
        retry_failed: Buy failed rows again.

    Raises:
        EnrichError: A shard ended with an error; what was bought is in the ledgers.
    """
    count = shards or max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    order = order_of(job, count, retry_failed=retry_failed)
    return finish(order, _bought(order, client))


def _bought(order: Order, client: Any) -> list[Ending]:
    from distributed import KilledWorker, as_completed  # noqa: PLC0415  (an extra)

    def begin(index: int) -> Any:
        return client.submit(buy_shard, order, index, pure=False)

    at_work = {begin(index): index for index in range(order.shards)}
    done = as_completed(list(at_work))
    ended: dict[int, Ending] = {}
    lost = 0
    for future in done:
        index = at_work.pop(future)
        # Dask gives up a task that three workers died beside, be it only queued there.
        if isinstance(future.exception(), KilledWorker) and lost < RETRIES * order.shards:
            lost += 1
            again = begin(index)
            at_work[again] = index
            done.add(again)
        else:
            ended[index] = future.result()
    return [ended[index] for index in range(order.shards)]
