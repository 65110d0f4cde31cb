"""What a field may mean beyond its own words: known facts, and labels of the page, near to it.

Only a field whose own words find nothing sure is read this way. A known fact that is
nearer than a page's label is a rival: then the label is another thing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research.descriptions import examples, statement
from enrich.research.glosses import GLOSSES
from enrich.research.labelfit import BAR, Judged, View, judge, shown
from enrich.research.reader import read, read_places
from enrich.research.thesaurus import GROUPS
from enrich.research.wanted import is_neutral, wanted
from enrich.research.words import concept_spans, concepts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from enrich.research.documents import Segment
    from enrich.research.embedding.meaning import Meaning
    from enrich.research.labels import Match
    from enrich.research.page import Page
    from enrich.research.reader import Reading
    from enrich.research.wanted import Wanted

SURE: Final = 0.8  # a reading by the field's own words from here on needs no other sense
NEAR: Final = 0.5  # a known fact farther from the question is no sense of it
NEAR_TEXT: Final = (
    0.62  # likewise where texts are asked for: a wrong name looks as good as the right one
)
SIDE: Final = 0.06  # facts that are nearly as near are tried too
KNOWN: Final = 0.7  # from here on a field's own concept is what it means
SURELY: Final = 0.75  # likewise of a label that names it so plainly that no likelihood is asked
_DOUBTED: Final = 0.75  # what words count that the question's sense does not bear out
_DOUBTED_PROSE: Final = 0.5  # likewise those of a sentence, where the sense is plain
_OTHERWISE: Final = (
    0.15  # how much nearer the description must lie to another fact than to the name's
)
PLAIN: Final = 0.85  # a label as near as this to a known fact is its name
STRANGE: Final = 0.02  # likewise of a label that names the known fact which the question means
THROUGH: Final = 0.6  # a label that names a fact must lie as near to the question by way of it
UNLIKELY: Final = 0.1  # a label that fits in words counts for nothing below this likelihood
_RIVAL: Final = 0.1  # how much nearer a known fact must be to bar a label
_VIEWS: Final = 128
_THINGS: Final = frozenset(
    concepts("country city company person product place")
)  # of which something is asked

_FIGURES: Final = frozenset({"amount", "number", "year", "date"})
_TEXTS: Final = frozenset({"name", "place", "country", "code", "email", "url", "phone", "prose"})
_PHRASES: Final[dict[str, tuple[str, ...]]] = {}
for _line in (*GROUPS, *GLOSSES):
    _name = "-".join(concepts(_line[0]))
    _PHRASES[_name] = (*_PHRASES.get(_name, ()), *_line)


_NAMED: Final = frozenset("-".join(concepts(group[0])) for group in GROUPS)


@dataclass(frozen=True, slots=True)
class Sense:
    """A known fact that a field may mean.

    Attributes:
        concept: Its name in the thesaurus or among the definitions.
        near: How near its definition lies to the question, 0 to 1.
    """

    concept: str
    near: float


class Senses:
    """The senses of a run's fields.

    Args:
        meaning: The embedding.
    """

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._views: dict[tuple[str, str], View] = {}
        self._near: dict[object, np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}
        self.hidden: frozenset[str] = frozenset()  # known facts that a measurement leaves out

    def close(self) -> None:
        """Close the embedding's files."""
        self._meaning.close()

    def of(self, field: Wanted) -> list[Sense]:
        """Return the known facts that a field may mean, the nearest first; none if nothing is near."""
        every = self._meaning.nearness(question_texts(field))
        near = {c: n for c, n in every.items() if c not in self.hidden and _kinds_meet(field, c)}
        best = max(near.values(), default=0.0)
        found = [
            Sense(c, n)
            for c, n in near.items()
            if n >= max(_bar(field, NEAR, NEAR_TEXT), best - SIDE)
        ]
        return sorted(found, key=lambda sense: (-sense.near, sense.concept))[:3]

    def readings(
        self,
        field: Wanted,
        page: Page,
        *,
        names: frozenset[str],
        passages: int,
        scope: Callable[[Page, Segment], bool] | None,
    ) -> list[Reading]:
        """Return the readings of a field on one page by its own words and by its senses, the best first."""
        found = read(field, page, names=names, passages=passages, scope=scope)
        senses = self.of(field)
        own = set(field.topic) - _THINGS or set(field.topic)
        told = all(c in _PHRASES for c in own)
        known = bool(senses) and senses[0].concept in own and (told or senses[0].near >= KNOWN)
        known = known and not self._described_otherwise(field, senses[0].concept)
        judged = self._judged(field, page, names)
        likely = {place: label for label in judged for place in label.places}
        out = [r for r in found if r.in_prose or self._stands(likely, r)]
        if out and out[0].score >= SURE:
            return out
        if senses and not known and not (told and len(own) > 1):
            out = [self._doubted(senses[0], r) for r in out]
            for sense in senses:
                meant = read(
                    as_sense(field, sense), page, names=names, passages=passages, scope=scope
                )
                out += [
                    _by_meaning(r, sense.near)
                    for r in meant
                    if r.in_prose or self._stands(likely, r, STRANGE) or self._plainly(r, sense)
                ]
        places: dict[int, Match] = {}
        for label in judged:
            score = self._by_likeness(label, senses)
            if score:
                match = replace(label.match, score=score, by_meaning=True)
                places.update(dict.fromkeys(label.places, match))
        form = field if known or not senses else as_sense(field, senses[0])
        out += read_places(form, page, places, names=names, scope=scope)
        out.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
        return out

    def _stands(self, likely: dict[int, Judged], reading: Reading, bar: float = UNLIKELY) -> bool:
        """Tell whether a label that fits in words is likely enough for all that is known of it."""
        label = likely.get(reading.page.place_of(reading.segment))
        by_row = (
            reading.start < reading.segment.start
        )  # a row's name beside a cell: no label was read
        return label is None or by_row or label.probability >= bar

    def _plainly(self, reading: Reading, sense: Sense) -> bool:
        """Tell whether a reading's label names a fact plainly, and the question means that fact."""
        label = reading.page.labels[reading.page.place_of(reading.segment)]
        return self._through(shown(label.text), sense) >= SURELY

    def _described_otherwise(self, field: Wanted, concept: str) -> bool:
        """Tell whether a description means another fact than the name: a headcount of a nation."""
        stated = statement(field.description).rstrip(" ,;")
        near = self._meaning.nearness((stated,)) if stated else {}
        best = max((n for c, n in near.items() if _kinds_meet(field, c)), default=0.0)
        return best >= NEAR and near.get(concept, 0.0) < best - _OTHERWISE

    def _by_likeness(self, label: Judged, senses: list[Sense]) -> float:
        """Return the score of a label that is likely in itself, or names the fact that the question means; else 0.

        A known fact that is not the label's and is nearer to the question bars it.
        """
        near, through = label.features[0], self._through(label.text, senses[0]) if senses else 0.0
        if through >= SURELY or (through >= THROUGH and label.probability >= STRANGE):
            return max(_score(through), _score(label.probability))
        rival = bool(senses) and near < senses[0].near - _RIVAL
        if (
            near < NEAR
            or label.probability < BAR
            or rival
            or (not through and self._names_another(label.text))
        ):
            return 0.0
        return _score(label.probability)

    def _through(self, label: str, sense: Sense) -> float:
        """Return how near a label lies to a question by way of a fact: 0 unless it names that fact itself."""
        last = self._meaning.nearness((label.rsplit(": ", 1)[-1],))
        near = last if max(last.values()) >= PLAIN else self._meaning.nearness((label,))
        own = max(near[c] for c in (sense.concept, *_base(sense.concept)) if c in near)
        return min(sense.near, own) if own >= max(near.values()) else 0.0

    def _names_another(self, label: str) -> bool:
        """Tell whether a label plainly names a known fact, which then is not the one that is asked for."""
        last = label.rsplit(": ", 1)[-1]
        return max(self._meaning.nearness((last,)).values()) >= PLAIN

    def _judged(self, field: Wanted, page: Page, names: frozenset[str]) -> list[Judged]:
        view = self._view(page)
        key = question_texts(field), field.kind, field.many, self.hidden
        near = self._near.get(key)
        if near is None:
            near = self._near[key] = known_nearness(self._meaning, field, self.hidden)
        free = frozenset(c for name in names for c, _, _ in concept_spans(name))
        return judge(
            field,
            question_texts(field),
            page,
            view,
            meaning=self._meaning,
            near_known=near,
            free=free,
        )

    def _view(self, page: Page) -> View:
        """Return a page's labels; the last pages' are kept."""
        key = page.document.sha256, page.document.url
        if key not in self._views:
            while len(self._views) >= _VIEWS:
                self._views.pop(next(iter(self._views)), None)
            self._views[key] = View(page, self._meaning)
        return self._views[key]

    def _doubted(self, sense: Sense, reading: Reading) -> Reading:
        label = reading.page.labels[reading.page.place_of(reading.segment)]
        near = self._meaning.to_labels(
            _PHRASES.get(sense.concept, (sense.concept,)), [shown(label.text)]
        )
        if near[0] >= NEAR:
            return reading
        plain = reading.in_prose and sense.near >= KNOWN
        return replace(reading, score=reading.score * (_DOUBTED_PROSE if plain else _DOUBTED))


