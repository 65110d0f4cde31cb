"""What is told while runs are bought: as much as fits, the most important first."""

import io
import json

import pytest

from enrich.ledger import Settlement
from enrich.progress import Bar, Events, Extent, Lines, duration, gauge, write_on

BUYING = Extent(runs=1000, usd_per_run=0.01, spent_usd=1.0, cap_usd=50.0, quota=2000)


class Time:
    now = 100.0

    def __call__(self):
        return self.now


def settlements(completed, failed=0):
    made = [Settlement(request=n, run_id="r", output=b"{}") for n in range(completed)]
    return made + [Settlement(request=0, run_id="r", error="no") for _ in range(failed)]


def bar_after(time, width, buying=BUYING):
    bar = Bar(buying, io.StringIO(), clock=time, width=lambda: width)
    bar.bought(300)
    time.now += 30
    bar.settled(settlements(119, 1))
    return bar


def test_a_wide_bar_tells_all():
    assert bar_after(Time(), 120).line(119) == (
        "███░░░░░░░░░░░░░░░░░░░░░░░░░░░ 120/1,000 runs · 1 failed · $3.99 of $50.00 · 4 min left"
        " · 300 of 2,000 runs a minute"
    )


@pytest.mark.parametrize("width", range(10, 130, 7))
def test_a_bar_is_never_wider_than_the_terminal_and_always_tells_the_count(width):
    line = bar_after(Time(), width).line(width)

    assert len(line) <= width
    assert "120/1,000 runs"[:width] in line


def test_a_note_stands_above_the_bar_and_the_bar_is_drawn_over_itself_without_escapes():
    time = Time()
    bar = bar_after(time, 60)
    bar.note("The API asks to wait.")
    bar.close()

    written = bar.stream.getvalue()
    assert "\x1b" not in written
    lines = written.split("\n")
    assert lines[0].split("\r")[-1] == "The API asks to wait."
    assert lines[1].split("\r")[-1].endswith("120/1,000 runs · 1 failed · $3.99 of $50.00")
    assert lines[2] == ""


def test_runs_of_the_last_minute_are_counted():
    time = Time()
    bar = bar_after(time, 100)
    time.now += 31

    assert bar.per_minute() == 0


def test_a_log_gets_a_line_every_thirty_seconds_and_at_the_end():
    time, stream = Time(), io.StringIO()
    lines = Lines(Extent(runs=30), stream, clock=time)
    for _ in range(3):
        time.now += 12
        lines.settled(settlements(10))

    lines.show()
    assert stream.getvalue().splitlines() == ["30 of 30 runs settled"]
    time.now += 31
    lines.show()
    assert len(stream.getvalue().splitlines()) == 2


def test_a_gauge_is_full_only_at_the_end():
    assert gauge(999, 1000, 10) == "█" * 9 + "░"
    assert gauge(1000, 1000, 10) == "█" * 10
    assert gauge(0, 0, 4) == "░" * 4


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (59, "59 s"), (240, "4 min"), (11_400, "3 h 10 min")]
)
def test_a_time_is_told_as_a_person_says_it(seconds, said):
    assert duration(seconds) == said


def test_what_a_terminal_cannot_show_is_a_question_mark_and_ends_no_run():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")

    write_on(stream, "Málaga 日本\n")

    assert stream.buffer.getvalue().decode("latin-1") == "Málaga ??\n"


def test_events_are_json_in_every_encoding():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")

    Events(BUYING, stream).event("row", output={"capital": "東京 😀"})

    assert json.loads(stream.buffer.getvalue()) == {
        "event": "row",
        "output": {"capital": "東京 😀"},
    }


def test_without_a_stdout_nothing_is_written():
    Events(BUYING, None).note("nobody hears it")
