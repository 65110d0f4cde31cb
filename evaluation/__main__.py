"""Run the evaluation: ``python -m evaluation [--split dev] [--write]``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from enrich.research.engine import ResearchEngine, ResearchSettings
from evaluation import asking, documents, packages
from evaluation.baseline import Baseline
from evaluation.entities import Entity, entities
from evaluation.figures import by_field, false_fills, figures, reliability
from evaluation.questions import FIELDS

if TYPE_CHECKING:
    from evaluation.asking import Answer

CITIES = 150  # of each half; there are more summaries of cities than of all else


def main() -> int:
    """Ask, judge, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("--split", choices=["dev", "test", "all"], default="all")
    parser.add_argument("--groups", default="plain,other,withheld,examples")
    parser.add_argument("--lexical", action="store_true", help="without the embedding")
    parser.add_argument("--out", type=Path, help="write every judged answer there, as JSONL")
    options = parser.parse_args()
    factbook, summaries = documents.write(documents.CORPUS)
    start = time.perf_counter()
    engine = ResearchEngine(ResearchSettings(corpus=(documents.CORPUS,), embedding=not options.lexical))
    seconds = time.perf_counter() - start
    count = engine.built.documents
    sys.stdout.write(f"{count:,} documents indexed in {seconds:.1f} s ({10_000 * seconds / count:.1f} s for 10,000)\n")
    every = _chosen(entities(factbook, summaries), options.split)
    files = {url: documents.CORPUS / "factbook" / f"{code}.html" for code, url in factbook.items()}
    sources = asking.Sources(documents.CORPUS, files)
    groups = set(options.groups.split(","))
    answers: list[Answer] = []
    if "plain" in groups:
        for entity in every:
            answers += asking.plain(engine, entity, sources)
    if "other" in groups:
        for entity in every:
            answers += asking.other_names(engine, entity, sources)
    if "examples" in groups:
        for field in FIELDS:
            for split in ("dev", "test"):
                shown = asking.teachers(field, every, split, 3, sources)
                for entity in every:
                    if entity.kind == field.kind and field.key in entity.gold and entity.split == split and entity not in shown:
                        answers += asking.by_examples(engine, entity, field, shown, sources)
    engine.close()
    if options.out:
        with options.out.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(a), ensure_ascii=False, default=list) + "\n" for a in answers)
    _print(answers)
    return 0


def _chosen(every: list[Entity], split: str) -> list[Entity]:
    cities = [e for e in every if e.kind == "city"]
    kept = {
        e.name
        for half in ("dev", "test")
        for e in sorted((c for c in cities if c.split == half), key=lambda c: asking.half_key(c.name))[:CITIES]
    }
    return [
        e for e in every if (e.kind != "city" or e.name in kept) and split in {"all", e.split}
    ]


def _print(answers: list[Answer]) -> None:
    for split in ("dev", "test"):
        for group in ("plain", "other", "examples"):
            of = [a for a in answers if a.group == group and a.split == split]
            if not of:
                continue
            f = figures(of)
            print(f"== {split} {group}: n={f.asked} acc={f.accuracy:.3f} prec={f.precision:.3f} fill={f.fill:.3f} apart={f.apart} cited={f.cited:.3f} verb={f.verbatim:.3f} cpu={f.cpu_ms:.1f}ms  {reliability(of)}")
            for (kind, key), rows in by_field(of).items():
                f = figures(rows)
                print(f"   {kind:8} {key:18} n={f.asked:4} acc={f.accuracy:.3f} prec={f.precision:.3f} fill={f.fill:.3f} apart={f.apart}")
        for group in ("unanswerable", "withheld"):
            of = [a for a in answers if a.group == group and a.split == split]
            if of:
                print(f"== {split} {group}: false fills {false_fills(of)}", {k: false_fills(r) for k, r in by_field(of).items() if false_fills(r)[0]})


if __name__ == "__main__":
    raise SystemExit(main())
