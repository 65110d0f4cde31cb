"""Questions put to the engine, and what came of each."""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from enrich.research.question import Question
from enrich.research.wanted import wanted
from evaluation.entities import half
from evaluation.questions import FIELDS, UNANSWERABLE
from evaluation.verdicts import right, stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from enrich.records import JsonObject
    from enrich.research.engine import ResearchEngine
    from evaluation.baseline import Baseline
    from evaluation.entities import Entity
    from evaluation.questions import Field

PROCESSOR: Final = "base"
TOPIC: Final = re.compile(r"<h3>(.*?)</h3>.*?(?=<h3>|</section>)", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One field's answer, judged.

    Attributes:
        group: ``plain``, ``other``, ``blind``, ``passages``, ``unanswerable``, ``withheld``, ``examples`` …
        split: The half that its entity is in.
        kind: The kind of entity.
        key: The fact, by its plain name.
        asked: The name under which it was asked.
        entity: About whom.
        value: The answer; None or an empty list for nothing found.
        gold: The reference's; None for a question that nothing answers.
        level: The confidence that came with it.
        right: Whether it is the reference's.
        stated: Whether the entity's documents state the reference's at all.
        cited: Whether every citation of an answer is a document about the entity.
        verbatim: Whether every excerpt stands in its document; None without citations.
        cpu_ms: Milliseconds of CPU.
        reasoning: As it came.
    """

    group: str
    split: str
    kind: str
    key: str
    asked: str
    entity: str
    value: Any
    gold: Any
    level: str
    right: bool
    stated: bool
    cited: bool | None
    verbatim: bool | None
    cpu_ms: float
    reasoning: str = ""

    @property
    def filled(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None and self.value != []


class Sources:
    """The documents as they lie on disk, for checking what is quoted from them.

    Args:
        corpus: Their folder.
        urls: Address to file of those that state an address of their own.
    """

    def __init__(self, corpus: Path, urls: dict[str, Path]) -> None:
        self._corpus = corpus
        self._urls = urls
        self._topics: dict[tuple[str, str], frozenset[str]] = {}
        self.bare = lru_cache(maxsize=1_000)(self._bare)

    def text(self, url: str) -> str:
        """Return a document without its tags."""
        path = self._urls.get(url) or Path(unquote(urlsplit(url).path))
        content = path.read_text(encoding="utf-8")
        return html.unescape(_TAG.sub(" ", content))

    def _bare(self, url: str) -> str:
        return re.sub(r"\s+", "", self.text(url))

    def holds(self, url: str, excerpt: str) -> bool:
        """Tell whether an excerpt stands in a document, white space apart."""
        return re.sub(r"\s+", "", excerpt) in self.bare(url)

    def look_at(self, entities: Iterable[Entity]) -> None:
        """Learn under which topics of a Factbook page each fact is stated."""
        every = list(entities)
        for field in FIELDS:
            able = [
                e for e in every if e.kind == field.kind and e.gold.get(field.key) not in (None, [])
            ]
            self._topics[field.kind, field.key] = usual(field, able, self._urls)

    def states(self, field: Field, entity: Entity) -> bool:
        """Tell whether the documents about an entity state the reference's answer.

        On a page with topics it must stand under one where such pages state that fact: a
        number as large as the reference's under another topic is another fact.
        """
        gold = entity.gold[field.key]
        topics = self._topics.get((field.kind, field.key))
        for url in sorted(entity.pages):
            if url in self._urls and topics:
                page = self._urls[url].read_text(encoding="utf-8")
                text = " ".join(bare_topic(m) for m in TOPIC.finditer(page) if m[1] in topics)
            else:
                text = self.text(url)
            if stated(field, gold, text):
                return True
        return False


def bare_topic(topic: re.Match[str]) -> str:
    """Return a topic of a page without its tags."""
    return html.unescape(_TAG.sub(" ", topic[0]))


def usual(field: Field, asked: list[Entity], files: dict[str, Path]) -> frozenset[str]:
    """Return the topics under which at least half of the pages state the reference's answer."""
    pages = [(e, files[url]) for e in asked for url in sorted(e.pages) if url in files]
    stating: Counter[str] = Counter()
    for entity, path in pages:
        for match in TOPIC.finditer(path.read_text(encoding="utf-8")):
            if stated(field, entity.gold[field.key], bare_topic(match)):
                stating[match[1]] += 1
    return frozenset(topic for topic, count in stating.items() if 2 * count >= len(pages))


def fields_of(entity: Entity) -> list[Field]:
    """Return the facts that the reference tables have of an entity."""
    return [f for f in FIELDS if f.kind == entity.kind and f.key in entity.gold]


def ask(engine: ResearchEngine, entity: Entity, properties: dict[str, Any], **more: Any) -> tuple[dict[str, Any], float]:  # fmt: skip
    """Ask for some fields of an entity in one run; return its output and the CPU seconds it took."""
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}  # fmt: skip
    question = Question(
        input={entity.kind: entity.name},
        output_schema={"type": "json", "json_schema": schema},
        processor=PROCESSOR,
        **more,
    )
    start = time.process_time()
    output = engine.answer(question)
    return output, time.process_time() - start


