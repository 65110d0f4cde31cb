"""Where in a database rows come from and go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A table to read: what a query gives.

    Attributes:
        url: ``postgresql://…``, ``sqlite:///FILE`` or ``duckdb:///FILE``; may hold a password,
            and is therefore never shown.
        query: One SQL statement that gives rows.
    """

    url: str = field(repr=False)
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A table to write, in one transaction.

    Attributes:
        url: As of a ``Query``.
        table: Its name, with its schema's before it if need be.
        key: Columns that name a row: rows that are there are updated by it. Without, the
            table is made anew.
        existing: Whether an update may write into columns that the table has and that the
            query does not give.
    """

    url: str = field(repr=False)
    table: str
    key: tuple[str, ...] = ()
    existing: Literal["error", "overwrite", "fill"] = "error"

    def __str__(self) -> str:
        return f"{shown(self.url)} {self.table}"


def shown(url: str) -> str:
    """Return an address without what may be secret: user, password and options."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"
