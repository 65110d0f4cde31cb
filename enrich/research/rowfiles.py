"""Rows of CSV, JSONL and Parquet as documents: a title, an address, and a labelled value a column."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import io
import re
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from enrich.research import tablerows
from enrich.research.documents import (
    Document,
    Draft,
    naming_column,
    squeeze,
)
from enrich.research.encodings import NoTextError, is_utf8, weighed, wide
from enrich.research.pieces import MAX_VALUE_CHARS
from enrich.research.plaintext import write_text
from enrich.research.weburl import is_address
from enrich.research.words import word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_CELL_CHARS: Final = 100_000
ENDINGS: Final = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})

_PIECE: Final = 1 << 20
_TITLES: Final = word_set(
    "name title company organization organisation product person subject heading"
)
_ADDRESSES: Final = word_set("url link website address")
_CHANGES: Final = word_set("updated modified revised lastmod")
_BODIES: Final = word_set("text body content article extract markdown")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CAPITALS = re.compile(r"[A-Z]{2,4}\Z")
_CODE = re.compile(r"(?:[A-Z]{2,4}|[a-z]{2,3})\Z")
_GLUED = re.compile(r"(?i)^([a-z]{4,})(code|name|number|date|year|count|km2|sqkm|usd|eur)$")
MAX_DEPTH: Final = 6
MAX_ITEMS: Final = 200
_EXACT: Final = 2.0**53


def digest(open_file: Callable[[], BinaryIO]) -> tuple[str, str]:
    """Return the SHA-256 of a file and the encoding of its text, whatever it holds."""
    sha256, utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")("replace")
    encoding, good, bad, first = None, 0, 0, True
    with open_file() as source:
        while piece := source.read(_PIECE):
            sha256.update(piece)
            if first:
                with contextlib.suppress(NoTextError):  # Parquet, or told by its reader
                    encoding = wide(piece)
                first = False
            if encoding is None:
                found = weighed(utf8.decode(piece))
                good, bad = good + found[0], bad + found[1]
    return sha256.hexdigest(), encoding or ("utf-8" if is_utf8(good, bad) else "cp1252")


def read_rows_of(
    open_file: Callable[[], BinaryIO], encoding: str, ending: str, *, url: str
) -> Iterator[Document]:
    """Yield each row of a table as a document, one after the other.

    The title is the first column that a name such as ``name`` or ``title`` heads, else the
    first that does not merely count or code; the address is an http one in a column such as
    ``url``, else the file's with the row's number. Every other cell is a value under its
    column's name; a long text is read as prose, an object part by part.

    Args:
        open_file: Opens the file.
        encoding: Of its text; of no use for Parquet.
        ending: The file's ending.
        url: The file's address.

    Raises:
        BadRowsError: It is no table, or breaks off.
        SomeBadRowsError: Some of its rows cannot be read; those that can be were yielded.
    """
    with open_file() as source:
        if ending == ".parquet":
            rows = tablerows.parquet(source)
        else:
            text = io.TextIOWrapper(source, encoding, errors="replace", newline="")
            rows = tablerows.csv_rows(text, ending) if ending in {".csv", ".tsv"} else tablerows.json_rows(text)  # fmt: skip
        for number, row in rows:
            document = _document(row, f"{url}#row={number}")
            if document is not None:
                yield document


def _document(row: dict[str, Any], url: str) -> Document | None:
    cells = {str(k): v for k, v in row.items() if _is_given(v)}
    columns = list(cells)
    if not columns:
        return None
    titled = next((k for k in columns if words(k)[-1:] and words(k)[-1] in _TITLES), None)
    titled = titled or columns[naming_column(columns)]
    title = squeeze(_title(cells[titled]))
    flat = {k: _shown(v) for k, v in cells.items() if _is_plain(v)}
    linked = next((k for k, v in flat.items() if _ADDRESSES & set(words(k)) and is_address(v)), None)  # fmt: skip
    dated = next((d[0] for k, v in flat.items() if _CHANGES & set(words(k)) and (d := _DAY.match(v))), None)  # fmt: skip
    draft = Draft()
    draft.heading(1, title)
    for column, text in flat.items():
        if column not in {titled, linked} and not _is_text(column, text):
            draft.value(spelled(column), text)
    texts = [c for c in flat if c not in {titled, linked} and _is_text(c, flat[c])]
    for column in sorted(texts, key=lambda c: not _BODIES & set(words(c))):
        if not _BODIES & set(words(column)):
            draft.heading(2, spelled(column))
        write_text(draft, flat[column])
    for column, value in cells.items():
        if column not in flat:
            draft.heading(2, spelled(column))
            _nested(draft, spelled(column), (), value)
    digest = hashlib.sha256(msgspec.json.encode(cells, enc_hook=str)).hexdigest()
    address = flat[linked] if linked else url
    return draft.finish(url=address, title=title, names=(), sha256=digest, dated=dated)


def _is_given(value: Any) -> bool:
    """Tell whether a cell holds anything; what differs from itself stands for a missing number or day."""
    if isinstance(value, (list, dict)):
        return bool(value)
    return value not in (None, "") and bool(value == value)  # noqa: PLR0124


def spelled(column: str) -> str:
    """Return a column's name as words: ``atomic_number``, ``currencycode``, ``areakm2``."""
    return _GLUED.sub(r"\1 \2", column.replace("_", " "))


def _is_text(column: str, text: str) -> bool:
    """Tell whether a cell holds prose rather than a value."""
    return bool(_BODIES & set(words(column))) or len(text) > MAX_VALUE_CHARS or "\n" in text


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(v, dict) for v in value)
    )


def _title(value: Any) -> str:
    """Return the name that a cell holds: of an object, its first text."""
    while isinstance(value, (dict, list)) and value:
        value = next(iter(value.values() if isinstance(value, dict) else value))
    return _shown(value)


def _nested(draft: Draft, column: str, path: tuple[str, ...], value: Any) -> None:
    """Write an object's or a list's parts, each under the names that lead to it.

    Where an object's keys are codes rather than names, they are values themselves:
    ``currencies`` of ``{"EUR": {...}}`` are EUR, ``languages`` of ``{"fra": "French"}`` French.
    """
    if len(path) > MAX_DEPTH:
        return
    if isinstance(value, list) and not _is_plain(value):
        for one in value[:MAX_ITEMS]:
            _nested(draft, column, path, one)
        return
    if not isinstance(value, dict):
        draft.value(" ".join(path) or column, _shown(value))
        return
    plain = all(map(_is_plain, value.values()))
    if value and all((_CODE if plain else _CAPITALS).match(str(key)) for key in value):
        draft.value(" ".join(path) or column, ", ".join(map(_shown, value.values()) if plain else map(str, value)))  # fmt: skip
        if plain:
            return
    for key, inner in list(value.items())[:MAX_ITEMS]:
        _nested(draft, column, (*path, spelled(str(key))), inner)


def _shown(value: Any, depth: int = 0) -> str:
    if value is None or value == "" or depth > MAX_DEPTH:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, (_shown(one, depth + 1) for one in value)))[:MAX_CELL_CHARS]
    if isinstance(value, dict) and depth:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))  # whole numbers beside a missing one are kept as floats
    return str(value)[:MAX_CELL_CHARS].strip()
