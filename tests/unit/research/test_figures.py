"""Which figures answer: what a number counts, whose it is, and of when."""

import pytest

from enrich.research.candidates.numbers import NumberForm, number_candidates
from enrich.research.candidates.units import UNITS, asked_scale
from enrich.research.figures import is_headed_off, is_not_asked
from enrich.research.kinds import value_kind
from enrich.research.wanted import wanted

NAMES = frozenset({"acme"})
COUNT = NumberForm(whole=True, count=True, percent=False)


def field(name, description, kind="integer"):
    return wanted(name, {"type": kind, "description": description})


STAFF = field("employees", "Number of people that the company employs.")
LAWYERS = field("lawyers", "Number of lawyers in the firm, partners included.")
PARTNERS = field("partners", "Number of partners of the firm.")
SHOPS = field("shops", "How many shops does the retailer have?")
FOUNDED = field("founded", "Year in which the company was founded.")
REFIT = field("last_refit", "Year of the most recent completed refit.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8,900 small and mid-size businesses use it", [(8900, "small and mid-size businesses")]),
        ("467 exhibitors from 29 countries", [(467, "exhibitors"), (29, "countries")]),
        ("about 3,900 people work here", [(3900, "people work here")]),
        ("Ratio of students to staff: 19 to 1", []),
        ("in the class 250 - 499 employees", []),
        ("version 7.1, and furnace No. 2", []),
        ("in 2023/24 there were 98,412 visits", [(98412, "visits")]),
        ("50 lawyers (1500 employees)", [(50, "lawyers"), (1500, "employees")]),
    ],
    ids=["adjectives", "two", "people", "ratio", "band", "version", "season", "no year"],
)
def test_a_number_counts_the_words_behind_it(text, found):
    assert [(c.value, c.counted) for c in number_candidates(text, COUNT)] == found


@pytest.mark.parametrize(
    ("text", "form", "values"),
    [
        ("203 feet (61.9 m) long and 28 feet wide", NumberForm(unit=UNITS["m"]), [61.9, 8.5344]),
        ("it needs 0.4 GB", NumberForm(unit=UNITS["MB"]), [400]),
        ("28 seats, dinner for 45 euros", NumberForm(currency="*"), [45]),
        ("600 participants on 1,200 m\N{SUPERSCRIPT TWO}", NumberForm(unit=UNITS["m2"]), [1200]),
        ("with a loan of \N{POUND SIGN}6,000 it now earns \N{POUND SIGN}4.3 million", NumberForm(currency="*", scale=1e6), [4.3]),
        ("the meal is MXN 1,100", NumberForm(currency="EUR"), []),
    ],
    ids=["stated beside", "data", "no price", "no area", "no millions", "other currency"],
)  # fmt: skip
def test_a_number_has_the_unit_that_is_asked_for(text, form, values):
    assert [c.value for c in number_candidates(text, form)] == values


def test_a_magnitude_may_stand_between_commas():
    assert asked_scale("raised", "Equity raised, millions, number only") == 1e6
    assert asked_scale("customers", "Number of customers, not millions of users") == 1


def test_what_is_asked_a_year_is_no_year():
    asked = "How many patients did the hospital see?"
    assert value_kind("patients a year", "integer", asked, closed=False) == "number"
    asked = "When was it founded?"
    assert value_kind("founding year", "integer", asked, closed=False) == "year"


