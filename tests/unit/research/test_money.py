"""Magnitudes that stand beside a currency, and currencies that stand in a cell of their own."""

import pytest

from enrich.research.candidates.currencies import money_scale
from enrich.research.wanted import wanted

PRODUCTS = """name,price,currency,weight_kg
Acme Kettle,49.90,EUR,1.2
Acme Fan,34.50,GBP,2.8
"""
TABLE = """<html><head><title>Acme prices</title></head><body><h1>Acme prices</h1>
<table><tr><th>Product</th><th>Price</th><th>Currency</th></tr>
<tr><td>Lifter</td><td>120</td><td>EUR</td></tr><tr><td>Gripper</td><td>140</td><td>USD</td></tr></table></body></html>"""


def number(description, name="revenue"):
    return wanted(name, {"type": "number", "description": description}).number


@pytest.mark.parametrize(
    ("description", "scale", "currency"),
    [
        ("Revenue in CHF million", 1e6, "CHF"),
        ("Revenue (CHF million)", 1e6, "CHF"),
        ("Revenue in CHF m", 1e6, "CHF"),
        ("Revenue in mCHF", 1e6, "CHF"),
        ("Revenue, CHFm", 1e6, "CHF"),
        ("Revenue in million CHF", 1e6, "CHF"),
        ("Revenue in SEK bn", 1e9, "SEK"),
        ("Revenue in TEUR", 1e3, "EUR"),
        ("Revenue in USD billion", 1e9, "USD"),
        ("Revenue in billions of Swiss francs", 1e9, "CHF"),
        ("Revenue in EUR", 1.0, "EUR"),
        ("Revenue in USD, not in millions", 1.0, "USD"),
        ("Whether it is above USD 5 million", 1.0, "USD"),
    ],
)
def test_a_magnitude_beside_a_currency(description, scale, currency):
    """Before it, behind it, and written in one with it."""
    form = number(description)
    assert (form.scale, form.currency, form.unit) == (scale, currency, None)


def test_a_magnitude_needs_a_currency_beside_it():
    """Letters that stand for metres or for nothing are no millions."""
    for text in ("height in m", "in usd per m2", "rent in usd/m2", "length in mm", "tusk"):
        assert money_scale(text) is None


def test_square_miles_in_short(pages, look_up):
    """ "sq miles" is a unit as "sq mi" is."""
    engine = pages(acme_md="# Acmeland\n\n- Area: 1,000 sq km\n")
    output = look_up(engine, {"country": "Acmeland"}, {"area_sq_miles": {"type": "number"}})
    assert output["content"]["area_sq_miles"] == pytest.approx(386.1, abs=0.1)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Price", 49.9),
        ("Price in EUR", 49.9),
        ("Price in euros", 49.9),
        ("Price in USD", None),
        ("Price in pounds", None),
        ("Price in Japanese yen", None),
    ],
)
def test_a_price_is_in_the_currency_of_its_row(pages, look_up, description, expected):
    """The row's own cell says it; in another currency there is no price."""
    field = {"price": {"type": "number", "description": description}}
    output = look_up(pages(products_csv=PRODUCTS), {"product": "Acme Kettle"}, field)
    assert output["content"]["price"] == expected
    if expected is not None:
        entry = output["basis"][0]
        assert entry["confidence"] == "high"
        assert "EUR" in entry["citations"][0]["excerpts"][0]


def test_a_price_with_its_currency(pages, look_up):
    """As text it has the code behind it only where that is asked for."""
    engine = pages(products_csv=PRODUCTS)
    for description, expected in (("Price with currency", "34.50 GBP"), ("Price", "34.50")):
        field = {"price": {"type": "string", "description": description}}
        assert look_up(engine, {"product": "Acme Fan"}, field)["content"]["price"] == expected


def test_a_row_of_a_table_has_its_own_currency(pages, look_up):
    """Another row's currency says nothing of a price."""
    field = {"price": {"type": "number", "description": "Price in USD"}}
    engine = pages(prices_html=TABLE)
    assert look_up(engine, {"product": "Gripper"}, field)["content"]["price"] == 140
    assert look_up(engine, {"product": "Lifter"}, field)["content"]["price"] is None
