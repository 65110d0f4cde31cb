"""The rows of CSV, JSONL and Parquet as they stand, each with its number; a row that cannot be read costs no other."""

from __future__ import annotations

import csv
import itertools
import json
from collections import deque
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

MAX_LINE_CHARS: Final = 4_000_000
_SAMPLE_LINES: Final = 20
_SAMPLE_CHARS: Final = 1 << 17
_DELIMITERS: Final = (",", ";", "\t", "|")

Row = tuple[int, dict[str, Any]]
"""A row's number, from 1, and its cells by column. Empty lines have no number."""

# Python's own limit holds for the whole process; an article in a cell is longer than that.
csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_CHARS))


class BadRowsError(ValueError):
    """The file is no table, or breaks off."""


class SomeBadRowsError(BadRowsError):
    """Some rows of a table cannot be read; all others were."""


def csv_rows(text: io.TextIOWrapper, ending: str) -> Iterator[Row]:
    """Yield the rows of a delimited text; a first line ``sep=;`` names the delimiter.

    Raises:
        BadRowsError: It is no table.
    """
    lines: Iterator[str] = itertools.dropwhile(lambda line: not line.strip(), _lines(text))
    first = next(lines, "")
    stated = first.strip().strip('"').lower()
    if stated.startswith("sep=") and len(stated) <= len("sep=;"):
        delimiter = stated[-1] if len(stated) == len("sep=;") else "\t"
    else:
        sample = deque([first])
        while len(sample) < _SAMPLE_LINES and sum(map(len, sample)) < _SAMPLE_CHARS:
            line = next(lines, None)
            if line is None:
                break
            sample.append(line)
        delimiter = _delimiter(sample, "\t" if ending == ".tsv" else ",")
        lines = itertools.chain(sample, lines)
    try:
        for number, row in enumerate(csv.DictReader(lines, delimiter=delimiter), 1):
            yield number, {column: cell for column, cell in row.items() if column is not None}
    except csv.Error as error:
        raise BadRowsError(f"it is no table: {error}") from error


def _delimiter(lines: Iterable[str], likeliest: str) -> str:
    """Return what parts the cells: the one by which most rows are as wide as the header."""

    def fit(delimiter: str) -> tuple[int, bool, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            widths = []
        if not widths or widths[0] < 2:
            return 0, delimiter == likeliest, 0
        return widths.count(widths[0]), delimiter == likeliest, widths[0]

    return max(_DELIMITERS, key=fit)


def json_rows(text: io.TextIOWrapper) -> Iterator[Row]:
    """Yield the objects of a text that has one a line.

    Raises:
        SomeBadRowsError: Some lines are no objects; the others were yielded.
        BadRowsError: A line is longer than any row.
    """
    count, bad, first = 0, 0, ""
    for number, line in enumerate(_lines(text), 1):
        if not line.strip():
            continue
        count += 1
        row, reason = _object(line)
        if row is not None:
            yield count, row
            continue
        bad += 1
        first = first or f"line {number} is no {reason}"
    if bad:
        raise SomeBadRowsError(first if bad == 1 else f"{bad:,} lines cannot be read; {first}")


def _object(line: str) -> tuple[dict[str, Any] | None, str]:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        try:
            # Python and others write NaN, which is no JSON, for a missing number.
            row = json.loads(line, parse_constant=lambda _: None)
            msgspec.json.encode(row)
        except (ValueError, RecursionError):
            return None, "JSON"
    return (row, "") if isinstance(row, dict) else (None, "object")


def parquet(source: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a Parquet file; a cell that cannot be shown is left out.

    Raises:
        BadRowsError: It is no Parquet, or damaged.
    """
    import pyarrow as pa  # noqa: PLC0415  (slow to import, and of use here only)
    import pyarrow.parquet as pq  # noqa: PLC0415

    number = 0
    try:
        for batch in pq.ParquetFile(source).iter_batches(1_024):
            columns = [_cells(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, dict(zip(batch.schema.names, cells, strict=True))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadRowsError("it cannot be read as Parquet") from error


def _cells(column: pa.Array[Any]) -> list[Any]:
    """Return a column's cells; of one whose values Python does not have, each as text where it has one."""
    import pyarrow as pa  # noqa: PLC0415

    kind = column.type
    try:
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            return [_text(cell) for cell in column.to_pylist()]
        return column.to_pylist(maps_as_pydicts="lossy")
    except UnicodeDecodeError:
        return [_text(cell, "replace") for cell in column.cast(pa.large_binary()).to_pylist()]
    except (pa.ArrowException, ValueError, OverflowError):
        return [_cell(column, place) for place in range(len(column))]


def _cell(column: pa.Array[Any], place: int) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    try:
        return column[place].as_py(maps_as_pydicts="lossy")
    except (pa.ArrowException, ValueError, OverflowError):
        return None


def _text(cell: bytes | None, errors: str = "strict") -> str | None:
    """Return bytes that are text as text; others say nothing to a reader."""
    try:
        return None if cell is None else cell.decode("utf-8", errors)
    except UnicodeDecodeError:
        return None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for number in itertools.count(1):
        line = text.readline(MAX_LINE_CHARS)
        if not line:
            return
        if len(line) == MAX_LINE_CHARS:
            raise BadRowsError(f"line {number} has more than {MAX_LINE_CHARS:,} characters")
        yield line.replace("\x00", "")
