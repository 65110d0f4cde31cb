"""Several tasks in one job, over a server of another process: chains, escalation, examples."""

import csv
import json
import sqlite3
from contextlib import closing

import pytest

from enrich import pipeline
from enrich.errors import ConfigError, FatalApiError
from enrich.job import Overrides, make_job
from enrich.ledger import Ledger
from enrich.progress import Extent, Quiet
from enrich.runs import Ended
from tests.fakes.buying import accepted
from tests.fakes.echo_engine import FAIL, UNSURE
from tests.fakes.server_process import ServerProcess

TEXT = {"type": "string?", "description": "If unknown, null."}
FACTS = {"name": "facts", "processor": "base", "inputs": {"seat": "Seat"}, "output": {"seat": TEXT}}
CITY = {
    "name": "city",
    "processor": "core",
    "inputs": {"mayor": {"template": "mayor of {seat}"}},
    "output": {"mayor": TEXT},
}
ROWS = ["Paris", "Rome", "Oslo", "Paris"]


@pytest.fixture(scope="module")
def server():
    with ServerProcess() as server:
        yield server


class Place:
    """A folder with a table, and the jobs over it."""

    def __init__(self, folder, server):
        self.folder = folder
        self.server = server
        self.rows(*ROWS)

    def rows(self, *seats, **columns):
        names = ["Seat", *columns]
        with (self.folder / "in.csv").open("w", newline="") as file:
            csv.writer(file).writerows([names, *zip(seats, *columns.values(), strict=True)])

    def prepared(self, *tasks, output=None, overrides=None, **more):
        values = {
            "input": {"path": "in.csv"},
            "output": {"path": "out.csv", "columns": {"citations": False}, **(output or {})},
            "tasks": list(tasks),
            "api": {"base_url": self.server.url},
            **more,
        }
        return pipeline.prepare(make_job(values, folder=self.folder, overrides=overrides))

    def run(self, *tasks, retry_failed=False, **more):
        """Run a job; return its report, how many runs it bought, and the output."""
        before = accepted(self.server.url)
        report = pipeline.run(
            self.prepared(*tasks, **more),
            progress=lambda plan: Quiet(Extent(runs=plan.to_buy)),
            retry_failed=retry_failed,
            key="any",
        )
        return report, accepted(self.server.url) - before, self.output()

    def plan(self, *tasks, **more):
        prepared = self.prepared(*tasks, **more)
        with pipeline.open_ledgers(prepared.job) as ledger:
            return pipeline.plan(prepared, ledger)

    def let_pass(self, seconds):
        """Make the answers that are there older."""
        (path,) = (self.folder / ".enrich").glob("*.db")
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE request SET settled_at = settled_at - ?", (seconds,))

    def output(self):
        with (self.folder / "out.csv").open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def place(tmp_path, server):
    return Place(tmp_path, server)


def test_a_later_task_reads_what_an_earlier_one_made(place):
    asked = {**CITY, "only_if": "seat != 'Oslo'", "prefix": "c_"}

    report, bought, rows = place.run(FACTS, asked)

    assert [row["seat"] for row in rows] == ROWS
    assert [row["c_mayor"] for row in rows] == [
        "mayor of Paris",
        "mayor of Rome",
        "",
        "mayor of Paris",
    ]
    assert {row["enrich_status"] for row in rows} == {"completed"}
    assert (bought, report.exit_code, report.ended) == (5, 0, Ended.SETTLED)
    assert report.spent_by_task == {"facts": 0.03, "city": 0.05}
    assert dict(report.merged.tasks["city"]) == {"completed": 3, "skipped": 1}
    assert report.merged.filled == {"seat": 4, "c_mayor": 3} == report.merged.answered
    whole = (place.folder / "out.csv").read_bytes()

    again, more, _ = place.run(FACTS, asked)

    assert (more, again.spent_usd, again.plan.to_buy) == (0, 0, 0)
    assert (place.folder / "out.csv").read_bytes() == whole


