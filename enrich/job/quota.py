"""What a job says of a quota that is counted for many: an address that holds no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.errors import ConfigError
from enrich.job.databases import holds_secret
from enrich.job.environment import expand, unset

if TYPE_CHECKING:
    from enrich.job.model import Job


def quota_url(job: Job) -> str | None:
    """Return where a job's quota is counted, with the address's variables replaced.

    Raises:
        ConfigError: A variable is not set.
    """
    return None if job.api.quota is None else expand(job.api.quota, key="api.quota")


def quota_problems(job: Job) -> list[ConfigError]:
    """Return what is wrong with the address of a job's quota."""
    url = job.api.quota
    if url is None:
        return []
    found = list(unset(url, "api.quota"))
    if not url.startswith(("redis://", "rediss://", "${")):
        message = "an address of a Redis server begins with redis:// or rediss://"
        found.append(ConfigError(message, key="api.quota"))
    if holds_secret(url):
        message = "a secret does not stand in a file; write ${NAME} and set that variable"
        found.append(ConfigError(message, key="api.quota"))
    return found
