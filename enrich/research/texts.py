"""Answers in plain text: a short answer, or a report; of what is known, and never of another for want of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.research.asking import asked, short_answer
from enrich.research.basis import Found, entries
from enrich.research.grams import alike, names_said
from enrich.research.leads import NO_ANSWER
from enrich.research.question import Message
from enrich.research.report import Part, pages_besides, write_report
from enrich.research.several import facts_asked, find_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.records import Json, JsonObject
    from enrich.research.finder import Finder
    from enrich.research.index import Hit, Index
    from enrich.research.llm.run import ModelRun
    from enrich.research.page import Page
    from enrich.research.processors import Effort
    from enrich.research.question import Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a run has for its answers in text.

    Attributes:
        given: The run's input.
        index: Where the documents are.
        allowed: Which documents may be used.
        effort: What the processor allows.
        model: The run's model; None without one.
        tell: Hears of the work.
        about: Gives the way to the documents about a thing, by its name.
        fitting: Gives the pages that hold most of a question's words.
    """

    given: str | JsonObject
    index: Index
    allowed: Callable[[Hit], bool]
    effort: Effort
    model: ModelRun | None
    tell: Tell
    about: Callable[[str], Finder]
    fitting: Callable[[str], list[Page]]

    def ways(self, question: str, lookup: Finder) -> list[Finder]:
        """Return the ways to the documents about each thing of which a question asks alike; mostly one."""
        asked_of = self.given if isinstance(self.given, str) else question
        names = alike(asked_of, self.index, self.allowed)
        return [self.about(name) for name in names] or [lookup]

    def unknown(self, question: str, lookup: Finder) -> list[str]:
        """Return the names of what a run is about where no document is about any: a page must hold them."""
        if isinstance(self.given, str):
            return names_said(self.given)
        if question and question in self.given.values():
            return names_said(question)
        return [lookup.subject.name] if lookup.subject.name else []


def short(means: Means, question: str, lookup: Finder) -> tuple[str, list[JsonObject]]:
    """Return a question's answer in a few words, and its basis."""
    ways = means.ways(question, lookup)
    if len(ways) == 1:
        if facts := _several(question, ways[0]):
            means.tell(Message(kind="result", text=facts[0][:200]))
            return facts
        text, found = _short_of_one(means, question, ways[0])
        means.tell(Message(kind="result", text=text[:200]))
        return text, entries(found, "output", per_element=False)
    names = {name for way in ways for name in _spelled(way)}
    wanted = asked(question, names)
    answers = [(way.subject.name, *short_answer(wanted, way, way.own)) for way in ways]
    told = [(name, text, found) for name, text, found in answers if found.reading is not None]
    if not told:
        return answers[0][1], entries(answers[0][2], "output", per_element=False)
    text = "; ".join(f"{name}: {text}" for name, text, _ in answers)
    means.tell(Message(kind="result", text=text[:200]))
    return text, [_joined([(name, entries(f, "output", per_element=False)[0]) for name, _, f in answers])]  # fmt: skip


def _several(question: str, lookup: Finder) -> tuple[str, list[JsonObject]] | None:
    """Return an answer that gives each of several facts under its name; None where one is asked for."""
    fields = facts_asked(question) if lookup.own else []
    found = find_facts(fields, asked(question, _spelled(lookup)), lookup) if fields else []
    if not found:
        return None
    said = [
        (name, "not found" if one.reading is None else str(one.reading.value))
        for name, one in found
    ]
    answered = [(name, entries(one, "output", per_element=False)[0]) for name, one in found]
    return "; ".join(f"{name}: {value}" for name, value in said), [_joined(answered)]


def _short_of_one(means: Means, question: str, lookup: Finder) -> tuple[str, Found]:
    wanted = asked(question, _spelled(lookup))
    if lookup.own:
        return short_answer(wanted, lookup, lookup.own)
    names = means.unknown(question, lookup)
    if not names:
        return short_answer(wanted, lookup, means.fitting(question))
    if len(names) == 1:
        lookup = means.about(names[0])
        wanted = asked(question, _spelled(lookup) | {names[0].casefold()})
    if lookup.own:
        return short_answer(wanted, lookup, lookup.own)
    return short_answer(wanted, lookup, _holding(means, question, names), held=names)


def report(means: Means, question: str, lookup: Finder) -> JsonObject:
    """Return a report as a run's output."""
    ways = means.ways(question, lookup)
    parts = [part for way in ways for part in _parts(means, question, way, alone=len(ways) == 1)]
    pages = [page for part in parts for page in part.pages]
    if not pages:
        found = Found(wanted=asked(question, lookup.subject.names))
        return _output(NO_ANSWER, entries(found, "output", per_element=False))
    names = {word for way in ways for name in _spelled(way) for word in name.split()}
    about = " ".join(w for w in question.split() if w.strip(".,:;").casefold() not in names)
    written = None if means.model is None else means.model.report(question, pages)
    if written is not None:
        text, citations, reasoning = written
    else:
        text, citations = write_report(about, parts, effort=means.effort)
        reasoning = (
            f"Every passage stands verbatim in its source; {len(pages)} documents were read."
        )
    level = "medium" if all(way.own for way in ways) else "low"
    return _output(
        text,
        [{"field": "output", "reasoning": reasoning, "citations": citations, "confidence": level}],
    )


def _parts(means: Means, question: str, lookup: Finder, *, alone: bool) -> list[Part]:
    """Return what a report tells of one thing: the pages about it, then what others say of it."""
    title = lookup.subject.name if not alone else ""
    names = lookup.subject.names
    if not lookup.own:
        said = means.unknown(question, lookup)
        pages = _holding(means, question, said) if said else means.fitting(question)
        return [Part(title=title, pages=pages, held=tuple(said))] if pages else []
    others = lookup.others() if means.effort.cross_check else []
    besides = pages_besides(others, lookup.subject.name, names)
    return [Part(title=title, pages=[*lookup.own, *besides], own=len(lookup.own), names=names)]


def _holding(means: Means, question: str, names: list[str]) -> list[Page]:
    """Return the pages that fit a question and hold all of some names."""
    held = [name.casefold() for name in names]
    return [
        page
        for page in means.fitting(" ".join((question, *names)))
        if all(name in f"{page.document.title}\n{page.document.text}".casefold() for name in held)
    ]


def _spelled(lookup: Finder) -> set[str]:
    return {*lookup.subject.names, lookup.subject.name.casefold()} - {""}


def _joined(told: list[tuple[str, JsonObject]]) -> JsonObject:
    """Return the basis of an answer about several things."""
    levels = [entry["confidence"] for _, entry in told]
    citations: list[Json] = [cited for _, entry in told for cited in entry["citations"]]
    return {
        "field": "output",
        "reasoning": " ".join(f"{name}: {entry['reasoning']}" for name, entry in told)[:2_000],
        "citations": citations,
        "confidence": next(level for level in ("low", "medium", "high") if level in levels),
    }


def _output(text: str, basis: list[JsonObject]) -> JsonObject:
    return {"type": "text", "content": text, "basis": basis}
