"""A folder of files, or the files that a pattern matches, as one table.

Files are taken in the order of their paths. A folder's name such as ``country=DE`` is a
column ``country`` behind the files' own, as Hive and Spark have it; its values are text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from enrich.errors import TableError
from enrich.tables.jsonl import JsonlTable
from enrich.tables.names import positions, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from enrich.tables.base import Batch, Table

HIVE_NULL: Final = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of several.

    Attributes:
        path: Where it is.
        name: Its path below the folder that all are in.
        keys: What its folders' names say: columns and values.
    """

    path: str
    name: str
    keys: dict[str, str | None]


def part(path: str, name: str) -> Part:
    """Return a file with what its folders say."""
    keys: dict[str, str | None] = {}
    for folder in name.split("/")[:-1]:
        key, equals, value = folder.partition("=")
        if equals and key:
            keys[unquote(key)] = None if value == HIVE_NULL else unquote(value)
    return Part(path, name, keys)


def pattern(glob: str) -> re.Pattern[str]:
    """Return what matches the paths that a pattern means.

    ``*`` and ``?`` stand for anything but a ``/``, ``**`` for any folders, ``[…]`` for one of
    some characters.
    """
    made = ""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|[^*?\[]+|\[", glob):
        match token:
            case "**/":
                made += "(?:.*/)?"
            case "**":
                made += ".*"
            case "*":
                made += "[^/]*"
            case "?":
                made += "[^/]"
            case _ if token.startswith("[") and len(token) > 2:
                made += "[" + re.sub(r"^!", "^", token[1:-1]).replace("\\", "\\\\") + "]"
            case _:
                made += re.escape(token)
    return re.compile(made + r"\Z")


def is_hidden(name: str) -> bool:
    """Say whether a file is no table for its name: ``_SUCCESS``, ``.a.csv.crc``, ``.part/a.csv``."""
    return any(folder.startswith((".", "_")) and "=" not in folder for folder in name.split("/"))


class PartedTable:
    """Several files of the same columns, one behind the other.

    Attributes:
        path: The folder or the pattern, as the job names it.
        parts: The files.
        columns: The first file's columns, then those that folders' names give.
        own: How many of them are the files' own.
        folder: The folder that all files are below.

    Args:
        path: The folder or the pattern, as the job names it.
        parts: The files.
        open_part: Opens one of them.
        folder: The folder that all files are below.
        wanted: What their names below it match.
    """

    def __init__(
        self,
        path: str,
        parts: Sequence[Part],
        open_part: Callable[[str], Table],
        *,
        folder: str,
        wanted: re.Pattern[str],
    ) -> None:
        self.path = path
        self.parts = parts
        self.folder = folder
        self._wanted = wanted
        self._open = open_part
        self._opened: dict[int, Table] = {}
        own = self.table(0).columns
        self.own = len(own)
        self._keys = tuple(key for key in parts[0].keys if key not in own)
        self.columns: tuple[str, ...] = (*own, *self._keys)
        for each in parts:
            missing = set(self._keys) ^ {key for key in each.keys if key not in own}
            if missing:
                raise TableError(
                    f"{path}: '{min(missing)}=…' is among the folders of some files and "
                    f"not of {each.name}. Let all be laid out alike."
                )

    @cached_property
    def schema(self) -> pa.Schema:
        """Types that hold the values of all files; the first asking opens each of them."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only other formats need it

        schemas = [self.table(index).schema for index in range(len(self.parts))]
        try:
            found = pa.unify_schemas(schemas, promote_options="permissive")
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise TableError(
                f"{self.path}: a column has not the same type in all files: {error}. "
                "Name a folder as output, then each file keeps its own."
            ) from error
        for key in self._keys:
            found = found.append(pa.field(key, pa.string()))
        return found

    def table(self, index: int) -> Table:
        """Return one file's table; the last one stays open.

        Raises:
            TableError: It cannot be read, or has not the first one's columns.
        """
        if index not in self._opened:
            opened = self._open(self.parts[index].path)
            if isinstance(opened, JsonlTable):
                opened = JsonlTable(
                    opened.path, compression=opened.compression, columns=self._members
                )
            first = self._opened.get(0, opened)
            self._opened = {0: first, index: opened}
            if index and tuple(opened.columns) != tuple(first.columns):
                self._refuse_columns(index, opened, first)
        return self._opened[index]

    @cached_property
    def _members(self) -> tuple[str, ...]:
        """The members of any object in any file of JSON lines."""
        names: dict[str, None] = {}
        for each in self.parts:
            names |= dict.fromkeys(self._open(each.path).columns)
        return tuple(names)

    def takes(self, path: str) -> bool:
        """Say whether a file would be one of these, and is none yet."""
        name = path.removeprefix(f"{self.folder.rstrip('/')}/")
        is_below = name != path or self.folder == "."
        known = {each.name for each in self.parts}
        return is_below and name not in known and self._wanted.fullmatch(name) is not None

    def holds(self, name: str) -> bool:
        """Say whether the files have a column, or a path into one; or their folders do."""
        return name in self._keys or self.table(0).holds(name)

    def count(self) -> int | None:
        """Return the number of rows if each file tells its own at once."""
        counts = [self.table(index).count() for index in range(len(self.parts))]
        return sum(c for c in counts if c is not None) if None not in counts else None

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[PartBatch]:
        """Yield all rows, file by file."""
        for name in columns or ():
            if not self.holds(name):
                raise unknown(name, self.columns, path=self.path)
        positions(
            [name for name in columns or () if name in self.columns], self.columns, path=self.path
        )
        own = None if columns is None else [name for name in columns if name not in self._keys]
        return self._batches(own, whole=whole)

    def _batches(self, columns: list[str] | None, *, whole: bool) -> Iterator[PartBatch]:
        start = 0
        for index in range(len(self.parts)):
            for batch in self.table(index).batches(columns, whole=whole):
                yield PartBatch(self, index, batch, start)
                start += len(batch)

    def _refuse_columns(self, index: int, opened: Table, first: Table) -> None:
        here, there = list(opened.columns), list(first.columns)
        name = next((n for n in [*there, *here] if (n in here) != (n in there)), None)
        how = (
            "in another order"
            if name is None
            else (f"without '{name}'" if name in there else f"and '{name}' beside")
        )
        raise TableError(
            f"{self.parts[index].path}: has the columns of {self.parts[0].name} {how}. "
            "Files that are one table have the same columns."
        )


class PartBatch:
    """Some rows of one file.

    Attributes:
        start: Number of the first, from 0, over all files.
        part: Which file they are of.
        rows: The rows, as their file's table gives them.
    """

    def __init__(self, table: PartedTable, part_: int, rows: Batch, start: int) -> None:
        self.table = table
        self.part = part_
        self.rows = rows
        self.start = start

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Sequence[object]:
        """Return one column's cells."""
        keys = self.table.parts[self.part].keys
        if name in self.table.columns[self.table.own :]:
            return [keys[name]] * len(self.rows)
        return self.rows.column(name)

    def locate(self, index: int) -> str:
        """Return ``country=DE/a.csv line 17``."""
        return f"{self.table.parts[self.part].name} {self.rows.locate(index)}"

    def to_arrow(self) -> pa.RecordBatch:
        """Return every column, those of the folders' names behind."""
        import pyarrow as pa  # noqa: PLC0415 - heavy, and only other formats need it

        rows = self.rows.to_arrow()
        schema = self.table.schema
        try:
            arrays: list[Any] = [
                column.cast(field.type) for column, field in zip(rows.columns, schema, strict=False)
            ]
        except pa.ArrowInvalid as error:
            raise TableError(f"{self.table.parts[self.part].path}: {error}.") from error
        for name in schema.names[len(arrays) :]:
            value = self.table.parts[self.part].keys[name]
            arrays.append(pa.array([value] * len(rows), pa.string()))
        return pa.RecordBatch.from_arrays(arrays, schema=schema)
