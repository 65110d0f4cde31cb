"""The types that a user's editor sees; mypy reads the same program in `make types`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.browser import missing

ROOT = Path(__file__).resolve().parents[1]
PYRIGHT = ROOT / ".node" / "node_modules" / ".bin" / "pyright"
PROGRAM = ROOT / "tests" / "cases" / "user_program.py"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def pyright(path):
    if not PYRIGHT.exists():
        missing("pyright (make tools)")
    return subprocess.run(
        [PYRIGHT, "--pythonpath", sys.executable, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_program_of_a_user_has_no_findings():
    done = pyright(PROGRAM)

    assert done.returncode == 0, done.stdout


def test_a_mistake_of_a_user_is_found(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        PROGRAM.read_text(encoding="utf-8").replace("max_cost_usd=1.5", 'max_cost_usd="much"')
    )

    done = pyright(path)

    assert done.returncode == 1
    assert '"max_cost_usd"' in done.stdout
