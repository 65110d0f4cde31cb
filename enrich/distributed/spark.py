"""Spark: each shard as a job of one task."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from enrich.distributed.order import RETRIES, buy_shard, finish, order_of
from enrich.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.distributed.order import Ending, Order
    from enrich.job import Job
    from enrich.pipeline import Report

_IN_PYTHON: Final = "org.apache.spark.api.python.PythonException"
"""What Spark says of a function that raised, and not of one whose process died."""
_LACKING: Final = re.compile(r"ModuleNotFoundError: (.+)")


def run(
    job: str | Path | Job, spark: Any, *, shards: int | None = None, retry_failed: bool = False
) -> Report:
    """Run a job's shards on a Spark cluster, and write the output here.

    A shard whose worker or executor died is begun again, and buys nothing twice. The quota is
    shared by ``api.quota``, or divided.

    Args:
        job: A job file, or a job.
        spark: A ``SparkSession`` whose driver this is.
        shards: How many; None for one a core of the cluster.
        retry_failed: Buy failed rows again.

    Raises:
        ConfigError: The job must be mended, or the session cannot run it; nothing was spent.
        EnrichError: A shard ended with an error; what was bought is in the ledgers.
    """
    context = getattr(spark, "sparkContext", None)
    if context is None:
        message = "a remote Spark session (Spark Connect) runs no shards: run this in the driver"
        raise ConfigError(message)
    if context.getConf().get("spark.speculation", "false").lower() == "true":
        # The copy of a task finds the ledger locked by the first one, and its end would count.
        raise ConfigError("spark.speculation begins shards twice: start the session without it")
    order = order_of(job, shards or context.defaultParallelism, retry_failed=retry_failed)
    return finish(order, _bought(order, context))


def _bought(order: Order, context: Any) -> list[Ending]:
    from pyspark import inheritable_thread_target  # noqa: PLC0415  (an extra)

    group, stopped = f"enrich-{uuid.uuid4().hex}", Event()

    def shard(index: int) -> Ending:
        context.setJobGroup(group, f"shard {index}/{order.shards}")
        return _shard(order, index, context, stopped)

    with ThreadPoolExecutor(order.shards, "enrich-shard") as threads:
        try:
            begun = [
                threads.submit(inheritable_thread_target(shard), n) for n in range(order.shards)
            ]
            return [each.result() for each in begun]
        except BaseException:
            stopped.set()
            context.cancelJobGroup(group)
            raise


def _shard(order: Order, index: int, context: Any, stopped: Event) -> Ending:
    from py4j.protocol import Py4JJavaError  # noqa: PLC0415  (an extra)

    lost = 0
    while True:
        # Alone in its job, since Spark gives up a whole job for one task that fails too often.
        work = context.parallelize([index], 1).map(partial(buy_shard, order))
        try:
            ending: Ending = work.collect()[0]
        except Py4JJavaError as error:
            if lacking := _LACKING.search(str(error)):
                message = (
                    f"Spark's workers cannot load enrich ({lacking[1]}): install it there, "
                    "and let PYSPARK_PYTHON name that Python"
                )
                raise ConfigError(message) from error
            lost += 1
            if lost > RETRIES or stopped.is_set() or _IN_PYTHON in str(error):
                raise
        else:
            return ending
