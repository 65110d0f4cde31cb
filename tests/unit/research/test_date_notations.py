"""Dates in the notation that a description asks for."""

import pytest

from enrich.research.candidates.notations import asked_notation, written
from enrich.research.wanted import wanted

PAGE = """# Acme Robotics

Acme Robotics is a maker of grippers founded on 14 March 1987 by Ada Example.
"""
FACTS = """# Globex Foods

Globex Foods was founded in 2018.

## Facts

- Founded: 7 June 2018
- Headquarters: Ulm, Germany
- Population: 126,000 (2023 est.)
"""


@pytest.mark.parametrize(
    ("description", "notation"),
    [
        ("Founding date in MM-YYYY format", "MM-YYYY"),
        ("Founding date, DD.MM.YYYY", "DD.MM.YYYY"),
        ("Founding date as yyyy/mm/dd", "YYYY/MM/DD"),
        ("Day of founding, D MMM YYYY", "D MMM YYYY"),
        ("Month D, YYYY", "Month D, YYYY"),
        ("In ISO 8601", "YYYY-MM-DD"),
        ("Founding date in ISO format", "YYYY-MM-DD"),
        ("Founding date, e.g. 06-2018", "MM-YYYY"),
        ("Founding date (such as 31/12/2019)", "DD/MM/YYYY"),
        ("YYYY-MM-DD; if partial, YYYY-MM or YYYY", "YYYY-MM-DD|YYYY-MM"),
        ("MM/DD/YYYY, not DD/MM/YYYY", "MM/DD/YYYY"),
        ("Founding date", ""),
        ("Length in mm", ""),
        ("The month and year it opened", ""),
        ("Turnover of the year, in m", ""),
        ("ISO 9001 certificate", ""),
        ("e.g. 03/04/2019", ""),
    ],
)
def test_the_notation_that_is_asked_for(description, notation):
    """By its letters, its name or an example that can be read in one way only."""
    assert asked_notation(description) == notation


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("MM-YYYY", "06-2018"),
        ("DD.MM.YYYY", "07.06.2018"),
        ("D.M.YY", "7.6.18"),
        ("D MMM YYYY", "7 Jun 2018"),
        ("DD Month YYYY", "07 June 2018"),
        ("MMMM YYYY", "June 2018"),
        ("YYYYMMDD", "20180607"),
        ("Month D, YYYY", "June 7, 2018"),
    ],
)
def test_a_day_in_a_notation(notation, expected):
    """Letters stand for digits, names of months for themselves."""
    assert written(notation, 2018, 6, 7, partial=False) == expected


def test_what_is_not_known_is_not_written():
    """A year alone is no month, unless parts will do or a shorter notation is named."""
    assert written("MM-YYYY", 1951, None, None, partial=False) is None
    assert written("MM-YYYY", 1951, None, None, partial=True) == "1951"
    assert written("DD.MM.YYYY|MM.YYYY", 1951, 3, None, partial=False) == "03.1951"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("MM-YYYY", "03-1987"), ("DD.MM.YYYY", "14.03.1987"), ("", "14 March 1987")],
)
def test_a_day_on_which_a_thing_was_founded(pages, look_up, asked, expected):
    """What was founded on a day was not founded upon something."""
    field = {"founding_date": {"type": "string", "description": f"Founding date {asked}"}}
    output = look_up(pages(acme_md=PAGE), {"company": "Acme Robotics"}, field)
    assert output["content"]["founding_date"] == expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Founding date in YYYY-MM-DD format. If partial, use YYYY-MM or YYYY.", "2018-06-07"),
        ("Founding date in MM-YYYY", "06-2018"),
        ("Founding date", "7 June 2018"),
    ],
)
def test_the_fuller_of_two_dates_that_agree(pages, look_up, description, expected):
    """A sentence's year is no rival of the day that a label gives, and no reason to give less."""
    field = {"founding_date": {"type": "string", "description": description}}
    output = look_up(pages(globex_md=FACTS), {"company": "Globex Foods"}, field)
    assert output["content"]["founding_date"] == expected
    assert "Another passage" not in output["basis"][0]["reasoning"]


def test_a_year_is_no_month(pages, look_up):
    """Where only the year is known, a month is not."""
    engine = pages(acme_md="# Acme Robotics\n\n- Founded: 1951\n")
    field = {"founding_date": {"type": "string", "description": "Founding date in MM-YYYY"}}
    assert look_up(engine, {"company": "Acme Robotics"}, field)["content"]["founding_date"] is None


def test_a_schema_says_that_a_text_is_a_date(pages, look_up):
    """A ``format`` is a notation like any other."""
    field = {"founded": {"type": "string", "format": "date", "description": "When it was founded"}}
    output = look_up(pages(globex_md=FACTS), {"company": "Globex Foods"}, field)
    assert output["content"]["founded"] == "2018-06-07"


def test_a_figure_with_its_year_is_a_figure(pages, look_up):
    """ "With year of estimate" asks for no year, "year of foundation" does."""
    field = {"population": {"type": "string", "description": "Population with year of estimate"}}
    output = look_up(pages(globex_md=FACTS), {"company": "Globex Foods"}, field)
    assert output["content"]["population"] == "126,000 (2023 est.)"
    founded = wanted("founded", {"type": "string", "description": "Year of foundation"})
    assert founded.kind == "year"
