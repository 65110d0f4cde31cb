"""What is left of a field's name and description when they are compared by meaning."""

from __future__ import annotations

import pytest

from enrich.research import forms
from enrich.research.abbreviations import spelled_out
from enrich.research.descriptions import statement
from enrich.research.forms import form_meets
from enrich.research.phrases import PHRASES
from enrich.research.wanted import wanted


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("pop_est", "population_estimate"),
        ("est", "established"),
        ("gdp_pc", "gdp_per_capita"),
        ("no_of_staff", "number_of_staff"),
        ("no_coast", "no_coast"),
        ("capitalCity", "capitalCity"),
        ("LandLocked__c", "landlocked"),
        ("officialname", "official_name"),
        ("GDPPerCapita", "gdp_per_capita"),
        ("notable", "notable"),
    ],
)
def test_a_columns_name_is_spelled_out(name, full):
    assert spelled_out(name) == full


@pytest.mark.parametrize(
    ("description", "stated"),
    [
        ("Number only, no thousands separators.", ""),
        ("Return the name of the port. If unavailable, null.", "the name of the port."),
        ("Share of people who use the internet.", "Share of people who use the internet."),
        ("True when the country has no coast.", "the country has no coast."),
        ("The formal name, not the everyday one.", "The formal name,"),
        ("When did it begin? Year only.", "When did it begin?"),
    ],
)
def test_a_description_is_stripped_of_its_instructions(description, stated):
    assert statement(description) == stated


@pytest.mark.parametrize(
    ("name", "description", "kind"),
    [
        ("yr_founded", "", "year"),
        ("start", "When did it begin?", "year"),
        ("ppl_count", "", "number"),
        ("start", "In which year did it begin?", "year"),
        ("field_3", "founding year", "year"),
        ("sold", "Tonnes sold each year", "number"),
    ],
)
def test_an_integer_is_a_year_where_it_says_when(name, description, kind):
    assert wanted(name, {"type": "integer", "description": description}).kind == kind


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("field_7", ("population",)),
        ("attr_name_2", ("population",)),
        ("value", ("population",)),
        ("size", ("size",)),
    ],
)
def test_a_name_that_says_nothing_leaves_the_word_to_the_description(name, topic):
    field = wanted(name, {"type": "integer", "description": "The city's population."})
    assert field.topic == topic


def test_the_title_of_a_state_is_no_place():
    assert wanted("title_of_state", {"type": "string"}).kind == "phrase"


def test_forms_are_those_of_known_facts():
    assert set(PHRASES) >= forms.MONEY | forms.SHARES | forms.FIGURES | forms.WORDS


@pytest.mark.parametrize(
    ("name", "description", "kind", "fact", "meets"),
    [
        ("bought", "Value of goods bought abroad.", "number", "import", True),
        ("bought", "Value of goods bought abroad.", "number", "import-commodity", False),
        ("online_pct", "", "number", "population", True),
        ("online_pct", "", "number", "gdp", False),
        ("tongues", "How many languages are spoken?", "integer", "languag", True),
        ("shore_km", "", "number", "revenu", False),
    ],
)
def test_a_question_means_no_fact_of_another_form(name, description, kind, fact, meets):
    assert form_meets(wanted(name, {"type": kind, "description": description}), fact) is meets
