"""What excludes what is asked, and what is told by the ages that it is of."""

import pytest

from enrich.research.candidates.units import asked_scale, asked_unit
from enrich.research.contrasts import opposes
from enrich.research.labels import spans_in
from enrich.research.wanted import wanted
from enrich.research.worked_examples import pairs

PAGE = """<html><head><title>Examplia</title></head><body><h1>Examplia</h1>
<h2>People</h2>
<h3>Age structure</h3><table><tr><th>0-14 years</th><td>22.5%</td></tr><tr><th>15-64 years</th><td>63.1%</td></tr><tr><th>65 years and over</th><td>14.4%</td></tr></table>
</body></html>"""


@pytest.mark.parametrize(
    ("description", "label", "expected"),
    [
        ("Share of solar power.", "Sources of power: wind", True),
        ("Share of solar and wind power.", "Sources of power: wind", False),
        ("Solar power, not wind.", "Sources of power: wind", True),
        ("Number of landline phones.", "Telephones - mobile cellular: total", True),
        ("Number of phones.", "Telephones - mobile cellular: total", False),
        ("Length of life of women.", "Life expectancy: male", True),
        ("Life of cities and countryside together.", "Water: rural", False),
    ],
)
def test_labels_that_say_the_contrary(description, label, expected):
    assert opposes(wanted("x", {"type": "string", "description": description}), label) is expected


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("65+ cohort", {(65, None)}),
        ("65 years and over", {(65, None)}),
        ("15-64 years", {(15, 64)}),
        ("people from 15 to 64", {(15, 64)}),
        ("2019-2020", set()),
        ("10-20%", set()),
        ("555-0100", set()),
    ],
)
def test_spans_of_ages(text, spans):
    assert spans_in(text) == spans


@pytest.mark.parametrize(
    ("description", "expected"),
    [("0-14, % of total", 22.5), ("65+ cohort, pct of pop.", 14.4), ("18-24, % of total", None)],
)
def test_a_share_of_certain_ages(pages, look_up, description, expected):
    fields = {"p": {"type": "number", "description": description}}
    output = look_up(pages(examplia_html=PAGE), {"country": "Examplia"}, fields)
    assert output["content"]["p"] == expected


def test_heat_units_and_sea_miles_are_units():
    units = {"in mn btu": "btu", "width in nm": "nm"}
    for said, name in units.items():
        unit = asked_unit("x", said)
        assert unit is not None
        assert unit.name == name
    assert asked_scale("epc", "in mn btu") == 1e6
    assert asked_unit("cust_nm", "name of the customer") is None


@pytest.mark.parametrize(
    "description",
    ["At what address in the United States is it?", "A place of the United States that is as big."],
)
def test_how_a_question_begins_is_no_example(description):
    assert pairs(description) == ()
    assert pairs("e.g. Canberra for Australia") == (("Australia", "Canberra"),)
