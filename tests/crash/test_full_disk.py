"""A disk that is full or cannot be written, and a ledger of another version."""

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import pytest

from enrich.errors import LedgerError
from enrich.ledger import Cap, Ledger
from enrich.records import State
from tests.fakes.buying import accepted, requests
from tests.fakes.server_process import ServerProcess
from tests.fakes.victims import ROOT, write_job

NAMES = [f"{number} " + "x" * 400 for number in range(300)]
KIB = 1024


@pytest.fixture
def server(stack, tmp_path):
    return stack.enter_context(ServerProcess("--db", tmp_path / "runs.db", "--workers", "2"))


def run(job, *, file_bytes=None):
    """Run a job in a process of its own, whose files may not grow beyond some bytes."""

    def limit():
        if file_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, resource.RLIM_INFINITY))

    done = subprocess.run(
        [sys.executable, "-m", "enrich", "run", str(job)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def ledger_file(job):
    return next((job.parent / ".enrich").glob("127*.db"))


def everyday_one(everyday, *others):
    """Return sizes of which only the first is tried every day."""
    return [everyday, *(pytest.param(other, marks=pytest.mark.slow) for other in others)]


@pytest.mark.parametrize("file_kib", everyday_one(140, 64, 240, 330, 450), ids=str)
def test_files_that_may_not_grow_stop_it_and_lose_nothing(server, tmp_path, file_kib):
    job = write_job(tmp_path / "job", server.url, rows=NAMES)

    first = run(job, file_bytes=file_kib * KIB)
    second = run(job)

    assert first.returncode == 4, first.stderr
    assert "Nothing is lost" in first.stderr
    assert second.returncode == 0, second.stderr
    assert accepted(server.url) == len(NAMES)
    assert (tmp_path / "job" / "out.csv").read_text().count(",completed,") == len(NAMES)


@contextmanager
def small_disk(folder, kib):
    """Mount a file system of so many KiB."""
    folder.mkdir(parents=True)
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", folder], check=False
    )
    if not made or made.returncode:
        pytest.skip("only root may mount a small disk; the limit on files is tested everywhere")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("kib", everyday_one(300, 200, 420, 600), ids=str)
def test_a_full_disk_stops_it_and_room_lets_it_go_on(server, tmp_path, stack, kib):
    job = write_job(tmp_path / "job", server.url, rows=NAMES)
    state = tmp_path / "job" / ".enrich"
    stack.enter_context(small_disk(state, kib))

    first = run(job)
    assert first.returncode == 4, first.stderr
    assert "Nothing is lost" in first.stderr

    subprocess.run(["mount", "-o", "remount,size=64m", state], check=True)
    second = run(job)
    assert second.returncode == 0, second.stderr
    assert accepted(server.url) == len(NAMES)
    assert (tmp_path / "job" / "out.csv").read_text().count(",completed,") == len(NAMES)


def test_a_folder_that_cannot_be_written_is_a_sentence(server, tmp_path, stack):
    job = write_job(tmp_path / "job", server.url)
    state = tmp_path / "job" / ".enrich"
    if os.geteuid() == 0:  # whom no permission stops
        stack.enter_context(small_disk(state, 1000))
        subprocess.run(["mount", "-o", "remount,ro", state], check=True)
    else:
        state.mkdir()
        state.chmod(0o500)

    done = run(job)

    assert done.returncode == 4
    assert "cannot be used for the ledger" in done.stderr
    assert accepted(server.url) == 0


@pytest.mark.slow
def test_a_ledger_of_a_newer_version_is_left_alone(server, tmp_path):
    job = write_job(tmp_path / "job", server.url)
    assert run(job).returncode == 0
    with sqlite3.connect(ledger_file(job)) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    done = run(job)

    assert done.returncode == 4
    assert "newer enrich" in done.stderr
    assert accepted(server.url) == 9


@pytest.mark.parametrize("pages", [12, 14, 18, 24])
def test_a_move_that_the_disk_refuses_is_not_made_and_the_next_one_works(tmp_path, pages):
    with Ledger(tmp_path / "ledger.db") as ledger:
        task = ledger.task(b"task", "base", "{}")
        ledger.plan(task, requests(40))
        round_id = ledger.open_round("job", 40).id
        group = ledger.add_group("tgrp_1")
        ledger._db.execute(f"PRAGMA max_page_count = {pages}")
        more = requests(400, text="x" * 300)

        with pytest.raises(LedgerError, match=r"is full\. Nothing is lost"):
            ledger.plan(task, more)

        assert ledger.tally(task).states == {State.PLANNED: 40}
        ledger._db.execute("PRAGMA max_page_count = 100000")
        chunk = ledger.claim(
            task, group=group.id, round_id=round_id, cap=Cap(), max_runs=50, max_bytes=10**6
        )
        assert chunk
        assert len(chunk.requests) == 40


def test_a_disk_without_locks_is_refused(tmp_path, monkeypatch):
    def no_locks(_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("enrich.ledger.lock._try_lock", no_locks)

    with pytest.raises(LedgerError, match=r"cannot be used for the ledger: No locks available"):
        Ledger(tmp_path / "ledger.db")
