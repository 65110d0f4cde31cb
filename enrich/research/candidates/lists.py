"""Lists in running text: ``English (official), Mandinka, Wolof and Fula``."""

from __future__ import annotations

import re
from typing import Final

from enrich.research.candidates.countries import is_country
from enrich.research.candidates.strings import is_clause

MAX_ITEMS: Final = 200

_MAX_WORDS: Final = 7  # of an item
_SHORT: Final = 2  # parts of a list in which an "and" is none of an item's own
_SPLIT = re.compile(r";|,|\s+(?:and|&)\s+|\n")
_REST = re.compile(
    r"^(?:and\s+|or\s+)?(?:others?\b|etc\b|et al\b|various\b|numerous\b|many\b|several\b|some\b|none\b|n/a\b|unspecified\b|including\b|more than\b|over\b|about\b|approximately\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\s+(?:widely|is|are|was|were|which|that|who|where|spoken|used|understood|of which|(?-i:rely|relies|depend|depends|use|uses|choose|chose)(?= ))\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_ADDED = re.compile(r"\s*(?:with|in|at|from|to|on|by|a|an|where|having|being)\s")
_ONLY = re.compile(r"\s+(?:only|alone)$", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|percent\b)")
_INCLUDING = re.compile(r"^.*\binclud(?:e|es|ing)\s+", re.IGNORECASE)
_MOSTLY = 0.6  # of a list's items begin with a capital: it is one of names
_AMOUNT = re.compile(
    r"\s+(?:[<>~]|less than |about |approximately )?[$\N{EURO SIGN}]?\d[\d.,]*\s?(?:%|percent|km|mi|sq km|(?:million|billion|thousand)\b)?\.?$"
)
_NEXT = re.compile(r",\s+(?=[^\W\d_a-z])")
_NOTE = re.compile(r"\b(?:note\s*[-:\N{EN DASH}]|note\b).*$", re.IGNORECASE | re.DOTALL)
# What says something of an item is no item: "Linux, macOS. Windows is not supported."
_NEXT_SENTENCE = re.compile(
    r"(?<=\w{3})\.\s+(?=[A-Z][^.;,]*\b(?:is|are|was|were|has|have|had|does|do|can|cannot|will|may)\b)"
)

_EITHER = re.compile(
    r"([^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)?) or ([^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)?)"
)
_DANGLING = re.compile(r" (?:in|on|at|since|until|from|by|of)$")  # "Ada Example retired in" (2009)
_BEGINS = re.compile(r"(?:The|Of|Our|We|It|Its|This|These|There|In|At|For|Since|From|With) [a-z]")
_SENTENCE_END = re.compile(r"(?<=[a-z]{3})(?<!Inc)(?<!Ltd)(?<!Corp)\.\s+(?=[A-Z][a-z])")


def list_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of a list's items without the remarks behind them.

    Parentheses, shares and amounts behind an item are left out, and so is a rest
    that names nothing ("other indigenous vernaculars").
    """
    stop = _NOTE.search(text) or _NEXT_SENTENCE.search(text)
    body = text[: stop.start()] if stop else text
    ended = _SENTENCE_END.search(body)
    if ended and _SPLIT.search(body, 0, ended.start()):
        body = body[: ended.start()]  # what follows the sentence that lists them says more of them
    spans = []
    for start, end in _parts(body):
        span = _trim(body, start, end)
        if span:
            spans.append(span)
    spans = _alternatives(body, spans)
    named = [span for span in spans if any(c.isupper() for c in body[span[0] : span[1]])]
    # In a list of names, what has no capital is a remark: "mountain-area languages". Not a single word between semicolons.
    if ";" in body and "," not in body:
        named = [s for s in spans if s in named or " " not in body[slice(*s)]]
    return (named if len(named) >= _MOSTLY * len(spans) else spans)[:MAX_ITEMS]


def parted_spans(text: str) -> list[tuple[int, int]]:
    """As ``list_spans``, but parted at commas alone where items have an "and" of their own: ``Arts and Letters, Law and Trade``.

    The last "and" is the list's where items before it have none: ``tax, oil and gas, banking and arbitration``.
    """
    stop = _NEXT_SENTENCE.search(text) or _SENTENCE_END.search(text)
    parts = _mask(text[: stop.start()] if stop else text).split(", ")
    own = sum(" and " in part for part in parts[:-1])
    if len(parts) <= _SHORT or not own or any(";" in part for part in parts):
        return list_spans(text)
    closed = any(part.startswith("and ") for part in parts)
    if own < len(parts) - 1 and not closed and " and " in parts[-1]:
        head, _, tail = parts.pop().rpartition(" and ")
        parts += [head, f"and {tail}"]
    spans, at = [], 0
    for part in parts:
        at = text.index(part.partition("\x00")[0], at) if part else at
        lead = len("and ") if part.startswith("and ") else 0
        span = _trim(text, at + lead, at + len(part))
        spans += [span] if span else []
        at += len(part)
    return spans


def without_lands(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans of a list without the countries where each item has its own: ``Ulm, Germany``."""
    lands = [bool(is_country(text[a:b])) for a, b in spans]
    paired = len(lands) > 1 and lands == [False, True] * (len(lands) // 2)
    return spans[::2] if paired else spans


def _alternatives(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans with the last split where it is two names: ``Danish, Swedish or German``."""
    last = _EITHER.fullmatch(text, *spans[-1]) if len(spans) >= _SHORT else None
    return [*spans[:-1], last.span(1), last.span(2)] if last else spans


def is_told(text: str) -> bool:
    """Tell whether a sentence says something rather than lists: it has a verb, or a part of many words."""
    mask = _mask(text)
    parts = (mask[start:end] for start, end in _parts(text))
    return (
        is_clause(mask)
        or bool(_BEGINS.match(mask))
        or any(len(part.split()) > _MAX_WORDS or _ADDED.match(part) for part in parts)
    )


def largest_share(text: str) -> tuple[int, int] | None:
    """Return the span of the item with the largest share, where at least two items have one."""
    best: tuple[float, tuple[int, int]] | None = None
    shares = 0
    for start, end in _parts(text):
        share, span = _SHARE.search(text, start, end), _trim(text, start, end)
        if share is None or span is None:
            continue
        shares += 1
        if best is None or float(share[1]) > best[0]:
            best = float(share[1]), span
    return best[1] if best is not None and shares > 1 else None


def _parts(text: str) -> list[tuple[int, int]]:
    """Split outside of parentheses; at semicolons alone if the items themselves hold commas."""
    mask = _mask(text)
    semicolons = mask.count(";")
    cut = re.compile(r";|\n") if semicolons >= 2 and semicolons * 2 >= mask.count(",") else _SPLIT
    parts, at = [], 0
    for match in cut.finditer(mask):
        if match.group() == "," and mask[match.end() : match.end() + 1].isdigit():
            continue
        parts.append((at, match.start()))
        at = match.end()
    parts.append((at, len(text)))
    return [piece for start, end in parts for piece in _by_amount(mask, start, end)]


def _by_amount(mask: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split an item again behind an amount: ``Chad 1,556 km, Niger 354 km`` between semicolons."""
    pieces = []
    for match in _NEXT.finditer(mask, start, end):
        if _AMOUNT.search(mask, start, match.start()):
            pieces.append((start, match.start()))
            start = match.end()
    return [*pieces, (start, end)]


def _mask(text: str) -> str:
    """Return text with everything in parentheses blanked, offsets kept."""
    out, depth = [], 0
    for character in text:
        depth += character in "(["
        out.append("\x00" if depth else character)
        depth -= character in ")]" and depth > 0
    return "".join(out)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    item = text[start:end]
    start += len(item) - len(item.lstrip(" \t\n.-\N{BULLET}"))
    item = text[start:end]
    if item.lower().startswith(("and ", "or ")):
        start += item.index(" ") + 1
        item = text[start:end]
    bracket = re.search(r"\s*[(\[]", item)
    if bracket and bracket.start() > 0:
        item = item[: bracket.start()]
    intro = _INCLUDING.match(item)
    if intro:
        start, item = start + intro.end(), item[intro.end() :]
    item = _CLAUSE.sub("", item)
    item = _ONLY.sub("", _AMOUNT.sub("", item).rstrip(" .,;:*-"))
    if (
        not item
        or _REST.match(item)
        or not any(c.isalpha() for c in item)
        or len(item.split()) > _MAX_WORDS
        or item[0].isdigit()
        or _DANGLING.search(item)
    ):
        return None
    return start, start + len(item)
