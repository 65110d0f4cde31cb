from __future__ import annotations

import json
from pathlib import Path

import pytest

from enrich.inputs import canonical, fingerprint
from enrich.records import Task

CASES = json.loads(
    (Path(__file__).parents[2] / "cases/jobs/fingerprints.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_fingerprints_never_change(case):
    task = Task(
        name="any",
        processor=case["processor"],
        spec=case["task_spec"],
        deciding=case["deciding"],
    )

    assert fingerprint(task, case["input"]).hex() == case["sha256"]


def test_canonical_json_is_sorted_compact_and_utf8():
    assert canonical({"b": [1, 1.5, None, True], "a": "é\n\u2028"}) == (
        '{"a":"é\\n\u2028","b":[1,1.5,null,true]}'.encode()
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"], ids=ascii)
def test_what_is_no_json_has_no_canonical_form(value):
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        canonical(value)
