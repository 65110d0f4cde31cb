"""One question on its way to its answer: subject, documents, fields, and the form that is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enrich.research import hops, texts
from enrich.research.asked_of import nouns
from enrich.research.asking import asked, question_of
from enrich.research.conflicts import newest_first
from enrich.research.definitions import Definitions, said_kinds
from enrich.research.domains import sorts_of
from enrich.research.examples import Example, Lesson, examples_of, split_examples
from enrich.research.fieldpath import own_name
from enrich.research.fields import answer_object
from enrich.research.finder import Finder
from enrich.research.labels import DESCRIPTION
from enrich.research.lessons import Known, learn, unlearned
from enrich.research.lookup import Lookup
from enrich.research.phrases import PHRASES
from enrich.research.policy import policy
from enrich.research.processors import Effort, effort
from enrich.research.question import Message, Question, Sources, Tell
from enrich.research.report import asks_report
from enrich.research.structure import found_structure, of_several, one_fact
from enrich.research.subject import Subject, find_subject
from enrich.research.words import concepts, name_key
from enrich.research.worked_examples import as_value, pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from enrich.records import Json, JsonObject
    from enrich.research.basis import Found
    from enrich.research.chains import Chain
    from enrich.research.index import Hit, Index
    from enrich.research.llm.run import Model
    from enrich.research.page import Page
    from enrich.research.reading import Reading
    from enrich.research.senses import Senses
    from enrich.research.wanted import Wanted
    from enrich.research.web.reading import Web

_SAMPLE_URLS: Final = 10
_LESSONS: Final = 4_096  # kept by a server whose questions never end


class Run:
    """One question on its way to its answer."""

    def __init__(
        self,
        index: Index,
        page: Callable[[int], Page],
        question: Question,
        tell: Tell,
        *,
        senses: Senses | None,
        lessons: dict[object, Lesson | None],
        web: Web | None,
        model: Model | None,
    ) -> None:
        self._lessons = lessons
        self._taught: dict[str, Lesson | None] = {}
        self._examples = examples_of(question.examples) or _described(question.output_schema)
        self._senses = senses
        self._definitions = Definitions(index, page, self._allowed)
        self._index = index
        self._page = page
        self._question = question
        self._tell = tell
        self._effort: Effort = effort(question.processor)
        self._policy = policy(question.source_policy)
        self._considered: dict[str, None] = {}
        self._named_by: str | None = None
        self._reached = 0.0
        self._read: dict[str, None] = {}
        self._web = None if web is None else web.run(question, self._effort, self._policy, tell)
        self._model = None if model is None else model.run(question, self._effort, tell)
        self._means = texts.Means(
            given=question.input, index=index, allowed=self._allowed, effort=self._effort,
            model=self._model, tell=tell, about=self._about, fitting=self._fitting,
        )  # fmt: skip

    def output(self) -> Json:
        """Return the run's ``output`` as the wire has it."""
        schema = self._question.output_schema
        kind = schema.get("type", "json" if "json_schema" in schema else "text")
        subject = self._subject()
        own = newest_first(self._pages(subject.hits))
        if self._web is not None:
            subject = self._web.gathered(subject)
            own += self._web.own
        lookup = self._lookup(subject, own)
        if kind == "json":
            output = self._json(schema.get("json_schema") or {}, lookup)
        elif kind == "auto":
            output = self._auto(subject, lookup)
        else:
            output = self._text(schema.get("description"), subject, lookup)
        if self._model is not None:
            self._model.tell_usage()
        self._progress(100.0)
        return output

    def _subject(self) -> Subject:
        subject = self._find(self._question.input)
        if not subject.hits and (earlier := _earlier_subject(self._question.previous)):
            # A follow-up ("And its currency?") goes on with what the answer before it was about.
            question = subject.question or str(self._question.input)
            subject = replace(self._find(earlier), question=question)
        given = self._question.input
        if isinstance(given, dict):
            named = (k for k, v in given.items() if isinstance(v, str) and name_key(v) in subject.names)  # fmt: skip
            self._named_by = next(named, None)
        self._tell(Message(kind="plan", text=f"Looking up {subject.name or 'the question'!r}."))
        self._considered.update(
            dict.fromkeys(hit.url for hit in (*subject.hits, *subject.mentions))
        )
        self._tell(
            Message(
                kind="search",
                text=f"{len(subject.hits)} documents about it, {len(subject.mentions)} that mention it.",
            )
        )
        return subject

    def _find(self, given: str | JsonObject) -> Subject:
        return find_subject(
            given,
            self._index,
            allowed=self._allowed,
            documents=self._effort.documents,
            mentions=self._effort.mentions,
        )

    def _allowed(self, hit: Hit) -> bool:
        dated = self._page(hit.id).document.dated if self._policy.after else None
        return self._policy.allows(hit.url, dated)

    def _pages(self, hits: tuple[Hit, ...]) -> list[Page]:
        pages = [self._opened(hit) for hit in hits]
        self._read.update(dict.fromkeys(page.document.url for page in pages))
        self._progress(30.0)
        return pages

    def _opened(self, hit: Hit) -> Page:
        web = self._web
        return self._page(hit.id) if hit.id >= 0 or web is None else web.page(hit.id)

    def _lookup(self, subject: Subject, own: list[Page], *, hops_left: int | None = None) -> Finder:
        left = self._effort.hops if hops_left is None else hops_left

        def reached(chain: Chain) -> hops.Reached | None:
            return hops.reach(
                chain,
                self._lookup(subject, own, hops_left=0),
                steps=left,
                index=self._index,
                allowed=self._allowed,
                at=self._at,
                elsewhere=None if self._web is None else self._web.named,
            )

        def further(chain: Chain) -> Found | None:
            found = reached(chain)
            return None if found is None else hops.hop(chain, found, self._at(found.hit))

        def beyond(chain: Chain) -> Iterator[tuple[Page, tuple[Reading, ...]]]:
            if (found := reached(chain)) is not None:
                yield from ((page, found.via) for page in self._at(found.hit).own)

        def again(pages: list[Page]) -> Lookup:
            return Lookup(**{**shared, "own": pages})

        web = self._web
        shared: dict[str, Any] = {
            "subject": subject,
            "others": lambda: self._pages(subject.mentions) + (web.mentions if web else []),
            "effort": self._effort,
            "senses": self._senses,
            "definitions": self._definitions,
            "lesson": self._lesson,
            "worked": self._worked,
            "sorts": self._sorts(subject, own),
            "asked_of": nouns(
                self._named_by or "", subject.name, said_kinds(own[0].document) if own else ()
            ),
        }
        first = hops_left is None
        return Finder(
            own=own,
            hop=further if left > 0 and own else None,
            beyond=beyond if left > 0 and own else None,
            web=web if first else None,
            again=again,
            opinion=self._model.opinion if first and self._model is not None else None,
            **shared,
        )

    def _sorts(self, subject: Subject, own: list[Page]) -> frozenset[str]:
        """Return what sorts of thing the subject is: as its member of the input says, or its own page."""
        given = self._question.input
        if isinstance(given, dict) and self._named_by is not None:
            named = str(given[self._named_by])
            if name_key(named) in subject.names and (told := sorts_of(concepts(self._named_by))):
                return told
        return sorts_of(said_kinds(own[0].document)) if own else frozenset()

    def _lesson(self, field: Wanted) -> Lesson | None:
        """Return what the filled rows teach about a field; the same rows come with every run."""
        if field.path not in self._taught:
            name = own_name(field.path)
            filled = [(each.input, each.output.get(name)) for each in self._examples]
            self._taught[field.path] = self._learned(field, filled)
        return self._taught[field.path]

    def _worked(self, field: Wanted) -> Lesson | None:
        """Return what the examples in a field's description teach about it."""
        key = self._named_by
        found = ((thing, as_value(value, field)) for thing, value in pairs(field.description))
        lesson = self._learned(
            field, [({key: thing} if key else thing, value) for thing, value in found]
        )
        if lesson is None or not lesson.found:
            return None
        # Beside one value stands many a word; what names no fact is there by chance.
        said = {*field.topic, *field.hint}
        topics = tuple(t for t in lesson.topics if all(w in said or w in PHRASES for w in t))
        return replace(lesson, topics=topics, teacher=DESCRIPTION)

    def _learned(
        self, field: Wanted, filled: Sequence[tuple[str | JsonObject, Json]]
    ) -> Lesson | None:
        filled = [(given, value) for given, value in filled if value not in (None, "", [])]
        if not filled:
            return None
        key = msgspec.json.encode(
            [filled, self._question.source_policy, field.path, field.kind, field.description]
        )
        if key not in self._lessons:
            if len(self._lessons) >= _LESSONS:
                self._lessons.clear()
            rows = []
            for given, value in filled:
                subject = self._find(given)
                pages = [self._page(hit.id) for hit in subject.hits]
                members = " ".join(given) if isinstance(given, dict) else ""
                kinds = frozenset(concepts(members))
                rows.append(Known(value, pages, subject.names, kinds))
            lesson = learn(field, rows, self._definitions.says)
            self._lessons[key] = lesson or unlearned(field, rows)
        return self._lessons[key]

    def _at(self, hit: Hit) -> Lookup:
        """Return the way to the pages of another subject."""
        self._tell(Message(kind="search", text=f"Following on to '{hit.title}'."))
        self._considered[hit.url] = None
        subject = Subject(name=hit.title, names=frozenset({hit.title.casefold()}), hits=(hit,))
        return self._lookup(subject, self._pages((hit,)), hops_left=0)

    def _json(self, schema: JsonObject, lookup: Lookup) -> JsonObject:
        count, done = max(1, len(schema.get("properties") or {})), 0

        def told(name: str) -> None:
            nonlocal done
            done += 1
            self._tell(Message(kind="extract", text=f"Looked up '{name}'."))
            self._progress(30.0 + 70.0 * done / count)

        content, basis = answer_object(schema, lookup, told)
        self._tell(
            Message(
                kind="result",
                text=f"{sum(v not in (None, []) for v in content.values())} of {len(content)} fields found.",
            )
        )
        return {"type": "json", "content": content, "basis": basis}

    def _text(self, description: str | None, subject: Subject, lookup: Finder) -> JsonObject:
        question = question_of(self._question.input, description or "", subject)
        if asks_report(description) and not question.rstrip().endswith("?"):
            return texts.report(self._means, question, lookup)
        text, basis = texts.short(self._means, question, lookup)
        return {"type": "text", "content": text, "basis": basis}

    def _auto(self, subject: Subject, lookup: Finder) -> JsonObject:
        question = question_of(self._question.input, "", subject)
        if not self._effort.structure or not lookup.own:
            text, basis = texts.short(self._means, question, lookup)
            content: JsonObject = {"output": text}
            return {"type": "json", "content": content, "basis": basis, "output_schema": {}}
        ways = self._means.ways(question, lookup)
        if len(ways) > 1:
            each = max(1, self._effort.structure // len(ways))
            found = [(w.subject.name, found_structure(asked("", ()), w.own[0], fields=each)) for w in ways]  # fmt: skip
            content, basis, schema = of_several(found)
            return {"type": "json", "content": content, "basis": basis, "output_schema": schema}
        if self._model is not None and (proposed := self._model.structured(question, lookup)):
            return proposed
        wanted = asked(question if question != subject.name else "", subject.names)
        if (chain := lookup.chain(wanted)) is not None and chain.sure:
            content, basis, schema = one_fact(chain.asked.label, lookup.find(wanted))
        else:
            content, basis, schema = found_structure(
                wanted, lookup.own[0], fields=self._effort.structure
            )
        return {"type": "json", "content": content, "basis": basis, "output_schema": schema}

    def _about(self, name: str) -> Finder:
        """Return the way to the documents about a thing that the question names beside others, or alone."""
        subject = self._find({"name": name})
        self._considered.update(
            dict.fromkeys(hit.url for hit in (*subject.hits, *subject.mentions))
        )
        return self._lookup(subject, newest_first(self._pages(subject.hits)))

    def _fitting(self, question: str) -> list[Page]:
        """Return the pages that hold most of a question's words, where it names no subject that is known."""
        hits = [
            hit
            for hit in self._index.about(question, limit=self._effort.documents * 2 + 2)
            if self._allowed(hit)
        ]
        self._considered.update(dict.fromkeys(hit.url for hit in hits))
        found = self._pages(tuple(hits[: self._effort.documents + 1]))
        return found + (self._web.mentions if self._web is not None else [])

    def _progress(self, progress: float) -> None:
        """Tell how far the run is; pages that are opened late take nothing back."""
        self._reached = max(self._reached, progress)
        if self._web is not None:
            self._considered.update(dict.fromkeys(self._web.considered))
            self._read.update(dict.fromkeys(self._web.urls))
        self._tell(
            Sources(
                considered=len(self._considered),
                read=len(self._read),
                sample=tuple(self._considered)[:_SAMPLE_URLS],
                progress=self._reached,
            )
        )


def _described(schema: JsonObject) -> tuple[Example, ...]:
    """Return the filled rows that stand in the output's description as a fenced block."""
    inner = schema.get("json_schema") or {}
    texts = (schema.get("description"), inner.get("description"))
    return next((rows for text in texts if text and (rows := split_examples(text)[1])), ())


def _earlier_subject(previous: JsonObject | None) -> str:
    """Return the title of the first document that an earlier answer cites."""
    for entry in (previous or {}).get("basis") or ():
        for citation in entry.get("citations") or ():
            if citation.get("title"):
                return str(citation["title"])
    return ""
