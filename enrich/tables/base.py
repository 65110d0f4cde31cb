"""What every table format gives: batches of rows to read, and a writer that adds columns.

A format copies the original part of its own records through untouched; only when
input and output are of different formats do cells pass through Arrow.

One way through::

    table = open_table("in.csv")
    with open_writer("out.csv", table, columns) as writer:  # published on a clean exit, else nothing
        for batch in table.batches(["Company"]):
            writer.write(batch, new_cells)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa


class Batch(Protocol):
    """Some consecutive rows of a table.

    Attributes:
        start: Number of the first row, from 0, without the header.
    """

    start: int

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    def column(self, name: str) -> Sequence[object]:
        """Return one column's cells as Python values, one a row.

        CSV gives ``str``, and an empty string for an empty cell. Formats with types give
        what they hold: int, float, bool, Decimal, date, datetime, list, dict or None;
        None also where a JSON object lacks the member.

        Args:
            name: Anything that ``Table.holds``.
        """
        ...

    def locate(self, index: int) -> str:
        """Say where a row of this batch stands for a person: ``line 17`` or ``row 16``."""
        ...

    def to_arrow(self) -> pa.RecordBatch:
        """Return every original column, for a writer of another format.

        The schema is the same for each batch of a table. CSV's columns are strings.
        """
        ...


class TableWriter(Protocol):
    """Writes the table again with new columns; a context manager.

    Leaving the block without an exception publishes the file: written beside,
    fsynced, renamed over. Leaving it with one removes what was written, and the
    old file is whole.
    """

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    def write(self, batch: Batch, cells: Sequence[Sequence[object]]) -> None:
        """Write a batch of original rows with their new cells.

        Args:
            batch: Original rows, in order; each batch of the table exactly once.
            cells: One sequence for each column given to the writer, in that order,
                each as long as the batch. A cell is a JSON value that fits the
                column's schema, None, or ``KEEP`` for a column with a position.

        Raises:
            CellError: A value that the file's encoding cannot hold.
            TableError: The file cannot be written (disk full, permission).
        """
        ...


class Table(Protocol):
    """A table that can be read any number of times."""

    @property
    def path(self) -> str:
        """Where it is, as the job names it."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """Names of its columns, in order.

        For JSONL, the members of any object, in the order in which they first occur; the
        first asking reads the file once.
        """
        ...

    @property
    def schema(self) -> pa.Schema:
        """The schema of ``Batch.to_arrow``; for JSONL, the first asking reads the file once."""
        ...

    def holds(self, name: str) -> bool:
        """Say whether ``Batch.column`` can be asked for a name.

        It can for a column's name and, in formats with nested values, for a path into
        one, such as ``address.city``.
        """
        ...

    def batches(
        self, columns: Sequence[str] | None = None, *, whole: bool = True
    ) -> Iterator[Batch]:
        """Yield all rows in order, in batches of bounded size and memory.

        Args:
            columns: The columns that ``Batch.column`` will be asked for; None for all.
            whole: Whether the batches will be written. If not, a format that can leaves
                the other columns unread.

        Raises:
            TableError: At once, a column that the table does not hold, or whose name
                two columns have. Later, a record that cannot be read, with its line.
        """
        ...

    def count(self) -> int | None:
        """Return the number of rows where it can be had at once (Parquet), else None."""
        ...
