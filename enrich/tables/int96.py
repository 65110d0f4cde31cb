"""INT96: the timestamps of older Parquet files, whose type says nothing of their unit.

Spark writes them to this day, with dates as far as year 9999 that nanoseconds in 64 bits do not
reach, and to the microsecond; others wrote nanoseconds. Arrow wraps what does not fit around
without a word, so it must be told the unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

import enrich.tables.arrow_alone  # noqa: F401 - before the first array
from enrich.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow.parquet as pq

# Microseconds that are nanoseconds in 64 bits: 1677-09-21 to 2262-04-11.
_FARTHEST_US: Final = (1 << 63) // 1000 - 1


def leaves(metadata: pq.FileMetaData) -> list[str]:
    """Return the paths of a file's INT96 columns."""
    columns = [metadata.schema.column(index) for index in range(metadata.num_columns)]
    return [column.path for column in columns if column.physical_type == "INT96"]


def unit(open_with: Callable[[str], pq.ParquetFile], paths: list[str], *, path: str) -> str:
    """Return the unit that holds all values of some INT96 columns: ``us``, or ``ns``.

    Args:
        open_with: Opens the file with INT96 in a unit.
        paths: The columns.
        path: The file's name, for errors.

    Raises:
        TableError: A column has times finer than microseconds and others that nanoseconds
            do not reach: no one unit holds both.
    """
    is_far = is_finer = False
    with open_with("us") as coarse, open_with("ns") as fine:
        for far_rows, fine_rows in zip(
            coarse.iter_batches(columns=paths, use_threads=False),
            fine.iter_batches(columns=paths, use_threads=False),
            strict=True,
        ):
            pairs = zip(_moments(far_rows.columns), _moments(fine_rows.columns), strict=True)
            for micros, nanos in pairs:
                reached = pc.less_equal(pc.abs(micros), pa.scalar(_FARTHEST_US))
                same = pc.equal(pc.multiply(micros, pa.scalar(1000)), nanos)
                is_far |= pc.any(pc.invert(reached)).as_py() is True
                is_finer |= pc.any(pc.and_(reached, pc.invert(same))).as_py() is True
    if is_far and is_finer:
        raise TableError(
            f"{path}: has INT96 timestamps below the microsecond beside others before 1678 or "
            f"after 2261, which no one type holds (in {', '.join(paths)}). Write the file with "
            "TIMESTAMP_MICROS."
        )
    return "ns" if is_finer else "us"


def _moments(arrays: list[Any]) -> Iterator[Any]:
    """Yield the integers of the timestamps in some columns, however deep they lie."""
    for array in arrays:
        if kinds.is_timestamp(array.type):
            yield array.cast(pa.int64())
        elif kinds.is_struct(array.type):
            yield from _moments(array.flatten())
        elif kinds.is_nested(array.type):
            yield from _moments([array.flatten()])
