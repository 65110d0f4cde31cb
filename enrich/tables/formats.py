"""Which format a file's name stands for."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from enrich.errors import TableError
from enrich.tables.compression import COMPRESSIONS
from enrich.tables.csv import CsvTable
from enrich.tables.csv_writer import CsvWriter
from enrich.tables.dialect import CsvOptions
from enrich.tables.places import Query, Target
from enrich.tables.publish import check_place
from enrich.tables.storage import file_name, files_below, is_remote, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.records import Column
    from enrich.tables.base import Table, TableWriter
    from enrich.tables.parts import PartedTable

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
ENDINGS: Final = (*TEXT_ENDINGS, ".parquet", ".xlsx")
_TABS: Final = ".tsv"


def open_table(
    path: str | Path | Query, *, options: CsvOptions | None = None, sheet: str | None = None
) -> Table:
    """Open a table in the format that its file's ending names.

    ``.csv``, ``.tsv``, ``.txt`` (delimited), ``.jsonl``, ``.ndjson`` (one object a line),
    each also with ``.gz``, ``.bz2`` or ``.zst`` behind, ``.parquet`` and ``.xlsx``.

    Args:
        path: The file, or an address of one in object storage; or a folder, or a pattern
            such as ``data/*.csv`` or ``data/**/*.parquet``, for the files in it; or a query
            to a database.
        options: What is known about a delimited file; other formats have no use for it.
        sheet: Which sheet of an Excel workbook; None for the first that is not hidden.

    Raises:
        TableError: The ending is unknown, or the file is missing, no file, or cannot be
            read as what its ending says.
    """
    if isinstance(path, Query):
        from enrich.tables.database import DatabaseTable  # noqa: PLC0415 - pyarrow is heavy

        return DatabaseTable(path)
    name = str(path)
    kind = kind_of(name)
    if kind == "folder":
        return _open_parts(name, name, re.compile(r"(?s:.*)"), options, sheet)
    if kind == "nothing" and any(sign in name for sign in "*?["):
        folder, glob = _fixed(name)
        return _open_parts(name, folder, glob, options, sheet)
    split_ending(name)
    if kind == "nothing":
        raise TableError(f"{name}: there is no such file.")
    return _open_file(name, options, sheet)


def _open_file(name: str, options: CsvOptions | None, sheet: str | None) -> Table:
    ending, compression = split_ending(name)
    if not is_remote(name) and not os.access(name, os.R_OK):
        raise TableError(f"{name}: may not be read. Ask for permission to read it.")
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


def _open_parts(
    path: str,
    folder: str,
    wanted: re.Pattern[str],
    options: CsvOptions | None,
    sheet: str | None,
) -> PartedTable:
    from enrich.tables.parts import PartedTable, is_hidden, part  # noqa: PLC0415 - seldom needed

    names = sorted(
        name
        for name in files_below(folder)
        if wanted.fullmatch(name) and not is_hidden(name) and known_ending(name)
    )
    if not names:
        raise TableError(f"{path}: there is no table. Known are {', '.join(ENDINGS)}.")
    endings = sorted({"".join(split_ending(name)) for name in names})
    if len(endings) > 1:
        raise TableError(
            f"{path}: holds files of {endings[0]} and of {endings[1]}. Name those of one "
            f"kind, such as **/*{endings[0]}."
        )
    parts = [part(f"{folder.rstrip('/')}/{name}", name) for name in names]
    return PartedTable(
        path,
        parts,
        lambda each: _open_file(each, options, sheet),
        folder=folder,
        wanted=wanted,
    )


def _fixed(path: str) -> tuple[str, re.Pattern[str]]:
    """Return the folder that a pattern's files are all below, and what matches them there."""
    from enrich.tables.parts import pattern  # noqa: PLC0415 - seldom needed

    first = min(path.index(sign) for sign in "*?[" if sign in path)
    folder, _, glob = path[:first].rpartition("/")
    absolute = "/" if path.startswith("/") else "."
    return folder or absolute, pattern(glob + path[first:])


