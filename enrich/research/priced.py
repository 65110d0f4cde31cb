"""The currency of a bare price, where the row that it stands in has a cell for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.currencies import CODES
from enrich.research.candidates.headings import Measure, heading_measure
from enrich.research.words import own_label, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

IN_CURRENCY: Final = "in the currency that stands beside it"
_NEAR: Final = 12  # cells between a price and its currency
_REACH: Final = 300  # characters between them that one excerpt shows
_LABELS: Final = frozenset({"currency", "currency code", "price currency", "ccy", "currency iso"})
_TOLD = re.compile(r"\b(?:with|incl(?:uding|\.)?|and) (?:its |the )?currency\b", re.IGNORECASE)
_BARE = re.compile(r"[\d.,\s\u00a0\u202f%-]+")


@dataclass(frozen=True, slots=True)
class Beside:
    """The currency that a row names.

    Attributes:
        code: Its ISO 4217 code, as it stands there.
        end: Offset in the document behind it where it follows closely; 0 where it does not.
    """

    code: str
    end: int


def currency_beside(wanted: Wanted, page: Page, segment: Segment) -> Beside | None:
    """Return the currency that a cell of a passage's own row names, where money is asked for."""
    if not wanted.number.currency or wanted.kind not in {"number", "amount"}:
        return None
    if segment.kind != "value" or not segment.label:
        return None
    segments, place = page.document.segments, page.place_of(segment)
    for other in segments[max(0, place - _NEAR) : place + _NEAR + 1]:
        if other.kind != "value" or other.section != segment.section:
            continue
        if segment.row and other.group != segment.group:  # another thing's row
            continue
        said = page.text(other).strip()
        if said in CODES and " ".join(words(own_label(other.label))) in _LABELS:
            follows = 0 < other.end - segment.end <= _REACH
            return Beside(said, other.end if follows else 0)
    return None


def in_another(wanted: Wanted, quoted: str, beside: Beside | None) -> bool:
    """Tell whether a bare figure is in another currency than the one that is asked for, as its row says."""
    asked = wanted.number.currency
    return beside is not None and asked not in {"*", beside.code} and bool(_BARE.fullmatch(quoted))


def measured(label: str, beside: Beside | None) -> Measure:
    """Return what a label says of the numbers beside it, and of their currency what the row says."""
    measure = heading_measure(label)
    bare = beside is not None and not measure.currency and not measure.unit and not measure.percent
    return replace(measure, currency=beside.code) if bare and beside is not None else measure


def in_currency(
    wanted: Wanted, text: str, found: list[Candidate], label: str, beside: Beside | None
) -> list[Candidate]:
    """Return the candidates of a passage with what the row says of their currency.

    A text has the code behind the figure where it is asked for ("with currency").
    """
    if beside is None or measured(label, beside) == heading_measure(label):
        return found
    out: list[Candidate] = []
    for candidate in found:
        bare = _BARE.fullmatch(text, candidate.start, candidate.end)
        if not bare or "%" in bare.group():
            out.append(candidate)
            continue
        if wanted.kind == "number":
            how = ", ".join(part for part in (candidate.how, IN_CURRENCY) if part)
            out.append(replace(candidate, how=how))
        elif wanted.number.currency not in {"*", beside.code}:
            continue
        elif _TOLD.search(wanted.description):
            value = f"{candidate.value} {beside.code}"
            out.append(replace(candidate, value=value, how=IN_CURRENCY, fit=1.0))
        else:
            out.append(candidate)
    return out
