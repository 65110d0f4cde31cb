"""Running on Spark: `run(job, spark)`."""

from enrich.distributed.spark import run

__all__ = ["run"]
