"""How far a value that was read is the one that is known: figures grow, lists lose an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from enrich.research.words import fold

if TYPE_CHECKING:
    from enrich.records import Json

_ALIKE: Final = 0.02  # a relative difference that rounding and a year explain
_LOOSELY: Final = 0.25  # likewise, of figures that grow; they count the less the farther they are


def close(one: Json, other: Json) -> float:
    """Return 1 where two values say the same, less where figures are as far apart as years make them."""
    if isinstance(other, list):
        return float(same_list(one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return float(one is other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        if abs(other) <= 3_000:
            return float(one == other)
        off = off_by(one, other)
        return 1.0 if off <= _ALIKE else 1.0 - 2.0 * off if off <= _LOOSELY else 0.0
    return float(isinstance(one, str) and isinstance(other, str) and fold(one) == fold(other))


def off_by(one: Json, other: Json) -> float:
    """Return the relative difference of two numbers; 0 for anything else."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and other:
        return abs(one - other) / abs(other)
    return 0.0


def same_list(one: Json, other: list[Json]) -> bool:
    """Tell whether two lists have most of their items in common."""
    first = {fold(str(v)) for v in one} if isinstance(one, list) else set()
    second = {fold(str(v)) for v in other}
    return bool(first & second) and len(first & second) * 2 > max(len(first), len(second))
