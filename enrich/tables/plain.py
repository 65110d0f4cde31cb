"""Arrow columns as values of JSON: what a format without Arrow's types can hold.

Whatever JSON has no type for becomes text that says it all: decimals with their scale,
dates and times as ISO 8601 with a blank between and every digit of the second, zones as
an offset or ``Z`` (also for a zone that this machine does not know), durations in their
unit, UUIDs as such, other bytes as Base64. Maps are lists of
``{"key": …, "value": …}``.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

import enrich.tables.arrow_alone  # noqa: F401 - before the first array

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(array: Any) -> Any:
    """Return an Arrow array of the same length whose values are values of JSON."""
    if isinstance(array.type, pa.UuidType):
        return pa.array([None if v is None else str(v) for v in array.to_pylist()], pa.string())
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    kind = array.type
    if _is_json(kind):
        return array
    for holds, convert in _CONVERSIONS:
        if holds(kind):
            return convert(array)
    return pc.cast(array, pa.string())


def _plain_dictionary(array: Any) -> Any:
    return plain(array.dictionary_decode())


def _plain_struct(array: Any) -> Any:
    fields = [plain(child) for child in array.flatten()]
    if not fields:
        return array
    names = [field.name for field in array.type]
    return pa.StructArray.from_arrays(fields, names=names, mask=array.is_null())


def _plain_map(array: Any) -> Any:
    kind = array.type
    pair = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
    return plain(array.cast(pa.list_(pair)))


def _plain_half(array: Any) -> Any:
    return array.cast(pa.float32())


def _plain_bytes(array: Any) -> Any:
    texts = [None if v is None else base64.b64encode(v).decode() for v in array.to_pylist()]
    return pa.array(texts, pa.string())


def _plain_interval(array: Any) -> Any:
    return pa.array([None if v is None else str(v) for v in array.to_pylist()], pa.string())


def _plain_view(array: Any) -> Any:
    return plain(array.cast(pa.large_list(array.type.value_type)))


def _plain_zoned(array: Any) -> Any:
    try:
        return pc.cast(array, pa.string())
    except pa.ArrowInvalid:  # no such zone here
        return pc.cast(array.cast(pa.timestamp(array.type.unit, "UTC")), pa.string())


def _plain_list(array: Any) -> Any:
    # The lengths are those of the non-null lists, whose values flatten() gives.
    lengths = pc.fill_null(pc.list_value_length(array), 0).cast(pa.int64())
    offsets = pa.concat_arrays([pa.array([0], pa.int64()), pc.cumulative_sum(lengths)])
    return pa.LargeListArray.from_arrays(offsets, plain(array.flatten()), mask=array.is_null())


def _is_json(kind: pa.DataType) -> bool:
    return (
        kinds.is_null(kind)
        or kinds.is_boolean(kind)
        or kinds.is_integer(kind)
        or kinds.is_float32(kind)
        or kinds.is_float64(kind)
        or kinds.is_string(kind)
        or kinds.is_large_string(kind)
    )


def _is_list(kind: pa.DataType) -> bool:
    return kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)


def _is_view(kind: pa.DataType) -> bool:
    return kinds.is_list_view(kind) or kinds.is_large_list_view(kind)


def is_zoned(kind: pa.DataType) -> bool:
    """Say whether a type is of moments in a time zone."""
    return kinds.is_timestamp(kind) and kind.tz is not None


def _is_bytes(kind: pa.DataType) -> bool:
    return (
        kinds.is_binary(kind)
        or kinds.is_large_binary(kind)
        or kinds.is_fixed_size_binary(kind)
        or kinds.is_binary_view(kind)
    )


_CONVERSIONS: Final[tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...]] = (
    (kinds.is_dictionary, _plain_dictionary),
    (kinds.is_struct, _plain_struct),
    (kinds.is_map, _plain_map),
    (_is_list, _plain_list),
    (_is_view, _plain_view),
    (_is_bytes, _plain_bytes),
    (is_zoned, _plain_zoned),
    (kinds.is_float16, _plain_half),
    (kinds.is_interval, _plain_interval),
)
