import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from enrich.errors import ConfigError
from enrich.server.store.database import Database
from enrich.server.store.intake import InsufficientCredit, UnknownInteraction, new_ids
from enrich.server.store.rows import Accepted, Ended, Fate, Kind, NewRun, Posting
from enrich.server.store.sql import QUERIES, parse
from enrich.server.store.writer import Writer

OLDEST = Path(__file__).parents[2] / "cases" / "server" / "store_0001.sql"


def new_run(text="x", *, body=None, metadata=None, **members):
    kind = Kind(**{"spec": None, "processor": "base", "price": 10, "events": False, **members})
    return NewRun(kind, body or b'{"input":"%b"}' % text.encode(), metadata)


def completed(run):
    return Ended(run=run, status="completed", output=b'{"type":"text"}')


def failed(run):
    return Ended(run=run, status="failed", error=b'{"message":"no"}')


@pytest.fixture
def database():
    database = Database(None)
    yield database
    database.close()


@pytest.fixture
def writer(database):
    return Writer(database.writer)


@pytest.fixture
def account_no(writer):
    return writer.account("a")


@pytest.fixture
def group(writer, account_no):
    return writer.add_group(account_no, b'{"job":"1"}')


def listed(writer, group):
    return writer.runs(group.group_no, after=0, n=1_000)


def logged(writer, group):
    """The events of a group: number and what was told."""
    until = writer.group_again(group.group_no).last_event
    page = writer.event_frames(group.group_no, after=0, until=until, n=1_000)
    told = [data for _, data in frames_of(page)]
    assert (page.n, page.last or 0) == (len(told), until)
    return [(int(each["event_id"]), each) for each in told]


def frames_of(page):
    """The events of a page: their types and their data."""
    frames = page.frames.decode().split("\n\n")[:-1]
    return [
        (event, json.loads(data.removeprefix("data: ")))
        for event, data in (frame.split("\n") for frame in frames)
    ]


def ended_of(writer, group):
    return [told["run"]["run_id"] for _, told in logged(writer, group) if "run" in told]


def spent(writer, account_no):
    return writer._one("spent", account_no=account_no)[0]


def test_queries_are_read_by_name():
    text = "-- a file\n\n-- name: one  Says one.\nSELECT {b};\n-- part: b\n{a}2\n-- part: a\n1, \n"

    assert parse(text) == {"one": "SELECT 1,2;"}
    assert all(statement.endswith(";") for statement in QUERIES.values())


def test_an_account_is_opened_once(writer):
    assert writer.account("a") == writer.account("a") != writer.account("b")


def test_ids_are_unique_and_have_32_hex_digits():
    ids = new_ids("trun_", 1_000)

    assert len(set(ids)) == 1_000
    assert {len(id_) for id_ in ids} == {37}
    int(ids[0].removeprefix("trun_"), 16)


def test_runs_are_listed_in_the_order_of_their_inputs(writer, account_no, group):
    first = writer.accept([new_run("a"), new_run("b")], account_no, group_no=group.group_no)
    second = writer.accept([new_run("c")], account_no, group_no=group.group_no)

    runs = listed(writer, group)

    assert [r.run.run_id for r in runs] == first.run_ids + second.run_ids
    assert [r.run.position for r in runs] == [1, 2, 3]
    assert [r.input for r in runs] == ['{"input":"a"}', '{"input":"b"}', '{"input":"c"}']
    assert (first.group.last_run, second.group.last_run) == (0, 2)


def test_a_spec_is_stored_once_however_many_runs_have_it(writer, account_no, group):
    writer.accept([new_run(spec=b"{}")] * 5, account_no, group_no=group.group_no)
    writer.accept([new_run(spec=b"{}")], account_no, group_no=group.group_no)

    assert {writer.input(r.run.run_no) for r in listed(writer, group)} == {
        '{"input":"x","task_spec":{}}'
    }
    assert writer._connection.execute("SELECT count(*) FROM specs").fetchone() == (1,)


def test_runs_are_claimed_in_the_order_of_acceptance(writer, account_no, group):
    first = writer.accept([new_run()] * 3, account_no, group_no=group.group_no)
    second = writer.accept([new_run()], account_no)

    claimed = [run.run_id for run in writer.claim(2) + writer.claim(5)]

    assert claimed == first.run_ids + second.run_ids
    assert writer.claim(5) == []
    assert writer.counts() == {"running": 4}


