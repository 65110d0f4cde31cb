"""Runs in a table: what each was asked, what it answered, and from how many sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from enrich.html import el, join
from enrich.server.pages.frame import chip, members, short

if TYPE_CHECKING:
    from enrich.html import Content, Html
    from enrich.server.store.rows import ListedRun, RunRow

HEADS: Final = ("Run", "Status", "Input", "Output", "Sources")


def link(run: RunRow) -> Html:
    """Link to a run by the end of its id, which tells it from its neighbours."""
    return el(
        "a",
        f"…{run.run_id[-8:]}",
        href=f"/runs/{run.run_id}",
        class_="id whole",
        title=run.run_id,
    )


def cells(listed: ListedRun) -> list[Content]:
    """Show one run."""
    run = listed.run
    asked = msgspec.json.decode(listed.input)["input"]
    output = msgspec.json.decode(listed.output) if listed.output else {}
    error = msgspec.json.decode(run.error) if run.error else {}
    sources = {
        c["url"] for basis in output.get("basis") or () for c in basis.get("citations") or ()
    }
    return [
        link(run),
        join((chip(run.status), el("div", run.processor, class_="soft small"))),
        members(asked),
        members(output["content"]) if output else short(error.get("message", "")),
        str(len(sources)) if output else "",
    ]
