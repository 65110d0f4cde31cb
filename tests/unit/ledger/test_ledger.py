import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from importlib.resources import files

import pytest

from enrich.errors import LedgerError
from enrich.ledger import Cap, Ledger, Settlement, shared
from enrich.ledger.database import APPLICATION_ID, is_made
from enrich.ledger.objects import Objects
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from enrich.records import Request, RowStatus, State

FREE = Cap()


def request(number):
    text = f'{{"company":"Company {number}"}}'.encode()
    return Request(fingerprint=hashlib.sha256(text).digest(), input=text)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "api.example.db"


@pytest.fixture(params=["file", "shared"])
def ledger(request, path, clock, monkeypatch):
    """A ledger of either kind; a shared one must come out of its journal as it is here.

    And out of a snapshot, too.
    """
    if request.param == "file":
        with Ledger(path, clock=clock) as ledger:
            yield ledger
        return
    objects = Objects(f"file://{path.parent}/shared")
    with SharedLedger(objects, "", clock=clock) as ledger:
        yield ledger
        ledger.write_out()
        ledger.forget_plan()  # no other command knows it
        last = contents(ledger)
        with Replica(objects, "", clock=clock) as again:
            assert contents(again) == last
    monkeypatch.setattr(shared, "COMPACTED_AFTER", 1)
    SharedLedger(objects, "", clock=clock).close()
    with Replica(objects, "", clock=clock) as again:
        assert again.journal.begin
        assert contents(again) == last


def contents(ledger):
    """Return all that a ledger holds, by what it is called everywhere."""
    tables = {
        "task": "SELECT * FROM task",
        "task_group": "SELECT * FROM task_group",
        "chunk": "SELECT id, task_group, state, round, micro_usd, unsettled, part FROM chunk",
        "round": "SELECT * FROM round",
        "request": "SELECT fingerprint, task, state, attempts, chunk, run_id, settled_at, error,"
        " input, previous, interaction_id FROM request",
        "result": "SELECT fingerprint, output FROM result JOIN request ON request.id = request",
        "extra": "SELECT fingerprint, extra_run.run_id FROM extra_run"
        " JOIN request ON request.id = request",
        "lesson": "SELECT * FROM lesson",
        "replaced": "SELECT fingerprint, output FROM replaced JOIN request ON request.id = request",
    }
    return {name: sorted(ledger._db.execute(sql), key=repr) for name, sql in tables.items()}


@pytest.fixture
def task(ledger):
    return ledger.task(b"digest", "base", "{}")


@pytest.fixture
def round_id(ledger):
    return ledger.open_round("job", 10).id


@pytest.fixture
def group(ledger):
    return ledger.add_group("tgrp_1")


def planned(ledger, task, count):
    ledger.forget_plan()
    return ledger.plan(task, [request(number) for number in range(count)])


def claimed(ledger, task, group, round_id, *, cap=FREE, max_runs=1000, max_bytes=10**6):
    return ledger.claim(
        task, group=group.id, round_id=round_id, cap=cap, max_runs=max_runs, max_bytes=max_bytes
    )


def run_ids(chunk):
    return {request.id: f"trun_{request.id}" for request in chunk.requests}


def bought(ledger, task, group, round_id, count, cap=FREE):
    planned(ledger, task, count)
    chunk = claimed(ledger, task, group, round_id, cap=cap)
    ledger.resolve(chunk, run_ids(chunk))
    return chunk


def completed(request_id, output=b'{"type":"text","content":"x"}'):
    return Settlement(request=request_id, run_id=f"trun_{request_id}", output=output)


def failed(request_id):
    return Settlement(request=request_id, run_id=f"trun_{request_id}", error="it broke")


def test_a_request_goes_from_planned_to_completed(ledger, task, group, round_id):
    planned(ledger, task, 3)
    assert ledger.tally(task).states == {State.PLANNED: 3}

    chunk = claimed(ledger, task, group, round_id)
    assert ledger.tally(task).states == {State.SUBMITTING: 3}

    ledger.resolve(chunk, run_ids(chunk))
    assert ledger.tally(task).states == {State.RUNNING: 3}

    ledger.settle([completed(each.id) for each in chunk.requests])
    assert ledger.tally(task).states == {State.COMPLETED: 3}
    outcome = ledger.outcomes([request(1).fingerprint])[0]
    assert outcome.status is RowStatus.COMPLETED
    assert outcome is not None
    assert outcome.output == b'{"type":"text","content":"x"}'
    assert outcome.processor == "base"


