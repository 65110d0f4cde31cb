"""One exit code for each thing that a person, or a script, can do next."""

import signal
import subprocess
import time

import pytest

from enrich.ledger import Ledger
from tests.cli.console import SCRIPT
from tests.fakes.buying import accepted
from tests.fakes.echo_engine import FAIL
from tests.fakes.server_process import ServerProcess


@pytest.fixture
def there(folder, server):
    """The folder, with a job that asks a server of another process."""
    folder.job(("base_url: local", f"base_url: {server.url}"))
    return folder


def test_0_every_row_is_completed(there):
    assert there.enrich("run", "job.yaml").code == 0


def test_0_rows_that_nothing_is_asked_of_are_no_failure(there):
    there.write("countries.csv", "id,Country,Note\n01,Kenya,\n02,,no name\n")

    done = there.enrich("run", "job.yaml")

    assert done.code == 0
    assert "1 row skipped" in done.err
    assert "2 rows: 1 completed, 1 skipped" in done.err


def test_1_some_rows_failed_and_the_reason_is_told(there):
    there.write("countries.csv", f"id,Country,Note\n01,Kenya,\n02,{FAIL},\n")

    done = there.enrich("run", "job.yaml")

    assert done.code == 1
    assert "2 rows: 1 completed, 1 failed" in done.err
    assert "1 × " in done.err
    assert "The input asked to fail." in done.err
    assert "1 attempt failed and cost nothing" in done.err
    assert "--retry-failed" in done.err
    assert (there.path / "out.csv").exists()


def test_1_a_failed_row_is_left_alone_until_asked_for(there, server):
    there.write("countries.csv", f"id,Country,Note\n01,{FAIL} twice,\n")
    before = accepted(server.url)

    codes = [
        there.enrich("run", "job.yaml").code,
        there.enrich("run", "job.yaml").code,
    ]
    untouched = accepted(server.url)
    codes.append(there.enrich("run", "job.yaml", "--retry-failed").code)

    assert codes == [1, 1, 1]
    assert untouched == before + 1
    assert accepted(server.url) == before + 2


def test_2_the_job_must_be_mended(there):
    assert there.enrich("run", "nowhere.yaml").code == 2


def test_3_the_api_refuses_the_key(folder):
    with ServerProcess("--api-key", "the right one") as server:
        folder.job(("base_url: local", f"base_url: {server.url}"))
        folder.env["PARALLEL_API_KEY"] = "sk-some-other-key"

        done = folder.enrich("run", "job.yaml")

        assert done.code == 3
        assert "401" in done.err.splitlines()[-1]
        assert "Traceback" not in done.err
        assert "sk-some-other-key" not in done.err + done.out
        assert accepted(server.url) == 0


def test_4_another_command_holds_the_ledger(there, server):
    before = accepted(server.url)
    there.enrich("plan", "job.yaml")
    (path,) = (there.path / ".enrich").glob("*.db")

    with Ledger(path):
        done = there.enrich("run", "job.yaml")

    assert done.code == 4
    assert len(done.err.splitlines()) == 1
    assert str(path.name) in done.err
    assert accepted(server.url) == before


def test_4_a_ledger_that_is_none_is_left_as_it_is(there):
    there.enrich("plan", "job.yaml")
    (path,) = (there.path / ".enrich").glob("*.db")
    path.write_bytes(b"no database " * 1000)

    done = there.enrich("run", "job.yaml")

    assert done.code == 4
    assert path.name in done.err
    assert path.read_bytes() == b"no database " * 1000


def test_4_there_is_nothing_to_merge_before_anything_was_bought(there):
    done = there.enrich("merge", "job.yaml")

    assert done.code == 4
    assert "nothing was bought yet" in done.err
    assert there.names() == {"countries.csv", "job.yaml", "pages"}


@pytest.mark.parametrize(
    ("budget", "flags"),
    [("budget: {max_runs: 2}\n", ()), ("", ("--max-cost", "0.02"))],
    ids=["of runs", "of dollars"],
)
def test_5_the_budget_holds_to_the_run(folder, server, budget, flags):
    # A name of its own, so that no other test's answers are counted.
    path = folder.job(("base_url: local", f"base_url: {server.url}"))
    folder.write("job.yaml", path.read_text() + budget)
    before = accepted(server.url)

    first = folder.enrich("run", "job.yaml", *flags)
    bought = accepted(server.url) - before
    again = folder.enrich("run", "job.yaml", *flags)

    assert first.code == again.code == 5
    assert bought == accepted(server.url) - before == 2
    assert "Raise it in the job" in first.err
    assert "6 rows: 3 completed, 3 pending" in first.err  # Kenya stands there twice


def test_130_a_stop_is_gentle_and_the_same_command_goes_on(folder):
    folder.write("countries.csv", "Country,id\n" + "".join(f"Land {n},{n}\n" for n in range(24)))
    database = ("--db", folder.path / "runs.db")
    with ServerProcess(*database, "--delay-ms", "1000") as server:
        folder.job(("base_url: local", f"base_url: {server.url}"))
        process = subprocess.Popen(
            [SCRIPT, "run", "job.yaml"],
            cwd=folder.path,
            env=folder.env,
            stderr=subprocess.PIPE,
            text=True,
        )
        while accepted(server.url) == 0:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=50)

    assert process.returncode == 130
    assert "the same command goes on" in said
    assert "Traceback" not in said
    assert "out.csv" not in folder.names()

    with ServerProcess(*database, "--port", server.port):
        done = folder.enrich("run", "job.yaml")

        assert done.code == 0
        assert accepted(server.url) == 24
