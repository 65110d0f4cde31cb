"""What a group's streams tell.

Source: protocol reference, sections 4.9, 4.10, 8.3 and 18.8.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from enrich.server import wire
from enrich.server.sse import interrupted
from enrich.taskapi.models import ACTIVE_STATUSES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from enrich.server.feed import Feed
    from enrich.server.lanes import Access
    from enrich.server.sse import Silence
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import GroupRow, Page

PAGE_BYTES: Final = 128 * 1024
MAX_FRAMES: Final = 256
FEW_FRAMES: Final = 16
MAX_GROUP_STREAM_S: Final = 3_600.0
GATHER_S: Final = 0.01
"""How long news waits for more of its kind, to leave in one write."""
TELLING_S: Final = 0.0005
"""And how much longer for each stream that tells it: a few times what the telling costs,
so that a thousand streams leave the server time for its work."""


async def runs_snapshot(
    access: Access,
    group: GroupRow,
    *,
    after: int,
    until: int,
    status: str | None,
    with_input: bool,
    with_output: bool,
) -> AsyncGenerator[bytes]:
    """Tell every run that is in a group now, and end."""

    def read(reader: Reader, after: int, n: int) -> Page:
        return reader.run_frames(
            group.group_no,
            after=after,
            until=until,
            n=n,
            status=status,
            with_input=with_input,
            with_output=with_output,
        )

    n = FEW_FRAMES
    while after < until:
        page = await access.read(read, after, n)
        if page.frames:
            yield page.frames
        if page.last is None or page.n < n:
            return
        after = page.last
        # Outputs may be large: as many as make a page, if they are as these.
        n = max(1, min(MAX_FRAMES, 2 * n, n * PAGE_BYTES // len(page.frames)))


async def group_events(
    access: Access, feed: Feed, group: GroupRow, *, after: int, silence: Silence
) -> AsyncGenerator[bytes]:
    """Tell what happens in a group while one of its runs is active."""
    with feed.listen(group.group_no) as rung:
        while not silence.over:
            rung.clear()
            page = await feed.look(
                group.group_no, after, partial(access.read, _events_page, group, after)
            )
            if page.frames:
                yield page.frames
            if page.is_last:
                return
            if page.reached != after:
                after = page.reached
            elif feed.closing:
                yield interrupted()
                return
            elif await silence.broken(rung):
                await asyncio.sleep(max(GATHER_S, feed.count(group.group_no) * TELLING_S))
            elif not silence.over:
                yield wire.KEEPALIVE


class _EventsPage(NamedTuple):
    """Some events of a group.

    Attributes:
        frames: As they are sent.
        reached: Number of the last of them.
        is_last: Nothing follows, and no run of the group is active.
    """

    frames: bytes
    reached: int
    is_last: bool


def _events_page(reader: Reader, group: GroupRow, after: int) -> _EventsPage:
    # Whether anything is active is read first: when nothing is, the log that is read after
    # it has all that ended. Its length is next: it only grows, so what it names is there.
    active = _is_active(reader.counts(group.group_no))
    until = reader.group_again(group.group_no).last_event
    page = reader.event_frames(group.group_no, after=after, until=until, n=MAX_FRAMES)
    reached = until if page.last is None or page.n < MAX_FRAMES else page.last
    return _EventsPage(page.frames, reached, is_last=reached == until and not active)


def _is_active(counts: dict[str, int]) -> bool:
    return any(counts.get(status) for status in ACTIVE_STATUSES)
