"""Run the evaluation: ``python -m evaluation [--split dev] [--write]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from enrich.research.engine import ResearchEngine, ResearchSettings
from evaluation import asking, documents, kinds, passages, small_model, stale, tables, withheld
from evaluation.asking import Answer
from evaluation.baseline import Baseline
from evaluation.entities import entities
from evaluation.figures import by_field, false_fills, figures, reliability
from evaluation.questions import FIELDS

if TYPE_CHECKING:
    from evaluation.entities import Entity

CITIES = 150  # of each half; there are more summaries of cities than of all else
FILLED_ROWS = 3
GROUPS = (
    *(
        "plain",
        "other",
        "blind",
        "passages",
        "heldout",
        "examples",
        "withheld",
        "baseline",
        "lexical",
        "kinds",
    ),
    "model",
)


def main() -> int:
    """Ask, judge, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("--split", choices=["dev", "test", "all"], default="all")
    parser.add_argument("--groups", default=",".join(GROUPS))
    parser.add_argument("--out", type=Path, help="write every judged answer there, as JSONL")
    parser.add_argument("--read", type=Path, nargs="*", help="take the answers from there instead")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/research.md")
    options = parser.parse_args()
    note = ""
    if options.read:
        answers = [
            Answer(**json.loads(line))
            for path in options.read
            for line in path.open(encoding="utf-8")
        ]
    else:
        answers, note = _asked(options.split, set(options.groups.split(",")))
    if options.out:
        with options.out.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps(asdict(a), ensure_ascii=False, default=list) + "\n" for a in answers
            )
    _print(answers)
    if options.write:
        tables.write(answers, note or "Tables from answers that were kept.")
    return 0


def _asked(split: str, groups: set[str]) -> tuple[list[Answer], str]:
    factbook, summaries = documents.write(documents.CORPUS)
    files = {url: documents.CORPUS / "factbook" / f"{code}.html" for code, url in factbook.items()}
    sources = asking.Sources(documents.CORPUS, files)
    every = _chosen(entities(factbook, summaries), split)
    sources.look_at(every)
    start = time.process_time()
    engine = ResearchEngine(ResearchSettings(corpus=(documents.CORPUS,)))
    seconds, count = time.process_time() - start, engine.built.documents
    note = (
        f"{count:,} documents were indexed in {seconds:.1f} s of CPU ({10_000 * seconds / count:.1f} s for 10,000); "
        f"{len(every)} things were asked about; processor `{asking.PROCESSOR}`; "
        f"Python {platform.python_version()}, {os.cpu_count()} cores."
    )
    sys.stdout.write(f"{note}\n")
    answers = _by_engine(engine, every, sources, groups)
    if passages.GROUP in groups:
        answers += passages.ask_all(engine, every, sources, files)
    if "heldout" in groups:
        answers += _held_out(engine, every, sources)
    if "examples" in groups:
        answers += _by_examples(engine, every, sources)
    engine.close()
    if "lexical" in groups:
        engine = ResearchEngine(ResearchSettings(corpus=(documents.CORPUS,), embedding=False))
        answers += [
            replace(a, group=f"lexical {a.group}")
            for a in _by_engine(engine, every, sources, {"plain", "other", "blind"})
        ]
        engine.close()
    if "withheld" in groups:
        answers += withheld.ask_all(every, files, embedding=True)
        answers += withheld.ask_all(every, files, embedding=True, filled=FILLED_ROWS)
    if "baseline" in groups:
        baseline = Baseline.of_folder(documents.CORPUS)
        answers += [a for entity in every for a in asking.by_baseline(baseline, entity, sources)]
    if "kinds" in groups:
        answers += kinds.ask_all(every, embedding=True)
        answers += stale.ask_all(kinds.sample_of(every)["country"])
    if "model" in groups:
        half = "dev" if split == "dev" else "test"
        answers += small_model.ask_all([e for e in every if e.split == half], sources)
    return answers, note


def _by_engine(
    engine: ResearchEngine, every: list[Entity], sources: asking.Sources, groups: set[str]
) -> list[Answer]:
    answers: list[Answer] = []
    for entity in every:
        if "plain" in groups:
            answers += asking.plain(engine, entity, sources)
        if "other" in groups:
            answers += asking.other_names(engine, entity, sources)
        if "blind" in groups:
            answers += asking.other_names(engine, entity, sources, blind=True)
    return answers


def _held_out(engine: ResearchEngine, every: list[Entity], sources: asking.Sources) -> list[Answer]:
    """Ask in other words while the fact's own definition is hidden from the engine."""
    answers: list[Answer] = []
    for field in FIELDS:
        with asking.undefined(engine, field.key, field.described(field.description)):
            for entity in every:
                if entity.kind == field.kind and field.key in entity.gold:
                    for blind in (False, True):
                        answers += asking.held_out(engine, entity, field, sources, blind=blind)
    return answers


def _by_examples(
    engine: ResearchEngine, every: list[Entity], sources: asking.Sources
) -> list[Answer]:
    answers: list[Answer] = []
    for field in FIELDS:
        for split in ("dev", "test"):
            shown = asking.teachers(field, every, split, FILLED_ROWS, sources)
            for entity in every:
                mine = (
                    entity.kind == field.kind and field.key in entity.gold and entity.split == split
                )
                if mine and entity not in shown:
                    answers += asking.by_examples(engine, entity, field, shown, sources)
    return answers


def _chosen(every: list[Entity], split: str) -> list[Entity]:
    cities = sorted((e for e in every if e.kind == "city"), key=lambda c: asking.half_key(c.name))
    kept = {
        e.name for half in ("dev", "test") for e in [c for c in cities if c.split == half][:CITIES]
    }
    return [e for e in every if (e.kind != "city" or e.name in kept) and split in {"all", e.split}]


def _print(answers: list[Answer]) -> None:
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        groups.setdefault((answer.split, answer.group), []).append(answer)
    for (split, group), of in sorted(groups.items()):
        if group.endswith(("unanswerable", "withheld", kinds.NOTHING)):
            worst = {
                key: false_fills(rows) for key, rows in by_field(of).items() if false_fills(rows)[0]
            }
            print(f"== {split} {group}: false fills {false_fills(of)} {worst}")
            continue
        print(
            f"== {split} {group}: {_line(of)} cited={figures(of).cited:.3f} verbatim={figures(of).verbatim:.3f} cpu={figures(of).cpu_ms:.1f} ms {reliability(of)}"
        )
        for (kind, key), rows in by_field(of).items():
            print(f"   {kind:8} {key:18} {_line(rows)}")


def _line(answers: list[Answer]) -> str:
    f = figures(answers)
    return f"n={f.asked:4} accuracy={f.accuracy:.3f} precision={f.precision:.3f} fill={f.fill:.3f} apart={f.apart}"


if __name__ == "__main__":
    raise SystemExit(main())
