"""What can be asked of the store. One connection, one thread at a time."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import msgspec

from enrich.server.store.rows import Balance, DueWebhook, GroupRow, ListedRun, Page, RunRow
from enrich.server.store.sql import QUERIES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

ALL_RUNS = 0


class Reader:
    """Questions; none of them changes anything."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, run_id: str, account_no: int) -> RunRow | None:
        """Find a run of an account."""
        row = self._one("run_by_id", run_id=run_id, account_no=account_no)
        return RunRow(*row) if row else None

    def group(self, taskgroup_id: str, account_no: int) -> GroupRow | None:
        """Find a group of an account."""
        row = self._one("group_by_id", taskgroup_id=taskgroup_id, account_no=account_no)
        return GroupRow(*row) if row else None

    def group_again(self, group_no: int) -> GroupRow:
        """Read a group that is known."""
        return GroupRow(*self._one("group_by_no", group_no=group_no))

    def counts(self, group_no: int = ALL_RUNS, *, until: str | None = None) -> dict[str, int]:
        """Count runs by status; statuses with none are missing.

        Args:
            group_no: A group, or all runs.
            until: Count only runs accepted by this time.
        """
        if until is None:
            return dict(self._all("counts", group_no=group_no))
        return dict(self._all("counts_before", group_no=group_no, until=until))

    def last_position(self, group_no: int, *, until: str) -> int:
        """Position of a group's newest run that was accepted by this time."""
        (position,) = self._one("last_position_before", group_no=group_no, until=until)
        return int(position)

    def recent_groups(self, account_no: int, *, before: int | None, n: int) -> list[GroupRow]:
        """List an account's groups, the newest first."""
        rows = self._all("recent_groups", account_no=account_no, before=before, n=n)
        return [GroupRow(*row) for row in rows]

    def recent_runs(self, account_no: int, *, before: int | None, n: int) -> list[ListedRun]:
        """List an account's runs that are in no group, the newest first."""
        rows = self._all("recent_runs", account_no=account_no, before=before, n=n)
        return [ListedRun(RunRow._make(row[:-2]), *row[-2:]) for row in rows]

    def posts_since(self, account_no: int, since: str) -> list[tuple[str, int]]:
        """List when an account created runs after a time, and how many, the oldest first."""
        rows = self._connection.execute(QUERIES["newest_runs"])
        recent = takewhile(lambda row: row[1] > since, rows)
        posts = Counter(created_at for owner, created_at in recent if owner == account_no)
        return sorted(posts.items())

    def balance(self, account_no: int) -> Balance:
        """Say what an account has bought."""
        return Balance(*self._one("balance", account_no=account_no))

    def input(self, run_no: int) -> str:
        """Read a run's body with the spec that holds."""
        return str(self._one("run_input", run_no=run_no)[0])

    def output(self, run_no: int) -> str | None:
        """Read a completed run's output."""
        row = self._one("run_output", run_no=run_no)
        return row[0] if row else None

    def runs(
        self, group_no: int, *, after: int, n: int, status: str | None = None
    ) -> list[ListedRun]:
        """List some of a group's runs behind a position, in order."""
        rows = self._all("runs_page", group_no=group_no, after=after, n=n, status=status)
        return [ListedRun(RunRow._make(row[:-2]), *row[-2:]) for row in rows]

    def run_frames(
        self,
        group_no: int,
        *,
        after: int,
        until: int,
        n: int,
        status: str | None = None,
        with_input: bool = False,
        with_output: bool = False,
    ) -> Page:
        """Write the first events of a listing with a position in (after, until], ``n`` at most."""
        return Page._make(
            self._one(
                "run_frames",
                group_no=group_no,
                after=after,
                until=until,
                n=n,
                status=status,
                with_input=with_input,
                with_output=with_output,
            )
        )

    def event_frames(self, group_no: int, *, after: int, until: int, n: int) -> Page:
        """Write the first of a group's events numbered in (after, until], ``n`` at most."""
        return Page._make(
            self._one("event_frames", group_no=group_no, after=after, until=until, n=n)
        )

    def due_webhooks(
        self, now: float, *, n: int, but: Iterable[int] = (), busy: Iterable[str] = ()
    ) -> list[DueWebhook]:
        """List whom to tell by now, the longest waiting first.

        Args:
            now: Seconds since 1970.
            n: How many at most.
            but: Runs that are left out.
            busy: Hosts that are left out.
        """
        rows = self._all("due_webhooks", now=now, n=n, but=json_list(but), busy=json_list(busy))
        return [
            DueWebhook(webhook_id, url, host, attempts, ended_at, RunRow(*run))
            for webhook_id, url, host, attempts, ended_at, *run in rows
        ]

    def next_webhook_at(self, *, but: Iterable[int] = (), busy: Iterable[str] = ()) -> float | None:
        """Say when the next one is to be told, in seconds since 1970."""
        at: float | None = self._one("next_webhook_at", but=json_list(but), busy=json_list(busy))[0]
        return at

    def _one(self, query: str, **values: Any) -> Any:
        return self._connection.execute(QUERIES[query], values).fetchone()

    def _all(self, query: str, **values: Any) -> list[Any]:
        return self._connection.execute(QUERIES[query], values).fetchall()


def json_list(values: Iterable[int | str]) -> str:
    """Write what ``json_each`` reads."""
    return msgspec.json.encode(list(values)).decode()
