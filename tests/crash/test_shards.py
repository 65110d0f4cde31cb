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
        return {path.name: path.read_bytes() for path in self.job.parent.glob("out.*")}

    def one_by_one(self, of):
        return [self.victims.run(self.job, options=options) for options in shards(of)]

    def together(self, of, kill_at=None):
        return self.victims.together(self.job, shards(of), kill_at)

    def run(self, shard=None, **how):
        return self.victims.run(self.job, options=("--shard", shard) if shard else (), **how)


def make_place(folder, server, victims, *, more="", parquet=False):
    path = write_job(folder, server.url, rows=ROWS, more=more)
    if parquet:
        path.write_text(path.read_text().replace("output: {path: out.csv}", BOTH))
    return Place(path, server, victims)


@pytest.fixture
def place(tmp_path, server, victims):
    """Make a place; its job is the same each time."""
    return lambda name="shards", **job: make_place(tmp_path / name, server, victims, **job)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, server, victims):
    """What one command without shards writes."""
    one = make_place(tmp_path_factory.mktemp("unbroken"), server, victims, parquet=True)
    assert one.run().code == 0
    assert one.bought == DISTINCT
    return one.output


@pytest.fixture(scope="module")
def table(unbroken):
    """The same, without the Parquet file."""
    return {"out.csv": unbroken["out.csv"]}


EVERY_NUMBER = [3, *(pytest.param(of, marks=pytest.mark.slow) for of in (1, 2, 5))]


@pytest.mark.parametrize("of", EVERY_NUMBER)
@pytest.mark.parametrize("how", ["together", pytest.param("one_by_one", marks=pytest.mark.slow)])
def test_shards_write_what_one_command_writes(place, unbroken, how, of):
    shards = place(parquet=True)

    ended = getattr(shards, how)(of)

    assert [each.code for each in ended] == [0] * of, [each.said for each in ended]
    assert shards.output == unbroken
    assert shards.bought == DISTINCT


def test_nothing_is_written_before_all_is_settled(place):
    shards = place()

    first, second = (shards.run(shard) for shard in ("0/3", "1/3"))

    assert (first.code, second.code) == (0, 0)
    assert "No output yet: it waits for" in second.said
    assert "of shard 2/3" in second.said
    assert "of shard 0/3" not in second.said
    assert not shards.job.with_name("out.csv").exists()


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
    [
        pytest.param([[0, 1]], id="two at once"),
        pytest.param([[1], [0, 1], [2]], id="again and again", marks=pytest.mark.slow),
    ],
)
def test_killed_shards_go_on_with_the_same_commands(place, table, victims_of, point):
    shards = place()

    died = [shards.together(3, dict.fromkeys(places, point)) for places in victims_of]
    last = shards.together(3)

    assert {each.code for ended in died for each in ended} <= {0, KILLED}
    assert point == "before publish" or died[0][victims_of[0][0]].code == KILLED
    assert [each.code for each in last] == [0] * 3, [each.said for each in last]
    assert shards.output == table
    assert shards.bought == DISTINCT


# Another number of shards


def test_what_is_settled_is_taken_over_when_it_is_divided_anew(place, table):
    shards = place()

    codes = [shards.run(shard).code for shard in ("0/3", "2/3", None, "1/2", "1/3")]

    assert codes == [0] * 5
    assert shards.output == table
    assert shards.bought == DISTINCT


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [(5, 2, 3), (2, 1, 4, 2)])
def test_it_is_divided_anew_each_time_that_it_is_killed(place, table, numbers):
    shards = place()

    for of in numbers:
        shards.together(of, {0: "behind claim", 1: "before settle"})
        # What is on its way is collected by its own command.
        shards.together(of, dict.fromkeys(range(of), "behind close_round"))
    last = shards.together(3)

    assert [each.code for each in last] == [0] * 3, [each.said for each in last]
    assert shards.output == table
    assert shards.bought == DISTINCT


@pytest.mark.slow
def test_runs_on_their_way_are_collected_before_it_is_divided_anew(place, table):
    shards = place()
    shards.together(3, {1: "sent POST v1/tasks/groups/runs"})

    refused = shards.run()
    collected = shards.run("1/3")
    whole = shards.run()

    assert refused.code == 4
    assert f"`enrich run {shards.job} --shard 1/3`" in refused.said
    assert (collected.code, whole.code) == (0, 0)
    assert shards.output == table
    assert shards.bought == DISTINCT


# Shares of the budget


@pytest.mark.parametrize(
    ("budget", "bought"),
    [("max_runs: 7", 7), pytest.param("max_cost_usd: 0.09", 9, marks=pytest.mark.slow)],
)
def test_the_shares_of_a_budget_make_it_up_and_it_holds_when_it_is_divided_anew(
    place, budget, bought
):
    shards = place(more=f"budget: {{{budget}}}")

    ended = shards.together(3)
    after_shards = shards.bought
    ended += [shards.run("2/3"), shards.run()]
    at_the_cap = shards.bought
    ended.append(shards.run("0/2"))

    # A shard with no more requests than its share ends well, and leaves the rest to the others.
    assert {each.code for each in ended} <= {0, 5}
    assert ended[-2].code == 5
    assert after_shards <= at_the_cap == shards.bought == bought


def test_a_share_of_nothing_is_refused_with_what_to_do(place):
    shards = place(more="budget: {max_runs: 2}")

    ended = shards.run("2/3")

    assert ended.code == 2
    assert "2 runs cannot be divided among 3 shards" in ended.said
    assert shards.bought == 0