def test_planning_twice_adds_nothing(ledger, task):
    first = planned(ledger, task, 5)
    again = ledger.plan(task, [request(number) for number in range(5)])

    assert [each.id for each in first] == [each.id for each in again]
    assert not any(each.new for each in again)
    assert ledger.planned(task) == 5


def test_what_was_planned_and_not_bought_is_forgotten(ledger, task):
    planned(ledger, task, 5)
    ledger.forget_plan()

    assert ledger.planned(task) == 0
    assert ledger.outcomes([request(1).fingerprint]) == [None]


def test_a_chunk_is_bounded_in_runs_and_bytes(ledger, task, group, round_id):
    planned(ledger, task, 10)

    assert len(claimed(ledger, task, group, round_id, max_runs=4).requests) == 4
    assert len(claimed(ledger, task, group, round_id, max_bytes=60).requests) == 2
    # One input that is larger than all bytes of a chunk goes alone.
    assert len(claimed(ledger, task, group, round_id, max_bytes=1).requests) == 1


def test_what_was_not_created_is_planned_again_and_gives_its_price_back(
    ledger, task, group, round_id
):
    cap = Cap(micro_usd_per_run=10_000, max_runs=10)
    planned(ledger, task, 6)
    chunk = claimed(ledger, task, group, round_id, cap=cap)
    assert ledger.round("job").micro_usd == 60_000

    some = dict(list(run_ids(chunk).items())[:2])
    ledger.resolve(chunk, some)

    assert ledger.tally(task).states == {State.RUNNING: 2, State.PLANNED: 4}
    assert (ledger.round("job").runs, ledger.round("job").micro_usd) == (2, 20_000)
    assert ledger.group(group.id).runs == 2


def test_a_refused_input_costs_nothing_and_is_not_planned_again(ledger, task, group, round_id):
    planned(ledger, task, 3)
    chunk = claimed(ledger, task, group, round_id)
    ledger.resolve(chunk, {}, refused={chunk.requests[1].id: "too odd"})

    assert ledger.tally(task).states == {State.PLANNED: 2, State.REFUSED: 1}
    assert ledger.round("job").runs == 0
    again = planned(ledger, task, 3)
    assert sorted(each.state for each in again) == ["planned", "planned", "refused"]


def test_the_budget_is_never_passed(ledger, task, group, round_id):
    cap = Cap(micro_usd_per_run=10_000, max_micro_usd=35_000)
    planned(ledger, task, 10)

    assert len(claimed(ledger, task, group, round_id, cap=cap).requests) == 3
    assert claimed(ledger, task, group, round_id, cap=cap) is None
    assert not ledger.has_room(round_id, cap)
    assert ledger.has_room(round_id, Cap(micro_usd_per_run=10_000, max_micro_usd=40_000))


def test_a_part_of_a_round_pays_too_and_has_a_cap_of_its_own(ledger, task, group, round_id):
    part = ledger.open_round("job/escalated", 10).id
    cap = Cap(micro_usd_per_run=10_000, max_micro_usd=90_000, part=part, part_max_micro_usd=45_000)
    chunk = bought(ledger, task, group, round_id, 10, cap)
    assert (len(chunk.requests), claimed(ledger, task, group, round_id, cap=cap)) == (4, None)

    ledger.settle([failed(chunk.requests[0].id), completed(chunk.requests[1].id)])
    second = claimed(ledger, task, group, round_id, cap=cap)
    ledger.resolve(second, {})

    spent = [ledger.round(job).micro_usd for job in ("job", "job/escalated")]
    assert (len(second.requests), spent) == (1, [30_000, 30_000])
    assert ledger.round("job/escalated").failed == 1


def test_a_failed_run_gives_its_price_back_and_is_bought_again_only_when_asked(
    ledger, task, group, round_id
):
    cap = Cap(micro_usd_per_run=10_000, max_runs=3)
    chunk = bought(ledger, task, group, round_id, 3, cap)
    first, *others = [each.id for each in chunk.requests]
    ledger.settle([failed(first), *(completed(each) for each in others)])

    assert (ledger.round("job").runs, ledger.round("job").micro_usd) == (2, 20_000)
    assert ledger.round("job").failed == 1
    planned(ledger, task, 3)
    assert ledger.planned(task) == 0
    ledger.plan(task, [request(0)], retry_failed=True)
    assert ledger.planned(task) == 1
    again = claimed(ledger, task, group, round_id, cap=cap)
    assert [each.attempt for each in again.requests] == [2]


