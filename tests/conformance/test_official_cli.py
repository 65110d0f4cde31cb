"""The vendor's command line enriches a table through the server."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CLI = Path(sys.executable).parent / "parallel-cli"
COLUMNS = (
    "--source-columns",
    '[{"name": "company", "description": "Its name"}]',
    "--enriched-columns",
    '[{"name": "ceo", "description": "Who leads it"}]',
)


@pytest.fixture
def cli(server, tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "NO_PROXY": "127.0.0.1",
        "PARALLEL_API_URL": server.url,
        "PARALLEL_API_KEY": server.api_key,
    }

    def run(*arguments):
        done = subprocess.run(
            [CLI, "enrich", *arguments, "--json"],
            cwd=tmp_path,
            env=env,
            timeout=50,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_enrich_run_fills_a_csv_file(cli, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("company\nAcme\nBolt\n")

    cli("run", "--source-type", "csv", "--source", "in.csv", "--target", "out.csv", *COLUMNS)

    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["company"] for row in rows] == ["Acme", "Bolt"]
    assert all(row["ceo"] for row in rows)


@pytest.mark.slow  # three starts of a heavy program
def test_enrich_status_and_poll_follow_a_group_that_run_left_behind(cli):
    data = '[{"company": "Acme"}, {"company": "Bolt"}]'
    begun = cli("run", "--data", data, "--target", "out.csv", "--no-wait", *COLUMNS)

    rows = cli("poll", begun["taskgroup_id"], "--poll-interval", "1")
    status = cli("status", begun["taskgroup_id"])

    assert [row["input"]["company"] for row in rows] == ["Acme", "Bolt"]
    assert all(row["output"]["ceo"] for row in rows)
    assert (status["status_counts"], status["is_active"]) == ({"completed": 2}, False)
