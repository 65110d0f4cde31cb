"""What a field may mean beyond its own words: known facts, and labels of the page, near to it.

Only a field whose own words find nothing sure is read this way. A known fact that is
nearer than a page's label is a rival: then the label is another thing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from enrich.research import affirmed, chosen, told, toldlists
from enrich.research.candidates.choices import PRESENT
from enrich.research.candidates.homes import asks_state
from enrich.research.candidates.languages import language_candidates
from enrich.research.candidates.numbers import CONVERTED
from enrich.research.contrasts import opposes
from enrich.research.descriptions import options
from enrich.research.labelfit import BAR, FEATURES, Judged, View, judge, own_part, shown
from enrich.research.meant import (
    NEAR,
    Sense,
    as_sense,
    base_of,
    formed,
    known_nearness,
    lack_of,
    means_another,
    question_texts,
    strange,
)
from enrich.research.phrases import PHRASES
from enrich.research.reader import read, read_places
from enrich.research.siblings import is_parted
from enrich.research.words import concept_spans, concepts, word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.research.documents import Segment
    from enrich.research.embedding.meaning import Meaning
    from enrich.research.labels import Match
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.wanted import Wanted

_Made = TypeVar("_Made")
SURE: Final = 0.8  # a reading by the field's own words from here on needs no other sense
# How likely a known fact is meant: by how near it lies, how far before the mean of the next five, and how
# much is said (more words lie farther from all). A logistic regression on wordings of the development half,
# each as it is and with its own fact left out; facts left out of the fit have the same figures.
_SENSE_BIAS: Final = -10.3
_SENSE_NEAR: Final = 8.0
_SENSE_LEAD: Final = 15.4
_SENSE_WORDS: Final = 1.0
_NEXT: Final = 5
LIKELY: Final = 0.2  # a known fact that is less likely meant is no sense of it
TOLD: Final = 0.3  # likewise for what a sentence says, where no label speaks for it
KNOWN: Final = 0.45  # from here on a field's own concept is what it means
SURELY: Final = 0.6  # likewise of a label that names it so plainly that no likelihood is asked
_DOUBTED: Final = 0.75  # what words count that the question's sense does not bear out
_PLAINLY_DOUBTED: Final = 0.5  # likewise where the sense is plain
PLAIN: Final = 0.85  # a label as near as this to a known fact is its name
STRANGE: Final = 0.02  # likewise of a label that names the known fact which the question means
AS_NAME: Final = (
    0.7  # a label as near as this to the fact that it names is meant without any other sign
)
LEADS: Final = 0.5  # a label as likely as this is what is meant, whatever fact lies near
UNLIKELY: Final = 0.1  # a label that fits in words counts for nothing below this likelihood
_BEHIND: Final = (
    0.1  # what share of the likeliest label's a label's likelihood may have that lies far behind
)
_RIVAL: Final = 0.1  # how much nearer a known fact must be to bar a label
_PLAIN_PART: Final = 0.1  # how likely a part is at least that is taken for what was asked
_TWICE: Final = 2.0
_AMONG: Final = 0.2  # what a label loses at most beside a likelier one under the same heading
_PARTED: Final = 0.06  # what a label that names the fact loses where neither nearness nor likelihood speaks for it
_CONVERTED: Final = (
    0.7  # what a converted figure counts where the page has others in the asked unit
)
_VIEWS: Final = 128
_ENGLISH: Final = frozenset({"eng", "en", "english"})
_CODES: Final = word_set(
    """
    ara ces cym dan deu ell est fas fin fra hrv hun ita jpn kor lav lit mkd nld nor pol por ron rus slk slv spa srp swe tur ukr urd vie zho
    ar cs da de el es et fa fi fr he hi hr hu it ja ko lt lv nb nl pl pt ro ru sk sl sr sv tr uk zh
    """
)
_THINGS: Final = frozenset(
    concepts("country city company person product place")
)  # of which something is asked


class Senses:
    """The senses of a run's fields.

    Args:
        meaning: The embedding.
    """

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._views: dict[tuple[str, str], View] = {}
        self._tellings: dict[tuple[str, str], told.Telling] = {}
        self._listings: dict[tuple[str, str], toldlists.Listing] = {}
        self._near: dict[object, np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}
        self.hidden: frozenset[str] = frozenset()  # known facts that a measurement leaves out

    def close(self) -> None:
        """Close the embedding's files."""
        self._meaning.close()

    def of(self, field: Wanted) -> list[Sense]:
        """Return the known facts that a field may mean, the likeliest first; none if nothing is likely."""
        near = self._near_known(field)
        order = [int(n) for n in np.argsort(-near, kind="stable")[: _NEXT + 1]]
        said = math.log(len(question_texts(field)[0].split()) + 1)
        found: list[Sense] = []
        left = 1.0  # what one fact surely is, the next is not
        for at in order[:3]:
            lead = near[at] - np.mean([near[n] for n in order if n != at])
            total = _SENSE_BIAS + _SENSE_NEAR * near[at] + _SENSE_LEAD * lead + _SENSE_WORDS * said
            likely = min(left, 1 / (1 + math.exp(-float(total))))
            left -= likely
            found.append(Sense(self._meaning.known[at], float(near[at]), likely))
        return [sense for sense in found if sense.likely >= LIKELY]

    def _near_known(self, field: Wanted) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        key = (
            question_texts(field), field.label, field.kind, field.many, field.sorts, self.hidden
        )  # fmt: skip
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
        senses = self.of(field)
        if senses and senses[0].likely >= SURELY:
            field = replace(field, number=formed(field, senses[0]))
        found = read(field, page, names=names, passages=passages, scope=scope)
        own = set(field.topic) - _THINGS or set(field.topic)
        told = all(c in PHRASES for c in own)
        known = bool(senses) and senses[0].concept in own and (told or senses[0].likely >= KNOWN)
        known = known and not self._described_otherwise(field, senses[0])
        judged = self._judged(field, page, names)
        if senses and (asks_state(field) or self._leads(field, judged, senses[0])):
            senses = []  # a state's country is no answer
        likely = {place: label for label in judged for place in label.places}
        out = [r for r in found if r.in_prose or self._stands(field, likely, r)]
        if senses and not known and senses[0].likely >= SURELY:
            out = [self._doubted(senses[0], r) for r in out]
            out.sort(key=lambda r: -r.score)
        if out and out[0].score >= SURE:
            return out
        if senses and not (out and (known or (told and len(own) > 1))):
            if senses[0].likely < SURELY:
                out = [self._doubted(senses[0], r) for r in out]
            for sense in senses:
                lack = sense.likely >= SURELY and bool(lack_of(sense.concept))
                plain = as_sense(field, sense)
                meant = read(plain, page, names=names, passages=passages, scope=scope)
                kept = [r for r in meant if self._fits(field, likely, r, sense) or (lack and r.match.by_hint)]  # fmt: skip
                surely = {id(r) for r in kept if self._plainly(field, r, sense, alone=True)}
                kept = _of_parts(field, page, kept, likely, surely)
                out += [_by_meaning(r, sense.likely) for r in kept]
                if kept:
                    break
        form = field if known or not senses else as_sense(field, senses[0])
        alike = self._alike(field, judged, senses)
        out += read_places(form, page, alike, names=names, scope=scope)
        out = _in_language(field, [r for r in out if not _is_other_measure(field, r)])
        out.sort(key=lambda r: (-round(r.score, 3), -r.year, r.segment.start, r.start))
        return out

    def tells(self, field: Wanted, page: Page, *, names: frozenset[str]) -> list[Reading]:
        """Return what a page tells of a field in any words, likely enough; see ``told``."""
        forms = toldlists.KINDS if field.many else {*told.KINDS, "boolean", "enum"}
        if field.kind not in forms:
            return []
        question = told.Question(
            field, question_texts(field), self._meaning, self._near_known(field)
        )
        if field.many:
            listing = _kept(self._listings, page, lambda: toldlists.Listing(page))
            return toldlists.readings(question, listing, names=names)
        if field.kind == "boolean":
            return affirmed.readings(question, self._telling(page))
        if field.kind == "enum":
            return chosen.readings(question, self._telling(page), names=names)
        return told.readings(question, self._telling(page), names=names)

    def _alike(self, field: Wanted, judged: list[Judged], senses: list[Sense]) -> dict[int, Match]:
        """Return the places whose labels are meant by what is known of them, with how well they fit."""
        places: dict[int, Match] = {}
        nearest = float(self._near_known(field).max(initial=0.0))
        best: dict[str, float] = {}
        for label in judged:
            over = label.text.rpartition(": ")[0]
            best[over] = max(best.get(over, 0.0), label.probability)
        for label in judged:
            score, by_fact = self._by_likeness(field, label, senses, nearest)
            over = label.text.rpartition(": ")[0]
            if (
                score and over and not by_fact
            ):  # a fact that its heading names tells no part from another
                score -= _AMONG * (1 - label.probability / best[over])
            if score > 0:
                fact = senses[0].likely if by_fact else 0.0
                likely = 1 - (1 - label.probability) * (1 - fact)
                match = replace(label.match, score=score, by_meaning=True, likely=likely)
                places.update(dict.fromkeys(label.places, match))
        return places

    def _described_otherwise(self, field: Wanted, sense: Sense) -> bool:
        stated = question_texts(field)[-1]
        near = self._meaning.nearness((stated,)) if stated != field.label else {}
        return means_another(field, near, sense.concept)

    def _leads(self, field: Wanted, judged: list[Judged], sense: Sense) -> bool:
        """Tell whether the page has a label that is likelier meant than a known fact which it does not name."""
        lead = max(judged, key=lambda label: label.probability, default=None)
        if lead is None or lead.probability < BAR or self._named(field, lead.text, sense):
            return False
        if lead.probability < LEADS and not self._far_ahead(field, lead, judged, sense):
            return False
        # Of what is landlocked, the coast is no rival.
        lack = lack_of(sense.concept) if field.kind == "boolean" else ()
        return not set(lack) & set(concepts(lead.text))

    def _far_ahead(self, field: Wanted, lead: Judged, judged: list[Judged], sense: Sense) -> bool:
        """Tell whether a label has words of the question, and each that names the known fact lies far behind."""
        named = [label.probability for label in judged if self._named(field, label.text, sense)]
        return bool(lead.match.coverage) and bool(named) and max(named) < _BEHIND * lead.probability

    def _stands(self, field: Wanted, likely: dict[int, Judged], reading: Reading) -> bool:
        """Tell whether a label that fits in words is likely enough for all that is known of it."""
        if str(reading.value).casefold() in options(field.description):
            return True
        if reading.match.beside:  # the label that it was found by was judged
            return True
        if field.denied and reading.how in PRESENT:  # "Coastline: 296 km" of what has none
            return True
        label = likely.get(reading.page.place_of(reading.segment))
        by_row = (
            reading.start < reading.segment.start
        )  # a row's name beside a cell: no label was read
        return label is None or by_row or label.probability >= UNLIKELY

    def _fits(
        self, field: Wanted, likely: dict[int, Judged], reading: Reading, sense: Sense
    ) -> bool:
        """Tell whether what a sense found is likely enough: a sentence by its sense, the rest by its label, too."""
        by_row = reading.start < reading.segment.start
        over = reading.label.text
        if not (reading.in_prose or by_row) and opposes(field, shown(over)):
            return False
        if reading.match.beside or self._plainly(field, reading, sense):
            return True
        if reading.in_prose or by_row:
            return sense.likely >= TOLD
        label = likely.get(reading.page.place_of(reading.segment))
        return label is not None and label.probability >= STRANGE

    def _plainly(
        self, field: Wanted, reading: Reading, sense: Sense, *, alone: bool = False
    ) -> bool:
        """Tell whether a reading's label, or it alone without the headings over it, names a fact plainly, and the question means that fact."""
        label = shown(reading.label.text)
        told = own_part(label) if alone else label
        return sense.likely >= SURELY and self._named(field, told, sense) >= AS_NAME

    def _by_likeness(
        self, field: Wanted, label: Judged, senses: list[Sense], nearest: float
    ) -> tuple[float, bool]:
        """Return the score of a label that is likely in itself, or names the fact that the question means, and whether it does; else 0.

        A known fact that is not the label's and is nearer to the question bars it.
        """
        if label.opposed:
            return 0.0, False
        near = label.features[0]
        named = self._named(field, label.text, senses[0]) if senses else 0.0
        meant = senses[0].likely if named >= NEAR else 0.0
        if (meant >= SURELY and named >= AS_NAME) or (meant and label.probability >= STRANGE):
            # Of labels that name it, the plainest stands first, and a total before its parts.
            far = strange(own_part(label.text), senses[0].concept)
            told = 1.0 - _PARTED * (far + label.features[FEATURES.index("part")])
            by_itself = self._named(field, own_part(label.text), senses[0]) >= AS_NAME
            return max(_score(meant) * told, _score(label.probability)), by_itself
        rival = near < nearest - _RIVAL
        if (
            near < NEAR
            or label.probability < BAR
            or rival
            or (not named and self._names_another(label.text))
        ):
            return 0.0, False
        return _score(label.probability), False

    def _named(self, field: Wanted, label: str, sense: Sense) -> float:
        """Return how near a label lies to a fact that it names; 0 where it names another of the asked form rather."""
        last = self._meaning.nearness((own_part(label),))
        near = last if max(last.values()) >= PLAIN else self._meaning.nearness((label,))
        own = max(near[c] for c in (sense.concept, *base_of(sense.concept)) if c in near)
        fit = self._near_known(field) > 0
        best = max((near[self._meaning.known[n]] for n in np.flatnonzero(fit)), default=0.0)
        return own if own >= best else 0.0

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
        return _kept(self._views, page, lambda: View(page, self._meaning))

    def _telling(self, page: Page) -> told.Telling:
        return _kept(self._tellings, page, lambda: told.Telling(page, self._meaning))

    def _doubted(self, sense: Sense, reading: Reading) -> Reading:
        if reading.match.score >= SURE and not reading.in_prose:
            return reading  # a label in the question's own words
        label = reading.label
        near = self._meaning.to_labels(
            PHRASES.get(sense.concept, (sense.concept,)), [shown(label.text)]
        )
        if near[0] >= NEAR:
            return reading
        plain = sense.likely >= (KNOWN if reading.in_prose else SURELY)
        return replace(reading, score=reading.score * (_PLAINLY_DOUBTED if plain else _DOUBTED))


