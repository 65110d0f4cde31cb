"""One frozen job, from a YAML file or from Python values, and what it asks."""

from enrich.job.check import as_violation, check_file, check_job, job_layout
from enrich.job.databases import query_of, target_of
from enrich.job.environment import may_hold_secret
from enrich.job.fix import Mended, mended
from enrich.job.load import Overrides, load_job, make_job
from enrich.job.model import HOSTED_URL, LOCAL, Asked, Job, JobInput, Sample
from enrich.job.problems import JobError, raise_all
from enrich.job.quota import quota_url
from enrich.job.schema import job_json_schema
from enrich.job.task import (
    escalated_fields,
    escalated_task,
    resolve_inputs,
    resolve_task,
    wire_members,
)

__all__ = [
    "HOSTED_URL",
    "LOCAL",
    "Asked",
    "Job",
    "JobError",
    "JobInput",
    "Mended",
    "Overrides",
    "Sample",
    "as_violation",
    "check_file",
    "check_job",
    "escalated_fields",
    "escalated_task",
    "job_json_schema",
    "job_layout",
    "load_job",
    "make_job",
    "may_hold_secret",
    "mended",
    "query_of",
    "quota_url",
    "raise_all",
    "resolve_inputs",
    "resolve_task",
    "target_of",
    "wire_members",
]
