from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from enrich.columns import Asking, cells, filled, layout
from enrich.records import KEEP, Outcome, RowStatus, Task

TEXT = {"type": ["string", "null"]}
ALL = SimpleNamespace(confidence=True, citations=True, reasoning=True, excerpts=True, run=True)
NONE = SimpleNamespace(
    confidence=False, citations=False, reasoning=False, excerpts=False, run=False
)


def columns_of(output, wanted=ALL, existing="error", table=()):
    if "properties" in output:
        output = {"type": "json", "json_schema": {"type": "object", **output}}
    task = Task(name="answer", processor="base", spec={"output_schema": output})
    return layout([Asking(task=task)], wanted, list(table), existing=existing).columns


def done(content, basis=(), *, kind="json", run_id="trun_1"):
    output = {"type": kind, "content": content, "basis": list(basis)}
    return Outcome(status=RowStatus.COMPLETED, output=json.dumps(output).encode(), run_id=run_id)


def row(columns, outcome, **more):
    """The cells of one row, by column."""
    made = cells(columns, [outcome], **more)
    return {column.name: cell for column, [cell] in zip(columns, made, strict=True)}


def cited(url, title=None, excerpts=None):
    return {"url": url, "title": title, "excerpts": excerpts}


def test_a_value_stands_beside_its_evidence():
    columns = columns_of({"properties": {"ceo": TEXT}})
    basis = {
        "field": "ceo",
        "reasoning": "The page says so.",
        "citations": [cited("https://a.com", "About", ["Ada leads."]), {"url": "https://b.com"}],
        "confidence": "high",
    }

    assert row(columns, done({"ceo": "Ada"}, [basis])) == {
        "ceo": "Ada",
        "ceo_confidence": "high",
        "ceo_citations": [
            {"url": "https://a.com", "title": "About", "excerpts": ["Ada leads."]},
            {"url": "https://b.com", "title": None, "excerpts": []},
        ],
        "ceo_reasoning": "The page says so.",
        "ceo_excerpts": ["Ada leads."],
        "enrich_status": "completed",
        "enrich_error": None,
        "enrich_run_id": "trun_1",
    }


def test_cells_are_columnar_in_the_layouts_order():
    columns = columns_of({"properties": {"a": TEXT, "b": TEXT}}, NONE)
    failed = Outcome(status=RowStatus.FAILED, error="the run failed", run_id="trun_2")

    assert cells(columns, [done({"b": "2", "a": "1"}), failed, done({"a": "3", "b": None})]) == [
        ["1", None, "3"],
        ["2", None, None],
        ["completed", "failed", "completed"],
        [None, "the run failed", None],
    ]


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(status=RowStatus.FAILED, error="no answer", run_id="trun_1"),
        Outcome(status=RowStatus.REFUSED, error="too long"),
        Outcome(status=RowStatus.SKIPPED, error="only_if is false for this row"),
        Outcome(status=RowStatus.PENDING),
    ],
    ids=lambda outcome: outcome.status.value,
)
def test_a_row_that_is_not_completed_says_why(outcome):
    columns = columns_of({"properties": {"ceo": TEXT}})

    made = row(columns, outcome)

    assert made.pop("enrich_status") == outcome.status.value
    assert made.pop("enrich_error") == outcome.error
    assert made.pop("enrich_run_id") == outcome.run_id
    assert set(made.values()) == {None}


def test_json_content_may_be_written_as_text():
    columns = columns_of({"properties": {"ceo": TEXT}}, NONE)

    assert row(columns, done('{"ceo": "Ada"}'))["ceo"] == "Ada"


def test_evidence_of_elements_joins_that_of_their_list_whatever_the_order():
    columns = columns_of({"properties": {"brands": {"type": "array"}, "brand": TEXT}})
    basis = [
        {"field": "brands.1", "reasoning": "Second.", "confidence": "low", "citations": [
            cited("https://b.com", None, ["two"])]},
        {"field": "brands", "reasoning": "Both.", "confidence": "medium", "citations": [
            cited("https://a.com", None, ["one", "both"])]},
        {"field": "brands.0", "reasoning": "First.", "confidence": "high", "citations": [
            cited("https://a.com", "Boats", ["both", "first"])]},
    ]  # fmt: skip

    made = row(columns, done({"brands": ["x", "y"], "brand": "x"}, basis))

    assert made["brands_confidence"] == "medium"
    assert made["brands_reasoning"] == "Both."
    assert made["brands_citations"] == [
        {"url": "https://a.com", "title": "Boats", "excerpts": ["one", "both", "first"]},
        {"url": "https://b.com", "title": None, "excerpts": ["two"]},
    ]
    assert made["brands_excerpts"] == ["one", "both", "first", "two"]
    assert made["brand_citations"] is None


def test_elements_alone_give_the_lowest_confidence():
    columns = columns_of({"properties": {"brands": {"type": "array"}}})
    basis = [
        {"field": "brands.0", "reasoning": "First.", "confidence": "high"},
        {"field": "brands.1", "reasoning": "", "confidence": "medium"},
    ]

    made = row(columns, done({"brands": ["x"]}, basis))

    assert made["brands_confidence"] == "medium"
    assert made["brands_reasoning"] == "brands.0: First."
    assert made["brands_citations"] == []


def test_an_empty_confidence_and_null_citations_are_null_and_none():
    columns = columns_of({"properties": {"ceo": TEXT}})
    basis = {"field": "ceo", "reasoning": "", "citations": None, "confidence": ""}

    made = row(columns, done({"ceo": None}, [basis]))

    assert (made["ceo_confidence"], made["ceo_reasoning"]) == (None, None)
    assert (made["ceo_citations"], made["ceo_excerpts"]) == ([], [])


