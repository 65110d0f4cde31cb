"""Web addresses as others write them: in inputs, columns, pages and search results; some are none."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_NONE = urlsplit("")


def split(url: str) -> SplitResult:
    """Return an address's parts; all of them empty where it cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return _NONE
    return parts


def is_address(text: str) -> bool:
    """Tell whether a text is a web address that can be read."""
    parts = split(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))  # fmt: skip


def host_of(url: str) -> str:
    """Return an address's host as ``domain`` gives it; empty where there is none."""
    return domain(split(url).hostname or "")


def domain(name: str) -> str:
    """Return the one spelling of a domain: lower case, in ASCII, without ``www.`` and the root's dot."""
    plain = name.strip().lower().rstrip(".").removeprefix("www.")
    if plain.isascii():
        return plain
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain
