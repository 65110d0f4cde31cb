"""Where a field stands in an output schema: the names that lead to it, as one text; a name may hold dots."""

from __future__ import annotations

from typing import Final

_MARK: Final = "\x1f"  # what ASCII has between units: no name holds it


def under(over: str, *names: str) -> str:
    """Return the path of what stands at some names under a path."""
    return _MARK.join((over, *names) if over else names)


def own_name(path: str) -> str:
    """Return the field's own name."""
    return path.rpartition(_MARK)[2]


def parent(path: str) -> str:
    """Return the path over a field; empty for one of the schema's own."""
    return path.rpartition(_MARK)[0]


def shown(path: str) -> str:
    """Return a path with dots, as the wire has it: without the schema's own field that it lies in, if there is one."""
    return path.partition(_MARK)[2].replace(_MARK, ".") or path
