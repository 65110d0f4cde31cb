"""Work in a thread of its own, and what stops it."""

import asyncio
import os
import queue
import signal
import threading
import time
from contextvars import ContextVar
from typing import Any

import pytest

from enrich.apart import Apart
from enrich.errors import EnrichError, Interrupted
from enrich.pipeline.stopping import Stop
from enrich.stream import _is_over


def until_stopped(times=1):
    """Return some work that ends when a stop was asked for so often, and how often it was."""

    def work(stop):
        async def bought():
            ended = asyncio.Event()
            task = asyncio.current_task()
            assert task is not None
            with stop.heeded(ended.set if times == 1 else list, task.cancel):
                await ended.wait()
            return stop.times

        return asyncio.run(bought())

    return work


def test_a_stop_that_was_asked_for_before_the_buying_is_heeded():
    stop, heard = Stop(), []
    stop.ask()

    async def buying():
        with stop.heeded(lambda: heard.append("gently"), lambda: heard.append("at once")):
            assert heard == ["gently"]
            stop.ask()
            await asyncio.sleep(0)

    asyncio.run(buying())
    stop.ask()  # nothing is left to stop

    assert heard == ["gently", "gently", "at once"]


def test_a_wait_that_is_broken_off_by_anything_stops_the_work(monkeypatch):
    def alarm(*_):
        raise TimeoutError("the caller's own")

    monkeypatch.setattr("enrich.apart.LOOK_EVERY_S", 0.01)
    waiting = signal.getsignal(signal.SIGINT)

    def in_the_wait():
        for _ in range(4_000):
            if signal.getsignal(signal.SIGINT) is not waiting:
                break
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, alarm)
    try:
        work = Apart(until_stopped())
        threading.Thread(target=in_the_wait).start()
        with pytest.raises(TimeoutError, match="the caller's own"):
            work.waited_for()
    finally:
        signal.signal(signal.SIGUSR1, before)

    assert not work.is_at_work
    with pytest.raises(Interrupted):
        work.result()


def test_work_that_was_whole_when_its_stop_was_asked_for_still_tells_of_it():
    work = Apart(lambda stop: stop.ask())

    with pytest.raises(Interrupted):
        work.waited_for()


def test_a_stream_may_be_collected_in_the_thread_that_buys_for_it():
    left: queue.SimpleQueue[Apart[int]] = queue.SimpleQueue()

    def work(stop):
        left.get().leave()
        return stop.times

    buying: Apart[Any] = Apart(work)
    left.put(buying)
    with pytest.raises(Interrupted):
        buying.waited_for()

    assert buying.stop.times == 1


def test_what_is_asked_of_the_context_holds_in_the_thread():
    asked: ContextVar[str] = ContextVar("asked")
    asked.set("here")

    assert Apart(lambda _: asked.get()).waited_for() == "here"


def test_a_stream_that_was_begun_before_a_fork_is_not_waited_for_behind_it(monkeypatch):
    monkeypatch.setattr("enrich.stream.LOOK_EVERY_S", 0.01)
    work = Apart(until_stopped())
    with monkeypatch.context() as patch:
        patch.setattr("os.getpid", lambda: -1)  # as in a child
        work.leave()
        with pytest.raises(EnrichError, match="begun in another process"):
            _is_over(queue.SimpleQueue(), work)
    asked_there = work.stop.times
    work.leave()

    assert (asked_there, work.stop.times) == (0, 1)
