"""Fit the label model: ``python -m evaluation.fit`` prints its weights and what they do to facts left out.

Pages of the development half, asked for each fact in its wordings and by its own label: as the
page is, and with the label taken away; with the fact's definition among the known ones, and
without. What is printed is pasted in ``enrich/research/labelfit.py``.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from enrich.research import corpus
from enrich.research.embedding.meaning import Meaning
from enrich.research.embedding.model import load
from enrich.research.labelfit import FEATURES, Judged, View, judge
from enrich.research.meant import known_nearness, question_texts
from enrich.research.page import Page
from enrich.research.wanted import Wanted, wanted
from evaluation import documents
from evaluation.asking import half_key
from evaluation.entities import entities
from evaluation.facts import FACTS
from evaluation.questions import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES: Final = 12
FOLDS: Final = 10
BARS: Final = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
# Where pages state the facts of the evaluation's plain questions; their dev wordings are used.
_PLACES: Final = {
    "capital": ("Capital: name",), "area_sq_km": ("Area: total",), "population": ("Population: total",),
    "internet_tld": ("Communications: Internet country code",),
    "demonym": ("Nationality: noun", "Nationality: adjective"),
    "land_neighbours": ("Land boundaries: border countries",),
}  # fmt: skip
_UNSAID: Final = frozenset({
    "geography", "government", "people and society", "economy", "transportation", "communications",
    "energy", "executive branch", "legislative branch", "elevation",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question about one page.

    Attributes:
        fact: Which fact, by its label.
        plain: Whether it was asked by its label.
        hidden: Whether its definition was hidden.
        absent: Whether its label was taken away.
        features: A row a label.
        right: Which of them are the fact's.
    """

    fact: str
    plain: bool
    hidden: bool
    absent: bool
    features: np.ndarray[Any, Any]
    right: np.ndarray[Any, Any]


def main() -> int:
    """Fit, print; return the exit code."""
    model, reason = load()
    if model is None:
        sys.stderr.write(f"{reason}\n")
        return 1
    meaning = Meaning(model, documents.CORPUS.parent / "fit.vectors.sqlite")
    samples = list(_samples(meaning))
    print(f"{len(samples)} samples, {len({s.fact for s in samples})} facts")
    _table(list(_left_out(samples)))
    weights = _fit(samples)
    print("WEIGHTS: Final = (")
    for name, weight in zip(FEATURES, weights[1:], strict=True):
        print(f"    {weight:.3f},  # {name}")
    print(f")\nBIAS: Final = {weights[0]:.3f}")
    return 0


def _questions() -> Iterator[tuple[frozenset[str], Wanted, bool]]:
    for labels, kind, wordings in FACTS:
        schema: dict[str, Any] = {"type": kind}
        if kind == "array":
            schema["items"] = {"type": "string"}
        for name, text in wordings:
            yield frozenset(labels), wanted(name, {**schema, "description": text}), False
        yield frozenset(labels), wanted(_by_label(labels[0]), schema), True
    for field in FIELDS:
        if field.kind == "country" and field.key in _PLACES:
            labels = frozenset(_PLACES[field.key])
            for name, text in field.others["dev"]:
                yield labels, wanted(name, {**field.schema, "description": text}), False
            yield (
                labels,
                wanted(field.key, field.described(field.description)),
                True,
            )


def _by_label(label: str) -> str:
    over, last = label.split(": ")
    said = over if last in {"total", "total population"} or over == last else last if over.casefold() in _UNSAID else f"{over} {last}"  # fmt: skip
    return re.sub(r"\W+", "_", re.sub(r"\(.*?\)", "", said)).strip("_").lower()


