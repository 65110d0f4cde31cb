"""What a page tells in any words: each value of the asked form, weighed by all that stands around it.

Where no label and no sentence has the question's own words, every date, figure or address of
the page that has the asked form is a candidate. A small fixed model over some thirty features says
how likely each is the answer, beside the chance that the page does not tell: how near its
sentence and its clause lie to the question in meaning, whether they mean the known fact that the question
means, how many of the question's words stand in them and how far off, and what tells against it (a plan, a
part of the whole, another's figure, what was before). ``python -m evaluation.pages --fit`` fits the weights.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research import prose
from enrich.research.barred import is_barred
from enrich.research.events import is_undone
from enrich.research.extent import part_factor
from enrich.research.figures import PART, counts_people, is_counted, is_not_asked
from enrich.research.labels import Match
from enrich.research.opposites import is_opposite_beside
from enrich.research.parts import is_of_part
from enrich.research.qualifiers import is_qualified_elsewhere
from enrich.research.reading import Reading
from enrich.research.typed import typed_candidates
from enrich.research.wanted import is_neutral
from enrich.research.words import concept_spans, concepts, name_words, verbs, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.research.candidates.candidate import Candidate
    from enrich.research.embedding.meaning import Meaning
    from enrich.research.embedding.model import Vectors
    from enrich.research.page import Label, Page
    from enrich.research.wanted import Wanted

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

KINDS: Final = ("number", "amount", "year", "date", "email", "url", "phone")
"""The kinds of values that are looked for: those that are few on a page. A name is in every sentence."""
FEATURES: Final = (
    "near", "clause", "known", "known_rel", "clause_known_rel", "covered", "around", "hinted", "clause_covered",
    "clause_hinted", "topic_at", "hint_at", "counts_other", "fit", "nth", "among", "former", "plan", "other",
    "aside", "part", "old", "labelled", "item", "place", "length",
)  # fmt: skip
RELATIVE: Final = ("near", "clause", "known", "known_rel", "clause_known_rel", "covered", "hinted", "clause_covered", "clause_hinted", "topic_at", "hint_at")  # fmt: skip
"""What counts besides as its distance from the best of the page."""

WEIGHTS: Final = (
    3.693, -0.120, 0.467, 6.164, 1.991, 0.322, 3.397, 1.919,
    -0.144, -1.014, 1.006, 1.332, 0.299, 5.136, -0.962, 0.268,
    -0.523, -0.827, -0.029, -0.380, 1.371, -0.396, 0.915,
    -0.310, -1.307, 1.909, 1.528, 0.907, 0.759, -3.512, -0.242,
    -0.074, -0.232, 0.129, 1.785, -0.174, -0.487,
)  # fmt: skip
"""Of ``FEATURES``, then of ``RELATIVE``."""
NONE: Final[dict[str, float]] = {
    "number": 7.777, "amount": 6.163, "year": 6.764, "date": 5.084, "email": 3.866, "url": 4.854, "phone": 4.728,
}  # fmt: skip
"""What the chance weighs that a page does not tell, by the kind of value."""
BAR: Final = 0.65  # a value that is less likely is no answer
_LEAST: Final = 0.5  # the score of one that is just as likely
_MOST: Final = 0.8
_FACTS_COUNT: Final = (1.0, 0.9, 0.8)  # of the facts that are likeliest meant
SEGMENTS: Final = 256  # a longer page is a work of reference, whose labels tell what stands where
_PASSAGES: Final = 64  # with values of the asked form
_FAR: Final = 0.28  # a page of which no passage lies nearer is about something else
_COUNTS: Final = (
    0.2  # what a number counts that lies farther from the question is not what is asked
)
_CHARS: Final = 320
_CLAUSE = re.compile(
    r"[,;:()]\s*|\s[\N{EN DASH}\N{EM DASH}-]\s|\s(?:and|but|while|whereas|which|who|where)\s"
)
_FORMER = re.compile(
    r"\b(?:from|against|compared (?:with|to)|previous(?:ly)?|former(?:ly)?|until|before|earlier|had been|(?:19|20)\d\d:)"
    r"\W*(?:about |some |around )?\W*$",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:plan\w*|target\w*|expect\w*|aims?|aiming|goal|will|would|to reach|intend\w*|hope\w*|scheduled|guidance|forecast\w*"
    r"|foresee\w*|projected|by the end of)\b",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:old|former|ex|previous|vacated|divorced|late|deceased|moved from|left|until|retired|succeeded|predecessor|confused"
    r"|competitors?|rivals?|neighbou?rs?|unlike|not related)\b",
    re.IGNORECASE,
)
# A name with what stands in parentheses behind it: "Acme A/S (turnover 130 million, 540 employees)".
_NAMED = re.compile(r"(?P<name>[A-Z][\w&'./-]*(?: (?:[a-z]{1,3} )?[A-Z][\w&'./-]*)*),? \([^()]*$")


class Telling:
    """A page's passages with their vectors; the same for every field.

    Args:
        page: The page.
        meaning: The embedding.
    """

    def __init__(self, page: Page, meaning: Meaning) -> None:
        self.page = page
        self._meaning = meaning
        self._spans: dict[int, list[tuple[str, int, int]]] = {}
        self._vectors: dict[int, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
        self._known: dict[int, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}

    def of(self, places: Sequence[int]) -> tuple[Vectors, Vectors]:
        """Return the vectors of some passages, and how near each lies to each known fact."""
        vectors = self.vectors(places)
        new = [place for place in places if place not in self._known]
        if new:
            known = self._meaning.to_known([self.text(place)[:_CHARS] for place in new])
            self._known.update(zip(new, known, strict=True))
        return vectors, np.stack([self._known[p] for p in places])

    def vectors(self, places: Sequence[int]) -> Vectors:
        """Return the vectors of some passages."""
        new = [place for place in places if place not in self._vectors]
        if new:
            made = self._meaning.vectors([self.text(place)[:_CHARS] for place in new])
            self._vectors.update(zip(new, made, strict=True))
        return np.stack([self._vectors[p] for p in places])

    def spans(self, place: int) -> list[tuple[str, int, int]]:
        """Return the concepts of a passage with their offsets in it."""
        if place not in self._spans:
            text = self.page.text(self.page.document.segments[place])
            self._spans[place] = list(concept_spans(text))
        return self._spans[place]

    def text(self, place: int) -> str:
        """Return a passage with the label beside it."""
        segment = self.page.document.segments[place]
        text = self.page.text(segment)
        return (
            f"{self.page.labels[place].text.rsplit(' > ', 1)[-1]}: {text}"
            if segment.label
            else text
        )


class Question:
    """A field with what is compared of it.

    Args:
        field: What is asked.
        texts: Its wordings.
        meaning: The embedding.
        near_known: How near it lies to each known fact.
    """

    def __init__(
        self, field: Wanted, texts: Sequence[str], meaning: Meaning, near_known: Array
    ) -> None:
        self.field = field
        self.vectors = meaning.vectors(texts)
        self.facts = np.argsort(-near_known, kind="stable")[: len(_FACTS_COUNT)]
        self.topic = {c for c in field.topic if not is_neutral(c)}
        self.topical = self.topic | {verb for concept in self.topic for verb in verbs(concept)}
        self.hint = {c for c in field.hint if not is_neutral(c)}
        self.meaning = meaning

    def may_count(self, candidate: Candidate) -> bool:
        """Tell whether a number may count what is asked for, by the words behind it."""
        if not candidate.counted or not self.field.number.count:
            return True
        if counts_people(candidate) or is_counted(candidate, {*self.field.topic, *self.field.hint}):
            return True
        said = (candidate.counted, candidate.counted.split()[-1])
        return float((self.meaning.vectors(said) @ self.vectors.T).max()) >= _COUNTS


def values(
    question: Question,
    telling: Telling,
    *,
    names: frozenset[str],
) -> tuple[list[tuple[int, Candidate]], Array]:
    """Return the values of a page that have the asked form, each with its passage, and a row of features for each.

    Args:
        question: What is asked.
        telling: The page.
        names: The subject's names as ``name_key`` gives them; never an answer themselves.
    """
    field, page = question.field, telling.page
    segments = page.document.segments
    empty: list[tuple[int, Candidate]] = []
    nothing = empty, np.zeros((0, len(FEATURES) + len(RELATIVE)))
    if len(segments) > SEGMENTS:
        return nothing
    found = {
        place: candidates
        for place, segment in enumerate(segments)
        if not is_barred(field, page.labels[place], page.text(segment), taught=False)
        and not page.is_aside(segment, field.topic)
        and (candidates := _candidates(question, page.text(segment), page.labels[place], names))
    }
    places = sorted(found)
    if not 0 < len(places) <= _PASSAGES:
        return nothing
    vectors, known = telling.of(places)
    near = (vectors @ question.vectors.T).max(axis=1)
    if near.max() < _FAR:
        return nothing
    meant, relative = _meant(question, known)
    every = [
        (n, place, nth, c) for n, place in enumerate(places) for nth, c in enumerate(found[place])
    ]
    clauses = [_clause(page.text(segments[place]), c) for _, place, _, c in every]
    of_clause = _of_clauses(question, clauses)
    rows = [
        (
            near[n], clause_near, meant[n], relative[n], clause_relative,
            *_words_told(question, telling, place, c, clause),
            c.fit, nth, len(found[place]),
            *_against(page, place, c, names, field),
            place / len(segments), min(len(page.text(segments[place])), _CHARS) / _CHARS,
        )
        for (n, place, nth, c), clause, (clause_near, clause_relative) in zip(every, clauses, of_clause, strict=True)
    ]  # fmt: skip
    features = np.array(rows, dtype=np.float64)
    at = [FEATURES.index(name) for name in RELATIVE]
    beside = features[:, at] - features[:, at].max(axis=0)
    return [(place, c) for _, place, _, c in every], np.concatenate([features, beside], axis=1)


def readings(
    question: Question,
    telling: Telling,
    *,
    names: frozenset[str],
) -> list[Reading]:
    """Return the likeliest value of a page as a reading, or none where the page hardly tells; as ``values``."""
    found, features = values(question, telling, names=names)
    if not found:
        return []
    weight = features @ np.array(WEIGHTS)
    none = NONE[question.field.kind]
    top = max(float(weight.max()), none)
    share = np.exp(weight - top)
    share /= share.sum() + math.exp(none - top)
    likely: dict[str, float] = {}
    for (_, candidate), part in zip(found, share, strict=True):
        likely[str(candidate.value)] = likely.get(str(candidate.value), 0.0) + float(part)
    value = max(likely, key=likely.__getitem__)
    if likely[value] < BAR:
        return []
    best = max(
        (n for n, (_, c) in enumerate(found) if str(c.value) == value), key=lambda n: share[n]
    )
    place, candidate = found[best]
    segment = telling.page.document.segments[place]
    score = _LEAST + (_MOST - _LEAST) * (likely[value] - BAR) / (1 - BAR)
    return [
        Reading(
            value=candidate.value, page=telling.page, segment=segment, start=segment.start + candidate.start,
            end=segment.start + candidate.end, score=score, match=Match(score, 0.0, by_meaning=True),
            in_prose=not segment.label, how=candidate.how,
        )
    ]  # fmt: skip


def _candidates(
    question: Question, text: str, label: Label, names: frozenset[str]
) -> list[Candidate]:
    field = question.field
    found = [c for c in typed_candidates(field, text) if question.may_count(c)]
    if field.kind in {"number", "amount"}:  # no wider area's, none of long ago, none in letters
        found = [c for c in found if not c.in_words and part_factor(field, text, c, ()) > 0.5]
    return [
        c
        for c in found
        if not is_not_asked(field, text, c, names, len(found) - 1)
        and not is_undone(field, text, c, names)
        and not is_opposite_beside(field, label, text, c)
        and not is_qualified_elsewhere(field, label, text, c)
        and not is_of_part(field, text, c.start)
    ]


def _meant(question: Question, known: Vectors) -> tuple[Array, Array]:
    """Return how near texts lie to the facts that the question may mean, and how far behind the nearest of all the first is."""
    meant = (known[:, question.facts] * np.array(_FACTS_COUNT)).max(axis=1)
    return meant, known[:, question.facts[0]] - known.max(axis=1)


def _of_clauses(question: Question, clauses: Sequence[str]) -> list[tuple[float, float]]:
    """Return for each clause how near it lies to the question, and whether it means the same fact."""
    texts = list(dict.fromkeys(clauses))
    near = (question.meaning.vectors(texts) @ question.vectors.T).max(axis=1)
    relative = _meant(question, question.meaning.to_known(texts))[1]
    of = {text: (float(n), float(r)) for text, n, r in zip(texts, near, relative, strict=True)}
    return [of[clause] for clause in clauses]


def _clause(text: str, candidate: Candidate) -> str:
    """Return the part of a sentence in which a candidate stands."""
    before = [m.end() for m in _CLAUSE.finditer(text, 0, candidate.start)]
    behind = _CLAUSE.search(text, candidate.end)
    return text[before[-1] if before else 0 : behind.start() if behind else len(text)][:200]


def _words_told(
    question: Question, telling: Telling, place: int, candidate: Candidate, clause: str
) -> tuple[float, ...]:
    """Return how much of the question's words stand around a candidate, and how far off."""
    page = telling.page
    label = page.labels[place]
    said = page.sayings[place] | label.own
    text = page.text(page.document.segments[place])
    in_clause = frozenset(concepts(clause))
    spans = telling.spans(place)
    asked = {*question.field.topic, *question.field.hint}
    return (
        share(question.topic, said, page), share(question.topic, label.own | label.over | label.far, page),
        share(question.hint, said, page), share(question.topic, in_clause, page), share(question.hint, in_clause, page),
        _closest(text, candidate, [(a, b) for c, a, b in spans if c in question.topical]),
        _closest(text, candidate, [(a, b) for c, a, b in spans if c in question.hint]),
        float(bool(candidate.counted) and not is_counted(candidate, asked)),
    )  # fmt: skip


