"""Job files in a temporary folder."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from enrich.job import Job

GOOD = """\
version: 1
input: {path: in.csv}
output: {path: out/out.csv}
task:
  processor: base
  inputs: [Company]
  output:
    ceo: Full name of the chief executive. If unknown, null.
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a job file and return its path."""

    def written(text: str) -> Path:
        path = tmp_path / "job.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def good() -> str:
    """The least that a job file can say."""
    return GOOD


@pytest.fixture
def job(write: Callable[[str], Path]) -> Callable[[str, str], Job]:
    """Load the least job with some of its lines replaced by others."""

    def loaded(old: str = "", new: str = "") -> Job:
        from enrich.job import load_job

        assert old in GOOD
        return load_job(write(GOOD.replace(old, new) if old else GOOD))

    return loaded
