"""Text with columns in it: ``https://{Domain | lower}``.

``{Column}`` is the cell's text. A name with odd characters stands in backticks:
``{`Odd|name`}``. Filters follow, each after a bar, and are applied in order:

==============  ==============================================================
strip           without white space at both ends
lower, upper    in that case
domain          the host of a URL or address, without ``www.``; missing if none
default:'x'     this text in place of a missing value
==============  ==============================================================

A brace is written twice to stand for itself. If a column is missing and has no
default, the whole text is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from enrich.errors import ConfigError
from enrich.inputs.cells import text
from enrich.inputs.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PIECE: Final = re.compile(r"(?P<open>\{\{)|(?P<close>\}\})|(?P<brace>[{}])|(?P<text>[^{}]+)")
_NAME: Final = re.compile(r"\s*(?:`(?P<quoted>(?:[^`]|``)+)`|(?P<bare>[^`|{}]*[^`|{}\s]))\s*")
_FILTER: Final = re.compile(
    r"\|\s*(?P<name>\w+)\s*(?::\s*(?:'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\")\s*)?"
)
_HOST: Final = re.compile(r"[^\s./@:]+(?:\.[^\s./@:]+)+")


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template.

    Attributes:
        columns: The columns that it names, each once, in order.
    """

    columns: tuple[str, ...]
    _parts: tuple[str | tuple[int, tuple[Callable[[str | None], str | None], ...]], ...]

    @classmethod
    def parse(cls, source: str, *, key: str | None = None) -> Self:
        """Read a template.

        Raises:
            ConfigError: A brace without its partner, an empty name, an unknown filter;
                it names the character, from 1.
        """
        columns: list[str] = []
        parts: list[str | tuple[int, tuple[Callable[[str | None], str | None], ...]]] = []
        place = 0
        while place < len(source):
            match = _PIECE.match(source, place)
            if match is None or match["brace"] == "}":
                raise _wrong(key, place, "`}` has no `{` before it; write `}}` for a brace")
            if match["brace"] is None:
                parts.append("{" if match["open"] else "}" if match["close"] else match[0])
                place = match.end()
                continue
            name, filters, place = _placeholder(source, match.end(), key)
            if name not in columns:
                columns.append(name)
            parts.append((columns.index(name), filters))
        return cls(tuple(columns), tuple(parts))

    def render(self, cells: Sequence[object]) -> str | None:
        """Return the text for one row; None when it is missing.

        Args:
            cells: The row's cells of ``columns``, in that order.

        Raises:
            UnfitError: A cell that has no text.
        """
        written: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                written.append(part)
                continue
            value = text(cells[part[0]])
            for change in part[1]:
                value = change(value)
            if value is None:
                return None
            written.append(value)
        return "".join(written)


def _placeholder(
    source: str, start: int, key: str | None
) -> tuple[str, tuple[Callable[[str | None], str | None], ...], int]:
    """Read ``Column | filter …}`` and return the place behind its brace."""
    named = _NAME.match(source, start)
    if named is None:
        raise _wrong(key, start, "a column's name is expected behind `{`; write `{{` for a brace")
    name = named["quoted"].replace("``", "`") if named["quoted"] else named["bare"].strip()
    filters: list[Callable[[str | None], str | None]] = []
    place = named.end()
    while place < len(source) and source[place] == "|":
        match = _FILTER.match(source, place)
        if match is None:
            raise _wrong(key, place + 1, "a filter's name is expected behind `|`")
        filters.append(_filter(match, key))
        place = match.end()
    if place >= len(source) or source[place] != "}":
        raise _wrong(key, place, "`}` is expected to close the column's name")
    return name, tuple(filters), place + 1


def _filter(match: re.Match[str], key: str | None) -> Callable[[str | None], str | None]:
    name = match["name"]
    value = match["one"] if match["one"] is not None else match["two"]
    if name == "default":
        if value is None:
            raise _wrong(key, match.end(), "write a default as default:'text'")
        return lambda present: value if present is None else present
    if name not in _FILTERS:
        near = did_you_mean(name, [*_FILTERS, "default"])
        raise _wrong(key, match.start("name"), f"there is no filter `{name}`{near}")
    if value is not None:
        raise _wrong(key, match.start("name"), f"the filter `{name}` takes no value")
    return _FILTERS[name]


def _strip(value: str | None) -> str | None:
    return value.strip() or None if value is not None else None


def _lower(value: str | None) -> str | None:
    return value.lower() if value is not None else None


def _upper(value: str | None) -> str | None:
    return value.upper() if value is not None else None


def _domain(value: str | None) -> str | None:
    if value is None:
        return None
    rest = value.strip().lower().partition("://")[2] or value.strip().lower()
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2].partition(":")[0].removeprefix("www.").rstrip(".")
    return host if _HOST.fullmatch(host) else None


_FILTERS: Final[dict[str, Callable[[str | None], str | None]]] = {
    "strip": _strip,
    "lower": _lower,
    "upper": _upper,
    "domain": _domain,
}


def _wrong(key: str | None, place: int, message: str) -> ConfigError:
    return ConfigError(f"in the template, character {place + 1}: {message}", key=key)
