"""Rows of CSV, JSONL and Parquet as documents: a title, an address, and a labelled value a column."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enrich.research.documents import Document, Draft, squeeze
from enrich.research.words import word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ROWS: Final = 200_000
MAX_CELL_CHARS: Final = 100_000
ENDINGS: Final = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})

_TITLES: Final = word_set(
    "name title company organization organisation product person subject heading"
)
_ADDRESSES: Final = word_set("url link website address")


class BadRowsError(ValueError):
    """The file is no table."""


def read_rows_of(data: bytes, text: str, ending: str, *, url: str) -> list[Document]:
    """Return each row of a table as a document.

    The title is the first column that a name such as ``name`` or ``title`` heads, else the
    first column; the address is an http one in a column such as ``url``, else the file's with
    the row's number. Every other cell is a value under its column's name.

    Args:
        data: The file's bytes.
        text: The same as text; of no use for Parquet.
        ending: The file's ending.
        url: The file's address.

    Raises:
        BadRowsError: It is no table.
    """
    rows = _parquet(data) if ending == ".parquet" else _json(text) if "json" in ending or ending == ".ndjson" else _csv(text, ending)  # fmt: skip
    found = []
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            break
        document = _document(row, f"{url}#row={number}")
        if document is not None:
            found.append(document)
    return found


def _document(row: dict[str, Any], url: str) -> Document | None:
    cells = {str(k): shown for k, v in row.items() if (shown := _shown(v))}
    if not cells:
        return None
    titled = next((k for k in cells if _TITLES & set(words(k)[-1:])), next(iter(cells)))
    linked = next((k for k, v in cells.items() if _ADDRESSES & set(words(k)) and v.startswith(("http://", "https://"))), None)  # fmt: skip
    draft = Draft()
    draft.heading(1, cells[titled])
    for column, text in cells.items():
        if column not in {titled, linked}:
            draft.value(column.replace("_", " "), text)
    digest = hashlib.sha256(msgspec.json.encode(cells)).hexdigest()
    address = cells[linked] if linked else url
    title = squeeze(cells[titled])
    return draft.finish(url=address, title=title, names=(), sha256=digest)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value)))[:MAX_CELL_CHARS]
    return str(value)[:MAX_CELL_CHARS].strip()


def _csv(text: str, ending: str) -> Iterator[dict[str, Any]]:
    delimiter = "\t" if ending == ".tsv" else ","
    first = text[: text.find("\n")] if "\n" in text else text
    if ending == ".csv" and first.count(";") > first.count(","):
        delimiter = ";"
    try:
        yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise BadRowsError(f"it is no table: {error}") from error


def _json(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadRowsError(f"line {number} is no JSON") from error
        if not isinstance(row, dict):
            raise BadRowsError(f"line {number} is no object")
        yield row


def _parquet(data: bytes) -> Iterator[dict[str, Any]]:
    import pyarrow as pa  # noqa: PLC0415  (slow to import, and of use here only)
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        for batch in pq.ParquetFile(pa.BufferReader(data)).iter_batches(1_024):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BadRowsError("it cannot be read as Parquet") from error
