"""What a job says of where its ledger lies: a folder, or an address in shared storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.errors import ConfigError
from enrich.job.model import LOCAL

if TYPE_CHECKING:
    from enrich.job.model import Job

SCHEMES: Final = ("s3", "gs", "az", "file")


def state_problems(job: Job) -> list[ConfigError]:
    """Return what is wrong with the address of a job's state."""
    url = job.state_url
    if url is None:
        return []
    parts = urlsplit(url)
    found = []
    if parts.scheme not in SCHEMES:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        found.append(f"is no folder, and no address that is known; known are {known}")
    elif parts.scheme == "file" and (parts.netloc or not parts.path.startswith("/")):
        found.append("a folder's address is file:///, and its path from the root")
    elif parts.scheme != "file" and not parts.netloc:
        found.append("names no bucket")
    if parts.username or parts.password:
        found.append("an address holds no key; set it in the environment")
    if job.api.base_url == LOCAL:
        found.append(
            "is for several machines, and the embedded server's runs are on one: "
            "start `enrich serve` and name its address in api.base_url, or take a folder"
        )
    return [ConfigError(message, key="state") for message in found]
