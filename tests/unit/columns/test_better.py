"""Of two answers the better one is kept, field by field, with its evidence."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from enrich.columns import Asking, Escalation, cells, layout
from enrich.records import Outcome, RowStatus, Task

ALL = SimpleNamespace(confidence=True, citations=True, reasoning=True, excerpts=False, run=False)
FIELDS = {
    "year": {"type": ["integer", "null"]},
    "brands": {"type": "array", "items": {"type": "string"}},
    "seat": {"type": "string"},
}
OUTPUT = {"type": "json", "json_schema": {"type": "object", "properties": FIELDS}}
TASK = Task(name="answer", processor="base", spec={"output_schema": OUTPUT})
LAYOUT = layout([Asking(task=TASK, again=("year", "brands"))], ALL, [])
ESCALATION = Escalation(LAYOUT.parts[0], ("year", "brands"), "high")


def answered(processor, levels, **content):
    basis = [
        {"field": name, "reasoning": f"{processor} says", "confidence": level, "citations": []}
        for name, level in levels.items()
    ]
    output = {"type": "json", "content": content, "basis": basis}
    return Outcome(
        status=RowStatus.COMPLETED, output=json.dumps(output).encode(), processor=processor
    )


def kept(first, again):
    made = cells(LAYOUT.columns, [ESCALATION.better(first, again)])
    return dict(zip([column.name for column in LAYOUT.columns], (c[0] for c in made), strict=True))


@pytest.mark.parametrize(
    ("one", "two", "value", "processor"),
    [
        ((1987, "low"), (1990, "high"), 1990, "pro"),
        ((1987, "medium"), (1990, "low"), 1987, "base"),
        ((1987, "low"), (1990, "low"), 1990, "pro"),
        ((1987, "low"), (None, "high"), 1987, "base"),
        ((None, "high"), (1990, "low"), 1990, "pro"),
        ((None, "low"), (None, "high"), None, "pro"),
        ((1987, "low"), ("about then", "high"), 1987, "base"),
        ((1987, None), (1990, "low"), 1990, "pro"),
        ((1987, ""), (1990, None), 1990, "pro"),
    ],
)
def test_a_value_beats_null_and_then_the_higher_confidence_does(one, two, value, processor):
    first = answered("base", {"year": one[1], "seat": "low"}, year=one[0], brands=[], seat="Oslo")
    again = answered("pro", {"year": two[1]}, year=two[0])

    made = kept(first, again)

    told = {"base": one[1], "pro": two[1]}[processor] or None
    assert (made["year"], made["year_processor"]) == (value, processor)
    assert (made["year_confidence"], made["year_reasoning"]) == (told, f"{processor} says")
    assert (made["seat"], made["seat_confidence"], made["seat_reasoning"]) == (
        "Oslo",
        "low",
        "base says",
    )


def test_evidence_of_elements_goes_with_their_list():
    first = answered("base", {"brands.0": "low", "year": "high"}, year=1, brands=["a"], seat="")
    again = answered("pro", {"brands.0": "high", "brands.1": "medium"}, brands=["b", "c"])

    made = kept(first, again)

    assert (made["brands"], made["brands_confidence"]) == (["b", "c"], "medium")
    assert made["brands_reasoning"] == "brands.0: pro says\nbrands.1: pro says"
    assert (made["year"], made["year_processor"]) == (1, "base")


@pytest.mark.parametrize(
    ("levels", "due"),
    [
        ({"year": "high", "brands": "high"}, False),
        ({"year": "high", "brands": "high", "seat": "low"}, False),
        ({"year": "medium", "brands": "high"}, True),
        ({"year": "high", "brands": ""}, True),
        ({"year": "high"}, True),
        ({"year": "high", "brands.0": "high", "brands.1": "low"}, True),
    ],
)
def test_a_row_is_asked_again_when_one_of_the_fields_is_unsure(levels, due):
    output = answered("base", levels, year=1, brands=["a", "b"], seat="").output

    assert ESCALATION.is_due(output) == due


def test_an_answer_that_cannot_be_read_changes_nothing():
    first = answered("base", {"year": "low"}, year=1, brands=[], seat="")
    broken = Outcome(status=RowStatus.COMPLETED, output=b"{", processor="pro")
    failed = Outcome(status=RowStatus.FAILED, error="it failed", processor="pro")

    assert ESCALATION.better(first, broken) == first
    assert ESCALATION.better(broken, first) == broken
    assert not ESCALATION.is_due(b"{")
    assert ESCALATION.better(first, failed).error == "asked again: it failed"
    assert ESCALATION.better(first, failed).output == first.output
