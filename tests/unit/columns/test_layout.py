from __future__ import annotations

from types import SimpleNamespace

import pytest

from enrich.columns import Asking
from enrich.columns import layout as layout_of
from enrich.errors import LayoutError
from enrich.records import ColumnKind, Task


def evidence(**wanted):
    return SimpleNamespace(
        **{
            "confidence": False,
            "citations": False,
            "reasoning": False,
            "excerpts": False,
            "run": False,
            **wanted,
        }
    )


def task(output, name="answer"):
    return Task(name=name, processor="base", spec={"output_schema": output})


def json_task(**properties):
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return task({"type": "json", "json_schema": schema})


TEXT = {"type": ["string", "null"]}


def layout(asked, *arguments, **more):
    return layout_of([Asking(task=asked)], *arguments, **more).columns


def test_each_field_is_followed_by_its_evidence_and_the_rows_own_come_last():
    asked = json_task(ceo=TEXT, year={"type": "integer"})
    wanted = evidence(confidence=True, citations=True, reasoning=True, excerpts=True, run=True)

    columns = layout(asked, wanted, ["Company"])

    assert [column.name for column in columns] == [
        "ceo",
        "ceo_confidence",
        "ceo_citations",
        "ceo_reasoning",
        "ceo_excerpts",
        "year",
        "year_confidence",
        "year_citations",
        "year_reasoning",
        "year_excerpts",
        "enrich_status",
        "enrich_error",
        "enrich_run_id",
    ]
    assert columns[5].schema == {"type": "integer"}
    assert columns[7].field == "year"
    assert columns[7].kind is ColumnKind.CITATIONS
    assert {column.position for column in columns} == {None}


@pytest.mark.parametrize(
    "output", [{"type": "text"}, {"type": "auto"}], ids=lambda one: one["type"]
)
def test_a_text_and_an_auto_output_are_one_column_with_the_tasks_name(output):
    columns = layout(task(output, "summary"), evidence(confidence=True), [])

    assert [(column.name, column.field) for column in columns] == [
        ("summary", "output"),
        ("summary_confidence", "output"),
        ("enrich_status", None),
        ("enrich_error", None),
    ]
    assert columns[0].schema == TEXT


def test_a_prefix_stands_before_every_new_column():
    columns = layout(json_task(ceo=TEXT), evidence(run=True), ["ceo", "enrich_status"], prefix="x_")

    assert [column.name for column in columns] == [
        "x_ceo",
        "x_enrich_status",
        "x_enrich_error",
        "x_enrich_run_id",
    ]


def test_every_column_that_is_there_already_is_named():
    with pytest.raises(LayoutError) as raised:
        layout(json_task(ceo=TEXT), evidence(), ["ceo", "enrich_status"])

    assert raised.value.key == "output"
    assert raised.value.message.splitlines() == [
        (
            "the table has a column `ceo` already; set output.prefix, or output.existing to "
            "overwrite or fill"
        ),
        (
            "the table has a column `enrich_status` already; set output.prefix, or output.existing "
            "to overwrite or fill"
        ),
    ]


@pytest.mark.parametrize("existing", ["overwrite", "fill"])
def test_a_column_that_is_there_already_is_written_into(existing):
    columns = layout(
        json_task(ceo=TEXT, year=TEXT), evidence(), ["Company", "year"], existing=existing
    )

    assert [(column.name, column.position) for column in columns] == [
        ("ceo", None),
        ("year", 1),
        ("enrich_status", None),
        ("enrich_error", None),
    ]


def test_which_of_two_columns_to_overwrite_is_a_question():
    with pytest.raises(LayoutError, match="the table has the column `ceo` 2 times; which one to"):
        layout(json_task(ceo=TEXT), evidence(), ["ceo", "ceo"], existing="overwrite")


@pytest.mark.parametrize("existing", ["error", "overwrite", "fill"])
def test_new_columns_may_not_meet_among_themselves(existing):
    asked = json_task(ceo=TEXT, ceo_confidence=TEXT, enrich_status=TEXT)

    with pytest.raises(LayoutError) as raised:
        layout(asked, evidence(confidence=True), [], existing=existing)

    assert raised.value.message.splitlines() == [
        (
            "the new column `ceo_confidence` would be there twice: the confidence of `ceo` and the "
            "value of `ceo_confidence`; rename the field, or give its task a prefix"
        ),
        (
            "the new column `enrich_status` would be there twice: the value of `enrich_status` and "
            "the row's status; rename the field, or give its task a prefix"
        ),
    ]
