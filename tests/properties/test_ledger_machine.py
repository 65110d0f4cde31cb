"""The ledger beside a model of the API and of the money: no order of events buys twice."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from enrich.clock import Clock
from enrich.errors import LedgerError
from enrich.ledger import Cap, Ledger, Settlement, shared
from enrich.ledger.objects import Objects
from enrich.ledger.planning import MAX_ATTEMPTS
from enrich.ledger.replica import Replica
from enrich.ledger.shared import SharedLedger
from enrich.records import RowStatus, State
from tests.fakes.buying import requests
from tests.unit.ledger.test_ledger import contents

POOL = requests(10)
NUMBERS = st.sets(st.integers(0, len(POOL) - 1))
PRICE = 10_000


class HandClock(Clock):
    """Wall time that a rule moves."""

    time = 1_000_000.0

    def now(self):
        return self.time


@dataclass
class Known:
    """What the model knows of a request.

    Attributes:
        state: Where it must stand.
        attempts: How often it was bought, the purchase on its way included.
        output: Its newest answer.
        settled_at: When it had that.
        renewals: How often a stale answer was bought again.
        asked: Whether the present command planned it.
        refused: Whether the API ever refused it.
    """

    state: State = State.PLANNED
    attempts: int = 0
    output: bytes | None = None
    settled_at: float = 0.0
    renewals: int = 0
    asked: bool = True
    refused: bool = False


@dataclass
class Run:
    """A run at the API."""

    run_id: str
    number: int
    attempt: int
    failed: bool = False


class LedgerMachine(RuleBasedStateMachine):
    """One ledger, killed and opened again, with commands that plan, buy and settle."""

    @initialize()
    def open(self):
        self.folder = Path(tempfile.mkdtemp())
        self.clock = HandClock()
        self.known: dict[int, Known] = {}
        self.at_api: list[Run] = []
        self.doubtful: set[int] = set()
        self.extra = 0
        self.spent = 0
        self.max_runs = 8
        self.groups = 0
        self._open()
        self._begin(set())

    def teardown(self):
        if hasattr(self, "folder"):
            self.ledger.close()
            shutil.rmtree(self.folder)

    def _open(self):
        self.ledger = Ledger(self.folder / "ledger.db", clock=self.clock)

    def _kill(self):
        """End it without a word: what is not committed is gone."""
        self.ledger._db.close()
        assert self.ledger._lock
        self.ledger._lock.release()

    def _begin(self, numbers, **how):
        """Begin a command: forget the last one's plan, make a new one."""
        self.ledger.forget_plan()
        for number, known in list(self.known.items()):
            known.asked = number in numbers
            self._forget(number, known)
        self.task = self.ledger.task(b"task", "base", "{}")
        wanted = sorted(numbers)
        made = self.ledger.plan(self.task, [POOL[number] for number in wanted], **how)
        for number, planned in zip(wanted, made, strict=True):
            self._plan(number, **how)
            assert planned.state is self.known[number].state
        self.round = self.ledger.open_round("job", len(numbers)).id
        self.group = self._group()

    def _forget(self, number, known):
        if known.state is State.PLANNED and known.attempts:
            known.state = State.COMPLETED if known.output else State.FAILED
        elif known.state is State.PLANNED and known.refused:
            known.state = State.REFUSED
        elif known.state is State.PLANNED:
            del self.known[number]

    def _plan(self, number, *, retry_failed=False, stale_before=None):
        known = self.known.setdefault(number, Known())
        stale = stale_before is not None and known.settled_at < stale_before
        if known.state is State.COMPLETED and stale:
            known.state = State.PLANNED
            known.renewals += 1
        again = retry_failed and known.attempts < MAX_ATTEMPTS
        if known.state in {State.FAILED, State.REFUSED} and again:
            known.state = State.PLANNED

    def _group(self):
        self.groups += 1
        return self.ledger.add_group(f"tgrp_{self.groups}").id

    def _number(self, request):
        return next(n for n, each in enumerate(POOL) if each.fingerprint == request.fingerprint)

    def _in(self, *states):
        return [number for number, known in self.known.items() if known.state in states]

    def _create(self, chunk):
        """Let the API carry out a POST; return the run of each request."""
        made = {}
        for request in chunk.requests:
            run = Run(f"trun_{len(self.at_api)}", self._number(request), request.attempt)
            self.at_api.append(run)
            made[request.id] = run.run_id
        return made

    def _became(self, chunk, run_ids, refused=()):
        """Note in the model what ``resolve`` was told."""
        for request in chunk.requests:
            number = self._number(request)
            known = self.known[number]
            if request.id in run_ids:
                known.state = State.RUNNING
                continue
            known.attempts -= 1
            self.spent -= 1
            if request.id in refused:
                known.state = State.COMPLETED if known.output else State.REFUSED
                known.refused = True
            else:
                known.state = State.PLANNED
                if not known.asked:
                    self._forget(number, known)
        self.doubtful.discard(chunk.id)

    @rule(numbers=NUMBERS, retry_failed=st.booleans(), refresh=st.booleans(), kill=st.booleans())
    def a_new_command(self, numbers, retry_failed, refresh, kill):
        self._new_command(numbers, kill=kill, retry_failed=retry_failed, refresh=refresh)

    def _new_command(self, numbers, *, kill=True, retry_failed=False, refresh=False):
        if kill:
            self._kill()
            self._open()
        self.clock.time += 100
        self._begin(
            numbers,
            retry_failed=retry_failed,
            stale_before=self.clock.time - 50 if refresh else None,
        )

    @rule(max_runs=st.integers(0, 12))
    def the_budget_is_changed(self, max_runs):
        self.max_runs = max_runs

    @rule()
    def the_round_is_closed_when_all_is_settled(self):
        if not self._in(State.PLANNED, State.SUBMITTING, State.RUNNING):
            self.ledger.close_round(self.round)
            self.round = self.ledger.open_round("job", 0).id
            self.spent = 0

    def _claim(self, most):
        chunk = self.ledger.claim(
            self.task,
            group=self.group,
            round_id=self.round,
            cap=Cap(micro_usd_per_run=PRICE, max_micro_usd=self.max_runs * PRICE),
            max_runs=most,
            max_bytes=10**6,
        )
        expected = min(most, max(0, self.max_runs - self.spent), len(self._in(State.PLANNED)))
        assert (len(chunk.requests) if chunk else 0) == expected
        for request in chunk.requests if chunk else ():
            known = self.known[self._number(request)]
            assert known.state is State.PLANNED
            known.state = State.SUBMITTING
            known.attempts += 1
            self.spent += 1
            assert request.attempt == known.attempts
        return chunk

    @rule(most=st.integers(1, 6))
    def a_post_is_answered(self, most):
        if chunk := self._claim(most):
            made = self._create(chunk)
            self.ledger.resolve(chunk, made)
            self._became(chunk, made)

    @rule(most=st.integers(1, 6), carried_out=st.booleans())
    def a_post_is_lost(self, most, carried_out):
        if chunk := self._claim(most):
            if carried_out:
                self._create(chunk)
            self.doubtful.add(chunk.id)
            self.group = self._group()

    @rule(most=st.integers(1, 6), data=st.data())
    def a_post_is_refused(self, most, data):
        if chunk := self._claim(most):
            ids = [request.id for request in chunk.requests]
            refused = data.draw(st.sets(st.sampled_from(ids)))
            self.ledger.resolve(chunk, {}, refused=dict.fromkeys(refused, "no"))
            self._became(chunk, {}, refused)

    @precondition(lambda self: self.doubtful)
    @rule(twice=st.booleans())
    def what_is_in_doubt_is_looked_up(self, twice):
        chunks = self.ledger.submitting()
        assert {chunk.id for chunk in chunks} == self.doubtful
        chunk = chunks[0]
        found, extra = {}, []
        for request in chunk.requests:
            asked = (self._number(request), request.attempt)
            runs = [run.run_id for run in self.at_api if (run.number, run.attempt) == asked]
            assert len(runs) <= 1
            if runs:
                found[request.id] = runs[0]
                if twice:
                    extra.append((f"extra_{self.extra}", request.id))
                    self.extra += 1
                    self.spent += 1
        self.ledger.resolve(chunk, found, extra=extra)
        self._became(chunk, found)

    @precondition(lambda self: self._in(State.RUNNING))
    @rule(data=st.data())
    def runs_end(self, data):
        running = {each.request: each for each in self.ledger.running(self.task)}
        assert len(running) == len(self._in(State.RUNNING))
        settlements = []
        for request in data.draw(st.sets(st.sampled_from(sorted(running)), min_size=1)):
            run = next(run for run in self.at_api if run.run_id == running[request].run_id)
            known = self.known[run.number]
            assert running[request].attempt == run.attempt == known.attempts
            if run.failed or data.draw(st.booleans(), label="fails"):
                run.failed = True
                settlements.append(Settlement(request=request, run_id=run.run_id, error="no"))
                known.state = State.COMPLETED if known.output else State.FAILED
                self.spent -= 1
            else:
                known.output = f'{{"run":"{run.run_id}"}}'.encode()
                known.settled_at, known.state = self.clock.time, State.COMPLETED
                settlements.append(
                    Settlement(request=request, run_id=run.run_id, output=known.output)
                )
        self.ledger.settle(settlements)

    @invariant()
    def the_ledger_says_what_the_model_says(self):
        if not hasattr(self, "ledger"):
            return
        states = Counter(known.state for known in self.known.values())
        assert self.ledger.tally().states == states
        assert self.ledger.tally().extra_runs == self.extra
        for each, outcome in zip(
            POOL, self.ledger.outcomes([each.fingerprint for each in POOL]), strict=True
        ):
            known = self.known.get(POOL.index(each))
            assert (outcome is None) == (known is None)
            if known and known.output:
                assert outcome
                assert outcome.status is RowStatus.COMPLETED
                assert outcome.output == known.output

    @invariant()
    def no_reference_leads_nowhere(self):
        if hasattr(self, "ledger"):
            assert not self.ledger._db.execute("PRAGMA foreign_key_check").fetchall()

    @invariant()
    def nothing_is_bought_twice(self):
        if not hasattr(self, "ledger"):
            return
        bought = Counter((run.number, run.attempt) for run in self.at_api)
        assert not bought or max(bought.values()) == 1
        good = Counter(run.number for run in self.at_api if not run.failed)
        for number, runs in good.items():
            assert runs <= 1 + self.known[number].renewals

    @invariant()
    def the_round_holds_the_price_of_what_is_bought(self):
        if not hasattr(self, "ledger"):
            return
        made = self.ledger.round("job")
        assert made
        assert (made.runs, made.micro_usd) == (self.spent, self.spent * PRICE)


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class LongLedgerMachine(LedgerMachine):
    """The same, many more times."""


