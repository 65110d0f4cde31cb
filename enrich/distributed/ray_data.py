"""Ray Data: researched columns for a dataset."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from enrich import pipeline
from enrich.call import job_of, task_of
from enrich.distributed.order import finish, order_of
from enrich.distributed.ray import buy, cluster
from enrich.frames import read_frame
from enrich.job import JobInput
from enrich.tables.frame import FrameWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from enrich.job import Job
    from enrich.ledger import Ledgers


def enrich(
    dataset: Any,
    task: Any,
    *,
    inputs: Sequence[str] | Mapping[str, Any] | None = None,
    processor: str = "base",
    state: str | Path,
    shards: int | None = None,
    base_url: str | None = None,
    max_cost_usd: float | None = None,
    retry_failed: bool = False,
    **output: Any,
) -> Any:
    """Return a Ray dataset with researched columns.

    The columns that are looked at are written once as Parquet into the state folder; shards
    buy from there, each once; and the answers are put beside the rows batch by batch, as the
    dataset that is returned is read. The dataset is read twice, and must be the same then: a
    row whose input was not there the first time stays pending.

    Args:
        dataset: A ``ray.data.Dataset``.
        task: See ``enrich.enrich``.
        inputs: The columns to send, or name → column or template. Only these leave.
        processor: The API's tier.
        state: Folder of the ledgers, which all workers reach.
        shards: How many; None for the cluster's CPUs.
        base_url: The API; None for the hosted one.
        max_cost_usd: Most that all runs may cost, in US dollars.
        retry_failed: Buy failed rows again.
        output: Keys of a job file's ``output``, such as ``prefix`` or ``columns``.

    Raises:
        EnrichError: As ``enrich.enrich``.
    """
    job = job_of(
        task_of(task, inputs, processor),
        base_url=base_url,
        corpus=None,
        local=None,
        state=state if "://" in str(state) else Path(state).absolute(),
        max_cost_usd=max_cost_usd,
        output=output,
    )
    empty = dataset.schema().base_schema.empty_table()
    prepared = pipeline.prepare(job, read_frame(empty)[0])
    place = f"{state if '://' in str(state) else Path(state).absolute()}/inputs"
    with cluster() as cpus:
        dataset.select_columns(list(prepared.read)).write_parquet(place, mode="overwrite")
        written = job.model_copy(update={"input": JobInput(path=place)})
        order = order_of(written, shards or cpus, retry_failed=retry_failed)
        finish(order, buy(order, cpus), into=[])
    return dataset.map_batches(
        _merged, fn_kwargs={"job": job, "reading": uuid.uuid4().hex}, batch_format="pyarrow"
    )


def _merged(batch: pa.Table, job: Job, reading: str) -> pa.Table:
    """Put what was bought beside the rows of a batch."""
    table, back = read_frame(batch)
    prepared = pipeline.prepare(job, table)
    writer = FrameWriter(table, prepared.columns)
    pipeline.merge(prepared, _opened(job, reading), into=[writer])
    made: pa.Table = back(writer.arrays)
    return made


_kept: dict[str, Ledgers] = {}
_keeping: Final = ExitStack()


def _opened(job: Job, reading: str) -> Ledgers:
    """Return the ledgers of a job, which a worker's process opens once for all its batches.

    They are only read: they keep nobody from anything, and a worker that dies loses nothing.
    """
    if reading not in _kept:
        _kept.clear()
        _keeping.close()
        _kept[reading] = _keeping.enter_context(pipeline.open_ledgers(job, read_only=True))
    return _kept[reading]