def _samples(meaning: Meaning) -> Iterator[Sample]:
    factbook, summaries = documents.write(documents.CORPUS)
    codes = {url: code for code, url in factbook.items()}
    dev = [e for e in entities(factbook, summaries) if e.kind == "country" and e.split == "dev"]
    pages = []
    for entity in sorted(dev, key=lambda e: half_key(e.name))[:PAGES]:
        url = next(url for url in entity.pages if url in codes)
        page = page_of(documents.CORPUS / "factbook" / f"{codes[url]}.html")
        pages.append((page, View(page, meaning)))
    for labels, field, plain in _questions():
        question = question_texts(field)
        near = known_nearness(meaning, field)
        for page, view in pages:
            ours = [n for n, text in enumerate(view.texts) if text in labels]
            for hidden in (False, True):
                known = near.copy()
                if hidden and ours:
                    own = view.known[ours].max(axis=0)
                    known[int(own.argmax())] = 0.0
                    known[int(np.where(own > 0.6, known, 0.0).argmax())] = 0.0
                for absent in (False, True):
                    judged = judge(
                        field, question, page, view, meaning=meaning, near_known=known, free=frozenset(),
                        left_out=labels if absent else (),
                    )  # fmt: skip
                    if ours and judged:
                        yield _sample(judged, labels, plain=plain, hidden=hidden, absent=absent)


def _sample(
    judged: list[Judged], labels: frozenset[str], *, plain: bool, hidden: bool, absent: bool
) -> Sample:
    features = np.array([j.features for j in judged])
    right = np.array([j.text in labels for j in judged])
    return Sample(
        fact=min(labels), plain=plain, hidden=hidden, absent=absent, features=features, right=right
    )


def page_of(path: Path) -> Page:
    """Return a file's first document, made ready for reading."""
    _, read = corpus.read(next(iter(corpus.files([path]))), None)
    return Page(next(iter(read or ())), 1)


def _fit(samples: list[Sample], strength: float = 1.0) -> np.ndarray[Any, Any]:
    """Return bias and weights of a logistic regression, by Newton's method."""
    rows = np.concatenate([s.features for s in samples])
    hits = np.concatenate([s.right for s in samples]).astype(float)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    table = np.c_[np.ones(len(rows)), (rows - mean) / spread]
    weights = np.zeros(table.shape[1])
    penalty = np.r_[1e-6, np.full(len(weights) - 1, strength)]
    for _ in range(30):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - hits) + penalty * weights
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(penalty)
        weights -= np.linalg.solve(bend, slope)
    plain = weights[1:] / spread
    return np.r_[weights[0] - plain @ mean, plain]


def _left_out(samples: list[Sample]) -> Iterator[tuple[Sample, float, bool]]:
    """Yield each sample with the probability and rightness of its first label, by a model that never saw its fact."""
    facts = sorted({s.fact for s in samples}, key=half_key)
    for fold in range(FOLDS):
        mine = set(facts[fold::FOLDS])
        weights = _fit([s for s in samples if s.fact not in mine])
        for sample in samples:
            if sample.fact in mine:
                chance = 1 / (1 + np.exp(-(weights[0] + sample.features @ weights[1:])))
                first = int(chance.argmax())
                yield sample, float(chance[first]), bool(sample.right[first])


def _table(rows: list[tuple[Sample, float, bool]]) -> None:
    print("bar  asked by / definition: accuracy, precision, false fills where the label is absent")
    for bar in BARS:
        parts = []
        for plain in (True, False):
            for hidden in (False, True):
                of = [r for r in rows if r[0].plain == plain and r[0].hidden == hidden]
                there = [r for r in of if not r[0].absent]
                gone = [r for r in of if r[0].absent]
                filled = [r for r in there if r[1] >= bar]
                right = sum(r[2] for r in filled)
                said = f"{right / len(there):.3f} {right / max(1, len(filled)):.3f} {sum(r[1] >= bar for r in gone) / len(gone):.3f}"
                parts.append(
                    f"{'label' if plain else 'other'} {'hidden' if hidden else 'known'}: {said}"
                )
        print(bar, " | ".join(parts))


if __name__ == "__main__":
    raise SystemExit(main())
