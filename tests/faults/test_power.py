"""The power fails: what the disk holds when a POST arrives is enough to buy nothing twice."""

import asyncio
import json
import shutil
import threading
import time
from contextlib import suppress

import pytest

import enrich.ledger.file
from enrich.clock import Clock
from enrich.errors import LedgerError
from enrich.ledger import Cap, Ledger
from enrich.records import State
from enrich.runs import Ended, Limits, Runner
from enrich.runs.bodies import KEY
from tests.conftest import FakeClock
from tests.fakes.buying import TASK, Heard, answers, requests
from tests.fakes.wire_api import WireApi

COUNT, CHUNK = 40, 4


class Disk:
    """What of a ledger's folder a loss of power leaves: what was synced, and nothing since."""

    def __init__(self, folder, kept):
        self.folder, self.kept = folder, kept
        self.syncs = 0
        self._one_at_a_time = threading.Lock()

    def sync(self, _descriptor):
        # Copied first: what is written while the disk works may be missing afterwards.
        with self._one_at_a_time:
            made = self.kept / str(self.syncs + 1)
            shutil.copytree(self.folder, made, ignore=shutil.ignore_patterns("*-shm"))
            self.syncs += 1

    def after_a_loss(self, place):
        shutil.copytree(self.kept / str(self.syncs), place)
        return place / "ledger.db"


@pytest.fixture
def disk(tmp_path, monkeypatch):
    monkeypatch.setattr("enrich.runs.submit.MAX_RUNS_PER_POST", CHUNK)
    monkeypatch.setattr("enrich.runs.submit.RUNS_PER_GROUP", CHUNK * 3)
    disk = Disk(tmp_path / "folder", tmp_path / "kept")
    monkeypatch.setattr(enrich.ledger.file, "sync_to_disk", disk.sync)
    return disk


def buy(ledger, wire, clock, *, on_start=None):
    async def work():
        task_id = ledger.task(b"task", TASK.processor, "{}")
        ledger.plan(task_id, requests(COUNT))
        round_ = ledger.open_round("job", COUNT)
        async with wire.client(clock) as api:
            runner = Runner(api, ledger, limits=Limits(), clock=clock, listener=Heard())
            if on_start:
                on_start(runner)
            return await runner.buy(TASK, task_id, round_, Cap())

    return asyncio.run(clock.run(work()) if isinstance(clock, FakeClock) else work())


def test_each_chunk_is_on_the_disk_when_its_post_arrives(tmp_path, disk):
    """With real threads: lanes wait for the disk side by side."""
    wire, posts = WireApi(), 0
    missing: list[str] = []

    def arrives(natural):
        nonlocal posts
        posts += 1
        group = wire.runs[-1]["taskgroup_id"]
        sent = {item["metadata"][KEY] for item in wire.posts[-1]["inputs"]}
        with Ledger(disk.after_a_loss(tmp_path / f"post{posts}")) as ledger:
            for chunk in ledger.submitting():
                if chunk.taskgroup_id == group:
                    sent -= {request.fingerprint.hex() for request in chunk.requests}
        missing.extend(sent)
        return natural

    wire.always("add_runs", arrives)

    with Ledger(disk.folder / "ledger.db") as ledger:
        assert buy(ledger, wire, Clock()) is Ended.SETTLED

    assert posts == COUNT / CHUNK
    assert missing == []


@pytest.mark.parametrize("post", range(1, COUNT // CHUNK + 1))
def test_power_lost_while_a_post_is_answered_buys_nothing_twice(tmp_path, disk, clock, post):
    wire, lost = WireApi(), tmp_path / "lost"

    def fails(_natural):
        disk.after_a_loss(lost)
        raise KeyboardInterrupt

    wire.on("add_runs", *[None] * (post - 1), fails)
    with Ledger(disk.folder / "ledger.db") as ledger, suppress(KeyboardInterrupt):
        buy(ledger, wire, clock)
    disk.folder = lost

    with Ledger(lost / "ledger.db") as ledger:
        assert buy(ledger, wire, clock) is Ended.SETTLED
        assert answers(ledger, requests(COUNT)) == [f"a{number}" for number in range(COUNT)]

    bought = [json.dumps(run["input"]) for run in wire.runs]
    assert len(bought) == len(set(bought)) == COUNT


def test_a_disk_that_refuses_lets_no_post_leave(disk, clock, monkeypatch):
    wire = WireApi()

    def refuses(_descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(enrich.ledger.file, "sync_to_disk", refuses)
    with Ledger(disk.folder / "ledger.db") as ledger:
        with pytest.raises(LedgerError, match="Input/output error"):
            buy(ledger, wire, clock)
        assert wire.posts == []
        assert ledger.tally()[State.RUNNING] == 0
        monkeypatch.setattr(enrich.ledger.file, "sync_to_disk", disk.sync)

        assert buy(ledger, wire, clock) is Ended.SETTLED

    assert len(wire.runs) == COUNT


def test_a_stop_while_the_disk_is_waited_for_leaves_nothing_in_doubt(disk, monkeypatch):
    wire = WireApi()
    started: list[tuple[Runner, asyncio.AbstractEventLoop]] = []

    def slow(descriptor):
        disk.sync(descriptor)
        ((runner, loop),) = started
        loop.call_soon_threadsafe(runner.stop)
        time.sleep(0.2)

    def note(runner):
        started.append((runner, asyncio.get_running_loop()))

    monkeypatch.setattr(enrich.ledger.file, "sync_to_disk", slow)
    with Ledger(disk.folder / "ledger.db") as ledger:
        assert buy(ledger, wire, Clock(), on_start=note) is Ended.STOPPED
        assert ledger.submitting() == []
        assert ledger.tally()[State.COMPLETED] == len(wire.runs) > 0
        assert ledger.tally()[State.PLANNED] == COUNT - len(wire.runs)
