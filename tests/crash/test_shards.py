"""Shards side by side, one after the other, killed and divided anew: one output, each input bought once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.buying import accepted
from tests.fakes.server_process import ServerProcess
from tests.fakes.victims import KILLED, Victims, write_job

ROWS = [f"Firm {number * 7 % 12}" for number in range(40)]
DISTINCT = 12
BOTH = "output: {path: [out.csv, out.parquet]}"


def shards(of):
    """Return the options of all shards."""
    return [("--shard", f"{index}/{of}") for index in range(of)]


@dataclass
class Place:
    """Runs commands over one job in a folder of its own."""

    job: Path
    server: ServerProcess
    victims: Victims

    def __post_init__(self):
        self.before = accepted(self.server.url)

    @property
    def bought(self):
        return accepted(self.server.url) - self.before

    @property
    def output(self):
        return [self.job.with_name(f"out.{kind}").read_bytes() for kind in ("csv", "parquet")]

    def one_by_one(self, of):
        return [self.victims.run(self.job, options=options) for options in shards(of)]

    def together(self, of, kill_at=None):
        return self.victims.together(self.job, shards(of), kill_at)

    def whole(self):
        return [self.victims.run(self.job)]


@pytest.fixture
def place(tmp_path, server, victims):
    """Make a place; its job is the same each time."""

    def place(name, *, rows=ROWS, **job):
        path = write_job(tmp_path / name, server.url, rows=rows, **job)
        text = path.read_text().replace("output: {path: out.csv}", BOTH)
        assert BOTH in text
        path.write_text(text)
        return Place(path, server, victims)

    return place


@pytest.fixture
def unbroken(place):
    """What one command without shards writes."""
    one = place("unbroken")
    assert [each.code for each in one.whole()] == [0]
    assert one.bought == DISTINCT
    return one.output


EVERY_NUMBER = [3, *(pytest.param(of, marks=pytest.mark.slow) for of in (1, 2, 5))]


@pytest.mark.parametrize("of", EVERY_NUMBER)
@pytest.mark.parametrize("how", ["one_by_one", "together"])
def test_shards_write_what_one_command_writes(place, unbroken, how, of):
    shards = place("shards")

    ended = getattr(shards, how)(of)

    assert [each.code for each in ended] == [0] * of, [each.said for each in ended]
    assert shards.output == unbroken
    assert shards.bought == DISTINCT


def test_nothing_is_written_before_all_is_settled(place):
    shards = place("shards")

    first = shards.one_by_one(3)[:1]

    ended = place("again")
    said = ended.victims.run(ended.job, options=("--shard", "1/3")).said
    assert "No output yet: it waits for" in said
    assert not ended.job.with_name("out.csv").exists()
    assert [each.code for each in first] == [0]


@pytest.mark.parametrize(
    "point",
    [
        "sent POST v1/tasks/groups/runs",
        *(
            pytest.param(point, marks=pytest.mark.slow)
            for point in ("behind plan", "behind claim", "before settle", "before publish")
        ),
    ],
)
@pytest.mark.parametrize(
    "victims_of",
    [[[0, 1]], pytest.param([[1]], marks=pytest.mark.slow), [[1], [0, 1], [2]]],
    ids=["two at once", "one", "again and again"],
)
def test_killed_shards_go_on_with_the_same_commands(place, unbroken, victims_of, point):
    shards = place("shards")

    died = [shards.together(3, dict.fromkeys(places, point)) for places in victims_of]
    last = shards.together(3)

    assert {each.code for ended in died for each in ended} <= {0, KILLED}
    assert point == "before publish" or died[0][victims_of[0][0]].code == KILLED
    assert [each.code for each in last] == [0] * 3, [each.said for each in last]
    assert shards.output == unbroken
    assert shards.bought == DISTINCT
