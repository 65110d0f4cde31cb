"""HTML that cannot be spoiled by what it shows: all text is escaped where it goes in."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOID: Final = frozenset({"meta", "link", "br"})


class Html(str):
    """Text that is HTML already; only this module makes it out of strangers' text."""

    __slots__ = ()


Content = Html | str | int | float | None


def el(tag: str, *content: Content, **attributes: str | int | None) -> Html:
    """Make an element.

    Args:
        tag: Its name.
        content: Elements, and text, which is escaped; None is nothing.
        attributes: Escaped; None leaves one out. ``class_`` is ``class``, and
            ``http_equiv`` is ``http-equiv``.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{join(content)}</{tag}>")


def join(content: Iterable[Content]) -> Html:
    """Put elements and text side by side."""
    return Html("".join(map(_escaped, content)))


def outward(url: str, *content: Content) -> Html:
    """Link to a page that a stranger named: only to the web, and without saying from where."""
    try:
        is_web = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        is_web = False
    if not is_web:
        return el("span", *content)
    return el("a", *content, href=url, rel="noopener noreferrer nofollow", target="_blank")


def _escaped(content: Content) -> str:
    if content is None:
        return ""
    return content if isinstance(content, Html) else escape(str(content))
