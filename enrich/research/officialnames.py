"""What a thing is officially called, as the sentence says that defines it: ``Chad, officially the Republic of Chad, is …``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.candidate import Candidate
from enrich.research.words import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page

_WORD = r"[^\W\d_a-z][\w'\N{RIGHT SINGLE QUOTATION MARK}.&-]*"
_LINK = r"(?:of|and|the|for|de|del|la|las|los|do|da|dos|du|des|et|y|und|von|der|van)"
_OFFICIALLY: Final = re.compile(
    rf"(?P<who>[^,;()]{{2,60}}?)(?: ?\([^()]*\))*,? (?:officially|formally|legally)(?: (?:known as|called|named|styled|titled))? (?:the )?"
    rf"(?P<name>{_WORD}(?: (?:{_LINK} ){{0,2}}{_WORD})*)(?<!\.)(?=\.?(?: \(|,|;| or | is | was |\.?$))"
)
SURE: Final = 0.84


def official_names(page: Page, names: frozenset[str]) -> Iterator[tuple[int, Candidate, float]]:
    """Yield where a page says what its subject is officially called.

    Args:
        page: The page.
        names: The subject's names as ``name_key`` gives them; the sentence begins with one of them.
    """
    for place, segment in enumerate(page.document.segments):
        if segment.kind != "sentence":
            continue
        found = _OFFICIALLY.match(page.text(segment))
        if found and name_key(found["who"]) in names:
            start, end = found.span("name")
            yield place, Candidate(value=found["name"], start=start, end=end, fit=1.0), SURE