def test_a_settled_run_has_status_output_and_event_at_once(writer, account_no, group):
    writer.accept([new_run()] * 2, account_no, group_no=group.group_no)
    one, two = writer.claim(2)

    writer.settle([completed(two), failed(one)])

    runs = listed(writer, group)
    assert [(r.run.status, r.output) for r in runs] == [
        ("failed", None),
        ("completed", '{"type":"text"}'),
    ]
    assert runs[0].run.error == '{"message":"no"}'
    assert writer.counts(group.group_no) == {"completed": 1, "failed": 1}
    assert ended_of(writer, group) == [two.run_id, one.run_id]
    assert logged(writer, group)[-1][1]["status"]["is_active"] is False


def test_events_are_numbered_without_a_gap(writer, account_no, group):
    for _ in range(5):
        writer.accept([new_run()] * 4, account_no, group_no=group.group_no)
        writer.settle([completed(run) for run in writer.claim(3)])

    numbers = [n for n, _ in logged(writer, group)]

    assert numbers == list(range(1, len(numbers) + 1))


def test_events_are_read_from_any_place_in_pages_of_any_size(writer, account_no, group):
    writer.accept([new_run()] * 7, account_no, group_no=group.group_no)
    for n in (3, 1, 3):
        writer.settle([completed(run) for run in writer.claim(n)])
    whole = logged(writer, group)
    until = len(whole)

    for after in range(until + 1):
        for n in (1, 2, until):
            page = writer.event_frames(group.group_no, after=after, until=until, n=n)
            told = [int(data["event_id"]) for _, data in frames_of(page)]
            assert told == [number for number, _ in whole][after : after + n]
            assert (page.n, page.last) == (len(told), told[-1] if told else None)
    page = writer.event_frames(group.group_no, after=1, until=3, n=9)
    assert [data["event_id"] for _, data in frames_of(page)] == ["2", "3"]


def test_released_and_recovered_runs_are_claimed_again(writer, account_no, group):
    accepted = writer.accept([new_run()] * 4, account_no, group_no=group.group_no)
    claimed = writer.claim(3)
    writer.release(claimed[1:])
    assert writer.counts(group.group_no) == {"queued": 3, "running": 1}
    recovered = writer.recover()

    assert recovered == 1
    assert writer.counts(group.group_no) == {"queued": 4}
    assert [run.run_id for run in writer.claim(9)] == accepted.run_ids


def test_a_run_that_is_thought_to_be_short_is_written_once_or_begun_later(
    writer, account_no, group
):
    writer.accept([new_run()] * 3, account_no, group_no=group.group_no)
    short, long, dead = writer.claim(3, begin=False)
    assert writer.counts(group.group_no) == {"queued": 3}
    assert writer.claim(3) == []

    writer.settle([completed(short)])
    assert writer.begin([short, long, dead]) == [long, dead]
    assert writer.begin([long]) == []
    assert writer.counts(group.group_no) == {"completed": 1, "running": 2}
    writer.settle([failed(long)])

    assert writer.counts() == {"completed": 1, "failed": 1, "running": 1}
    assert Writer(writer._connection).recover() == 1


