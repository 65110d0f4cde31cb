"""The first page: how the account stands, its groups, and its single runs."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from enrich.html import el, join
from enrich.server.pages.frame import chip, members, moment, page, table
from enrich.server.pages.listing import HEADS, cells, link
from enrich.server.pages.story import last_word
from enrich.server.requests import query_position
from enrich.server.wire import group_status
from enrich.taskapi.models import ACTIVE_STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from enrich.html import Html
    from enrich.server.auth import Account
    from enrich.server.feed import Progress
    from enrich.server.service import Service
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import Balance, GroupRow, ListedRun, RunRow

PAGE = 25


async def overview(service: Service, account: Account, request: Request) -> Response:
    """GET /: the newest first; ``before`` goes back."""
    before_group = query_position(request, "groups_before")
    before_run = query_position(request, "runs_before")

    def look(
        reader: Reader,
    ) -> tuple[Balance, list[tuple[GroupRow, dict[str, int]]], list[ListedRun], list[RunRow]]:
        groups = reader.recent_groups(account.number, before=before_group, n=PAGE)
        told = (reader.run(run_id, account.number) for run_id in list(service.at_work.progress))
        return (
            reader.balance(account.number),
            [(group, reader.counts(group.group_no)) for group in groups],
            reader.recent_runs(account.number, before=before_run, n=PAGE),
            list(islice((run for run in told if run and run.status == "running"), PAGE)),
        )

    balance, groups, runs, at_work = await service.access.read(look)
    active = any(group_status(counts, "").is_active for _, counts in groups)
    return page(
        "Runs",
        el("h1", "Runs"),
        _tiles(balance, account),
        *_at_work(at_work, service.at_work.progress),
        el("h2", "Groups"),
        table(["Group", "Created", "Progress"], map(_group_row, groups))
        if groups
        else el("p", "No groups yet.", class_="soft"),
        _older("groups_before", [group.group_no for group, _ in groups]),
        el("h2", "Single runs"),
        table(HEADS, map(cells, runs)) if runs else el("p", "No single runs yet.", class_="soft"),
        _older("runs_before", [listed.run.run_no for listed in runs]),
        account=account.name,
        active=active or any(listed.run.status in ACTIVE_STATUSES for listed in runs),
    )


def _at_work(runs: list[RunRow], progress: dict[str, Progress]) -> list[Html]:
    """Show the runs that tell of their work, with what each said last."""
    telling = [(run, said) for run in runs if (said := progress.get(run.run_id)) is not None]
    if not telling:
        return []
    return [
        el("h2", "At work"),
        table(
            ["Run", "Since", "Last word"],
            (
                [
                    link(run),
                    join((moment(run.modified_at), el("div", run.processor, class_="soft small"))),
                    last_word(said),
                ]
                for run, said in telling
            ),
        ),
    ]


def progress(counts: dict[str, int]) -> Html:
    """Show how far a group is."""
    status = group_status(counts, "")
    total = status.num_task_runs
    done = total - sum(counts.get(word, 0) for word in ("queued", "running", "cancelling"))
    failed = counts.get("failed", 0)
    return el(
        "span",
        el("progress", f"{done} of {total}", value=done, max=max(total, 1)),
        " ",
        el("span", f"{done:,} of {total:,}", class_="whole"),
        " ",
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
        progress(counts),
    ]


def _older(name: str, numbers: list[int]) -> Html | None:
    if len(numbers) < PAGE:
        return None
    return el("p", el("a", "Older", href=f"/?{name}={numbers[-1]}"))
