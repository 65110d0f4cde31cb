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
    from collections.abc import AsyncGenerator, Iterable

    from enrich.server.feed import Feed
    from enrich.server.lanes import Access
    from enrich.server.sse import Silence
    from enrich.server.store.reader import Reader
    from enrich.server.store.rows import GroupRow

PAGE_CHARS: Final = 128 * 1024
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

    def page(reader: Reader, after: int) -> tuple[bytes, int]:
        frames = reader.run_frames(
            group.group_no,
            after=after,
            until=until,
            status=status,
            with_input=with_input,
            with_output=with_output,
        )
        return _joined(frames, until)

    while after < until:
        chunk, after = await access.read(page, after)
        if chunk:
            yield chunk


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


class _Page(NamedTuple):
    """Some events of a group.

    Attributes:
        frames: As they are sent.
        reached: Number of the last of them.
        is_last: Nothing follows, and no run of the group is active.
    """

    frames: bytes
    reached: int
    is_last: bool


def _events_page(reader: Reader, group: GroupRow, after: int) -> _Page:
    # Whether anything is active is read first: when nothing is, the log that is read after
    # it has all that ended. Its length is next: it only grows, so what it names is there.
    active = _is_active(reader.counts(group.group_no))
    until = reader.group_again(group.group_no).last_event
    frames, reached = _joined(reader.event_frames(group.group_no, after=after, until=until), until)
    return _Page(frames, reached, is_last=reached == until and not active)


def _joined(frames: Iterable[tuple[int, str]], until: int) -> tuple[bytes, int]:
    """Join as many as make a page, and say how far it reaches: to the last of them, or to the end."""
    page: list[str] = []
    size = 0
    for number, frame in frames:
        page.append(frame)
        size += len(frame)
        if size >= PAGE_CHARS:
            return "".join(page).encode(), number
    return "".join(page).encode(), until


def _is_active(counts: dict[str, int]) -> bool:
    return any(counts.get(status) for status in ACTIVE_STATUSES)
