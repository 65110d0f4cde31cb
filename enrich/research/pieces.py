"""The pieces that a line, a cell or a link is made of: a label and its value, parts, an address."""

from __future__ import annotations

import re
from typing import Final

MAX_KEY_WORDS: Final = 8
MAX_LATER_KEY_WORDS: Final = 4  # within a paragraph; a longer one is the beginning of a sentence
MAX_VALUE_CHARS: Final = 300  # a longer one is prose under a label

_MARK = re.compile(r"\s+[|\N{MIDDLE DOT}\N{BULLET}]\s+")
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


def is_labelled(text: str) -> bool:
    """Tell whether a part of a longer text has a label of its own."""
    label = keyed(text)
    return label is not None and len(label[0].split()) <= MAX_LATER_KEY_WORDS


def marked_parts(text: str) -> list[tuple[int, int]]:
    """Return the offsets of what a line's marks part, if two have labels: ``Tel.: 12 34 56 · Head office: Ulm``."""
    marks = list(_MARK.finditer(text))
    starts = [0, *(mark.end() for mark in marks)]
    stops = [*(mark.start() for mark in marks), len(text)]
    spans = [(a, b) for a, b in zip(starts, stops, strict=True) if a < b]
    return spans if sum(is_labelled(text[a:b]) for a, b in spans) > 1 else []


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