def test_what_goes_out_is_written_by_the_store_as_json(writer, account_no, group):
    odd = 'a "quoted" \\ line\n\u2028 {metadata} %s 日本 😀'
    member = msgspec.json.encode({odd[:9]: odd})
    body = msgspec.json.encode({"input": odd, "processor": "base"})
    spec = msgspec.json.encode({"output_schema": odd})
    runs = [new_run(body=body, spec=spec, metadata=member, warnings=b"[%b]" % member)] * 2
    accepted = writer.accept(runs, account_no, group_no=group.group_no)
    claimed = writer.claim(2)
    output = msgspec.json.encode({"type": "text", "content": odd, "basis": []})
    writer.settle(
        [
            Ended(run=claimed[0], status="completed", output=output),
            Ended(run=claimed[1], status="failed", error=member),
        ]
    )

    page = writer.run_frames(
        group.group_no, after=0, until=2, n=9, with_input=True, with_output=True
    )
    events, told = zip(*frames_of(page), strict=True)
    assert set(events) == {"event: task_run.state"}

    first = told[0]["run"]
    assert first == {
        "run_id": accepted.run_ids[0],
        "interaction_id": accepted.run_ids[0],
        "status": "completed",
        "is_active": False,
        "warnings": [{odd[:9]: odd}],
        "error": None,
        "processor": "base",
        "metadata": {odd[:9]: odd},
        "taskgroup_id": group.taskgroup_id,
        "created_at": accepted.created_at,
        "modified_at": first["modified_at"],
    }
    assert told[0]["input"] == {
        **json.loads(body),
        "metadata": {odd[:9]: odd},
        "task_spec": json.loads(spec),
    }
    assert told[0]["output"] == json.loads(output)
    assert (told[1]["run"]["error"], told[1]["output"]) == ({odd[:9]: odd}, None)
    assert [each["event_id"] for each in told] == ["1", "2"]
    assert json.loads(writer.run(accepted.run_ids[0], account_no).state) == first
    assert [each["run"] for _, each in logged(writer, group) if "run" in each] == [
        each["run"] for each in told
    ]


def test_credit_covers_runs_in_flight_and_completed_ones(writer, account_no):
    writer.accept([new_run()] * 3, account_no, credit=30)
    with pytest.raises(InsufficientCredit):
        writer.accept([new_run()], account_no, credit=30)
    one, two, three = writer.claim(3)
    writer.settle([completed(one), failed(two)])

    assert spent(writer, account_no) == 20
    writer.accept([new_run()], account_no, credit=30)
    with pytest.raises(InsufficientCredit):
        writer.accept([new_run()], account_no, credit=30)
    writer.settle([completed(three)])
    assert spent(writer, account_no) == 30


def test_what_is_refused_leaves_no_trace(writer, account_no, group):
    with pytest.raises(UnknownInteraction) as caught:
        writer.accept(
            [new_run(), new_run(previous="trun_none")], account_no, group_no=group.group_no
        )

    assert caught.value.index == 1
    assert writer.counts() == {}
    assert spent(writer, account_no) == 0
    assert writer.group_again(group.group_no) == group


def test_a_run_gets_the_output_that_it_goes_on_from(writer, account_no):
    (first,) = writer.accept([new_run()], account_no).run_ids
    writer.settle([completed(run) for run in writer.claim(1)])
    writer.accept([new_run(previous=first), new_run()], account_no)

    assert [run.previous for run in writer.claim(2)] == [b'{"type":"text"}', None]


def test_a_listing_can_stop_at_a_time(writer, account_no, group):
    first = writer.accept([new_run()] * 2, account_no, group_no=group.group_no)
    writer.accept([new_run()], account_no, group_no=group.group_no)

    assert writer.last_position(group.group_no, until=first.created_at) == 2
    assert writer.counts(group.group_no, until=first.created_at) == {"queued": 2}
    assert writer.last_position(group.group_no, until="2000") == 0


def test_what_was_stored_is_there_after_opening_again(tmp_path):
    database = Database(tmp_path / "deep" / "runs.db")
    writer = Writer(database.writer)
    account_no = writer.account("a")
    (run_id,) = writer.accept([new_run()], account_no).run_ids
    database.close()

    database = Database(tmp_path / "deep" / "runs.db")
    writer = Writer(database.writer)
    found = writer.run(run_id, account_no)
    (second,) = writer.accept([new_run()], account_no).run_ids
    database.close()

    assert found is not None
    assert found.status == "queued"
    assert second != run_id


def test_a_full_disk_takes_nothing_and_later_all_goes_on(writer, account_no, database):
    (pages,) = database.writer.execute("PRAGMA page_count").fetchone()
    database.writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        writer.accept([new_run("x" * 100_000)], account_no)
    database.writer.execute("PRAGMA max_page_count = 1000000")

    assert writer.counts() == {}
    (run_id,) = writer.accept([new_run()], account_no).run_ids
    assert [run.run_id for run in writer.claim(9)] == [run_id]


