"""The shape of a code: stated ("three-letter"), by example (".fr"), or by its name."""

from __future__ import annotations

import re
from typing import Final

from enrich.research.descriptions import examples, statement
from enrich.research.identifiers import sort_asked
from enrich.research.words import words

_NUMBER_WORDS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        range(1, 11),
        strict=True,
    )
)
LETTERS = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})[\s-](letter|digit|character|char)s?\b",
    re.IGNORECASE,
)

_EITHER = re.compile(r"\b(?:or|to|and|-)\s*$")  # "one or two letters": no fixed length


def code_shape(name: str, description: str) -> re.Pattern[str]:
    """Return the shape of a code: stated ("three-letter"), by example (".fr"), or by its name."""
    if sort := sort_asked(" ".join(words(name)), description):
        return sort.shape
    stated = LETTERS.search(description)
    if stated and not _EITHER.search(description[: stated.start()]):
        count = _NUMBER_WORDS.get(stated[1].lower()) or int(stated[1])
        character = {"letter": "A-Z", "digit": "0-9"}.get(stated[2].lower(), "A-Z0-9")
        return guarded(rf"[{character}]{{{count}}}")
    shapes = [shape for example in examples(description) if (shape := shape_of(example))]
    if shapes:
        return guarded(*shapes)
    said = [*reversed(words(name)), *(w for w in words(statement(description)) if w in _REGISTERS)]
    shape = next((_SHAPES[word] for word in said if word in _SHAPES), ANY)
    return guarded(shape)


# What parts the thousands of a number: no code of three digits stands in "1,211", "1 211" or "1'211".
_PARTING = r"[.,'\N{RIGHT SINGLE QUOTATION MARK}\u00a0\u202f]"

_THREE_BEHIND = r"(?:(?<=\b\d )|(?<=\b\d\d )|(?<=\b\d{3} ))\d{3}\b"
_THREE_AHEAD = r"(?:(?<=\b\d)|(?<=\b\d\d)|(?<=\b\d{3})) \d{3}\b"


def guarded(*shapes: str) -> re.Pattern[str]:
    """Return a pattern for codes of some shapes that are no part of a longer word, code or number."""
    either = "|".join(dict.fromkeys(shapes))
    return re.compile(
        rf"(?<![\w.-])(?!(?<=\d{_PARTING})\d)(?!{_THREE_BEHIND})(?:{either})(?![\w-])(?!(?<=\d){_PARTING}\d)(?!{_THREE_AHEAD})"
    )


ANY: Final = "[A-Z0-9][A-Z0-9-]{1,11}"
"""The shape of a code of which nothing is known."""
_REGISTERS: Final = frozenset({"iata", "icao", "isin", "lei", "isbn", "issn"})
_SHAPES: Final = {
    "tld": r"\.[a-z]{2,10}", "domain": r"\.[a-z]{2,10}", "currency": "[A-Z]{3}", "iso3": "[A-Z]{3}", "iso2": "[A-Z]{2}",
    "ticker": r"[A-Z]{1,5}(?:[.:][A-Z]{1,4})?", "symbol": "[A-Z]{1,5}|[A-Z][a-z]", "iata": "[A-Z]{3}", "icao": "[A-Z]{4}",
    "isin": "[A-Z]{2}[A-Z0-9]{9}[0-9]", "lei": "[A-Z0-9]{20}", "isbn": r"97[89][- ]?[\d -]{9,13}\d|[\d-]{9,12}[\dX]",
    "issn": r"\d{4}-\d{3}[\dX]", "zip": r"\d{5}(?:-\d{4})?", "postcode": r"[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4}",
}  # fmt: skip


def shape_of(example: str) -> str | None:
    """Return a pattern for codes like an example; None for a word of the language."""
    if re.fullmatch(r"[A-Z][a-z]?", example):
        return "[A-Z][a-z]?"  # a chemical symbol
    if not re.search(r"[A-Z]{2}|\d|^\W", example) or len(example) > 20:
        return None
    out = []
    for run in re.findall(r"[A-Z]+|[a-z]+|\d+|.", example):
        low, high = max(1, len(run) - 2), len(run) + 2
        if run.isdigit():
            out.append(rf"\d{{{len(run)}}}")
        elif run.isalpha() and run.isascii():
            exact = len(run) <= 3 and example == run
            out.append(
                f"[{'A-Z' if run.isupper() else 'a-z'}]{{{len(run) if exact else low if low > 1 else 2 if run.islower() else 1},{'' if exact else high}}}".replace(
                    ",}", "}"
                )
                if not exact
                else f"[{'A-Z' if run.isupper() else 'a-z'}]{{{len(run)}}}"
            )
        else:
            out.append(re.escape(run))
    return "".join(out)
