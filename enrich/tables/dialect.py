"""How a delimited file is put together: given by the job, or found in its beginning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from enrich.errors import TableError
from enrich.tables.splitting import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.tables.encoding import Encoding

SAMPLE_BYTES: Final = 1 << 17
SAMPLE_ROWS: Final = 100
DELIMITERS: Final = (b",", b";", b"\t", b"|")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """What a job says about a delimited file; whatever it leaves out is found.

    Attributes:
        delimiter: One ASCII character.
        quote: One ASCII character, or an empty string where quotes are plain characters.
        encoding: A codec's name, such as ``windows-1252``.
        header: Whether the first record holds the columns' names. Without a header
            they are ``column_1``, ``column_2``, … and none is written either.
        ragged: ``pad`` fills records that are shorter than the longest with empty cells
            (the header, too) instead of refusing them. It takes one more reading.
    """

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    header: bool | None = None
    ragged: Literal["error", "pad"] = "error"


def find_dialect(
    sample: bytes, options: CsvOptions, *, encoding: Encoding, tabs: bool = False
) -> Dialect:
    """Return the dialect in which most of a sample is records as wide as its first.

    Args:
        sample: The text's first ``SAMPLE_BYTES``, without leading blank lines; fewer if
            that is all.
        options: What is known.
        encoding: The text's encoding, which may rule out a delimiter.
        tabs: Whether the file's name promises tabs.

    Raises:
        TableError: An option that is no single ASCII character, or clashes.
    """
    delimiters = [*DELIMITERS]
    if options.delimiter:
        delimiters = [_one_byte("delimiter", options.delimiter)]
    elif tabs:
        delimiters = [b"\t"]
    if encoding.multibyte:
        # There, a byte from 64 on may be the second half of a character.
        if options.delimiter and delimiters[0] >= b"@":
            raise TableError(
                f"delimiter '{options.delimiter}' cannot be told from a part of a character "
                f"in {encoding.name}. Convert the table to utf-8 first."
            )
        delimiters = [delimiter for delimiter in delimiters if delimiter < b"@"]
    if options.quote is None:
        quotes = [b'"', *([b"'"] if b'"' not in sample else []), b""]
    else:
        quotes = [_one_byte("quote", options.quote) if options.quote else b""]
    if options.quote and options.quote == options.delimiter:
        raise TableError("delimiter and quote are the same character.")
    is_said = options.quote is not None
    found = max(
        (Dialect(delimiter, quote) for quote in quotes for delimiter in delimiters),
        key=lambda dialect: _fit(sample, dialect, is_said=is_said),  # the first of equals
    )
    if options.delimiter or tabs or _fit(sample, found, is_said=is_said)[0]:
        return found
    # One column. Its text may well hold commas: take what it does not hold.
    unused = [delimiter for delimiter in delimiters if delimiter not in sample]
    return Dialect((unused or delimiters)[0], quotes[0])


def looks_headless(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first of some rows is data like the others, and not names.

    It is when a column has a date, URL, address or number in the first row as in all
    others, and no column has a name over such values. Years do not count: they are
    common as names.
    """
    first, others = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    alike = False
    for index, cell in enumerate(first):
        kinds = {_kind(row[index]) for row in others if row[index]}
        if len(kinds) != 1 or "text" in kinds:
            continue
        if _kind(cell) not in kinds:
            return False
        alike = alike or not _YEAR.fullmatch(cell)
    return alike


_YEAR = re.compile(r"(?:19|20)\d\d")
_KINDS: Final = {
    "number": re.compile(r"[+-]?\d+(?:[.,]\d+)*%?"),
    "date": re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?|\d\d?[./]\d\d?[./]\d{4}"),
    "url": re.compile(r"https?://\S+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?"),
    "address": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
}


def _kind(cell: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(cell)), "text")


def _fit(sample: bytes, dialect: Dialect, *, is_said: bool) -> tuple[float, float, int]:
    """Return how well a dialect splits a sample; all zero if into one column only.

    That apostrophes are quotes is believed where the job says so, or each cell of the header has them.

    First counts which share of the whole records is as wide as the first, by bytes. Then,
    roughly, how much of the sample they are: a plain character taken for a quote swallows
    what follows. Last, how wide they are.
    """
    first = dialect.record(None, final=True).match(sample)
    width = len(dialect.split(first[0])) if first else 1
    is_doubtful = dialect.quote == b"'" and not is_said
    if not first or width == 1 or (is_doubtful and not _all_quoted(first[0], dialect)):
        return 0, 0, 0
    records = sample_records(sample, dialect)
    alike = sum(len(record) for record in records if len(dialect.split(record)) == width)
    share = alike / sum(map(len, records)) if records else 1
    return round(share, 2), round(alike / len(sample), 1), width


def sample_records(sample: bytes, dialect: Dialect) -> list[bytes]:
    """Return the whole records of a sample."""
    whole = len(sample) < SAMPLE_BYTES
    records = dialect.records(None, final=whole).findall(sample)
    # What is left may be a record that the sample's end cuts off, or that does not close.
    if not (whole and dialect.record(None, final=True).fullmatch(records[-1])):
        records.pop()
    return records


def _all_quoted(record: bytes, dialect: Dialect) -> bool:
    """Apostrophes are common in text; they are quotes where they stand around each cell."""
    mark = dialect.quote
    return all(
        cell.startswith(mark) and cell.endswith(mark) and len(cell) > 1
        for cell in dialect.split(record)
    )


def _one_byte(name: str, value: str) -> bytes:
    if len(value) != 1 or not value.isascii() or value in "\r\n\0":
        raise TableError(f"{name} must be one ASCII character, not {value!r}.")
    return value.encode()
