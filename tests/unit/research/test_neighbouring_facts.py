"""Facts beside the one that is asked for: their labels and sentences are near, and their values no answer."""

from __future__ import annotations

import pytest

from enrich.research.besides_named import is_not_named, is_of_one
from enrich.research.candidates.candidate import Candidate
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.extent import is_base, is_no_count
from enrich.research.holders import is_of_holder
from enrich.research.named_apart import is_named_apart
from enrich.research.opposites import is_opposite, is_opposite_beside
from enrich.research.page import Label
from enrich.research.qualifiers import is_qualified_elsewhere, lacks_qualifier
from enrich.research.question import Question
from enrich.research.wanted import wanted
from enrich.research.worked_examples import pairs

COMPANY = """# Acme Corporation

Acme Corporation is a maker of anvils based in Tucson. The chief executive is Bo Sample.

- Revenue: $820 million
- Gross profit: $210 million
- Employees: 4,100
- Parent company: Globex Holdings
- Main supplier: Initech Servers
- Funding: $30 million in total

## Products

- Anvil A-300
- Anvil A-500

Employees in Germany: 620
"""
COUNTRY = """# Freedonia

- Capital: Exampleton
- Population: 8,400,000
- Area: total: 120,500 sq km; land: 118,000 sq km; water: 2,500 sq km
- Life expectancy: 74.1 years
- Taxes: 14% (of GDP)
- Monarch: Queen Ada II

The president's office is in Exampleton.
"""


def beside(label=""):
    return Label(frozenset(), frozenset(), frozenset(), frozenset(), 0, "", label)


def asked(name, text, form="string", of=("acme",), sorts=()):
    field = wanted(name, {"type": form, "description": text})
    return type(field)(**{f: getattr(field, f) for f in field.__slots__} | {"asked_of": frozenset(of), "sorts": frozenset(sorts)})  # fmt: skip


def at(text, value):
    start = text.index(value)
    return Candidate(value=value, start=start, end=start + len(value), fit=1.0)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """Ask the pages above; with the embedding, by which neighbours are near."""
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("neighbours")
    (folder / "acme.md").write_text(COMPANY)
    (folder / "freedonia.md").write_text(COUNTRY)
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))

    def ask(given, name, text, form="string"):
        properties = {name: {"type": form, "description": text}}
        schema = {"type": "json", "json_schema": {"type": "object", "properties": properties}}
        question = Question(input=given, output_schema=schema, processor="base")
        return engine.answer(question)["content"][name]

    yield ask
    engine.close()


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("net_profit", "Net profit", "string"),
        ("operating_profit", "Operating profit", "string"),
        ("profit_musd", "Profit in millions of USD", "number"),
        ("ceo_wife", "Wife of the chief executive", "string"),
        ("ceo_birthplace", "Birthplace of the CEO", "string"),
        ("former_ceo", "Former chief executive", "string"),
        ("subsidiary", "Subsidiary", "string"),
        ("main_customer", "Main customer", "string"),
        ("employees_france", "Number of employees in France", "integer"),
        ("female_employees", "Number of female employees", "integer"),
        ("number_of_offices", "Number of offices", "integer"),
        ("number_of_products", "Number of products", "integer"),
        ("latest_round", "Amount of the latest funding round", "string"),
    ],
)
def test_a_company_without_a_fact_does_not_answer_with_its_neighbour(answered, name, text, form):
    assert answered({"company": "Acme Corporation"}, name, text, form) is None


@pytest.mark.parametrize(
    ("name", "text", "form", "value"),
    [
        ("gross_profit", "Gross profit", "string", "$210 million"),
        ("revenue", "Revenue", "string", "$820 million"),
        ("ceo", "Name of the chief executive", "string", "Bo Sample"),
        ("parent_company", "Parent company", "string", "Globex Holdings"),
        ("main_supplier", "Main supplier", "string", "Initech Servers"),
        ("employees", "Number of employees worldwide", "integer", 4100),
        ("employees_germany", "Number of employees in Germany", "integer", 620),
    ],
)
def test_what_the_page_states_is_still_answered(answered, name, text, form, value):
    assert answered({"company": "Acme Corporation"}, name, text, form) == value


@pytest.mark.parametrize(
    ("name", "text", "form", "value"),
    [
        ("land_area", "Land area in sq km", "number", 118000),
        ("water_area", "Water area in sq km", "number", 2500),
        ("total_area", "Total area in sq km", "number", 120500),
        ("capital_population", "Population of the capital", "integer", None),
        ("life_expectancy_women", "Life expectancy of women", "number", None),
        ("president", "Name of the president", "string", None),
        ("population", "Population", "integer", 8400000),
        ("population_exampleton", "Population of Exampleton", "integer", None),
        ("defence_minister", "Minister of defence", "string", None),
    ],
)
def test_parts_of_a_country_are_told_apart(answered, name, text, form, value):
    assert answered({"country": "Freedonia"}, name, text, form) == value


