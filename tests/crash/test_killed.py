"""Killed at any step, the same command goes on: no run twice, and the same output."""

import pytest

from tests.fakes.victim import writing_methods
from tests.fakes.victims import KILLED

EVERYDAY = ["behind claim", "sent POST v1/tasks/groups/runs"]


@pytest.mark.parametrize("point", EVERYDAY)
def test_a_kill_at_a_step_that_matters_costs_nothing(proof, point):
    first, _ = proof.killed_at(point)

    assert proof.wrong == []
    assert (first.code, first.points[-1]) == (KILLED, point)


def test_every_step_that_writes_is_a_point(proof):
    reached = set(proof.points)
    used = {"add_group", "claim", "close_round", "forget_plan", "open_round", "plan"}
    used |= {"publish", "resolve", "settle", "task"}

    assert {f"{side} {name}" for side in ("before", "behind") for name in used} <= reached
    assert used - {"publish"} <= set(writing_methods())
    # The event stream of a group that is done when its counts are asked is never opened.
    gets = {"GET v1/tasks/groups", "GET v1/tasks/groups/runs"}
    for call in gets | {"POST v1/tasks/groups", "POST v1/tasks/groups/runs"}:
        assert {f"before {call}", f"sent {call}", f"behind {call}"} <= reached


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_kill_at_any_point_costs_nothing(proof):
    for number in range(1, len(proof.points) + 1):
        proof.killed_at(number)

    assert proof.wrong == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_kill_while_what_is_there_is_looked_up_costs_nothing(proof):
    number, looking = 1, True
    while looking:
        _, second, _ = proof.killed_at("sent POST v1/tasks/groups/runs", number)
        # It begins by looking, and buys when it knows.
        looking = second.code == KILLED and "behind POST v1/tasks/groups/runs" not in second.points
        number += 1

    assert number > 20
    assert proof.wrong == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_or_three_kills_in_a_row_cost_nothing(proof, chance):
    for count in [2] * 30 + [3] * 10:
        proof.killed_at(*(chance.randint(1, len(proof.points)) for _ in range(count)))

    assert proof.wrong == []