def judged(output: dict[str, Any], cpu_s: float, *, group: str, entity: Entity, sources: Sources,
           asked: dict[str, Field | None], states: dict[str, bool]) -> Iterable[Answer]:  # fmt: skip
    """Yield the answers of one run.

    Args:
        output: The run's.
        cpu_s: What it took.
        group: Which set of questions it belongs to.
        entity: About whom.
        sources: The documents.
        asked: Name asked to its fact; None for what nothing answers.
        states: Fact to whether the documents state it.
    """
    basis = {entry["field"]: entry for entry in output["basis"]}
    for name, field in asked.items():
        value, entry = output["content"][name], basis[name]
        gold = entity.gold[field.key] if field else None
        found = value is not None and value != []
        cited = [citation["url"] for citation in entry["citations"]]
        yield Answer(
            group=group, split=entity.split, kind=entity.kind, key=field.key if field else name,
            asked=name, entity=entity.name, value=value, gold=gold, level=entry["confidence"],
            right=right(field, value, gold) if field else not found,
            stated=states.get(field.key, False) if field else False,
            cited=all(url in entity.pages for url in cited) if found and cited else None,
            verbatim=all(sources.holds(c["url"], e) for c in entry["citations"] for e in c["excerpts"]) if cited else None,
            cpu_ms=1_000 * cpu_s / len(asked), reasoning=entry["reasoning"],
        )  # fmt: skip


def plain(engine: ResearchEngine, entity: Entity, sources: Sources) -> list[Answer]:
    """Ask for what the tables have and for what nothing answers, in one run, as a user would."""
    fields = fields_of(entity)
    states = {field.key: sources.states(field, entity) for field in fields}
    properties = {f.key: f.described(f.description) for f in fields}
    never = UNANSWERABLE[entity.kind]
    properties |= {key: {**schema, "description": text} for key, schema, text in never}
    output, cpu_s = ask(engine, entity, properties)
    answers = list(judged(output, cpu_s * len(fields) / len(properties), group="plain", entity=entity,
                          sources=sources, asked={f.key: f for f in fields}, states=states))  # fmt: skip
    answers += judged(output, cpu_s * len(never) / len(properties), group="unanswerable", entity=entity,
                      sources=sources, asked={key: None for key, _, _ in never}, states=states)  # fmt: skip
    return answers


def other_names(
    engine: ResearchEngine, entity: Entity, sources: Sources, *, blind: bool = False
) -> list[Answer]:
    """Ask for the same facts in the wording of the entity's own half."""
    fields = fields_of(entity)
    states = {field.key: sources.states(field, entity) for field in fields}
    asked: dict[str, Field | None] = {}
    properties = {}
    for field in fields:
        for name, text in (field.blind if blind else field.others)[entity.split]:
            asked[name] = field
            properties[name] = field.described(text)
    output, cpu_s = ask(engine, entity, properties)
    return list(judged(output, cpu_s, group="blind" if blind else "other", entity=entity,
                       sources=sources, asked=asked, states=states))  # fmt: skip


