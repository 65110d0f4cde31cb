"""The snapshots of a shared ledger: killed at any step, read at any step, and woken up behind one."""

import shutil
import threading

import obstore
import pytest

from enrich.errors import LedgerError
from enrich.ledger import Cap, Settlement
from enrich.ledger import presence as presence_module
from enrich.ledger import shared as shared_module
from enrich.ledger import snapshots as snapshots_module
from enrich.ledger.journal import Journal
from enrich.ledger.objects import Objects
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from tests.unit.ledger.test_ledger import contents, request


class Killed(BaseException):
    """What stands for SIGKILL: nothing is asked of the storage any more."""


class Storage:
    """What is asked of the storage, step by step."""

    def __init__(self, monkeypatch):
        self._steps = 0
        self._at = None
        self._then = lambda: None
        for name in ("put", "get", "list", "delete"):
            monkeypatch.setattr(obstore, name, self._watched(getattr(obstore, name)))

    def at(self, step, then):
        """Do something at a step, counted from now; count only, without."""
        self._steps, self._at, self._then = 0, step, then

    def _watched(self, do):
        def watched(store, what, *args, **how):
            self._reach()
            if isinstance(what, list) and len(what) > 1:  # it can end in the middle
                do(store, what[::2])
                self._reach()
                what = what[1::2]
            made = do(store, what, *args, **how)
            self._reach()
            return made

        return watched

    def _reach(self):
        if threading.current_thread().name == "enrich-ledger":
            return  # the note is renewed when it is time
        self._steps += 1
        if self._at is not None and self._steps >= self._at:
            self._then()

    @property
    def steps(self):
        return self._steps


@pytest.fixture
def storage(monkeypatch):
    monkeypatch.setattr(presence_module, "SILENT_S", 0.05)
    return Storage(monkeypatch)


@pytest.fixture
def url(tmp_path):
    return f"file://{tmp_path}/shared"


def opened(url, monkeypatch, *, after=10**6):
    monkeypatch.setattr(shared_module, "COMPACTED_AFTER", after)
    return SharedLedger(Objects(url), "")


def read(url):
    with Replica(Objects(url), "") as ledger:
        return contents(ledger)


def buy(ledger, first, *, end=True):
    """Buy three requests; let one complete."""
    task = ledger.task(b"digest", "base", "{}")
    ledger.forget_plan()
    ledger.plan(task, [request(number) for number in range(first, first + 3)])
    round_ = ledger.open_round("job", 3)
    group = ledger.add_group(f"tgrp_{first}")
    chunk = ledger.claim(
        task, group=group.id, round_id=round_.id, cap=Cap(), max_runs=9, max_bytes=10**6
    )
    if end:
        ledger.resolve(chunk, {each.id: f"trun_{first}_{each.id}" for each in chunk.requests})
        one = chunk.requests[0].id
        ledger.settle([Settlement(request=one, run_id=f"trun_{first}_{one}", output=b"{}")])
        ledger.write_out()
    return chunk


def names(url, folder):
    return Objects(url).names(folder)


@pytest.fixture
def written(url, monkeypatch):
    """A journal with a snapshot, and records behind it; the last POST is in doubt."""
    monkeypatch.setattr(snapshots_module, "PART_BYTES", 30_000)
    opened(url, monkeypatch).close()
    with opened(url, monkeypatch, after=1) as ledger:
        buy(ledger, 0)
    with opened(url, monkeypatch) as ledger:
        buy(ledger, 3)
        buy(ledger, 6, end=False)
    return read(url)


def test_a_snapshot_is_what_its_records_come_to_and_they_are_gone(url, written, monkeypatch):
    before = names(url, "journal")
    with opened(url, monkeypatch, after=1) as ledger:
        head = ledger.journal.head
        assert contents(ledger) == written

    assert len(before) > 10
    assert names(url, "journal") == [f"journal/{head:010}"]
    assert names(url, "snapshots") == [f"snapshots/{head:010}"]
    assert len(names(url, "parts")) > 1
    assert read(url) == written


def test_few_records_are_no_reason_for_a_snapshot(url, written, monkeypatch):
    before = names(url, "snapshots")
    with opened(url, monkeypatch, after=shared_module.COMPACTED_AFTER):
        pass
    assert names(url, "snapshots") == before


