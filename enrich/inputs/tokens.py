"""A condition's text as tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from enrich.errors import ConfigError

_TOKEN: Final = re.compile(
    r"""\s+
    | (?P<number>-?(?:[0-9]+(?:\.[0-9]+)?)(?:[eE][+-]?[0-9]{1,3})?)(?!\w)
    | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<column>`(?:[^`]|``)+`)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        kind: What it is; the last token of every text is ``end``.
        text: As it is written.
        place: Index of its first character.
    """

    kind: str
    text: str
    place: int


def tokenize(source: str, *, key: str | None) -> list[Token]:
    """Take a condition apart.

    Raises:
        ConfigError: A character that begins no token, by its number from 1.
    """
    tokens = []
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            raise wrong(place, _unknown(source, place), key=key)
        if match.lastgroup is not None:
            tokens.append(Token(match.lastgroup, match[0], place))
        place = match.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def wrong(place: int, message: str, *, key: str | None) -> ConfigError:
    """Return an error that names a character, from 1."""
    return ConfigError(f"at character {place + 1}: {message}", key=key)


def _unknown(source: str, place: int) -> str:
    sign = source[place]
    if sign in "'\"`":
        return f"the {sign} that opens here is never closed"
    if sign == "=":
        return "write `==` to compare"
    if sign.isdigit() or sign == "-":
        return "this is no number; a column of that name stands in backticks"
    return f"`{sign}` means nothing here"