def held_out(
    engine: ResearchEngine, entity: Entity, field: Field, sources: Sources, *, blind: bool = False
) -> list[Answer]:
    """Ask for one fact in other wording, as the other-names set does, by itself."""
    names = dict((field.blind if blind else field.others)[entity.split])
    return _of_one(engine, entity, field, sources, names=names, group="heldout blind" if blind else "heldout",
                   states=sources.states(field, entity))  # fmt: skip


def _of_one(engine: ResearchEngine, entity: Entity, field: Field, sources: Sources, *,
            names: Mapping[str, str], group: str, states: bool) -> list[Answer]:  # fmt: skip
    """Ask for one fact by some names, each with its description, in one request."""
    output, cpu_s = ask(engine, entity, {n: field.described(t) for n, t in names.items()})
    return list(judged(output, cpu_s, group=group, entity=entity, sources=sources,
                       asked=dict.fromkeys(names, field), states={field.key: states}))  # fmt: skip


def by_baseline(baseline: Baseline, entity: Entity, sources: Sources) -> list[Answer]:
    """Ask the plain baseline the plain questions."""
    answers = []
    for field in fields_of(entity):
        start = time.process_time()
        value, hit = baseline.rights(entity, field)
        answers.append(Answer(
            group="baseline", split=entity.split, kind=entity.kind, key=field.key, asked=field.key,
            entity=entity.name, value=value, gold=entity.gold[field.key], level="low", right=hit,
            stated=sources.states(field, entity), cited=None, verbatim=None,
            cpu_ms=1_000 * (time.process_time() - start),
        ))  # fmt: skip
    return answers


@contextmanager
def undefined(engine: ResearchEngine, name: str, schema: JsonObject) -> Iterator[None]:
    """Hide from an engine the known fact that a question means: its definitions and ways of asking."""
    senses = engine._senses  # noqa: SLF001  (the measurement is about a part of it)
    if senses is not None:
        plain = wanted(name, schema)
        senses.hidden = frozenset({s.concept for s in senses.of(plain)[:1]} | set(plain.topic))
    try:
        yield
    finally:
        if senses is not None:
            senses.hidden = frozenset()


def withheld(
    engine: ResearchEngine, entity: Entity, field: Field, sources: Sources, *,
    names: Mapping[str, str] | None = None, group: str = "withheld",
) -> list[Answer]:  # fmt: skip
    """Ask for a fact of which the entity's documents were rid, by its plain name or by others with their descriptions."""
    names = {field.key: field.description} if names is None else names
    return _of_one(engine, entity, field, sources, names=names, group=group, states=False)


def by_examples(engine: ResearchEngine, entity: Entity, field: Field, teachers: list[Entity],
                sources: Sources, *, withheld: bool = False) -> list[Answer]:  # fmt: skip
    """Ask for a fact under a name that says nothing, with some rows that are filled already.

    Where it was taken out of the documents, any answer but the true one is a false fill.
    """
    shown = [
        {"input": {e.kind: e.name}, "output": {"x1": _one(e.gold[field.key])}} for e in teachers
    ]
    output, cpu_s = ask(engine, entity, {"x1": field.schema}, examples=tuple(shown))
    states = {field.key: not withheld and sources.states(field, entity)}
    group = "examples withheld" if withheld else "examples"
    return list(judged(output, cpu_s, group=group, entity=entity, sources=sources, asked={"x1": field}, states=states))  # fmt: skip


def teachers(
    field: Field, entities: list[Entity], split: str, count: int, sources: Sources
) -> list[Entity]:
    """Return the filled rows that are shown for a fact: of the asked half, none of them asked."""
    able = [
        e for e in entities if e.kind == field.kind and field.key in e.gold and e.split == split
    ]
    able = [e for e in sorted(able, key=lambda e: half_key(e.name)) if sources.states(field, e)]
    return able[:count]


def half_key(name: str) -> str:
    """Return a stable shuffle of names."""
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(f"order:{name}".encode()).hexdigest()


def _one(gold: Any) -> Any:
    if isinstance(gold, list):
        return [names[0] for names in gold]
    return min(sorted(gold), key=len) if isinstance(gold, tuple) else gold


__all__ = [
    "PROCESSOR",
    "Answer",
    "Sources",
    "ask",
    "by_examples",
    "half",
    "other_names",
    "plain",
    "teachers",
    "withheld",
]
