"""Running on Ray: `run(job)`, and `enrich(dataset, task)` for Ray Data."""

from enrich.distributed.ray import run
from enrich.distributed.ray_data import enrich

__all__ = ["enrich", "run"]
