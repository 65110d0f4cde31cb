"""The embedded server dies with its command, and the next one finds what it had taken."""

import shutil
import sqlite3

import pytest

from tests.fakes.victims import KILLED, ROOT

COUNTRIES = ["Algeria", "Australia", "Austria", "Algeria", "Brazil", "Chile", "Kenya"]
DISTINCT = len(set(COUNTRIES))
PARTS = 4  # one behind the other they would outlast all other tests
JOB = """\
version: 1
input: {path: countries.csv}
output: {path: out.csv}
task:
  processor: core
  inputs: {country: {column: Country, type: string, description: Name of the country.}}
  output:
    capital: {type: "string?", description: "Name of the capital city. If unknown, null."}
api: {base_url: local}
local: {corpus: corpus}
"""


def write_job(folder):
    (folder / "corpus").mkdir(parents=True)
    for name in sorted({country.lower() for country in COUNTRIES}):
        shutil.copy(ROOT / "sample_data" / "corpus" / f"{name}.html", folder / "corpus")
    (folder / "countries.csv").write_text("\n".join(["Country", *COUNTRIES]) + "\n")
    (folder / "job.yaml").write_text(JOB)
    return folder / "job.yaml"


def taken(job):
    """Return how many runs the server of a job's folder ever took."""
    database = sqlite3.connect(job.parent / ".enrich" / "local-server" / "runs.db")
    try:
        return database.execute("SELECT count(*) FROM runs").fetchone()[0]
    finally:
        database.close()


@pytest.fixture
def unbroken(tmp_path, victims):
    job = write_job(tmp_path / "unbroken")
    done = victims.run(job)
    assert (done.code, taken(job)) == (0, DISTINCT), done.said
    return done.points, (job.parent / "out.csv").read_bytes()


def killed_at(tmp_path, victims, output, *points):
    """Kill commands at these points and say what is wrong after the last one; empty for nothing."""
    job = write_job(tmp_path / "-".join(str(point).replace("/", " ") for point in points))
    died = [victims.run(job, kill_at=point) for point in points]
    last = victims.run(job)
    where = f"killed at {[each.points[-1] for each in died]} {points}"
    if {each.code for each in died} - {KILLED, 0} or last.code != 0:
        return f"{where}: {[each.code for each in died]}, then {last.code}: {last.said}"
    if taken(job) != DISTINCT:
        return f"{where}: {taken(job)} runs"
    if (job.parent / "out.csv").read_bytes() != output:
        return f"{where}: the output differs"
    return ""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_any_point_of_server_and_client_costs_nothing(
    tmp_path, victims, unbroken, chance, part
):
    points, output = unbroken
    tries = [(number,) for number in range(1, len(points) + 1)]
    tries += [tuple(chance.randint(1, len(points)) for _ in range(2)) for _ in range(20)]

    wrong = [killed_at(tmp_path, victims, output, *each) for each in tries[part::PARTS]]

    assert list(filter(None, wrong)) == []
