"""Several tasks, escalation and examples over shards: what one command writes, bought once."""

import pytest

from tests.fakes.buying import accepted
from tests.fakes.echo_engine import UNSURE
from tests.fakes.victims import KILLED

JOB = """\
version: 1
input: {{path: rows.csv}}
output: {{path: out.csv, columns: {{run: false}}{output}}}
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
{more}api: {{base_url: "{url}", settle: 1s, deadline: {deadline}}}
"""
ESCALATE = "escalate: {below: high, processor: pro, fields: [seat], max_cost_usd: 3}\n"
SEATS = ["Paris", f"Rome {UNSURE}", "Oslo", "Paris", "Bonn", f"Kyiv {UNSURE}", "Lima", "Bonn"]
DISTINCT = 6 + 2 + 5
"""The facts, two of them again, and the mayors."""
TABLE = ["Seat", *SEATS]


@pytest.fixture
def run(tmp_path, server, victims):
    """Run the job over one table in a folder: its ends, the output, and what was bought."""

    def run(name, rounds, *, table=TABLE, more=ESCALATE, output="", deadline="40s"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "rows.csv").write_text("\n".join(table) + "\n")
        job = folder / "job.yaml"
        text = JOB.format(url=server.url, more=more, output=output, deadline=deadline)
        job.write_text(text)
        before = accepted(server.url)
        ended = [victims.together(job, commands, kill_at) for commands, kill_at in rounds]
        return ended, (folder / "out.csv").read_bytes(), accepted(server.url) - before

    return run


def shards(of):
    return [("--shard", f"{index}/{of}") for index in range(of)]


ONE: list[tuple[list[tuple[str, ...]], dict[int, str]]] = [([()], {})]


@pytest.fixture
def unbroken(run):
    _, output, bought = run("unbroken", ONE)
    assert bought == DISTINCT
    assert b"once more" in output
    return output


@pytest.mark.parametrize("of", [2, pytest.param(5, marks=pytest.mark.slow)])
def test_a_later_task_waits_for_the_other_shards(run, unbroken, of):
    ended, output, bought = run("shards", [(shards(of), {})])

    assert [each.code for each in ended[0]] == [0] * of, [each.said for each in ended[0]]
    assert (output, bought) == (unbroken, DISTINCT)


@pytest.mark.slow
def test_alone_it_leaves_after_a_while_and_the_same_commands_go_on(run, unbroken):
    ended, output, bought = run(
        "shards", [([options], {}) for options in shards(3) * 2], deadline="8s"
    )

    codes = [died.code for (died,) in ended]
    assert codes[0] == 1
    assert "Run this again" in ended[0][0].said
    assert codes[3:] == [0] * 3
    assert (output, bought) == (unbroken, DISTINCT)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["sent POST v1/tasks/groups/runs", "behind settle"])
def test_kills_and_another_number_of_shards_cost_nothing(run, unbroken, point):
    rounds = [
        (shards(3), {0: point, 2: point}),
        (shards(3), {1: "before settle"}),
        (shards(3), {}),
        (shards(2), {0: point}),
        (shards(2), {}),
        ([()], {}),
    ]

    ended, output, bought = run("shards", rounds, deadline="4s")

    assert [died.code for died in ended[0]].count(KILLED) == 2
    assert ended[-1][0].code == 0, ended[-1][0].said
    assert (output, bought) == (unbroken, DISTINCT)


def test_filled_rows_teach_all_shards_the_same(run):
    table = [
        "Seat,seat,mayor",
        "Rome,Roma,Anna",
        "Oslo,,",
        "Paris,,",
        "Bonn,,",
        "Lima,,",
        "Paris,,",
    ]
    settings = {"table": table, "more": "examples: true\n", "output": ", existing: fill"}
    _, output, bought = run("one", ONE, **settings)

    ended, of_shards, of_shards_bought = run("shards", [(shards(3), {})], **settings)

    assert [each.code for each in ended[0]] == [0] * 3, [each.said for each in ended[0]]
    assert (of_shards, of_shards_bought) == (output, bought)
