"""A command that is killed, and the same command again."""

import sqlite3
import subprocess
import time

import pytest

from tests.cli.console import SCRIPT

ROWS = 300


def wait_for_state(process, database, states, count):
    """Wait until so many of the ledger's requests are in one of some states."""
    marks = ", ".join("?" * len(states))
    while True:
        assert process.poll() is None, "it ended before it could be killed"
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                asked = f"SELECT count(*) FROM request WHERE state IN ({marks})"
                found = connection.execute(asked, states).fetchone()[0]
            connection.close()
        except sqlite3.Error:  # it is not there yet
            found = 0
        if found >= count:
            return
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("states", "count"),
    [
        pytest.param(
            ("submitting", "running", "completed"), 1, id="when the first run is on its way"
        ),
        pytest.param(("completed",), ROWS // 3, id="when a third is done", marks=pytest.mark.slow),
    ],
)
def test_a_killed_command_goes_on_as_if_it_had_never_ended(folder, states, count):
    rows = [f"{number},Kenya {number % (ROWS - 10)},x\n" for number in range(ROWS)]
    folder.write("countries.csv", "id,Country,Note\n" + "".join(rows))
    state = folder.path / ".enrich"
    with subprocess.Popen(
        [SCRIPT, "run", "job.yaml", "--quiet"], cwd=folder.path, env=folder.env
    ) as process:
        wait_for_state(process, state / "local.db", states, count)
        process.kill()

    assert "out.csv" not in folder.names()
    again = folder.enrich("run", "job.yaml", "--json")

    assert again.code == 0
    assert again.events[-1]["extra_runs"] == 0
    with sqlite3.connect(state / "local-server" / "runs.db") as connection:
        (runs,) = connection.execute("SELECT count(*) FROM runs").fetchone()
    connection.close()
    assert runs == ROWS - 10

    unbroken = folder.job(("path: out.csv", "path: unbroken.csv"), name="unbroken.yaml")
    unbroken.write_text(unbroken.read_text() + "state: unbroken\n")
    assert folder.enrich("run", "unbroken.yaml", "--quiet").code == 0
    whole = (folder.path / "unbroken.csv").read_bytes()
    assert (folder.path / "out.csv").read_bytes() == whole
