"""The extractive reader: passages to a value, or to nothing.

Every segment of a page that speaks of the topic is scored by what stands around
it (its label) or, in prose, by what it says itself; typed candidates are read out
of it; the best that clears the bar wins. A value is always read from a span of
the document by a normalisation that is named, never put together.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Final

from enrich.research import prose, siblings, unlabelled
from enrich.research.barred import is_another_sort, is_anothers, is_barred
from enrich.research.candidates.choices import PRESENT, is_over
from enrich.research.candidates.languages import LANGUAGE, language_spans
from enrich.research.candidates.lists import is_told, list_spans, without_lands
from enrich.research.candidates.offices import OFFICES
from enrich.research.candidates.owned import of_owner
from enrich.research.candidates.places import is_sited, of_region, placed
from enrich.research.candidates.relations import relation
from enrich.research.candidates.strings import is_clause
from enrich.research.candidates.weekdays import asks_weekdays, days_said
from enrich.research.descriptions import statement
from enrich.research.events import is_headed_undone, is_undone
from enrich.research.figures import (
    counts_people,
    is_counted,
    is_headed_off,
    is_not_asked,
    is_whole,
    of_day,
)
from enrich.research.itemsorts import (
    are_other_things,
    is_no_list,
    is_one_of_many,
    sort_of_items,
)
from enrich.research.kinds import FIGURES
from enrich.research.labels import Match, label_score, with_span
from enrich.research.priced import IN_CURRENCY, currency_beside
from enrich.research.prose import LEAD
from enrich.research.reading import Element, Reading
from enrich.research.typed import is_nothing, labelled_candidates, typed_candidates
from enrich.research.wanted import is_neutral
from enrich.research.words import concept_spans, name_key, own_label, stems, verbs, words
from enrich.research.years import in_year

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

__all__ = ["ACCEPT", "Element", "Reading", "read", "read_places"]

ACCEPT: Final = 0.5
"""A reading below this score is no answer."""

_LATER: Final = 0.05  # what each candidate loses to the one before it in its passage
_UNDER_ANOTHER: Final = 0.9  # what prose counts beside a label that names another thing
_ONE_ONLY: Final = 0.5  # what a single name in prose counts where a list is asked for
_EXACT: Final = 0.9  # a label from here on says what is asked, whatever the number counts
_COUNTS_ANOTHER: Final = 0.5
_WORDS: Final = 3  # a text of more that ends in a full stop is a sentence
_IN_WORDS: Final = 0.7  # a number in letters that counts nothing is seldom an answer
_PLAIN_NAME: Final = 0.9  # what a thing's plain name counts where the one asked for is "none"
_TITLED: Final = 0.92  # a labelled value that begins with the title that is asked for
_NAMES: Final = frozenset(
    stems("name names title titles")
)  # beside these a thing's own name is an answer
# A figure is no item of a list of names.
_FIGURE = re.compile(r"\W*\d[\d.,]*(?:\s?(?:%|thousand|million|billion|trillion|km|sq|m|cu)\W*)*")
_FIGURES: Final = FIGURES | {"year"}
_TEXT_KINDS: Final = frozenset({"phrase", "name", "place", "country", "prose"})


@dataclass(frozen=True, slots=True)
class _Passage:
    """A segment that is worth reading."""

    score: float
    match: Match
    place: int
    _: KW_ONLY
    in_prose: bool


def read(
    wanted: Wanted,
    page: Page,
    *,
    names: frozenset[str],
    passages: int,
    scope: Callable[[Page, Segment], bool] | None = None,
) -> list[Reading]:
    """Return the readings of a field on one page, the best first; none below ``ACCEPT``.

    Args:
        wanted: The field.
        page: The page.
        names: The subject's names as ``name_key`` gives them; never an answer themselves.
        passages: How many passages are tried at most.
        scope: Which segments may be read; None for all of them.
    """
    free = frozenset(c for name in names for c, _, _ in concept_spans(name))
    tried: list[_Passage] = []
    asked = [
        *wanted.topic,
        *(v for c in wanted.topic for v in verbs(c)),
        *(c for c in wanted.hint if not is_neutral(c)),
    ]
    front = range(min(LEAD, len(page.labels)))
    for place in sorted({*page.holding(asked), *front, *with_span(wanted, page)}):
        segment = page.document.segments[place]
        if scope is not None and not scope(page, segment):
            continue
        if page.is_aside(segment, wanted.topic):
            continue
        match = label_score(wanted, page.labels[place], page, free=free)
        said = prose.prose_match(wanted, page, place)
        decay = 0.93 ** min(segment.order, 10) if segment.kind == "sentence" else 1.0
        if match.score:
            tried.append(
                _labelled(
                    wanted, page, _Passage(match.score * decay, match, place, in_prose=False), scope
                )
            )
        brief = segment.kind == "value" and segment.end - segment.start <= 40
        if said.score and (not brief or wanted.kind == "boolean"):
            tried.append(_Passage(said.score, said, place, in_prose=True))
    tried.sort(key=lambda passage: (-passage.score, passage.place))
    readings = [r for passage in tried[:passages] for r in _readings(wanted, page, passage, names)]
    readings = _merged(readings) if wanted.many else readings
    listed = list(unlabelled.listed_readings(wanted, page, names, scope))
    # "Law and Trade" is one item of a list, where the sentence's names alone would be two.
    parted = {r.segment.start for r in listed if any(" and " in str(v) for v in r.value)}
    readings = [r for r in readings if not r.in_prose or r.segment.start not in parted] + listed
    if wanted.kind in {"name", "place"} and not wanted.many:
        readings += unlabelled.in_rows(wanted, page, scope)
    readings += unlabelled.formed_readings(wanted, page, names, scope)
    return _sorted(wanted, readings)


def read_places(
    wanted: Wanted,
    page: Page,
    places: dict[int, Match],
    *,
    names: frozenset[str],
    scope: Callable[[Page, Segment], bool] | None = None,
) -> list[Reading]:
    """Return the readings of passages whose labels were matched otherwise than by words, the best first."""
    found: list[Reading] = []
    for place, match in places.items():
        segment = page.document.segments[place]
        if (scope is None or scope(page, segment)) and not page.is_aside(segment, wanted.topic):
            decay = 0.93 ** min(segment.order, 10) if segment.kind == "sentence" else 1.0
            passage = _Passage(match.score * decay, match, place, in_prose=False)
            found += _readings(wanted, page, _labelled(wanted, page, passage, scope), names)
    found = _merged(found) if wanted.many else found
    return _sorted(wanted, found)


def _sorted(wanted: Wanted, readings: list[Reading]) -> list[Reading]:
    """Return the readings of the asked year that are sure enough, the best first."""
    found = [kept for reading in readings if (kept := in_year(wanted, reading)) is not None]
    found.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
    return [reading for reading in found if reading.score >= ACCEPT]


def _labelled(
    wanted: Wanted,
    page: Page,
    passage: _Passage,
    scope: Callable[[Page, Segment], bool] | None,
) -> _Passage:
    """Return a passage that was found by its label, or the one beside it whose label is meant."""
    place = siblings.meant(wanted, page, passage.place)
    if place == passage.place or (scope is not None and not scope(page, page.document.segments[place])):  # fmt: skip
        return passage
    return replace(passage, place=place, match=replace(passage.match, beside=True))


def _readings(  # noqa: C901, PLR0911, PLR0912, PLR0915  (a sort of passage a branch)
    wanted: Wanted, page: Page, passage: _Passage, names: frozenset[str]
) -> Iterator[Reading]:
    score, match, in_prose, place = passage.score, passage.match, passage.in_prose, passage.place
    segment = page.document.segments[place]
    text = page.text(segment)
    if is_barred(wanted, page.labels[place], text, taught=bool(match.taught_by)):
        return
    if wanted.kind == "boolean" and not in_prose and _asks_another(wanted, page, place):
        return
    if wanted.many:
        if is_no_list(wanted, page, place, names, in_prose=in_prose):
            return
        found = list(_elements(wanted, text, segment, in_prose=in_prose, names=names))
        if len(found) == 1 and not in_prose and is_one_of_many(wanted, page.labels[place]):
            return
        near = in_prose or match.by_meaning  # no label says that these are what is asked
        if near and are_other_things(wanted, found, named=False):
            return
        if found:
            yield Reading(
                value=[e.value for e in found], page=page, segment=segment, start=found[0].start, end=found[-1].end,
                score=score * (_ONE_ONLY if in_prose and len(found) == 1 else 1.0), match=match, in_prose=in_prose, year=page.labels[place].year, elements=tuple(found),
                how="its items one by one",
            )  # fmt: skip
        return
    # What a sentence under a heading says is said as in any other: the heading names none of its figures.
    told = in_prose or (wanted.kind in _FIGURES and segment.kind == "sentence" and not segment.label and _says(text))  # fmt: skip
    if wanted.kind in _FIGURES and segment.label and is_headed_off(wanted, segment.label):
        return
    if told and not in_prose and match.by_meaning:
        return
    if in_prose:
        candidates = list(prose.in_sentence(wanted, text))
        candidates = placed(wanted, text, candidates) if is_sited(wanted) else candidates
        lead = place < LEAD and segment.order == 0 and not segment.label
        aside = (not lead and prose.about_another(text, names, wanted)) or prose.of_another(
            text, names, wanted
        )
        score *= prose.ASIDE if aside else 1.0
        other = segment.label and not page.labels[place].own & set(wanted.topic)
        if other and prose.titled(wanted, text):
            score = max(score, _TITLED)
        elif other:
            score *= _UNDER_ANOTHER
    else:
        found_here = labelled_candidates(
            wanted, text, segment, currency_beside(wanted, page, segment)
        )
        if match.by_meaning and not wanted.denied:  # a number beside a label that is only like it
            found_here = [c for c in found_here if c.how not in PRESENT]
        later = 0.0 if wanted.year_only else _LATER  # that of its year, whichever stands first
        candidates = [(c, max(0.5, 1.0 - later * nth)) for nth, c in enumerate(found_here)]
        if wanted.kind == "name" and is_nothing(text):
            yield from _plain_name(wanted, page, passage, names)
    candidates = of_owner(wanted, text, segment.label, names, of_region(wanted, text, candidates))
    for candidate, factor in candidates:
        if name_key(str(candidate.value)) in names and not _names_itself(
            wanted, page, passage, whole=candidate.value == text
        ):
            continue
        label = f"{segment.row} {segment.label}"
        sentence = segment.kind == "sentence"
        if is_anothers(
            wanted, text, candidate, names, in_prose=in_prose, label=label, told=sentence
        ) or is_another_sort(
            wanted, page.labels[place], text, candidate, told=sentence or in_prose
        ):
            continue
        if (in_prose or sentence) and wanted.kind == "enum" and is_over(text, candidate):
            continue
        if is_undone(wanted, text, candidate, names) if told else is_headed_undone(wanted, segment.label, text, candidate):  # fmt: skip
            continue
        if wanted.kind in FIGURES and (of_day(text, candidate) or is_whole(wanted, text, candidate)):  # fmt: skip
            continue
        if told and is_not_asked(wanted, text, candidate, names, len(candidates) - 1):
            continue
        if told or match.score < _EXACT:
            factor *= _counting(wanted, candidate)  # noqa: PLW2901  (of this candidate alone)
        yield Reading(
            value=candidate.value, page=page, segment=segment, start=segment.start + candidate.start,
            end=_behind(wanted, page, segment, candidate), match=match, in_prose=in_prose, how=candidate.how,
            score=score * factor * candidate.fit,
            year=page.labels[place].year,
        )  # fmt: skip


def _behind(wanted: Wanted, page: Page, segment: Segment, candidate: Candidate) -> int:
    """Return the offset behind what a value was read from, its row's currency with it."""
    beside = currency_beside(wanted, page, segment) if IN_CURRENCY in candidate.how else None
    return max(segment.start + candidate.end, 0 if beside is None else beside.end)


