"""What is newer wins beside a better label, too; what one page says otherwise is named; copies of a fact are no rivals."""

import pytest

from enrich.research.lookup import same
from enrich.research.wanted import wanted
from enrich.research.years import lasts

TEXT = {"type": ["string", "null"]}
COUNT = {"type": ["integer", "null"]}
CEO = {"ceo": {**TEXT, "description": "Name of the CEO"}}
STAFF = {"employees": {**COUNT, "description": "Number of employees"}}
FOUNDED = {"founded": {**COUNT, "description": "Year founded"}}
ACME = {"company": "Acme"}


def page(body, dated="", title="Acme"):
    front = f"date: {dated}\n" if dated else ""
    return f"---\ntitle: {title}\n{front}---\n\n# {title}\n\n{body}\n"


def asked(output, name):
    (entry,) = output["basis"]
    return output["content"][name], entry["confidence"], entry["reasoning"]


@pytest.mark.parametrize("processor", ["lite", "base", "core", "pro"])
def test_a_newer_sentence_wins_over_an_older_label(pages, look_up, processor):
    engine = pages(
        a_md=page("CEO: Ada Example", "2021-03-03"),
        b_md=page("Acme makes boxes. The CEO is Bo Sample.", "2024-04-05"),
    )
    value, level, reasoning = asked(look_up(engine, ACME, CEO, processor), "ceo")

    assert value == "Bo Sample"
    assert level != "high"
    if processor in {"core", "pro"}:
        assert "Ada Example" in reasoning
        assert "it is older than 2024-04-05" in reasoning


@pytest.mark.parametrize(
    ("name", "expected"), [("founded", True), ("capital", True), ("ceo", False), ("revenue", False)]
)
def test_what_happened_once_or_hardly_changes_is_not_made_old_by_a_newer_page(name, expected):
    assert lasts(wanted(name, {"type": "integer" if name == "founded" else "string"})) is expected


def test_without_a_day_a_sentence_does_not_win_over_a_label(pages, look_up):
    engine = pages(a_md=page("CEO: Ada Example"), b_md=page("The CEO is Bo Sample.", "2024-04-05"))

    assert asked(look_up(engine, ACME, CEO, "core"), "ceo")[0] == "Ada Example"


@pytest.mark.parametrize("processor", ["lite", "base", "core"])
def test_of_many_editions_the_newest_is_among_those_that_are_read(pages, look_up, processor):
    old = {f"a{n}_md": page("Employees: 100", f"2022-0{n}-01") for n in range(1, 5)}
    engine = pages(**old, z_md=page("Employees: 140", "2024-03-01"))

    # Four that agree outweigh one where all of them are compared.
    expected = 140 if processor != "core" else 100
    assert asked(look_up(engine, ACME, STAFF, processor), "employees")[0] == expected


def test_a_page_about_the_subject_counts_before_one_that_mentions_it(pages, look_up):
    staff = {"employees": {**TEXT, "description": "Number of employees"}}
    engine = pages(
        a_md="# Acme\n\n## Facts\n\n- Employees: 51-200\n",
        b_md="# Acme appoints new head office\n\nAcme, the maker of boxes, today said that it has 38 employees.\n",
    )

    assert asked(look_up(engine, ACME, staff, "core"), "employees")[0] == "51-200"


@pytest.mark.parametrize(
    ("body", "fields", "value", "other"),
    [
        ("Employees: 500\n\nAs of January 2024 Acme has 650 employees.", STAFF, 500, "650"),
        ("Founded: 1990\n\nAcme was founded in 1985.", FOUNDED, 1990, "1985"),
    ],
)
def test_a_page_that_says_otherwise_in_a_sentence_is_not_sure(pages, look_up, body, fields, value, other):  # fmt: skip
    answer, level, reasoning = asked(look_up(pages(a_md=page(body)), ACME, fields), next(iter(fields)))  # fmt: skip

    assert (answer, level) == (value, "medium")
    assert f"Another passage has {other}." in reasoning


@pytest.mark.parametrize(
    "body",
    [
        "Employees: 500\n\nAcme has 500 employees.",
        "Employees: 500\n\nIn 1990 Acme had 80 employees. Sales rose in 2023.",
    ],
)
def test_what_was_before_and_what_agrees_is_no_rival(pages, look_up, body):
    answer, level, reasoning = asked(look_up(pages(a_md=page(body)), ACME, STAFF), "employees")

    assert (answer, level) == (500, "high")
    assert "Another passage" not in reasoning


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1,240", "1,240 people worldwide", True),
        ("1,240 people worldwide", "1,240", True),
        ("240", "1,240 people", False),
        ("1", "1,240", False),
        ("Oslo", "Oslo, Norway", True),
        ("US$1.8 billion", "US$1.8 billion (2023)", True),
        ("US$1.8 billion (2022)", "US$1.8 billion (2023)", False),
        ("Ada", "Adaline", False),
    ],
)
def test_texts_say_the_same_by_whole_words_and_figures(one, other, expected):
    assert same(one, other) is expected
    assert same(other, one) is expected


@pytest.mark.parametrize("fields", [CEO, STAFF])
def test_two_pages_of_three_are_trusted_alike_whatever_they_tell(pages, look_up, fields):
    old, new = "CEO: Ada Example\n\nEmployees: 100", "CEO: Bo Sample\n\nEmployees: 140"
    engine = pages(a_md=page(old), b_md=page(f"{new}\n\nOne."), c_md=page(f"{new}\n\nTwo."))
    value, level, _ = asked(look_up(engine, ACME, fields, "core"), next(iter(fields)))

    assert value in {"Bo Sample", 140}
    assert level == "medium"


def test_a_row_is_quoted_with_the_cell_that_says_what_its_name_is(pages, look_up):
    table = "## Management\n\n| Name | Role | Since |\n|---|---|---|\n| Ada Example | Chief Executive Officer | 2019 |\n| Bo Sample | Chief Financial Officer | 2021 |"
    output = look_up(pages(a_md=page(table)), ACME, CEO)
    said = " ".join(output["basis"][0]["citations"][0]["excerpts"])

    assert output["content"]["ceo"] == "Ada Example"
    assert "Ada Example Chief Executive Officer" in said
    assert "Bo Sample" not in said
