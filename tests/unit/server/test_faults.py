import re
from pathlib import Path

import pytest

from enrich.errors import ConfigError
from enrich.server import faults as faults_module
from enrich.server.faults import LAGGING_ROUTES, ROUTES, STREAM_ROUTES, FaultPlan, parse_fault

ALL = ROUTES


def hits(plan, route="add_runs", n=100):
    return [i + 1 for i in range(n) if plan.strike({}, route, None)]


@pytest.mark.parametrize(
    ("text", "kind", "routes", "occurrences", "share", "amount"),
    [
        ("lost", "lost", ALL, (1, None), 1.0, 1.0),
        ("lost:0.1", "lost", ALL, (1, None), 0.1, 1.0),
        (" lost@add_runs#2 ", "lost", {"add_runs"}, (2, 2), 1.0, 1.0),
        ("lost#2-5@add_runs:0.5", "lost", {"add_runs"}, (2, 5), 0.5, 1.0),
        ("reset@group@run", "reset", {"group", "run"}, (1, None), 1.0, 1.0),
        ("503", "503", ALL, (1, None), 1.0, 1.0),
        ("503-after:0.05", "503-after", ALL, (1, None), 0.05, 1.0),
        ("429:0.2:12", "429", ALL, (1, None), 0.2, 12.0),
        ("429-bare", "429-bare", ALL, (1, None), 1.0, 1.0),
        ("lag:2", "lag", LAGGING_ROUTES, (1, None), 1.0, 2.0),
        ("slow:0.5:0.1", "slow", ALL, (1, None), 0.1, 0.5),
        ("cut:0.5:3@events", "cut", {"events"}, (1, None), 0.5, 3.0),
        ("silent", "silent", STREAM_ROUTES, (1, None), 1.0, 1.0),
        ("failed:0.3", "failed", {"create_run", "add_runs"}, (1, None), 0.3, 1.0),
    ],
)
def test_a_fault_is_read(text, kind, routes, occurrences, share, amount):
    fault = parse_fault(text)

    assert fault.kind == kind
    assert fault.routes == frozenset(routes)
    assert (fault.first, fault.last) == occurrences
    assert (fault.share, fault.amount) == (share, amount)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "should look like"),
        ("lost@", "should look like"),
        ("gone", "no fault is called 'gone'"),
        ("200", "no fault is called '200'"),
        ("lost@nowhere", "cannot strike 'nowhere'"),
        ("cut@add_runs", "cannot strike 'add_runs'"),
        ("lag@events", "cannot strike 'events'"),
        ("failed@add_runs", "has no route"),
        ("lost#0", "count from 1"),
        ("lost#x", "count from 1"),
        ("lost#5-2", "#5-2 ends before it begins"),
        ("lost:many", "is no number"),
        ("lost:nan", "out of range"),
        ("lost:-1", "out of range"),
        ("lost:2", "from 0 to 1"),
        ("lost:0.1:2:3", "more than two numbers"),
    ],
)
def test_what_is_no_fault_is_refused_with_the_reason(text, message):
    with pytest.raises(ConfigError, match=message):
        parse_fault(text)


def test_an_occurrence_counts_requests_of_its_route_only():
    plan = FaultPlan(["lost@add_runs#2"])

    struck = [bool(plan.strike({}, route, None)) for route in ("add_runs", "group", "add_runs")]

    assert struck == [False, False, True]


def test_a_range_of_occurrences_is_struck():
    assert hits(FaultPlan(["503#3-5"]), n=10) == [3, 4, 5]


def test_a_share_follows_from_the_seed():
    first = hits(FaultPlan(["lost:0.3"], seed=1))

    assert first == hits(FaultPlan(["lost:0.3"], seed=1))
    assert first != hits(FaultPlan(["lost:0.3"], seed=2))
    assert 15 <= len(first) <= 45


def test_two_rules_draw_their_own_lots():
    plan = FaultPlan(["lost:0.5", "503:0.5"], seed=1)

    kinds = [tuple(f.kind for f in plan.strike({}, "run", None)) for _ in range(100)]

    assert set(kinds) == {(), ("lost",), ("503",), ("lost", "503")}


def test_runs_have_no_fate_without_a_fault():
    assert FaultPlan(["lost"]).fates({}, 3) is None


def test_an_occurrence_of_a_run_is_struck_across_posts():
    plan = FaultPlan(["failed#3", "cancelled#4-5"])

    assert plan.fates({}, 2) == [None, None]
    assert plan.fates({}, 4) == ["failed", "cancelled", "cancelled", None]


def test_the_header_counts_only_where_it_is_allowed():
    assert FaultPlan(from_header=False).strike({}, "run", "lost") == []
    assert FaultPlan(from_header=True).strike({}, "run", "lost, 503@group")[0].kind == "lost"
    assert FaultPlan().is_empty
    assert not FaultPlan(from_header=True).is_empty


def test_a_lag_is_a_time_in_the_past():
    plan = FaultPlan(["lag:5"])
    scope: dict[str, object] = {}
    plan.strike(scope, "list_runs", None)

    assert plan.lagging(scope) is not None
    assert plan.lagging({}) is None


PAGE = Path(__file__).resolve().parents[3] / "docs" / "testing_your_client.md"


def test_every_fault_of_the_page_is_one_and_every_kind_stands_on_it():
    page = PAGE.read_text("utf-8")
    written = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    (matrix,) = re.findall(r"fault: \[(.*)\]", page)
    asked = re.findall(r'"([^"]+)"', matrix) + re.findall(r"--fault (\S+) --seed", page)

    kinds = {parse_fault(fault).kind for fault in [*written, *asked]}

    assert kinds >= faults_module._KINDS | {"402", "503-before", "503-after", "429"}
    assert all(f"`{route}`" in page for route in ROUTES)