def _is_other_measure(field: Wanted, reading: Reading) -> bool:
    """Tell whether a figure is only near in meaning and converted, where its page has others in the asked unit."""
    asked = field.number.unit
    near = reading.match.by_meaning and CONVERTED in reading.how
    return asked is not None and near and asked.name in reading.page.units


def _in_language(field: Wanted, readings: list[Reading]) -> list[Reading]:
    """Drop what stands beside another language's code where its English stands beside it: of ``eng`` and ``fra`` the first."""
    coded: dict[int, tuple[str, str]] = {}
    for reading in readings:
        label = reading.label.text
        over, _, own = label.rpartition(" > ")
        first = (words(own) or [""])[0]
        if first in _CODES or first in _ENGLISH:
            coded[id(reading)] = over, first
    english = {over for over, first in coded.values() if first in _ENGLISH}
    if not english or language_candidates(f"{field.label.title()} {field.description}"):
        return readings  # or one is asked for
    dropped = {at for at, (over, first) in coded.items() if over in english and first in _CODES}
    return [r for r in readings if id(r) not in dropped]


def _of_parts(
    field: Wanted, page: Page, readings: list[Reading], likely: dict[int, Judged], surely: set[int]
) -> list[Reading]:
    """Drop what stands beside the parts of a whole that were not asked for: of ages, but for the plainly likeliest.

    What names the fact itself plainly (``surely``, by identity) stays.
    """
    if field.many:
        return readings
    labels = {id(r): r.label.text.rpartition(" > ")[::2] for r in readings}
    parts: dict[str, dict[str, float]] = {}
    for reading in readings:
        over, own = labels[id(reading)]
        if not (reading.in_prose or reading.match.beside or reading.match.by_hint):
            judged = likely.get(page.place_of(reading.segment))
            parts.setdefault(over, {})[own] = judged.probability if judged else 0.0
    dropped = {
        (over, own)
        for over, odds in parts.items()
        for own in odds
        if len(odds) > 1 and (odds[own] < max(odds.values()) / _TWICE or _is_unclear(over, odds))
    }
    return [r for r in readings if id(r) in surely or labels[id(r)] not in dropped]


def _is_unclear(over: str, odds: dict[str, float]) -> bool:
    first, second = sorted(odds.values(), reverse=True)[:2]
    return is_parted(over, odds) and (first < _PLAIN_PART or first < _TWICE * second)


def _kept(pages: dict[tuple[str, str], _Made], page: Page, make: Callable[[], _Made]) -> _Made:
    """Return what is made of a page; that of the last pages is kept."""
    key = page.document.sha256, page.document.url
    if key not in pages:
        while len(pages) >= _VIEWS:
            pages.pop(next(iter(pages)), None)
        pages[key] = make()
    return pages[key]


def _by_meaning(reading: Reading, likely: float) -> Reading:
    match = replace(reading.match, by_meaning=True, likely=likely)
    return replace(reading, match=match, score=reading.score * min(1.0, 0.65 + 0.35 * likely))


def _score(probability: float) -> float:
    """Return the score of a label that is so likely: from the bar to sure."""
    return max(0.55, 0.55 + 0.4 * (probability - BAR) / (1 - BAR))
