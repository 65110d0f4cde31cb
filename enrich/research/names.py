"""Names of what a document is about, in the spellings under which it may be asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enrich.research.words import STOP, name_key, word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.research.documents import Document

MAX_NAME_CHARS: Final = 120
MAX_NAME_WORDS: Final = 10
_PAST: Final = word_set("former formerly previous old older historical etymology origin note")

_INVERTED = re.compile(r"^(?P<head>[^,()]+), (?P<tail>[^,()]+)$")
_GREETING = re.compile(
    r"^(?:about|welcome to|contact|(?:über|willkommen bei)(?: (?:die|den|das|der))?)\s+(?!(?:the )?(?:us|me|uns|mich)$)(?P<name>.+)$",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"^(?P<outer>[^()]+?)\s*\((?P<inner>[^()]+)\)\s*$")
_SEVERAL = re.compile(r"\s*[;,()]\s*|\s+or\s+")
_DEFINED = re.compile(
    r"\((?:also |formerly |commonly |officially |previously )*(?:known as|called|named|referred to as|abbreviated(?: as| to)?)?\s*(?P<name>[A-Z][^();]{1,60}?)(?:,[^()]*)?\)"
    r"|\b(?:(?:also|formerly|commonly|officially|previously|better) (?:known as|called|named|referred to as)|or simply) (?P<also>(?:the )?[A-Z][\w'&.-]*(?: [A-Z][\w'&.-]*){0,5})"
)


_STILL_CALLED = re.compile(
    r"\b(?:(?:also|commonly|officially|better) (?:known as|called|named|referred to as)|or simply)"
    r" (?P<name>(?:the )?[A-Z][\w'&.-]*(?: [A-Z][\w'&.-]*){0,5})"
)


def names_of(document: Document) -> list[str]:
    """Return the names of a document's subject as :func:`name_key` gives them, the surest first.

    Its title and the spellings that follow from it; the names that it states in a
    list of names (one that holds the title too); those that its first sentence gives.
    """
    keys: dict[str, None] = {}
    for name in (document.title, *document.names):
        for spelling in spellings(name):
            keys[name_key(spelling)] = None
    title_keys = set(keys)
    for name in (
        *_stated_names(document, title_keys),
        *_first_sentence_names(document, title_keys),
    ):
        for spelling in spellings(name):
            keys.setdefault(name_key(spelling), None)
    return [key for key in keys if key and len(key.split()) <= MAX_NAME_WORDS]


def row_names(document: Document) -> Iterator[str]:
    """Yield the names of the rows of a document's tables as :func:`name_key` gives them; numbers are none."""
    for row in dict.fromkeys(segment.row for segment in document.segments):
        if len(row.split()) <= MAX_NAME_WORDS and any(character.isalpha() for character in row):
            yield from filter(None, map(name_key, spellings(row)))


def spellings(name: str) -> Iterator[str]:
    """Yield a name and its other orders: ``Korea, South``, ``Turkey (Turkiye)``."""
    name = name.strip()
    if not name or len(name) > MAX_NAME_CHARS:
        return
    yield name
    if greeting := _GREETING.match(name):
        yield greeting["name"]
    if inverted := _INVERTED.match(name):
        yield f"{inverted['tail']} {inverted['head']}"
    if bracketed := _PARENTHESES.match(name):
        yield from spellings(bracketed["outer"])
        yield bracketed["inner"]


def also_called(document: Document) -> Iterator[str]:
    """Yield the names by which a document's first sentence says that its subject still goes, as keys."""
    for segment in document.segments[:3]:
        if segment.kind == "sentence" and not segment.label:
            for found in _STILL_CALLED.finditer(document.text[segment.start : segment.end][:400]):
                yield name_key(found["name"])
            return


def states_name(document: Document, key: str) -> bool:
    """Tell whether a document gives a name among those of its subject, beside its title."""
    known = {name_key(s) for name in (document.title, *document.names) for s in spellings(name)}
    stated = (*_stated_names(document, known, former=False), *also_called(document))
    return key not in known and any(key == name_key(s) for name in stated for s in spellings(name))


def initials(name: str) -> str:
    """Return the initials of a name's words, short words left out: ``UK`` of United Kingdom."""
    return "".join(word[0] for word in words(name) if word not in STOP)


def _stated_names(document: Document, known: set[str], *, former: bool = True) -> Iterator[str]:
    """Yield the values of a list of names in which the document's own name stands.

    Args:
        document: Whose names.
        known: Its own name, as keys.
        former: Names that it no longer has, too, and what is said of how it got them.
    """
    lists: dict[int, list[str]] = {}
    for segment in document.segments:
        path = document.sections[segment.section].path
        if not path or not {"name", "names"} & set(words(path[-1])):
            continue
        text = document.text[segment.start : segment.end]
        past = not former and _PAST & set(words(segment.label))
        if len(text) <= MAX_NAME_CHARS and segment.label and not past:
            lists.setdefault(segment.section, []).append(text)
    for texts in lists.values():
        parts = [part for text in texts for part in (text, *_SEVERAL.split(text)) if part]
        spelled = {name_key(s) for part in parts for s in spellings(part)}
        if spelled & known:
            yield from (
                part for part in parts if len(part.split()) <= MAX_NAME_WORDS and part[:1].isupper()
            )


def _first_sentence_names(document: Document, known: set[str]) -> Iterator[str]:
    """Yield names defined in the first sentence, if it begins with the document's own name."""
    for segment in document.segments[:3]:
        if segment.kind != "sentence" or segment.label:
            continue
        text = document.text[segment.start : segment.end]
        folded = f"{name_key(text[:200])} "
        if not any(key and folded.startswith(f"{key} ") for key in known):
            continue
        for found in _DEFINED.finditer(text[:400]):
            name = found["name"] or found["also"]
            if not any(character.isdigit() for character in name):
                yield name
        return
