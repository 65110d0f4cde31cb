"""Runs of words in a text that may name something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from enrich.research.candidates.strings import SENTENCE_STARTERS, proper_names
from enrich.research.indexrows import SITE_RANK
from enrich.research.phrases import PHRASES
from enrich.research.words import LEGAL_FORMS, concepts, fold, name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from enrich.research.index import Hit, Index

_READ: Final = 2_000  # characters of a text in which names are looked for
_MAX_GRAM: Final = 8
_MAX_NAMES: Final = 6
_WORD = re.compile(r"[^\s,;:?!()\"]+")
# Between names of which a question asks alike; "between A and B" lies one thing.
_JOINED = re.compile(r"\s*,?\s*(?:and|or|vs\.?|versus|&|,)\s+(?:the\s+)?|\s*,\s*", re.IGNORECASE)
_JOINING: Final = frozenset({"and", "or", "the", "&", "vs", "versus", "with", "to", "between"})
_COMPARED = re.compile(r"\s*,?\s*(?:with|to|from|against)\s+(?:the\s+)?", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|differences?|similarit\w+|versus|vs)\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_ASKING: Final = frozenset(
    "what who which when where why how is are was were does did do name list find give tell write describe compare summarise summarize research report please of the".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Gram:
    """Words that stand together in a text.

    Attributes:
        written: The words, without a possessive ending.
        start: Where they begin.
        end: Where they end, with that ending.
    """

    written: str
    start: int
    end: int


def grams(text: str) -> Iterator[Gram]:
    """Yield the runs of words with a capital letter in them; each may be a name."""
    spans = [(m.start(), m.end()) for m in _WORD.finditer(text[:_READ])]
    for first in range(len(spans)):
        for last in range(first, min(first + _MAX_GRAM, len(spans))):
            start, end = spans[first][0], spans[last][1]
            written = text[start:end].rstrip(".")
            for tail in ("'s", "\N{RIGHT SINGLE QUOTATION MARK}s"):
                written = written.removesuffix(tail)
            if any(c.isupper() for c in written):
                yield Gram(written, start, end)


def alike(text: str, index: Index, allowed: Callable[[Hit], bool]) -> list[str]:
    """Return the things with documents of which a text asks alike, two at least: ``A and B``; none else."""
    by_key: dict[str, list[Gram]] = {}
    for gram in grams(text):
        said = gram.written.casefold().split()
        if not {said[0], said[-1]} & _JOINING:
            by_key.setdefault(name_key(gram.written), []).append(gram)
    found = index.named(by_key)
    known = [
        gram
        for key, hits in found.items()
        if len(key) > 1 and any(hit.rank < SITE_RANK and allowed(hit) for hit in hits)
        for gram in by_key[key]
    ]
    taken: list[Gram] = []
    for gram in sorted(known, key=lambda g: (g.start - g.end, g.start)):
        if all(gram.end <= other.start or other.end <= gram.start for other in taken):
            taken.append(gram)
    taken.sort(key=lambda gram: gram.start)
    names = list({name_key(gram.written): gram.written for gram in taken}.values())
    return names[:_MAX_NAMES] if len(names) > 1 and _are_alike(text, taken) else []


def _are_alike(text: str, names: list[Gram]) -> bool:
    """Tell whether nothing but words that join or compare stands between names."""
    compares = bool(_COMPARES.search(text))
    if _BETWEEN.search(text, 0, names[0].start) and not compares:
        return False
    return all(
        _JOINED.fullmatch(text, one.end, other.start)
        or (compares and _COMPARED.fullmatch(text, one.end, other.start))
        for one, other in pairwise(names)
    )


def names_said(text: str) -> list[str]:
    """Return the names that a text has by their capital letters; what facts are called is none."""
    found = []
    for candidate in proper_names(text[:_READ]):
        name = str(candidate.value)
        said = name.split()
        while said and (fold(said[0]) in _ASKING or said[0] in SENTENCE_STARTERS):
            said.pop(0)
        if "of" in said and _is_fact(" ".join(said[: said.index("of")])):
            said = said[said.index("of") + 1 :]  # "CEO of Acme"
        key = name_key(" ".join(said))
        if key and not _is_fact(" ".join(said)):
            found.append(" ".join(said))
    if not found and set(text.casefold().replace(".", "").split()[1:]) & LEGAL_FORMS:
        return [text.strip()]
    return list(dict.fromkeys(found))


def _is_fact(said: str) -> bool:
    """Tell whether words are what a fact is called: ``GDP``."""
    return all(concept in PHRASES for concept in concepts(said))