def _asks_another(wanted: Wanted, page: Page, place: int) -> bool:
    """Tell whether a passage answers a question of the page's own that is not the one which is asked."""
    label = page.labels[place]
    last = own_label(label.text)
    said = {c for c in label.own if not is_neutral(c)}
    return last.rstrip().endswith("?") and not said <= {*wanted.topic, *wanted.hint}


def _names_itself(wanted: Wanted, page: Page, passage: _Passage, *, whole: bool) -> bool:
    """Tell whether a thing's own name may be the answer: Luxembourg's capital, where a label says so.

    A company's name under "Company" says nothing of its industry.
    """
    if relation(wanted) is not None:
        return False  # nobody is the own subsidiary
    if wanted.kind == "phrase":
        surely = not (passage.match.by_meaning or passage.match.by_hint)
        return surely or bool(_NAMES & set(wanted.topic))
    if wanted.kind not in {"name", "place", "country"}:
        return True
    if passage.in_prose or not whole or passage.match.by_hint:
        return False
    return passage.match.coverage >= 1 or bool(_NAMES & page.labels[passage.place].parts)


def _plain_name(
    wanted: Wanted, page: Page, passage: _Passage, names: frozenset[str]
) -> Iterator[Reading]:
    """Yield a thing's plain name where it has no other: ``Long form: none``, ``Short form: Kenya``.

    Only where the two labels differ in one word each, and the one that is not there was
    not asked for by that word.
    """
    none = page.document.segments[passage.place]
    asked = set(words(f"{wanted.label} {wanted.description}"))
    own = set(words(none.label))
    for segment in page.document.segments:
        text = page.text(segment)
        if segment.section != none.section or name_key(text) not in names:
            continue
        beside = set(words(segment.label))
        if len(own - beside) == 1 == len(beside - own) and not (own ^ beside) & asked:
            yield Reading(
                value=text, page=page, segment=segment, start=segment.start, end=segment.end,
                score=passage.score * _PLAIN_NAME, match=passage.match,
            )  # fmt: skip
            return


