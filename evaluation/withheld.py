"""Documents from which one fact was taken away, so that any answer but the true one is a false fill.

For each fact in turn, every topic of a Factbook page and every sentence of a summary that
states the reference's answer is left out, and so is the topic under which most pages state
it, whatever it says on this one; then the fact is asked for under its plain name.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.engine import ResearchEngine, ResearchSettings
from evaluation import asking, packages
from evaluation.asking import TOPIC, bare_topic, usual
from evaluation.questions import FIELDS
from evaluation.verdicts import stated

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.asking import Answer
    from evaluation.entities import Entity
    from evaluation.questions import Field

FOLDER: Final = packages.HOME / "withheld"
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def ask_all(
    every: list[Entity], files: dict[str, Path], *, embedding: bool, filled: int = 0
) -> list[Answer]:
    """Return the answers about facts that were taken away; whether there is a coast cannot be.

    Args:
        every: About whom.
        files: Address to file of the documents that state an address of their own.
        embedding: Whether the embedding is used.
        filled: Rows of each half that are filled already and keep their documents whole; with
            some, the facts are asked under a name that says nothing.
    """
    answers: list[Answer] = []
    whole = asking.Sources(FOLDER, files)
    whole.look_at(every)
    for field in FIELDS:
        if "boolean" in field.schema["type"]:
            continue
        asked = [
            e for e in every if e.kind == field.kind and e.gold.get(field.key) not in (None, [])
        ]
        # What the documents state otherwise than the reference cannot be found and taken out.
        asked = [e for e in asked if whole.states(field, e)]
        shown = {
            half: asking.teachers(field, asked, half, filled, whole) for half in ("dev", "test")
        }
        kept = [e for half in shown.values() for e in half]
        sources = _write(field, asked, files, kept)
        engine = ResearchEngine(ResearchSettings(corpus=(FOLDER,), embedding=embedding))
        for entity in (e for e in asked if e not in kept):
            if filled:
                answers += asking.by_examples(engine, entity, field, shown[entity.split], sources, withheld=True)  # fmt: skip
            else:
                answers += asking.withheld(engine, entity, field, sources)
                others = dict([*field.others[entity.split], *field.blind[entity.split]])
                with asking.undefined(engine, field.key, field.described(field.description)):
                    answers += asking.withheld(engine, entity, field, sources, group="undefined withheld")  # fmt: skip
                    answers += asking.withheld(engine, entity, field, sources, names=others, group="undefined other withheld")  # fmt: skip
        engine.close()
    return answers


def _write(
    field: Field, asked: list[Entity], files: dict[str, Path], kept: list[Entity]
) -> asking.Sources:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    topics = usual(field, asked, files)
    # The two documents may lie on either side of the reference's number.
    around = replace(field, tolerance=2 * field.tolerance)
    urls = {}
    whole = asking.Sources(FOLDER, files)
    for number, entity in enumerate(asked):
        gold = entity.gold[field.key]
        for url in sorted(entity.pages):
            if url in files:
                path = FOLDER / f"{number}.html"
                text = files[url].read_text(encoding="utf-8")
                urls[url] = path
                for topic in list(TOPIC.finditer(text)) if entity not in kept else ():
                    if topic[1] in topics or stated(around, gold, bare_topic(topic)):
                        text = text.replace(topic[0], "", 1)
            else:
                path = FOLDER / f"{number}.txt"
                title, _, prose = whole.text(url).partition("\n\n")
                said = [
                    s
                    for s in _SENTENCE.split(prose)
                    if entity in kept or not stated(around, gold, s)
                ]
                text = f"{title}\n\n{' '.join(said) or 'Nothing else is known.'}\n"
            path.write_text(text, encoding="utf-8")
    return asking.Sources(FOLDER, urls)
