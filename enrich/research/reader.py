"""The extractive reader: passages to a value, or to nothing.

Every segment of a page that speaks of the topic is scored by what stands around
it (its label) or, in prose, by what it says itself; typed candidates are read out
of it; the best that clears the bar wins. A value is always read from a span of
the document by a normalisation that is named, never put together.
"""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Final

from enrich.research.candidates import strings
from enrich.research.candidates.candidate import Candidate
from enrich.research.candidates.choices import boolean_candidates, enum_candidates
from enrich.research.candidates.dates import date_candidates, year_candidates
from enrich.research.candidates.lists import list_spans
from enrich.research.candidates.numbers import number_candidates
from enrich.research.labels import Match, label_score
from enrich.research.wanted import is_neutral
from enrich.research.words import concept_spans, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

ACCEPT: Final = 0.5
"""A reading below this score is no answer."""

_PROSE_COVERAGE: Final = 0.75
_MAX_TRIED: Final = 40
_JOINED: Final = 0.75  # how near a name must stand to the word that it answers
_LONG: Final = 160  # characters of a labelled text above which it is read as prose
_LINK_WORDS = re.compile(
    r"^[\s,:('\"]*(?:(?:is|was|are|were|has been|became|being|of|in|at|by|on|to|as|from|since|the|a|an|its|their|his|her|city|town|located|called|named|currently|now|and|approximately|about|around|some|nearly|over|more than|roughly|an estimated|estimated|stands?|stood|reached|totall?ed|amounts?|amounted|with|year)[\s,:('\"]*)*$",
    re.IGNORECASE,
)


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
    asked = [*wanted.topic, *(c for c in wanted.hint if not is_neutral(c))]
    for place in page.holding(asked):
        segment = page.document.segments[place]
        if scope is not None and not scope(page, segment):
            continue
        match = label_score(wanted, page.labels[place], page, free=free)
        prose = _prose_match(wanted, page, place)
        decay = 0.93 ** min(segment.order, 10) if segment.kind == "sentence" else 1.0
        if match.score:
            tried.append(_Passage(match.score * decay, match, place, in_prose=False))
        if prose.score and (segment.kind != "value" or segment.end - segment.start > 40):
            tried.append(_Passage(prose.score, prose, place, in_prose=True))
    tried.sort(key=lambda passage: (-passage.score, passage.place))
    readings = [r for passage in tried[:passages] for r in _readings(wanted, page, passage, names)]
    readings = _merged(readings) if wanted.many else readings
    readings.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
    return [reading for reading in readings if reading.score >= ACCEPT]


def _prose_match(wanted: Wanted, page: Page, place: int) -> Match:
    """Return how far a sentence itself names the topic, its headings counting half."""
    said = set(page.said(page.document.segments[place]))
    label = page.labels[place]
    around = label.own | label.over | label.far
    topic = {c: page.weight(c) * (0.15 if is_neutral(c) else 1.0) for c in wanted.topic}
    total = sum(topic.values())
    if not total or not any(c in said and not is_neutral(c) for c in topic):
        return Match(0.0, 0.0)
    coverage = (
        sum(w if c in said else 0.5 * w if c in around else 0.0 for c, w in topic.items()) / total
    )
    return Match(coverage * 0.9, coverage) if coverage >= _PROSE_COVERAGE else Match(0.0, 0.0)


def _readings(
    wanted: Wanted, page: Page, passage: _Passage, names: frozenset[str]
) -> Iterator[Reading]:
    score, match, in_prose, place = passage.score, passage.match, passage.in_prose, passage.place
    segment = page.document.segments[place]
    text = page.text(segment)
    if wanted.many:
        found = list(_elements(wanted, text, segment, in_prose=in_prose))
        if found:
            yield Reading(
                value=[e.value for e in found], page=page, segment=segment, start=found[0].start, end=found[-1].end,
                score=score, match=match, in_prose=in_prose, year=page.labels[place].year, elements=tuple(found),
                how="its items one by one",
            )  # fmt: skip
        return
    if in_prose:
        candidates = list(_in_sentence(wanted, text))
    else:
        candidates = [
            (c, 1.0 - 0.03 * nth)
            for nth, c in enumerate(labelled_candidates(wanted, text, segment))
        ]
    for candidate, factor in candidates:
        if (
            isinstance(candidate.value, str)
            and name_key(candidate.value) in names
            and wanted.kind in {"name", "place"}
        ):
            continue
        total = score * factor * candidate.fit * _year_factor(wanted, page, place, text)
        yield Reading(
            value=candidate.value, page=page, segment=segment, start=segment.start + candidate.start,
            end=segment.start + candidate.end, score=total, match=match, in_prose=in_prose, how=candidate.how,
            year=page.labels[place].year,
        )  # fmt: skip


def _year_factor(wanted: Wanted, page: Page, place: int, text: str) -> float:
    """Lower a passage that does not name the year which the field fixes."""
    if wanted.year is None or wanted.kind in {"year", "date"}:
        return 1.0
    return 1.0 if str(wanted.year) in text or str(wanted.year) in page.labels[place].text else 0.6


def labelled_candidates(wanted: Wanted, text: str, segment: Segment) -> list[Candidate]:
    """Return the candidates of a passage whose label names the topic, in order."""
    kind = wanted.kind
    if kind in {"name", "place"}:
        if len(text) > _LONG and segment.kind == "sentence":
            return [
                Candidate(value=c.value, start=c.start, end=c.end, fit=c.fit * 0.6)
                for c in strings.proper_names(text)[:1]
            ]
        return strings.labelled_name(text, place=kind == "place")
    if kind == "phrase":
        return strings.phrase_candidates(text)
    if kind == "prose":
        return [Candidate(value=text, start=0, end=len(text), fit=1.0 if len(text) > 40 else 0.7)]
    if kind == "boolean":
        return boolean_candidates(text, at=None)
    return typed_candidates(wanted, text)


