"""Two editions of one source, ten years apart: which of them is answered from.

The Factbook of 2015 lies beside that of 2025. What each edition answers by itself is the
reference; only questions on which they differ are asked of both together, once with pages
that say their day and once with pages that do not.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.lookup import same
from evaluation import asking, packages
from evaluation.asking import Answer
from evaluation.documents import factbook_pages

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.entities import Entity

FOLDER: Final = packages.HOME / "stale"
_EDITIONS: Final = (2025, 2015)


def ask_all(every: list[Entity]) -> list[Answer]:
    """Return the answers where two editions differ; right is what the newer one answers."""
    countries = [entity for entity in every if entity.kind == "country"]
    answers: list[Answer] = []
    for group, is_dated in (("stale", True), ("stale undated", False)):
        folders = _write(is_dated=is_dated)
        alone = [_answers((folder,), countries) for folder in folders]
        both = _answers(folders[::-1], countries)  # the older first: its place is no help
        for entity in countries:
            for field in asking.fields_of(entity):
                newer, older = (found[entity.name]["content"][field.key] for found in alone)
                if newer in (None, []) or older in (None, []) or same(newer, older):
                    continue
                value = both[entity.name]["content"][field.key]
                basis = {entry["field"]: entry for entry in both[entity.name]["basis"]}[field.key]
                answers.append(Answer(
                    group=group, split=entity.split, kind=entity.kind, key=field.key, asked=field.key,
                    entity=entity.name, value=value, gold=newer, level=basis["confidence"],
                    right=value not in (None, []) and same(value, newer), stated=True, cited=None,
                    verbatim=None, cpu_ms=0.0, reasoning=basis["reasoning"],
                ))  # fmt: skip
    return answers


def _write(*, is_dated: bool) -> tuple[Path, ...]:
    shutil.rmtree(FOLDER, ignore_errors=True)
    folders = tuple(FOLDER / str(edition) for edition in _EDITIONS)
    for edition, folder in zip(_EDITIONS, folders, strict=True):
        folder.mkdir(parents=True)
        day = f'<meta name="dcterms.modified" content="{edition}-06-01">\n</head>'
        for code, (_, page) in factbook_pages(edition).items():
            text = page.replace("</head>", day, 1) if is_dated else page
            (folder / f"{code}.html").write_text(text, encoding="utf-8")
    return folders


def _answers(folders: tuple[Path, ...], countries: list[Entity]) -> dict[str, Any]:
    engine = ResearchEngine(ResearchSettings(corpus=folders, embedding=False))
    found = {}
    for entity in countries:
        fields = asking.fields_of(entity)
        properties = {f.key: {**f.schema, "description": f.description} for f in fields}
        found[entity.name], _ = asking.ask(engine, entity, properties)
    engine.close()
    return found