def share(asked: set[str], said: frozenset[str], page: Page) -> float:
    """Return how much of some concepts' weight on a page a passage names."""
    total = sum(page.weight(c) for c in asked)
    return (
        sum(page.weight(c) for c in asked if c in said or verbs(c) & said) / total if total else 0.0
    )


def _closest(text: str, candidate: Candidate, spans: list[tuple[int, int]]) -> float:
    """Return 1 for a candidate beside one of some words, less for each word between."""
    best = 0.0
    for start, end in spans:
        if not (start >= candidate.start and end <= candidate.end):
            between = text[min(end, candidate.end) : max(start, candidate.start)]
            best = max(best, math.exp(-len(between.split()) / 4))
    return best


def _against(
    page: Page, place: int, candidate: Candidate, names: frozenset[str], field: Wanted
) -> tuple[float, ...]:
    """Return what tells against a candidate, or for it, by the words around it."""
    segment = page.document.segments[place]
    text = page.text(segment)
    before = text[: candidate.start]
    named = _NAMED.search(before)
    known = name_words(names)
    aside = named is not None and not known & set(words(named["name"]))
    return (
        float(bool(_FORMER.search(before))), float(bool(_PLAN.search(text))),
        float(prose.about_another(text, names, field)), float(aside), float(bool(PART.match(text, candidate.end))),
        float(bool(_OLD.search(before))),
        float(bool(segment.label)), float(segment.kind == "item"),
    )  # fmt: skip
