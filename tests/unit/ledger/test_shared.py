"""A ledger in shared storage: whose it is, what is wrong with it, and when a POST may leave."""

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from enrich.errors import LedgerError
from enrich.ledger import Cap, Settlement
from enrich.ledger import presence as presence_module
from enrich.ledger import shared as shared_module
from enrich.ledger.objects import Objects
from enrich.ledger.places import SharedPlaces
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from enrich.records import WHOLE, Shard, State
from tests.unit.ledger.test_ledger import request


@pytest.fixture
def url(tmp_path):
    return f"file://{tmp_path}/shared"


@pytest.fixture
def impatient(monkeypatch):
    """Take somebody for dead after a third of a second."""
    monkeypatch.setattr(presence_module, "SILENT_S", 0.3)


def opened(url, of=SharedLedger):
    return of(Objects(url), "")


def claim(ledger, count=3):
    task, round_ = ledger.task(b"digest", "base", "{}"), ledger.open_round("job", count)
    ledger.forget_plan()
    ledger.plan(task, [request(number) for number in range(count)])
    group = ledger.add_group(f"tgrp_{count}")
    return ledger.claim(
        task, group=group.id, round_id=round_.id, cap=Cap(), max_runs=1000, max_bytes=10**6
    )


def records(url):
    return sorted((Path(url.removeprefix("file://")) / "journal").iterdir())


def note_of(pid, host=None, beat=0):
    holder = {"pid": pid, "host": host or socket.gethostname(), "since": 1.0}
    return json.dumps({"worker": "w", "holder": holder, "beat": beat}).encode()


def test_who_lost_it_finds_out_at_the_next_record_and_changes_nothing(url):
    first = opened(url)
    first.presence.release()  # as if it were dead
    second = opened(url)
    before = records(url)

    with pytest.raises(LedgerError, match="taken over by another enrich"):
        claim(first)
    assert records(url) == before
    assert claim(second).requests
    first._close()
    second.close()


def test_a_second_writer_is_told_who_is_at_work(url, impatient, monkeypatch):
    monkeypatch.setattr(presence_module, "RENEWED_S", 0.05)
    with opened(url), pytest.raises(LedgerError, match=rf"process {os.getpid()} on .*`state:`"):
        opened(url)
    opened(url).close()  # it let go


def test_one_that_died_here_is_not_waited_for(url):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    Objects(url).put("holder", note_of(gone.pid))
    with opened(url) as ledger:
        assert ledger.others_may_send_s == 0


def test_one_that_is_silent_elsewhere_is_taken_over_from_and_its_posts_are_waited_for(
    url, impatient
):
    Objects(url).put("holder", note_of(1, "another.example"))
    with opened(url) as ledger:
        assert ledger.others_may_send_s == 80


def test_a_post_leaves_only_a_moment_after_it_was_recorded(url, monkeypatch):
    with opened(url) as ledger:
        chunk = claim(ledger)
        assert ledger.may_send(chunk)
        monkeypatch.setattr(shared_module, "SEND_WITHIN_S", 0.0)
        assert not ledger.may_send(chunk)


def test_every_post_on_its_way_is_remembered_however_many_there_are(url):
    with opened(url) as ledger:
        chunks = [claim(ledger, count) for count in range(1, 4)]
        assert [ledger.may_send(chunk) for chunk in chunks] == [True] * 3
        for number in range(110):
            group = ledger.add_group(f"tgrp_more_{number}")
            ledger.plan(1, [request(1000 + number)])
            more = ledger.claim(
                1, group=group.id, round_id=1, cap=Cap(), max_runs=1, max_bytes=10**6
            )
            chunks.append(more)
        assert all(ledger.may_send(chunk) for chunk in chunks)
        for chunk in chunks:
            ledger.resolve(chunk, {})
        assert not ledger._claimed_at


def test_results_are_parts_of_a_table_that_other_programs_read(url):
    import pyarrow.parquet as pq

    with opened(url) as ledger:
        chunk = claim(ledger)
        ledger.resolve(chunk, {each.id: f"trun_{each.id}" for each in chunk.requests})
        ledger.settle([Settlement(request=chunk.requests[0].id, run_id="trun_1", output=b"{}")])
        with opened(url, Replica) as reader:
            assert reader.tally().states == {State.RUNNING: 3}
            ledger.write_out()
            before = reader.tally()
            reader.version()
            assert reader.tally().states == {State.RUNNING: 2, State.COMPLETED: 1} != before.states
    (part,) = [path for path in records(url) if path.read_bytes()[:4] == b"PAR1"]
    assert pq.read_table(part).column("output").to_pylist() == [b"{}"]


def torn(path):
    path.write_bytes(path.read_bytes()[:20])


def newer(path):
    record = json.loads(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(json.dumps({**record, "format": 99}).encode()))


def unknown(path):
    record = json.loads(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(json.dumps({**record, "do": "dance"}).encode()))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (torn, "0000000003 is damaged"),
        (newer, "newer enrich .journal format 99"),
        (unknown, "a record of 'dance', which is unknown"),
        (Path.unlink, "record journal/0000000003 of its journal is missing"),
    ],
)
def test_a_journal_that_is_not_whole_is_a_sentence(url, harm, said):
    with opened(url) as ledger:
        claim(ledger)
    harm(records(url)[2])

    with pytest.raises(LedgerError, match=said):
        opened(url)


def test_a_note_of_who_is_at_work_that_is_no_text_is_a_sentence(url):
    Objects(url).put("holder", b'{"worker":"\xff"}')

    with pytest.raises(LedgerError, match="is damaged; delete holder"):
        opened(url)


def test_a_record_about_a_request_that_is_not_there_is_a_sentence(url):
    with opened(url) as ledger:
        row = {"fingerprint": b"nobody's", "settled_at": 1.0, "run_id": "trun_1", "error": "no"}
        ledger.journal.append_table(
            1.0, "results", [{**row, "interaction_id": None, "output": None}]
        )

    with pytest.raises(LedgerError, match="does not agree with itself"):
        opened(url, Replica)


def test_a_storage_that_writes_over_what_is_there_is_refused(url, monkeypatch):
    import obstore

    put = obstore.put
    monkeypatch.setattr(
        obstore,
        "put",
        lambda *args, mode, **how: put(*args, **{**how, "mode": mode and "overwrite"}),
    )
    with pytest.raises(LedgerError, match="only where none is"):
        SharedPlaces(url, "api").open(WHOLE, read_only=False)


def test_the_ledgers_of_a_state_are_found_by_their_folders(url):
    places = SharedPlaces(url, "api")
    assert places.shards() == []
    for shard in (Shard(1, 3), WHOLE):
        places.open(shard, read_only=False).close()
    assert sorted(places.shards(), key=str) == [WHOLE, Shard(1, 3)]
    assert places.last([WHOLE, Shard(1, 3)]) == WHOLE
    assert not places.is_at_work(WHOLE)


def test_two_that_see_the_end_publish_one_after_the_other(url, impatient, monkeypatch):
    monkeypatch.setattr(presence_module, "RENEWED_S", 0.05)
    done = []

    def second():
        with SharedPlaces(url, "api").turn_to_publish():
            done.append("second")

    with SharedPlaces(url, "api").turn_to_publish():
        other = threading.Thread(target=second)
        other.start()
        other.join(0.7)
        done.append("first")
    other.join(20)
    assert done == ["first", "second"]