@pytest.mark.parametrize(
    ("asked", "text", "figure", "out"),
    [
        (STAFF, "At that time the company had 133 employees.", 133, True),
        (STAFF, "It has 178 employees, and a year before it had 90.", 90, True),
        (STAFF, "It has 178 employees, and a year before it had 90.", 178, False),
        (STAFF, "It employs 300 people, some 20 more than last year.", 20, True),
        (STAFF, "Acme is part of Globex, which has 900 employees.", 900, True),
        (STAFF, "It is a member of the Initech Network, a network of 31 firms (about 6,000 people).", 6000, True),
        (STAFF, "It is owned by Ada Example, and has 300 employees.", 300, False),
        (STAFF, "For comparison, the firm across the square has 202 employees.", 202, True),
        (STAFF, "The group now has 14,700 employees; at the plant itself there are 1,512.", 14700, True),
        (STAFF, "The group now has 14,700 employees; at the plant itself there are 1,512.", 1512, False),
        (STAFF, "The Acme Foundation is a separate charity and has 34 employees.", 34, True),
        (STAFF, "The sister firm Globex had 341 employees.", 341, True),
        (LAWYERS, "Of the lawyers, 148 are partners.", 148, True),
        (PARTNERS, "Of the lawyers, 148 are partners.", 148, False),
        (PARTNERS, "A committee of 7 partners assists him.", 7, True),
        (SHOPS, "We opened 13 shops.", 13, True),
        (field("shops_opened", "How many shops were opened in the year?"), "We opened 13 shops.", 13, False),
    ],
)  # fmt: skip
def test_figures_of_others_and_of_other_times_are_not_asked(asked, text, figure, out):
    found = number_candidates(text, asked.number)
    one = next(c for c in found if c.value == figure)
    assert is_not_asked(asked, text, one, NAMES, len(found) - 1) is out


@pytest.mark.parametrize(
    ("asked", "text", "out"),
    [
        (FOUNDED, "It lost to Globex, a maker of lifts founded in 2013", True),
        (FOUNDED, "The series is published by the Globex Forum (x@globex.example), founded in 2003", True),
        (FOUNDED, "It is the largest cheque since our fund was founded in 2014", True),
        (FOUNDED, "He started at Acme as a clerk in 1984", True),
        (FOUNDED, "The sisters handed it over to the foundation in 1983", True),
        (FOUNDED, "Acme, a maker of lifts founded in 2013", False),
        (FOUNDED, "A family firm in Duluth, founded in 2013", False),
        (REFIT, "Another refit is pencilled in for 2027", True),
        (REFIT, "A further refit announced for 2020 was cancelled", True),
        (REFIT, "She was refitted at Cork in 2021", False),
        (field("next_refit", "Year of the next refit."), "Another refit is pencilled in for 2027", False),
    ],
)  # fmt: skip
def test_years_of_others_and_of_plans_are_not_asked(asked, text, out):
    from enrich.research.typed import typed_candidates

    one = typed_candidates(asked, text)[-1]
    assert is_not_asked(asked, text, one, NAMES, 0) is out


def test_a_label_of_a_plan_is_off_unless_a_plan_is_asked_for():
    assert is_headed_off(STAFF, "Planned employees from 2027")
    assert not is_headed_off(field("planned_staff", "Planned employees."), "Planned employees")
    assert not is_headed_off(STAFF, "Employees")


@pytest.mark.parametrize(
    ("page", "name", "kind", "description", "value"),
    [
        ("## Contact\n\nBeds: (330) 555-0142", "beds", "integer", "Number of beds.", None),
        ("## Beds\n\nThe ward was led by Ada Example, who had 17 years of service.", "beds", "integer", "Number of beds.", None),
        ("Beds: 284 (2025)", "beds", "integer", "Number of beds.", 284),
        ("The house has 4,000 beds, less than before.", "beds", "integer", "Number of beds.", 4000),
        ("## Beds\n\n- Beds: 284", "beds", "integer", "Number of beds.", 284),
        ("The show counted 467 exhibitors from 29 countries.", "exhibitors", "integer", "Number of exhibitors.", 467),
        ("| | |\n|---|---|\n| Planned beds from 2027 | 470 |\n| Beds | 438 |", "beds", "integer", "Number of beds.", 438),
    ],
    ids=["telephone", "sentence", "dated", "less", "label", "counted", "planned"],
)  # fmt: skip
def test_a_figure_of_a_page(pages, look_up, page, name, kind, description, value):
    schema = {"type": kind, "description": description}
    found = look_up(pages(acme_md=f"# Acme\n\n{page}\n"), {"company": "Acme"}, {name: schema})
    assert found["content"][name] == value
