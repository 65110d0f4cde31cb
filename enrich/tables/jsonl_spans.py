"""Where the members of a JSON object stand in its text."""

from __future__ import annotations

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


def member_spans(text: str) -> dict[str, tuple[int, int]]:
    """Return where each member's value begins and ends; of equal names, the last.

    Args:
        text: One JSON object, with white space around.

    Raises:
        ValueError: It is none.
    """
    spans: dict[str, tuple[int, int]] = {}
    at = _skip(text, _expect(text, _skip(text, 0), "{"))
    if text[at : at + 1] != "}":
        while True:
            if text[at : at + 1] != '"':
                raise ValueError("a member's name is missing")
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _expect(text, _skip(text, at), ":"))
            _, end = _DECODER.raw_decode(text, at)
            spans[name] = (at, end)
            at = _skip(text, end)
            if text[at : at + 1] != ",":
                break
            at = _skip(text, at + 1)
    if _skip(text, _expect(text, at, "}")) != len(text):
        raise ValueError("text stands behind the object")
    return spans


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, character: str) -> int:
    if text[at : at + 1] != character:
        raise ValueError(f"'{character}' is missing")
    return at + 1