def _says(text: str) -> bool:
    """Tell whether a text is a sentence, and not a bare figure with its unit or note."""
    whole = text.rstrip().endswith(".") and not text[:1].isdigit() and len(text.split()) > _WORDS
    return is_clause(text) or whole


def _counting(wanted: Wanted, candidate: Candidate) -> float:
    """Return what a number counts for by the word behind it: ``seven valleys`` are no population."""
    if not candidate.counted:
        return _IN_WORDS if candidate.in_words else 1.0
    asked = {*wanted.topic, *wanted.hint, *stems(statement(wanted.description))}
    meant = counts_people(candidate) or is_counted(candidate, asked)
    return 1.0 if meant else _COUNTS_ANOTHER


def _elements(
    wanted: Wanted, text: str, segment: Segment, *, in_prose: bool, names: frozenset[str]
) -> Iterator[Element]:
    """Yield the items of a passage; the subject's own name is none, nor are its parts."""
    if name_key(text) in names:
        return
    for element in _items(wanted, text, segment, in_prose=in_prose):
        if name_key(str(element.value)) not in names:
            yield element


def _items(wanted: Wanted, text: str, segment: Segment, *, in_prose: bool) -> Iterator[Element]:
    base = segment.start
    if asks_weekdays(wanted):
        for day in days_said(wanted, segment.label, text):
            yield Element(value=day.value, start=base + day.start, end=base + day.end)
        return
    if in_prose and wanted.kind in _TEXT_KINDS:
        yield from _said_names(wanted, text, base)
        return
    if wanted.kind in _TEXT_KINDS:
        if segment.kind == "sentence" and is_told(text):
            return
        spans = (
            [(0, len(text))]
            if segment.kind == "item" and len(text) <= 60 and "," not in text
            else without_lands(text, list_spans(text))
        )
        if LANGUAGE in wanted.topic[-1:]:
            spans = language_spans(text, spans)
        for start, end in spans:
            if _FIGURE.fullmatch(text, start, end):
                continue
            yield Element(value=text[start:end], start=base + start, end=base + end)
        return
    for candidate in typed_candidates(wanted, text):
        yield Element(value=candidate.value, start=base + candidate.start, end=base + candidate.end)


