"""How many items a list has, which ones, and from when."""

import pytest

from enrich.research.quantities import one_of, quantity, uncounted

PAGE = """# Acme Ltd

Acme Ltd makes machines.

## Products

- Anvil Press
- Bench Lathe
- Cold Saw
- Drill Stand

## Acquisitions

| Company | Date | Price |
|---|---|---|
| Globex | 2019-05-11 | $2 million |
| Initech | 2023-12-01 | undisclosed |
| Umbra | 2021-09-30 | $4 million |

## Markets

Austria 10%, Belgium 40%, Chad 30%, Denmark 20%
"""
LIST = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("name", "description", "most", "order"),
    [
        ("products", "Top 3 products", 3, ""),
        ("products", "The three main products", 3, ""),
        ("products", "Up to 2 products", 2, ""),
        ("products", "products, max 2", 2, ""),
        ("products", "Products (max. 3)", 3, ""),
        ("products", "Products, 3 at most", 3, ""),
        ("products", "exactly one product", 1, ""),
        ("products", "A single product name", 1, ""),
        ("products", "List two of its products", 2, ""),
        ("products", "Its goods. Give at most 5.", 5, ""),
        ("products", "First 2 products", 2, "first"),
        ("products", "5 largest products", 5, "largest"),
        ("rounds", "The 2 most recent rounds", 2, "latest"),
        ("top_3_products", "", 3, ""),
        ("recent_2_rounds", "", 2, "latest"),
        ("products", "Two-letter codes of its products", None, ""),
        ("products", "Products of the last 3 years", None, ""),
        ("products", "Products, in up to 3 words each", None, ""),
        ("products", "Products sold to the first 100 customers", None, ""),
        ("products", "Goods for up to 4 people", None, ""),
        ("products", "Up to 40 characters each", None, ""),
        ("products", "One of: press, saw", None, ""),
        ("products", "At least 3 products", None, ""),
        ("last_5_years_revenue", "", None, ""),
    ],
)
def test_a_number_of_items_is_told_from_other_numbers(name, description, most, order):
    found = quantity(name, description)

    assert (found.most, found.order) == (most, order)


def test_the_number_of_items_is_no_part_of_what_is_asked():
    assert uncounted("top_3_products", "") == ("products", "")
    assert uncounted("languages", "Up to 10 languages spoken") == ("languages", "languages spoken")
    assert uncounted("largest_3_cities", "") == ("largest_cities", "")


def test_years_within_which_items_are_wanted():
    assert quantity("rounds", "Rounds since 2020").years == range(2020, 10_000)
    assert quantity("rounds", "Rounds before 2020").years == range(2020)
    assert quantity("rounds", "Rounds between 2018 and 2020").years == range(2018, 2021)
    assert quantity("rounds", "Rounds").years is None


def test_one_thing_by_its_day():
    assert one_of("last_acquisition", "") == "latest"
    assert one_of("x", "Name of the first acquisition") == "first"
    assert one_of("first_name", "First name") == ""
    assert one_of("first_team_manager", "") == ""
    assert one_of("last_year", "") == ""


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("products", "Top 3 products", ["Anvil Press", "Bench Lathe", "Cold Saw"]),
        ("top_2_products", "", ["Anvil Press", "Bench Lathe"]),
        ("products", "Products", ["Anvil Press", "Bench Lathe", "Cold Saw", "Drill Stand"]),
        ("products", "Up to 9 products", ["Anvil Press", "Bench Lathe", "Cold Saw", "Drill Stand"]),
        ("products", "The 2 most recent products", []),
        ("products", "Products since 2020", []),
        ("acquisitions", "The 2 most recent companies acquired", ["Initech", "Umbra"]),
        ("acquisitions", "First 2 companies acquired", ["Globex", "Umbra"]),
        ("acquisitions", "Companies acquired since 2020", ["Initech", "Umbra"]),
        ("acquisitions", "Companies acquired before 2021", ["Globex"]),
        ("markets", "Top 2 markets", ["Belgium", "Chad"]),
    ],
)
def test_a_list_has_the_items_that_are_asked_for(pages, look_up, name, description, expected):
    engine = pages(acme_md=PAGE)
    field = {**LIST, "description": description}

    output = look_up(engine, {"company": "Acme Ltd"}, {name: field})

    assert sorted(output["content"][name]) == sorted(expected)


def test_the_latest_stand_first_and_their_days_are_cited(pages, look_up):
    engine = pages(acme_md=PAGE)

    output = look_up(engine, {"company": "Acme Ltd"}, {"recent_2_acquisitions": LIST})

    assert output["content"]["recent_2_acquisitions"] == ["Initech", "Umbra"]
    cited = output["basis"][0]["citations"][0]["excerpts"][-1]
    assert "2023-12-01" in cited
    assert "2021-09-30" in cited


def test_rows_of_objects_are_chosen_alike(pages, look_up):
    engine = pages(acme_md=PAGE)
    items = {
        "type": "object",
        "properties": {"company": {"type": "string"}, "date": {"type": "string"}},
    }

    output = look_up(
        engine,
        {"company": "Acme Ltd"},
        {"recent_1_acquisitions": {"type": "array", "items": items}},
    )

    assert output["content"]["recent_1_acquisitions"] == [
        {"company": "Initech", "date": "2023-12-01"}
    ]


def test_the_one_most_recent_row(pages, look_up):
    engine = pages(acme_md=PAGE)
    fields = {"acquisition": {"type": "string", "description": "Most recent company acquired"}}

    output = look_up(engine, {"company": "Acme Ltd"}, fields)

    assert output["content"] == {"acquisition": "Initech"}
    assert "2023-12-01" in output["basis"][0]["citations"][0]["excerpts"][-1]


LANGUAGES = """# Examplia

- Languages: {}
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("French (official) 90%, declining regional dialects and languages", ["French"]),
        ("Spanish only 93%, indigenous only 1%", ["Spanish"]),
        ("Danish (official), small Sami- and Finnish-speaking minorities", ["Danish", "Sami", "Finnish"]),
        ("isiZulu, Afrikaans, American Sign Language", ["isiZulu", "Afrikaans", "American Sign Language"]),
        ("english, french", ["english", "french"]),
    ],
)  # fmt: skip
def test_a_list_of_languages_names_languages(pages, look_up, said, expected):
    engine = pages(examplia_md=LANGUAGES.format(said))

    output = look_up(engine, {"country": "Examplia"}, {"languages": LIST})

    assert output["content"]["languages"] == expected


def test_what_only_was_is_no_answer(pages, look_up):
    engine = pages(
        examplia_md="# Examplia\n\n- Government type: formerly, republic\n- Capital: Alba\n",
        othria_md="# Othria\n\n- Government type: formerly a kingdom; now a republic\n",
    )
    fields = {"government_type": {"type": "string"}}

    assert look_up(engine, {"country": "Examplia"}, fields)["content"]["government_type"] is None
    assert look_up(engine, {"country": "Othria"}, fields)["content"]["government_type"] is not None
