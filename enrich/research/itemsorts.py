"""What the items of an asked list are, and which passages give no such list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.countries import country_candidates, is_country
from enrich.research.candidates.languages import asks_languages, language_candidates
from enrich.research.candidates.lists import is_told
from enrich.research.candidates.offices import OFFICES
from enrich.research.candidates.weekdays import asked_clause, asks_weekdays, says_when
from enrich.research.listed import asked_nouns
from enrich.research.wanted import is_neutral
from enrich.research.words import name_key, own_label, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.research.page import Label, Page
    from enrich.research.reading import Element
    from enrich.research.wanted import Wanted

_NEAR: Final = 200  # cells that are looked through for the subject's own
_EARLIER = re.compile(
    r"\b(?:previous(?:ly)?|former(?:ly)?|earlier|before|ex|prior|past|until|old)\b(?!\s(?:than\s|to\s)?\d{4})",
    re.IGNORECASE,
)
_NATIONAL = re.compile(r"\b(?:countr(?:y|ies)|nations?|national)\b", re.IGNORECASE)
_ASKED_COUNTRIES = re.compile(
    r"(?:(?:in |to |from )?(?:(?:the|all|other|every|each|which|what|current|present|english|national|foreign|lists? of|names? of)\W+)*)(?:countr(?:y|ies)|nations?|markets?)\b(?!'s| code)",
    re.IGNORECASE,
)
_TRANSLATED = re.compile(r"\btranslat(?:ed|ions?)\b|\bforeign\b|\bother\b", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"languages?\b|\btongues?\b|\blocales?\b|\bspo?ken?\b|\bspeaks?\b", re.IGNORECASE
)
_SOMEONE: Final = frozenset(stems("person people member individual human")) | OFFICES


def sort_of_items(field: Wanted) -> str:
    """Return the form of lists by what their items are: ``countries``, ``days``, ``languages`` or ``people``; empty for any other."""
    if asks_weekdays(field):
        return "days"
    if _ASKED_COUNTRIES.match(field.description) and _NATIONAL.search(
        f"{field.label} {field.description}"
    ):
        return "countries"
    if asks_languages(field.description):
        return "languages"
    nouns = asked_nouns(field)
    who = re.match(r"whom?\b", field.label) or re.match(
        r"whom?\b", field.description, re.IGNORECASE
    )
    return "people" if who or nouns & _SOMEONE else ""


def is_not_of_before(field: Wanted, said: str) -> bool:
    """Tell whether what was before is asked for, and a text does not say that it speaks of that."""
    return bool(_EARLIER.search(asked_clause(field))) and not _EARLIER.search(said)


def is_no_list(
    wanted: Wanted, page: Page, place: int, names: frozenset[str], *, in_prose: bool
) -> bool:
    """Tell whether a passage gives no list of what is asked: items of another sort, another time, the subject's likes."""
    segment = page.document.segments[place]
    text, label = page.text(segment), page.labels[place].text
    if is_not_of_before(wanted, f"{label} {text}"):
        return True
    if asks_weekdays(wanted):
        return not says_when(wanted, f"{label}: {text}")
    if in_prose or not segment.label:
        return False
    if (sort_of_items(wanted) == "languages" and _is_of_no_languages(wanted, label, text)) or (
        _goes_on(page, place) and is_told(text)
    ):
        return True
    if (
        sort_of_items(wanted) == "countries"
        and not country_candidates(text)
        and _names_rows(page, place)
    ):
        return True
    return _names_rows(page, place) and _of_likes(page, place, names)


def _is_of_no_languages(wanted: Wanted, label: str, text: str) -> bool:
    """Tell whether a label has no languages beside it, or that of the original where translations are asked for."""
    own = own_label(label)
    if _TRANSLATED.search(f"{wanted.label} {wanted.description}"):
        return not _TRANSLATED.search(own)
    return not _LANGUAGE.search(own) and not language_candidates(text)


def are_other_things(wanted: Wanted, items: Sequence[Element], *, named: bool) -> bool:
    """Tell whether most items are no countries where those are asked for, or no names where they are called so, or states are.

    Args:
        wanted: What is asked.
        items: The items.
        named: Whether what stands before them calls them what is asked.
    """
    countries = wanted.topic[-1:] == ("country",) or sort_of_items(wanted) == "countries"
    if not countries and wanted.topic[-1:] != ("state",):
        return False
    fits = is_country if countries and not named else _is_name
    return 2 * sum(fits(str(item.value)) for item in items) <= len(items)


def _is_name(item: str) -> bool:
    return item[:1].isupper()


def is_one_of_many(wanted: Wanted, label: Label) -> bool:
    """Tell whether a label names one country of many that are asked for, by a word that is not asked: ``Home country``."""
    asked = {*wanted.topic, *wanted.hint}
    besides = {c for c in label.own if c not in asked and not is_neutral(c)}
    return sort_of_items(wanted) == "countries" and bool(besides) and label.text.endswith("country")


def _goes_on(page: Page, place: int) -> bool:
    """Tell whether a passage is a later sentence of what stands beside a label."""
    segments = page.document.segments
    before, segment = segments[place - 1] if place else None, segments[place]
    return before is not None and (before.group, before.label, before.row) == (
        segment.group,
        segment.label,
        segment.row,
    )


def _names_rows(page: Page, place: int) -> bool:
    """Tell whether a cell names its row."""
    segments = page.document.segments
    segment = segments[place]
    beside = segments[place + 1] if place + 1 < len(segments) else None
    return (
        not segment.row
        and beside is not None
        and beside.group == segment.group
        and bool(beside.row)
    )


def _of_likes(page: Page, place: int, names: frozenset[str]) -> bool:
    """Tell whether a column has the subject in it, too: then it lists the subject's likes."""
    segments = page.document.segments
    own = segments[place]
    return any(
        (s.section, s.label) == (own.section, own.label)
        and not s.row
        and name_key(page.text(s)) in names
        for s in segments[max(0, place - _NEAR) : place + _NEAR]
    )