def _said_names(wanted: Wanted, text: str, base: int) -> Iterator[Element]:
    """Yield the names that a sentence joins to the topic; what somebody is, is nobody else: ``Ada Example, Co-Founder``."""
    sort = sort_of_items(wanted)
    who = sort == "people"
    if sort == "languages" and any(
        re.search(r"\b[a-z]", str(c.value)) for c in prose.names_in_row(wanted, text)
    ):
        return  # "from Catalan to Vietnamese" is no language
    for name in prose.names_in_row(wanted, text) if wanted.kind != "prose" else ():
        if not who or not OFFICES & set(stems(name.value)):
            yield Element(value=name.value, start=base + name.start, end=base + name.end)


def _merged(readings: list[Reading]) -> list[Reading]:
    """Join the items of one list, and the values under one label, to one reading."""
    groups: dict[tuple[int, bool, object], list[Reading]] = {}
    for reading in readings:
        segment = reading.segment
        key: object = (segment.label, segment.row) if segment.label else segment.start
        if segment.kind == "item":
            key = segment.group
        groups.setdefault((segment.section, reading.in_prose, key), []).append(reading)
    out = []
    for parts in groups.values():
        parts.sort(key=lambda r: r.start)
        elements: dict[str, Element] = {}
        for element in (e for part in parts for e in part.elements):
            elements.setdefault(str(element.value).casefold(), element)
        found = tuple(elements.values())
        best = max(parts, key=lambda r: r.score)
        out.append(
            replace(
                best, value=[e.value for e in found], segment=parts[0].segment, start=found[0].start,
                end=found[-1].end, elements=found,
            )
        )  # fmt: skip
    return out
