import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.server.problems import Problem
from enrich.server.quota import Window
from enrich.server.settings import Quota


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def test_no_quota_is_no_limit():
    window = Window(None)

    for _ in range(100):
        window.take(1_000)


def test_what_fits_exactly_is_taken_and_one_more_is_not():
    window = Window(Quota(limit=10), clock=Clock())
    window.take(10)

    with pytest.raises(Problem) as caught:
        window.take(1)

    assert caught.value.status == 429


def test_the_window_slides():
    clock = Clock()
    window = Window(Quota(limit=10, window_s=60.0), clock=clock)
    window.take(6)
    clock.now += 30
    window.take(4)
    clock.now += 30
    window.take(6)

    with pytest.raises(Problem):
        window.take(1)


def test_retry_after_says_when_the_post_will_fit():
    clock = Clock()
    window = Window(Quota(limit=10, window_s=30.0), clock=clock)
    window.take(3)
    clock.now += 10
    window.take(7)

    with pytest.raises(Problem) as small:
        window.take(2)
    with pytest.raises(Problem) as large:
        window.take(5)

    assert small.value.headers == {"Retry-After": "20"}
    assert large.value.headers == {"Retry-After": "30"}
    clock.now += 20
    window.take(2)


def test_retry_after_is_whole_at_least_1_and_at_most_60_seconds():
    clock = Clock()
    window = Window(Quota(limit=1, window_s=600.0), clock=clock)
    window.take(1)
    with pytest.raises(Problem) as long:
        window.take(1)
    clock.now += 599.99
    with pytest.raises(Problem) as short:
        window.take(1)

    assert (long.value.headers, short.value.headers) == (
        {"Retry-After": "60"},
        {"Retry-After": "1"},
    )


def test_what_is_given_back_can_be_taken_again():
    window = Window(Quota(limit=10), clock=Clock())
    window.take(4)
    window.take(6)
    window.give_back(6)
    window.take(6)

    with pytest.raises(Problem):
        window.take(1)


def test_posts_can_be_counted_instead_of_runs():
    window = Window(Quota(limit=2, unit="posts"), clock=Clock())
    window.take(1_000)
    window.take(1_000)

    with pytest.raises(Problem):
        window.take(1)


@given(
    limit=st.integers(1, 50),
    steps=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 60)), max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit(limit, steps):
    clock = Clock()
    window = Window(Quota(limit=limit, window_s=60.0), clock=clock)
    taken: list[tuple[float, int]] = []
    for pause_s, n in steps:
        clock.now += pause_s
        fits = sum(m for at, m in taken if at > clock.now - 60.0) + n <= limit
        try:
            window.take(n)
        except Problem:
            assert not fits
        else:
            assert fits
            taken.append((clock.now, n))


@pytest.mark.parametrize(("unit", "free"), [("runs", 2), ("posts", 8)])
def test_what_was_created_before_a_restart_counts(unit, free):
    clock = Clock()
    window = Window(Quota(limit=10, window_s=60.0, unit=unit), clock=clock)
    # The machine's clock may have been set back: nothing lies in the future.
    window.remember([(50.0, 5), (-3.0, 3)])

    for _ in range(free):
        window.take(1)
    with pytest.raises(Problem) as caught:
        window.take(1)

    assert caught.value.headers == {"Retry-After": "10"}
    clock.now += 10
    window.take(1)
