"""How likely a page's label is the one that a field asks for: a small fixed model over a few features.

Each label is compared with the question in words (``labels.py``), in meaning (the
embedding) and by way of the facts that are known by definition; what tells most is how far
it stands before the page's other labels. The weights are those of a logistic regression,
fitted by ``python -m evaluation.fit`` on questions of the development half alone. A label
that stands at the front by a hair, or is merely the nearest of strangers, stays below the bar.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from enrich.research.contrasts import opposes
from enrich.research.labels import label_score
from enrich.research.siblings import asks_for
from enrich.research.typed import labelled_candidates

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from enrich.research.embedding.meaning import Meaning
    from enrich.research.labels import Match
    from enrich.research.page import Page
    from enrich.research.wanted import Wanted

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

FEATURES: Final = (
    "near", "margin", "high", "known", "known_margin", "rival", "words", "words_margin",
    "coverage", "hint", "headed", "part", "form", "bare",
)  # fmt: skip
WEIGHTS: Final = (
    6.205,  # near
    12.497,  # margin
    -9.381,  # high
    2.744,  # known
    1.268,  # known_margin
    -2.863,  # rival
    12.663,  # words
    2.215,  # words_margin
    -6.951,  # coverage
    -5.622,  # hint
    -0.084,  # headed
    -2.953,  # part
    3.151,  # form
    1.146,  # bare
)
BIAS: Final = -8.957
BAR: Final = 0.25  # a label below it is taken to be another's

MAX_LABELS: Final = 500
MAX_LABEL_CHARS: Final = 100
_FRONT: Final = 14  # labels of a page that are looked at closely
_WHOLE: Final = frozenset({"total", "total population", "overall", "all", "name", "summary"})
# "note 1", "Geography - note": what stands there is anything at all.
_NOTE = re.compile(r"(?:.* - )?(?:note|remark|footnote|comment)s?(?: \d+)?", re.IGNORECASE)
_YEAR = re.compile(r"\s*\b(?:19|20)\d\d\b")
_OPPOSED: Final = 0.1  # of its likelihood, what is left to a label that says the contrary


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A label of a page, judged for one field.

    Attributes:
        text: Its last two parts, without a year.
        places: The segments that it stands beside.
        features: As ``FEATURES`` has them.
        match: How its words fit.
        opposed: Whether it says the contrary of what is asked.
    """

    text: str
    places: tuple[int, ...]
    features: tuple[float, ...]
    match: Match
    opposed: bool = False

    @property
    def probability(self) -> float:
        """How likely it is the label that is asked for, 0 to 1."""
        total = BIAS + sum(w * x for w, x in zip(WEIGHTS, self.features, strict=True))
        return (_OPPOSED if self.opposed else 1.0) / (1.0 + math.exp(-total))


class View:
    """A page's labels with their vectors; the same for every field.

    Args:
        page: The page.
        meaning: The embedding.
    """

    def __init__(self, page: Page, meaning: Meaning) -> None:
        groups: dict[str, list[int]] = {}
        for place, label in enumerate(page.labels):
            text = shown(label.text)
            if text and not _NOTE.fullmatch(text.rsplit(": ", 1)[-1]):
                groups.setdefault(text, []).append(place)
        self.texts = list(groups)[:MAX_LABELS]
        self.places = [tuple(groups[text]) for text in self.texts]
        plain = [_plain(text) for text in self.texts]
        self.vectors = meaning.vectors(self.texts)
        self.plain_vectors = meaning.vectors(plain)
        self.known = np.maximum(meaning.to_known(self.texts), meaning.to_known(plain))
        under: dict[str, set[str]] = {}
        for text in self.texts:
            over, _, last = text.rpartition(": ")
            under.setdefault(over, set()).add(last.casefold())
        self.parts = [_is_part(text, under) for text in self.texts]


