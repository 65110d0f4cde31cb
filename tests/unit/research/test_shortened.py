"""Names and descriptions whose short forms only the page spells out."""

import pytest

PAGE = """<html><head><title>Examplia</title></head><body><h1>Examplia</h1>
<h2>People</h2>
<h3>Population</h3><p>total: 1,200,000</p><p>male: 590,000</p><p>female: 610,000</p>
<h3>Net migration rate</h3><p>-1.4 migrants/1,000 population</p>
<h3>Children under the age of 5 years underweight</h3><p>7.6%</p>
<h2>Economy</h2>
<h3>Debt - external</h3><p>$4.1 billion</p>
<h3>Remittances</h3><p>3.2% of GDP</p>
<h2>Geography</h2>
<h3>Distance</h3><p>from Capital City: 12 km</p><p>to the coast: 90 km</p>
<h3>Maritime claims</h3><p>territorial sea: 12 nm</p><p>exclusive economic zone: 200 nm</p>
</body></html>"""


@pytest.fixture
def answered(pages, look_up):
    """Ask one field of the page of a country."""
    engine = pages(examplia_html=PAGE)

    def ask(name, description, kind="number"):
        fields = {name: {"type": kind, "description": description}}
        return look_up(engine, {"country": "Examplia"}, fields)["content"][name]

    return ask


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("nmr", "Migrants per 1,000 inhabitants.", -1.4),
        ("eez", "Width in nautical miles.", 200),
        ("tot", "Female pop., persons.", 610_000),
        ("zone_claim", "Width of the exclusive economic zone in nautical miles.", 200),
    ],
)
def test_a_page_spells_out_what_a_name_shortens(answered, name, description, expected):
    assert answered(name, description) == expected


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("xqz", "Width in parsecs."),
        ("usd", "Price in US dollars."),
    ],
)
def test_what_no_label_spells_out_answers_nothing(answered, name, description):
    assert answered(name, description) is None