def typed_candidates(wanted: Wanted, text: str) -> list[Candidate]:  # noqa: PLR0911  (a kind a line)
    """Return the candidates that a passage holds by their form alone, in order."""
    match wanted.kind:
        case "number":
            return number_candidates(text, wanted.number)
        case "amount":
            return strings.amount_candidates(text)
        case "year":
            return year_candidates(text, whole=wanted.whole)
        case "date":
            return date_candidates(text, form=wanted.date_form, partial=wanted.partial)
        case "code":
            return strings.code_candidates(text, wanted.shape) if wanted.shape else []
        case "email":
            return strings.matches(text, strings.EMAIL)
        case "url":
            return strings.url_candidates(text, bare=True)
        case "phone":
            return strings.phone_candidates(text)
        case "enum":
            return enum_candidates(text, wanted.choices)
        case _:
            return []


def _in_sentence(wanted: Wanted, text: str) -> Iterator[tuple[Candidate, float]]:
    """Yield the candidates of a sentence with how near each stands to the words of the topic."""
    spots = [
        (start, end)
        for concept, start, end in concept_spans(text)
        if concept in wanted.topic and not is_neutral(concept)
    ]
    if not spots:
        return
    if wanted.kind == "boolean":
        for candidate in boolean_candidates(text, at=spots[0][0]):
            yield candidate, 1.0
        return
    if wanted.kind == "prose":
        yield Candidate(value=text, start=0, end=len(text), fit=0.9), 1.0
        return
    if wanted.kind == "phrase":
        yield from _said_phrases(text, spots)
        return
    named = wanted.kind in {"name", "place"}
    for candidate in strings.proper_names(text) if named else typed_candidates(wanted, text):
        bare = _without_topic(candidate, spots, text) if named else candidate
        if bare is None:
            continue
        near = max(_nearness(text, spot, bare) for spot in spots)
        if not named or near >= _JOINED:
            yield bare, near


def _without_topic(
    candidate: Candidate, spots: list[tuple[int, int]], text: str
) -> Candidate | None:
    """Cut the topic's own words off the front of a name: ``President Ada Example`` is Ada Example."""
    start = candidate.start
    for first, last in spots:
        if first <= start < last < candidate.end:
            start = (
                last
                + len(text[last : candidate.end])
                - len(text[last : candidate.end].lstrip(" ,"))
            )
        elif first < candidate.end and start < last:
            return None
    if start >= candidate.end:
        return None
    return Candidate(
        value=text[start : candidate.end], start=start, end=candidate.end, fit=candidate.fit
    )


def _nearness(text: str, spot: tuple[int, int], candidate: Candidate) -> float:
    """Return 1 for a candidate joined to a word of the topic, less the farther it stands."""
    if candidate.start >= spot[1]:
        between, before = text[spot[1] : candidate.start], False
    elif candidate.end <= spot[0]:
        between, before = text[candidate.end : spot[0]], True
    else:
        return 1.0
    joined = bool(_LINK_WORDS.match(between))
    if joined and len(between) <= 40:
        return 0.95 if before else 1.0
    distance = len(between) * (1.5 if before else 1.0) + (60 if ";" in between else 0)
    return max(0.3, 0.85 - distance / 200)


def _said_phrases(text: str, spots: list[tuple[int, int]]) -> Iterator[tuple[Candidate, float]]:
    """Yield what a sentence says a thing is: ``The terrain is mostly flat``."""
    for _, end in spots:
        found = re.compile(
            r"\s+(?:is|was|are|were|include[sd]?|consists? of|:)\s+(?:the |an? )?([^.;]{2,120}?)(?=[.;]|,? (?:which|who|where|while|but|and is|and was)\b|$)"
        ).match(text, end)
        if found:
            yield (
                Candidate(
                    value=found[1].strip(),
                    start=found.start(1),
                    end=found.start(1) + len(found[1].rstrip()),
                    fit=0.85,
                ),
                0.95,
            )


def _elements(wanted: Wanted, text: str, segment: Segment, *, in_prose: bool) -> Iterator[Element]:
    base = segment.start
    if wanted.kind in {"phrase", "name", "place", "prose"}:
        if in_prose:
            return
        spans = (
            [(0, len(text))]
            if segment.kind == "item" and len(text) <= 60 and "," not in text
            else list_spans(text)
        )
        for start, end in spans:
            yield Element(value=text[start:end], start=base + start, end=base + end)
        return
    for candidate in typed_candidates(wanted, text):
        yield Element(value=candidate.value, start=base + candidate.start, end=base + candidate.end)


def _merged(readings: list[Reading]) -> list[Reading]:
    """Join the items of one list, and the values under one label, to one reading."""
    groups: dict[tuple[int, object], list[Reading]] = {}
    for reading in readings:
        segment = reading.segment
        key = (
            segment.group
            if segment.kind == "item"
            else (segment.label, segment.row)
            if segment.label
            else segment.start
        )
        groups.setdefault((segment.section, key), []).append(reading)
    out = []
    for parts in groups.values():
        parts.sort(key=lambda r: r.start)
        elements: dict[str, Element] = {}
        for element in (e for part in parts for e in part.elements):
            elements.setdefault(str(element.value).casefold(), element)
        found = tuple(elements.values())
        best = max(parts, key=lambda r: r.score)
        out.append(
            Reading(
                value=[e.value for e in found],
                page=best.page,
                segment=parts[0].segment,
                start=found[0].start,
                end=found[-1].end,
                score=best.score,
                match=best.match,
                in_prose=best.in_prose,
                how=best.how,
                year=best.year,
                elements=found,
            )
        )
    return out
