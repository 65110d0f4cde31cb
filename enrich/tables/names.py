"""Columns asked for by name."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING

from enrich.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def positions(names: Iterable[str], columns: Sequence[str], *, path: str) -> tuple[int, ...]:
    """Return where some columns stand, ascending and each once.

    Raises:
        TableError: A name that no column has, or that two have.
    """
    return tuple(sorted({_position(name, columns, path) for name in names}))


def check_distinct(columns: Sequence[str], *, path: str) -> None:
    """See that no two columns have one name.

    Raises:
        TableError: Two have.
    """
    for name, count in Counter(columns).items():
        if count > 1:
            _position(name, columns, path)


def unknown(name: str, columns: Sequence[str], *, path: str) -> TableError:
    """Return the error for a name that no column has; it names the nearest one."""
    near = difflib.get_close_matches(name, columns, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"It has: {_listing(columns)}."
    return TableError(f"{path}: has no column '{name}'. {hint}")


def _position(name: str, columns: Sequence[str], path: str) -> int:
    if name not in columns:
        raise unknown(name, columns, path=path)
    first = columns.index(name)
    if name in columns[first + 1 :]:
        second = columns.index(name, first + 1)
        raise TableError(
            f"{path}: columns {first + 1} and {second + 1} are both named '{name}'. "
            "Rename one of them."
        )
    return first


def _listing(columns: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in columns[:20])
    return f"{shown} and {len(columns) - 20} more" if len(columns) > 20 else shown or "none"
