"""What encyclopaedias say in their first sentences: official names, countries at the borders, capitals that are more."""

import pytest

NULLABLE = {"type": ["string", "null"]}
ASKED = {
    "official_name": NULLABLE | {"description": "Official name of the country in full."},
    "capital": NULLABLE | {"description": "Name of the capital city."},
    "landlocked": {"type": ["boolean", "null"], "description": "Whether the country has no coast."},
    "neighbours": {
        "type": "array", "items": {"type": "string"}, "description": "Countries that share a land border with it.",
    },
}  # fmt: skip


@pytest.fixture
def told(pages, look_up):
    def told(text, field):
        engine = pages(a_txt=f"Murba\n\n{text}\n")
        return look_up(engine, {"country": "Murba"}, {field: ASKED[field]})["content"][field]

    return told


@pytest.mark.parametrize(
    ("text", "official"),
    [
        ("Murba, officially the Free State of Murba, is a country.", "Free State of Murba"),
        ("Murba (Old Murban: Mur; MU), officially known as the Republic of Murba or Mur, is a land.", "Republic of Murba"),
        ("Murba, officially United Murba.", "United Murba"),
        ("Murba borders Verda, officially the Republic of Verda.", None),
        ("Verda, officially the Republic of Verda, lies north of Murba.", None),
        ("Murba was officially opened in Grand Style.", None),
    ],
)  # fmt: skip
def test_the_official_name_is_the_subjects(told, text, official):
    assert told(text, "official_name") == official


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("It borders Chad to the north, Niger to the east, and the Gulf of Guinea to the south.", ["Chad", "Niger"]),
        ("Murba is bordered to the north by Chad; and to the east by Niger and Mali.", ["Chad", "Niger", "Mali"]),
        ("It shares a maritime border with Peru to the east and a land border with Chad.", ["Chad"]),
        ("It is bounded by Chad, with a maritime border with Peru.", ["Chad"]),
        ("It lies in the hills, bordering Chad to the west, while having maritime boundaries with Peru.", ["Chad"]),
        ("The river Mur borders Chad and flows on to Niger.", []),
        ("It sells salt to Chad and Niger.", []),
    ],
)  # fmt: skip
def test_countries_at_the_borders(told, text, countries):
    assert told(f"Murba is a land. {text}", "neighbours") == countries


@pytest.mark.parametrize(
    ("text", "capital"),
    [
        ("Its capital and largest city is Murba la Vela.", "Murba la Vela"),
        ("The capital, largest city and economic centre is Tun.", "Tun"),
        ("Its capital and most populous city, Tun, is a port.", "Tun"),
        ("Its capital and the ports of the east were built by Tun.", None),
    ],
)
def test_a_capital_that_is_more_than_that(told, text, capital):
    assert told(f"Murba is a land. {text}", "capital") == capital


@pytest.mark.parametrize(
    ("text", "landlocked"),
    [
        ("It is bounded to the south by 90 kilometres of coastline.", None),
        ("It is a landlocked country.", True),
    ],
)
def test_a_coast_is_no_sign_of_having_none(told, text, landlocked):
    assert told(f"Murba is a land. {text}", "landlocked") is landlocked
