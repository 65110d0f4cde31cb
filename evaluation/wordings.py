"""Many ways of asking for a fact, of the development half alone: ``python -m evaluation.wordings``.

The wordings stand in three sets (``--set``), each written by somebody who had not read the engine's own
definitions. Each falls in two parts by a hash: one to tune on, whose wrong answers may be looked at
(``--show``), and one to judge by, of which only figures are printed. Three measures: as asked; with the
fact's own definition hidden from the engine; and asked of things that have no such fact, where
any answer is a false fill.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.labelfit import shown
from evaluation import asking, documents, packages
from evaluation.asking import Answer, half_key
from evaluation.entities import Entity, entities
from evaluation.facts import FACTS
from evaluation.figures import figures
from evaluation.questions import FIELDS, Field, blocks
from evaluation.verdicts import bare, numbers_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.page import Page

SETS: Final = {"first": "wordings.txt", "third": "wordings_third.txt", "fresh": "wordings_fresh.txt", "blind": "blind_dev.txt", "forty": "wordings_forty.txt"}  # fmt: skip
INDEX: Final = packages.HOME / "wordings.sqlite"
THINGS: Final = {"country": 8, "element": 8, "city": 12, "company": 10}
STRANGERS: Final = {"country": ("element", "company"), "element": ("country", "city"), "company": ("element",)}  # fmt: skip
_NEAR: Final = 0.01  # how far a figure may lie from the one under the fact's own label
_MOST: Final = 0.75  # of a list's items


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact and the ways of asking for it.

    Attributes:
        kind: The kind of entity.
        key: The fact, by its plain name or by its label on a Factbook page.
        schema: The JSON type.
        field: The evaluation's own field; None for a fact that is known by its label.
        labels: The labels that it has on a Factbook page.
        wordings: Names and descriptions, the plainest first.
    """

    kind: str
    key: str
    schema: dict[str, Any]
    field: Field | None
    labels: frozenset[str]
    wordings: tuple[tuple[str, str], ...]

    def part(self, part: str) -> list[tuple[str, str]]:
        """Return the wordings of one part, ``tune`` or ``judge``."""
        return [w for w in self.wordings if part in {"all", part_of(self.key, *w)}]


def part_of(key: str, name: str, text: str) -> str:
    """Return the part that a wording falls in."""
    digest = hashlib.sha256(f"{key}:{name}:{text}".encode()).digest()
    return "judge" if digest[1] % 2 else "tune"


def facts(name: str) -> list[Fact]:
    """Return the facts of one set with their wordings."""
    return [
        _fact(head, wordings)
        for head, wordings in blocks(Path(__file__).with_name(SETS[name])).items()
    ]


def _fact(head: str, wordings: tuple[tuple[str, str], ...]) -> Fact:
    label, _, kind = head.partition(" | ")
    if kind:
        labels = next((frozenset(labels) for labels, _, _ in FACTS if label in labels))
        schema: dict[str, Any] = {"type": "array", "items": {"type": "string"}} if kind == "array" else {"type": [kind, "null"]}  # fmt: skip
        return Fact("country", label, schema, None, labels, wordings)
    thing, _, key = head.partition(" ")
    field = next(f for f in FIELDS if (f.kind, f.key) == (thing, key))
    return Fact(thing, key, field.schema, field, frozenset(), wordings)


