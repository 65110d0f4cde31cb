"""A field that fixes a year is answered with what is said of that year, or with nothing."""

import pytest

from enrich.research.asked_years import fixed_year, takes_newest
from enrich.research.question import Question

NUMBER = {"type": ["number", "null"]}
ACME = {"company": "Acme"}
SENTENCE = "In 2023 revenue was CHF 412.6 million, up from CHF 389.1 million in 2022."
TABLE = "| Year | Revenue (CHF million) | Employees |\n|---|---|---|\n| 2021 | 355.0 | 1,050 |\n| 2022 | 389.1 | 1,180 |\n| 2023 | 412.6 | 1,240 |"
WIDE = "| | 2021 | 2022 |\n|---|---|---|\n| Employees | 1,050 | 1,180 |\n| Offices | 4 | 5 |"
PLANTS = "| Plant | Year | Output (t) |\n|---|---|---|\n| Ulm | 2021 | 400 |\n| Ulm | 2022 | 450 |"


@pytest.fixture
def say(pages, look_up):
    """Ask for one field of a page about Acme with some text; return the value."""

    def say(text, name, description, schema=NUMBER, front="", processor="base"):
        engine = pages(acme_md=f"{front}# Acme\n\n{text}\n")
        field = {name: {**schema, "description": description}}
        return look_up(engine, ACME, field, processor)["content"][name]

    return say


@pytest.mark.parametrize(
    ("name", "description", "year"),
    [
        ("revenue_2022", "", 2022),
        ("fy2022_revenue", "", 2022),
        ("revenue_fy22", "Revenue", 2022),
        ("revenue", "Revenue in the fiscal year 2022", 2022),
        ("revenue", "Revenue (FY2022), in EUR", 2022),
        ("staff", "Number of employees as of 31 December 2021", 2021),
        ("staff", "2021 headcount", 2021),
        ("growth_2020_2022", "", None),
        ("founded", "The year, e.g. 1976", None),
        ("members", "Members joined since 2019", None),
        ("gdp", "GDP in constant 2015 US dollars", None),
        ("certificate_iso_9001_2015", "", None),
        ("summary", "In up to 2000 characters", None),
        ("date", "Adidas was set up in 1949 and Apple in 1976", None),
        ("band", "Staff: 1-50, 51-2000 or 2001-5000", None),
    ],
)
def test_a_name_or_a_description_fixes_a_year(name, description, year):
    assert fixed_year(name, description) == year


def test_who_asks_for_the_newest_takes_another_year():
    assert takes_newest("pop_2025", "Most recent population figure")
    assert takes_newest("ceo", "Current chief executive as of 2025")
    assert not takes_newest("current_assets_2022", "Current assets in 2022")


@pytest.mark.parametrize(
    ("year", "value"), [(2023, 412.6), (2022, 389.1), (2021, None), (2024, None)]
)
def test_of_two_years_in_a_sentence_each_has_its_own_figure(say, year, value):
    assert say(SENTENCE, f"revenue_{year}", f"Revenue in {year} in millions of CHF") == value


@pytest.mark.parametrize(
    ("text", "year", "value"),
    [
        ("Acme had 300 employees in 2020 and 410 employees in 2021.", 2020, 300),
        ("Acme had 300 employees in 2020 and 410 employees in 2021.", 2021, 410),
        ("The number of employees rose from 300 in 2020 to 410 in 2021.", 2021, 410),
        ("The number of employees rose from 300 in 2020 to 410 in 2021.", 2020, 300),
        ("In 2021 the number of employees rose from 300 to 410.", 2021, 410),
        ("Acme had 300 employees in 2020 and now has 410 employees.", 2020, 300),
        ("At the end of 2021, Acme had 410 employees.", 2021, 410),
        ("Acme, founded in 1987, has 410 employees.", 1987, None),
        ("Acme has 410 employees at its works, which opened in 2010.", 2010, None),
        ("Acme has 410 employees (2021).", 2021, 410),
        ("Employees: 410 (2020: 300)", 2020, 300),
        ("Employees: 410 (31 December 2021)", 2021, 410),
        ("Employees: 410 (2019-2021)", 2021, None),
        ("Employees: 410", 2021, None),
        ("## Key figures 2021\n\nEmployees: 410", 2021, 410),
        ("## Key figures 2021\n\nEmployees: 410", 2020, None),
        ("## Key figures 2020 and 2021\n\nEmployees: 410", 2021, None),
        ("## 2021\n\n- Employees: 410 (2020: 300)", 2020, 300),
        ("- 2020: 300 employees\n- 2021: 410 employees", 2021, 410),
        ("- 2020: moved to Oslo\n- 2021: 410 employees", 2020, None),
        ("Employees: 410 (2021), 300 (2020), 250 (2019)", 2020, 300),
        ("Employees 2021: 410\n\nEmployees 2020: 300", 2020, 300),
    ],
)
def test_a_figure_is_tied_to_the_year_that_is_said_of_it(say, text, year, value):
    assert say(text, f"employees_{year}", f"Number of employees in {year}") == value


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        (TABLE, "employees_2021", 1050),
        (TABLE, "employees_2022", 1180),
        (TABLE, "employees_2020", None),
        (WIDE, "employees_2021", 1050),
        (WIDE, "employees_2022", 1180),
        (WIDE, "employees_2023", None),
    ],
)
def test_a_table_gives_the_row_or_the_column_of_the_year(say, table, name, value):
    assert say(table, name, "Number of employees") == value


