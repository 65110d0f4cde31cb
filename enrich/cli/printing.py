"""Data to stdout, talk to stderr."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from enrich.progress import as_json, write_on

if TYPE_CHECKING:
    from collections.abc import Iterable


def members_of(value: Any) -> dict[str, Any]:
    """Return a dataclass's members; ``asdict`` cannot copy a Counter."""
    return {member.name: getattr(value, member.name) for member in fields(value)}


def to_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; what JSON has no form for, as text."""
    return as_json(value, sys.stdout, indent)


def print_lines(lines: Iterable[str]) -> None:
    """Print data."""
    for line in lines:
        write_on(sys.stdout, f"{line}\n")


def say(lines: Iterable[str]) -> None:
    """Talk to who runs the command."""
    for line in lines:
        write_on(sys.stderr, f"{line}\n")
