"""What a source policy may say, for the job that states it and the server that keeps to it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from enrich.taskapi.models import MAX_SOURCE_POLICY_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.taskapi.models import SourcePolicy


def policy_faults(policy: SourcePolicy) -> Iterator[str]:
    """Yield what is wrong with a source policy.

    Source:
        Protocol reference, 12.1.
    """
    entries = [*(policy.include_domains or ()), *(policy.exclude_domains or ())]
    if len(entries) > MAX_SOURCE_POLICY_ENTRIES:
        yield f"{len(entries)} domains; the API takes {MAX_SOURCE_POLICY_ENTRIES} in all"
    for entry in entries:
        if not entry.strip(" ."):
            yield "an empty domain means nothing; take it out"
        elif entry.startswith("/"):
            yield f"`{entry}`: a path stands behind its domain"
        elif re.search(r"://|[*:?#\s]", entry):
            yield f"`{entry}`: a domain stands without scheme, port, query and *"
    if policy.after_date is not None and not _is_date(policy.after_date):
        yield f"after_date is a date as YYYY-MM-DD, not `{policy.after_date}`"


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
