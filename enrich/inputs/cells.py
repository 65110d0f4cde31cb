"""A cell's value as an input: the stated conversions, and no others.

==========  =====================================================================
any type    None, NaN and text that is empty or only white space are *missing*
string      text as it stands; a number's, date's or boolean's plain text; a list
            or an object as JSON
integer     an int; a float or Decimal without fraction; text of digits ("12", "-3")
number      an int, float or Decimal, which stays exact; text of a plain number
            ("12", "1.5", "2e3"); 12.0 is written 12
boolean     a bool; the texts "true" and "false" in any case
==========  =====================================================================
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final

from enrich.inputs.fingerprint import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.inputs.field import InputType

MAX_EXACT: Final = 2**53
"""Beyond this a float no longer tells neighbouring integers apart."""
MAX_EXPONENT: Final = 400
"""A number of more digits than this is no one's datum, and writing it out would hurt."""
MAX_BITS: Final = 1_330
"""Of an integer: as many as that many digits have."""
MAX_SHOWN_CHARS: Final = 40

_BOOLEANS: Final = {"true": True, "false": False}
_INTEGER: Final = re.compile(r"\s*[+-]?[0-9]{1,400}\s*")
_NUMBER: Final = re.compile(r"\s*[+-]?([0-9]{1,400}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?\s*")


class UnfitError(ValueError):
    """A cell cannot be what its input declares; the message ends a sentence about the cell."""


def is_missing(cell: object) -> bool:
    """Say whether a cell holds nothing: null, NaN, or text that is empty or white space."""
    if isinstance(cell, str):
        return not cell or cell.isspace()
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def text(cell: object) -> str | None:
    """Return a cell as text; None when it is missing.

    Raises:
        UnfitError: A cell that has no text, such as bytes.
    """
    if is_missing(cell):
        return None
    if isinstance(cell, str):
        return cell
    for kind, write in _AS_TEXT:
        if isinstance(cell, kind):
            return write(cell)
    msg = f"a {type(cell).__name__} is not text"
    raise UnfitError(msg)


def number(cell: object) -> int | float | Decimal | None:
    """Return a cell as a finite number, whole ones as int; None when it is missing.

    Raises:
        UnfitError: The cell is no plain number.
    """
    if isinstance(cell, bool):
        raise UnfitError(_is_no(cell, "a number"))
    if isinstance(cell, int) and cell.bit_length() <= MAX_BITS:
        return cell
    if is_missing(cell):
        return None
    if isinstance(cell, float | Decimal):
        return _number(cell)
    if isinstance(cell, str) and _NUMBER.fullmatch(cell):
        return _number(Decimal(cell.strip()))
    raise UnfitError(_is_no(cell, "a number"))


def integer(cell: object) -> int | None:
    """Return a cell as an integer; None when it is missing.

    Raises:
        UnfitError: The cell is no whole number.
    """
    if isinstance(cell, str):
        if _INTEGER.fullmatch(cell):
            return int(cell)
        if is_missing(cell):
            return None
        raise UnfitError(_is_no(cell, "an integer"))
    try:
        found = number(cell)
    except UnfitError:
        raise UnfitError(_is_no(cell, "an integer")) from None
    if found is None or isinstance(found, int):
        return found
    # A float of that size may stand for its neighbours, too; a Decimal is what it says.
    if isinstance(found, Decimal) and found == found.to_integral_value():
        return int(found)
    raise UnfitError(_is_no(cell, "an integer"))


def boolean(cell: object) -> bool | None:
    """Return a cell as a boolean; None when it is missing.

    Raises:
        UnfitError: The cell is neither a boolean nor the text ``true`` or ``false``.
    """
    if isinstance(cell, bool):
        return cell
    if is_missing(cell):
        return None
    if isinstance(cell, str) and cell.strip().lower() in _BOOLEANS:
        return _BOOLEANS[cell.strip().lower()]
    raise UnfitError(_is_no(cell, "true or false"))


def string_json(cell: object) -> str | None:
    """Return a cell as the JSON of a string; None when it is missing."""
    if type(cell) is str:  # the common case, a tenth of a microsecond
        return encode_basestring(cell) if cell and not cell.isspace() else None
    plain = text(cell)
    return None if plain is None else encode_basestring(plain)


def _number_json(cell: object) -> str | None:
    found = number(cell)
    if found is None:
        return None
    return _decimal_text(found) if isinstance(found, Decimal) else repr(found)


def _integer_json(cell: object) -> str | None:
    found = integer(cell)
    return None if found is None else repr(found)


def _boolean_json(cell: object) -> str | None:
    found = boolean(cell)
    return None if found is None else ("true" if found else "false")


AS_JSON: Final[dict[InputType, Callable[[object], str | None]]] = {
    "string": string_json,
    "integer": _integer_json,
    "number": _number_json,
    "boolean": _boolean_json,
}
"""For each declared type: a cell to its JSON text, None when missing; raises UnfitError."""


def _number(value: float | Decimal) -> int | float | Decimal:
    """Return the plainest exact form: int, else float, else Decimal."""
    exact = Decimal(value) if isinstance(value, float) else value
    if not exact.is_finite() or abs(exact.adjusted()) > MAX_EXPONENT:
        raise UnfitError(_is_no(value, "a number of ordinary size"))
    if exact == exact.to_integral_value() and abs(exact) < MAX_EXACT:
        return int(exact)
    if isinstance(value, float):
        return value
    near = float(exact)
    return near if Decimal(repr(near)) == exact else exact


def _integer_text(value: int) -> str:
    if value.bit_length() > MAX_BITS:
        raise UnfitError(_is_no(value, "a number of ordinary size"))
    return repr(value)


def _seconds(value: timedelta) -> Decimal:
    """Count exactly: a float's six shown digits would cut 12:34:56.789 and any fortnight."""
    micros = value // timedelta(microseconds=1)
    return (Decimal(micros) / 1_000_000).normalize()


def _decimal_text(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
        raise UnfitError(_is_no(value, "a number of ordinary size"))
    return format(value, "f")


def _json_text(value: object) -> str:
    try:
        return canonical(value).decode()
    except (TypeError, ValueError, RecursionError):
        msg = f"a {type(value).__name__} that is not JSON is not text"
        raise UnfitError(msg) from None


_AS_TEXT: Final[tuple[tuple[Any, Callable[[Any], str]], ...]] = (
    (bool, lambda cell: "true" if cell else "false"),  # before int, which it is too
    (int, _integer_text),
    (float, repr),
    (Decimal, _decimal_text),
    ((date, datetime, time), lambda cell: cell.isoformat()),
    (timedelta, lambda cell: f"{_decimal_text(_seconds(cell))} s"),
    ((list, tuple, dict), _json_text),
)


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return json.dumps(cell)
    if isinstance(cell, Decimal | date | time | timedelta):
        return str(cell)
    return f"a {type(cell).__name__}" if isinstance(cell, bytes) else repr(cell)


def _is_no(cell: object, what: str) -> str:
    if isinstance(cell, int) and cell.bit_length() > MAX_BITS:
        return f"an integer of {cell.bit_length():,} bits is not {what}"
    shown = _shown(cell)
    if len(shown) > MAX_SHOWN_CHARS:
        shown = f"{shown[:MAX_SHOWN_CHARS]}…"
    return f"{shown} is not {what}"
