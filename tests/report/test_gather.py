"""What a report counts, and which rows it shows."""

import tracemalloc

import pytest

from enrich.records import Mapped, Outcome, RowStatus
from enrich.report import Settings, gather, page
from tests.report.conftest import COLUMNS, SETTINGS, Rows, answer, request, settled, told

WEB = "https://www.a.example/x"
FIELDS = {str(column.field): column for column in COLUMNS}
SURE = ("high", WEB, "A", "said so")


def test_fields_are_counted_over_the_completed_rows_alone():
    facts = told(
        ["A", "B", "C", "D"],
        [
            answer({"ceo": "Ada", "staff": 7}, ceo=SURE, staff=SURE),
            answer({"ceo": "Ada", "staff": None}, ceo=("low", WEB, "A", ""), staff=SURE),
            Outcome(status=RowStatus.FAILED, error="it broke"),
            Outcome(status=RowStatus.PENDING),
        ],
    )

    ceo, staff = facts.fields["ceo"], facts.fields["staff"]
    assert (ceo.filled, ceo.cited, dict(ceo.confidence)) == (2, 2, {"high": 1, "low": 1})
    assert (staff.filled, staff.least, staff.greatest) == (1, 7, 7)
    assert ceo.values == [("Ada", 2)]
    assert facts.domains == [("a.example", 2)]
    assert {name: (each.count, each.example) for name, each in facts.reasons.items()} == {
        "it broke": (1, "C")
    }
    assert facts.statuses[RowStatus.PENDING] == 1


def test_the_least_sure_rows_are_shown_first():
    facts = told(
        ["sure", "medium", "empty", "unsourced", "unfit", "low"],
        [
            answer({"ceo": "A", "staff": 1}, ceo=SURE, staff=SURE),
            answer({"ceo": "A", "staff": 1}, ceo=("medium", WEB, "", ""), staff=SURE),
            answer({"ceo": None, "staff": 1}, ceo=SURE, staff=SURE),
            answer({"ceo": "A", "staff": 1}, ceo=("high", None, "", ""), staff=SURE),
            answer({"ceo": "A", "staff": "many"}, ceo=SURE, staff=SURE),
            answer({"ceo": "A", "staff": 1}, ceo=("low", WEB, "", ""), staff=SURE),
        ],
    )

    assert [each.row for each in facts.review] == ["low", "unfit", "unsourced", "empty", "medium"]
    assert (facts.doubtful, facts.incomplete, facts.unsure) == (3, 1, 1)
    assert facts.review[1].doubts[0].problem == '"many" is not an integer'
    assert facts.review[3].missing == ("ceo",)


def test_values_that_changed_since_the_round_before_are_told():
    before = {request("B").fingerprint: answer({"ceo": "Ada", "staff": 7}).output}
    names = ["A", "B"]
    now = [answer({"ceo": "Ada", "staff": 9}, ceo=SURE, staff=SURE) for _ in names]

    facts = told(names, now, replaced=lambda asked: [before.get(each) for each in asked])

    assert [(each.row, each.name, each.before, each.after) for each in facts.changes] == [
        ("B", "staff", 7, 9)
    ]
    assert (facts.fields["ceo"].changed, facts.fields["staff"].changed) == (0, 1)


def test_drift_is_told_in_points_and_by_field():
    previous = {
        "rows": 3,
        "answered": {"ceo": 2},
        "filled": {"ceo": 2},
        "confidence": {"ceo": {"high": 2}},
    }
    settings = Settings(job="crm", table="t", sent=(), api="a", processor="p", previous=previous)
    now = [answer({"ceo": "A", "staff": 1}, ceo=SURE, staff=SURE), answer({"ceo": None})]

    text = page(told(["A", "B"], now, settings=settings)).decode()

    assert "The run before had 3 rows, this one 1 fewer. New since then: staff." in text
    assert '100% → 50% <span class="down">-50 points</span>' in text


def test_the_same_facts_make_the_same_page():
    outcomes = [answer({"ceo": "Ada", "staff": 7}, ceo=SURE, staff=SURE)]

    assert page(told(["A"], outcomes)) == page(told(["A"], outcomes))


def test_a_table_without_rows_has_a_page():
    assert b"0 of 0 rows completed." in page(gather(SETTINGS, [FIELDS], [], keys=[]))


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows():
    def batches(number):
        for start in range(0, number * 500, 500):
            names = [f"Company {start + index}" for index in range(500)]
            outcomes = [
                answer(
                    {"ceo": f"Person {name}", "staff": start},
                    ceo=("low", f"https://{start + index}.example/", "T", "e" * 100),
                )
                for index, name in enumerate(names)
            ]
            yield settled(Rows(names, start), [Mapped(request=request("x"))] * 500, outcomes)

    def peak(number):
        tracemalloc.start()
        gather(SETTINGS, [FIELDS], batches(number), keys=["Company"])
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)
    few, many = peak(5), peak(10)
    assert many < few * 1.2
