"""``enrich serve``: a Task API on this machine, which the official client can talk to."""

import json
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from parallel import Parallel

from tests.cli.console import SCRIPT

KEY = "the key of the workers"


@pytest.fixture
def serving(folder, request):
    """Start ``enrich serve`` over the pages; give its address and the process."""
    with subprocess.Popen(
        [SCRIPT, "serve", "--corpus", "pages", "--port", "0", "--state", "served", *request.param],
        cwd=folder.path,
        env=folder.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.removeprefix("Serving the Task API at ").strip(), process
        if process.poll() is None:
            process.kill()


def ask(url):
    with Parallel(base_url=url, api_key="any") as client:
        run = client.task_run.create(
            input="Kenya",
            task_spec={"output_schema": "The capital city of the country"},
            processor="base",
            enable_events=True,
        )
        result = client.task_run.result(run.run_id, api_timeout=60)
    assert result.run.status == "completed"
    assert "Nairobi" in str(result.output.content)
    assert "https://www.cia.gov/" in str(result.output.basis)


@pytest.mark.parametrize(
    "serving",
    [
        pytest.param((), id="threads"),
        pytest.param(("--workers", "2"), id="processes", marks=pytest.mark.slow),
    ],
    indirect=True,
)
def test_the_official_client_creates_a_run_and_gets_its_result(serving):
    url, process = serving

    ask(url)

    assert url.startswith("http://127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=50)
    assert "Ctrl-C ends it" in said
    assert "Traceback" not in said
    assert process.returncode == 0


def test_it_is_not_served_to_others_without_keys(folder):
    done = folder.enrich("serve", "--corpus", "pages", "--host", "0.0.0.0")

    assert done.code == 2
    assert done.err.startswith("enrich: 0.0.0.0 can be reached by others: set ENRICH_SERVER_KEYS")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("flags", "said"),
    [(("--corpus", "nowhere"), "nowhere"), (("--fault", "lots"), "lots")],
    ids=["no such documents", "no such fault"],
)
def test_what_cannot_be_served_is_named(folder, flags, said):
    done = folder.enrich("serve", "--port", "0", *flags)

    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_a_port_that_is_taken_is_named(folder, unheard):
    port = unheard.rpartition(":")[2]

    done = folder.enrich("serve", "--corpus", "pages", "--port", port)

    assert done.code == 2
    assert port in done.err
    assert "Traceback" not in done.err


def test_while_no_key_is_named_any_will_do_and_one_must_be_shown(folder):
    with subprocess.Popen(
        [SCRIPT, "serve", "--corpus", "pages", "--port", "0", "--state", "served", "-v"],
        cwd=folder.path,
        env=folder.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().removeprefix("Serving the Task API at ").strip()
        said = [process.stderr.readline() for _ in range(2)]
        statuses = [
            httpx.get(f"{url}/v1/tasks/runs/x", headers=headers).status_code
            for headers in ({"x-api-key": "any"}, {})
        ]
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=50)

    assert said[1] == "Any key will do, from this machine alone.\n"
    assert statuses == [404, 401]
    assert [json.loads(line)["status"] for line in logged.splitlines()] == [404, 401]
    assert process.returncode == 0


def test_a_new_key_is_told_once_with_the_lines_to_keep(folder):
    done = folder.enrich("serve", "--new-key", "ada")

    assert done.code == 0
    assert done.out.startswith('[ada]\nsha256 = "')
    assert done.err.startswith("The key, which is told this once: ")


@pytest.mark.parametrize("limit", ["ultra", "ultra=x", "best=1", "ultra=0"])
def test_a_limit_that_is_none_is_named(folder, limit):
    done = folder.enrich("serve", "--corpus", "pages", "--port", "0", "--at-once", limit)

    assert done.code == 2
    assert limit.partition("=")[0] in done.err
    assert "Traceback" not in done.err


@contextmanager
def command_of(folder, *arguments):
    """Run a command of ours as a process, and give it with its first line."""
    with subprocess.Popen(
        [SCRIPT, *arguments],
        cwd=folder.path,
        env=folder.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.slow
def test_workers_of_elsewhere_answer_what_the_server_leaves_to_them(folder):
    folder.env["ENRICH_WORKER_KEY"] = KEY
    serve = ("serve", "--workers", "0", "--port", "0", "--state", "served")
    with command_of(folder, *serve) as (server, told):
        url = told.removeprefix("Serving the Task API at ").strip()
        statuses = [httpx.get(f"{url}/healthz").status_code]
        with command_of(folder, "work", url, "--corpus", "pages", "--workers", "2") as (own, said):
            ask(url)
            statuses.append(httpx.get(f"{url}/healthz").status_code)
            arguments = [
                Path(f"/proc/{pid}/cmdline").read_text()
                for task in Path(f"/proc/{own.pid}/task").iterdir()
                for pid in (task / "children").read_text().split()
            ]
            own.send_signal(signal.SIGTERM)
            _, logged = own.communicate(timeout=30)
        folder.env["ENRICH_WORKER_KEY"] = "another key of workers"
        wrong = folder.enrich("work", url)
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=30)

    assert said == f"2 workers answer the runs of {url}\n"
    assert statuses == [503, 200]
    assert len(arguments) == 2
    assert KEY not in "".join(arguments)
    assert "Traceback" not in logged
    assert (own.returncode, server.returncode) == (0, 0)
    assert (wrong.code, len(wrong.err.splitlines())) == (2, 1)
    assert "knows another worker key" in wrong.err


def capital_of(url, country):
    with Parallel(base_url=url, api_key="any") as client:
        run = client.task_run.create(
            input={"country": country},
            task_spec={"output_schema": "The capital city of the country"},
            processor="base",
        )
        return str(client.task_run.result(run.run_id, api_timeout=60).output.content)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_pages_that_come_later_are_answered_from(folder):
    """By a server and by a worker alike; they look every minute."""
    folder.env["ENRICH_WORKER_KEY"] = KEY
    with_pages = ("serve", "--corpus", "pages", "--port", "0", "--state", "own")
    without = ("serve", "--workers", "0", "--port", "0", "--state", "left")
    with command_of(folder, *with_pages) as (_, own), command_of(folder, *without) as (_, left):
        urls = [told.removeprefix("Serving the Task API at ").strip() for told in (own, left)]
        with command_of(folder, "work", urls[1], "--corpus", "pages"):
            before = [capital_of(url, "Freedonia") for url in urls]
            (folder.path / "pages" / "freedonia.md").write_text(
                "# Freedonia\n\nCapital: Sylvania\n"
            )
            end = time.monotonic() + 200
            after = before
            while not all("Sylvania" in answer for answer in after) and time.monotonic() < end:
                time.sleep(5)
                after = [capital_of(url, "Freedonia") for url in urls]

    assert not any("Sylvania" in answer for answer in before)
    assert all("Sylvania" in answer for answer in after)


@pytest.mark.parametrize(
    ("key", "arguments", "said"),
    [
        ("", ("serve", "--workers", "0"), "--workers 0 leaves the work to others"),
        ("short", ("work", "http://127.0.0.1:9"), "ENRICH_WORKER_KEY is too short"),
        (KEY, ("work", "http://127.0.0.1:9"), "no server answers at http://127.0.0.1:9"),
    ],
)
def test_workers_that_cannot_be_are_named(folder, key, arguments, said):
    folder.env["ENRICH_WORKER_KEY"] = key
    done = folder.enrich(*arguments)

    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1
