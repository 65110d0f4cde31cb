"""A job of several tasks, killed at any step, goes on with the same command."""

import pytest

from tests.fakes.buying import accepted
from tests.fakes.echo_engine import UNSURE
from tests.fakes.victims import KILLED

JOB = """\
version: 1
input: {{path: rows.csv}}
output: {{path: out.csv}}
tasks:
  - name: facts
    processor: base
    inputs: {{seat: Seat}}
    output: {{seat: {{type: "string?", description: Its name.}}}}
  - name: city
    processor: base
    inputs: {{mayor: {{template: "mayor of {{seat}}"}}}}
    only_if: "Seat != 'Oslo'"
    output: {{mayor: {{type: "string?", description: Its name.}}}}
escalate: {{below: high, processor: pro, fields: [seat], max_cost_usd: 0.1}}
budget: {{max_cost_usd: {usd}}}
api: {{base_url: "{url}", settle: 1s}}
"""
ROWS = ["Paris", f"Rome {UNSURE}", "Oslo", "Paris"]
DISTINCT = 6
"""Three of the facts, one of them again, and two of the mayors."""
USD = 0.01 * 3 + 0.1 + 0.01 * 2


class Killing:
    """Kills commands over the job, each over a folder of its own."""

    def __init__(self, folder, server, victims):
        self.folder = folder
        self.server = server
        self.victims = victims
        self.unbroken, self.bought, self.output = self.done("unbroken")
        self.wrong = []

    def done(self, name, kill_at=""):
        """Run the job to its end, killed at a point before that if one is named."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "rows.csv").write_text("\n".join(["Seat", *ROWS]) + "\n")
        job = folder / "job.yaml"
        # The budget pays for exactly what is asked: one run twice would be one too few.
        job.write_text(JOB.format(url=self.server.url, usd=round(USD, 2)))
        before = accepted(self.server.url)
        first = self.victims.run(job, kill_at=kill_at)
        last = self.victims.run(job) if kill_at else first
        out = (folder / "out.csv").read_bytes() if last.code == 0 else last.said
        return first, accepted(self.server.url) - before, out

    def at(self, point):
        died, bought, out = self.done(f"at {point}".replace("/", " "), point)
        where = f"killed at {died.points[-1]} ({point})"
        if died.code not in {KILLED, 0}:
            self.wrong.append(f"{where}: left with {died.code}")
        if bought != DISTINCT:
            self.wrong.append(f"{where}: {bought} runs for {DISTINCT} requests")
        if out != self.output:
            self.wrong.append(f"{where}: {out!r}")


@pytest.fixture
def killing(tmp_path, server, victims):
    killing = Killing(tmp_path, server, victims)
    assert (killing.unbroken.code, killing.bought) == (0, DISTINCT), killing.unbroken.said
    assert b"once more" in killing.output
    return killing


def test_a_kill_between_two_tasks_costs_nothing(killing):
    numbers = [n for n, name in enumerate(killing.unbroken.points, 1) if name == "behind settle"]

    killing.at(numbers[0])

    assert len(numbers) >= 3
    assert killing.wrong == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_kill_at_any_point_costs_nothing(killing):
    # Every other one: those of a single task are all in test_killed.
    for number in range(1, len(killing.unbroken.points) + 1, 2):
        killing.at(number)

    assert killing.wrong == []


FILLED_JOB = """\
version: 1
input: {{path: rows.csv}}
output: {{path: out.csv, existing: fill}}
task:
  processor: base
  inputs: {{company: Company}}
  output: {{seat: {{type: "string?", description: Its seat.}}, head: {{type: "string?", description: Its head.}}}}
examples: true
api: {{base_url: "{url}", settle: 1s}}
"""
FILLED_ROWS = ["Ada,Kiel,Bo", "Bell,Bonn,", "Curie,,Di", "Dirac,,", "Euler,,", "Bell,,"]


@pytest.mark.parametrize(
    "point",
    [
        "sent POST v1/tasks/groups/runs",
        *(
            pytest.param(point, marks=pytest.mark.slow)
            for point in ("behind teach", "behind claim", "behind settle", "before publish")
        ),
    ],
)
def test_rows_that_teach_and_are_asked_apart_are_bought_once(tmp_path, server, victims, point):
    ends = []
    for name, kill_at in (("whole", ""), ("killed", point)):
        folder = tmp_path / name
        folder.mkdir()
        table = folder / "rows.csv"
        table.write_text("\n".join(["Company,seat,head", *FILLED_ROWS]) + "\n")
        job = folder / "job.yaml"
        job.write_text(FILLED_JOB.format(url=server.url))
        before = accepted(server.url)
        first = victims.run(job, kill_at=kill_at)
        if kill_at:
            # What is taught is kept, whatever the table holds meanwhile.
            table.write_text(table.read_text().replace("Dirac,,", "Dirac,Ulm,Eve"))
            assert victims.run(job).code == 0
            table.write_text(table.read_text().replace("Dirac,Ulm,Eve", "Dirac,,"))
        last = victims.run(job) if kill_at else first
        ends.append(((folder / "out.csv").read_bytes(), accepted(server.url) - before))
        assert (first.code, last.code) == (KILLED if kill_at else 0, 0), last.said

    # Bell and Curie are told of the others alone; Dirac and Euler of all three.
    assert ends[0] == ends[1]
    assert ends[0][1] == 4
