"""``make audit`` is never green in silence."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
KNOWN = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        ([UNKNOWN], "NOTHING WAS AUDITED"),
        ([], "NOTHING WAS AUDITED"),
        ([KNOWN, UNKNOWN], "1 of 2 packages were held"),
        ([KNOWN, UNKNOWN], "Nothing is known of c."),
        ([KNOWN, WEAK], "b 2: CVE-1, mended in 2.1"),
    ],
)
def test_it_says_how_many_packages_were_judged(audit, packages, said):
    assert said in "\n".join(audit.lines(packages))
