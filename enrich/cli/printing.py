"""Data to stdout, talk to stderr."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable


def members_of(value: Any) -> dict[str, Any]:
    """Return a dataclass's members; ``asdict`` cannot copy a Counter."""
    return {member.name: getattr(value, member.name) for member in fields(value)}


def to_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; what JSON has no form for, as text."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def print_lines(lines: Iterable[str]) -> None:
    """Print data."""
    for line in lines:
        click.echo(line)


def say(lines: Iterable[str]) -> None:
    """Talk to who runs the command."""
    for line in lines:
        click.echo(line, err=True)