def test_a_run_that_was_lost_is_given_out_alone_until_it_is_given_up(database, account_no):
    writer = Writer(database.writer)
    first, second, third = writer.accept([new_run()] * 3, account_no).run_ids
    given, alone = writer.lease(1)

    assert ([run.run_id for run in given], alone) == ([first], False)
    assert writer.lose(given, most=3) == []
    assert writer.counts() == {"queued": 3}
    assert writer.lease(3, idle=False) == ([], True)
    again, alone = writer.lease(3)
    assert ([run.run_id for run in again], alone) == ([first], True)
    assert [run.run_id for run in writer.lease(9)[0]] == [second, third]
    assert writer.lose(again, most=3) == []
    writer = Writer(database.writer)  # how often outlives the server
    writer.recover()
    again, _ = writer.lease(3)
    assert writer.lose(again, most=3) == again
    writer.settle([failed(run) for run in again])
    assert database.writer.execute("SELECT * FROM losses").fetchall() == []
    assert len(writer.lease(9)[0]) == 2


def test_an_older_database_is_brought_up_to_date_with_its_runs(tmp_path):
    def shape(database):
        columns = database.writer.execute(
            "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c"
            " ORDER BY m.type, m.name, c.cid"
        )
        return [*columns]

    with sqlite3.connect(tmp_path / "runs.db") as old:
        old.executescript(OLDEST.read_text("utf-8"))
    old.close()
    database, fresh = Database(tmp_path / "runs.db"), Database(None)
    alike = set(shape(database)) == set(shape(fresh))
    writer = Writer(database.writer)
    group = writer.group_again(1)
    states = [json.loads(each.run.state) for each in listed(writer, group)]
    inputs = [json.loads(writer.input(run_no)) for run_no in (3, 5)]
    outputs = [writer.output(run_no) for run_no in (1, 2, 3)]
    told = [each.get("run", each.get("status")) for _, each in logged(writer, group)]
    recovered = writer.recover()
    claimed = writer.claim(9)
    writer.settle([completed(run) for run in claimed])
    counts = writer.counts()
    writer.accept([new_run(webhook="https://hooks.example/")], 1)
    writer.settle([completed(run) for run in writer.claim(9)])
    due = writer.due_webhooks(1e12, n=9)
    database.close()
    fresh.close()

    assert alike
    assert [state["status"] for state in states] == ["failed", "completed", "running", "queued"]
    assert [state["metadata"]["row"] for state in states] == ["1", "2", "3", "4"]
    assert [state["modified_at"][-3:] for state in states] == ["04Z", "04Z", "03Z", "01Z"]
    assert states[0]["error"]["message"] == "no"
    spec = {"output_schema": "A"}
    common = {"processor": "base", "metadata": {"row": "3"}, "task_spec": spec}
    assert inputs[0] == {"input": "3", **common}
    assert inputs[1] == {"input": "5", "processor": "core", "metadata": None}
    assert outputs == [None, '{"type":"text","content":"two","basis":[]}', None]
    assert [each.get("run_id") for each in told] == [None, states[1]["run_id"], states[0]["run_id"]]
    assert recovered == 1
    assert [run.run_no for run in claimed] == [3, 4, 5]
    assert counts == {"completed": 4, "failed": 1}
    assert [one.url for one in due] == ["https://hooks.example/"]


def test_runs_that_were_claimed_or_ended_in_between_are_not_claimed_again(database, account_no):
    writer = Writer(database.writer)
    writer.accept([new_run(str(i)) for i in range(150)], account_no)
    writer.accept([new_run("long" * 2_000)], account_no)
    claimed = writer.claim(120)
    writer.settle([completed(run) for run in claimed[1::2]])

    writer = Writer(database.writer)
    writer.recover()
    again = writer.claim(999)
    writer.settle([completed(run) for run in again])

    texts = [msgspec.json.decode(run.input)["input"] for run in again]
    assert texts == [*map(str, range(0, 120, 2)), *map(str, range(120, 150)), "long" * 2_000]
    assert writer.counts() == {"completed": 151}
    assert database.writer.execute("SELECT * FROM queue").fetchall() == []


