"""Text to the tokens of BERT's uncased vocabulary (WordPiece, longest piece first)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

MAX_TOKENS: Final = 48
_MAX_WORD_CHARS: Final = 100
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")


@cache
def _vocabulary() -> dict[str, int]:
    text = files("enrich.research.embedding").joinpath("vocab.txt").read_text(encoding="utf-8")
    return {token: number for number, token in enumerate(text.split("\n"))}


def is_word(text: str) -> bool:
    """Tell whether the vocabulary has a word whole: no misspelling, and no two written together."""
    return text in _vocabulary()


def tokens(text: str, *, limit: int = MAX_TOKENS) -> list[int]:
    """Return the numbers of a text's tokens between ``[CLS]`` and ``[SEP]``, cut at a limit."""
    vocabulary = _vocabulary()
    found: list[int] = []
    for word in _WORD.findall(_plain(text)):
        found += _pieces(word)
        if len(found) >= limit - 2:
            break
    return [vocabulary["[CLS]"], *found[: limit - 2], vocabulary["[SEP]"]]


def _plain(text: str) -> str:
    """Lower letters and drop their accents, as the model's vocabulary has them."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return "".join(
        c for c in unicodedata.normalize("NFD", lowered) if unicodedata.category(c) != "Mn"
    )


@lru_cache(maxsize=32_768)
def _pieces(word: str) -> tuple[int, ...]:
    vocabulary = _vocabulary()
    if len(word) > _MAX_WORD_CHARS:
        return (vocabulary["[UNK]"],)
    found: list[int] = []
    at = 0
    while at < len(word):
        ends = range(len(word), at, -1)
        end = next((e for e in ends if ("##" if at else "") + word[at:e] in vocabulary), at)
        if end == at:
            return (vocabulary["[UNK]"],)
        found.append(vocabulary[("##" if at else "") + word[at:end]])
        at = end
    return tuple(found)
