"""Arrow columns as Python's values, whatever else is installed and however far a date lies.

Arrow itself gives pandas' times where pandas is there, and refuses digits below the microsecond
where it is not; a date that Python has none for, it never gives. Here each value is Python's
own where that says it all, else its text, as ISO 8601. So a row's input is the same in every
process.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

import enrich.tables.arrow_alone  # noqa: F401 - before the first array
from enrich.tables.plain import plain

_COARSE: Final = {
    pa.time64("ns"): pa.time64("us"),
    pa.duration("ns"): pa.duration("us"),
}
_DIGITS: Final = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_OFFSET: Final = re.compile(r"([+-]\d\d)(\d\d)\Z")


def values(array: Any) -> list[Any]:
    """Return a column's values; text for those that Python has no value for.

    Those are times of more than six digits below the second, times before year 1 or after
    9999, and UUIDs. Lists and objects that hold times are values of JSON, as in ``plain``.
    """
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in values(chunk)]
    kind = array.type
    if isinstance(kind, pa.UuidType) or (kinds.is_nested(kind) and _has_moments(kind)):
        return list(plain(array).to_pylist())
    coarse = _coarse(kind)
    if coarse is not None:
        near = array.cast(coarse, safe=False)
        exact = pc.equal(near.cast(kind), array)
        if pc.all(exact).as_py() is not False:
            return values(near)
        rows = zip(values(near), _texts(array), exact.to_pylist(), strict=True)
        return [text if is_exact is False else value for value, text, is_exact in rows]
    try:
        return list(array.to_pylist())
    except (ValueError, OverflowError):
        return [_value(one, text) for one, text in zip(array, _texts(array), strict=True)]


def _has_moments(kind: Any) -> bool:
    if kinds.is_nested(kind):
        return any(_has_moments(kind.field(index).type) for index in range(kind.num_fields))
    return kinds.is_temporal(kind) or isinstance(kind, pa.UuidType)


def _coarse(kind: Any) -> Any:
    if kinds.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    return _COARSE.get(kind)


def _value(one: Any, text: str | None) -> Any:
    try:
        return one.as_py()
    except (ValueError, OverflowError):
        return text


def _texts(array: Any) -> list[str | None]:
    """Write what Python has no value for as it would write its own."""
    kind = array.type
    if kinds.is_duration(kind):
        counts = array.cast(pa.int64()).to_pylist()
        digits = _DIGITS[kind.unit]
        return [None if n is None else f"{Decimal(n).scaleb(-digits):f} s" for n in counts]
    texts: list[str | None] = plain(array).to_pylist()
    return [_iso(text, kind) for text in texts] if kinds.is_timestamp(kind) else texts


def _iso(text: str | None, kind: Any) -> str | None:
    if text is None or text.startswith("<"):  # Arrow's own words for a year that it cannot write
        return text
    text = text.replace(" ", "T", 1)
    if not kind.tz:
        return text
    return f"{text[:-1]}+00:00" if text.endswith("Z") else _OFFSET.sub(r"\1:\2", text)