def test_runs_of_a_post_that_differ_are_each_stored_as_they_are(writer, account_no, group):
    kinds: list[dict[str, Any]] = [
        {},
        {"price": 25, "processor": "core"},
        {"events": True},
        {"warnings": b"[1]"},
    ]
    fates: list[Fate | None] = [None, "failed", None, None] * 3
    runs = [new_run(str(i), metadata=b"{}", **kinds[i % 4]) for i in range(12)]
    (accepted,) = writer.accept_all(
        [Posting(runs=runs, account_no=account_no, group_no=group.group_no, fates=fates)]
    )

    assert isinstance(accepted, Accepted)
    states = [json.loads(each.run.state) for each in listed(writer, group)]
    assert [state["run_id"] for state in states] == accepted.run_ids
    assert [state["processor"] for state in states] == ["base", "core", "base", "base"] * 3
    assert [state["warnings"] for state in states] == [None, None, None, [1]] * 3
    claimed = writer.claim(99)
    assert [run.run_id for run in claimed] == accepted.run_ids
    assert [run.input for run in claimed] == [run.input for run in runs]
    assert [(run.fate, run.price, run.events) for run in claimed[:4]] == [
        (None, 10, 0),
        ("failed", 25, 0),
        (None, 10, 1),
        (None, 10, 0),
    ]
    writer.release(claimed)
    assert writer.claim(99) == claimed  # read from the store this time


def test_a_newer_database_is_refused(tmp_path):
    path = tmp_path / "runs.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(ConfigError, match="newer version"):
        Database(path)


def test_what_an_account_created_lately_is_told_by_post(writer, account_no):
    other = writer.account("b")
    posts = [
        writer.accept([new_run()] * n, a)
        for n, a in ((1, account_no), (2, other), (3, account_no), (4, account_no))
    ]

    assert writer.posts_since(account_no, "2020") == [
        (posts[i].created_at, n) for i, n in ((0, 1), (2, 3), (3, 4))
    ]
    assert writer.posts_since(account_no, posts[0].created_at)[0][1] == 3
    assert writer.posts_since(account_no, posts[3].created_at) == []


def test_postings_of_one_transaction_stand_each_for_itself(writer, account_no, group):
    def posting(n, price=10, group_no=None):
        return Posting(
            runs=[new_run(price=price)] * n, account_no=account_no, group_no=group_no, credit=100
        )

    few, too_dear, rest, one_more = writer.accept_all(
        [posting(2), posting(3, price=90), posting(8, group_no=group.group_no), posting(1)]
    )

    assert isinstance(too_dear, InsufficientCredit)
    assert isinstance(one_more, InsufficientCredit)
    assert (len(few.run_ids), len(rest.run_ids)) == (2, 8)
    assert writer.counts() == {"queued": 10}
    assert writer.counts(group.group_no) == {"queued": 8}
    assert spent(writer, account_no) == 100
    assert [run.run_no for run in writer.claim(20)] == list(range(1, 11))


def test_posts_to_one_group_in_one_transaction_follow_each_other(writer, account_no, group):
    postings = [
        Posting(runs=[new_run()] * n, account_no=account_no, group_no=group.group_no)
        for n in (2, 0, 3)
    ]

    answers = writer.accept_all(postings)

    accepted = [answer for answer in answers if isinstance(answer, Accepted)]
    assert [answer.group.last_run for answer in accepted if answer.group] == [0, 2, 2]
    assert [each.run.run_id for each in listed(writer, group)] == [
        run_id for answer in accepted for run_id in answer.run_ids
    ]
    assert writer.group_again(group.group_no).last_run == 5
    assert writer.counts(group.group_no) == {"queued": 5}
    assert [told["status"]["num_task_runs"] for _, told in logged(writer, group)] == [5]


def test_claims_are_in_order_and_keep_to_the_room_of_each_processor(writer, account_no):
    order = ["pro", "base", "pro", "lite", "pro", "base"]
    writer.accept([new_run(processor=processor) for processor in order], account_no)

    first = writer.claim(3, {"pro": 1})
    second = writer.claim(9, {"pro": 0})
    third = writer.claim(9)

    assert [run.run_no for run in first] == [1, 2, 4]
    assert [run.run_no for run in second] == [6]
    assert [run.run_no for run in third] == [3, 5]


def test_a_busy_host_hides_no_other(writer, account_no):
    urls = ["https://a.example/1", "https://a.example/2", "https://b.example:444/"]
    writer.accept([new_run(webhook=url) for url in urls], account_no)
    writer.settle([completed(run) for run in writer.claim(3)])

    now = time.time()
    assert len(writer.due_webhooks(now, n=9)) == 3
    (other,) = writer.due_webhooks(now, n=9, busy=["a.example"])
    (second,) = writer.due_webhooks(now, n=9, but=[1], busy=["b.example"])
    assert (other.host, second.url) == ("b.example", urls[1])
    assert writer.next_webhook_at(busy=["a.example", "b.example"]) is None