class Asker:
    """The engine with the entities that are asked about."""

    def __init__(self) -> None:
        factbook, summaries = documents.write(documents.CORPUS)
        files = {u: documents.CORPUS / "factbook" / f"{code}.html" for code, u in factbook.items()}
        self.sources = asking.Sources(documents.CORPUS, files)
        dev = [e for e in entities(factbook, summaries) if e.split == "dev"]
        self.sources.look_at(dev)
        self.engine = ResearchEngine(ResearchSettings(corpus=(documents.CORPUS,), index_path=INDEX))
        self.things: dict[str, list[Entity]] = defaultdict(list)
        for entity in sorted(dev, key=lambda e: half_key(e.name)):
            if len(self.things[entity.kind]) < THINGS[entity.kind]:
                self.things[entity.kind].append(entity)
        self._under: dict[tuple[str, frozenset[str]], str] = {}

    def ask(self, fact: Fact, part: str, *, hidden: bool) -> Iterator[Answer]:
        """Yield the answers to a fact's questions about all things of its kind."""
        wordings = fact.part(part)
        name, text = (fact.field.key, fact.field.description) if fact.field else fact.wordings[0]
        schema = {**fact.schema, "description": text}
        with asking.undefined(self.engine, name, schema) if hidden else nullcontext():
            for entity in self.things[fact.kind] if wordings else ():
                if fact.field is None or fact.key in entity.gold:
                    yield from self._asked(fact, entity, wordings, "hidden" if hidden else "known")

    def astray(self, fact: Fact, part: str) -> Iterator[Answer]:
        """Yield the answers to a fact's questions about things that have no such fact."""
        wordings = fact.part(part)
        for kind in STRANGERS.get(fact.kind, ()) if wordings else ():
            for entity in self.things[kind][:4]:
                yield from self._asked(fact, entity, wordings, "astray")

    def _asked(
        self, fact: Fact, entity: Entity, wordings: list[tuple[str, str]], group: str
    ) -> Iterator[Answer]:
        properties = {
            n: {**fact.schema, "description": t} if t else fact.schema for n, t in wordings
        }
        output, cpu_s = asking.ask(self.engine, entity, properties)
        names: dict[str, Field | None] = dict.fromkeys(
            properties, fact.field if group != "astray" else None
        )
        told = "" if fact.field or group == "astray" else self._told(fact, entity)
        states = {fact.key: self.sources.states(fact.field, entity)} if fact.field and group != "astray" else {}  # fmt: skip
        for answer in asking.judged(
            output,
            cpu_s,
            group=group,
            entity=entity,
            sources=self.sources,
            asked=names,
            states=states,
        ):
            made = {**{k: getattr(answer, k) for k in answer.__slots__}, "key": fact.key}
            if not fact.field and group != "astray":
                made |= {
                    "gold": told[:300],
                    "stated": bool(told),
                    "right": _under(answer.value, told),
                }
            yield Answer(**made)

    def _told(self, fact: Fact, entity: Entity) -> str:
        """Return what a country's page says under a fact's own labels."""
        key = entity.name, fact.labels
        if key not in self._under:
            self._under[key] = "\n".join(_texts(self._page(entity), fact.labels))
        return self._under[key]

    def _page(self, entity: Entity) -> Page:
        from evaluation.fit import page_of  # noqa: PLC0415  (it imports what the fit needs)

        codes = {url: path for url, path in self.sources._urls.items() if url in entity.pages}  # noqa: SLF001
        return page_of(next(iter(codes.values())))


def _texts(page: Page, labels: frozenset[str]) -> Iterator[str]:
    for segment, label in zip(page.document.segments, page.labels, strict=True):
        if shown(label.text) in labels:
            yield page.text(segment)


def _under(value: Any, told: str) -> bool:
    """Tell whether an answer is said under the fact's own label."""
    if value is None or value == [] or not told:
        return False
    if isinstance(value, list):
        return sum(_under(v, told) for v in value) >= _MOST * len(value)
    if isinstance(value, (int, float)):
        return any(abs(n - abs(value)) <= _NEAR * abs(value) for n in numbers_told(told))
    return f" {bare(str(value))} " in f" {bare(told)} "


def main() -> int:
    """Ask, judge, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.wordings", description=__doc__)
    parser.add_argument("--set", choices=list(SETS), default="first")
    parser.add_argument("--part", choices=["tune", "judge", "all"], default="judge")
    parser.add_argument("--modes", default="known,hidden,astray")
    parser.add_argument(
        "--show",
        action="store_true",
        help="print wrong and missing answers (of the part to tune on)",
    )
    parser.add_argument("--facts", default="", help="only facts whose name holds this")
    options = parser.parse_args()
    asker = Asker()
    groups: dict[str, list[Answer]] = defaultdict(list)
    for fact in facts(options.set):
        if options.facts not in f"{fact.kind} {fact.key}":
            continue
        for mode in options.modes.split(","):
            groups[mode] += asker.astray(fact, options.part) if mode == "astray" else asker.ask(fact, options.part, hidden=mode == "hidden")  # fmt: skip
    for mode, answers in groups.items():
        _print(mode, answers)
        if options.show and options.part != "judge":
            _show(mode, answers)
    asker.engine.close()
    return 0


def _print(mode: str, answers: list[Answer]) -> None:
    if mode == "astray":
        filled = sum(a.filled for a in answers)
        print(f"== {mode}: {filled} of {len(answers)} answered")
        return
    for named, of in (("all", answers), ("own", [a for a in answers if ": " not in a.key]), ("labels", [a for a in answers if ": " in a.key])):  # fmt: skip
        f = figures(of)
        print(f"== {mode} {named}: n={f.asked} accuracy={f.accuracy:.3f} precision={f.precision:.3f} fill={f.fill:.3f} cpu={f.cpu_ms:.1f}")  # fmt: skip


def _show(mode: str, answers: list[Answer]) -> None:
    by: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        by[answer.key, answer.asked].append(answer)
    for (key, name), of in by.items():
        known = [a for a in of if a.stated or a.right or mode == "astray"]
        wrong = [a for a in known if a.filled and not a.right]
        missed = [a for a in known if not a.filled and not a.right]
        if wrong or (missed and mode != "astray"):
            sample = json.dumps(
                [(a.entity, a.value, str(a.gold)[:60]) for a in wrong[:2]], ensure_ascii=False
            )
            print(
                f"{mode:7} {key:32.32} {name:24.24} n={len(known)} wrong={len(wrong)} missed={len(missed)} {sample[:260]}"
            )


if __name__ == "__main__":
    raise SystemExit(main())
