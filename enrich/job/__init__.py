"""One frozen job, from a YAML file or from Python values, and what it asks."""

from enrich.job.check import check_file, check_job
from enrich.job.databases import query_of, target_of
from enrich.job.load import Overrides, load_job, make_job
from enrich.job.model import HOSTED_URL, LOCAL, Job
from enrich.job.problems import JobError
from enrich.job.schema import job_json_schema
from enrich.job.task import resolve_inputs, resolve_task, wire_members

__all__ = [
    "HOSTED_URL",
    "LOCAL",
    "Job",
    "JobError",
    "Overrides",
    "check_file",
    "check_job",
    "job_json_schema",
    "load_job",
    "make_job",
    "query_of",
    "resolve_inputs",
    "resolve_task",
    "target_of",
    "wire_members",
]
