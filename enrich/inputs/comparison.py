"""How two sides of a condition are compared; the words for it are in ``condition``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from enrich.inputs.cells import UnfitError, is_missing, number, text

if TYPE_CHECKING:
    from collections.abc import Callable


def equal(left: object, right: object) -> bool:
    """Say whether two sides are the same; a missing one equals only a missing one."""
    if is_missing(left) or is_missing(right):
        return is_missing(left) and is_missing(right)
    pair = _pair(left, right)
    return pair is not None and bool(pair[0] == pair[1])


def ordered(order: Callable[[Any, Any], bool], left: object, right: object) -> bool:
    """Say whether an order holds; it holds for nothing that is missing or of another kind."""
    if is_missing(left) or is_missing(right):
        return False
    pair = _pair(left, right)
    return pair is not None and order(*pair)


def _pair(left: object, right: object) -> tuple[Any, Any] | None:
    """Return both sides as numbers, booleans or texts; None when they have nothing in common."""
    if type(left) is str and type(right) is str:
        return left, right
    read: Callable[[object], object] = text
    if isinstance(left, bool) or isinstance(right, bool):
        read = truth
    elif isinstance(left, int | float | Decimal) or isinstance(right, int | float | Decimal):
        read = number
    try:
        found = read(left), read(right)
    except UnfitError:
        return None
    return None if None in found else found


def truth(cell: object) -> bool | None:
    """Read a cell as a boolean; None when it is none."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str):
        return {"true": True, "false": False}.get(cell.strip().lower())
    return None


def looked(look: Callable[[str, str], bool], whole: object, part: object) -> bool:
    """Say what a function of two texts says; false where one of them is no text."""
    try:
        one, two = text(whole), text(part)
    except UnfitError:
        return False
    return one is not None and two is not None and look(one, two)