def test_a_failed_request_is_not_bought_for_ever(ledger, task, group, round_id):
    for attempt in range(1, 5):
        ledger.forget_plan()
        ledger.plan(task, [request(0)], retry_failed=True)
        chunk = claimed(ledger, task, group, round_id)
        if attempt == 4:
            assert chunk is None
        else:
            ledger.resolve(chunk, run_ids(chunk))
            ledger.settle([failed(chunk.requests[0].id)])


def test_a_retry_that_was_only_planned_stays_failed(ledger, task, group, round_id):
    chunk = bought(ledger, task, group, round_id, 1)
    ledger.settle([failed(chunk.requests[0].id)])
    ledger.plan(task, [request(0)], retry_failed=True)
    ledger.forget_plan()

    outcome = ledger.outcomes([request(0).fingerprint])[0]
    assert (outcome.status, outcome.error) == (RowStatus.FAILED, "it broke")


def test_a_stale_result_is_renewed_and_kept_until_then(ledger, task, group, round_id, clock):
    chunk = bought(ledger, task, group, round_id, 1)
    ledger.settle([completed(chunk.requests[0].id, b'{"old":1}')])
    clock.time += 100

    def state():
        outcome = ledger.outcomes([request(0).fingerprint])[0]
        return outcome.status, outcome.output

    known = ledger.plan(task, [request(0)], stale_before=clock.time - 50)
    assert known[0].stale
    assert state() == (RowStatus.COMPLETED, b'{"old":1}')
    ledger.forget_plan()
    assert state() == (RowStatus.COMPLETED, b'{"old":1}')

    ledger.plan(task, [request(0)], stale_before=clock.time - 50)
    chunk = claimed(ledger, task, group, round_id)
    ledger.resolve(chunk, run_ids(chunk))
    ledger.settle([failed(chunk.requests[0].id)])
    assert state() == (RowStatus.COMPLETED, b'{"old":1}')

    ledger.plan(task, [request(0)], stale_before=clock.time - 50)
    chunk = claimed(ledger, task, group, round_id)
    ledger.resolve(chunk, run_ids(chunk))
    ledger.settle([completed(chunk.requests[0].id, b'{"new":1}')])
    assert state() == (RowStatus.COMPLETED, b'{"new":1}')
    assert not ledger.plan(task, [request(0)], stale_before=clock.time - 50)[0].stale


def test_a_run_paid_for_twice_is_counted_and_kept_by_name(ledger, task, group, round_id):
    planned(ledger, task, 1)
    chunk = claimed(ledger, task, group, round_id)
    number = chunk.requests[0].id
    ledger.resolve(chunk, {number: "trun_a"}, extra=[("trun_b", number)])

    assert ledger.tally(task).extra_runs == 1
    assert ledger.round("job").runs == 2
    assert ledger.group(group.id).runs == 2


def test_a_chunk_without_an_answer_is_there_after_a_restart(path, clock):
    with Ledger(path, clock=clock) as ledger:
        task = ledger.task(b"digest", "base", "{}")
        group = ledger.add_group("tgrp_1")
        round_id = ledger.open_round("job", 2).id
        planned(ledger, task, 2)
        chunk = claimed(ledger, task, group, round_id)

    with Ledger(path, clock=clock) as ledger:
        assert [chunk] == ledger.submitting()


def test_a_move_from_the_wrong_state_changes_nothing(ledger, task, group, round_id):
    chunk = bought(ledger, task, group, round_id, 2)
    first, second = [each.id for each in chunk.requests]
    ledger.settle([completed(first)])

    with pytest.raises(LedgerError, match="does not agree with itself"):
        ledger.settle([completed(second), completed(first)])
    assert ledger.tally(task).states == {State.COMPLETED: 1, State.RUNNING: 1}


def test_a_round_is_the_same_until_it_is_closed(ledger):
    first = ledger.open_round("job", 5)
    assert ledger.open_round("job", 7).id == first.id
    assert ledger.open_round("other", 7).id != first.id
    ledger.close_round(first.id)
    assert ledger.open_round("job", 7).id != first.id


