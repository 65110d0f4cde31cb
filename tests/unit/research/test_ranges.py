"""Ranges that a description lists are what its field answers."""

import pytest

from enrich.research.candidates.choices import bounds, enum_candidates
from enrich.research.ranges import ranges_named

ACME = "# Acme Robotics\n\n- Number of employees: 1,240 (2023)\n- Revenue: $12.5 million\n"
GLOBEX = "# Globex Foods\n\n- Employees: 51-200\n"


@pytest.mark.parametrize(
    ("description", "ranges", "whole"),
    [
        ("One of: 1-50, 51-500, 501-5000, 5001+", ("1-50", "51-500", "501-5000", "5001+"), True),
        ("a range (1-50, 51-500, 501-5000)", ("1-50", "51-500", "501-5000"), True),
        ("such as 1-10, 11-50, 51-200", ("1-10", "11-50", "51-200"), False),
        ("a range such as 1-10, 11-50, \u2026, 1001-5000", ("1-10", "11-50", "1001-5000"), False),
        ("<1M, 1M-10M, 10M-50M or >50M", ("<1M", "1M-10M", "10M-50M", ">50M"), True),
        ("under 100, 100-999, 1,000 or more", ("under 100", "100-999", "1,000 or more"), True),
        ("Temperatures such as 0-40, -20-60", (), False),
        ("e.g. 51-200", (), False),
        ("Growth from 2018-2019 to now, and 3-5 of its rivals", (), False),
        ("Telephone, like 555-0100", (), False),
    ],
)
def test_ranges_that_follow_each_other(description, ranges, whole):
    """Two at least, each beginning where the one before ends."""
    assert ranges_named(description) == (ranges, whole)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Employees as a range such as 1-10, 11-50, 51-200, 201-1000, 1001-5000", "1001-5000"),
        ("Employees; format as a range (1-50, 51-500, 501-5000)", "501-5000"),
        ("Employees, one of: 1-50, 51-500", None),
        ("Employees, a range such as 1-50, 51-500", "1,240 (2023)"),
    ],
)
def test_a_number_is_told_as_its_range(pages, look_up, description, expected):
    """A number in none of all ranges is no answer; of some, it stays what it is."""
    field = {"employees": {"type": "string", "description": description}}
    output = look_up(pages(acme_md=ACME), {"company": "Acme Robotics"}, field)
    assert output["content"]["employees"] == expected


def test_money_in_ranges(pages, look_up):
    """Magnitudes of the ranges are read as those of the page are."""
    field = {"revenue": {"type": "string", "description": "Revenue: <1M, 1M-10M, 10M-50M, >50M"}}
    output = look_up(pages(acme_md=ACME), {"company": "Acme Robotics"}, field)
    assert output["content"]["revenue"] == "10M-50M"


@pytest.mark.parametrize(
    ("description", "expected"),
    [("One of 1-50, 51-500, 501+", "51-500"), ("One of 1-100, 101-500, 501+", None)],
)
def test_a_range_of_the_page_lies_within_one(pages, look_up, description, expected):
    """What may be either is neither."""
    field = {"employees": {"type": "string", "description": description}}
    output = look_up(pages(globex_md=GLOBEX), {"company": "Globex Foods"}, field)
    assert output["content"]["employees"] == expected


def test_choices_that_name_their_range():
    """ "small (<100)" ends before 100, and "100-1000" begins there."""
    choices = ("small (<100)", "medium (100-1000)", "large (>1000)")
    for text, expected in (("99", 0), ("100 people", 1), ("1,000", 1), ("1,001", 2)):
        assert enum_candidates(text, choices)[0].value == choices[expected]
    assert enum_candidates("51-200", choices) == []
    assert enum_candidates("120-200 people", choices)[0].value == choices[1]
    assert bounds("up to 50") == (0.0, 50.0)
    assert bounds("seldom") is None
