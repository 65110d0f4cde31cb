"""A choice by the passages of a page that name one, where no label and no sentence has the question's own words.

Each passage that names a choice is weighed by its nearness in meaning to the question and by the question's words in
and beside it; the choice itself is no word of the question. What is said of another, of before or of what is
to come is no choice. Where a page names two, one must weigh plainly more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.barred import is_barred
from enrich.research.candidates import strings
from enrich.research.candidates.choices import enum_candidates, is_over
from enrich.research.figures import is_planned, of_another
from enrich.research.labels import Match
from enrich.research.prose import about_another
from enrich.research.reading import Reading
from enrich.research.told import SEGMENTS, share
from enrich.research.words import concepts, name_words, words

if TYPE_CHECKING:
    from enrich.research.candidates.candidate import Candidate
    from enrich.research.documents import Segment
    from enrich.research.page import Page
    from enrich.research.told import Question, Telling

_PASSAGES: Final = 64  # what is named in more of them is what the page is about, and no choice
_BY_WORDS: Final = 0.25  # what the share of the topic's words counts beside nearness, and that of the description's
_ONE: Final = 0.32  # what the only choice of a page must weigh
_MORE: Final = 0.4  # likewise the first of several
_LEAD: Final = 0.08  # and by how much more than the next
_WHOLE: Final = 0.25  # what it counts that a labelled value is the choice and nothing else
_MANY: Final = 4  # choices, of which one seldom stands so by chance
_LEAST: Final = 0.5  # the score of a choice that just weighs enough
_MOST: Final = 0.75


def readings(question: Question, telling: Telling, *, names: frozenset[str]) -> list[Reading]:
    """Return the choice that a page names, as a reading; none where it names none plainly.

    Args:
        question: What is asked.
        telling: The page.
        names: The subject's names as ``name_key`` gives them.
    """
    page = telling.page
    segments = page.document.segments
    if len(segments) > SEGMENTS:
        return []
    found = {
        place: named
        for place, segment in enumerate(segments)
        if (named := _named(question, page, place, segment, names))
    }
    places = sorted(found)
    if not 0 < len(places) <= _PASSAGES:
        return []
    near = (telling.vectors(places) @ question.vectors.T).max(axis=1)
    best: dict[str, tuple[float, int, Candidate]] = {}
    for nearness, place in zip(near, places, strict=True):
        for candidate in found[place]:
            key = str(candidate.value)
            weight = float(nearness) + _BY_WORDS * _said(question, page, place, key)
            if _is_whole(page, segments[place], candidate, len(question.field.choices)):
                weight += _WHOLE
            if key not in best or weight > best[key][0]:
                best[key] = weight, place, candidate
    order = sorted(best.values(), key=lambda one: -one[0])
    weight, place, candidate = order[0]
    bar = _ONE
    if len(order) > 1:
        bar = max(_MORE, order[1][0] + _LEAD)
    if weight < bar:
        return []
    segment = segments[place]
    score = min(_MOST, _LEAST + weight - bar)
    return [
        Reading(
            value=candidate.value, page=page, segment=segment, start=segment.start + candidate.start,
            end=segment.start + candidate.end, score=score, match=Match(score, 0.0, by_meaning=True),
            in_prose=not segment.label, how=candidate.how,
        )
    ]  # fmt: skip


def _is_whole(page: Page, segment: Segment, candidate: Candidate, choices: int) -> bool:
    """Tell whether a labelled value is one of many choices and nothing else: ``Genre: Finance``."""
    rest = page.text(segment)[: candidate.start] + page.text(segment)[candidate.end :]
    return choices >= _MANY and bool(segment.label) and not words(rest)


def _said(question: Question, page: Page, place: int, choice: str) -> float:
    """Return the shares of the question's words in and beside a passage, those of the choice left out."""
    own = set(concepts(choice.replace("_", " ")))
    said = page.sayings[place] | page.labels[place].own
    return share(question.topic - own, said, page) + share(question.hint - own, said, page)


def _named(
    question: Question, page: Page, place: int, segment: Segment, names: frozenset[str]
) -> list[Candidate]:
    """Return the choices that a passage names as the subject's own of today."""
    field, text = question.field, page.text(segment)
    found = enum_candidates(text, field.choices)
    if not found or page.is_aside(segment, field.topic):
        return []
    if is_barred(field, page.labels[place], text, taught=False) or about_another(
        text, names, field
    ):
        return []
    known = name_words(names)
    strange = [
        (name.start, name.end)
        for name in strings.proper_names(text)
        if len(words(name.value)) > 1 and not known & set(words(name.value))
    ]
    return [
        c
        for c in found
        if not any(a <= c.start and c.end <= b and b - a > c.end - c.start for a, b in strange)
        and not is_over(text, c)
        and not is_planned(text, c.start)
        and not of_another(field, text, c.start, names)
    ]