TestLongLedgerMachine = pytest.mark.slow(pytest.mark.timeout(300)(LongLedgerMachine.TestCase))
TestLongLedgerMachine.settings = settings(TestLedgerMachine.settings, max_examples=150)


class SharedLedgerMachine(LedgerMachine):
    """The same with a ledger in shared storage, which is made anew from its journal each time.

    Snapshots are made now and then, and who was thought dead only slept.
    """

    def _open(self):
        if not hasattr(self, "sleepers"):
            self.sleepers: list[SharedLedger] = []
            self.objects = Objects(f"file://{self.folder}/shared")
            self.reader = Replica(self.objects, "", clock=self.clock)
            self.compacted_after = 1
        with mock.patch.object(shared, "COMPACTED_AFTER", self.compacted_after):
            self.ledger = SharedLedger(self.objects, "", clock=self.clock)

    def _kill(self):
        assert isinstance(self.ledger, SharedLedger)
        self.ledger.write_out()  # results that are not there yet would be fetched again
        self.ledger.presence.release()
        self.sleepers.append(self.ledger)

    def teardown(self):
        if hasattr(self, "sleepers"):
            for each in self.sleepers:
                each._close()
            self.reader.close()
        super().teardown()

    @rule(records=st.sampled_from([1, 8, 10**6]))
    def snapshots_are_made_after(self, records):
        self.compacted_after = records

    @rule(numbers=NUMBERS, meanwhile=st.integers(1, 3), data=st.data())
    def one_that_slept_wakes(self, numbers, meanwhile, data):
        for _ in range(meanwhile):
            self._new_command(numbers)
        sleeper = self.sleepers.pop(data.draw(st.integers(0, len(self.sleepers) - 1)))
        with pytest.raises(LedgerError, match="taken over"):
            sleeper.add_group("tgrp_nobodys")
        sleeper._close()

    @rule()
    def one_that_reads_sees_what_anybody_sees(self):
        self.reader.version()
        with Replica(self.objects, "", clock=self.clock) as fresh:
            assert contents(self.reader) == contents(fresh)


TestSharedLedgerMachine = pytest.mark.slow(pytest.mark.timeout(300)(SharedLedgerMachine.TestCase))
TestSharedLedgerMachine.settings = settings(
    TestLedgerMachine.settings, max_examples=25, stateful_step_count=25
)
