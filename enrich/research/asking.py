"""Questions in plain text: what a question asks for, and its short answer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enrich.research.barred import is_barred
from enrich.research.basis import Found
from enrich.research.in_units import in_asked_units
from enrich.research.labels import Match
from enrich.research.leads import NO_ANSWER, lead
from enrich.research.plurals import with_all
from enrich.research.reading import Reading
from enrich.research.wanted import Wanted, wanted
from enrich.research.whether import find_whether, is_told_of
from enrich.research.words import concept_spans, name_key, word_set
from enrich.research.yes_no import yes_or_no

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.records import Json, JsonObject
    from enrich.research.lookup import Lookup
    from enrich.research.page import Page
    from enrich.research.subject import Subject


_ASKING_WORDS: Final = word_set(
    """
    tell give find look describ explain answer question pleas provid list briefly short
    sentenc one two research report much many know known exist there use only document
    source page word text becom live country company place thing person people name
    currently today
    """
)
_KINDS: Final = (
    (re.compile(r"\b(?:in )?(?:what|which) year\b", re.IGNORECASE), {"description": "The year"}, "year"),
    (re.compile(r"\bwhen\b|\bwhat date\b", re.IGNORECASE), {"description": "The date"}, "date"),
    (re.compile(r"\bhow (?:many|much|large|big|long|tall|high|far|old|deep|heavy|fast)\b", re.IGNORECASE), {"description": "How many"}, "amount"),
    (re.compile(r"\bwho(?:se|m)?\b", re.IGNORECASE), {"description": "Who"}, "name"),
    (re.compile(r"\bwhere\b", re.IGNORECASE), {"description": "The place where"}, "place"),
    (re.compile(r"\b(?:e-?mail)\b", re.IGNORECASE), {"description": "email address"}, "email"),
    (re.compile(r"\b(?:web ?site|url|homepage)\b", re.IGNORECASE), {"description": "URL"}, "url"),
    (re.compile(r"\b(?:phone|telephone)\b", re.IGNORECASE), {"description": "phone number"}, "phone"),
)  # fmt: skip


_OWNING = re.compile(r"['\N{RIGHT SINGLE QUOTATION MARK}]s\b")


def asked(question: str, names: Iterable[str]) -> Wanted:
    """Return what a question asks for.

    Args:
        question: The question, or a description of the answer.
        names: The subject's names, which are no part of what is asked.
    """
    whether = yes_or_no(question)
    plain = whether.question if whether is not None else question
    free = {concept for name in names for concept, _, _ in concept_spans(name)}
    said = [concept for concept, _, _ in concept_spans(plain[:600])]
    topic = tuple(dict.fromkeys(c for c in said if c not in free and c not in _ASKING_WORDS))
    if whether is not None:
        base = wanted("output", {"type": "boolean", "description": plain})
        return replace(base, topic=topic, hint=(), description=_of_it(question, names))
    kind = next((kind for pattern, _, kind in _KINDS if pattern.search(question)), "")
    base = wanted("output", {"type": "string", "description": question})
    year = "" if base.year is None else str(base.year)  # it says when, and is no part of what
    topic = tuple(concept for concept in topic if concept != year)
    if not kind:
        kind = (
            base.kind
            if base.kind in {"name", "amount", "code", "place", "year"}
            else _by_topic(topic)
        )
    return Wanted(
        path="output", label="output", topic=topic, kind=kind, number=base.number, shape=base.shape,  # type: ignore[arg-type]
        date_form=base.date_form, partial=base.partial,
        year=base.year, year_only=base.year_only, description=question, fallback=base.fallback,
    )  # fmt: skip


def _of_it(question: str, names: Iterable[str]) -> str:
    """Return a question with "it" for the subject's names: "Is Examplia landlocked?"."""
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"\b(?:the )?(?:{known})\b", "it", question, flags=re.IGNORECASE) if known else question  # fmt: skip


def _by_topic(topic: tuple[str, ...]) -> str:
    """Return the kind that a field named by the topic would have."""
    named = wanted("_".join(topic[:1]) or "output", {"type": "string"}) if topic else None
    return named.kind if named is not None and named.kind not in {"code", "boolean"} else "phrase"


