"""New columns as Arrow arrays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa
import pyarrow.types as kinds

import enrich.tables.arrow_alone  # noqa: F401 - before the first array
from enrich.errors import CellError, TableError
from enrich.records import KEEP
from enrich.tables.text import cell_text
from enrich.tables.types import SURROGATE, Kind, Shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.records import Column, Json, JsonObject

_MISFITS: Final = (pa.ArrowException, TypeError, UnicodeEncodeError, OverflowError)
_SCALARS: Final[dict[Kind, pa.DataType]] = {
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.TEXT: pa.string(),
    Kind.WORD: pa.string(),  # inside another value; Parquet has no dictionaries there
    Kind.ANY: pa.string(),
}


def arrow_type(schema: JsonObject) -> pa.DataType:
    """Return the type of a column's values.

    Integer is int64, number double, boolean bool and text string, an enumeration of words
    dictionary<int32, string>, an array a list and an object a struct. What has no one type
    (see ``shape_of``) is a string that holds JSON.
    """
    return _column_type(shape_of(schema))


def original_array(
    cells: Sequence[Any], kind: pa.DataType, *, path: str, column: str, locate: Callable[[int], str]
) -> Any:
    """Return a text table's own cells as an array.

    Raises:
        TableError: Half a surrogate pair, which the table's own format alone can hold.
    """
    try:
        return pa.array(cells, kind)
    except UnicodeEncodeError as error:
        row = next(i for i, c in enumerate(cells) if isinstance(c, str) and SURROGATE.search(c))
        raise TableError(
            f"{path}: {locate(row)}, column '{column}': holds half a character (a lone "
            "surrogate). Mend it, or write the table in its own format and encoding."
        ) from error


class Converter:
    """Turns the cells of one column into an array.

    Attributes:
        type: The array's type.

    Args:
        column: The column.
        original: The type of the original column that it is written into, if any.

    Raises:
        TableError: The two cannot share one column.
    """

    def __init__(self, column: Column, original: pa.DataType | None = None) -> None:
        shape = shape_of(column.schema)
        self.type = _column_type(shape)
        self._name = column.name
        self._may_keep = column.position is not None
        self._convert = _conversion(shape)
        if original is None or kinds.is_null(original) or original == self.type:
            return
        if _is_text(original):
            self.type = _roomy(original)
            self._convert = partial(cell_text, kind=column.kind)
        elif wider := _shared(original, self.type):
            self.type = wider
        else:
            raise TableError(
                f"column '{column.name}' is {original} in the table and {self.type} in the "
                "task: both cannot stand in one column. Give the new one another name."
            )

    def array(self, cells: Sequence[Json], *, start: int) -> Any:
        """Return the cells as an array, with null for KEEP.

        Args:
            cells: Values that fit the column's schema.
            start: Number of the first one's row, from 0.

        Raises:
            CellError: A value that does not fit.
        """
        if self._may_keep and KEEP in cells:
            cells = [None if cell is KEEP else cell for cell in cells]
        if convert := self._convert:
            cells = [None if cell is None else convert(cell) for cell in cells]
        try:
            return pa.array(cells, self.type)
        except _MISFITS as error:
            for index, cell in enumerate(cells):
                self._check(cell, start + index + 1)
            raise AssertionError("all cells fit alone and not together") from error

    def merged(self, original: Any, cells: Sequence[object], *, start: int) -> Any:
        """Return the cells, and the original's value wherever a cell is KEEP."""
        new = self.array(cells, start=start)
        if KEEP not in cells:
            return new
        count = len(cells)
        picks = [i if cell is KEEP else count + i for i, cell in enumerate(cells)]
        return pa.concat_arrays([original.cast(self.type), new]).take(pa.array(picks))

    def _check(self, cell: Json, row: int) -> None:
        try:
            pa.array([cell], self.type)
        except _MISFITS as error:
            message = f"does not fit {self.type}: {error}"
            raise CellError(message, row=row, column=self._name) from error


def _roomy(original: Any) -> pa.DataType:
    """Return a text type that new words fit into, and that Arrow can pick single cells of."""
    if kinds.is_dictionary(original):
        # pandas and Polars number a few words in one byte: there may be no room for another.
        words: Any = _roomy(original.value_type)
        return pa.dictionary(pa.int32(), words, ordered=original.ordered)
    kind: pa.DataType = pa.string() if kinds.is_string_view(original) else original
    return kind


def _is_text(kind: pa.DataType) -> bool:
    if kinds.is_dictionary(kind):
        return _is_text(kind.value_type)
    return kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)


def _shared(original: pa.DataType, new: pa.DataType) -> pa.DataType | None:
    """Return what holds the values of an original column and of a new one, exactly."""
    if kinds.is_integer(original) and kinds.is_int64(new):
        return original if kinds.is_uint64(original) else new
    if kinds.is_floating(original) and (kinds.is_int64(new) or kinds.is_float64(new)):
        return pa.float64()
    if kinds.is_decimal(original) and kinds.is_int64(new):
        return original
    return None


def _column_type(shape: Shape) -> pa.DataType:
    if shape.kind is Kind.WORD:
        return pa.dictionary(pa.int32(), pa.string())
    return _type_of(shape)


def _type_of(shape: Shape) -> pa.DataType:
    if shape.kind is Kind.LIST and shape.item:
        return pa.list_(_type_of(shape.item))
    if shape.kind is Kind.OBJECT:
        return pa.struct([(name, _type_of(member)) for name, member in shape.members])
    return _SCALARS[shape.kind]


def _conversion(shape: Shape) -> Callable[[Json], Json] | None:
    """Return what writes out JSON text wherever a shape asks for it; None where nothing does."""
    if shape.kind is Kind.ANY:
        return lambda value: msgspec.json.encode(value).decode()
    if shape.kind is Kind.LIST and shape.item and (inside := _conversion(shape.item)):
        convert = inside
        return lambda items: [None if item is None else convert(item) for item in items]
    if shape.kind is Kind.OBJECT:
        inner = {name: found for name, member in shape.members if (found := _conversion(member))}
        if inner:
            return lambda value: {
                name: inner[name](member) if name in inner and member is not None else member
                for name, member in value.items()
            }
    return None
