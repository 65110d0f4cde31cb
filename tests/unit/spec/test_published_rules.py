"""Every row of the published tables, from tests/cases/spec_rules.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enrich.spec import check_size, check_task_spec, mend, words_for
from enrich.spec.limits import UNSUPPORTED_KEYWORDS

CASES = Path(__file__).parents[2] / "cases" / "spec_rules.json"


def unfolded(value):
    """Write out the notation that the file's head explains."""
    if isinstance(value, list):
        return [unfolded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$text" in value:
        return value["$text"] * value["times"]
    if "$values" in value:
        return [f"{number:03}".ljust(value["chars"], "v") for number in range(value["$values"])]
    if "$many" in value:
        return {
            f"{unfolded(value['name'])}{number:03}": unfolded(value["of"])
            for number in range(value["$many"])
        }
    return {name: unfolded(member) for name, member in value.items()}


ROWS = [unfolded(row) for row in json.loads(CASES.read_text("utf-8"))["rows"]]
SCHEMA_ROWS = [row for row in ROWS if row["rule"] != "total-size"]


def name(row):
    return f"{row['rule']}: {row['published']}"


def wire(schema):
    return {"output_schema": {"type": "json", "json_schema": schema}}


@pytest.mark.parametrize("row", SCHEMA_ROWS, ids=name)
def test_a_rule_fires_on_its_bad_example(row):
    found = [v for v in check_task_spec(wire(row["bad"])) if v.rule == row["rule"]]

    assert [(row["severity"], row["path"])] == [(v.severity, v.path) for v in found]


@pytest.mark.parametrize("row", SCHEMA_ROWS, ids=name)
def test_a_rule_is_silent_on_its_good_example(row):
    found = check_task_spec(wire(row["good"]))

    assert row["rule"] not in {v.rule for v in found}
    assert "error" not in {v.severity for v in found} or row["rule"] == "string-length"


def test_the_size_of_spec_and_input_together_is_refused_for_that_input():
    (row,) = [row for row in ROWS if row["rule"] == "total-size"]

    violation = check_size(wire(row["bad"]), row["input_bad"])

    assert violation is not None
    assert (row["rule"], row["severity"], row["path"]) == (
        violation.rule,
        violation.severity,
        violation.path,
    )
    assert check_size(wire(row["good"]), row["input_good"]) is None


def test_the_file_has_every_row_of_the_tables():
    rows = [(row["table"], row["published"]) for row in ROWS]

    assert len(set(rows)) == len(rows)
    assert len([row for row in rows if row[0] == "Schema Structure Rules"]) == 6
    assert len([row for row in rows if row[0] == "Size and Complexity Limits"]) == 7
    assert [row[1] for row in rows if row[0] == "Unsupported Keywords"] == list(
        UNSUPPORTED_KEYWORDS
    )


@pytest.mark.parametrize("row", [row for row in ROWS if row.get("mends")], ids=name)
def test_mending_a_published_mistake_gives_the_published_fix(row):
    mended, gone = mend(row["bad"])

    assert row["good"] == mended
    assert row["rule"] in {v.rule for v in gone}


def test_the_published_fix_for_a_length_is_said_in_words():
    (row,) = [row for row in ROWS if row.get("example") == "Unsupported Keywords"]

    mended, _ = mend(row["bad"])

    # The page's own fix: "A string with at least 5 characters".
    assert mended["properties"]["field1"]["description"] == "At least 5 characters."


def test_the_published_fix_of_the_root_type_leaves_its_own_warning():
    """The page's fixed example has an array of objects that are not closed."""
    (row,) = [row for row in ROWS if row["rule"] == "root-type-object"]

    found = [v for v in check_task_spec(wire(row["good"])) if v.severity != "hint"]

    assert [(v.rule, v.path) for v in found] == [
        ("additional-properties", "$.properties.items.items")
    ]


def test_a_well_written_description_of_the_page_gets_no_advice():
    description = (
        "The current number of employees at the company. Use the most recent data available "
        "from LinkedIn, company website, or press releases. Format as a range (e.g., '501-1000') "
        "if exact count unavailable. If no data found, return 'Unknown'."
    )
    schema = {
        "type": "object",
        "properties": {"employee_count": {"type": "string", "description": description}},
        "required": ["employee_count"],
        "additionalProperties": False,
    }

    assert check_task_spec(wire(schema), processor="lite") == []


@pytest.mark.parametrize("keyword", UNSUPPORTED_KEYWORDS)
def test_every_unsupported_keyword_has_words(keyword):
    for value in (5, "date", {"type": "string"}, None, [1], "five"):
        assert words_for(keyword, value).strip()
