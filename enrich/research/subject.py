"""Whom or what a run is about, and which documents are about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from enrich.research.aboutness import is_about
from enrich.research.candidates.strings import DOMAIN
from enrich.research.conflicts import newest_editions
from enrich.research.definitions import said_kinds
from enrich.research.grams import grams
from enrich.research.indexrows import INITIALS_RANK, SITE_RANK
from enrich.research.keys import by_key, in_text, is_key
from enrich.research.names import also_called, initials, spellings, states_name
from enrich.research.weburl import domain, host_of
from enrich.research.words import STOP, concepts, name_key, word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.records import Json, JsonObject
    from enrich.research.documents import Document, Segment
    from enrich.research.index import Hit, Index
    from enrich.research.page import Page

MAX_SUBJECT_CHARS: Final = 200
_CLAUSES = re.compile(r"[,;:]\s+|\s+(?:--|\N{EN DASH}|\N{EM DASH})\s+")
_DOES: Final = (
    "is|are|was|were|has|had|will|operates|employs|runs|owns|makes|sells|produces|supplies|serves|offers"
    "|provides|develops|builds|manages|reported|announced|acquired|opened|raised|won|signed"
)
_TITLE_PARTS = re.compile(r"\s*:\s+|\s+[|\N{EN DASH}\N{EM DASH}\N{MIDDLE DOT}-]\s+")

# Members of an input that name its subject, and those that only tell it from others of its name.
_SUBJECT_KEYS: Final = word_set(
    """
    name company organization organisation org business firm entity subject person
    product title item topic brand institution university school author artist film book
    question query vendor supplier account lead
    """
)
_CONTEXT_KEYS: Final = word_set(
    """
    country region state province city location address industry sector category type
    note notes comment website url domain email phone zip postcode id code year date
    language continent
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a run is about.

    Attributes:
        name: As the input has it; empty if the input names nothing that is known.
        names: Its names as ``name_key`` gives them.
        hits: Documents about it, the surest first.
        mentions: Documents that only mention it.
        ambiguous: Titles of other things of this name, which nothing in the input tells from it.
        question: What the input asks beside naming it; empty for an object.
    """

    name: str
    names: frozenset[str]
    hits: tuple[Hit, ...] = ()
    mentions: tuple[Hit, ...] = ()
    ambiguous: tuple[str, ...] = ()
    question: str = ""


def find_subject(
    given: str | JsonObject,
    index: Index,
    *,
    allowed: Callable[[Hit], bool],
    documents: int,
    mentions: int,
) -> Subject:
    """Return the subject of an input, with its documents.

    Args:
        given: The run's input: text, or an object whose members name the subject and tell it from others.
        index: Where the documents are.
        allowed: Which documents may be used.
        documents: How many documents about it are wanted at most.
        mentions: How many that mention it.
    """
    if isinstance(given, str):
        name, hits = _in_text(given, index, allowed)
        if not name and (hits := in_text(given, index, allowed=allowed)):
            name = hits[0].title
        kind = ""
        question = given if name_key(given) != name_key(name) else ""
        others: list[str] = []
    else:
        name, hits, others, kind = _of_object(given, index, allowed)
        hits = hits or _at_address(others, index, allowed)
        question = ""
    hits = hits or _telling_of(name, index, allowed, documents)
    hits, ambiguous = _sorted(hits, others, index, kind=kind, allowed=allowed)
    hits += _of_same(hits, index, allowed)
    hits = newest_editions(hits, index.load) if len(hits) > documents else hits
    names = frozenset(
        {name_key(s) for s in spellings(name)} | {name_key(h.title) for h in hits}
    ) - {""}
    # Where nothing is about it, a table that lists it is read whatever the processor.
    mentions = mentions if hits else max(mentions, 1)
    further = _mentioning(name, names, index, mentions + len(hits)) if name and mentions else []
    about = {hit.id for hit in hits}
    further = [hit for hit in further if hit.id not in about and allowed(hit)]
    return Subject(
        name=name, names=names, hits=tuple(hits[:documents]), mentions=tuple(further[:mentions]),
        ambiguous=ambiguous, question=question,
    )  # fmt: skip


def _mentioning(name: str, names: frozenset[str], index: Index, limit: int) -> list[Hit]:
    """Return the documents with a row of that name in a table, then those that hold the name."""
    listing = index.listing(sorted(names), limit=limit)
    hits = [hit for found in listing.values() for hit in found]
    hits += index.mentioning(name, limit=limit)
    return list({hit.id: hit for hit in reversed(hits)}.values())[::-1]


def _telling_of(name: str, index: Index, allowed: Callable[[Hit], bool], limit: int) -> list[Hit]:
    """Return the documents about a thing that bear other titles: its price list, a press release."""
    found = index.mentioning(name, limit=2 * limit + 2) if name else []
    told = (hit for hit in found if allowed(hit) and is_about(index.load(hit.id), name))
    return [replace(hit, rank=SITE_RANK + place) for place, hit in enumerate(told)]


def mentioned(names: frozenset[str]) -> Callable[[Page, Segment], bool]:
    """Return the test that a segment of another's page speaks of the subject.

    Its name stands over or beside the passage, or begins the sentence, or a clause of it
    that says what it is or does, or the sentence has "of NAME" or "NAME's". A name dropped in passing is not enough.
    """
    keys = [key for key in names if key]
    patterns = [
        re.compile(
            rf"^(?:(?:in|at|for|by|about) )?{re.escape(key)}\b|\bof (?:the )?{re.escape(key)}\b|\b{re.escape(key)} s\b"
        )
        for key in keys
    ]
    does = [re.compile(rf"{re.escape(key)} (?:{_DOES})\b") for key in keys]

    def test(page: Page, segment: Segment) -> bool:
        if under_name(page, segment, names):
            return True
        if segment.kind == "value" and segment.label:
            return False
        spoken = name_key(
            page.text(segment)
            .replace("'s", " s ")
            .replace("\N{RIGHT SINGLE QUOTATION MARK}s", " s ")
        )
        return any(pattern.search(spoken) for pattern in patterns) or any(
            doing.match(name_key(clause))
            for clause in _CLAUSES.split(page.text(segment))
            for doing in does
        )

    return test


def under_name(page: Page, segment: Segment, names: frozenset[str]) -> bool:
    """Tell whether a name stands over or beside a passage: as its heading, its label or its row."""
    path = page.document.sections[segment.section].path
    return any(name_key(label) in names for label in (*path, segment.label, segment.row) if label)


def _of_object(
    given: JsonObject, index: Index, allowed: Callable[[Hit], bool]
) -> tuple[str, list[Hit], list[str], str]:
    """Return the value that names the subject, the documents of that name, the other values, and its key.

    A member whose key says that it names the subject does. One of which that is only likely
    gives way to a member of whose page it is a fact: "capital: Nairobi, country: Kenya" is
    about Kenya where Kenya's page has Nairobi under the label "Capital".
    """
    pairs = [(key, text) for key, value in given.items() for text in _texts(value)]
    if not pairs:
        return "", [], [], ""

    def place(pair: tuple[str, str]) -> int:
        spoken = set(words(pair[0]))
        if spoken & _SUBJECT_KEYS and "url" not in spoken:
            return 0
        address = pair[1].startswith(("http://", "https://"))
        return 3 if address else 2 if spoken & _CONTEXT_KEYS else 1

    subject, *further = sorted(pairs, key=place)
    if place(subject):
        for pair in further:
            hits = _named(pair[1], index, allowed)
            if hits and _is_fact_of(index.load(hits[0].id), *subject):
                subject = pair
                break
    hits = _named(subject[1], index, allowed)
    others = [text for pair in pairs if pair is not subject for text in pair[1:]]
    named = not place(subject) and not is_key(set(words(subject[0])))
    if not hits and (hits := by_key(pairs, index, allowed=allowed, named=named)):
        return hits[0].title, hits, others, subject[0]
    return subject[1], hits, others, subject[0]


def _is_fact_of(document: Document, key: str, value: str) -> bool:
    """Tell whether a document has a value under a label that its key names."""
    said, wanted = set(words(key)) - STOP, name_key(value)
    return bool(said and wanted) and any(
        wanted in name_key(document.text[segment.start : segment.end])
        and said
        <= {
            word
            for label in (*document.sections[segment.section].path, segment.label, segment.row)
            for word in words(label)
        }
        for segment in document.segments
    )


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str) and value.strip() and len(value) <= MAX_SUBJECT_CHARS:
        yield value.strip()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)


def _named(name: str, index: Index, allowed: Callable[[Hit], bool]) -> list[Hit]:
    keys = [name_key(spelling) for spelling in spellings(name)]
    found = index.named(keys)
    for key in keys:
        hits = [hit for hit in found.get(key, ()) if allowed(hit)]
        if hits:
            return hits
    about = [hit for hit in index.about(name, limit=8) if allowed(hit)] if keys else []
    same = [hit for hit in about if _same(keys[0], hit.title)]
    return same or [
        replace(hit, rank=SITE_RANK + hit.rank) for hit in about if _is_part(keys[0], hit.title)
    ]


def _same(key: str, title: str) -> bool:
    """Tell whether a name is a title in another order or with words shortened to initials."""
    return any(_fits(key.split(), name_key(spelling).split()) for spelling in spellings(title))


def _is_part(key: str, title: str) -> bool:
    """Tell whether a name is a part of a title beside what its page tells: ``Acme: our offices``."""
    parts = _TITLE_PARTS.split(title)
    spelled = (name_key(s) for part in parts for s in spellings(part)) if len(parts) > 1 else ()
    return key in spelled


def _fits(asked: list[str], titled: list[str]) -> bool:
    plain = [word for word in titled if word not in STOP]
    if sorted(word for word in asked if word not in STOP) == sorted(plain):
        return True
    at = 0
    for word in asked:
        if at < len(plain) and plain[at] == word:
            at += 1
            continue
        run = plain[at : at + len(word)]
        if len(word) < 2 or initials(" ".join(run)) != word:
            return False
        at += len(word)
    return at == len(plain) and bool(asked)


def _at_address(others: list[str], index: Index, allowed: Callable[[Hit], bool]) -> list[Hit]:
    """Return the documents at a web address that the input gives."""
    hosts = set()
    for text in others:
        host = (
            host_of(text)
            if "://" in text
            else domain(text.split("/")[0])
            if DOMAIN.fullmatch(text)
            else None
        )
        if host:
            hosts.add(host)
    return [hit for host in sorted(hosts) for hit in index.at_host(host) if allowed(hit)]


def _in_text(text: str, index: Index, allowed: Callable[[Hit], bool]) -> tuple[str, list[Hit]]:
    """Return the longest name in a text that some document has, the earlier of two."""
    if len(text) <= MAX_SUBJECT_CHARS:
        hits = _named(text, index, allowed)
        if hits:
            return text, hits
    written: dict[str, str] = {}
    for gram in grams(text):
        key = name_key(gram.written)  # with its legal form, where it has one
        written[key] = max(written.get(key, ""), gram.written, key=len)
    found = index.named(written)
    for key in sorted(found, key=lambda key: -len(key)):
        hits = [hit for hit in found[key] if allowed(hit)]
        if hits and len(key) > 1:
            return written[key], hits
    listed = index.listing(written, limit=1)
    return written[max(listed, key=len)] if listed else "", []


def _of_same(hits: list[Hit], index: Index, allowed: Callable[[Hit], bool]) -> list[Hit]:
    """Return further documents about what the first document is about, under other names of it.

    Those titled with a name by which it says that its subject goes ("also referred to as
    Burma"), or with its own title.
    """
    if not hits or hits[0].rank >= SITE_RANK:
        return []
    title = name_key(hits[0].title)
    keys = [title, *also_called(index.load(hits[0].id))]
    had = {hit.id for hit in hits}
    found = index.named(keys)
    kinds = _kinds(hits[0], index, allowed)
    further = {
        hit.id: hit
        for key in keys
        for hit in found.get(key, ())
        if hit.id not in had
        and name_key(hit.title) == key
        and (key == title or _alike(kinds, _kinds(hit, index, allowed)))
        and allowed(hit)
    }
    return list(further.values())


def _sorted(
    hits: list[Hit], others: list[str], index: Index, *, kind: str, allowed: Callable[[Hit], bool]
) -> tuple[list[Hit], tuple[str, ...]]:
    """Put the documents that agree with the rest of the input first, and drop those of other things.

    Pages of a site of that name come behind, those nearest to its root first.
    """
    of_site = sorted(
        (hit for hit in hits if SITE_RANK <= hit.rank < INITIALS_RANK), key=lambda hit: len(hit.url)
    )
    titled, ambiguous = _titled(
        [hit for hit in hits if hit not in of_site], others, index, kind=kind, allowed=allowed
    )
    return titled + of_site, ambiguous


def _kinds(hit: Hit, index: Index, allowed: Callable[[Hit], bool]) -> frozenset[str]:
    """Return what the documents of a document's title say that their subject is."""
    key = name_key(hit.title)
    of_title = [
        h for h in index.named([key]).get(key, ()) if name_key(h.title) == key and allowed(h)
    ]
    return frozenset(kind for h in (hit, *of_title) for kind in said_kinds(index.load(h.id)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two things may be the same, for what is said that they are."""
    return not one or not other or bool(one & other)


def _titled(
    hits: list[Hit], others: list[str], index: Index, *, kind: str, allowed: Callable[[Hit], bool]
) -> tuple[list[Hit], tuple[str, ...]]:
    if len({name_key(hit.title) for hit in hits}) <= 1:
        return hits, ()
    said = {word for text in others for word in words(text) if word not in STOP and len(word) > 2}
    kinds = set(concepts(kind))

    def agreement(hit: Hit) -> int:
        document = index.load(hit.id)
        return len(said & set(words(document.text[:20_000]))) if said else 0

    # "country: Micronesia" is not the region of that name, where another page is a country's.
    told = {hit.id: _kinds(hit, index, allowed) for hit in hits}
    known = any(kinds & said for said in told.values())
    strange = {hit.id for hit in hits if known and told[hit.id] and not kinds & told[hit.id]}
    marked = sorted(
        (
            (hit.rank >= INITIALS_RANK, hit.id in strange, -agreement(hit), hit.rank, hit)
            for hit in hits
        ),
        key=lambda m: m[:4],
    )
    best = marked[0]
    own = name_key(best[-1].title)
    same = [m[-1] for m in marked if name_key(m[-1].title) == own]
    also = [
        m[-1]
        for m in marked
        if m[-1] not in same
        and _alike(told[m[-1].id], told[best[-1].id])
        and states_name(index.load(m[-1].id), own)
    ]
    if len({name_key(hit.title) for hit in also}) == 1:
        same += also
    rivals = [
        m[-1].title
        for m in marked
        if m[-1] not in same and m[:3] == best[:3] and (m[3] > 0) == (best[3] > 0)
    ]
    return same, tuple(dict.fromkeys(rivals))