RUNS = "runs LEFT JOIN ended USING (run_no)"
STATUS = "coalesce(status, iif(running, 'running', 'queued'))"


class StoreMachine(RuleBasedStateMachine):
    """Whatever happens in whatever order, the sums agree with the runs."""

    @initialize()
    def open(self):
        self.database = Database(None)
        self.writer = Writer(self.database.writer)
        self.account_no = self.writer.account("a")
        self.groups = [self.writer.add_group(self.account_no, None) for _ in range(2)]
        self.claimed = []

    @rule(n=st.integers(1, 5), group=st.sampled_from([None, 0, 1]))
    def accept(self, n, group):
        group_no = None if group is None else self.groups[group].group_no
        self.writer.accept([new_run()] * n, self.account_no, group_no=group_no)

    @rule(n=st.integers(1, 5), begin=st.booleans())
    def claim(self, n, begin):
        self.claimed += self.writer.claim(n, begin=begin)

    @rule()
    def begin(self):
        self.writer.begin(self.claimed)

    @precondition(lambda self: self.claimed)
    @rule(data=st.data())
    def settle(self, data):
        n = data.draw(st.integers(1, len(self.claimed)))
        ends = data.draw(st.lists(st.sampled_from([completed, failed]), min_size=n, max_size=n))
        self.writer.settle([end(self.claimed.pop()) for end in ends])

    @precondition(lambda self: self.claimed)
    @rule()
    def release(self):
        self.writer.release([self.claimed.pop()])

    @rule(n=st.integers(1, 5), idle=st.booleans())
    def lease(self, n, idle):
        suspects = self.writer._losses.keys()
        runs, alone = self.writer.lease(n, idle=idle)
        assert [run.run_no in suspects for run in runs] == [alone] * len(runs)
        assert not (alone and len(runs) != idle)
        self.claimed += runs

    @precondition(lambda self: self.claimed)
    @rule(n=st.integers(1, 3))
    def lose(self, n):
        lost, self.claimed = self.claimed[-n:], self.claimed[:-n]
        before = dict(self.writer._losses)
        given_up = self.writer.lose(lost, most=2)
        assert given_up == [run for run in lost if before.get(run.run_no)]
        self.claimed += given_up

    @rule()
    def die_and_recover(self):
        self.writer = Writer(self.database.writer)
        begun = self.writer.counts().get("running", 0)
        assert self.writer.recover() == begun <= len(self.claimed)
        self.claimed = []

    @invariant()
    def counts_are_those_of_the_runs(self):
        query = f"SELECT {STATUS}, count(*) FROM {RUNS} WHERE {{}} GROUP BY 1"
        execute = self.database.writer.execute
        assert self.writer.counts() == dict(execute(query.format("true")))
        for group in self.groups:
            counted = dict(execute(query.format(f"group_no = {group.group_no}")))
            assert self.writer.counts(group.group_no) == counted

    @invariant()
    def the_account_pays_for_what_is_active_or_completed(self):
        (owed,) = self.database.writer.execute(
            f"SELECT coalesce(sum(price), 0) FROM {RUNS} WHERE {STATUS} != 'failed'"
        ).fetchone()
        assert spent(self.writer, self.account_no) == owed

    @invariant()
    def each_run_that_ended_has_one_event(self):
        for group in self.groups:
            told = ended_of(self.writer, group)
            ended = [
                r.run.run_id
                for r in listed(self.writer, group)
                if r.run.status in {"completed", "failed"}
            ]
            assert sorted(told) == sorted(ended)

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()


StoreMachine.TestCase.settings = hypothesis_settings(
    max_examples=12, stateful_step_count=20, deadline=None
)
TestStoreMachine = StoreMachine.TestCase


@pytest.mark.slow
def test_the_sums_agree_whatever_happens_for_long():
    run_state_machine_as_test(
        StoreMachine,
        settings=hypothesis_settings(max_examples=100, stateful_step_count=30, deadline=None),
    )
