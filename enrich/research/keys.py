"""A row of a file by one of its keys: an article's number, an ISIN, an e-mail address, a domain.

A key names one row and nothing else, so a cell counts only where its column's name says that it
is one, where it is the key whole, and where rows of one name alone have it. A short number is
the id of anything: it is looked for in a column of the same name only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from enrich.research.words import name_key, word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.research.documents import Document
    from enrich.research.index import Hit, Index

# These name a thing wherever they stand ...
_SURE: Final = word_set(
    """
    sku isin lei ean gtin upc asin mpn cusip sedol wkn cik figi duns siren siret vat vatin orcid doi isbn issn imo mmsi
    uuid guid email mail domain website url homepage
    """
)
# ... and these name one among its likes.
_LOOSE: Final = word_set(
    "id ids code number no nr num key ref reference ticker symbol handle slug iata icao serial barcode identifier"
)
# What may be said beside them of a row's own key; "country code" and "parent id" are keys of others.
_OWN: Final = word_set(
    """
    e address web site product article art item part model stock order company firm customer client account vendor
    supplier member user contact record row external internal unique official main primary business registration
    register registered tax the its
    """
)
_MAX_CHARS: Final = 200
_HITS: Final = 8
_SHORT_NUMBER: Final = 5  # digits up to which a number is the id of anything
_DISTINCT: Final = 4  # characters from which letters with digits are seldom two things'
_TOKEN = re.compile(r"[^\s,;:?!()\"'<>]{4,100}")
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z\d][\w./-]*\w", re.ASCII)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_WEB = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


def by_key(
    given: Sequence[tuple[str, str]],
    index: Index,
    *,
    allowed: Callable[[Hit], bool],
    named: bool,
) -> list[Hit]:
    """Return the document at an input's address, or the rows of files that have one of its keys; none where several names have it.

    Args:
        given: The input's members, by name.
        index: Where the documents are.
        allowed: Which documents may be used.
        named: Whether a member names the subject, so that beside it only a sure key tells it.
    """
    urls = [
        v for _, v in given if v.startswith(("http://", "https://")) and urlsplit(v).path.strip("/")
    ]
    if at := _one([hit for url in urls for hit in index.at_url(url) if allowed(hit)]):
        return at
    keys = [(set(words(member)), value) for member, value in given]
    for said, value in keys:
        if not is_key(said) or (named and not said & _SURE) or len(value) > _MAX_CHARS:
            continue
        if found := _rows(said, value, index, allowed):
            return found
    return []


def in_text(text: str, index: Index, *, allowed: Callable[[Hit], bool]) -> list[Hit]:
    """Return the rows of files that have a key which a text mentions: letters with digits, or an address."""
    for token in _TOKEN.findall(text[:2_000])[:100]:
        bare = token.rstrip(".")
        if _is_distinct(bare) and (found := _one(_stating(bare, index, allowed, None, bare))):
            return found
    return []


def _rows(said: set[str], value: str, index: Index, allowed: Callable[[Hit], bool]) -> list[Hit]:
    spelled = _WEB.sub("", value.strip()).rstrip("/")
    for word in sorted(said & (_SURE | _LOOSE)):
        found = _stating(f"{word} {spelled}", index, allowed, said, spelled)
        if found:
            return _one(found)
    return _one(_stating(spelled, index, allowed, None, spelled)) if _is_distinct(spelled) else []


def _stating(
    phrase: str,
    index: Index,
    allowed: Callable[[Hit], bool],
    said: set[str] | None,
    value: str,
) -> list[Hit]:
    """Return the rows that hold a phrase and have a key; in a column of such a name, or in any."""
    hits = index.rows_stating(phrase, limit=_HITS)
    return [h for h in hits if allowed(h) and _has(index.load(h.id), said, value)]


def _one(hits: list[Hit]) -> list[Hit]:
    return hits if len({name_key(hit.title) for hit in hits}) == 1 else []


def _has(document: Document, said: set[str] | None, value: str) -> bool:
    key = _plain(value)
    return any(
        _plain(document.text[segment.start : segment.end]) == key
        and _fits(set(words(segment.label)), said, key)
        for segment in document.segments
        if segment.label
    )


def _fits(column: set[str], said: set[str] | None, key: str) -> bool:
    if not is_key(column):
        return False
    if said is None:
        return True
    if key.isdigit() and len(key) <= _SHORT_NUMBER:
        return column == said
    return bool(column & said & (_SURE | _LOOSE))


def is_key(said: set[str]) -> bool:
    """Tell whether a column or a member of an input holds a key of what it is about."""
    return bool(said & (_SURE | _LOOSE)) and said <= _SURE | _LOOSE | _OWN


def _is_distinct(value: str) -> bool:
    mixed = len(value) >= _DISTINCT and _MIXED.fullmatch(value)
    return bool(mixed or _ADDRESS.fullmatch(value))


def _plain(value: str) -> str:
    return re.sub(r"\s+", "", _WEB.sub("", value.strip()).rstrip("/").casefold())
