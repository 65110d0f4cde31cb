"""The pieces that a line, a cell or a link is made of: a label and its value, parts, an address."""

from __future__ import annotations

import re
from typing import Final

MAX_KEY_WORDS: Final = 8
MAX_VALUE_CHARS: Final = 300  # a longer one is prose under a label

_KEYED = re.compile(r"^(?P<key>[^\W\d_][^:.!?]{0,59}):\s+(?=\S)")
# What no label begins with, but a sentence does.
_OPENING = re.compile(
    r"(?:who|which|that|he|she|it|we|they|you|i|there|and|but|or|as|if|when|while|where|because|with)\b",
    re.IGNORECASE,
)


_SITE = re.compile(
    r"(?:the\s+)?(?:official|own|personal|company|private|project)?\s*(?:web\s?site|home\s?page|web\s?page|internet\s+site)\b[^:]{0,50}",
    re.IGNORECASE,
)


def link_text(said: str, address: str) -> str:
    """Return what a link says; one that only says that it leads to a website says to which."""
    if _SITE.fullmatch(said.strip()) and address.startswith(("http://", "https://")):
        return f"{said.strip()}: {address}"
    return said


def keyed(text: str) -> tuple[str, int] | None:
    """Return the label that a text begins with, and where its value begins; None for no label."""
    found = _KEYED.match(text)
    key = found["key"] if found else ""
    if found is None or len(key.split()) > MAX_KEY_WORDS or key.count("(") != key.count(")"):
        return None
    return None if _OPENING.match(key) else (key, found.end())


def value_parts(text: str) -> list[str]:
    """Return the parts of a value that stand in lines of their own; a line that goes on is none."""
    parts: list[str] = []
    for line in filter(None, (" ".join(line.split()) for line in text.split("\n"))):
        if parts and (line[0].islower() or line[0] in "(,;" or parts[-1][-1] in ",(-"):
            parts[-1] += f" {line}"
        else:
            parts.append(line)
    whole = any(len(part) > MAX_VALUE_CHARS for part in parts)
    return [" ".join(parts)] if whole else parts
