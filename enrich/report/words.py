"""The small pieces of the page, and how numbers are written on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from enrich.html import Html, el, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from enrich.html import Content


def bdi(text: str) -> Html:
    """Show text of others; its direction of writing does not reach what stands beside it."""
    return el("bdi", "".join(char for char in text if char.isprintable() or char == " "))


def count(number: int, what: str) -> str:
    """Return ``1 row``, ``1,000 rows``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def percent(part: float, whole: float) -> str:
    """Return a share as a person reads it: never 100 % or 0 % when it is not quite."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return f"{min(99, max(1, round(share))) if 0 < share < 100 else round(share)} %"


def money(usd: float) -> str:
    """Return an amount, never less than it is."""
    thousandths = math.ceil(round(usd * 1000, 6))
    return f"${thousandths / 1000:,.3f}".removesuffix("0") if thousandths else "free"


def number(value: float) -> str:
    """Return a number with its thousands apart, and no more digits than say something."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def chip(level: str | None) -> Html:
    """Show a confidence."""
    known = level if level in {"low", "medium", "high"} else ""
    return el(
        "span", f"{level} confidence" if level else "not said", class_=f"chip {known}".strip()
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[Content]]) -> Html:
    """Show rows; on a phone each becomes a block, with its heads inside."""
    body = (
        el(
            "tr",
            el("th", row[0], scope="row"),
            *(
                el("td", cell, data_label=head)
                for head, cell in zip(heads[1:], row[1:], strict=True)
            ),
        )
        for row in rows
    )
    return el(
        "div",
        el(
            "table",
            el("thead", el("tr", *(el("th", head, scope="col") for head in heads))),
            el("tbody", *body),
            class_="stacked",
        ),
        class_="scroll",
    )


def facts_list(*pairs: tuple[str, Content]) -> Html:
    """Show names and what they are."""
    made = (join((el("dt", name), el("dd", what))) for name, what in pairs)
    return el("dl", *made, class_="facts")
