"""Rows of CSV, JSONL and Parquet as documents: a title, an address, and a labelled value a column."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import itertools
import re
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from enrich.research.documents import (
    Document,
    Draft,
    naming_column,
    squeeze,
)
from enrich.research.pieces import MAX_VALUE_CHARS
from enrich.research.plaintext import write_text
from enrich.research.words import word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_CELL_CHARS: Final = 100_000
MAX_LINE_CHARS: Final = 4_000_000
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


class BadRowsError(ValueError):
    """The file is no table."""


def digest(open_file: Callable[[], BinaryIO]) -> tuple[str, str]:
    """Return the SHA-256 of a file and, if it is text, its encoding: UTF-8, by its mark, else Windows-1252."""
    sha256, utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    encoding, first = "utf-8-sig", True
    with open_file() as source:
        while piece := source.read(_PIECE):
            sha256.update(piece)
            if first and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                encoding = "utf-16"
            first = False
            if encoding == "utf-8-sig":
                try:
                    utf8.decode(piece)
                except UnicodeDecodeError:
                    encoding = "cp1252"
    return sha256.hexdigest(), encoding


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
        BadRowsError: It is no table.
    """
    with open_file() as source:
        if ending == ".parquet":
            rows = _parquet(source)
        else:
            text = io.TextIOWrapper(source, encoding, errors="replace", newline="")
            rows = _csv(text, ending) if ending in {".csv", ".tsv"} else _json(text)
        for number, row in enumerate(rows, 1):
            document = _document(row, f"{url}#row={number}")
            if document is not None:
                yield document


def _document(row: dict[str, Any], url: str) -> Document | None:
    cells = {str(k): v for k, v in row.items() if v not in (None, "", [], {})}
    columns = list(cells)
    if not columns:
        return None
    titled = next((k for k in columns if words(k)[-1:] and words(k)[-1] in _TITLES), None)
    titled = titled or columns[naming_column(columns)]
    title = squeeze(_title(cells[titled]))
    flat = {k: _shown(v) for k, v in cells.items() if _is_plain(v)}
    linked = next((k for k, v in flat.items() if _ADDRESSES & set(words(k)) and v.startswith(("http://", "https://"))), None)  # fmt: skip
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


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value)))[:MAX_CELL_CHARS]
    return str(value)[:MAX_CELL_CHARS].strip()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for number in itertools.count(1):
        line = text.readline(MAX_LINE_CHARS)
        if not line:
            return
        if len(line) == MAX_LINE_CHARS:
            raise BadRowsError(f"line {number} has more than {MAX_LINE_CHARS:,} characters")
        yield line


def _csv(text: io.TextIOWrapper, ending: str) -> Iterator[dict[str, Any]]:
    lines = _lines(text)
    first = next(lines, "")
    delimiter = "\t" if ending == ".tsv" else ","
    if ending == ".csv" and first.count(";") > first.count(","):
        delimiter = ";"
    try:
        # The first record may go on behind its first line.
        yield from csv.DictReader(itertools.chain([first], lines), delimiter=delimiter)
    except csv.Error as error:
        raise BadRowsError(f"it is no table: {error}") from error


def _json(text: io.TextIOWrapper) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(text), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadRowsError(f"line {number} is no JSON") from error
        if not isinstance(row, dict):
            raise BadRowsError(f"line {number} is no object")
        yield row


def _parquet(source: BinaryIO) -> Iterator[dict[str, Any]]:
    import pyarrow as pa  # noqa: PLC0415  (slow to import, and of use here only)
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        for batch in pq.ParquetFile(source).iter_batches(1_024):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BadRowsError("it cannot be read as Parquet") from error