@pytest.mark.parametrize(("year", "value"), [(2024, 410), (2023, None)])
def test_an_undated_figure_is_of_the_day_of_its_document(say, year, value):
    front = "---\ntitle: Acme\ndate: 2024-05-02\n---\n\n"

    assert say("Employees: 410", f"employees_{year}", "Employees", front=front) == value


def test_what_is_reached_over_a_year_is_not_dated_by_the_day_of_its_document(say):
    front = "---\ntitle: Acme\ndate: 2024-05-02\n---\n\n"

    assert say("Revenue: EUR 40 million", "revenue_2024", "Revenue in 2024", front=front) is None


@pytest.mark.parametrize(
    ("text", "year", "value"),
    [
        ("CEO: Ada Example (since 2019)\n\nIn 2023 sales rose.", 2021, "Ada Example"),
        ("CEO: Ada Example (since 2019)\n\nIn 2023 sales rose.", 2019, "Ada Example"),
        ("CEO: Ada Example (since 2019)\n\nIn 2023 sales rose.", 1995, None),
        ("CEO: Ada Example (since 2019)\n\nIn 2023 sales rose.", 2024, None),
        ("CEO: Ada Example", 2021, None),
        ("CEO: Ada Example (2012-2018)", 2015, "Ada Example"),
        ("CEO: Ada Example (2012-2018)", 2020, None),
        (
            "| Name | Role | Since |\n|---|---|---|\n| Ada Example | CEO | 2019 |\n| Bo Sample | CFO | 2021 |",
            1995,
            None,
        ),
        (
            "| Name | Role | Since |\n|---|---|---|\n| Ada Example | CEO | 2019 |\n| Bo Sample | CFO | 2021 |",
            2020,
            "Ada Example",
        ),
    ],
)
def test_an_office_is_held_from_a_year_on(say, text, year, value):
    schema = {"type": ["string", "null"]}

    assert say(text, f"ceo_{year}", f"Name of the CEO in {year}", schema) == value


def test_what_hardly_changes_needs_no_year(say):
    schema = {"type": ["string", "null"]}

    assert say("Official language: Danish", "official_language_2020", "", schema) == "Danish"


def test_who_asks_for_the_latest_gets_what_there_is(say):
    assert say("Employees: 410 (2023)", "employees_2025", "Latest number of employees") == 410


LIST = {"type": "array", "items": {"type": "string"}}
BOUGHT = "## Acquisitions\n\n| Company | Date | Price |\n|---|---|---|\n| Globex | 2021-05-11 | $2 million |\n| Initech | 2022-09-30 | undisclosed |"


@pytest.mark.parametrize(
    ("text", "year", "items"),
    [
        (BOUGHT, 2022, ["Initech"]),
        (BOUGHT, 2021, ["Globex"]),
        (BOUGHT, 2019, []),
        ("Acquisitions: Globex (2021), Initech (2022)", 2022, ["Initech"]),
        ("Acquisitions: Globex, Initech", 2022, []),
        ("## Acquisitions\n\n- Globex (2021)\n- Initech (2022)\n- Umbra (2022)", 2022, ["Initech", "Umbra"]),
        ("## Acquisitions 2022\n\n- Globex\n- Initech", 2022, ["Globex", "Initech"]),
    ],
)  # fmt: skip
def test_of_a_list_the_items_of_the_year_are_given(say, text, year, items):
    name = f"acquisitions_{year}"
    found = say(text, name, f"Companies acquired in {year}", LIST)

    assert [item.split(" (")[0] for item in found] == items


def test_of_rows_those_of_the_year_are_given(say):
    one = {"type": "object", "properties": {"company": {"type": "string"}, "price": {"type": "string"}}}  # fmt: skip
    schema = {"type": "array", "items": one}
    found = say(BOUGHT, "acquisitions_2022", "Acquisitions in 2022", schema)

    assert [row["company"] for row in found] == ["Initech"]


def test_a_row_with_a_column_of_years_is_of_its_year(say):
    assert say(PLANTS, "output_2022_t", "Output of the plant in Ulm in 2022") == 450


def test_a_currency_is_nobody_whose_revenue_it_is(say):
    text = "In 2023 Acme had revenue of EUR 61 million."

    assert say(text, "revenue", "Revenue in EUR") == 61_000_000
    assert say("The revenue of Globex was EUR 61 million.", "revenue", "Revenue in EUR") is None


@pytest.mark.parametrize(("year", "said"), [(2023, "CHF 412.6 million"), (2020, "")])
def test_a_question_is_answered_with_a_sentence_of_its_year_or_with_none(pages, year, said):
    engine = pages(acme_md=f"# Acme\n\n{SENTENCE}\n")
    question = Question(
        input=ACME,
        processor="base",
        output_schema={"type": "text", "description": f"What was the revenue in {year}?"},
    )
    content = engine.answer(question)["content"]

    assert said in content
    assert said or "412.6" not in content