def test_a_task_that_is_added_buys_its_own_fields_alone(place):
    _, first, _ = place.run(FACTS)
    plan = place.plan(FACTS, CITY)
    _, second, rows = place.run(FACTS, CITY)
    single = {key: value for key, value in FACTS.items() if key != "name"}
    before = accepted(place.server.url)
    values = {"task": single, "output": {"path": "one.csv"}, "input": {"path": "in.csv"}}
    values["api"] = {"base_url": place.server.url}
    report = pipeline.run(
        pipeline.prepare(make_job(values, folder=place.folder)),
        progress=lambda plan: Quiet(Extent(runs=plan.to_buy)),
        key="any",
    )

    assert (first, second) == (3, 3)
    assert [(each.task, each.completed, each.to_buy) for each in plan.tasks] == [
        ("facts", 3, 0),
        ("city", 0, 3),
    ]
    assert rows[0]["mayor"] == "mayor of Paris"
    # The short form of one task asks the same, and so buys nothing.
    assert (accepted(place.server.url) - before, report.exit_code) == (0, 0)


def test_a_row_whose_earlier_task_failed_is_not_asked_and_may_be_bought_again(place):
    place.rows("Paris", f"{FAIL} {place.folder.name}")

    report, bought, rows = place.run(FACTS, CITY)
    again, more, _ = place.run(FACTS, CITY, retry_failed=True)

    assert (bought, report.exit_code) == (3, 1)
    assert [row["enrich_status"] for row in rows] == ["completed", "failed"]
    assert rows[1]["enrich_error"].startswith("facts: ")
    assert report.plan.tasks[1].waiting == 2
    assert dict(report.merged.tasks["city"]) == {"completed": 1, "skipped": 1}
    assert (more, again.exit_code) == (1, 1)


def test_a_plan_says_what_is_known_and_an_upper_bound_of_the_rest(place):
    first = place.plan(FACTS, CITY, escalate={"below": "high", "processor": "pro"})
    capped = place.plan(FACTS, escalate={"below": "high", "processor": "pro", "max_cost_usd": 0.25})

    assert [(each.task, each.to_buy, each.waiting) for each in first.tasks] == [
        ("facts", 3, 0),
        ("facts escalated", 0, 4),
        ("city", 0, 4),
        ("city escalated", 0, 4),
    ]
    assert first.known_usd == 0.03
    assert first.cost_usd == pytest.approx(0.03 + 4 * 0.1 + 4 * 0.025 + 4 * 0.1)
    assert capped.cost_usd == pytest.approx(0.03 + 0.25)
    assert first.sends == ("Seat", "seat")


def test_the_budget_holds_for_all_tasks_together(place):
    budget = {"max_cost_usd": 0.06}
    report, bought, rows = place.run(FACTS, CITY, budget=budget)
    raised, more, done = place.run(FACTS, CITY, budget={"max_cost_usd": 0.2})

    assert (report.ended, report.exit_code, bought) == (Ended.BUDGET, 5, 4)
    assert report.spent_usd == 0.055
    assert sum(row["enrich_status"] == "pending" for row in rows) in {2, 3}
    assert (more, raised.exit_code, raised.spent_usd) == (2, 0, 0.105)
    assert {row["enrich_status"] for row in done} == {"completed"}


def test_an_unsure_answer_is_asked_again_and_the_better_one_is_kept(place):
    place.rows("Paris", f"Rome {UNSURE}", f"Oslo {UNSURE}")
    escalate = {"below": "high", "processor": "pro", "max_cost_usd": 0.15}
    two = {**FACTS, "output": {"seat": TEXT, "land": TEXT}}

    report, bought, first = place.run(two, escalate={**escalate, "fields": ["seat"]})
    escalate["max_cost_usd"] = 20
    raised, more, rows = place.run(two, escalate={**escalate, "fields": ["seat"]})

    # The cap of the escalation lets one run pass.
    assert (report.ended, report.exit_code, bought) == (Ended.BUDGET, 5, 4)
    assert [row["seat_processor"] for row in first].count("pro") == 1
    assert {row["enrich_status"] for row in first} == {"completed"}
    assert (more, raised.exit_code) == (1, 0)
    assert [row["seat"] for row in rows] == [
        "Paris",
        f"Rome {UNSURE}, once more",
        f"Oslo {UNSURE}, once more",
    ]
    assert [row["seat_processor"] for row in rows] == ["base", "pro", "pro"]
    assert [row["seat_confidence"] for row in rows] == ["high"] * 3
    assert [row["land_confidence"] for row in rows] == ["high", "low", "low"]
    assert "land_processor" not in rows[0]
    assert raised.spent_usd == 0.23
    assert place.run(two, escalate={**escalate, "fields": ["seat"]})[1] == 0


