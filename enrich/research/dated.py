"""When a document says that it was last changed."""

from __future__ import annotations

import re
from typing import Final

from enrich.research.candidates.dates import date_candidates

_SAID = re.compile(
    r"\b(?:updated|modified|revised|reviewed|edited)\b(?: on| at)?\s*:?\s*(?=\w)",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_STATED_CHARS: Final = 40
_ENDS_CHARS: Final = 4_000
"""Only the beginning and the end of a document speak of the document itself."""


def stated_day(text: str) -> str | None:
    """Return the newest day of "Last updated: 3 March 2024" and its like, as ``YYYY-MM-DD``; None for none."""
    ends = text if len(text) <= 2 * _ENDS_CHARS else f"{text[:_ENDS_CHARS]}\n{text[-_ENDS_CHARS:]}"
    found = []
    for match in _SAID.finditer(ends):
        said = ends[match.end() : match.end() + _STATED_CHARS]
        if iso := _ISO.match(said):
            found.append(iso.group())
        else:
            days = date_candidates(said, form="YYYY-MM-DD", partial=False)
            found += [str(day.value) for day in days[:1] if day.start == 0]
    return max(found, default=None)