@pytest.mark.parametrize("each", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_at_any_step_of_a_snapshot_nothing_is_lost_or_left(
    url, written, storage, monkeypatch, tmp_path, each
):
    def kill():
        raise Killed

    def restore():
        storage.at(None, None)
        shutil.rmtree(tmp_path / "shared")
        shutil.copytree(tmp_path / "kept", tmp_path / "shared")

    shutil.copytree(tmp_path / "shared", tmp_path / "kept")
    opened(url, monkeypatch, after=1).close()
    steps = storage.steps
    assert steps > 50
    for step in range(1, steps + 1, each):
        restore()
        storage.at(step, kill)
        with pytest.raises(Killed):
            opened(url, monkeypatch, after=1).close()
        storage.at(None, None)
        assert read(url) == written, step
        with opened(url, monkeypatch, after=1) as ledger:
            head = ledger.journal.head
            assert contents(ledger) == written, step
        assert names(url, "journal") == [f"journal/{head:010}"], step
        assert names(url, "snapshots") == [f"snapshots/{head:010}"], step
        assert all(f"/{head:010}-" in name for name in names(url, "parts")), step


@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_read_while_another_makes_a_snapshot_at_any_step(url, written, storage, monkeypatch, each):
    def another():
        storage.at(None, None)
        opened(url, monkeypatch, after=1).close()

    storage.at(None, None)
    read(url)
    assert storage.steps > 20
    for step in range(1, storage.steps + 1, each):
        storage.at(step, another)
        assert read(url) == written, step


def asleep(ledger):
    """Let a ledger stand still: its note is not renewed, and it lets go of nothing."""
    ledger.presence.release()
    return ledger


def test_whoever_slept_behind_a_snapshot_buys_nothing_and_is_read_by_nobody(url, monkeypatch):
    """Each stands at another number of the journal; one reader does, too."""
    sleepers, readers = [], []
    for number in range(4):
        ledger = opened(url, monkeypatch)
        buy(ledger, 3 * number, end=number % 2 == 0)
        sleepers.append(asleep(ledger))
        readers.append(Replica(Objects(url), ""))
    with opened(url, monkeypatch, after=1) as ledger:
        buy(ledger, 30)
    expected = read(url)

    for number, ledger in enumerate(sleepers):
        with pytest.raises(LedgerError, match="taken over by another enrich"):
            buy(ledger, 3 * number + 100)
        with pytest.raises(LedgerError, match="taken over by another enrich"):
            ledger.add_group("tgrp")
        ledger._close()
    assert len(names(url, "journal")) > 8  # what they wrote where there was room
    for reader in readers:
        reader.version()
        assert contents(reader) == expected
        reader.close()
    with opened(url, monkeypatch, after=1) as ledger:
        head = ledger.journal.head
        assert contents(ledger) == expected
    assert names(url, "journal") == [f"journal/{head:010}"]


def test_what_one_that_slept_wrote_into_a_single_gap_is_read_by_nobody(url, written, monkeypatch):
    """No record is missing then: only the snapshot tells."""
    sleeper = asleep(opened(url, monkeypatch))
    reader = Replica(Objects(url), "")
    opened(url, monkeypatch).close()
    opened(url, monkeypatch, after=1).close()

    with pytest.raises(LedgerError, match="taken over by another enrich"):
        sleeper.add_group("tgrp_nobodys")
    sleeper._close()
    assert len(names(url, "journal")) == 2
    reader.version()
    assert contents(reader) == written
    reader.close()


def test_one_that_slept_while_it_opened_does_not_get_it(url, written, monkeypatch):
    append = Journal.append

    def first_another(self, do, at, what):
        monkeypatch.setattr(Journal, "append", append)
        for _ in range(3):
            opened(url, monkeypatch, after=1).close()
        append(self, do, at, what)

    monkeypatch.setattr(presence_module, "SILENT_S", 0.05)
    monkeypatch.setattr(Journal, "append", first_another)
    with pytest.raises(LedgerError, match="taken over by another enrich"):
        opened(url, monkeypatch)
    assert read(url) == written


@pytest.mark.parametrize("folder", ["parts", "snapshots"])
def test_one_that_slept_while_it_made_a_snapshot_harms_nothing(url, written, monkeypatch, folder):
    slept: list[str] = []

    def and_sleep(write):
        def first_another(self, name, data):
            if not slept and name.startswith(f"{folder}/"):
                slept.append(name)
                for first in (20, 30):
                    with opened(url, monkeypatch, after=1) as ledger:
                        buy(ledger, first)
            return write(self, name, data)

        return first_another

    monkeypatch.setattr(presence_module, "SILENT_S", 0.05)
    monkeypatch.setattr(Objects, "put", and_sleep(Objects.put))
    monkeypatch.setattr(Objects, "create", and_sleep(Objects.create))
    woken = opened(url, monkeypatch, after=1)

    assert len(slept) == 1
    expected = read(url)
    assert len(expected["request"]) == len(written["request"]) + 6
    with pytest.raises(LedgerError, match="taken over by another enrich"):
        buy(woken, 100)
    woken._close()
    with opened(url, monkeypatch, after=1) as ledger:
        assert contents(ledger) == expected


def cut(objects, name):
    objects.put(name, objects.get(name)[:-1])


def gone(objects, name):
    objects.delete([name])


def newer(objects, name):
    objects.put(name, b'{"sizes":[],"sums":[],"format":99}')


@pytest.mark.parametrize(
    ("folder", "harm", "said"),
    [
        ("snapshots", cut, "snapshots/0000000002 is damaged"),
        ("parts", cut, "parts/0000000002-00000 is damaged .its checksum"),
        ("parts", gone, "parts/0000000002-00000 is missing"),
        ("snapshots", newer, "newer enrich .format 99"),
        ("snapshots", gone, "record journal/0000000001 of its journal is missing"),
    ],
)
def test_a_snapshot_that_is_not_whole_is_a_sentence(url, written, harm, folder, said):
    objects = Objects(url)
    harm(objects, objects.names(folder)[0])

    with pytest.raises(LedgerError, match=said):
        read(url)
