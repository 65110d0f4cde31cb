"""Other facts of the Factbook's pages, asked blind, and judged by the passage that is cited.

Of these no table has the values. Right is an answer whose excerpt stands beside the label that
the question was written for; a right value from elsewhere on the page counts as wrong.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from enrich.research import corpus
from enrich.research.page import Page
from evaluation.asking import Answer, ask, half_key
from evaluation.questions import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.engine import ResearchEngine
    from evaluation.asking import Sources
    from evaluation.entities import Entity

GROUP: Final = "passages"
THINGS: Final = 12  # countries of each half
_WORDINGS: Final = {
    split: blocks(Path(__file__).with_name(f"passages_{split}.txt")) for split in ("dev", "test")
}
_SPACE: Final = re.compile(r"\s+")


def ask_all(
    engine: ResearchEngine, every: list[Entity], sources: Sources, files: dict[str, Path]
) -> list[Answer]:
    """Ask some countries of each half for what that half's wordings are about.

    Args:
        engine: With the corpus.
        every: The entities.
        sources: The documents, for checking what is quoted.
        files: Address to file of the pages that have such facts.
    """
    answers: list[Answer] = []
    for split in _WORDINGS:
        able = [e for e in every if e.split == split and set(files) & e.pages]
        for entity in sorted(able, key=lambda e: half_key(e.name))[:THINGS]:
            (url,) = sorted(set(files) & entity.pages)
            held = _labelled(files[url])
            for nth in range(max(map(len, _WORDINGS[split].values()))):
                answers += _judged(engine, entity, sources, held, nth)
    return answers


def _judged(
    engine: ResearchEngine, entity: Entity, sources: Sources, held: dict[str, list[str]], nth: int
) -> Iterator[Answer]:
    """Yield the answers to one wording of each fact, asked in one run."""
    asked: dict[str, str] = {}
    properties: dict[str, Any] = {}
    for head, wordings in _WORDINGS[entity.split].items():
        place, _, kind = (part.strip() for part in head.rpartition("|"))
        name, text = wordings[nth]
        while name in asked:  # two authors' columns may have one name
            name += "_"
        asked[name] = place
        items = {"items": {"type": "string"}} if kind == "array" else {}
        properties[name] = {"type": kind, "description": text, **items}
    output, cpu_s = ask(engine, entity, properties)
    for name, place in asked.items():
        entries = [e for e in output["basis"] if e["field"].split(".")[0] == name]
        cited = [c for entry in entries for c in entry["citations"]]
        value, passages = output["content"][name], held.get(place, [])
        excerpts = [_bare(text) for c in cited for text in c["excerpts"]]
        found = value is not None and value != []
        yield Answer(
            group=GROUP, split=entity.split, kind=entity.kind, key=place, asked=name, entity=entity.name,
            value=value, gold=place, level=entries[0]["confidence"],
            right=found and any(p in e or e in p for p in passages for e in excerpts),
            stated=bool(passages),
            cited=all(c["url"] in entity.pages for c in cited) if found and cited else None,
            verbatim=all(sources.holds(c["url"], e) for c in cited for e in c["excerpts"]) if cited else None,
            cpu_ms=1_000 * cpu_s / len(asked), reasoning=entries[0]["reasoning"],
        )  # fmt: skip


def _labelled(path: Path) -> dict[str, list[str]]:
    """Return a page's passages by the labels that they stand beside."""
    held: dict[str, list[str]] = {}
    for file in corpus.files([path]):
        for document in corpus.read(file, None)[1]:
            page = Page(document, 0)
            for segment, label in zip(document.segments, page.labels, strict=True):
                held.setdefault(label.text, []).append(_bare(page.text(segment)))
    return held


def _bare(text: str) -> str:
    return _SPACE.sub(" ", text)
