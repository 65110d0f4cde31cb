"""What ``import enrich`` gives, and that it costs next to nothing."""

import inspect
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import enrich

PUBLIC = [
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
    "enrich_rows",
    "plan",
    "run",
]


def test_the_public_names_are_there_and_no_more():
    assert enrich.__all__ == PUBLIC


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "__version__"])
def test_every_public_name_says_what_it_is(name):
    documented = inspect.getdoc(getattr(enrich, name))

    assert documented
    assert documented.split("\n", maxsplit=1)[0].endswith(".")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        _ = enrich.nothing


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
