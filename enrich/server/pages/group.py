"""A group's page: how it stands, and its runs with what they were asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from enrich.html import el
from enrich.server.groups import STATUSES, find_group
from enrich.server.pages.frame import facts, members, moment, page, table
from enrich.server.pages.listing import HEADS, cells
from enrich.server.pages.overview import progress
from enrich.server.problems import not_found
from enrich.server.requests import query_position
from enrich.server.wire import group_status

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.html import Content, Html
    from enrich.server.auth import Account
    from enrich.server.service import Service
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import ListedRun

PAGE = 50


async def group(service: Service, account: Account, request: Request) -> Response:
    """GET /groups/{taskgroup_id}: in the order of the inputs; ``after`` goes on."""
    row = find_group(service, account, request)
    after = query_position(request, "after") or 0
    status = request.query_params.get("status") or None
    if status is not None and status not in STATUSES:
        raise not_found("No such status")

    def look(reader: Reader) -> tuple[dict[str, int], list[ListedRun]]:
        runs = reader.runs(row.group_no, after=after, n=PAGE, status=status)
        return reader.counts(row.group_no), runs

    counts, runs = await service.access.read(look)
    here = f"/groups/{row.taskgroup_id}"
    last = runs[-1].run.position if len(runs) == PAGE else None
    chosen = {} if status is None else {"status": status}
    return page(
        row.taskgroup_id,
        el("h1", el("span", row.taskgroup_id, class_="id")),
        el(
            "div",
            facts(
                ("Created", moment(row.created_at)),
                ("About", members(msgspec.json.decode(row.metadata)) if row.metadata else None),
                ("Progress", progress(counts)),
            ),
            class_="card",
        ),
        _filters(here, counts, status),
        table(["", *HEADS], map(_row, runs)) if runs else el("p", "No runs here.", class_="soft"),
        el("p", el("a", "Next", href=f"{here}?{urlencode({**chosen, 'after': last})}"))
        if last
        else None,
        account=account.name,
        active=group_status(counts, "").is_active,
    )


def _filters(here: str, counts: dict[str, int], chosen: str | None) -> Html:
    links = [(None, "all", sum(counts.values())), *((s, s, n) for s, n in sorted(counts.items()))]
    return el(
        "nav",
        *(
            el(
                "a",
                f"{word.replace('_', ' ')} {n:,}",
                href=here if status is None else f"{here}?{urlencode({'status': status})}",
                class_=f"chip {word}",
                aria_current="true" if status == chosen else None,
            )
            for status, word, n in links
        ),
        class_="chips",
        aria_label="Filter by status",
    )


def _row(listed: ListedRun) -> list[Content]:
    return [el("span", listed.run.position, class_="soft whole"), *cells(listed)]
