"""Words as they are compared: folded, stemmed, and brought to common concepts.

A field is asked as ``headcount`` and the page says "Number of employees". Both
sides go through :func:`concepts`, which lowers, strips accents, cuts plain
endings and replaces a phrase of the thesaurus by the first word of its group, so
that everything after compares equal strings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from enrich.research.thesaurus import GROUPS, SAID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


STOP: Final = word_set(
    """
    a an and any are as at be been being but by can did do does for from had has have he
    her his how i if in into is it its may me of on or our per shall she should so such
    than that the their them then there these they this those to us was we were what
    when where whether which who whom whose why will with would you your
    """
)

# Words that say what sort of thing a value is rather than which fact it states; and their stems.
_NEUTRAL: Final = word_set(
    """
    amount current data detail exact figure full general info information key known
    latest main major top principal annual yearly name named number official company organization entity overall primary recent title total value list
    item field count sum approximate estimated estimate available most all both short
    common
    """
)

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


# Letters with a stroke or without a dot have no decomposition.
_LETTERS: Final = str.maketrans(
    {
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
        "\N{LATIN CAPITAL LETTER O WITH STROKE}": "O",
        "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
        "\N{LATIN CAPITAL LETTER L WITH STROKE}": "L",
        "\N{LATIN SMALL LETTER D WITH STROKE}": "d",
        "\N{LATIN CAPITAL LETTER D WITH STROKE}": "D",
    }
)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return text in lower case without accents: ``Côte`` becomes ``cote``."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


_ALIKE: Final = {"mean": "averag", "avg": "averag"}  # of figures


def stem(word: str) -> str:  # noqa: PLR0911  (an ending a line)
    """Cut plain English endings; ``countries`` and ``country`` meet, ``gas`` stays."""
    if word in _ALIKE:
        return _ALIKE[word]
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ery"):
        return word[:-1]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return stem(word[:-1]) if len(word) > 5 else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            root = word[: -len(ending)]
            return root[:-1] if root[-1] == root[-2] and root[-1] not in "lsz" else root
    return word[:-1] if word.endswith("e") and len(word) > 5 else word


NEUTRAL: Final = _NEUTRAL | frozenset(map(stem, _NEUTRAL))


def words(text: str) -> list[str]:
    """Return the folded words of a text or of a name such as ``areaSqKm``, in order."""
    return _WORD.findall(fold(_CAMEL.sub(" ", text).replace("_", " ")))


def clause_start(text: str, at: int, marks: tuple[str, ...] = (";", ". ", "(")) -> int:
    """Return where the clause begins in which an offset stands: behind the last of some marks before it."""
    return max(text.rfind(mark, 0, at) for mark in marks) + 1


def names_it(key: str, names: Iterable[str], *, least: int = 1) -> bool:
    """Tell whether a key is one of some names, or the words that one of them begins with, of so many letters at least."""
    return any(key == own or (len(key) >= least and own.startswith(f"{key} ")) for own in names)


def name_words(names: Iterable[str]) -> set[str]:
    """Return the words of some names as ``name_key`` gives them."""
    return {word for name in names for word in name.split()}


def own_label(label: str) -> str:
    """Return the last part of a label with its headings: ``Area`` of ``Geography > Area``."""
    return label.rsplit(" > ", 1)[-1]


def stems(text: str) -> list[str]:
    """Return the stems of a text's words without its stop words, in order."""
    return [stem(word) for word in words(text) if word not in STOP]


def _thesaurus() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return first stem to its phrases, longest first, each with its concept."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group in GROUPS:
        phrases = [tuple(stems(phrase)) for phrase in group]
        concept = "-".join(phrases[0])
        for phrase in phrases:
            if phrase:
                table.setdefault(phrase[0], []).append((phrase, concept))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


_PHRASES: Final = _thesaurus()


def concept_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each concept of a text with the offsets of the words that it stands for."""
    found = [
        (stem(word), match.start(), match.end())
        for match in _WORD.finditer(text)
        if (word := fold(match.group())) not in STOP
    ]
    at = 0
    while at < len(found):
        concept, length = found[at][0], 1
        for phrase, named in _PHRASES.get(concept, ()):
            if tuple(part[0] for part in found[at : at + len(phrase)]) == phrase:
                concept, length = named, len(phrase)
                break
        yield concept, found[at][1], found[at + length - 1][2]
        at += length


@lru_cache(maxsize=65_536)
def concepts(text: str) -> tuple[str, ...]:
    """Return a text's concepts in order: its stems, with known phrases made one."""
    return tuple(
        concept for concept, _, _ in concept_spans(_CAMEL.sub(" ", text).replace("_", " "))
    )


_SAID: Final = {
    concepts(noun)[0]: frozenset(concepts(" ".join(said))) for noun, said in SAID.items()
}


def said_of(concept: str) -> frozenset[str]:
    """Return the verbs of the thesaurus alone that stand for a noun: ``born`` for a birth place."""
    return _SAID.get(concept, frozenset())


def verbs(concept: str) -> frozenset[str]:
    """Return the concepts by which a sentence may say what a label says with a noun.

    Of the thesaurus, and for one who does a thing (``founder``) the doing (``found``).
    """
    doing = (
        frozenset({concept[:-2]})
        if concept.endswith(("er", "or")) and len(concept) > 5
        else frozenset()
    )
    return _SAID.get(concept, frozenset()) | doing


_SPOKEN: Final = {
    "-".join(stems(group[0])): frozenset(stem for phrase in group for stem in stems(phrase))
    for group in GROUPS
}


def spoken(concept: str) -> frozenset[str]:
    """Return the stems of all words by which a concept is named: ``people`` for a population."""
    return _SPOKEN.get(concept, frozenset({concept}))


LEGAL_FORMS: Final = word_set(
    """
    inc incorporated ltd limited llc plc corp corporation co company gmbh ag sa sas srl
    spa bv nv oy ab as asa kg pty pte llp
    """
)


_GMBH = re.compile(r"\bg?mbh\b", re.IGNORECASE)


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """Return a name as names are compared: folded words, no articles, no legal form.

    ``The Gambia`` and ``Gambia`` meet; so do ``Acme Ltd.`` and ``ACME``. The order of
    the words counts: "Guinea Bissau" is not "Bissau Guinea".
    """
    name = _GMBH.sub("gmbh", name)  # its capitals part no words
    found = words(name.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
    kept = [word for word in found if word not in {"the", "and"}] or found
    while len(kept) > 1 and kept[-1] in LEGAL_FORMS:
        kept.pop()
    return " ".join(kept)
