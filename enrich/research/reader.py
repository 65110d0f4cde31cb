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

from enrich.research import prose
from enrich.research.candidates.lists import is_told, list_spans
from enrich.research.candidates.persons import (
    LESSER,
    OFFICES,
    asks_who,
    is_lesser,
    is_of_kin,
    names_someone,
)
from enrich.research.candidates.places import is_placed, is_sited, is_stale, is_where, sited
from enrich.research.candidates.standards import has_code
from enrich.research.formed import formed
from enrich.research.labels import Match, label_score
from enrich.research.listed import listed
from enrich.research.prose import LEAD
from enrich.research.typed import is_nothing, labelled_candidates, typed_candidates
from enrich.research.wanted import is_neutral
from enrich.research.words import (
    concept_spans,
    concepts,
    name_key,
    spoken,
    stems,
    verbs,
    word_set,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.documents import Segment
    from enrich.research.page import Label, Page
    from enrich.research.wanted import Wanted

ACCEPT: Final = 0.5
"""A reading below this score is no answer."""

_LATER: Final = 0.05  # what each candidate loses to the one before it in its passage
_UNDER_ANOTHER: Final = 0.9  # what prose counts beside a label that names another thing
_ONE_ONLY: Final = 0.5  # what a single name in prose counts where a list is asked for
_EXACT: Final = 0.9  # a label from here on says what is asked, whatever the number counts
_COUNTS_ANOTHER: Final = 0.5
_ANYONE: Final = frozenset(stems("people persons"))  # employees and inhabitants alike
_IN_WORDS: Final = 0.7  # a number in letters that counts nothing is seldom an answer
_PLAIN_NAME: Final = 0.9  # what a thing's plain name counts where the one asked for is "none"
_TITLED: Final = 0.92  # a labelled value that begins with the title that is asked for
_NAMES: Final = frozenset(
    stems("name names title titles")
)  # beside these a thing's own name is an answer
_BORN: Final = frozenset({"birth-date", "birth-place", "death-date"})
_FORMER: Final = word_set("previous previously former formerly")
_EARLIER: Final = _FORMER | word_set("past prior ex earlier before preceding preceded old until")
# A figure is no item of a list of names.
_FIGURE = re.compile(r"\W*\d[\d.,]*(?:\s?(?:%|thousand|million|billion|trillion|km|sq|m|cu)\W*)*")
_THINGS: Final = frozenset({"place", "phrase", "country"})  # of which nobody is one
_TEXT_KINDS: Final = frozenset({"phrase", "name", "place", "country", "prose"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a list, with its own span in the document."""

    value: Json
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value read from a passage.

    Attributes:
        value: The value in the asked form; a list where many were asked for.
        page: The page that it stands on.
        segment: The passage.
        start: Offset in the document of the span that it was read from.
        end: Offset behind that span.
        score: How sure the reader is, 0 to 1; comparable within one field.
        match: How the label fitted.
        in_prose: Whether it was found by what a sentence says, not by its label.
        how: The normalisation between span and value, in words.
        year: The year that its label names; 0 for none.
        elements: Spans of a list's elements.
    """

    value: Json
    page: Page
    segment: Segment
    start: int
    end: int
    score: float
    match: Match
    in_prose: bool = False
    how: str = ""
    year: int = 0
    elements: tuple[Element, ...] = ()


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
    for place in sorted({*page.holding(asked), *range(min(LEAD, len(page.labels)))}):
        segment = page.document.segments[place]
        if scope is not None and not scope(page, segment):
            continue
        match = label_score(wanted, page.labels[place], page, free=free)
        said = prose.prose_match(wanted, page, place)
        decay = 0.93 ** min(segment.order, 10) if segment.kind == "sentence" else 1.0
        if match.score:
            tried.append(_Passage(match.score * decay, match, place, in_prose=False))
        brief = segment.kind == "value" and segment.end - segment.start <= 40
        if said.score and (not brief or wanted.kind == "boolean"):
            tried.append(_Passage(said.score, said, place, in_prose=True))
    tried.sort(key=lambda passage: (-passage.score, passage.place))
    readings = [r for passage in tried[:passages] for r in _readings(wanted, page, passage, names)]
    readings = _merged(readings) if wanted.many else readings
    readings += _listed(wanted, page, names, scope)
    if wanted.kind in {"name", "place"} and not wanted.many:
        readings += _beside(wanted, page, scope)
    readings += _formed(wanted, page, names, scope)
    readings.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
    return [reading for reading in readings if reading.score >= ACCEPT]


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
        if scope is None or scope(page, segment):
            decay = 0.93 ** min(segment.order, 10) if segment.kind == "sentence" else 1.0
            passage = _Passage(match.score * decay, match, place, in_prose=False)
            found += _readings(wanted, page, passage, names)
    found = _merged(found) if wanted.many else found
    found.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
    return [reading for reading in found if reading.score >= ACCEPT]


def _readings(  # noqa: C901  (a sort of passage a branch)
    wanted: Wanted, page: Page, passage: _Passage, names: frozenset[str]
) -> Iterator[Reading]:
    score, match, in_prose, place = passage.score, passage.match, passage.in_prose, passage.place
    segment = page.document.segments[place]
    text = page.text(segment)
    if wanted.kind == "boolean" and not has_code(wanted, f"{page.labels[place].text} {text}"):
        return
    if not match.taught_by and (
        _is_another(wanted, page.labels[place], text)
        or _is_of_now(wanted, f"{page.labels[place].text} {text}")
    ):
        return
    if wanted.many:
        if name_key(text) in names:
            return
        found = [
            e
            for e in _elements(wanted, text, segment, in_prose=in_prose)
            if name_key(str(e.value)) not in names
        ]
        if found:
            yield Reading(
                value=[e.value for e in found], page=page, segment=segment, start=found[0].start, end=found[-1].end,
                score=score * (_ONE_ONLY if in_prose and len(found) == 1 else 1.0), match=match, in_prose=in_prose, year=page.labels[place].year, elements=tuple(found),
                how="its items one by one",
            )  # fmt: skip
        return
    if in_prose:
        candidates = list(prose.in_sentence(wanted, text))
        if is_sited(wanted):
            if is_stale(wanted, text):
                return
            placed = [(c, f) for c, f in candidates if is_placed(text, c)]
            candidates = [(c, 1.0) for c in sited(wanted, text)] or placed
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
        found_here = labelled_candidates(wanted, text, segment)
        candidates = [(c, max(0.5, 1.0 - _LATER * nth)) for nth, c in enumerate(found_here)]
        if wanted.kind == "name" and is_nothing(text):
            yield from _plain_name(wanted, page, passage, names)
    for candidate, factor in candidates:
        if name_key(str(candidate.value)) in names and not _names_itself(
            wanted, page, passage, whole=candidate.value == text
        ):
            continue
        if in_prose and wanted.kind == "name" and _is_nobody(wanted, text, candidate, names):
            continue
        if _BORN & set(wanted.topic) and is_of_kin(text, candidate.start):
            continue
        if in_prose or match.score < _EXACT:
            factor *= _counting(wanted, candidate)  # noqa: PLW2901  (of this candidate alone)
        yield Reading(
            value=candidate.value, page=page, segment=segment, start=segment.start + candidate.start,
            end=segment.start + candidate.end, match=match, in_prose=in_prose, how=candidate.how,
            score=score * factor * candidate.fit * _year_factor(wanted, page, place, text),
            year=page.labels[place].year,
        )  # fmt: skip


def _is_nobody(wanted: Wanted, text: str, candidate: Candidate, names: frozenset[str]) -> bool:
    """Tell whether a name in a sentence is nobody's that is asked for: the subject's own last one, a place's.

    In ``Example was married to …`` the name is nobody else's.
    """
    key = name_key(str(candidate.value))
    if any(name.endswith(f" {key}") for name in names):
        return True
    return asks_who(wanted) and is_where(text, candidate)


def _names_itself(wanted: Wanted, page: Page, passage: _Passage, *, whole: bool) -> bool:
    """Tell whether a thing's own name may be the answer: Luxembourg's capital, where a label says so.

    A company's name under "Company" says nothing of its industry.
    """
    if wanted.kind == "phrase":
        return not passage.match.by_meaning or bool(_NAMES & set(wanted.topic))
    if wanted.kind not in {"name", "place", "country"}:
        return True
    if passage.in_prose or not whole:
        return False
    return passage.match.coverage >= 1 or bool(_NAMES & page.labels[passage.place].parts)


def _is_another(wanted: Wanted, label: Label, text: str) -> bool:
    """Tell whether a passage beside an office speaks of another than is asked: a rector is no vice-rector.

    Nor is who holds one a place, a product or a day.
    """
    if is_lesser(wanted.label):
        said = {*label.own, *label.parts, *concepts(text)}
        area = {c for c in wanted.topic if not is_neutral(c)} - OFFICES - LESSER
        if not is_lesser(f"{label.text} {text}") or not area <= said:
            return True
    asked = {*wanted.topic, *wanted.hint}
    nobody = wanted.kind in _THINGS or (wanted.kind == "name" and not names_someone(wanted))
    return label.head in OFFICES and not asked & OFFICES and nobody


def _is_of_now(wanted: Wanted, said: str) -> bool:
    """Tell whether what was before is asked for, and a passage does not say that it speaks of that."""
    return bool(_FORMER & set(words(wanted.label))) and not _EARLIER & set(words(said))


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


def _counting(wanted: Wanted, candidate: Candidate) -> float:
    """Return what a number counts for by the word behind it: ``seven valleys`` are no population."""
    if not candidate.counted:
        return _IN_WORDS if candidate.in_words else 1.0
    asked = {*wanted.topic, *wanted.hint}
    told = {*concepts(candidate.counted), *stems(candidate.counted)}
    if told & _ANYONE or told & asked or any(told & spoken(concept) for concept in asked):
        return 1.0
    return _COUNTS_ANOTHER


def _beside(
    wanted: Wanted, page: Page, scope: Callable[[Page, Segment], bool] | None
) -> Iterator[Reading]:
    """Yield the names of table rows in which a cell says what is wanted: ``Tom Reed | CFO``."""
    asked = {c for c in wanted.topic if not is_neutral(c)}
    for place in page.holding(asked):
        segment = page.document.segments[place]
        said = {c for c in page.sayings[place] if not is_neutral(c)}
        if not segment.row or not asked or said != asked or (scope and not scope(page, segment)):
            continue
        text, lead = page.document.text, segment.lead
        at = text.find(segment.row, lead, (text.find("\n", lead) + 1 or len(text) + 1) - 1)
        if at < 0:
            continue  # a cell that reaches over several rows stands above
        yield Reading(
            value=segment.row, page=page, segment=segment, start=at, end=at + len(segment.row),
            score=0.85, match=Match(0.85, 1.0), year=page.labels[place].year,
        )  # fmt: skip


def _formed(
    wanted: Wanted,
    page: Page,
    names: frozenset[str],
    scope: Callable[[Page, Segment], bool] | None,
) -> Iterator[Reading]:
    """Yield what is known by its form and by what stands beside it: addresses, holders of an office."""
    for place, found, score in formed(wanted, page, names):
        segment = page.document.segments[place]
        if scope is None or scope(page, segment):
            yield Reading(
                value=found.value, page=page, segment=segment, start=segment.start + found.start,
                end=segment.start + found.end, score=score, match=Match(score, 1.0), in_prose=True,
            )  # fmt: skip


def _listed(
    wanted: Wanted,
    page: Page,
    names: frozenset[str],
    scope: Callable[[Page, Segment], bool] | None,
) -> Iterator[Reading]:
    """Yield the lists of a page that are named as what is asked, each item once."""
    for place, spans, score in listed(wanted, page, names):
        segment = page.document.segments[place]
        if scope is not None and not scope(page, segment):
            continue
        told = {page.document.text[a:b].casefold(): (a, b) for a, b in reversed(spans)}
        found = [
            Element(value=page.document.text[a:b], start=a, end=b)
            for a, b in sorted(told.values())
            if name_key(page.document.text[a:b]) not in names
        ]
        if found:
            yield Reading(
                value=[e.value for e in found], page=page, segment=segment, start=found[0].start,
                end=found[-1].end, score=score, match=Match(score, 1.0), in_prose=True,
                elements=tuple(found), how="its items one by one",
            )  # fmt: skip


def _year_factor(wanted: Wanted, page: Page, place: int, text: str) -> float:
    """Lower a passage that does not name the year which the field fixes."""
    if wanted.year is None or wanted.kind in {"year", "date"}:
        return 1.0
    return 1.0 if str(wanted.year) in text or str(wanted.year) in page.labels[place].text else 0.6


def _elements(wanted: Wanted, text: str, segment: Segment, *, in_prose: bool) -> Iterator[Element]:
    base = segment.start
    if in_prose and wanted.kind in _TEXT_KINDS:
        for name in prose.names_in_row(wanted, text) if wanted.kind != "prose" else ():
            yield Element(value=name.value, start=base + name.start, end=base + name.end)
        return
    if wanted.kind in _TEXT_KINDS:
        if segment.kind == "sentence" and is_told(text):
            return
        spans = (
            [(0, len(text))]
            if segment.kind == "item" and len(text) <= 60 and "," not in text
            else list_spans(text)
        )
        for start, end in spans:
            if _FIGURE.fullmatch(text, start, end):
                continue
            yield Element(value=text[start:end], start=base + start, end=base + end)
        return
    for candidate in typed_candidates(wanted, text):
        yield Element(value=candidate.value, start=base + candidate.start, end=base + candidate.end)


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