def open_writer(
    path: str | Path | Target,
    table: Table,
    columns: Sequence[Column],
    *,
    encoding: str | None = None,
) -> TableWriter:
    """Make ready to write a table again with new columns, in the format of the new ending.

    In the table's own format the originals are copied untouched; in another, they pass
    through Arrow. Nothing is written before the writer's block is entered.

    Args:
        path: Where to write; it may be the table's own path. For a table of several files
            a folder, where each has the same place; or one file for all of them. Or a
            database's table.
        table: What will be written again.
        columns: The new columns, in order.
        encoding: The encoding of a delimited file, if not the table's own.

    Raises:
        TableError: The ending or the encoding is unknown, or the format cannot hold the
            columns.
    """
    name = str(path)
    if isinstance(path, Target):
        from enrich.tables.database_writer import DatabaseWriter  # noqa: PLC0415 - pyarrow is heavy

        _check_names(name, table, columns)
        return DatabaseWriter(path, table, columns)
    if is_folder(name, table):
        from enrich.tables.parts_writer import PartedWriter  # noqa: PLC0415 - seldom needed

        _check_names(name, table, columns)
        return PartedWriter(
            name,
            cast("PartedTable", table),
            columns,
            lambda part, source: open_writer(part, source, columns, encoding=encoding),
        )
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
    path: str | Path | Target,
    table: Table | None = None,
    columns: Sequence[Column] = (),
    *,
    encoding: str | None = None,
) -> None:
    """See early, before anything is spent, that a file can be written.

    Nothing is made, changed or left behind.

    Args:
        path: Where the file will be.
        table: The table, if it is known: then the new columns are tried, too.
        columns: The new columns.
        encoding: As for ``open_writer``.

    Raises:
        TableError: The ending is unknown, the folder cannot be made or written to, its disk
            is too full for the table alone, or ``open_writer`` would refuse.
    """
    if isinstance(path, Target):
        from enrich.tables.database_writer import DatabaseWriter  # noqa: PLC0415 - pyarrow is heavy

        if table is not None:
            _check_names(str(path), table, columns)
            DatabaseWriter(path, table, columns).rehearse()
        return
    if table is not None and is_folder(str(path), table):
        check_place(f"{str(path).rstrip('/')}/file")
    else:
        _check_apart(str(path), table)
        ending = split_ending(str(path))
        same = table is not None and Path(table.path).is_file() and split_ending(table.path)
        # In its own format a table only grows.
        grows = table is not None and same == ending
        check_place(path, size=Path(table.path).stat().st_size if table and grows else 0)
    if table is not None:
        open_writer(path, table, columns, encoding=encoding)


def split_ending(path: str) -> tuple[str, str]:
    """Return a path's format ending and its compression ending, in lower case.

    Raises:
        TableError: No format has this ending.
    """
    name = file_name(path).lower()
    compression = next((ending for ending in COMPRESSIONS if name.endswith(ending)), "")
    ending = Path(name.removesuffix(compression)).suffix
    if ending not in (TEXT_ENDINGS if compression else ENDINGS):
        raise TableError(
            f"{path}: its ending names no format that is known. Known are "
            f"{', '.join(ENDINGS)}; and {', '.join(COMPRESSIONS)} behind the text formats."
        )
    return ending, compression


def known_ending(path: str) -> bool:
    """Say whether a path's ending names a format."""
    try:
        split_ending(path)
    except TableError:
        return False
    return True


def is_folder(path: str, table: Table) -> bool:
    """Say whether a path names a folder for the files of a table of several."""
    from enrich.tables.parts import PartedTable  # noqa: PLC0415 - seldom needed

    return isinstance(table, PartedTable) and not known_ending(path)


def _check_apart(path: str, table: Table | None) -> None:
    """See that a file to be is none of those that are read, this time or the next."""
    from enrich.tables.parts import PartedTable  # noqa: PLC0415 - seldom needed

    if isinstance(table, PartedTable) and table.takes(path):
        raise TableError(
            f"{path}: would be one of the tables of {table.path} the next time. "
            "Name a file elsewhere."
        )


def _check_names(path: str, table: Table, columns: Sequence[Column]) -> None:
    taken = set(table.columns)
    for column in columns:
        if column.position is None and column.name in taken:
            raise TableError(f"{path}: there would be two columns named '{column.name}'.")
        taken.add(column.name)
