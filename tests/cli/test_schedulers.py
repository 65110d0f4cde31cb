"""The recipes for Airflow and Dagster, run by Airflow and by Dagster."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.console import SCRIPT
from tests.cli.test_nights import recipe
from tests.fakes.browser import missing

ROOT = SCRIPT.parents[2]
AIRFLOW = ROOT / ".airflow" / "bin" / "airflow"
DAGSTER = ROOT / ".dagster" / "bin" / "dagster"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

JOB_LINES = "local:\n  corpus: pages\n"
# Of Atlantis nothing is known, so one row of six has no capital.
TOO_MUCH = "expect: {fill: {capital: 0.9}}\n"


def changed(name, *changes):
    """Return a recipe with the values that are the reader's own, and no waiting, put in."""
    text = recipe(name)
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def jobs(folder):
    """The recipes' place: a folder with ``jobs/countries.yaml``."""
    (folder.path / "jobs").mkdir()
    moved = [("path: countries.csv", "path: ../countries.csv"), ("path: out.csv", "path: ../o.csv")]
    folder.job(
        *moved,
        (JOB_LINES, "local:\n  corpus: ../pages\nstate: ../.enrich\n"),
        name="jobs/countries.yaml",
    )
    return folder


def expect_too_much(folder):
    with (folder.path / "jobs" / "countries.yaml").open("a") as file:
        file.write(TOO_MUCH)


class Airflow:
    """A home of Airflow with the recipe's DAG."""

    def __init__(self, folder):
        self.folder = folder
        self.dags = folder.path / "dags"
        self.dags.mkdir()
        self.env = {
            **os.environ,
            "AIRFLOW_HOME": str(folder.path / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        }
        self.call("db", "migrate")

    def call(self, *arguments):
        return subprocess.run(
            [AIRFLOW, *arguments],
            cwd=self.folder.path,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def night(self, *changes):
        """Run the DAG once, and return its exit code and log."""
        path = self.dags / "airflow_dag.py"
        mine = [("/srv/enrich", str(self.folder.path)), ("retries=2", "retries=0")]
        path.write_text(changed("airflow_dag.py", *mine, *changes))
        done = self.call("dags", "test", "enrich_countries", "-f", str(path))
        return done.returncode, done.stdout


GENTLE = """#!/bin/sh
trap 'echo asked >stopped; exit 130' TERM
sleep 60 &
wait
"""


def test_airflow_runs_the_dag_fails_its_task_and_stops_it_gently(jobs):
    if not AIRFLOW.exists():
        missing("Airflow (make .airflow/.installed)")
    (jobs.path / ".venv").symlink_to(sys.prefix)
    airflow = Airflow(jobs)

    good, said = airflow.night()
    made = (jobs.path / "o.csv").read_bytes()
    expect_too_much(jobs)
    bad, reason = airflow.night()
    (jobs.path / ".venv").unlink()
    (jobs.path / ".venv" / "bin").mkdir(parents=True)
    stand_in = jobs.path / ".venv" / "bin" / "enrich"
    stand_in.write_text(GENTLE)
    stand_in.chmod(0o755)
    late, why = airflow.night(("timedelta(hours=6)", "timedelta(seconds=2)"))

    assert good == 0, said
    assert b"Nairobi" in made
    assert '"event": "done"' in said
    assert bad != 0, reason
    assert "returned a non-zero exit code 1" in reason
    assert (jobs.path / "o.csv").read_bytes() == made
    assert late != 0, why
    assert (jobs.path / "stopped").read_text() == "asked\n"


def materialized(folder):
    """Materialize the recipe's asset, and return the exit code and the log."""
    path = folder.path / "dagster_asset.py"
    path.write_text(changed("dagster_asset.py", ("delay=600", "delay=0")))
    (folder.path / "dagster").mkdir(exist_ok=True)
    done = subprocess.run(
        [DAGSTER, "asset", "materialize", "--select", "enriched_countries", "-f", path],
        cwd=folder.path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "DAGSTER_HOME": str(folder.path / "dagster"),
            "DAGSTER_DISABLE_TELEMETRY": "yes",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_dagster_materializes_the_asset_and_tries_again_only_where_that_helps(jobs):
    if not DAGSTER.exists():
        missing("Dagster (make .dagster/.installed)")

    good, said = materialized(jobs)
    made = (jobs.path / "o.csv").read_bytes()
    expect_too_much(jobs)
    bad, reason = materialized(jobs)
    (jobs.path / "countries.csv").unlink()
    broken, why = materialized(jobs)

    assert good == 0, said
    assert b"Nairobi" in made
    assert "ASSET_MATERIALIZATION" in said
    assert bad != 0
    assert "exit code 1" in reason
    assert "STEP_UP_FOR_RETRY" not in reason
    assert broken != 0
    assert "STEP_UP_FOR_RETRY" in why
    assert str(Path("countries.csv")) in why
