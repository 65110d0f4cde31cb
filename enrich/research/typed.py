"""The candidates that a passage holds, by the kind of value that is wanted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.candidates import strings
from enrich.research.candidates.addresses import address_candidates, line_candidates
from enrich.research.candidates.amounts import amount_candidates
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.choices import boolean_candidates, enum_candidates, presence
from enrich.research.candidates.countries import country_candidates
from enrich.research.candidates.dates import asked_edge, date_candidates, year_candidates
from enrich.research.candidates.lists import largest_share
from enrich.research.candidates.numbers import number_candidates
from enrich.research.candidates.seats import beside
from enrich.research.candidates.taught_notations import TAUGHT
from enrich.research.candidates.where import label_fit, sought
from enrich.research.identifiers import standing
from enrich.research.priced import in_currency, measured

if TYPE_CHECKING:
    from enrich.research.documents import Segment
    from enrich.research.priced import Beside
    from enrich.research.wanted import Wanted

_NOTHING = re.compile(
    r"\W*(?:none|n/?a|nil|null|unknown|not (?:available|applicable|known|stated|specified)|no data|tba|tbd|to be (?:announced|determined))?\W*$",
    re.IGNORECASE,
)
_YEAR_WILL_DO = re.compile(r"\b(?:the year|YYYY) if\b|\bonly the year\b|\bthe year alone\b")
_ISO: Final = "YYYY-MM-DD"
_YEAR_FIT: Final = 0.9  # what a year alone counts where the question says that it will do
_CITY: Final = frozenset({"city", "town"})
_SITED: Final = frozenset({"city", "headquarter", "birth-place", "death-place"})
_SAID: Final = 0.6  # what a whole sentence counts where a phrase is asked for
_NO_PLACE_LABEL: Final = 0.8  # what a place counts beside a label that may mean another thing
_LONG: Final = 160  # characters of a labelled sentence above which a name in it is a guess


def is_nothing(text: str) -> bool:
    """Tell whether what stands beside a label says that there is none, or that it is not known."""
    return bool(_NOTHING.match(text))


def labelled_candidates(  # noqa: C901, PLR0911  (a kind a line)
    wanted: Wanted, text: str, segment: Segment, money: Beside | None = None
) -> list[Candidate]:
    """Return the candidates of a passage whose label names the topic, in order.

    Args:
        wanted: The field.
        text: The passage.
        segment: Where it stands.
        money: The currency that its row names.
    """
    kind = wanted.kind
    if _NOTHING.match(text) and kind not in {"boolean", "enum"}:
        return []
    if wanted.largest and kind in {"name", "place", "phrase"}:
        span = largest_share(text)
        if span is not None:
            return [Candidate(value=text[slice(*span)], start=span[0], end=span[1], fit=1.0)]
    if kind in {"number", "amount"} and not sought(wanted):
        return in_currency(
            wanted, text, _figures(wanted, text, segment, money), segment.label, money
        )
    if sought(wanted):
        said = segment.kind == "sentence" and (len(text) > _LONG or strings.is_clause(text))
        fit = 1.0 if label_fit(sought(wanted), segment.label) else _NO_PLACE_LABEL
        return (
            []
            if said
            else [replace(c, fit=c.fit * fit) for c in beside(wanted, text, segment.label)]
        )
    if kind in {"name", "place"}:
        if segment.kind == "sentence" and (len(text) > _LONG or strings.is_clause(text)):
            return [
                Candidate(value=c.value, start=c.start, end=c.end, fit=c.fit * 0.6)
                for c in strings.proper_names(text)[:1]
            ]
        if kind == "place" or _SITED & set(wanted.topic) or _CITY & set(wanted.label.split()):
            return strings.labelled_place(text, whole=kind == "place")
        return strings.labelled_name(text, place=False)
    if kind == "country":
        return country_candidates(text) or [
            replace(c, fit=c.fit * 0.8) for c in strings.labelled_name(text, place=False)
        ]
    if kind == "phrase":
        said = segment.kind == "sentence" and strings.is_clause(text)
        return [
            replace(c, fit=c.fit * _SAID) if said else c for c in strings.phrase_candidates(text)
        ]
    if kind == "prose":
        return [Candidate(value=text, start=0, end=len(text), fit=1.0 if len(text) > 40 else 0.7)]
    if kind == "boolean":
        return boolean_candidates(text, at=None) or presence(text, denied=wanted.denied)
    return typed_candidates(wanted, text, segment.label)


def _figures(wanted: Wanted, text: str, segment: Segment, money: Beside | None) -> list[Candidate]:
    if wanted.kind == "number":
        return number_candidates(text, wanted.number, measured(segment.label, money))
    return amount_candidates(text, wanted.number, short=wanted.short, labelled=True)


def dates(wanted: Wanted, text: str) -> list[Candidate]:
    """Return the dates of a passage in the asked notation; one that cannot be written so is none."""
    days, edge = wanted.days, asked_edge(wanted)
    if days is None:
        return date_candidates(text, form=wanted.date_form, partial=wanted.partial, edge=edge)
    found = date_candidates(text, form=_ISO, partial=True, edge=edge)
    told = ((c, days.write(str(c.value)), text[c.start : c.end]) for c in found)
    return [
        replace(c, value=written, how=TAUGHT if written != stated else "")
        for c, written, stated in told
        if written is not None
    ]


def typed_candidates(wanted: Wanted, text: str, label: str = "") -> list[Candidate]:  # noqa: C901, PLR0911  (a kind a line)
    """Return the candidates that a passage holds by their form alone, in order; of addresses, a label says more."""
    match wanted.kind:
        case "number":
            return number_candidates(text, wanted.number)
        case "amount":
            return amount_candidates(text, wanted.number, short=wanted.short, labelled=False)
        case "year":
            return year_candidates(text, whole=wanted.whole)
        case "date":
            found = dates(wanted, text)
            will_do = _YEAR_WILL_DO.search(wanted.description)
            return [replace(c, fit=max(c.fit, _YEAR_FIT)) if will_do else c for c in found]
        case "country":
            return country_candidates(text)
        case "code":
            coded = strings.code_candidates(text, wanted.shape) if wanted.shape else []
            return standing(wanted, text, coded, label)
        case "email":
            return address_candidates(text, wanted, label)
        case "url":
            return strings.url_candidates(text, bare=True)
        case "phone":
            return line_candidates(text, wanted, label)
        case "enum":
            return enum_candidates(text, wanted.choices)
        case _:
            return []