def short_answer(
    question: Wanted, lookup: Lookup, pages: list[Page], *, held: Sequence[str] = ()
) -> tuple[str, Found]:
    """Return a question's answer as text: the value, else the sentence that speaks of it.

    Args:
        question: What is asked.
        lookup: The way to the subject's documents.
        pages: Pages to quote from; the subject's own, or those that fit the question best.
        held: Names that a passage to quote must have, where no page is about what they name.
    """
    if not question.topic and not held:
        return lead(question, pages)
    found = (
        _asked_of(question, lookup)
        if lookup.own or lookup.subject.names
        else Found(wanted=question, looked=tuple(p.document.title for p in pages))
    )
    if found.reading is not None:
        return _said(question, found.reading.value), found
    told_of = replace(question, asked_of=lookup.asked_of)
    whether = yes_or_no(question.description)
    closed = lookup.asks_beyond(question) or (whether is not None and whether.only)
    best = None if closed else _sentence(told_of, pages, held)
    if best is None:
        fallback = question.fallback if isinstance(question.fallback, str) else NO_ANSWER
        return fallback, found
    return best.page.document.text[best.start : best.end], Found(
        wanted=question, reading=best, own_page=bool(lookup.own), looked=found.looked
    )


def _asked_of(question: Wanted, lookup: Lookup) -> Found:
    """Look a question up; of a yes or no, what does not name what the question names tells nothing."""
    found = with_all(question, in_asked_units(question, find_whether(question, lookup)), lookup)
    whether = yes_or_no(question.description)
    names = frozenset({*lookup.subject.names, lookup.subject.name})
    if whether is None or found.reading is None or is_told_of(whether.question, found.reading, names):  # fmt: skip
        return found
    return replace(found, reading=None, agreeing=(), rivals=())


def _said(question: Wanted, value: Json) -> str:
    """Return a value as text; yes or no in the words that the question has for them."""
    whether = yes_or_no(question.description)
    if isinstance(value, bool) and whether is not None:
        return whether.words[0 if value else 1]
    return str(value)


def _sentence(question: Wanted, pages: list[Page], held: Sequence[str]) -> Reading | None:
    """Return the passage that names most of what is asked, if it names nearly all of it."""
    names = [name_key(name) for name in held]
    best: tuple[float, Reading] | None = None
    for page in pages:
        weights = {c: page.weight(c) for c in question.topic}
        total = sum(weights.values()) or 1.0
        for place in page.holding(question.topic):
            segment, label = page.document.segments[place], page.labels[place]
            said = {*page.sayings[place], *label.own, *label.over, *label.parts}
            if question.year_only and str(question.year) not in f"{label.text} {page.text(segment)}":  # fmt: skip
                continue
            if is_barred(question, label, page.text(segment), taught=False):
                continue
            share = sum(w for c, w in weights.items() if c in said) / total
            if names and not _has_all(names, f"{segment.label} {segment.row} {page.text(segment)}"):
                continue
            if share >= 0.7 and (best is None or share > best[0]):
                reading = Reading(
                    value=page.text(segment), page=page, segment=segment, start=segment.start, end=segment.end,
                    score=0.6 * share, match=Match(share, share), in_prose=True,
                )  # fmt: skip
                best = share, reading
    return best[1] if best else None


def _has_all(names: list[str], text: str) -> bool:
    spoken = f" {name_key(_OWNING.sub('', text))} "
    return all(f" {name} " in spoken for name in names)


def question_of(given: str | JsonObject, description: str, subject: Subject) -> str:
    """Return the question of a run: its text where it asks one, else the output's description."""
    text = subject.question if isinstance(given, str) else _member_question(given)
    if isinstance(given, str) and not subject.name:
        text = given
    asks = "?" in text or bool(
        re.match(
            r"\s*(?:who|what|when|where|which|why|how|is|are|does|did|was|were|find|list|name|tell|give)\b",
            text,
            re.IGNORECASE,
        )
    )
    return (
        f"{text} {description}".strip()
        if asks and not _only_manner(description) and description
        else text
        if asks
        else description or text
    )


def _only_manner(description: str) -> bool:
    """Tell whether a description says only how to answer: ``A short answer``."""
    return not re.sub(
        r"\b(?:a|an|the|in|one|two|short|brief|concise|plain|single|direct|answers?|text|sentences?|words?|question|to|of|please|answer|as|possible|under|\d+)\b|\W",
        "",
        description,
        flags=re.IGNORECASE,
    )


def _member_question(given: JsonObject) -> str:
    return next(
        (
            v
            for k, v in given.items()
            if isinstance(v, str)
            and ("question" in k.lower() or "query" in k.lower() or v.rstrip().endswith("?"))
        ),
        "",
    )