HOLD = """
import sys
from pathlib import Path
from enrich.ledger import Ledger
with Ledger(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_refused_though_the_holders_note_is_damaged(path):
    with Ledger(path):
        path.with_name(f"{path.name}.lock").write_bytes(b'{"pid":1,"host":"\xff","since":0}')
        with pytest.raises(LedgerError, match="in use by another enrich"):
            Ledger(path)


def test_a_second_writer_is_told_who_holds_it(path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LedgerError, match=rf"process {holder.pid} on .*state:"):
            Ledger(path)
        with Ledger(path, read_only=True) as reader:  # looking is always allowed
            assert reader.tally().states == {}
        holder.kill()
        holder.wait(30)
        Ledger(path).close()  # the lock died with its holder


HALF_MADE = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 2")  # so that pages reach the file before the transaction's end
db.execute("BEGIN IMMEDIATE")
db.execute("CREATE TABLE half (made)")
db.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_one_whose_maker_was_killed_is_not_there_yet_for_a_reader_and_made_by_the_next_writer(path):
    path.parent.mkdir()
    subprocess.run([sys.executable, "-c", HALF_MADE, path], check=False, timeout=60)
    assert path.with_name(f"{path.name}-journal").stat().st_size > 0

    assert not is_made(path)
    with Ledger(path) as ledger:
        assert ledger.tally().states == {}
    assert is_made(path)


FORKED = """
import os, sys
from pathlib import Path
from enrich.ledger import Ledger
from enrich.errors import LedgerError
path = Path(sys.argv[1])
ledger = Ledger(path)
pipe = os.pipe()
child = os.fork()
if child == 0:
    os.read(pipe[0], 1)  # alive, with the lock's file open, until the parent is done
    os._exit(0)
second = os.fork()
if second == 0:
    ledger._lock.release()
    os._exit(0)
os.waitpid(second, 0)
try:
    Ledger(path)
    print("a child let go of its parent's lock")
except LedgerError:
    pass
