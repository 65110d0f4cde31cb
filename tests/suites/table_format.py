"""What every table format must do; each format's test file runs all of it.

A suite is given a ``Format``: how to make a file of that format with another program than
ours, and how to read one back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enrich.records import Column, ColumnKind
from enrich.tables import open_table, open_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

Rows = list[dict[str, Any]]

CITATION = {
    "type": "object",
    "properties": {
        "url": {"type": "string"},
        "title": {"type": ["string", "null"]},
        "excerpts": {"type": "array", "items": {"type": "string"}},
    },
}


def value_column(name: str, schema: dict[str, Any], **more: Any) -> Column:
    return Column(name=name, kind=ColumnKind.VALUE, field=name, schema=schema, **more)


NEW_COLUMNS = (
    value_column("ceo", {"type": ["string", "null"]}),
    value_column("founded", {"type": ["integer", "null"]}),
    value_column("share", {"type": "number"}),
    value_column("listed", {"type": "boolean"}),
    value_column("size", {"enum": ["1-50", "51-500"], "type": "string"}),
    value_column("tags", {"type": "array", "items": {"type": "string"}}),
    value_column(
        "address",
        {
            "type": "object",
            "properties": {"city": {"type": "string"}, "floors": {"type": "integer"}},
        },
    ),
    value_column("either", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    Column(
        name="ceo_citations",
        kind=ColumnKind.CITATIONS,
        field="ceo",
        schema={"type": "array", "items": CITATION},
    ),
)

ANSWER = (
    "Ada Lovelace",
    1843,
    0.1,
    True,
    "51-500",
    ["a", "b, c"],
    {"city": "Köln", "floors": 3},
    7,
    [{"url": "https://example.com/a", "title": "A", "excerpts": ["x"]}],
)

AWKWARD = (
    "plain",
    "NA",
    "null",
    "00501",
    "1e5",
    " leading and trailing ",
    'she said "hi"',
    "comma, semicolon; tab\tpipe|",
    "two\nlines",
    "two\r\nlines",
    "'apostrophe'",
    "=1+1",
    "e\u0301 combining",
    "\u202b\u05e2\u05d1\u05e8\u05d9\u05ea\u202c",
    "emoji 👩\u200d🚀",
    "\u2028 line separator \x85 \x0b \x0c \x1c",
    "back\\slash",
    "{}[]",
    "x" * 10_000,
)


@dataclass(frozen=True)
class Format:
    """One format under test.

    Attributes:
        ending: Of its files.
        make: Writes columns of text to a path, by another program than ours.
        read: Reads all of a file, by another program than ours.
        text: Whether cells are text.
    """

    ending: str
    make: Callable[[Path, dict[str, list[str]]], None]
    read: Callable[[Path], Rows]
    text: bool = False


def merge(
    source: Path,
    target: Path,
    columns: Sequence[Column] = NEW_COLUMNS,
    answer: Callable[[int], Sequence[Any]] = lambda row: ANSWER,
    **options: Any,
) -> None:
    """Write a table again with the answers for each row, as the merge does."""
    table = open_table(source)
    with open_writer(target, table, columns, **options) as writer:
        for batch in table.batches():
            rows = [answer(batch.start + index) for index in range(len(batch))]
            writer.write(batch, [[row[at] for row in rows] for at in range(len(columns))])


def cells(path: Path, name: str) -> list[Any]:
    table = open_table(path)
    return [cell for batch in table.batches([name]) for cell in batch.column(name)]


class TableFormatSuite:
    """Behaviour that is the same in all formats."""

    def test_awkward_cells_are_read_as_they_were_written(self, table_format, tmp_path):
        path = tmp_path / f"in{table_format.ending}"
        table_format.make(path, {"id": [str(i) for i in range(len(AWKWARD))], "a": [*AWKWARD]})

        assert cells(path, "a") == list(AWKWARD)

    def test_rows_out_are_rows_in_with_their_cells_and_order(self, table_format, tmp_path):
        source, target = (
            tmp_path / f"in{table_format.ending}",
            tmp_path / f"out{table_format.ending}",
        )
        names = [AWKWARD[index % len(AWKWARD)] for index in range(200)]
        original = {"id": [str(i) for i in range(200)], "a": names, "b": ["b"] * 200}
        table_format.make(source, original)

        merge(source, target)

        rows = table_format.read(target)
        assert {name: [row[name] for row in rows] for name in original} == original
        assert [*rows[0]] == [*original, *(column.name for column in NEW_COLUMNS)]

    def test_merging_twice_gives_equal_bytes(self, table_format, tmp_path):
        source = tmp_path / f"in{table_format.ending}"
        table_format.make(source, {"id": ["1", "2"], "a": ["x", "y"]})
        first, second = tmp_path / f"1{table_format.ending}", tmp_path / f"2{table_format.ending}"

        merge(source, first)
        merge(source, second)

        assert first.read_bytes() == second.read_bytes()
