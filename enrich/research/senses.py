"""What a field may mean beyond its own words: known facts, and labels of the page, near to it.

Only a field whose own words find nothing sure is read this way. A known fact that is
nearer than a page's label is a rival: then the label is another thing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from enrich.research.descriptions import examples, statement
from enrich.research.glosses import GLOSSES
from enrich.research.labels import Match
from enrich.research.reader import read, read_places
from enrich.research.thesaurus import GROUPS
from enrich.research.wanted import is_neutral, wanted
from enrich.research.words import concepts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.documents import Segment
    from enrich.research.embedding.meaning import Meaning
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
LABEL_NEAR_TEXT: Final = 0.68
LABEL_NEAR: Final = 0.6  # a label farther from the question speaks of something else
PLAIN: Final = 0.85  # a label as near as this to a known fact is its name
_RIVAL: Final = 0.1  # how much nearer a known fact must be to bar a label
_DOUBTED: Final = 0.75  # what words count that the question's sense does not bear out
MAX_LABELS: Final = 500
MAX_LABEL_CHARS: Final = 100

_FIGURES: Final = frozenset({"amount", "number", "year", "date"})
_TEXTS: Final = frozenset({"name", "place", "country", "code", "email", "url", "phone", "prose"})
_PHRASES: Final[dict[str, tuple[str, ...]]] = {}
for _line in (*GROUPS, *GLOSSES):
    _name = "-".join(concepts(_line[0]))
    _PHRASES[_name] = (*_PHRASES.get(_name, ()), *_line)


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
        if found and found[0].score >= SURE:
            return found
        senses = self.of(field)
        own = set(field.topic)
        told = all(c in _PHRASES for c in own)
        known = bool(senses) and senses[0].concept in own and (told or senses[0].near >= KNOWN)
        if told and (known or len(own) > 1):
            return found
        if senses and not known:
            found = [self._doubted(senses[0], reading) for reading in found]
            for sense in senses:
                meant = read(
                    as_sense(field, sense), page, names=names, passages=passages, scope=scope
                )
                found += [_by_meaning(reading, sense.near) for reading in meant]
        near = self._near_places(field, senses, page)
        found += read_places(field if known or not senses else as_sense(field, senses[0]), page, near, names=names, scope=scope)  # fmt: skip
        found.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
        return found

    def _doubted(self, sense: Sense, reading: Reading) -> Reading:
        label = reading.page.labels[reading.page.place_of(reading.segment)]
        near = self._meaning.to_labels(
            _PHRASES.get(sense.concept, (sense.concept,)), [_shown(label.text)]
        )
        if near[0] >= NEAR:
            return reading
        return replace(reading, score=reading.score * _DOUBTED)

    def _near_places(self, field: Wanted, senses: list[Sense], page: Page) -> dict[int, Match]:
        """Return the segments whose label lies near to the question, with how near."""
        labels: dict[str, list[int]] = {}
        for place, label in enumerate(page.labels):
            if label.text:
                labels.setdefault(_shown(label.text), []).append(place)
        texts = list(labels)[:MAX_LABELS]
        direct = self._meaning.to_labels(question_texts(field), texts)
        through = [0.0] * len(texts)
        best = senses[0].near if senses else 0.0
        if senses:
            through = [self._through(text, senses[0]) for text in texts]
        out = {}
        for text, one, other in zip(texts, direct, through, strict=True):
            near = max(one, other)
            barred = one < best - _RIVAL and other < LABEL_NEAR
            if near < _bar(field, LABEL_NEAR, LABEL_NEAR_TEXT) or barred:
                continue
            if not other and self._names_another(text):
                continue
            match = Match(_score(near), near, by_meaning=True)
            out.update(dict.fromkeys(labels[text], match))
        return out

    def _names_another(self, label: str) -> bool:
        """Tell whether a label plainly names a known fact, which then is not the one that is asked for."""
        last = label.rsplit(": ", 1)[-1]
        return max(self._meaning.nearness((last,)).values()) >= PLAIN

    def _through(self, label: str, sense: Sense) -> float:
        """Return how near a label lies to a question by way of a fact: 0 unless it names that fact itself."""
        last = self._meaning.nearness((label.rsplit(": ", 1)[-1],))
        near = last if max(last.values()) >= PLAIN else self._meaning.nearness((label,))
        own = near[sense.concept]
        return min(sense.near, own) if own >= max(near.values()) else 0.0


def question_texts(field: Wanted) -> tuple[str, ...]:
    """Return a field as a question, in the wordings that are compared."""
    stated = statement(field.description).rstrip(" ,;")
    name = field.label if len(field.label) > 2 else ""
    both = f"{name}: {stated}" if name and stated else name or stated
    return tuple(dict.fromkeys(text for text in (both, stated) if text)) or (field.label,)


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
        topic=tuple(c for c in (sense.concept,) if not is_neutral(c)) or field.topic,
        hint=(),
        kind=plain.kind if vague else field.kind,
        shape=plain.shape if vague else field.shape,
    )


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


def _score(near: float) -> float:
    """Return the score of a label that is so near: from the bar to nearly sure."""
    return 0.55 + 0.35 * (near - LABEL_NEAR) / (1 - LABEL_NEAR)


def _shown(text: str) -> str:
    """Return a label as it is compared: its last two parts."""
    return ": ".join(text.split(" > ")[-2:])[:MAX_LABEL_CHARS]


def concept_names() -> Iterator[str]:
    """Yield the names of all known facts."""
    yield from _PHRASES
