"""Yes or no by the one passage of a page that speaks of what is asked: that there is such a thing now, or none.

Which passage that is, its nearness in meaning tells together with the question's words in it. What it says is
told by the words around the thing alone: a denial in its clause, an end that it came to. What is neither
asserted nor denied for today (a plan, a condition, a question) says nothing, and neither does another passage then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.research.barred import is_barred
from enrich.research.candidates.denials import says
from enrich.research.candidates.owned import asks_owned
from enrich.research.labels import Match
from enrich.research.reading import Reading
from enrich.research.told import SEGMENTS, share
from enrich.research.words import verbs

if TYPE_CHECKING:
    from enrich.research.told import Question, Telling

    Spots = list[tuple[str, int, int]]

_PASSAGES: Final = (
    16  # that name the most of the question's words; the others are not compared with it
)
_BY_WORDS: Final = 0.25  # what the share of the topic's words counts beside nearness, and that of the description's
_COVERED: Final = 0.3  # of the topic's weight or of the description's: then little nearness will do
# How much a passage must weigh to say yes or no, where two words are covered so, and where they are not.
# Few things are denied that nobody asks for, so that a denial by a word of the question is seldom another's.
_YES: Final = (0.52, 0.7)
_NO: Final = (0.42, 0.45)
_LEAST: Final = 0.5  # the score of a passage that just weighs enough
_MOST: Final = 0.75
_SHORT: Final = 3  # letters: a name of no more is an abbreviation of many things


class _Spoken(NamedTuple):
    """A passage that speaks of what is asked."""

    weight: float
    place: int
    spots: Spots
    covered: bool


def readings(question: Question, telling: Telling) -> list[Reading]:
    """Return what a page says of a yes or no, as a reading; none where no passage surely speaks of it."""
    best = _spoken(question, telling)
    if best is None or asks_owned(question.field):  # who owns it says more than that it is named
        return []
    segment = telling.page.document.segments[best.place]
    text = telling.page.text(segment)
    said = says(text, best.spots)
    if said is None:
        return []
    value, start, end = said
    bar = (_YES if value else _NO)[not best.covered]
    if best.weight < bar:
        return []
    score = min(_MOST, _LEAST + best.weight - bar)
    return [
        Reading(
            value=value, page=telling.page, segment=segment, start=segment.start + start, end=segment.start + end,
            score=score, match=Match(score, 0.0, by_meaning=True), in_prose=not segment.label,
            how="it says so" if value else "it denies it",
        )
    ]  # fmt: skip


def _spoken(question: Question, telling: Telling) -> _Spoken | None:
    """Return the passage that speaks of what is asked, if any does."""
    field, page = question.field, telling.page
    if len(page.document.segments) > SEGMENTS or field.denied:
        return None
    topic = {c for c in question.topic if len(c) > _SHORT or c.isdigit()}
    asked = topic | question.hint
    told = asked | {verb for concept in topic for verb in verbs(concept)}
    found: dict[int, Spots] = {}
    for place in page.holding(told):
        segment = page.document.segments[place]
        spots = [spot for spot in telling.spans(place) if spot[0] in told]
        barred = is_barred(field, page.labels[place], page.text(segment), taught=False)
        if spots and not barred and not page.is_aside(segment, field.topic):
            found[place] = spots
    if not found:
        return None
    shares = {p: (share(topic, page.sayings[p], page), share(question.hint, page.sayings[p], page)) for p in found}  # fmt: skip
    places = sorted(sorted(found, key=lambda p: -sum(shares[p]))[:_PASSAGES])
    near = (telling.vectors(places) @ question.vectors.T).max(axis=1)
    every = []
    for nearness, place in zip(near, places, strict=True):
        covered = max(shares[place]) >= _COVERED and len({c for c, _, _ in found[place]}) > 1
        weight = float(nearness) + _BY_WORDS * sum(shares[place])
        every.append(_Spoken(weight, place, found[place], covered))
    return max(every, key=lambda spoken: spoken.weight)
