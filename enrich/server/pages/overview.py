"""The first page: how the account stands, its groups, and its single runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from enrich.html import el
from enrich.server.pages.frame import chip, members, moment, page, table
from enrich.server.requests import query_position
from enrich.server.wire import group_status

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.html import Html
    from enrich.server.auth import Account
    from enrich.server.service import Service
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import Balance, GroupRow, RunRow

PAGE = 25


async def overview(service: Service, account: Account, request: Request) -> Response:
    """GET /: the newest first; ``before`` goes back."""
    before_group = query_position(request, "groups_before")
    before_run = query_position(request, "runs_before")

    def look(
        reader: Reader,
    ) -> tuple[Balance, list[tuple[GroupRow, dict[str, int]]], list[RunRow]]:
        groups = reader.recent_groups(account.number, before=before_group, n=PAGE)
        return (
            reader.balance(account.number),
            [(group, reader.counts(group.group_no)) for group in groups],
            reader.recent_runs(account.number, before=before_run, n=PAGE),
        )

    balance, groups, runs = await service.access.read(look)
    active = any(group_status(counts, "").is_active for _, counts in groups)
    return page(
        "Runs",
        el("h1", "Runs"),
        _tiles(balance, account),
        el("h2", "Groups"),
        table(["Group", "Created", "Runs", "Progress"], map(_group_row, groups))
        if groups
        else el("p", "No groups yet.", class_="soft"),
        _older("groups_before", [group.group_no for group, _ in groups]),
        el("h2", "Single runs"),
        table(["Run", "Created", "Processor", "Status"], map(_run_row, runs))
        if runs
        else el("p", "No single runs yet.", class_="soft"),
        _older("runs_before", [run.run_no for run in runs]),
        account=account.name,
        active=active or any(run.status in {"queued", "running"} for run in runs),
    )


def progress(counts: dict[str, int]) -> Html:
    """Show how far a group is."""
    status = group_status(counts, "")
    total = status.num_task_runs
    done = total - sum(counts.get(word, 0) for word in ("queued", "running", "cancelling"))
    failed = counts.get("failed", 0)
    return el(
        "span",
        el("progress", f"{done} of {total}", value=done, max=max(total, 1)),
        f" {done:,} of {total:,} ",
        chip("failed", f"{failed:,} failed") if failed else None,
    )


def usd(thousandths: int) -> str:
    """Write an amount that is held in thousandths of a USD."""
    return f"${thousandths / 1_000:,.3f}"


def _tiles(balance: Balance, account: Account) -> Html:
    credit = "no limit" if account.credit is None else f"of {usd(account.credit)}"
    numbers = [
        (f"{balance.runs:,}", "runs accepted"),
        (usd(balance.charged), f"charged, {credit}"),
        (usd(balance.reserved), "held for runs in flight"),
    ]
    return el(
        "div",
        *(
            el("div", el("b", n), el("span", what, class_="soft"), class_="card")
            for n, what in numbers
        ),
        class_="tiles",
    )


def _group_row(row: tuple[GroupRow, dict[str, int]]) -> list[Html]:
    group, counts = row
    about = msgspec.json.decode(group.metadata) if group.metadata else None
    return [
        el(
            "span",
            el("a", group.taskgroup_id, href=f"/groups/{group.taskgroup_id}", class_="id"),
            el("br") if about else None,
            el("span", members(about), class_="soft") if about else None,
        ),
        moment(group.created_at),
        el("span", f"{sum(counts.values()):,}"),
        progress(counts),
    ]


def _run_row(run: RunRow) -> list[Html]:
    return [
        el("a", run.run_id, href=f"/runs/{run.run_id}", class_="id"),
        moment(run.created_at),
        el("span", run.processor),
        chip(run.status),
    ]


def _older(name: str, numbers: list[int]) -> Html | None:
    if len(numbers) < PAGE:
        return None
    return el("p", el("a", "Older", href=f"/?{name}={numbers[-1]}"))
