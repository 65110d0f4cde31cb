"""What ``enrich plan`` prints, whole: every count and every price."""

import shutil
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[1] / "cases" / "plans"


@pytest.mark.parametrize("job", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_plan_is_printed_as_the_file_has_it(folder, job):
    shutil.copy(CASES / "rows.csv", folder.path)
    shutil.copy(job, folder.path)

    done = folder.enrich("plan", job.name, "--show", 1)

    assert (done.code, done.err) == (0, "")
    assert done.out == job.with_suffix(".txt").read_text("utf-8")
