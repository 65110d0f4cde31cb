"""The SQL beside this module, by name."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED = re.compile(r"^-- (name|part): (\w+).*\n", re.MULTILINE)
_NOTHING = bytearray()
_PART = re.compile(r"\{(\w+)\}")


def _read(file: str) -> str:
    return resources.files("enrich.server.store").joinpath(file).read_text("utf-8")


def parse(text: str) -> dict[str, str]:
    """Split a file of queries into name and statement, with each part in its place."""
    found = _NAMED.split(text)[1:]
    pieces = list(zip(found[::3], found[1::3], found[2::3], strict=True))
    parts = {name: piece.strip() for kind, name, piece in pieces if kind == "part"}

    def whole(piece: str) -> str:
        return _PART.sub(lambda match: whole(parts[match[1]]), piece)

    return {name: whole(piece.strip()) for kind, name, piece in pieces if kind == "name"}


@cache
def many(query: str, n: int) -> str:
    """Write a query that adds one row for ``n`` rows.

    One statement takes a half of the time of as many, and Python's lock is taken once.
    """
    head, row = QUERIES[query].removesuffix(";").split("VALUES ")
    return f"{head}VALUES {', '.join([row] * n)};"


def quick(json: bytes | None) -> bytearray:
    """Make JSON what is bound quickly, and nothing, which SQL makes NULL, of None.

    For ``bytes`` and for ``None`` Python's sqlite3 looks for an adapter each time, which
    takes several times as long as binding.
    """
    return bytearray(json) if json else _NOTHING


def migration(version: int) -> str:
    """Read what brings a database from the version before to this one."""
    return _read(f"migrations/{version:04}.sql")


SCHEMA: Final = _read("schema.sql")
QUERIES: Final[Mapping[str, str]] = MappingProxyType(parse(_read("queries.sql")))