def test_a_field_whose_name_has_a_dot_owns_its_entry():
    columns = columns_of({"properties": {"a": {"type": "object"}, "a.b": TEXT}})
    basis = [
        {"field": "a.b", "confidence": "low"},
        {"field": "a.b.0", "confidence": "low"},
        {"field": "a.c", "confidence": "high"},
    ]

    made = row(columns, done({"a": {}, "a.b": "x"}, basis))

    assert (made["a_confidence"], made["a.b_confidence"]) == ("high", "low")


def test_a_value_that_does_not_fit_is_null_with_a_line_in_the_error():
    columns = columns_of({"properties": {"year": {"type": "integer"}, "n": {"type": "integer"}}})

    made = row(columns, done({"year": "soon", "n": "12"}))

    assert (made["year"], made["n"], made["enrich_status"]) == (None, 12, "completed")
    assert made["enrich_error"] == 'year: "soon" is not an integer'


def test_a_field_that_the_answer_lacks_is_said():
    columns = columns_of({"properties": {"a": TEXT, "b": TEXT}}, NONE)

    assert row(columns, done({"b": "x"}))["enrich_error"] == "a: the answer does not have it"
    assert row(columns, done("plain"))["enrich_error"] == (
        "a: the answer is no object; b: the answer is no object"
    )


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("text", "Acme makes anvils.", "Acme makes anvils."),
        ("text", '{"looks": "like JSON"}', '{"looks": "like JSON"}'),
        ("json", {"market": {"size": 3}}, '{"market":{"size":3}}'),
        ("json", {"output": "Acme."}, "Acme."),
        ("json", '{"output": "Acme."}', "Acme."),
        ("json", {"output": [1]}, "[1]"),
        ("json", None, None),
    ],
)
def test_a_text_or_auto_output_is_one_cell_with_all_the_evidence(kind, content, expected):
    columns = columns_of({"type": "auto"})
    basis = [
        {"field": "market.size", "confidence": "high", "citations": [cited("https://a.com")]},
        {"field": "market.0.year", "confidence": "low", "citations": [cited("https://b.com")]},
    ]

    made = row(columns, done(content, basis, kind=kind))

    assert made["answer"] == expected
    assert made["answer_confidence"] == "low"
    assert [source["url"] for source in made["answer_citations"]] == [
        "https://a.com",
        "https://b.com",
    ]


def test_a_field_called_output_is_a_field():
    columns = columns_of({"properties": {"output": {"type": "integer"}, "b": TEXT}}, NONE)

    made = row(columns, done({"output": 3, "b": "x"}))

    assert (made["output"], made["b"]) == (3, "x")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the API's output cannot be read: "),
        (b"[]", "the API's output cannot be read: it is no object with a type"),
        (b'{"content": 1}', "the API's output cannot be read: it is no object with a type"),
        (b'{"type": "json", "content": {', "the API's output cannot be read: "),
        (b"\xff", "the API's output cannot be read: "),
        (b"[" * 100_000, "the API's output cannot be read: "),
    ],
    ids=lambda one: repr(one)[:30],
)
def test_an_output_that_is_no_output_fails_its_row(raw, said):
    columns = columns_of({"properties": {"ceo": TEXT}}, NONE)

    made = row(columns, Outcome(status=RowStatus.COMPLETED, output=raw))

    assert (made["ceo"], made["enrich_status"]) == (None, "failed")
    assert made["enrich_error"].startswith(said)


def test_a_value_survives_a_basis_that_is_not_as_published():
    columns = columns_of({"properties": {"ceo": TEXT, "cfo": TEXT}})
    basis = [
        {"field": "ceo", "citations": [{"title": "no url"}]},
        3,
        {"field": "cfo", "confidence": "low"},
    ]

    made = row(columns, done({"ceo": "A\ud800da", "cfo": "Bo"}, basis))

    assert (made["ceo"], made["ceo_confidence"]) == ("A?da", None)
    assert (made["cfo"], made["cfo_confidence"]) == ("Bo", "low")


class TestFill:
    def test_an_original_cell_is_kept_with_its_evidence(self, rows):
        columns = columns_of(
            {"properties": {"ceo": TEXT}},
            SimpleNamespace(**{**vars(NONE), "confidence": True, "reasoning": True}),
            "fill",
            ["ceo", "ceo_confidence", "enrich_status"],
        )
        originals = rows({"ceo": ["Ada", " ", None]})
        basis = {"field": "ceo", "reasoning": "Says so.", "confidence": "high"}

        made = cells(columns, [done({"ceo": "Bo"}, [basis])] * 3, originals=originals)

        assert made == [
            [KEEP, "Bo", "Bo"],
            [KEEP, "high", "high"],
            [None, "Says so.", "Says so."],
            ["completed"] * 3,
            [None] * 3,
        ]

    def test_an_empty_cell_without_an_answer_stays_as_it_came(self, rows):
        columns = columns_of({"properties": {"ceo": TEXT}}, NONE, "fill", ["ceo"])

        made = cells(columns, [Outcome(status=RowStatus.PENDING)], originals=rows({"ceo": [" "]}))

        assert made == [[KEEP], ["pending"], [None]]

    def test_a_row_whose_values_are_all_there_needs_no_asking(self, rows):
        columns = columns_of({"properties": {"a": TEXT, "b": TEXT}}, NONE, "fill", ["a", "b"])
        batch = rows({"a": ["x", "x", float("nan")], "b": [0, "", "x"]})

        assert filled(columns, batch) == [True, False, False]

    def test_a_value_without_a_column_is_to_be_asked(self, rows):
        columns = columns_of({"properties": {"a": TEXT, "b": TEXT}}, NONE, "fill", ["a"])

        assert filled(columns, rows({"a": ["x"]})) == [False]
