"""Ask pages of any kind what their own questions ask: ``python -m evaluation.pages FOLDER``; ``--fit KIND …`` fits ``told``.

A kind of things is a folder below FOLDER: ``docs/`` with the pages, ``table.csv`` with a thing a row, its name
first, ``fields.json`` (``[{"id", "type", "enum"?, "wordings": [{"name", "description"}, …]}, …]``) and ``gold.json``
(thing to field to value: null where no page states it, ``{"any": […]}`` where several are right).
With ``--fit`` the weights of ``enrich/research/told.py`` are fitted on the kinds that are named and judged on the others.
"""

# ruff: noqa: SLF001  (the fit is of a part of the engine)
from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from dateutil import parser as dates  # type: ignore[import-untyped]

from enrich.research import told
from enrich.research.domains import sorts_of
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.meant import question_texts
from enrich.research.question import Question
from enrich.research.subject import find_subject
from enrich.research.wanted import wanted
from enrich.research.words import concepts
from evaluation.verdicts import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page
    from enrich.research.senses import Senses
    from enrich.research.wanted import Wanted

_CLOSE: Final = 0.01  # a relative difference that rounding explains; years must be equal
_YEARS: Final = range(1000, 2101)
_MOST: Final = 0.75  # of a list's items, either way
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_STEPS: Final = 400
_SMALL: Final = 3e-3  # how strongly weights are drawn to nought


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of things with its pages and questions."""

    name: str
    docs: Path
    rows: list[dict[str, str]]
    fields: list[dict[str, Any]]
    gold: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One question that the reader leaves open on one page: a row of features a value, and which are right."""

    kind: str
    form: str
    features: np.ndarray[Any, Any]
    right: np.ndarray[Any, Any]
    values: tuple[str, ...]
    stated: bool


def kinds(folder: Path) -> Iterator[Kind]:
    """Yield the kinds of things below a folder."""
    for fields in sorted(folder.glob("**/fields.json")):
        with (fields.parent / "table.csv").open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
        gold = json.loads((fields.parent / "gold.json").read_text(encoding="utf-8"))
        asked = json.loads(fields.read_text(encoding="utf-8"))
        yield Kind(
            name=fields.parent.name, docs=fields.parent / "docs", rows=rows, fields=asked, gold=gold
        )


def right(value: Any, gold: Any) -> bool:  # noqa: PLR0911  (a type a line)
    """Tell whether an answer is the gold one."""
    if isinstance(gold, dict):
        return any(right(value, one) for one in gold["any"])
    if gold is None or gold == [] or value is None:
        return value in (None, []) and gold in (None, [])
    if isinstance(gold, bool) or isinstance(value, bool):
        return value is gold
    if isinstance(gold, int) and gold in _YEARS:
        return str(value) == str(gold)
    if isinstance(gold, (int, float)):
        return isinstance(value, (int, float)) and abs(value - gold) <= _CLOSE * abs(gold)
    if isinstance(gold, list):
        told_of = value if isinstance(value, list) else []
        hit = sum(any(alike(v, g) for v in told_of) for g in gold)
        kept = sum(any(alike(v, g) for g in gold) for v in told_of)
        return bool(told_of) and hit >= _MOST * len(gold) and kept >= _MOST * len(told_of)
    return _same_day(str(value), gold) or alike(value, gold)


def alike(value: Any, gold: Any) -> bool:
    """Tell whether a text says the same as the gold one, in its words."""
    one, other = (re.sub(r"^https? (?:www )?", "", bare(str(v))) for v in (value, gold))
    return bool(one and other) and (
        f" {other} " in f" {one} " or (2 * len(one) >= len(other) and f" {one} " in f" {other} ")
    )


def _same_day(value: str, gold: str) -> bool:
    if not _DAY.fullmatch(gold):
        return False
    for first in (True, False):
        try:
            day = dates.parse(value, dayfirst=first, default=datetime(1, 1, 1)).date().isoformat()  # noqa: DTZ001
        except (ValueError, OverflowError):
            continue
        if day.startswith(gold):
            return True
    return False


