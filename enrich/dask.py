"""Running on Dask: `run(job, client)`."""

from enrich.distributed.dask import run

__all__ = ["run"]
