"""Shards whose ledgers lie in shared storage: killed anywhere, each input is bought once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from enrich.ledger.objects import Objects
from tests.crash.test_shards import DISTINCT, make_place
from tests.fakes.buying import accepted
from tests.fakes.victims import KILLED, ROOT

POINTS = ["before _append", "behind _append", "behind claim", "sent POST v1/tasks/groups/runs"]


@pytest.fixture
def place(tmp_path, server, victims):
    """Make a place; its job is the same each time, its ledgers are elsewhere."""
    state = f"state: file://{tmp_path}/shared"
    return lambda name="shards": make_place(tmp_path / name, server, victims, more=state)


@pytest.fixture(scope="module")
def table(tmp_path_factory, server, victims):
    """What one command with its ledger in a folder writes."""
    one = make_place(tmp_path_factory.mktemp("unbroken"), server, victims)
    assert one.run().code == 0
    return one.output


def test_shards_write_what_one_command_writes(place, table):
    shards = place()

    ended = shards.together(3)

    assert [each.code for each in ended] == [0] * 3, [each.said for each in ended]
    assert shards.output == table
    assert shards.bought == DISTINCT
    assert not shards.job.with_name(".enrich").exists()


@pytest.mark.parametrize(
    "point",
    [POINTS[1], *(pytest.param(p, marks=pytest.mark.slow) for p in POINTS if p != POINTS[1])],
)
def test_killed_shards_go_on_with_the_same_commands(place, table, point):
    shards = place()

    died = [shards.together(2, dict.fromkeys(which, point)) for which in ([0, 1], [1])]
    last = shards.together(2)

    assert {each.code for ended in died for each in ended} <= {0, KILLED}
    assert died[0][0].code == KILLED
    assert [each.code for each in last] == [0] * 2, [each.said for each in last]
    assert shards.output == table
    assert shards.bought == DISTINCT


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_each_record_and_each_post(place, table):
    points = [
        number
        for number, name in enumerate(place("dry").run().points, 1)
        if "_append" in name or "POST" in name
    ]
    killed = 0
    for number in points:
        one = place(f"killed{number}")
        folder = one.job.parent
        one.job.write_text(one.job.read_text().replace("/shared", f"/shared{number}"))
        before = accepted(one.server.url)

        first, last = one.run(kill_at=number), one.run()

        # How many points there are hangs on the clock, too: the last of them may be missing.
        assert first.code == KILLED or len(first.points) < number, first.said
        killed += first.code == KILLED
        assert last.code == 0, last.said
        assert (folder / "out.csv").read_bytes() == table["out.csv"]
        assert accepted(one.server.url) - before == DISTINCT
    assert killed > 15


SNAPSHOT = ["before compact", "before write", "behind write", "before clear", "behind clear"]


@pytest.mark.slow
@pytest.mark.parametrize("point", SNAPSHOT)
def test_killed_in_a_snapshot_while_a_post_is_in_doubt(place, table, point):
    one = place()

    died = [one.run(kill_at=each) for each in ("sent POST v1/tasks/groups/runs", point)]
    last = one.run()

    assert [each.code for each in died] == [KILLED] * 2, died[-1].said
    assert last.code == 0, last.said
    assert one.output == table
    assert one.bought == DISTINCT


STAND_STILL = """
import os, signal, sys
from enrich.ledger.shared import SharedLedger
claim = SharedLedger.claim
def and_stop(self, *args, **kwargs):
    chunk = claim(self, *args, **kwargs)
    if chunk:
        os.kill(os.getpid(), signal.SIGSTOP)
    return chunk
SharedLedger.claim = and_stop
sys.argv = ["enrich", "run", sys.argv[1], "--yes", "--quiet"]
from enrich.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_one_that_stood_still_pays_nothing_and_leaves(place, table, tmp_path):
    """Also when the number of its next record is free again: snapshots cover it meanwhile."""
    shards = place()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", STAND_STILL, str(shards.job)],
        cwd=ROOT,
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    ) as still:
        os.waitid(os.P_PID, still.pid, os.WSTOPPED)
        (journal,) = (tmp_path / "shared").glob("*/journal")
        next_number = len(list(journal.iterdir())) + 1
        before = time.monotonic()
        command = [sys.executable, "-m", "enrich", "run", str(shards.job), "--yes", "--quiet"]
        hurried = "from enrich.ledger import shared, presence\n"
        hurried += "shared.COMPACTED_AFTER = 1\n"
        hurried += "presence.SILENT_S, shared.POST_TAKES_S, shared.SEND_WITHIN_S = 3.0, 0.0, 1.0\n"
        hurried += "import sys, runpy; sys.argv = sys.argv[1:]; runpy.run_module('enrich', run_name='__main__')"
        for _ in range(2):
            subprocess.run(
                [sys.executable, "-c", hurried, *command[2:]], cwd=ROOT, env=environ, check=True
            )
        assert not (journal / f"{next_number:010}").exists()
        assert time.monotonic() - before > 3.0
        while time.monotonic() - before < 10.5:
            time.sleep(0.1)
        os.kill(still.pid, signal.SIGCONT)
        _, said = still.communicate(timeout=60)

    assert still.returncode == 4, said
    assert "taken over" in said
    assert shards.output == table
    assert shards.bought == DISTINCT


def test_the_journal_is_numbered_without_holes_behind_its_snapshot(place, tmp_path):
    shards = place()
    for _ in range(2):
        shards.run()

    (api,) = (tmp_path / "shared").iterdir()
    objects = Objects(f"file://{api}")
    (snapshot,) = objects.names("snapshots")
    begin = int(snapshot.removeprefix("snapshots/"))
    names = objects.names("journal")
    assert names == [f"journal/{begin + number:010}" for number in range(len(names))]
