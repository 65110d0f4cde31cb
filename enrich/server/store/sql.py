"""The SQL beside this module, by name."""

from __future__ import annotations

import re
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED = re.compile(r"^-- name: (\w+).*\n", re.MULTILINE)


def _read(file: str) -> str:
    return resources.files("enrich.server.store").joinpath(file).read_text("utf-8")


def parse(text: str) -> dict[str, str]:
    """Split a file of queries into name and statement."""
    parts = _NAMED.split(text)[1:]
    return {
        name: statement.strip() for name, statement in zip(parts[::2], parts[1::2], strict=True)
    }


def migration(version: int) -> str:
    """Read what brings a database from the version before to this one."""
    return _read(f"migrations/{version:04}.sql")


SCHEMA: Final = _read("schema.sql")
QUERIES: Final[Mapping[str, str]] = MappingProxyType(parse(_read("queries.sql")))
