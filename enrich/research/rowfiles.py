"""Rows of CSV, JSONL and Parquet as documents: a title, an address, and a labelled value a column."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import io
import itertools
import re
from dataclasses import dataclass
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
    from collections.abc import Callable, Generator, Iterator

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
_SAMPLE_ROWS: Final = 100  # of JSONL, whose rows need not have the same columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of tables hold, as it is named; what is not, is known by their headings.

    Attributes:
        title: The column of what a row is about.
        url: That of its address.
        text: Those that are read as prose.
    """

    title: str | None = None
    url: str | None = None
    text: tuple[str, ...] = ()

    def each(self) -> Iterator[tuple[str, str]]:
        """Yield the columns that are named, each with what it is named for."""
        for use in ("title", "url"):
            if (name := getattr(self, use)) is not None:
                yield use, name
        for name in self.text:
            yield "text", name


NO_COLUMNS: Final = Columns()


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
    open_file: Callable[[], BinaryIO],
    encoding: str,
    ending: str,
    *,
    url: str,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Document]:
    """Yield each row of a table as a document, one after the other.

    The title is in the column that is named for it, else the first that a name such as
    ``name`` or ``title`` heads, else the first that does not merely count or code; the address
    is an http one in the column named for it, else one such as ``url``, else the file's with
    the row's number. Every other cell is a value under its column's name; a long text is
    read as prose, an object part by part.

    Args:
        open_file: Opens the file.
        encoding: Of its text; of no use for Parquet.
        ending: The file's ending.
        url: The file's address.
        columns: What they hold, as far as it is named.

    Raises:
        BadRowsError: It is no table, or breaks off.
        SomeBadRowsError: Some of its rows cannot be read; those that can be were yielded.
    """
    for number, row in _rows(open_file, encoding, ending):
        document = _document(row, f"{url}#row={number}", columns)
        if document is not None:
            yield document


def columns_of(open_file: Callable[[], BinaryIO], ending: str) -> list[str]:
    """Return the columns of a table, of which only the beginning is read; of one that cannot be read, what it gave before.

    Args:
        open_file: Opens the file.
        ending: The file's ending.
    """
    with open_file() as source:
        _, encoding = digest(lambda: io.BytesIO(source.read(_PIECE)))
    found: dict[str, None] = {}
    with (
        contextlib.suppress(tablerows.BadRowsError),
        contextlib.closing(_rows(open_file, encoding, ending)) as rows,
    ):
        for _, row in itertools.islice(rows, _SAMPLE_ROWS):
            found.update(dict.fromkeys(map(str, row)))
    return list(found)


def _rows(
    open_file: Callable[[], BinaryIO], encoding: str, ending: str
) -> Generator[tablerows.Row]:
    with open_file() as source:
        if ending == ".parquet":
            yield from tablerows.parquet(source)
            return
        text = io.TextIOWrapper(source, encoding, errors="replace", newline="")
        is_delimited = ending in {".csv", ".tsv"}
        yield from tablerows.csv_rows(text, ending) if is_delimited else tablerows.json_rows(text)


def _document(row: dict[str, Any], url: str, named: Columns) -> Document | None:
    cells = {str(k): v for k, v in row.items() if _is_given(v)}
    columns = list(cells)
    if not columns:
        return None
    titled = named.title if named.title in cells else _titled(columns)
    title = squeeze(_title(cells[titled]))
    flat = {k: _shown(v) for k, v in cells.items() if _is_plain(v)}
    addressed = [named.url] if named.url in flat else [k for k in flat if _ADDRESSES & set(words(k))]  # fmt: skip
    linked = next((k for k in addressed if is_address(flat[k])), None)
    dated = next((d[0] for k, v in flat.items() if _CHANGES & set(words(k)) and (d := _DAY.match(v))), None)  # fmt: skip
    bodies = {k for k in flat if k in named.text} or {k for k in flat if _BODIES & set(words(k))}
    draft = Draft()
    draft.heading(1, title)
    texts = []
    for column, text in flat.items():
        if column not in {titled, linked}:
            if column in bodies or len(text) > MAX_VALUE_CHARS or "\n" in text:
                texts.append(column)
            else:
                draft.value(spelled(column), text)
    for column in sorted(texts, key=lambda c: c not in bodies):
        if column not in bodies:
            draft.heading(2, spelled(column))
        write_text(draft, flat[column])
    for column, value in cells.items():
        if column not in flat:
            draft.heading(2, spelled(column))
            _nested(draft, spelled(column), (), value)
    digest = hashlib.sha256(msgspec.json.encode(cells, enc_hook=str)).hexdigest()
    address = flat[linked] if linked else url
    return draft.finish(url=address, title=title, names=(), sha256=digest, dated=dated)


def _titled(columns: list[str]) -> str:
    """Return the column that says what a row is about, by the columns' names."""
    named = (k for k in columns if words(k)[-1:] and words(k)[-1] in _TITLES)
    return next(named, None) or columns[naming_column(columns)]


def _is_given(value: Any) -> bool:
    """Tell whether a cell holds anything; what differs from itself stands for a missing number or day."""
    if isinstance(value, (list, dict)):
        return bool(value)
    return value not in (None, "") and bool(value == value)  # noqa: PLR0124


def spelled(column: str) -> str:
    """Return a column's name as words: ``atomic_number``, ``currencycode``, ``areakm2``."""
    return _GLUED.sub(r"\1 \2", column.replace("_", " "))


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
