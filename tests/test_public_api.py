"""What ``import enrich`` gives, and that it costs next to nothing."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import enrich


def test_the_public_names_are_there_and_no_more():
    assert enrich.__all__ == [
        "Answer",
        "ApiError",
        "ConfigError",
        "EnrichError",
        "Interrupted",
        "LedgerError",
        "Plan",
        "Report",
        "TableError",
        "Task",
        "__version__",
        "ask",
        "enrich",
        "enrich_async",
        "plan",
        "run",
    ]


def test_the_version_is_the_package_s():
    assert enrich.__version__ == version("enrich")


def test_the_package_says_that_it_has_types():
    assert (Path(enrich.__file__).parent / "py.typed").exists()


def test_the_help_needs_none_of_the_heavy_packages():
    asked = "import sys, enrich.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "enrich.cli" in loaded
    assert loaded.isdisjoint({"pandas", "pyarrow", "httpx", "pydantic", "sqlite3", "starlette"})
