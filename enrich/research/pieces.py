"""The pieces that a line, a cell or a link is made of: a label and its value, parts, an address."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

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


# Where people and companies have pages of their own; what passes a page on to others is none.
_PROFILES = re.compile(
    r"https?://(?:[\w-]+\.)?(?:linkedin\.com/(?:company|in|school|showcase)/|(?:twitter|x)\.com/(?!intent|share|home|search|hashtag)|facebook\.com/(?!sharer|share|dialog|plugins)"
    r"|instagram\.com/(?!p/)|youtube\.com/(?:@|c/|channel/|user/)|github\.com/|gitlab\.com/|tiktok\.com/@|xing\.com/(?:companies|pages|profile)/|crunchbase\.com/organization/"
    r"|mastodon\.social/@|bsky\.app/profile/|threads\.net/@|pinterest\.[a-z.]+/(?!pin/)|vimeo\.com/|t\.me/|wa\.me/)[^\s\"'<>?#]+",
    re.IGNORECASE,
)
_MAIL = re.compile(r"mailto:([^?\s,;]+@[^?\s,;]+\.[^?\s,;]+)", re.IGNORECASE)
_TEL = re.compile(r"tel:(\+?[\d().\s/-]{6,24}\d)", re.IGNORECASE)


def contact_of(address: str) -> str:
    """Return whom a link reaches: a profile's address, an e-mail address or a telephone number; empty for any other."""
    address = unquote(address.strip())
    if (found := _MAIL.match(address) or _TEL.match(address)) is not None:
        return found[1]
    profile = _PROFILES.match(address)
    return profile.group().rstrip("/.,") if profile else ""


def link_text(said: str, address: str) -> str:
    """Return what a link says; one that leads to a website, to a profile or to an address that it does not name says to which."""
    if _SITE.fullmatch(said.strip()) and address.startswith(("http://", "https://")):
        return f"{said.strip()}: {address}"
    contact = contact_of(address)
    plain = re.sub(r"\W", "", said).casefold()
    if contact and re.sub(r"\W", "", contact).casefold() not in plain:
        return f"{said.strip(' :')}: {contact}" if said.strip(" :") else contact
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