def question_texts(field: Wanted) -> tuple[str, ...]:
    """Return a field as a question, in the wordings that are compared."""
    stated = statement(field.description).rstrip(" ,;")
    name = field.label if len(field.label) > 2 else ""
    both = f"{name}: {stated}" if name and stated else name or stated
    return tuple(dict.fromkeys(text for text in (both, stated) if text)) or (field.label,)


def known_nearness(
    meaning: Meaning, field: Wanted, hidden: Collection[str] = ()
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return how near a field lies to each known fact whose values may have its form; 0 for the others."""
    near = meaning.nearness(question_texts(field))
    return np.array(
        [near[c] if c not in hidden and _kinds_meet(field, c) else 0.0 for c in meaning.known]
    )


def _bar(field: Wanted, figures: float, texts: float) -> float:
    return figures if field.kind in {"number", "year", "boolean", "amount"} else texts


def as_sense(field: Wanted, sense: Sense) -> Wanted:
    """Return a field asked under the name of a known fact; its kind too, where its own says nothing."""
    named = sense.concept.replace("-", "_")
    plain = wanted(named, {"type": "string"})
    shaped = plain.kind == "code" and field.kind in {"name", "place", "country", "code"}
    vague = field.kind == "phrase" or (shaped and not examples(field.description))
    return replace(
        field,
        topic=_base(sense.concept)
        or tuple(c for c in (sense.concept,) if not is_neutral(c))
        or field.topic,
        hint=(),
        kind=plain.kind if vague else field.kind,
        shape=plain.shape if vague else field.shape,
    )


@cache
def _base(concept: str) -> tuple[str, ...]:
    """Return what a fact of the definitions alone is a form of: a currency code that of a currency."""
    if concept in _NAMED:
        return ()
    topic = wanted(concept.replace("-", "_"), {"type": "string"}).topic
    return topic if len(topic) == 1 and topic[0] in _PHRASES else ()


@cache
def _kind_of(concept: str) -> str:
    return wanted(concept.replace("-", "_"), {"type": "string"}).kind


def _kinds_meet(field: Wanted, concept: str) -> bool:
    """Tell whether a fact's values may have the form that a field asks for: no name is a number."""
    kind = _kind_of(concept)
    if field.kind in {"name", "place", "country"} or field.many:
        return kind not in _FIGURES
    if field.kind == "code":
        return kind not in _FIGURES and kind not in {"url", "email", "phone", "prose"}
    if field.kind in {"number", "amount", "year", "date"}:
        return kind not in _TEXTS
    return True


def _by_meaning(reading: Reading, near: float) -> Reading:
    match = replace(reading.match, by_meaning=True)
    return replace(reading, match=match, score=reading.score * min(1.0, 0.7 + 0.3 * near))


def _score(probability: float) -> float:
    """Return the score of a label that is so likely: from the bar to sure."""
    return max(0.55, 0.55 + 0.4 * (probability - BAR) / (1 - BAR))


def concept_names() -> Iterator[str]:
    """Yield the names of all known facts."""
    yield from _PHRASES
