"""The reader against facts that anybody can check, on the sample documents."""

import csv
import time
from functools import cache
from pathlib import Path

import pytest

from enrich.research.question import Question
from tests.unit.research.conftest import json_schema

SAMPLE = Path(__file__).parents[3] / "sample_data"

FIELDS = {
    "capital": {
        "type": ["string", "null"],
        "description": "Name of the capital city. If unknown, null.",
    },
    "population": {
        "type": ["integer", "null"],
        "description": "Total number of inhabitants. If unknown, null.",
    },
    "area_sq_km": {"type": ["number", "null"], "description": "Total area in square kilometres."},
    "internet_tld": {
        "type": ["string", "null"],
        "description": "Top-level domain with its dot, e.g. .fr",
    },
    "currency_code": {
        "type": ["string", "null"],
        "description": "Three-letter ISO 4217 code of the currency.",
    },
    "ceo_name": {"type": ["string", "null"], "description": "Name of the chief executive officer."},
    "stock_ticker": {"type": ["string", "null"], "description": "Stock ticker symbol, e.g. AAPL"},
}

# Capital, millions of people (within a tenth), square kilometres, domain, currency.
FACTS = {
    "Kenya": ("Nairobi", 55.8, 580_367, ".ke", "KES"),
    "The Gambia": ("Banjul", 2.5, 11_300, ".gm", "GMD"),
    "Côte d'Ivoire": ("Yamoussoukro", 30.9, 322_463, ".ci", "XOF"),
    "South Korea": ("Seoul", 51.7, 99_720, ".kr", "KRW"),
    "Japan": ("Tokyo", 123.4, 377_915, ".jp", "JPY"),
    "Germany": ("Berlin", 83.8, 357_022, ".de", "EUR"),
    "Niger": ("Niamey", 26.7, 1_267_000, ".ne", "XOF"),
    "Nigeria": ("Abuja", 237.0, 923_768, ".ng", "NGN"),
    "Democratic Republic of the Congo": ("Kinshasa", 115.4, 2_344_858, ".cd", "CDF"),
    "Republic of the Congo": ("Brazzaville", 6.1, 342_000, ".cg", "XAF"),
    "Viet Nam": ("Hanoi", 105.8, 331_210, ".vn", "VND"),
    "Türkiye": ("Ankara", 84.1, 783_562, ".tr", "TRY"),
    "UK": ("London", 68.5, 243_610, ".uk", "GBP"),
    "Iceland": ("Reykjavik", 0.364, 103_000, ".is", "ISK"),
    "DR Congo": ("Kinshasa", 115.4, 2_344_858, ".cd", "CDF"),
}


@pytest.fixture(scope="module")
def answer(engine):
    """Answer all fields of a country, once."""

    @cache
    def answer(country):
        return engine.answer(
            Question(
                input={"country": country}, output_schema=json_schema(FIELDS), processor="base"
            )
        )

    return answer


@pytest.mark.parametrize("country", FACTS)
def test_known_facts_are_read_right(answer, country):
    capital, millions, area, domain, currency = FACTS[country]

    content = answer(country)["content"]

    assert (capital, area, domain, currency) == (
        content["capital"], content["area_sq_km"], content["internet_tld"], content["currency_code"],
    )  # fmt: skip
    assert content["population"] == pytest.approx(millions * 1e6, rel=0.1)


@pytest.mark.parametrize("more", [{"capital": "Nairobi"}, {"area": "580,367 sq km"}])
def test_a_fact_that_is_sent_along_is_not_taken_for_what_is_asked_about(ask, more):
    field = {"population": {"type": ["integer", "null"], "description": "Population."}}

    told = ask({"country": "Kenya", **more}, field)["content"]
    stranger = ask({"country": "Kenya", "harbour": "Nairobi"}, field)["content"]

    assert told == {"population": 55751717}
    assert stranger == {"population": None}


def test_what_no_page_states_is_null_for_every_row(answer, rows):
    for row in rows:
        content = answer(row["Country"])["content"]

        assert (content["ceo_name"], content["stock_ticker"]) == (None, None), row["Country"]


@pytest.mark.parametrize(
    "country", ["Peru", "Fiji", "Equatorial Guinea", "Zambia", "Austria-Hungary"]
)
def test_a_country_without_a_page_has_nulls_that_say_so(ask, country):
    output = ask({"country": country}, FIELDS)

    assert set(output["content"].values()) == {None}
    assert all(entry["citations"] == [] and entry["reasoning"] for entry in output["basis"])


def test_most_cells_of_the_sample_table_are_filled(ask, rows):
    fields = {
        name: FIELDS[name]
        for name in ("capital", "population", "area_sq_km", "internet_tld", "currency_code")
    }
    answers = [
        ask({"country": r["Country"]}, fields)["content"]
        for r in rows
        if r["Country"] not in {"Peru", "Fiji"}
    ]
    filled = sum(value is not None for content in answers for value in content.values())

    assert filled >= 0.97 * sum(map(len, answers))


def test_every_excerpt_stands_in_its_page(answer, rows):
    sources = {}
    for path in (SAMPLE / "corpus").glob("*.html"):
        sources[f"https://www.cia.gov/the-world-factbook/countries/{path.stem}/"] = path.read_text()
    for row in rows[:12]:
        for entry in answer(row["Country"])["basis"]:
            for citation in entry["citations"]:
                for excerpt in citation["excerpts"]:
                    assert _bare(excerpt) in _bare(sources[citation["url"]])


def test_an_answer_takes_milliseconds(ask):
    ask({"country": "Kenya"}, FIELDS)
    start = time.process_time()
    for country in ("Kenya", "Japan", "Germany", "Niger"):
        ask({"country": country}, FIELDS)

    assert (time.process_time() - start) / 4 < 0.15


@pytest.fixture(scope="module")
def rows():
    with (SAMPLE / "countries.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _bare(text):
    """Drop tags and white space: what is left must be the page's own characters."""
    import html
    import re

    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.mark.parametrize(
    ("key", "description", "value"),
    [
        ("official_name", "Official name of the country in full.", "New Zealand"),
        ("long_form_name", "Long form of the country's name.", None),
    ],
)
def test_a_thing_without_another_name_has_its_own(ask, key, description, value):
    field = {key: {"type": ["string", "null"], "description": description}}

    assert ask({"country": "New Zealand"}, field)["content"] == {key: value}
