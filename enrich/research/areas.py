"""A figure of a wider area, of a market, or of all rounds together is not that of the thing or the one that is asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates import strings
from enrich.research.descriptions import undenied
from enrich.research.words import concept_spans, name_words, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.wanted import Wanted

_CAP = r"[A-Z\u00c0-\u00de][\w'-]*"
# Right behind what is measured: "unemployment in the county", "the jobless rate in Wasco County".
_IN_AREA = re.compile(
    r"(?: (?:rates?|figures?|levels?|numbers?|shares?))? (?:in|across|throughout) "
    rf"(?:(?:the|this|its) (?:\w+ )?(?P<noun>county|region|province|district|state|country|nation|industry|market|sector|world|canton|group|parish|prefecture)\b|(?:the )?(?P<name>{_CAP}(?: (?:of (?:the )?)?{_CAP})*))"
)
_SITE: Final = r"(?P<noun>data cent(?:re|er)|plant|factory|works|office|branch|site|campus|store|shop|laboratory|warehouse|subsidiary|division|library|restaurant)"
_OF_SITE = re.compile(
    rf"(?:(?:(?:{_CAP} ){{0,3}}{_CAP}['\N{{RIGHT SINGLE QUOTATION MARK}}]s|[Ii]ts|[Oo]ur|[Tt]he company['\N{{RIGHT SINGLE QUOTATION MARK}}]s) (?:[a-z]+ ){{0,2}}{_SITE}|[Tt]he (?:[a-z]+ ){{0,2}}{_SITE.replace('<noun>', '<there>')} in [A-Z])"
    r"[^.;,]{0,40}? (?:has|have|had|employs|seats|houses|counts)\b"
)
_MONTHS = re.compile(strings.MONTH, re.IGNORECASE)
_STOPS: Final = frozenset(",;(")
_BREAK = re.compile(r"[;,.](?=\s)")
_SHORT: Final = 3  # letters of a code, as "EUR"
# The one that is asked for is the last of several.
_ONE_OF = re.compile(
    r"\b(?:latest|last|newest|youngest|most recent(?:ly)?(?: \w+)?|current)\W+(?:\w+ )?(?:round|fund|vehicle|pool|raise|financing|season|edition|order|contract)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|total|altogether|cumulative\w*|to date|so far|overall|together|ever)\b"
)
_SUMMED = re.compile(
    r"\b(?:to date|so far|sum of|over all|across all|under management)\b",
    re.IGNORECASE,
)


def is_of_area(wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str]) -> bool:
    """Tell whether a figure is said of what is asked, but in a place or a market of another name.

    Args:
        wanted: The field.
        text: The sentence.
        candidate: The figure in it.
        names: The subject's names as ``name_key`` gives them.
    """
    asked = set(words(f"{wanted.label} {undenied(wanted.description)}")) | wanted.asked_of
    told = [end for concept, _, end in concept_spans(text) if concept in wanted.topic]
    last = max((end for end in told if end <= candidate.start), default=None)
    area = _IN_AREA.match(text, last) if last is not None else None
    if (
        area is None
        or area.end() > candidate.start
        or _STOPS & set(text[area.end() : candidate.start])
    ):
        return False
    if area["noun"]:
        return bool(wanted.asked_of) and area["noun"] not in asked
    name = area["name"]
    own = name_words(names) | asked
    plain = len(name) <= _SHORT or name.isupper() or _MONTHS.match(name)
    return not plain and not set(words(name)) & own


def is_of_site(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure is said of one of the thing's sites that the question does not name: ``Acme's plant in Ulm has 300 staff``."""
    first = max(text.rfind(mark, 0, candidate.start) for mark in (";", ". ")) + 1
    site = _OF_SITE.match(text[first : candidate.start].lstrip())
    asked = {*words(f"{wanted.label} {wanted.description}"), *wanted.asked_of}
    return site is not None and not set(words(site["noun"] or site["there"])) & asked


def is_of_all(wanted: Wanted, text: str, candidate: Candidate) -> bool:
    """Tell whether a figure sums up all of what only the last one is asked of: rounds, funds, seasons."""
    first = max(text.rfind(mark, 0, candidate.start) for mark in (";", "(", ". ")) + 1
    behind = _BREAK.search(text, candidate.end)
    return sums_up(wanted, text[first : behind.start() if behind else len(text)])


def sums_up(wanted: Wanted, said: str) -> bool:
    """Tell whether a label or a clause speaks of all together where the last one alone is asked for."""
    if not _SUMMED.search(said):
        return False
    asked = f"{wanted.label} {undenied(wanted.description)}"
    return bool(_ONE_OF.search(asked)) and not _ALL.search(asked)
