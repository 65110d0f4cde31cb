"""``make`` tells what it can do, and the checks of a change run what the README says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")


def make(*arguments):
    env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_the_targets():
    done = make()

    assert done.returncode == 0
    listed = re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE)
    assert {"run", "test", "test-all", "check", "serve", "clean"} <= set(listed)


def test_every_target_is_one_that_make_always_runs():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())

    assert phony == set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


def test_a_python_that_is_not_there_is_named():
    done = make("--always-make", "PYTHON=python0", "VENV=/nonexistent/venv", "install")

    assert done.returncode != 0
    assert "python0" in done.stdout + done.stderr
    assert "Installing" not in done.stdout


def test_ci_calls_the_readme_s_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert re.search(r"^make test$", script, re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
