"""What every table format must do; each format's test file runs all of it.

A suite is given a ``Format``: how to make a file of that format with another program than
ours, and how to read one back.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
        make: Writes columns of text to a path, by another program than ours.
        read: Reads all of a file, by another program than ours.
        text: Whether cells are text.
        answers: What ``read`` gives for ``ANSWER``, where neither text nor ``ANSWER`` itself.
        max_text: How long a cell may be.
    """

    ending: str
    make: Callable[[Path, dict[str, list[str]]], None]
    read: Callable[[Path], Rows]
    text: bool = False
    answers: tuple[Any, ...] | None = None
    max_text: int = 1_000_000

    @property
    def answer(self) -> tuple[Any, ...]:
        """What ``read`` gives for ``ANSWER``."""
        if self.answers is not None:
            return self.answers
        if self.text:
            return TEXT_ANSWER
        return (*ANSWER[:7], "7", ANSWER[8]) if self.ending == ".parquet" else ANSWER


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


def cells(path: Path | str, name: str) -> list[Any]:
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

    @pytest.mark.parametrize("rows", [1, 5000])
    @pytest.mark.parametrize("answered", ["none", "one", "all"])
    def test_types_are_the_same_however_many_rows_were_answered(
        self, table_format, tmp_path, rows, answered
    ):
        source, target = paths(tmp_path, table_format)
        table_format.make(source, {"id": [str(i) for i in range(rows)]})
        count = {"none": 0, "one": 1, "all": rows}[answered]
        nothing = (None,) * len(ANSWER)

        merge(source, target, answer=lambda row: ANSWER if row < count else nothing)

        written = table_format.read(target)
        assert len(written) == rows
        expected = table_format.answer
        empty = ("",) * len(ANSWER) if table_format.text else nothing
        for index, row in enumerate(written):
            got = tuple(row[column.name] for column in NEW_COLUMNS)
            assert got == (expected if index < count else empty)

    def test_a_table_without_rows_gets_its_new_columns(self, table_format, tmp_path):
        source, target = paths(tmp_path, table_format)
        table_format.make(source, {"id": [], "a": []})

        merge(source, target)

        assert table_format.read(target) == []
        if table_format.ending not in {".jsonl", ".ndjson", ".jsonl.zst"}:
            new = [column.name for column in NEW_COLUMNS]
            assert [*open_table(target).columns] == ["id", "a", *new]

    def test_two_thousand_columns(self, table_format, tmp_path):
        source, target = paths(tmp_path, table_format)
        original = {f"c{index}": [f"v{index}", "", "w"] for index in range(2000)}
        table_format.make(source, original)

        merge(source, target)

        rows = table_format.read(target)
        assert {name: [row[name] for row in rows] for name in original} == original
        assert cells(source, "c1999") == ["v1999", "", "w"]

    def test_batches_are_bounded_and_numbered_in_order(self, table_format, tmp_path):
        source, _ = paths(tmp_path, table_format)
        table_format.make(source, {"id": [str(i) for i in range(10_000)]})

        start = 0
        for batch in open_table(source).batches(["id"], whole=False):
            assert batch.start == start
            assert len(batch) <= 4096
            assert batch.column("id") == [str(start + index) for index in range(len(batch))]
            start += len(batch)

        assert start == 10_000

    def test_cells_as_long_as_may_be(self, table_format, tmp_path):
        source, target = paths(tmp_path, table_format)
        long = table_format.max_text
        original = {"id": ["1", "2", "3"], "a": ["x" * long, 'y"\n' * (long * 3 // 10), "z"]}
        original["a"][1] = original["a"][1][:long]
        table_format.make(source, original)

        merge(source, target)

        assert cells(target, "a") == original["a"]

    def test_existing_cells_are_overwritten_filled_or_kept(self, table_format, tmp_path):
        source, target = paths(tmp_path, table_format)
        table_format.make(source, {"a": ["1", "2", "3"], "b": ["", 'o"ld', ""], "c": ["x"] * 3})
        column = value_column("b", {"type": "string"}, position=1)
        answers = [("new, one",), (KEEP,), (None,)]

        merge(source, target, [column], lambda row: answers[row])

        rows = table_format.read(target)
        nothing = "" if table_format.text else None
        assert [row["b"] for row in rows] == ["new, one", 'o"ld', nothing]
        assert [(row["a"], row["c"]) for row in rows] == [("1", "x"), ("2", "x"), ("3", "x")]
        assert [*rows[0]] == ["a", "b", "c"]

    def test_a_table_may_be_written_over_itself(self, table_format, tmp_path):
        source, _ = paths(tmp_path, table_format)
        table_format.make(source, {"id": ["1", "2"]})

        merge(source, source)

        assert [row["id"] for row in table_format.read(source)] == ["1", "2"]
        assert [path.name for path in tmp_path.iterdir()] == [source.name]

    def test_a_failure_leaves_the_old_file_and_nothing_else(self, table_format, tmp_path):
        source, target = paths(tmp_path, table_format)
        table_format.make(source, {"id": ["1", "2"]})
        target.write_bytes(b"old")
        table = open_table(source)

        writer = open_writer(target, table, NEW_COLUMNS)
        with contextlib.suppress(KeyError), writer:
            for batch in table.batches():
                writer.write(batch, [[cell] * len(batch) for cell in ANSWER])
            raise KeyError

        assert target.read_bytes() == b"old"
        assert sorted(path.name for path in tmp_path.iterdir()) == [source.name, target.name]

    def test_an_unknown_column_is_refused_at_once(self, table_format, tmp_path):
        source, _ = paths(tmp_path, table_format)
        table_format.make(source, {"Company": ["1"]})
        table = open_table(source)

        assert table.holds("Company")
        assert not table.holds("company")
        with pytest.raises(TableError, match=r"has no column 'company'\. Did you mean 'Company'"):
            table.batches(["company"])

    @pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".parquet", ".xlsx"])
    def test_text_passes_into_any_other_format(self, table_format, tmp_path, ending):
        source = tmp_path / f"in{table_format.ending}"
        target = tmp_path / f"out{ending}"
        table_format.make(source, {"id": [str(i) for i in range(len(AWKWARD))], "a": [*AWKWARD]})

        merge(source, target)

        assert cells(target, "a") == list(AWKWARD)
        assert cells(target, "ceo") == ["Ada Lovelace"] * len(AWKWARD)


def paths(folder: Path, table_format: Format) -> tuple[Path, Path]:
    return folder / f"in{table_format.ending}", folder / f"out{table_format.ending}"
