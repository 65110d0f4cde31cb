"""What every table format must do, whether a table of it is a file or one of a database.

A suite is given a ``Format``: how to make a table of that format with another program than
ours, and how to read one back.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enrich.errors import TableError
from enrich.records import KEEP, Column, ColumnKind
from enrich.tables import open_table, open_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from enrich.tables import Query, Target

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

TEXT_ANSWER = (
    "Ada Lovelace",
    "1843",
    "0.1",
    "true",
    "51-500",
    '["a","b, c"]',
    '{"city":"Köln","floors":3}',
    "7",
    "A <https://example.com/a>",
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
        make: Writes columns of text to a place, by another program than ours.
        read: Reads all of a table, by another program than ours.
        text: Whether cells are text.
        answers: What ``read`` gives for ``ANSWER``, where neither text nor ``ANSWER`` itself.
        max_text: How long a cell may be.
        max_columns: How many columns a table may have, the new ones included.
    """

    ending: str
    make: Callable[[Any, dict[str, list[str]]], None]
    read: Callable[[Any], Rows]
    text: bool = False
    answers: tuple[Any, ...] | None = None
    max_text: int = 1_000_000
    max_columns: int = 1_000_000

    @property
    def answer(self) -> tuple[Any, ...]:
        """What ``read`` gives for ``ANSWER``."""
        if self.answers is not None:
            return self.answers
        if self.text:
            return TEXT_ANSWER
        return (*ANSWER[:7], "7", ANSWER[8]) if self.ending == ".parquet" else ANSWER

    def place(self, folder: Path, name: str) -> Any:
        """Return where a table of some name is: here, a file."""
        return folder / f"{name}{self.ending}"

    def source(self, place: Any) -> Path | Query:
        """Return what opens a table."""
        return cast("Path", place)

    def target(self, place: Any) -> Path | Target:
        """Return what writes a table anew."""
        return cast("Path", place)

    def over(self, place: Any) -> Path | Target:
        """Return what writes into the table that is read."""
        return self.target(place)

    def content(self, place: Any) -> object:
        """Return all that is in a table, to compare."""
        return place.read_bytes()


