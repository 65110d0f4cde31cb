import asyncio
from types import SimpleNamespace
from typing import Any

from enrich.research.question import Message, Sources
from enrich.server.feed import MAX_MESSAGES, Feed, Progress
from enrich.server.run_stream import run_events
from enrich.server.sse import Silence


def test_only_listeners_of_the_topic_hear():
    async def drive():
        feed = Feed()
        with feed.listen("a") as a, feed.listen("b") as b:
            feed.ring(["a", "c"])
            assert (a.is_set(), b.is_set()) == (True, False)

    asyncio.run(drive())


def test_a_listener_leaves_nothing_behind():
    async def drive():
        feed = Feed()
        with feed.listen("a"):
            assert feed.has_listeners("a")
        assert not feed.has_listeners("a")
        assert not feed._topics

    asyncio.run(drive())


def test_closing_wakes_everyone_also_those_who_come_later():
    async def drive():
        feed = Feed()
        with feed.listen("a") as early:
            feed.close()
            with feed.listen("b") as late:
                assert (early.is_set(), late.is_set()) == (True, True)

    asyncio.run(drive())


def test_a_run_that_says_much_loses_its_oldest_messages():
    progress = Progress()
    for i in range(MAX_MESSAGES + 5):
        progress.tell(Message(kind="search", text=str(i)))

    assert len(progress.messages) == MAX_MESSAGES
    assert progress.dropped == 5
    assert progress.messages[0][1].text == "5"


def test_only_the_newest_sources_are_kept():
    progress = Progress()
    progress.tell(Sources(considered=1, read=0))
    progress.tell(Sources(considered=9, read=3))

    assert progress.sources == Sources(considered=9, read=3)
    assert progress.messages == []


def test_what_several_look_at_is_read_once_until_it_moves():
    reads: list[int] = []

    async def read():
        reads.append(len(reads))
        await asyncio.sleep(0)
        return reads[-1]

    async def drive():
        feed = Feed()
        with feed.listen("a"):
            both = await asyncio.gather(*(feed.look("a", 1, read) for _ in range(2)))
            again = await feed.look("a", 1, read)
            feed.ring(["a"])
            moved = await feed.look("a", 1, read)
        return [*both, again, moved]

    assert asyncio.run(drive()) == [0, 0, 0, 1]


def test_a_listener_that_leaves_takes_what_is_read_from_nobody_else():
    async def drive():
        feed = Feed()
        go = asyncio.Event()

        async def read():
            await go.wait()
            return 7

        with feed.listen("a"):
            leaves = asyncio.create_task(feed.look("a", 1, read))
            stays = asyncio.create_task(feed.look("a", 1, read))
            await asyncio.sleep(0)
            leaves.cancel()
            go.set()
            return await stays

    assert asyncio.run(drive()) == 7


def test_the_stream_of_a_run_that_is_broken_off_promises_no_cursor():
    run = SimpleNamespace(status="running", state="{}", run_no=1)
    reader: Any = SimpleNamespace(run=lambda *_: run)

    class Access:
        async def read(self, look: Any) -> Any:
            return look(reader)

    async def drive():
        feed = Feed()
        feed.close()
        access: Any = Access()
        silence = Silence(lasts_s=60.0, keepalive_s=15.0)
        told = run_events(access, feed, {}, run_id="r", account_no=1, silence=silence)
        return [frame async for frame in told]

    state, end = asyncio.run(drive())
    assert state.startswith(b"event: task_run.state\n")
    assert end.startswith(b"event: error\n")
    assert b"reconnect to hear it from the start" in end
    assert b"last_event_id" not in end
