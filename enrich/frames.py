"""Frames of other libraries: how their columns are read, and how new ones are put back.

The same kind comes back that went in, with the original columns as they were.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from enrich.errors import TableError
from enrich.tables.frame import FrameTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def read_frame(frame: Any) -> tuple[FrameTable, Callable[[Mapping[str, Any]], Any]]:
    """Return a frame as a table, and what makes a frame of its kind with more columns.

    Args:
        frame: A pandas or Polars data frame, an Arrow table or record batch, a DuckDB
            relation, or anything else that gives an Arrow stream.

    Returns:
        The table; and a function from new columns by name (Arrow chunked arrays) to the
        frame with them.

    Raises:
        TableError: It is no such frame.
    """
    # A frame's library is loaded already; a class of one's own may be made of its frames.
    if _is_one(frame, "pandas", "DataFrame"):
        return _pandas(frame)
    if _is_one(frame, "polars", "DataFrame"):
        return _polars(frame)
    if _is_one(frame, "duckdb", "DuckDBPyRelation"):
        return _duckdb(frame)
    return _arrow(frame)


def _is_one(frame: Any, library: str, name: str) -> bool:
    kind = getattr(sys.modules.get(library), name, None)
    return kind is not None and isinstance(frame, kind)


def _pandas(frame: Any) -> tuple[FrameTable, Callable[[Mapping[str, Any]], Any]]:
    import pandas as pd  # noqa: PLC0415  (only who has such a frame has it loaded)
    import pyarrow as pa  # noqa: PLC0415

    # Whatever rows and columns the caller's own gains or loses meanwhile.
    frame = frame.copy(deep=False)
    names = [str(name) for name in frame.columns]
    places = {name: index for index, name in enumerate(names)}
    # A nullable integer stays an integer, whether or not a row failed.
    kinds = {
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }

    def column(name: str) -> Any:
        series = frame.iloc[:, places[name]]
        return pa.chunked_array([pa.Array.from_pandas(series)])

    def back(arrays: Mapping[str, Any]) -> Any:
        made = frame.copy()
        made.attrs = dict(frame.attrs)
        blank = [""] * (frame.columns.nlevels - 1)
        for name, array in arrays.items():
            # With a mapper, text that is null throughout would have another type than other text.
            series = array.to_pandas(types_mapper=kinds.get if array.type in kinds else None)
            series.index = frame.index
            if name in places:
                made.isetitem(places[name], series)
            else:
                made[(name, *blank) if blank else name] = series
        return made

    return FrameTable(names, len(frame), column), back


def _polars(frame: Any) -> tuple[FrameTable, Callable[[Mapping[str, Any]], Any]]:
    import polars as pl  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    def column(name: str) -> Any:
        return pa.chunked_array([frame.get_column(name).to_arrow()])

    def back(arrays: Mapping[str, Any]) -> Any:
        return frame.with_columns(pl.DataFrame(pa.table(dict(arrays))).get_columns())

    return FrameTable(frame.columns, frame.height, column), back


def _duckdb(frame: Any) -> tuple[FrameTable, Callable[[Mapping[str, Any]], Any]]:
    import duckdb  # noqa: PLC0415

    table, back = _arrow(frame.to_arrow_table())
    return table, lambda arrays: duckdb.from_arrow(back(arrays))


def _arrow(frame: Any) -> tuple[FrameTable, Callable[[Mapping[str, Any]], Any]]:
    import pyarrow as pa  # noqa: PLC0415

    is_batch = isinstance(frame, pa.RecordBatch)
    try:
        whole = pa.table(frame) if not isinstance(frame, pa.Table) else frame
    except (TypeError, ValueError, pa.ArrowException) as error:
        message = (
            f"a {type(frame).__name__} is no frame: give a pandas or Polars data frame, an "
            "Arrow table, a DuckDB relation, or anything else with the Arrow stream interface; "
            "rows that are mappings go to enrich_rows"
        )
        raise TableError(message) from error

    def back(arrays: Mapping[str, Any]) -> Any:
        made = whole
        for name, array in arrays.items():
            at = made.schema.get_field_index(name)
            if at >= 0:
                made = made.set_column(at, made.schema.field(at).with_type(array.type), array)
            else:
                made = made.append_column(name, array)
        if not is_batch:
            return made
        (batch,) = made.combine_chunks().to_batches() or [
            pa.RecordBatch.from_pylist([], schema=made.schema)
        ]
        return batch

    return FrameTable(whole.column_names, len(whole), whole.column), back
