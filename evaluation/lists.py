"""Fit the weights of ``enrich/research/toldlists.py``: ``python -m evaluation.lists FOLDER KIND …``; folders as for ``evaluation.pages``.

Learned from the questions for lists of the kinds that are named: once with all lists of a page, and once
without those that answer, so that what no page tells is learned, too.
"""

# ruff: noqa: SLF001  (the fit is of a part of the engine)
from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from enrich.research import told, toldlists
from enrich.research.meant import question_texts
from evaluation.pages import Kind, Sample, alike, fit, kinds, questions, right

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL: Final = 1.5e-2  # how strongly weights are drawn to nought: these are few questions
_FORM: Final = told.KINDS[0]  # there is one weight for a page that gives no list


def samples(kind: Kind) -> Iterator[Sample]:
    """Yield each question for a list as ``toldlists`` sees it on the thing's first page, with its answer and without."""
    for senses, page, names, want, gold in questions(kind):
        if not want.many:
            continue
        near = senses._near_known(want)
        question = told.Question(want, question_texts(want), senses._meaning, near)
        found, features = toldlists.values(question, toldlists.Listing(page), names=names)
        said = [[item.value for item in items] for _, items in found]
        yield from _both(kind.name, said, features, gold)


def _both(
    kind: str, said: list[list[Any]], features: np.ndarray[Any, Any], gold: Any
) -> Iterator[Sample]:
    """Yield a page's lists as they are, and without those that have an item of the answer."""
    hits = np.array([gold not in (None, []) and right(value, gold) for value in said], dtype=bool)
    values = tuple(map(str, said))
    if said:
        stated = gold not in (None, [])
        yield Sample(
            kind=kind, form=_FORM, features=features, right=hits, values=values, stated=stated
        )
    if not hits.any():
        return
    answers = gold["any"] if isinstance(gold, dict) else [gold]
    items = [item for answer in answers for item in answer or ()]
    kept = np.array([not any(alike(v, i) for v in value for i in items) for value in said])
    if kept.any():
        own = features[kept, : len(toldlists.FEATURES)]
        at = [toldlists.FEATURES.index(name) for name in toldlists.RELATIVE]
        beside = own[:, at] - own[:, at].max(axis=0)
        yield Sample(
            kind=kind, form=_FORM, features=np.concatenate([own, beside], axis=1), right=hits[kept],
            values=tuple(v for v, keep in zip(values, kept, strict=True) if keep), stated=False,
        )  # fmt: skip


def main() -> int:
    """Fit; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.lists", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kinds", nargs="+", metavar="KIND")
    options = parser.parse_args()
    named = [kind for kind in kinds(options.folder) if kind.name in options.kinds]
    weights, nothing = fit([s for kind in named for s in samples(kind)], small=_SMALL)
    print("WEIGHTS", tuple(round(float(w), 3) for w in weights))
    print("NONE", round(nothing[_FORM], 3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