def schema(field: dict[str, Any], wording: dict[str, str]) -> dict[str, Any]:
    """Return the JSON Schema of a field in one of its wordings."""
    schema = {"type": field["type"], "description": wording["description"]}
    if field["type"] == "array":
        schema["items"] = {"type": "string"}
    return schema | ({"enum": field["enum"]} if field.get("enum") else {})


def asked(kind: Kind, processor: str) -> Counter[str]:
    """Ask all that a kind asks; return how much of it was stated, filled, right, and filled without being stated."""
    counts: Counter[str] = Counter()
    engine = ResearchEngine(ResearchSettings(corpus=(kind.docs,)))
    for nth in range(min(len(field["wordings"]) for field in kind.fields)):
        names = {
            f"{field['wordings'][nth]['name']}{' ' * n}": field
            for n, field in enumerate(kind.fields)
        }
        properties = {name: schema(field, field["wordings"][nth]) for name, field in names.items()}
        for row in kind.rows:
            output = {"type": "json", "json_schema": {"type": "object", "properties": properties}}
            content: Any = engine.answer(Question(input=dict(row), output_schema=output, processor=processor))["content"]  # fmt: skip
            for name, field in names.items():
                gold = kind.gold[next(iter(row.values()))].get(field["id"])
                filled = content[name] not in (None, [])
                if gold in (None, []):
                    counts.update(unstated=1, false_fills=int(filled))
                else:
                    counts.update(
                        stated=1, filled=int(filled), right=int(right(content[name], gold))
                    )
    engine.close()
    return counts


def questions(kind: Kind) -> Iterator[tuple[Senses, Page, frozenset[str], Wanted, Any]]:
    """Yield each question of a kind as the engine understands it, with the thing's first page, its names and the answer."""
    engine = ResearchEngine(ResearchSettings(corpus=(kind.docs,)))
    senses = engine._senses
    if senses is None:
        raise SystemExit("The fit needs the packages of the extra 'embed'.")
    for row in kind.rows:
        subject = find_subject(
            dict(row), engine._index, allowed=lambda _: True, documents=1, mentions=0
        )
        page = engine._page(subject.hits[0].id) if subject.hits else None
        for field in kind.fields if page is not None else ():
            gold = kind.gold[next(iter(row.values()))].get(field["id"])
            for wording in field["wordings"] if page is not None else ():
                want = wanted(wording["name"], schema(field, wording))
                want = replace(want, sorts=sorts_of(concepts(next(iter(row)))))
                yield senses, page, subject.names, want, gold
    engine.close()


def samples(kind: Kind) -> Iterator[Sample]:
    """Yield what the reader leaves open, as ``told`` sees it."""
    for senses, page, names, want, gold in questions(kind):
        if want.many or want.kind not in told.KINDS:
            continue
        if senses.readings(want, page, names=names, passages=16, scope=None):
            continue
        near = senses._near_known(want)
        question = told.Question(want, question_texts(want), senses._meaning, near)
        found, features = told.values(question, senses._telling(page), names=names)
        if found:
            hits = np.array([gold is not None and right(c.value, gold) for _, c in found])
            values = tuple(str(c.value) for _, c in found)
            yield Sample(
                kind=kind.name, form=want.kind, features=features, right=hits, values=values, stated=gold is not None
            )  # fmt: skip


