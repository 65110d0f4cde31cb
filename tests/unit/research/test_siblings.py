"""The labels under one heading, names that a page spells out, and letters that are no units."""

import pytest

from enrich.research.documents import Document
from enrich.research.html import read_html
from enrich.research.page import Page
from enrich.research.question import Question
from enrich.research.shortened import spelled_by
from enrich.research.siblings import meant
from enrich.research.wanted import wanted

PAGE = """<html><head><title>Examplia</title></head><body><h1>Examplia</h1>
<h2>People</h2>
<h3>Population</h3><p>total: 1,200,000</p><p>male: 590,000</p><p>female: 610,000</p>
<h3>Median age</h3><p>total: 31.4 years</p><p>male: 30.2 years</p><p>female: 32.7 years</p>
<h3>Age structure</h3><table><tr><th>0-14 years</th><td>22.5%</td></tr><tr><th>15-64 years</th><td>63.1%</td></tr><tr><th>65 years and over</th><td>14.4%</td></tr></table>
<h3>Alcohol consumption per capita</h3><p>total: 6.1 liters of pure alcohol</p><p>beer: 2.5 liters of pure alcohol</p><p>wine: 3.2 liters of pure alcohol</p>
<h2>Geography</h2>
<h3>Elevation</h3><p>highest point: Mount Ada 2,345 m</p><p>mean elevation: 412 m</p>
</body></html>"""


@pytest.fixture
def answered(pages):
    """Ask one number of the page of a country."""
    engine = pages(examplia_html=PAGE)

    def ask(name, description):
        schema = {
            "type": "object",
            "properties": {name: {"type": "number", "description": description}},
            "required": [name],
            "additionalProperties": False,
        }
        asked = Question(
            input={"country": "Examplia"},
            output_schema={"type": "json", "json_schema": schema},
            processor="base",
        )
        return engine.answer(asked)["content"][name]

    return ask


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("median_age", "Median age of the population in years.", 31.4),
        ("median_age_men", "Median age of the men in years.", 30.2),
        ("median_age_f", "Median age in years.", 32.7),
        ("DEMO_PopF", "Population, female, headcount.", 610_000),
        ("pop_m", "Male population, persons.", 590_000),
        ("beer", "Litres of pure alcohol that a person drinks as beer.", 2.5),
        ("alcohol_per_capita", "Litres of pure alcohol that a person drinks per year.", 6.1),
        ("avg_altitude_m", "Average altitude in metres.", 412),
    ],
)
def test_of_a_whole_and_its_parts_the_one_that_is_asked_for(answered, name, description, expected):
    assert answered(name, description) == expected


def test_what_is_turned_down_is_no_part_that_is_asked_for(answered):
    said = "Litres of pure alcohol that a person drinks per year; not beer alone."
    assert answered("alcohol_per_capita", said) == 6.1


@pytest.mark.parametrize(
    ("name", "description", "degrees"),
    [
        ("PopF", "Population, female.", False),
        ("LifeExpF", "Life expectancy, female, years.", False),
        ("grade_c", "Number of pupils with that grade.", False),
        ("avg_temp_f", "Average temperature.", True),
        ("boiling_point_c", "", True),
    ],
)
def test_a_letter_is_a_temperature_where_one_is_asked_for(name, description, degrees):
    unit = wanted(name, {"type": "number", "description": description}).number.unit
    assert (unit is not None and unit.dimension in {"temperature", "fahrenheit"}) is degrees


def page_of(text):
    document = read_html(
        f"<html><body><h1>Acme</h1><p>{text}</p></body></html>", url="a", sha256="x"
    )
    assert isinstance(document, Document)
    return Page(document, 0)


@pytest.mark.parametrize(
    ("name", "description", "said", "expected"),
    [
        ("n_exh", "Latest edition.", "Some 205 exhibitors came; the exhibitors liked it.", "n_exhibitors"),
        ("opng_tkt", "", "The opening ticket is small.", "opening_ticket"),
        ("aum_total", "", "Assets under management rose.", "assets_under_management_total"),
        ("n_exh", "Latest edition.", "Exhibitors and an exhibition.", "n_exh"),
        ("revenue", "", "Revenues of the reverend.", "revenue"),
        ("srb", "", "Nothing of the kind.", "srb"),
    ],
)  # fmt: skip
def test_a_page_spells_out_what_a_name_shortens(name, description, said, expected):
    assert spelled_by(name, description, page_of(said)) == expected


@pytest.mark.parametrize("name", ["GOV_ChiefOfState", "head_of_government", "chief_of_mission"])
def test_who_heads_a_state_is_somebody(name):
    assert wanted(name, {"type": "string"}).kind == "name"


@pytest.mark.parametrize("said", ["65 or older", "of sixty-five years and over"])
def test_of_ages_the_one_whose_numbers_are_asked_for(said):
    page = Page(read_html(PAGE, url="a", sha256="x"), 0)
    field = wanted("seniors", {"type": "number", "description": f"Share of people {said}."})
    places = page.under["People > Age structure"]
    assert meant(field, page, places["0-14 years"]) == places["65 years and over"]
    assert meant(field, page, places["65 years and over"]) == places["65 years and over"]


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("inhabitants", "Male and female inhabitants together.", 1_200_000),
        ("population", "Women and men, urban or not.", 1_200_000),
    ],
)
def test_both_halves_together_are_the_whole(answered, name, description, expected):
    assert answered(name, description) == expected


@pytest.mark.parametrize(
    ("description", "rate", "unit"),
    [
        ("Migrants per 1,000 inhabitants.", True, None),
        ("Births for each woman.", True, None),
        ("Children that a woman has on average.", True, None),
        ("People of 65 years and over.", False, None),
        ("Median age in years.", False, "year"),
    ],
)
def test_rates_and_ages_are_told_from_counts_and_spans(description, rate, unit):
    number = wanted("x", {"type": "number", "description": description}).number
    assert (number.rate, number.unit and number.unit.name) == (rate, unit)


def test_a_name_in_the_local_language_is_given_where_it_is_asked_for():
    labels = ["conventional long form", "conventional short form", "local long form"]
    rows = "".join(f"<p>{label}: Name {nth}</p>" for nth, label in enumerate(labels))
    text = f"<html><body><h1>Acmeland</h1><h3>Country name</h3>{rows}</body></html>"
    page = Page(read_html(text, url="a", sha256="x"), 0)
    places = page.under["Country name"]
    plain = wanted("full_state_name", {"type": "string"})
    local = wanted("full_state_name_local", {"type": "string"})
    assert meant(plain, page, places["local long form"]) == places["conventional long form"]
    assert meant(local, page, places["local long form"]) == places["local long form"]