@pytest.mark.parametrize(
    ("name", "text", "form", "label", "opposite"),
    [
        ("profit", "Profit", "number", "Revenue (USD million)", True),
        ("profit", "Profit", "number", "Net income", False),
        ("net_profit", "Net profit", "number", "Gross profit", True),
        ("net_profit", "Net profit", "number", "Profit for the year", False),
        ("type", "Public, or private and for profit?", "string", "Revenue", False),
        ("imports", "Imports", "string", "Exports > Exports 2023", True),
        ("imports", "Imports", "string", "Imports and exports", False),
        ("trade", "Imports and exports together", "string", "Exports", False),
        ("sale_price", "Sale price", "number", "List price", True),
        ("price", "Price", "number", "List price", False),
        ("buyer", "Buyer of the unit", "string", "Seller", True),
        ("acquirer", "Company that acquired it", "string", "Acquisitions > Company", True),
        ("release_date", "Release date", "string", "Announced", True),
        ("n", "Number of offices", "integer", "Number of employees", True),
        ("n", "Number of offices", "integer", "Number of employees and offices", False),
        ("n", "Share of employees with a child", "number", "Beds", False),
        ("president", "Name of the president", "string", "King", True),
        ("president", "President of the college", "string", "King Street college", False),
    ],
)
def test_a_label_of_the_other_side_is_a_neighbours(name, text, form, label, opposite):
    assert is_opposite(asked(name, text, form), beside(label)) is opposite


def test_within_a_passage_the_clause_of_a_figure_decides():
    text = "total: 120,500 sq km; land: 118,000 sq km; water: 2,500 sq km"
    land = asked("land_area", "Land area in sq km", "number")
    said = "Revenue was $5 million and profit $1 million"
    profit = asked("profit", "Profit", "string")

    assert [is_opposite_beside(land, beside("Area"), text, at(text, n)) for n in ("120,500", "118,000", "2,500")] == [False, False, True]  # fmt: skip
    country = asked("land_area", "Land area in sq km", "number", sorts=("country",))
    assert is_opposite_beside(country, beside("Area"), text, at(text, "120,500"))
    assert is_opposite_beside(profit, beside(), said, at(said, "$5 million"))
    assert not is_opposite_beside(profit, beside(), said, at(said, "$1 million"))
    assert not is_opposite_beside(profit, beside("Profit"), "5 (revenue: 9)", at("5 (", "5"))


@pytest.mark.parametrize(
    ("name", "text", "label", "said", "another"),
    [
        ("ceo_wife", "Wife of the CEO", "CEO", "Ada Example", True),
        ("x", "Name of the president's wife", "", "The president is Ada Example.", True),
        ("x", "Name of the president's wife", "", "President Bo is married to Ada.", False),
        ("x", "Where was the founder born?", "Founder", "Ada Example", True),
        ("x", "Where was the founder born?", "", "Its founder was born in Ulm.", False),
        ("x", "Birthplace of her husband", "", "She was born in Ulm.", True),
        ("x", "Salary of the CEO", "Salary", "80,000", False),
        ("x", "Minister of defence", "Prime minister", "Ada Example", True),
        ("x", "Minister of defence", "Defense minister", "Ada Example", False),
        ("x", "Name of the prime minister", "Head of government", "Ada Example", False),
        ("ceo", "First and last name of the CEO", "CEO", "Ada Example", False),
        ("owner", "Kind of owner", "Owner", "family", False),
        ("editor", "Editor in chief", "Editor", "Ada Example", False),
        ("rector", "Rector, vice-chancellor or president", "Rector", "Ada Example", False),
    ],
)
def test_who_holds_an_office_is_not_what_is_asked_of_them(name, text, label, said, another):
    assert is_of_holder(asked(name, text), beside(label), said) is another


