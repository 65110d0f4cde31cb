"""What the lines of a plain text are to each other: wrapped, broken early, heading one another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

_RULE = re.compile(r"\s*(?:([-=~*_#+\N{EM DASH}])\1{2,}|(?:[-=*_]\s){3,}[-=*_]?)\s*$")
_ASIDE = re.compile(r"\([^()]*\)")
_BULLET = re.compile(r"\s*(?:[-*+\N{BULLET}]|\d{1,3}[.)])\s")
_ADDRESS = re.compile(r"@|://|www\.|\.\.|\s{2}")
_ENDED: Final = ".!?:;,-\N{EN DASH}\N{EM DASH}"
_WRAPPED: Final = 120  # characters; longer lines are whole paragraphs
_RAGGED: Final = 10  # characters that a line may fall short of the width
_EARLY: Final = 0.6  # of the width, in which a heading and the word below it would have found room
_FULL: Final = 0.75  # of the width, from which on a line is one of prose
_LONE_CHARS: Final = 60
_LEADING_CHARS: Final = 50
_CAPS_LETTERS: Final = 4
_WORDS: Final = 8


def width_of(lines: Sequence[str]) -> int:
    """Return how many characters the lines of a text are broken at; 0 where they are not broken."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip() and not is_rule(line))
    width = lengths[int(0.98 * (len(lengths) - 1))] if lengths else 0
    return width if width <= _WRAPPED else 0


def is_rule(line: str) -> bool:
    """Tell whether a line is drawn across the text."""
    return bool(_RULE.match(line))


def is_caps(text: str) -> bool:
    """Tell whether a line is written in capitals, as headings are; what is in parentheses may be small."""
    main = _ASIDE.sub("", text)
    if not main.isupper():
        return False
    letters = sum(map(str.isalpha, main))
    return letters >= _CAPS_LETTERS and 2 * letters >= len(main.replace(" ", ""))


def runs_on(before: str, line: str, width: int) -> bool:
    """Tell whether a line goes on with the sentence of the line above it, which was broken for want of room."""
    if not before or before[-1] in ".!?:;":
        return False
    if before[-1] in ",(" or before.count("(") > before.count(")"):
        return True
    return _is_full(before, line, width)


def begins_section(
    lines: Sequence[str], at: int, width: int
) -> Literal["", "caps", "lone", "leading", "topic"]:
    """Return how the first line of a block heads what is below it; empty where it does not.

    ``topic`` heads the deeper lines right below it, ``leading`` the rest of its block and
    what follows, ``lone`` and ``caps`` what follows.
    """
    line = lines[at].strip()
    below = lines[at + 1] if at + 1 < len(lines) else ""
    caps = is_caps(line) and line[-1] not in ",;" and len(line) <= _WRAPPED
    if is_rule(below):
        return ""
    if caps and not _BULLET.match(line) and not (below.strip() and is_caps(below)):
        return "caps"
    if not _may_head(line):
        return ""
    if not below.strip():
        return "lone" if _is_matter(lines, at) else ""
    return "" if len(line) > _LEADING_CHARS or _BULLET.match(line) else _leads(lines, at, width)


def _leads(lines: Sequence[str], at: int, width: int) -> Literal["", "leading", "topic"]:
    """Return how a short line heads the lines right below it."""
    line, below = lines[at].strip(), lines[at + 1]
    if _BULLET.match(below):
        return "leading"
    if _indent(below) >= _indent(lines[at]) + 2:
        return "topic"
    early = len(line) + 1 + len(below.split(maxsplit=1)[0]) <= _EARLY * width
    return "leading" if early and below.strip()[0].isupper() and _is_prose(lines, at, width) else ""


def _may_head(line: str) -> bool:
    return (
        len(line) <= _LONE_CHARS
        and len(line.split()) <= _WORDS
        and (line[0].isupper() or bool(re.match(r"\d{1,2}\.?\s+[A-Z]", line)))
        and line[-1] not in _ENDED
        and not _ADDRESS.search(line)
    )


def _is_matter(lines: Sequence[str], at: int) -> bool:
    """Tell whether what follows a line that stands alone is text: two lines, a long one or a list."""
    rest = [line.strip() for line in lines[at + 1 : at + 6]]
    first = next((n for n, line in enumerate(rest) if line), None)
    if first is None or is_rule(rest[first]):
        return False
    numbered = bool(re.match(r"\d{1,3}[.)]\s", lines[at].strip()))
    if _BULLET.match(rest[first]):
        return not numbered
    return len(rest[first]) >= _LONE_CHARS or (len(rest) > first + 1 and bool(rest[first + 1]))


def _is_prose(lines: Sequence[str], at: int, width: int) -> bool:
    """Tell whether the lines below one are wrapped prose, or one sentence."""
    below = lines[at + 1].strip()
    return len(below) >= _FULL * width or below.endswith(".")


def _is_full(line: str, after: str, width: int) -> bool:
    return bool(width) and len(line) + 1 + len(after.split(maxsplit=1)[0]) > width - _RAGGED


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