def test_a_later_task_reads_the_better_answer(place):
    place.rows(f"Rome {UNSURE}")

    _, bought, rows = place.run(FACTS, CITY, escalate={"below": "medium", "processor": "pro"})

    assert bought == 4  # the mayor of what is unsure is unsure, too
    assert rows[0]["mayor"] == f"mayor of Rome {UNSURE}, once more, once more"


def test_an_answer_that_is_renewed_is_waited_for(place):
    place.run(FACTS, CITY)
    place.let_pass(3_600)
    plan = place.plan(FACTS, CITY, refresh_after="30m")
    _, bought, rows = place.run(FACTS, CITY, refresh_after="30m")

    assert [(each.stale, each.to_buy, each.waiting) for each in plan.tasks] == [
        (3, 3, 0),
        (0, 0, 4),
    ]
    assert bought == 6
    assert rows[0]["mayor"] == "mayor of Paris"


@pytest.mark.parametrize(
    ("tasks", "more", "said"),
    [
        (
            [FACTS, {**FACTS, "name": "again"}],
            {},
            "the new column `seat` would be there twice: the value of `seat` and the value of `seat`",
        ),
        ([CITY, FACTS], {}, "tasks.0.inputs.mayor.template: the table has no column `seat`"),
        ([FACTS, {**CITY, "name": "facts"}], {}, "tasks.1.name: two tasks are called `facts`"),
        ([{**FACTS, "name": "a"}, {k: v for k, v in CITY.items() if k != "name"}], {}, "tasks.1.name"),
        (
            [FACTS, {**CITY, "name": "facts escalated"}],
            {"escalate": {"below": "high", "processor": "pro"}},
            "tasks.1.name: what is asked again is called so",
        ),
        ([FACTS], {"escalate": {"below": "low", "processor": "pro"}}, "escalate.below: must be"),
        (
            [FACTS],
            {"escalate": {"below": "high", "processor": "pro", "fields": ["seet"]}},
            "escalate.fields.0: no task has a field `seet`; did you mean `seat`?",
        ),
        (
            [
                {
                    **FACTS,
                    "output": {
                        "json_schema": {
                            "type": "object",
                            "properties": {
                                "seat": TEXT | {"type": "string"},
                                "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
                            },
                            "required": ["seat", "parent"],
                            "additionalProperties": False,
                        }
                    },
                }
            ],
            {"escalate": {"below": "high", "processor": "pro", "fields": ["parent"]}},
            "escalate.fields: one of these fields refers to the whole schema",
        ),
        ([FACTS], {"task": {k: v for k, v in FACTS.items() if k != "name"}}, "tasks: keep either"),
        ([FACTS], {"examples": True}, "examples: filled rows are looked for in columns"),
        ([{**FACTS, "output": "auto"}], {"escalate": {"below": "high", "processor": "pro"}}, "escalate: no task"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_before_anything_is_spent(place, tasks, more, said):
    with pytest.raises(ConfigError) as raised:
        place.prepared(*tasks, **more)

    assert said in str(raised.value)


def test_a_random_sample_is_kept_for_the_full_run(place):
    place.rows(*(f"seat {number}" for number in range(40)))
    sample = Overrides(limit=5, sample="random", seed=7)

    _, bought, rows = place.run(FACTS, overrides=sample)
    _, again, _ = place.run(FACTS, overrides=sample)
    _, first, _ = place.run(FACTS, overrides=Overrides(limit=2))
    _, rest, whole = place.run(FACTS)

    asked = [number for number, row in enumerate(rows) if row["enrich_status"] == "completed"]
    assert len(asked) == bought == 5
    assert asked not in ([0, 1, 2, 3, 4], [35, 36, 37, 38, 39])
    assert again == 0
    assert first == len({0, 1} - set(asked))
    assert first + rest == 35
    assert all(row["enrich_status"] == "completed" for row in whole)


def taught_by(body):
    """Return the filled rows that a request is sent with, by their seat."""
    described = body["task_spec"]["output_schema"]["json_schema"].get("description", "")
    if "```examples" not in described:
        return {}
    block = described.split("```examples\n")[1].removesuffix("\n```")
    return {row["input"]["seat"]: row["output"] for row in json.loads(block)}


FILL = {"output": {"existing": "fill"}, "examples": True}


def test_filled_rows_teach_and_stay_the_same_ones(place):
    place.rows("Paris", "Rome", "Oslo", "Bonn", "Rome", mayor=["Ada", "Bo", "", "Cy", ""])
    asked = {**FACTS, "output": {"mayor": TEXT}, "description": "Use the register."}

    plan = place.plan(asked, **FILL)
    _, bought, rows = place.run(asked, **FILL)
    place.rows("Kiel", "Oslo", "Paris", "Rom", mayor=["", "x", "Eve", "Di"])
    _, more, _ = place.run(asked, **FILL)

    sent = {body["input"]["seat"]: taught_by(body) for body in plan.examples}
    # Rome is asked as well, and told of the others.
    assert sent == {
        "Oslo": {"Paris": {"mayor": "Ada"}, "Rome": {"mayor": "Bo"}, "Bonn": {"mayor": "Cy"}},
        "Rome": {"Paris": {"mayor": "Ada"}, "Bonn": {"mayor": "Cy"}},
    }
    described = plan.examples[0]["task_spec"]["output_schema"]["json_schema"]["description"]
    assert described.startswith("Use the register.\n\n")
    assert plan.sends == ("Seat", "mayor")
    assert bought == 2
    assert [row["mayor"] for row in rows][:2] == ["Ada", "Bo"]
    # Other rows are filled now, and still only what is new is bought.
    assert more == 1


def test_a_row_that_is_filled_in_part_teaches_the_others_and_is_asked_without_its_own(place):
    asked = {**FACTS, "output": {"mayor": TEXT, "river": TEXT, "seat": TEXT}}
    place.rows(
        *("Paris", "Rome", "Oslo", "Bonn"),
        mayor=["Ada", "Bo", "", ""],
        river=["", "Tiber", "", "Rhine"],
    )

    plan = place.plan(asked, **FILL)
    _, bought, rows = place.run(asked, **FILL)
    _, again, _ = place.run(asked, **FILL)

    known = {"Paris": {"mayor": "Ada"}, "Rome": {"mayor": "Bo", "river": "Tiber"}, "Bonn": {"river": "Rhine"}}  # fmt: skip
    assert {body["input"]["seat"]: taught_by(body) for body in plan.examples} == {
        seat: {other: told for other, told in known.items() if other != seat} for seat in (*known, "Oslo")
    }  # fmt: skip
    # The column that is not there yet is neither told nor said to be sent.
    assert plan.sends == ("Seat", "mayor", "river")
    assert (plan.to_buy, bought, again) == (4, 4, 0)
    assert {row["enrich_status"] for row in rows} == {"completed"}
    assert [row["river"] for row in rows if row["Seat"] in {"Rome", "Bonn"}] == ["Tiber", "Rhine"]


def test_each_field_is_taught_by_some_row_however_few_know_it(place):
    asked = {**FACTS, "output": {"mayor": TEXT, "river": TEXT}}
    seats = [f"seat {number}" for number in range(40)]
    one = {"mayor": ["Ada"] * 39 + [""], "river": [""] * 39 + ["Rhine"]}
    place.rows(*seats, **one)
    there = {body["input"]["seat"]: taught_by(body) for body in place.plan(asked, **FILL).examples}
    place.rows(*reversed(seats), **{name: cells[::-1] for name, cells in one.items()})
    turned = {body["input"]["seat"]: taught_by(body) for body in place.plan(asked, **FILL).examples}

    assert turned == there
    told = there["seat 0"]
    assert [len(told), sum("river" in each for each in told.values())] == [5, 1]
    assert "seat 0" not in told


def test_asking_again_with_a_larger_processor_leaves_a_rows_own_values_out_as_well(place):
    asked = {**FACTS, "output": {"mayor": TEXT, "river": TEXT}}
    place.rows(f"{UNSURE} Paris", "Rome", mayor=["Ada", ""], river=["", "Tiber"])
    again = {"escalate": {"below": "high", "processor": "pro"}}

    prepared = place.prepared(asked, **FILL, **again)
    _, bought, _ = place.run(asked, **FILL, **again)
    with pipeline.open_ledgers(prepared.job) as ledgers:
        plan = pipeline.plan(prepared, ledgers)

    first, second = plan.tasks
    assert (first.completed, second.completed, bought) == (2, 1, 3)
    (body,) = second.examples
    assert body["input"] == {"seat": f"{UNSURE} Paris"}
    assert taught_by(body) == {"Rome": {"river": "Tiber"}}


def test_a_row_that_taught_and_lost_its_values_is_asked_without_them(place):
    place.rows("Paris", "Oslo", mayor=["Ada", ""])
    asked = {**FACTS, "output": {"mayor": TEXT}}
    place.run(asked, **FILL)
    place.rows("Paris", "Oslo", mayor=["", ""])

    plan = place.plan(asked, **FILL)
    report, bought, _ = place.run(asked, **FILL)

    assert {body["input"]["seat"]: taught_by(body) for body in plan.examples} == {
        "Paris": {},
        "Oslo": {"Paris": {"mayor": "Ada"}},
    }
    assert (bought, report.exit_code) == (1, 0)


def test_runs_in_doubt_are_in_the_price(place):
    prepared = place.prepared(FACTS)
    with pipeline.open_ledgers(prepared.job) as ledger:
        plan = pipeline.plan(prepared, ledger)
        in_doubt(ledger.own, prepared)
        again = pipeline.plan(prepared, ledger)

    assert (plan.to_buy, plan.cost_usd) == (3, 0.03)
    assert (again.to_buy, again.in_doubt, again.running) == (1, 2, 0)
    assert (again.known_usd, again.cost_usd) == (0.01, 0.03)


def in_doubt(ledger: Ledger, prepared) -> None:
    """Claim two requests, as a command does that dies with its POST on the way."""
    step = prepared.steps[0]
    group = ledger.add_group("tgrp_1")
    task_id = pipeline.known_task(step.task, ledger)
    assert task_id is not None
    ledger.claim(
        task_id,
        group=group.id,
        round_id=ledger.open_round("job", 4).id,
        cap=prepared.cap(step, None),
        max_runs=2,
        max_bytes=10**6,
    )


def test_a_secret_is_in_nothing_that_is_kept_or_printed(place, monkeypatch, capfd):
    monkeypatch.setenv("TOOL_TOKEN", "t0ps3cret")
    servers = [{"url": "https://tools.example", "name": "a", "headers": {"Key": "${TOOL_TOKEN}"}}]
    asked = {**FACTS, "mcp_servers": servers}

    plan = place.plan(asked)
    report, bought, _ = place.run(asked, escalate={"below": "high", "processor": "pro"})

    assert (bought, report.exit_code) == (3, 0)
    assert plan.examples[0]["mcp_servers"][0]["headers"] == {"Key": "${TOOL_TOKEN}"}
    kept = b"".join(path.read_bytes() for path in place.folder.rglob("*") if path.is_file())
    assert b"TOOL_TOKEN" in kept
    assert b"t0ps3cret" not in kept
    assert "t0ps3cret" not in "".join(capfd.readouterr())


def test_one_percent_that_changed_buys_one_percent(place):
    seats = [f"place {number}" for number in range(200)]
    place.rows(*seats)
    first = place.run(FACTS, CITY)[1]
    place.rows(*reversed(seats))
    sorted_anew = place.run(FACTS, CITY)[1]
    place.rows(*[f"{seat}!" if number in {7, 150} else seat for number, seat in enumerate(seats)])
    changed = place.run(FACTS, CITY)[1]

    assert (first, sorted_anew, changed) == (400, 0, 4)


def test_what_was_answered_before_the_api_refuses_is_written(tmp_path):
    faults = ["--fault", "403@add_runs#1", "--fault", "403@add_runs#3"]
    with ServerProcess(*faults) as server:
        place = Place(tmp_path, server)
        kept = place.folder / "out.csv"
        kept.write_text("seat,mayor\nof another,night\n")
        with pytest.raises(FatalApiError) as first:
            place.run(FACTS, CITY)
        untouched = kept.read_text()
        with pytest.raises(FatalApiError) as second:
            place.run(FACTS, CITY)
        refused = place.output()
        report, _, whole = place.run(FACTS, CITY)

        assert untouched == "seat,mayor\nof another,night\n"
        assert not hasattr(first.value, "__notes__")
        assert second.value.__notes__ == [
            f"What was answered before is in {kept}: 0 of 4 rows completed."
        ]
        assert [row["seat"] for row in refused] == ROWS
        assert {row["mayor"] for row in refused} == {""}
        assert {row["enrich_status"] for row in refused} == {"pending"}
        assert report.exit_code == 0
        assert [row["mayor"] for row in whole] == [f"mayor of {seat}" for seat in ROWS]
        assert accepted(server.url) == 6