def merge(
    source: Path | str | Query,
    target: Path | str | Target,
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


def cells(path: Path | str | Query, name: str) -> list[Any]:
    table = open_table(path)
    return [cell for batch in table.batches([name]) for cell in batch.column(name)]


class TableFormatSuite:
    """Behaviour that is the same in all formats."""

    @pytest.fixture
    def one(self, table_format, tmp_path):
        return table_format.place(tmp_path, "one")

    @pytest.fixture
    def other(self, table_format, tmp_path):
        return table_format.place(tmp_path, "other")

    def test_awkward_cells_are_read_as_they_were_written(self, table_format, one):
        table_format.make(one, {"id": numbers(len(AWKWARD)), "a": [*AWKWARD]})

        assert cells(table_format.source(one), "a") == list(AWKWARD)

    def test_rows_out_are_rows_in_with_their_cells_and_order(self, table_format, one, other):
        names = [AWKWARD[index % len(AWKWARD)] for index in range(200)]
        original = {"id": numbers(200), "a": names, "b": ["b"] * 200}
        table_format.make(one, original)

        merge(table_format.source(one), table_format.target(other))

        rows = table_format.read(other)
        assert {name: [row[name] for row in rows] for name in original} == original
        assert [*rows[0]] == [*original, *(column.name for column in NEW_COLUMNS)]

    def test_merging_twice_gives_equal_bytes(self, table_format, one, other):
        table_format.make(one, {"id": ["1", "2"], "a": ["x", "y"]})

        merge(table_format.source(one), table_format.target(other))
        first = table_format.content(other)
        merge(table_format.source(one), table_format.target(other))

        assert table_format.content(other) == first

    @pytest.mark.parametrize("rows", [1, 5000])
    @pytest.mark.parametrize("answered", ["none", "one", "all"])
    def test_types_are_the_same_however_many_rows_were_answered(
        self, table_format, one, other, rows, answered
    ):
        table_format.make(one, {"id": numbers(rows)})
        count = {"none": 0, "one": 1, "all": rows}[answered]
        nothing = (None,) * len(ANSWER)

        merge(
            table_format.source(one),
            table_format.target(other),
            answer=lambda row: ANSWER if row < count else nothing,
        )

        written = table_format.read(other)
        assert len(written) == rows
        expected = table_format.answer
        empty = ("",) * len(ANSWER) if table_format.text else nothing
        for index, row in enumerate(written):
            got = tuple(row[column.name] for column in NEW_COLUMNS)
            assert got == (expected if index < count else empty)

    def test_a_table_without_rows_gets_its_new_columns(self, table_format, one, other):
        table_format.make(one, {"id": [], "a": []})

        merge(table_format.source(one), table_format.target(other))

        assert table_format.read(other) == []
        if not table_format.ending.startswith(".jsonl"):
            new = [column.name for column in NEW_COLUMNS]
            assert [*open_table(table_format.source(other)).columns] == ["id", "a", *new]

    @pytest.mark.slow
    def test_two_thousand_columns(self, table_format, one, other):
        count = min(2000, table_format.max_columns - len(NEW_COLUMNS))
        original = {f"c{index}": [f"v{index}", "", "w"] for index in range(count)}
        table_format.make(one, original)

        merge(table_format.source(one), table_format.target(other))

        rows = table_format.read(other)
        assert {name: [row[name] for row in rows] for name in original} == original
        last = f"c{count - 1}"
        assert cells(table_format.source(one), last) == original[last]

    def test_batches_are_bounded_and_numbered_in_order(self, table_format, one):
        table_format.make(one, {"id": numbers(10_000)})

        start = 0
        for batch in open_table(table_format.source(one)).batches(["id"], whole=False):
            assert batch.start == start
            assert len(batch) <= 4096
            assert batch.column("id") == [str(start + index) for index in range(len(batch))]
            start += len(batch)

        assert start == 10_000

    def test_cells_as_long_as_may_be(self, table_format, one, other):
        long = table_format.max_text
        original = {"id": ["1", "2", "3"], "a": ["x" * long, 'y"\n' * (long * 3 // 10), "z"]}
        original["a"][1] = original["a"][1][:long]
        table_format.make(one, original)

        merge(table_format.source(one), table_format.target(other))

        assert cells(table_format.source(other), "a") == original["a"]

    def test_existing_cells_are_overwritten_filled_or_kept(self, table_format, one, other):
        table_format.make(one, {"a": ["1", "2", "3"], "b": ["", 'o"ld', ""], "c": ["x"] * 3})
        column = value_column("b", {"type": "string"}, position=1)
        answers = [("new, one",), (KEEP,), (None,)]

        merge(
            table_format.source(one),
            table_format.target(other),
            [column],
            lambda row: answers[row],
        )

        rows = table_format.read(other)
        nothing = "" if table_format.text else None
        assert [row["b"] for row in rows] == ["new, one", 'o"ld', nothing]
        assert [(row["a"], row["c"]) for row in rows] == [("1", "x"), ("2", "x"), ("3", "x")]
        assert [*rows[0]] == ["a", "b", "c"]

    def test_a_table_may_be_written_over_itself(self, table_format, one, tmp_path):
        table_format.make(one, {"id": ["1", "2"]})
        before = sorted(tmp_path.iterdir())

        merge(table_format.source(one), table_format.over(one))

        rows = table_format.read(one)
        assert [(row["id"], row["ceo"]) for row in rows] == [("1", ANSWER[0]), ("2", ANSWER[0])]
        assert sorted(tmp_path.iterdir()) == before

    def test_a_failure_leaves_the_old_table_and_nothing_else(
        self, table_format, one, other, tmp_path
    ):
        table_format.make(one, {"id": ["1", "2"]})
        table_format.make(other, {"old": ["o"]})
        table = open_table(table_format.source(one))
        before, files = table_format.content(other), sorted(tmp_path.iterdir())

        writer = open_writer(table_format.target(other), table, NEW_COLUMNS)
        with contextlib.suppress(KeyError), writer:
            for batch in table.batches():
                writer.write(batch, [[cell] * len(batch) for cell in ANSWER])
            raise KeyError

        assert table_format.content(other) == before
        assert sorted(tmp_path.iterdir()) == files

    def test_an_unknown_column_is_refused_at_once(self, table_format, one):
        table_format.make(one, {"Company": ["1"]})
        table = open_table(table_format.source(one))

        assert table.holds("Company")
        assert not table.holds("company")
        with pytest.raises(TableError, match=r"has no column 'company'\. Did you mean 'Company'"):
            table.batches(["company"])

    @pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet", ".xlsx"])
    def test_text_passes_into_any_other_format(self, table_format, one, tmp_path, ending):
        target = tmp_path / f"out{ending}"
        table_format.make(one, {"id": numbers(len(AWKWARD)), "a": [*AWKWARD]})

        merge(table_format.source(one), target)

        assert cells(target, "a") == list(AWKWARD)
        assert cells(target, "ceo") == ["Ada Lovelace"] * len(AWKWARD)

    def test_text_passes_in_from_another_format(self, table_format, other, tmp_path):
        source = tmp_path / "in.parquet"
        pq.write_table(pa.table({"id": numbers(len(AWKWARD)), "a": [*AWKWARD]}), source)

        merge(source, table_format.target(other))

        assert cells(table_format.source(other), "a") == list(AWKWARD)
        assert cells(table_format.source(other), "founded") == [
            "1843" if table_format.text and table_format.ending != ".xlsx" else 1843
        ] * len(AWKWARD)


def numbers(count: int) -> list[str]:
    return [str(number) for number in range(count)]
