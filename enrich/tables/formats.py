"""Which format a file's name stands for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from enrich.errors import TableError
from enrich.tables.compression import COMPRESSIONS
from enrich.tables.csv import CsvTable
from enrich.tables.csv_writer import CsvWriter
from enrich.tables.dialect import CsvOptions
from enrich.tables.publish import check_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Column
    from enrich.tables.base import Table, TableWriter

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
ENDINGS: Final = (*TEXT_ENDINGS, ".parquet", ".xlsx")
_TABS: Final = ".tsv"


def open_table(
    path: str | Path, *, options: CsvOptions | None = None, sheet: str | None = None
) -> Table:
    """Open a table in the format that its file's ending names.

    ``.csv``, ``.tsv``, ``.txt`` (delimited), ``.jsonl``, ``.ndjson`` (one object a line),
    each also with ``.gz``, ``.bz2`` or ``.zst`` behind, ``.parquet`` and ``.xlsx``.

    Args:
        path: The file.
        options: What is known about a delimited file; other formats have no use for it.
        sheet: Which sheet of an Excel workbook; None for the first that is not hidden.

    Raises:
        TableError: The ending is unknown, or the file is missing, no file, or cannot be
            read as what its ending says.
    """
    name = str(path)
    ending, compression = split_ending(name)
    _check_readable(name)
    if sheet is not None and ending != ".xlsx":
        raise TableError(f"{name}: has no sheets; `sheet` is for .xlsx.")
    match ending:
        case ".parquet":
            from enrich.tables.parquet import ParquetTable  # noqa: PLC0415 - pyarrow is heavy

            return ParquetTable(name)
        case ".xlsx":
            from enrich.tables.excel import ExcelTable  # noqa: PLC0415 - like its neighbours

            return ExcelTable(name, sheet)
        case ".jsonl" | ".ndjson":
            from enrich.tables.jsonl import JsonlTable  # noqa: PLC0415 - like its neighbours

            return JsonlTable(name, compression=compression)
        case _:
            tabs = ending == _TABS
            return CsvTable(name, options or CsvOptions(), compression=compression, tabs=tabs)


def open_writer(
    path: str | Path, table: Table, columns: Sequence[Column], *, encoding: str | None = None
) -> TableWriter:
    """Make ready to write a table again with new columns, in the format of the new ending.

    In the table's own format the originals are copied untouched; in another, they pass
    through Arrow. Nothing is written before the writer's block is entered.

    Args:
        path: Where to write; it may be the table's own path.
        table: What will be written again.
        columns: The new columns, in order.
        encoding: The encoding of a delimited file, if not the table's own.

    Raises:
        TableError: The ending or the encoding is unknown, or the format cannot hold the
            columns.
    """
    name = str(path)
    ending, compression = split_ending(name)
    if encoding is not None and ending not in {".csv", ".tsv", ".txt"}:
        raise TableError(f"{name}: `encoding` is for delimited text; {ending} is always UTF-8.")
    _check_names(name, table, columns)
    match ending:
        case ".parquet":
            from enrich.tables.parquet_writer import ParquetWriter  # noqa: PLC0415 - pyarrow is heavy

            return ParquetWriter(name, table, columns)
        case ".xlsx":
            from enrich.tables.excel_writer import ExcelWriter  # noqa: PLC0415 - like its neighbours

            return ExcelWriter(name, table, columns)
        case ".jsonl" | ".ndjson":
            from enrich.tables.jsonl_writer import JsonlWriter  # noqa: PLC0415 - like its neighbours

            return JsonlWriter(name, table, columns, compression=compression)
        case _:
            return CsvWriter(
                name,
                table,
                columns,
                encoding=encoding,
                compression=compression,
                tabs=ending == _TABS,
            )


def check_writable(
    path: str | Path,
    table: Table | None = None,
    columns: Sequence[Column] = (),
    *,
    encoding: str | None = None,
) -> None:
    """See early, before anything is spent, that a file can be written.

    Folders that are missing are made.

    Args:
        path: Where the file will be.
        table: The table, if it is known: then the new columns are tried, too.
        columns: The new columns.
        encoding: As for ``open_writer``.

    Raises:
        TableError: The ending is unknown, the folder cannot be made or written to, or
            ``open_writer`` would refuse.
    """
    split_ending(str(path))
    check_folder(path)
    if table is not None:
        open_writer(path, table, columns, encoding=encoding)


def split_ending(path: str) -> tuple[str, str]:
    """Return a path's format ending and its compression ending, in lower case.

    Raises:
        TableError: No format has this ending.
    """
    name = Path(path).name.lower()
    compression = next((ending for ending in COMPRESSIONS if name.endswith(ending)), "")
    ending = Path(name.removesuffix(compression)).suffix
    if ending not in (TEXT_ENDINGS if compression else ENDINGS):
        raise TableError(
            f"{path}: its ending names no format that is known. Known are "
            f"{', '.join(ENDINGS)}; and {', '.join(COMPRESSIONS)} behind the text formats."
        )
    return ending, compression


def _check_names(path: str, table: Table, columns: Sequence[Column]) -> None:
    taken = set(table.columns)
    for column in columns:
        if column.position is None and column.name in taken:
            raise TableError(f"{path}: there would be two columns named '{column.name}'.")
        taken.add(column.name)


def _check_readable(path: str) -> None:
    if not os.path.exists(path):  # noqa: PTH110 - a Path would drop a trailing slash
        raise TableError(f"{path}: there is no such file.")
    if Path(path).is_dir():
        raise TableError(f"{path}: is a folder, not a table.")
    if not os.access(path, os.R_OK):
        raise TableError(f"{path}: may not be read. Ask for permission to read it.")
