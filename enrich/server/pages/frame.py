"""What every page has around it, and the small pieces that several have in common."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.responses import HTMLResponse

from enrich.html import Html, el, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.html import Content

STYLE: Final = resources.files("enrich.server.pages").joinpath("style.css").read_text("utf-8")
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = {
    # Nothing is loaded and nothing runs but the style, whatever a page may show.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
REFRESH_S: Final = 5
SHORT_CHARS: Final = 120


def page(
    title: str,
    *content: Content,
    account: str = "",
    active: bool = False,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    """Answer with a page; one about something that moves loads itself again."""
    html = el(
        "html",
        el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", http_equiv="refresh", content=REFRESH_S) if active else None,
            el("title", f"{title} · Task API"),
            el("style", Html(STYLE)),
        ),
        el(
            "body",
            el("header", el("a", "Task API", href="/"), el("span", account)),
            el("main", *content),
        ),
        lang="en",
    )
    return HTMLResponse(f"<!doctype html>{html}", status, headers={**HEADERS, **(headers or {})})


def chip(word: str, text: str | None = None) -> Html:
    """Show a status or a confidence."""
    return el("span", text or word.replace("_", " "), class_=f"chip {word}")


def table(heads: Sequence[str], rows: Iterable[Sequence[Content]]) -> Html:
    """Show rows; on a narrow screen each becomes a card, with its heads inside."""
    return el(
        "table",
        el("thead", el("tr", *(el("th", head) for head in heads))),
        el(
            "tbody",
            *(
                el(
                    "tr",
                    *(
                        el("td", cell, data_label=head or None)
                        for head, cell in zip(heads, row, strict=True)
                    ),
                )
                for row in rows
            ),
        ),
    )


def facts(*pairs: tuple[str, Content]) -> Html:
    """Show names and what they are; those that are None are left out."""
    return el(
        "dl",
        *(join((el("dt", name), el("dd", value))) for name, value in pairs if value is not None),
    )


def moment(at: str) -> Html:
    """Show a time of the wire: UTC, to the second."""
    return el("time", f"{at[:19].replace('T', ' ')} UTC", datetime=at)


def short(value: Any) -> str:
    """Write a value in one line of bounded length."""
    text = " ".join(plain(value).split())
    return text if len(text) <= SHORT_CHARS else text[: SHORT_CHARS - 1] + "…"


def plain(value: Any) -> str:
    """Write a value as a person does: text as it is, and the rest as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def members(value: Any) -> str:
    """Write an object in one line as ``name: value``, and the rest as it is."""
    if isinstance(value, dict):
        return short(" · ".join(f"{name}: {listed(member)}" for name, member in value.items()))
    return short(value)


def listed(value: Any) -> str:
    """Write a list of plain values with commas, and the rest as ``plain`` does."""
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ", ".join(map(plain, value))
    return plain(value)


def json_block(json: str) -> Html:
    """Show stored JSON, indented."""
    return el("pre", msgspec.json.format(json, indent=2))
