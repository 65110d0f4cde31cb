"""What a field may mean beyond its own words: known facts, and labels of the page, near to it.

Only a field whose own words find nothing sure is read this way. A known fact that is
nearer than a page's label is a rival: then the label is another thing.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research.candidates.units import UNITS
from enrich.research.descriptions import examples, statement
from enrich.research.glosses import GLOSSES
from enrich.research.labelfit import BAR, FEATURES, Judged, View, judge, own_part, shown
from enrich.research.reader import read, read_places
from enrich.research.thesaurus import GROUPS
from enrich.research.wanted import DENIED, is_neutral, is_vague, wanted
from enrich.research.words import concept_spans, concepts, stems, words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from enrich.research.documents import Segment
    from enrich.research.embedding.meaning import Meaning
    from enrich.research.labels import Match
    from enrich.research.page import Page
    from enrich.research.reader import Reading
    from enrich.research.wanted import Wanted

SURE: Final = 0.8  # a reading by the field's own words from here on needs no other sense
NEAR: Final = 0.5  # what lies farther apart has nothing to do with each other
# How likely the nearest known fact is meant: by how near it lies and how far before the next
# (``python -m evaluation.fit``).
_SENSE_BIAS: Final = -9.0
_SENSE_NEAR: Final = 11.3
_SENSE_MARGIN: Final = 9.7
# What each wording of a question counts: name and description together, the description, the name.
_VIEWS_COUNT: Final = (0.4, 0.4, 0.2)
_SENTENCE: Final = 4  # words of a description that says by itself what is asked
LIKELY: Final = 0.15  # a known fact that is less likely meant is no sense of it
TOLD: Final = 0.3  # likewise for what a sentence says, where no label speaks for it
KNOWN: Final = 0.45  # from here on a field's own concept is what it means
SURELY: Final = 0.6  # likewise of a label that names it so plainly that no likelihood is asked
MEANT: Final = 0.15  # likewise of one that names it and is likely in itself
_DOUBTED: Final = 0.75  # what words count that the question's sense does not bear out
_PLAINLY_DOUBTED: Final = 0.5  # likewise where the sense is plain
_OTHERWISE: Final = (
    0.15  # how much nearer the description must lie to another fact than to the name's
)
PLAIN: Final = 0.85  # a label as near as this to a known fact is its name
STRANGE: Final = 0.02  # likewise of a label that names the known fact which the question means
AS_NAME: Final = (
    0.7  # a label as near as this to the fact that it names is meant without any other sign
)
UNLIKELY: Final = 0.1  # a label that fits in words counts for nothing below this likelihood
_RIVAL: Final = 0.1  # how much nearer a known fact must be to bar a label
_PARTED: Final = 0.06  # what a label that names the fact loses where neither nearness nor likelihood speaks for it
_VIEWS: Final = 128
_THINGS: Final = frozenset(
    concepts("country city company person product place")
)  # of which something is asked

_MEASURED: Final = frozenset({"area", "length", "mass", "temperature"})
_IN_UNIT: Final = 0.06
_CITY = re.compile(r"(?:the |which |name of the )*(?:city|town)\b", re.IGNORECASE)
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
        likely: How likely it is what the question means, 0 to 1.
    """

    concept: str
    near: float
    likely: float


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
        """Return the known facts that a field may mean, the likeliest first; none if nothing is likely."""
        near = self._near_known(field)
        order = [int(n) for n in np.argsort(-near, kind="stable")[:8]]
        known = self._meaning.known
        found = []
        for at in order[:3]:
            # Of a currency code, a currency is no rival.
            others = [n for n in order if n != at and not _is_base(known[n], known[at])]
            margin = float(near[at] - near[others[0]])
            total = _SENSE_BIAS + _SENSE_NEAR * float(near[at]) + _SENSE_MARGIN * margin
            found.append(Sense(known[at], float(near[at]), 1 / (1 + math.exp(-total))))
        return [sense for sense in found if sense.likely >= LIKELY]

    def _near_known(self, field: Wanted) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        key = question_texts(field), field.label, field.kind, field.many, self.hidden
        near = self._near.get(key)
        if near is None:
            near = self._near[key] = known_nearness(self._meaning, field, self.hidden)
        return near

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
        known = bool(senses) and senses[0].concept in own and (told or senses[0].likely >= KNOWN)
        known = known and not self._described_otherwise(field, senses[0].concept)
        judged = self._judged(field, page, names)
        likely = {place: label for label in judged for place in label.places}
        out = [r for r in found if r.in_prose or self._stands(likely, r)]
        if senses and not known and senses[0].likely >= SURELY:
            out = [self._doubted(senses[0], r) for r in out]
            out.sort(key=lambda r: -r.score)
        if out and out[0].score >= SURE:
            return out
        if senses and not (out and (known or (told and len(own) > 1))):
            if senses[0].likely < SURELY:
                out = [self._doubted(senses[0], r) for r in out]
            for sense in senses:
                meant = read(
                    as_sense(field, sense), page, names=names, passages=passages, scope=scope
                )
                kept = [
                    _by_meaning(r, sense.likely)
                    for r in meant
                    if self._fits(likely, r, sense) or self._plainly(r, sense)
                ]
                out += kept
                if kept:
                    break
        places: dict[int, Match] = {}
        nearest = float(self._near_known(field).max(initial=0.0))
        for label in judged:
            score = self._by_likeness(label, senses, nearest)
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

    def _fits(self, likely: dict[int, Judged], reading: Reading, sense: Sense) -> bool:
        """Tell whether what a sense found is likely enough: a sentence by its sense, the rest by its label, too."""
        by_row = reading.start < reading.segment.start
        if reading.in_prose or by_row:
            return sense.likely >= TOLD
        label = likely.get(reading.page.place_of(reading.segment))
        return label is not None and label.probability >= STRANGE

    def _plainly(self, reading: Reading, sense: Sense) -> bool:
        """Tell whether a reading's label names a fact plainly, and the question means that fact."""
        label = reading.page.labels[reading.page.place_of(reading.segment)]
        return sense.likely >= SURELY and self._named(shown(label.text), sense) >= AS_NAME

    def _described_otherwise(self, field: Wanted, concept: str) -> bool:
        """Tell whether a description means another fact than the name: a headcount of a nation."""
        stated = statement(field.description).rstrip(" ,;")
        near = self._meaning.nearness((stated,)) if stated else {}
        best = max((n for c, n in near.items() if _kinds_meet(field, c)), default=0.0)
        return best >= NEAR and near.get(concept, 0.0) < best - _OTHERWISE

    def _by_likeness(self, label: Judged, senses: list[Sense], nearest: float) -> float:
        """Return the score of a label that is likely in itself, or names the fact that the question means; else 0.

        A known fact that is not the label's and is nearer to the question bars it.
        """
        near, named = label.features[0], self._named(label.text, senses[0]) if senses else 0.0
        meant = senses[0].likely if named >= NEAR else 0.0
        if (meant >= SURELY and named >= AS_NAME) or (
            meant >= MEANT and label.probability >= STRANGE
        ):
            # Of labels that name it, the plainest stands first, and a total before its parts.
            strange = _strange(own_part(label.text), senses[0].concept)
            told = 1.0 - _PARTED * (strange + label.features[FEATURES.index("part")])
            return max(_score(meant) * told, _score(label.probability))
        rival = near < nearest - _RIVAL
        if (
            near < NEAR
            or label.probability < BAR
            or rival
            or (not named and self._names_another(label.text))
        ):
            return 0.0
        return _score(label.probability)

    def _named(self, label: str, sense: Sense) -> float:
        """Return how near a label lies to a fact that it names; 0 where it names another rather."""
        last = self._meaning.nearness((own_part(label),))
        near = last if max(last.values()) >= PLAIN else self._meaning.nearness((label,))
        own = max(near[c] for c in (sense.concept, *_base(sense.concept)) if c in near)
        return own if own >= max(near.values()) else 0.0

    def _names_another(self, label: str) -> bool:
        """Tell whether a label plainly names a known fact, which then is not the one that is asked for."""
        return max(self._meaning.nearness((own_part(label),)).values()) >= PLAIN

    def _judged(self, field: Wanted, page: Page, names: frozenset[str]) -> list[Judged]:
        view = self._view(page)
        free = frozenset(c for name in names for c, _, _ in concept_spans(name))
        return judge(
            field,
            question_texts(field),
            page,
            view,
            meaning=self._meaning,
            near_known=self._near_known(field),
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
        plain = sense.likely >= (KNOWN if reading.in_prose else SURELY)
        return replace(reading, score=reading.score * (_PLAINLY_DOUBTED if plain else _DOUBTED))


def question_texts(field: Wanted) -> tuple[str, ...]:
    """Return a field as a question, in the wordings that are compared."""
    stated = statement(field.description).rstrip(" ,;")
    name = "" if len(field.label) <= 2 or is_vague(field.label) else field.label
    both = f"{name}: {stated}" if name and stated else name or stated
    return tuple(dict.fromkeys(text for text in (both, stated) if text)) or (field.label,)


def known_nearness(
    meaning: Meaning, field: Wanted, hidden: Collection[str] = ()
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return how near a field lies to each known fact whose values may have its form; 0 for the others."""
    both = question_texts(field)
    name = both[-1] if len(field.label) <= 2 or is_vague(field.label) else field.label
    views = [meaning.nearness((text,)) for text in (both[0], both[-1], name)]
    counts = _VIEWS_COUNT
    if len(words(both[-1])) >= _SENTENCE and _told_otherwise(views[1], views[2]):
        counts = (0.0, 1.0, 0.0)  # "headcount_of_nation": how many people call it home
    return np.array(
        [
            sum(count * view[c] for count, view in zip(counts, views, strict=True))
            + _measured(field, c)
            if c not in hidden and _kinds_meet(field, c)
            else 0.0
            for c in meaning.known
        ]
    )


def _told_otherwise(described: dict[str, float], named: dict[str, float]) -> bool:
    """Tell whether a description means another fact than the one that the name alone would mean."""
    best, meant = max(described.values()), max(named, key=named.__getitem__)
    return best >= NEAR and described[meant] < best - _OTHERWISE


def _measured(field: Wanted, concept: str) -> float:
    """Return how much nearer a known fact lies that is measured in the unit which is asked for."""
    unit = field.number.unit
    if unit is None or unit.dimension not in _MEASURED:
        return 0.0
    dimensions = _dimensions(concept)
    return _IN_UNIT if unit.dimension in dimensions else -_IN_UNIT if dimensions else 0.0


@cache
def _dimensions(concept: str) -> frozenset[str]:
    """Return what a known fact is measured in, as far as its definitions name units."""
    said = f" {' | '.join(_PHRASES.get(concept, ()))} ".replace(",", " ")
    found = {
        unit.dimension for name, unit in UNITS.items() if len(name) > 3 and f" {name} " in said
    }
    return frozenset({"area"} if {"area", "length"} <= found else found)


def _is_base(concept: str, of: str) -> bool:
    """Tell whether one known fact is what another is a form of."""
    return set(concept.split("-")) < set(of.split("-"))


def as_sense(field: Wanted, sense: Sense) -> Wanted:
    """Return a field asked under the name of a known fact; its kind too, where its own says nothing."""
    named = sense.concept.replace("-", "_")
    plain = wanted(named, {"type": "string"})
    lack = _lack(sense.concept) if field.kind == "boolean" else ()
    shaped = plain.kind == "code" and field.kind in {"name", "place", "country", "code"}
    vague = field.kind == "phrase" or (shaped and not examples(field.description))
    return replace(
        field,
        topic=_base(sense.concept)
        or tuple(c for c in (sense.concept,) if not is_neutral(c))
        or field.topic,
        hint=lack,
        denied=field.denied or bool(lack),
        kind=plain.kind if vague else field.kind,
        shape=plain.shape if vague else field.shape,
    )


def _lack(concept: str) -> tuple[str, ...]:
    """Return what there is none of where a known fact holds: the coast of what is landlocked; mostly nothing."""
    told = (p for p in _PHRASES.get(concept, ()) if DENIED & set(words(p)))
    return next((tuple(c for c in concepts(p) if c not in DENIED) for p in told), ())


@cache
def _base(concept: str) -> tuple[str, ...]:
    """Return what a fact of the definitions alone is a form of: a currency code that of a currency."""
    if concept in _NAMED:
        return ()
    topic = wanted(concept.replace("-", "_"), {"type": "string"}).topic
    return topic if len(topic) == 1 and topic[0] in _PHRASES else ()


def _strange(label: str, concept: str) -> float:
    """Return the share of a label's words by which nobody names a known fact."""
    said = set(stems(label))
    told = {stem for phrase in _PHRASES.get(concept, ()) for stem in stems(phrase)}
    return len(said - told) / len(said) if said else 0.0


@cache
def _kind_of(concept: str) -> str:
    return wanted(concept.replace("-", "_"), {"type": "string"}).kind


def _kinds_meet(field: Wanted, concept: str) -> bool:
    """Tell whether a fact's values may have the form that a field asks for: no name is a number."""
    kind = _kind_of(concept)
    if field.kind == "country":
        return kind in {"country", "place", "phrase"}
    if field.kind in {"name", "place"} or field.many:
        return kind not in _FIGURES and (_is_sited(concept) or not _asks_city(field))
    if field.kind == "code":
        return kind in {"code", "phrase"}
    if field.kind in {"number", "amount", "year", "date"}:
        return kind not in _TEXTS
    return True


def _asks_city(field: Wanted) -> bool:
    """Tell whether a town is asked for: ``parliament_city`` is no parliament."""
    return field.label.endswith((" city", " town")) or bool(_CITY.match(field.description))


@cache
def _is_sited(concept: str) -> bool:
    """Tell whether a known fact is a place by its definitions."""
    first = {words(phrase)[0] for phrase in _PHRASES.get(concept, ()) if words(phrase)}
    said = {word for phrase in _PHRASES.get(concept, ()) for word in words(phrase)[:4]}
    if _kind_of(concept) == "country":
        return False
    return _kind_of(concept) == "place" or bool(
        said & {"city", "town", "place", "where"} and "head" not in first
    )


def _by_meaning(reading: Reading, likely: float) -> Reading:
    match = replace(reading.match, by_meaning=True)
    return replace(reading, match=match, score=reading.score * min(1.0, 0.65 + 0.35 * likely))


def _score(probability: float) -> float:
    """Return the score of a label that is so likely: from the bar to sure."""
    return max(0.55, 0.55 + 0.4 * (probability - BAR) / (1 - BAR))


def concept_names() -> Iterator[str]:
    """Yield the names of all known facts."""
    yield from _PHRASES