def judge(
    field: Wanted,
    question: Sequence[str],
    page: Page,
    view: View,
    *,
    meaning: Meaning,
    near_known: Array,
    free: frozenset[str],
    left_out: Collection[str] = (),
) -> list[Judged]:
    """Return the labels of a page that come into question for a field, with their features.

    Args:
        field: What is asked.
        question: Its wordings.
        page: The page.
        view: Its labels.
        meaning: The embedding.
        near_known: How near the question lies to each known fact; 0 for those left out.
        free: Concepts of the subject's own name.
        left_out: Labels that are taken to be absent (a measurement's doing).
    """
    if not view.texts:
        return []
    asked = meaning.vectors(question).T
    near = ((view.vectors @ asked).max(axis=1) + (view.plain_vectors @ asked).max(axis=1)) / 2
    matches = [label_score(field, page.labels[p[0]], page, free=free) for p in view.places]
    words = np.array([m.score for m in matches])
    best = view.known.max(axis=1)
    own = view.known >= best[:, None] - 0.03
    through = np.where(own, near_known, 0.0).max(axis=1)
    known = np.clip(through - 0.45, 0, 1) * np.clip((best - 0.5) / 0.3, 0, 1)
    top = float(near_known.max(initial=0.0))
    rival = max(0.0, top - 0.45) * np.clip(top - through, 0, 0.3) / 0.3
    order = [i for i in np.argsort(-(near + 2 * known + words)) if view.texts[i] not in left_out]
    front = [
        (int(i), form) for i in order[:_FRONT] if (form := _form(field, page, view.places[i])) > 0
    ]
    if not front:
        return []
    at = [i for i, _ in front]
    margins = [_margins(values[at]) for values in (near, known, words)]
    asked_words = {*field.topic, *field.hint}
    return [
        Judged(
            text=view.texts[i], places=view.places[i], match=matches[i], opposed=opposes(field, view.texts[i]),
            features=(
                float(near[i]), margins[0][n], max(0.0, float(near[i]) - 0.5), float(known[i]), margins[1][n],
                float(rival[i]), float(words[i]), margins[2][n], 0.0 if matches[i].by_hint else matches[i].coverage,
                float(matches[i].by_hint), float(page.labels[view.places[i][0]].head in asked_words),
                float(view.parts[i] and not asks_for(field, own_part(view.texts[i]))), form, float(words[i] == 0),
            ),
        )
        for n, (i, form) in enumerate(front)
    ]  # fmt: skip


_COUNTRY_CODE = re.compile(r"\bcca([23])$")  # as tables have them that were made for programs


def shown(text: str) -> str:
    """Return a label as it is compared: its last two parts, without a year, codes of countries by their common names."""
    said = _YEAR.sub("", ": ".join(text.split(" > ")[-2:])[:MAX_LABEL_CHARS]).strip()
    return _COUNTRY_CODE.sub(r"iso\1", said)


def own_part(text: str) -> str:
    """Return the part of a label that says what it names: its last, or what that is the whole of."""
    over, _, last = text.rpartition(": ")
    return over if over and last.casefold() in _WHOLE else last


def _plain(text: str) -> str:
    """Return what a label names, without a heading that it repeats or a "total" behind it."""
    over, _, last = text.rpartition(": ")
    if over and last.casefold() in _WHOLE:
        return over
    return last if over and over.casefold() in last.casefold() else text


def _is_part(text: str, under: dict[str, set[str]]) -> bool:
    """Tell whether a label beside it is the total of which this one is a part."""
    over, _, last = text.rpartition(": ")
    return bool(over) and bool(_WHOLE & under[over]) and last.casefold() not in _WHOLE


def _form(field: Wanted, page: Page, places: tuple[int, ...]) -> float:
    """Return how well what stands beside a label has the form that is asked for, 0 to 1."""
    best = 0.0
    for place in places[:3]:
        segment = page.document.segments[place]
        found = labelled_candidates(field, page.text(segment), segment)
        best = max(best, *(candidate.fit for candidate in found), 0.0) if found else best
    return best


def _margins(values: Array) -> list[float]:
    """Return how far each value stands before the best of the others, or behind the best."""
    if len(values) == 1:
        return [float(values[0])]
    first, second = (float(v) for v in np.sort(values)[::-1][:2])
    return [first - second if v == first else float(v) - first for v in values]