def fit(
    learned: list[Sample], *, small: float = _SMALL
) -> tuple[np.ndarray[Any, Any], dict[str, float]]:
    """Return the weights under which the right values, or that there is none, are likeliest, and what the latter weighs."""
    every = np.concatenate([s.features for s in learned])
    mean, spread = every.mean(axis=0), every.std(axis=0) + 1e-6
    scaled, hits = (every - mean) / spread, np.concatenate([s.right for s in learned]).astype(float)
    forms = np.array([told.KINDS.index(s.form) for s in learned])
    first = np.cumsum([0, *(len(s.right) for s in learned)])[:-1]
    of = np.repeat(np.arange(len(learned)), [len(s.right) for s in learned])
    has = np.array([bool(s.right.any()) for s in learned])
    both = np.zeros(scaled.shape[1] + len(told.KINDS))
    moment, square = np.zeros_like(both), np.zeros_like(both)
    for step in range(1, _STEPS + 1):  # Adam
        weights, nothing = both[: scaled.shape[1]], both[scaled.shape[1] :]
        value, none = scaled @ weights, nothing[forms] + 2.0
        top = np.maximum(np.maximum.reduceat(value, first), none)
        share, left = np.exp(value - top[of]), np.exp(none - top)
        total = np.add.reduceat(share, first) + left
        share, left = share / total[of], left / total
        aim = share * hits
        aim = np.where(has[of], aim / np.maximum(np.add.reduceat(aim, first), 1e-12)[of], 0.0)
        gap = np.bincount(forms, weights=left - ~has, minlength=len(told.KINDS))
        slope = np.concatenate([scaled.T @ (share - aim), gap]) / len(learned) + small * both
        moment, square = 0.9 * moment + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        both = both - 0.03 * (moment / (1 - 0.9**step)) / (
            np.sqrt(square / (1 - 0.99**step)) + 1e-8
        )
    weights = both[: scaled.shape[1]] / spread
    shift = 2.0 + float(weights @ mean)
    return weights, {
        form: float(both[scaled.shape[1] + n]) + shift for n, form in enumerate(told.KINDS)
    }


def judged(
    found: list[Sample], weights: np.ndarray[Any, Any], nothing: dict[str, float], bar: float
) -> Counter[str]:
    """Return how often a value is likelier than a bar, and right."""
    counts: Counter[str] = Counter()
    for sample in found:
        value = np.append(sample.features @ weights, nothing[sample.form])
        share = np.exp(value - value.max())
        likely: Counter[str] = Counter()
        for text, part in zip(sample.values, share / share.sum(), strict=False):
            likely[text] += part
        best, most = likely.most_common(1)[0]
        hit = any(r for text, r in zip(sample.values, sample.right, strict=True) if text == best)
        filled = int(most >= bar)
        counts.update(
            stated=int(sample.stated),
            filled=filled,
            right=int(filled and hit),
            false_fills=int(filled and not sample.stated),
        )
    return counts


def main() -> int:
    """Ask or fit; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.pages", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processor", default="base")
    parser.add_argument("--fit", nargs="+", metavar="KIND")
    options = parser.parse_args()
    if options.fit:
        found = [sample for kind in kinds(options.folder) for sample in samples(kind)]
        weights, nothing = fit([s for s in found if s.kind in options.fit])
        print("WEIGHTS", [round(float(w), 3) for w in weights])
        print("NONE", {form: round(value, 3) for form, value in nothing.items()})
        for bar in (0.5, 0.6, 0.7, 0.8):
            print(
                bar,
                dict(
                    judged([s for s in found if s.kind not in options.fit], weights, nothing, bar)
                ),
            )
        return 0
    total: Counter[str] = Counter()
    for kind in kinds(options.folder):
        counts = asked(kind, options.processor)
        total += counts
        print(_line(kind.name, counts))
    print(_line("all", total))
    return 0


def _line(name: str, c: Counter[str]) -> str:
    right_of = c["right"] / max(1, c["stated"]), c["right"] / max(1, c["filled"])
    return f"{name:24} accuracy {right_of[0]:.3f} precision {right_of[1]:.3f} of {c['stated']:5}; false fills {c['false_fills']} of {c['unstated']}"


if __name__ == "__main__":
    sys.exit(main())