ledger.close()
Ledger(path).close()
os.write(pipe[1], b"x")
os.waitpid(child, 0)
print("let go")
"""


def test_the_lock_is_its_process_own_whatever_is_forked_meanwhile(path):
    path.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", FORKED, path], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout == "let go\n"


def test_a_file_of_another_program_is_left_alone(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()

    with pytest.raises(LedgerError, match="another program"):
        Ledger(path)
    assert before == path.read_bytes()


@pytest.fixture
def old(path):
    """A ledger of the first format: one run at work, one answered, one POST in doubt."""
    path.parent.mkdir(parents=True)
    first = files("enrich.ledger") / "migrations" / "0001.sql"
    old = sqlite3.connect(path, isolation_level=None)
    old.executescript(first.read_text("utf-8"))
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO task VALUES (1, ?, 'base', '{}')", (b"digest",))
    old.execute("INSERT INTO task_group VALUES (1, 'tgrp_1', 1.0, 2)")
    old.execute("INSERT INTO round VALUES (1, 'job', 1.0, NULL, 3, 3, 30, 0)")
    for chunk, state in enumerate(("accepted", "submitting"), start=1):
        row = (chunk, 1, state, 1.0, 1, 10, 2 * chunk - 1, 2 * chunk, 1)
        old.execute("INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for number, (state, chunk) in enumerate([("running", 1), ("completed", 1), ("submitting", 2)]):
        old.execute(
            "INSERT INTO request (fingerprint, task, state, attempts, chunk, run_id, input)"
            " VALUES (?, 1, ?, 1, ?, ?, CAST(? AS TEXT))",
            (request(number).fingerprint, state, chunk, f"trun_{number}", request(number).input),
        )
    old.execute("INSERT INTO result VALUES (2, ?)", (b'{"content":{}}',))
    old.close()
    return path


def test_an_older_ledger_is_brought_up_to_date_and_loses_nothing(old, clock):
    with Ledger(old, clock=clock) as ledger:
        known = ledger.plan(1, [request(number) for number in range(4)])
        (in_doubt,) = ledger.submitting()
        (running,) = ledger.running(1)
        outcome = ledger.outcomes([request(1).fingerprint])[0]

    assert [(each.id, each.state, each.new) for each in known] == [
        (1, State.RUNNING, False),
        (2, State.COMPLETED, False),
        (3, State.SUBMITTING, False),
        (4, State.PLANNED, True),
    ]
    assert [each.fingerprint for each in in_doubt.requests] == [request(2).fingerprint]
    assert (running.request, running.run_id) == (1, "trun_0")
    assert outcome is not None
    assert outcome.output == b'{"content":{}}'


@pytest.mark.parametrize("ledger", ["file"], indirect=True)
def test_a_state_that_there_is_not_cannot_be_written(ledger, task, path):
    ledger.plan(task, [request(0)])
    with (
        closing(sqlite3.connect(path)) as other,
        pytest.raises(sqlite3.IntegrityError, match="CHECK"),
    ):
        other.execute("UPDATE request SET state = 'bought'")


def test_an_older_ledger_that_is_only_read_says_what_to_do(old):
    with pytest.raises(LedgerError, match=r"older enrich.*`enrich plan` brings it up to date"):
        Ledger(old, read_only=True)


@pytest.mark.parametrize("ledger", ["file"], indirect=True)
def test_planning_commits_now_and_then_and_what_fails_is_undone(
    path, ledger, task, monkeypatch, round_id, group
):
    monkeypatch.setattr("enrich.ledger.planning.PLANNED_AT_ONCE", 3)

    def plan_then_fail():
        with ledger.planning():
            for first in range(0, 10, 2):
                ledger.plan(task, [request(first), request(first + 1)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        plan_then_fail()

    with Ledger(path, read_only=True) as reader:
        assert reader.planned(task) == 8
    assert planned(ledger, task, 10)[9].new
    assert len(claimed(ledger, task, group, round_id).requests) == 10


def test_requests_whose_fingerprints_begin_alike_are_told_apart(ledger, task):
    alike = [
        Request(fingerprint=b"\xff" * 8 + bytes([number]) * 24, input=b'{"n":%d}' % number)
        for number in range(3)
    ]
    first = ledger.plan(task, alike[:2])
    second = ledger.plan(task, alike)

    assert [each.id for each in second] == [1, 2, 3]
    assert [each.new for each in first + second] == [True, True, False, False, True]
    assert [each is None for each in ledger.outcomes([each.fingerprint for each in alike])] == [
        False,
        False,
        False,
    ]


def test_a_newer_ledger_is_left_alone(path):
    Ledger(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()

    with pytest.raises(LedgerError, match="newer enrich"):
        Ledger(path)


def test_a_damaged_file_is_a_sentence(path):
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\x00" + os.urandom(4096))

    with pytest.raises(LedgerError, match=r"damaged|another program"):
        Ledger(path)


def test_damage_that_shows_later_is_a_sentence_too(path, clock):
    with Ledger(path, clock=clock) as ledger:
        task = ledger.task(b"digest", "base", "{}")
        ledger.plan(task, [request(number) for number in range(2000)])
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)

    with pytest.raises(LedgerError, match="damaged"), Ledger(path) as ledger:  # noqa: PT012
        ledger.forget_plan()
        ledger.tally()


def test_nobody_else_may_read_it(path):
    Ledger(path).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "state").write_text("a file")

    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger(tmp_path / "state" / "x.db")


def test_the_answer_before_is_kept_when_a_stale_one_is_renewed(
    ledger, task, group, round_id, clock
):
    def renewed(output, count=2):
        planned = ledger.plan(task, [request(n) for n in range(count)], stale_before=clock.time)
        assert planned[0].state is State.PLANNED
        chunk = claimed(ledger, task, group, round_id)
        ledger.resolve(chunk, run_ids(chunk))
        ledger.settle([completed(each.id, output) for each in chunk.requests])
        clock.time += 10

    fingerprints = [request(number).fingerprint for number in range(3)]
    renewed(b'{"v":1}')
    assert not ledger.has_replaced()
    since = clock.time
    renewed(b'{"v":2}')

    assert ledger.has_replaced()
    assert ledger.replaced(fingerprints, since=since) == [b'{"v":1}', b'{"v":1}', None]
    renewed(b'{"v":3}', 1)
    assert ledger.replaced(fingerprints, since=since) == [b'{"v":2}', b'{"v":1}', None]
    assert ledger.replaced(fingerprints, since=clock.time) == [None, None, None]


def test_what_a_round_came_to_is_there_for_the_next(ledger):
    first = ledger.open_round("job", 10)
    ledger.summarize_round(first.id, "{}")
    ledger.close_round(first.id)
    ledger.open_round("job", 11)

    rounds = ledger.rounds("job", 5)
    assert [(each.rows, each.summary) for each in rounds] == [(11, None), (10, "{}")]
    assert rounds[0].closed_at is None
    assert rounds[1].closed_at is not None
