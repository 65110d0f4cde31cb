"""Arrow columns as the values that a spreadsheet's cells can have."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any, Final

import pyarrow.types as kinds

from enrich.tables import arrow_values
from enrich.tables.plain import is_zoned, plain
from enrich.tables.text import cell_text

_MAX_EXACT: Final = 1 << 53  # a spreadsheet's numbers are doubles
_FIRST: Final = dt.date(1900, 3, 1)  # before it, spreadsheets do not agree on dates


def values(array: Any) -> list[Any]:
    """Return an array as text, numbers, truths, dates and times; text for all else.

    Dates before March 1900, times with a zone or finer than a millisecond, and numbers that
    a double does not hold are text, and so is a list, as in a CSV file.
    """
    kind = array.type
    if kinds.is_temporal(kind) and not (kinds.is_interval(kind) or is_zoned(kind)):
        moments = zip(arrow_values.values(array), plain(array).to_pylist(), strict=True)
        return [moment if _is_exact(moment) else text for moment, text in moments]
    if kinds.is_decimal(kind):
        return [_decimal(value) for value in array.to_pylist()]
    return [_value(value) for value in plain(array).to_pylist()]


def _is_exact(moment: Any) -> bool:
    if isinstance(moment, dt.datetime):
        return moment.date() >= _FIRST and moment.microsecond % 1000 == 0
    if isinstance(moment, dt.date):
        return moment >= _FIRST
    if isinstance(moment, dt.time):
        return moment.microsecond % 1000 == 0
    if isinstance(moment, dt.timedelta):
        return moment >= dt.timedelta() and moment.microseconds % 1000 == 0
    return moment is None


def _decimal(value: Decimal | None) -> float | str | None:
    if value is None:
        return None
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)


def _value(value: Any) -> Any:
    if isinstance(value, int) and abs(value) > _MAX_EXACT:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return cell_text(value)
    return (
        value if isinstance(value, str | bool | int | float) or value is None else cell_text(value)
    )
