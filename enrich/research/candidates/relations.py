"""Who or what stands in a relation to the subject, as sentences say it: ``operated by Acme``, ``Acme, which runs it``.

What is told of another thing, or as over, is no answer; which relations there are stands in ``bonds``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.research.candidates.bodies import BODY, is_body, is_person, is_strangers, whole_end
from enrich.research.candidates.bonds import RELATIONS, Relation, compiled
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.offices import SPOKEN, is_office, offices
from enrich.research.candidates.persons import is_of_kin
from enrich.research.candidates.strings import SENTENCE_STARTERS
from enrich.research.descriptions import statement, undenied
from enrich.research.words import name_words, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.wanted import Wanted

__all__ = [
    "RELATIONS",
    "Relation",
    "is_labelled",
    "is_labelled_otherwise",
    "latest",
    "related",
    "relation",
]

_PAST = re.compile(
    r"\b(?:was|were|had been|formerly|previously|originally|initially|once|then|until|earlier|first|used to be|no longer|not)(?: \w+ly)?\s*(?:being )?$",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r",? who\b")
_OVER = re.compile(
    r"\W{0,3}(?:until|till|up to|before|from (?:\w+ )?\d{4} (?:to|until)|\d{4}\s?[-\N{EN DASH}]\s?\d{2,4}|former)\b",
    re.IGNORECASE,
)


# "said Bo Case, chief executive of" Acme, "which runs it": the body is asked for.
_WHOSE = re.compile(
    rf",\s(?:[\w-]+ ){{0,3}}?(?:{'|'.join(said.pattern for said in SPOKEN.values())}) (?:of|at) (?:the )?(?P<name>{BODY})(?=,)"
)
_SORT_OF = re.compile(
    r"\b(?:types?|kinds?|sorts?|category|categories|(?<!legal )form|whether|sector)\b",
    re.IGNORECASE,
)
_OF_A_PERSON = re.compile(
    r"\bname of the person\b|\bperson (?:who|that|in charge)\b|\bfirst name\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
_PLACE = re.compile(r"(?:venue|location|address|city|town|hall|port)\b", re.IGNORECASE)
_SERIES = re.compile(r"\bSeries ([A-Z])\b")


def relation(wanted: Wanted) -> Relation | None:
    """Return the relation to the subject in which somebody or something is asked for; None for none."""
    if wanted.many or wanted.kind not in {"name", "phrase"} or offices(wanted):
        return None
    return _asked_for(wanted.label, wanted.description)


@lru_cache(maxsize=4_096)
def _asked_for(label: str, description: str) -> Relation | None:
    asked = f"{label} | {undenied(statement(description))}"
    if _SORT_OF.search(asked):
        return None
    found = next((r for r in RELATIONS.values() if r.asked.search(asked)), None)
    return None if found and found.sort == "body" and _OF_A_PERSON.search(asked) else found


def related(text: str, asked: Relation, names: frozenset[str]) -> Iterator[Candidate]:
    """Yield those who are said to stand in a relation to the subject.

    Args:
        text: A passage.
        asked: The relation.
        names: The subject's, as ``name_key`` gives them.
    """
    if not asked.cue.search(text):
        return
    for pattern in compiled(asked.told):
        for found in pattern.finditer(text):
            if asked.own and is_of_kin(text, found.end()):
                continue
            if (whom := found.groupdict().get("whom")) and not _is_own(whom, names):
                continue
            start, end = _name_in(text, found, asked)
            value = text[start:end].removesuffix("'s")
            if value and not _is_no_answer(text, found, (start, end), asked, names):
                yield Candidate(value=value, start=start, end=start + len(value), fit=1.0)


def _name_in(text: str, found: re.Match[str], asked: Relation) -> tuple[int, int]:
    """Return where the name stands in what tells of a relation, whole and without what begins a sentence."""
    start, end = found.span("name")
    if asked.sort == "body" and (whose := _WHOSE.match(text, end, found.end())):
        start, end = whose.span("name")
    while (first := text[start:end].partition(" ")[0]) in SENTENCE_STARTERS:
        start += len(first) + 1
    return start, whole_end(text, start, end) if start < end else start


def _is_no_answer(
    text: str,
    found: re.Match[str],
    span: tuple[int, int],
    asked: Relation,
    names: frozenset[str],
) -> bool:
    """Tell whether a name is of another sort, was so before, is the subject's own, or told of another thing."""
    start, end = span
    value = text[start:end].removesuffix("'s")
    if not (is_person(value) if asked.sort == "person" else is_body(value)):
        return True
    if asked.sort == "body" and _SOMEBODY.match(text, end):
        return True
    over = _PAST.search(text, 0, found.start()) or _OVER.match(text, found.end())
    return bool(
        (asked.lasting and over)
        or _is_own(value, names)
        or is_strangers(text, min(found.start(), start), names)
    )


def is_labelled(asked: Relation, label: str) -> bool:
    """Tell whether a label, without what is in parentheses, has the answer beside it."""
    return bool(asked.label and asked.label.fullmatch(_PARENTHESES.sub("", label).strip(" :*")))


def is_labelled_otherwise(asked: Relation, label: str) -> bool:
    """Tell whether a label is that of another relation, an office's or of a place."""
    if is_labelled(asked, label):
        return False
    return (
        asked.closed
        or is_office(tuple(SPOKEN), label)
        or bool(_PLACE.match(label.strip()))
        or any(is_labelled(other, label) for other in RELATIONS.values() if other is not asked)
    )


def latest(text: str) -> tuple[int, str]:
    """Return when a passage tells of, for choosing the last: its latest year and series."""
    years = [int(year) for year in _YEAR.findall(text)]
    return max(years, default=0), max(_SERIES.findall(text), default="")


def _is_own(value: str, names: frozenset[str]) -> bool:
    """Tell whether a name is the subject's own, or only words of it."""
    return set(words(value)) <= name_words(names)