def test_of_the_one_whose_page_it_is_nothing_else_is_demanded():
    assert not is_of_holder(asked("x", "Birthplace of the author", of=("author",)), beside("Home"), "Ulm")  # fmt: skip
    assert not is_of_holder(asked("x", "Birthplace of the author", sorts=("person",)), beside("Home"), "Ulm")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "form", "label", "said", "missing"),
    [
        ("Number of employees in Germany", "integer", "Employees", "4,100", True),
        ("Number of employees in Germany", "integer", "Staff > Germany", "620", False),
        ("Number of employees in Germany", "integer", "", "620 German workers", False),
        ("Number of employees", "integer", "Employees in Germany", "620", True),
        ("Number of employees", "integer", "Employees in production", "620", False),
        ("Number of Employees", "integer", "Staff", "620", False),
        ("Number of employees of Acme", "integer", "Staff", "620", False),
        ("Population of Exampleton", "integer", "Population", "9,000", True),
        ("Price in Britain, in pounds", "number", "Price", "9.99", False),
        ("Number of people, like 370000 for Iceland", "integer", "Population", "9", False),
        ("Price in US dollars", "number", "Price", "9.99", False),
        ("Price paid for Globex Foods", "string", "Price", "$9 million", True),
        ("Price paid for Globex Foods", "string", "Globex Foods > Price", "$9 million", False),
    ],
)
def test_what_a_question_names_besides_is_told(text, form, label, said, missing):
    name = "price" if "Price" in text else "n"
    assert is_not_named(asked(name, text, form), beside(label), said) is missing


def test_of_a_list_of_figures_none_is_the_whole():
    text = "1.2 million EXAMPLETON (capital), 640,000 Sampleby"
    whole = asked("urban_people", "People in cities", "integer")
    capital = asked("n", "Population of the capital", "integer")
    first, second = at(text, "1.2 million"), at(text, "640,000")

    assert is_of_one(whole, text, first)
    assert is_of_one(whole, text, second)
    assert not is_of_one(capital, text, first)
    assert not is_of_one(asked("n", "Population of Sampleby", "integer"), text, second)
    assert not is_of_one(whole, "640,000 people", at("640,000 people", "640,000"))
    assert is_qualified_elsewhere(capital, beside(), text, second)
    assert not is_qualified_elsewhere(capital, beside(), text, first)


@pytest.mark.parametrize(
    ("text", "form", "said", "value", "no_count"),
    [
        ("Number of products", "integer", "HD-200 servo drive", "200", True),
        ("Number of cameras", "integer", "48 MP", "48", True),
        ("Number of cameras", "integer", "3 cameras", "3", False),
        ("Number of shops", "integer", "120 UK", "120", False),
        ("How many megawatts, in MW?", "number", "40 MW", "40", False),
        ("Price", "number", "EUR-25", "25", False),
    ],
)
def test_a_number_in_a_name_or_with_a_measure_counts_nothing(text, form, said, value, no_count):
    assert is_no_count(asked("n", text, form), said, at(said, value)) is no_count


def test_what_a_share_is_taken_of_is_not_told_by_it():
    text = "14% (of GDP) in 2023"

    assert is_base(asked("gdp", "GDP"), text, text.index("GDP"))
    assert not is_base(asked("taxes", "Taxes as a share of GDP"), text, text.index("GDP"))
    assert not is_base(asked("gdp", "GDP"), "The GDP is $98 billion", 4)


@pytest.mark.parametrize(
    ("name", "text", "label", "apart"),
    [
        ("gross_debt", "Gross debt", "Net debt", True),
        ("net_debt", "Net debt", "Net debt", False),
        ("admin_staff", "Number of administrative staff", "Academic staff", True),
        ("employees", "Number of employees", "Academic staff", False),
        ("long_stay_parking", "Long-stay parking", "Short-stay parking", True),
        ("hq", "Headquarters city", "Head office address", False),
        ("field_1", "Net debt of the firm", "Gross debt", False),
    ],
)
def test_labels_of_one_kind_are_told_apart_by_a_word_each(name, text, label, apart):
    assert is_named_apart(asked(name, text), beside(label), "") is apart


@pytest.mark.parametrize(
    ("text", "said", "lacking"),
    [
        ("Gross weight in kg", "2.5 kg", True),
        ("Gross weight in kg", "2.5 kg with its packaging", False),
        ("Number of female employees", "4,100", True),
        ("Number of female employees", "1,900 women", False),
        ("Men and women who work here", "4,100", False),
        ("Average number of children per woman", "2.1", False),
        ("Second largest shareholder", "Ada Example", True),
        ("Gross domestic product", "$98 billion", False),
        ("Number of domestic passengers", "5,200,000", True),
    ],
)
def test_a_marked_kind_is_told_by_its_word(text, said, lacking):
    form = "string" if "shareholder" in text else "number"
    assert lacks_qualifier(asked("x1", text, form), beside(), said) is lacking


def test_a_question_is_no_example_of_its_answer():
    assert pairs("What was the profit of Acme Works in 2023?") == ()
    assert pairs("Share of imports from Kenya") == ()
    assert pairs("Adidas was set up in 1949. And this one?") == (("Adidas", "1949"),)
