"""Lists that a page gives in other words than the question's, and what is none of them."""

from __future__ import annotations

import pytest

from enrich.research.candidates.lists import list_spans, parted_spans
from enrich.research.candidates.weekdays import says_when, weekday_candidates
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.itemsorts import are_other_things, sort_of_items
from enrich.research.reading import Element
from enrich.research.wanted import wanted


def _items(text, spans):
    return [text[a:b] for a, b in spans]


def _wanted(name, description=""):
    return wanted(name, {"type": "array", "items": {"type": "string"}, "description": description})


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("tax, oil and gas, banking and arbitration", ["tax", "oil and gas", "banking", "arbitration"]),
        ("Arts and Letters, Law and Trade, and Medicine", ["Arts and Letters", "Law and Trade", "Medicine"]),
        ("pumps, valves and seals. Seals are new.", ["pumps", "valves", "seals"]),
    ],
)  # fmt: skip
def test_an_item_keeps_an_and_of_its_own(text, items):
    assert _items(text, parted_spans(text)) == items


def test_a_single_small_word_between_semicolons_is_an_item():
    text = "Linux; FreeBSD; illumos"

    assert _items(text, list_spans(text)) == ["Linux", "FreeBSD", "illumos"]


def test_a_small_remark_among_names_is_no_item():
    text = "Linux, FreeBSD, several older systems"

    assert _items(text, list_spans(text)) == ["Linux", "FreeBSD"]


def test_what_ends_with_a_word_of_time_is_no_item():
    text = "Ada Example retired in 2009; Bo Sample died in 2016."

    assert list_spans(text) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon", ["Monday"]),
        ("Sundays and Mondays", ["Sunday", "Monday"]),
        ("Sat-Mon", ["Saturday", "Sunday", "Monday"]),
        ("Monet and sundries", []),
    ],
)
def test_days_have_their_full_names(text, days):
    assert [c.value for c in weekday_candidates(text)] == days


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Closed Mon; also two weeks in January", True),
        ("Open Tuesday to Sunday", False),
        ("Lunch: Tuesday to Friday", False),
        ("Rest day: Sunday", True),
    ],
)
def test_days_of_rest_are_no_days_of_opening(text, told):
    closed = _wanted("closed_on", "Days of the week on which the house is closed")

    assert says_when(closed, text) is told


@pytest.mark.parametrize(
    ("name", "description", "sort"),
    [
        ("closed_on", "Days of the week on which it is closed", "days"),
        ("markets", "Countries in which the chain has stores", "countries"),
        ("founders", "Names of the founders", "people"),
        ("languages", "Languages that the person speaks", "languages"),
        ("products", "Products that are sold in the country", ""),
    ],
)
def test_a_question_says_what_its_items_are(name, description, sort):
    assert sort_of_items(_wanted(name, description)) == sort


@pytest.fixture
def meaning(tmp_path):
    """Make an engine with the embedding over files given by name and content."""
    engines = []

    def make(**files):
        for name, content in files.items():
            stem, _, ending = name.rpartition("_")
            (tmp_path / f"{stem}.{ending}").write_text(content)
        engines.append(ResearchEngine(ResearchSettings(corpus=(tmp_path,))))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


A = {"type": "array", "items": {"type": "string"}}
CASES = [
    (  # a list in prose behind what counts it
        "Acme works in four fields: tax, oil and gas, public procurement and arbitration.",
        "practice_areas", "Main fields of law in which the firm works",
        ["tax", "oil and gas", "public procurement", "arbitration"],
    ),
    (  # countries with counts, and one that was given up
        "Acme runs shops in three countries. At the end of the year there were 121 shops in Norway, 39 in Sweden and 18 in Finland. The shops in Denmark were closed in 2014.",
        "countries", "Countries in which the chain has shops at present",
        ["Norway", "Sweden", "Finland"],
    ),
    (  # days as people write them
        "Acme is a bakery.\n\n**Hours:** Wed-Sun 8 am to 6 pm. Closed Mon and Tue.",
        "closed_on", "Days of the week on which the bakery is closed",
        ["Monday", "Tuesday"],
    ),
    (  # whoever is named with a role is one, and the role is none
        'Acme was founded in 2016 by Ada Example and Bo Sample.\n\n"Cold is hard," said Bo Sample, Co-Founder and Chief Executive Officer of Acme.',
        "founders", "Names of the founders",
        ["Ada Example", "Bo Sample"],
    ),
    (  # a column of systems
        "Acme is a viewer.\n\n## Getting it\n\n| Operating system | Package | Size |\n|---|---|---|\n| Linux | Flatpak | 22 MB |\n| Windows | MSI | 19 MB |\n| Haiku | HPKG | 17 MB |",
        "operating_systems", "Operating systems on which the software runs",
        ["Linux", "Windows", "Haiku"],
    ),
    (  # bullets under a heading in other words
        "Acme is a law firm.\n\n## What we do\n\n- Water law\n- Real estate\n- Construction\n- Employment",
        "practice_areas", "Main practice areas of the firm",
        ["Water law", "Real estate", "Construction", "Employment"],
    ),
    (  # a table of the subject's likes
        "Acme is a chain of shops.\n\n## Chains, 2024\n\n| Chain | Shops | Sales |\n|---|---|---|\n| Globex | 256 | 9.3 |\n| Acme | 178 | 6.9 |\n| Initech | 90 | 2.1 |",
        "countries", "Countries in which the chain has shops", [],
    ),
    (  # items of another sort
        "Acme is a law firm. It has offices in Leeds, Bristol and Dublin.",
        "founders", "Names of the founders", [],
    ),
    (  # days of opening
        "Acme is a bakery, open from Wednesday to Friday.",
        "closed_on", "Days of the week on which the bakery is closed", [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "description", "items"), CASES)
def test_a_list_is_found_in_other_words(meaning, look_up, text, name, description, items):
    engine = meaning(acme_md=f"# Acme\n\n{text}\n")

    output = look_up(engine, {"company": "Acme"}, {name: A | {"description": description}})

    assert output["content"] == {name: items}


def test_a_home_country_is_not_the_list_of_countries(meaning, look_up):
    engine = meaning(
        acme_md="# Acme\n\nAcme sells chairs.\n",
        index_md="# Chains\n\n| Chain | Home country | Shops |\n|---|---|---|\n| Acme | Norway | 3 |\n| Globex | Spain | 4 |\n",
    )
    asked = A | {"description": "Countries in which the chain has shops"}

    output = look_up(engine, {"company": "Acme"}, {"countries": asked})

    assert output["content"] == {"countries": []}


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("export_destinations", "Countries to which most exports go"),
        ("who_sells_to_them", "Countries that most imports come from"),
        ("contiguous_states", "States that adjoin it"),
    ],
)
def test_countries_are_neither_what_borders_on_it_nor_anything_else(
    meaning, look_up, name, description
):
    text = (
        "Ruritania is a country in Europe. The contiguous states of the union are the mainland, the islands and a "
        "valley in the south. It is bordered by Poland to the north, Austria to the south and Italy to the west.\n\n"
        "International organizations: UN, WTO, FAO, ICAO"
    )
    asked = {name: {"type": "array", "items": {"type": "string"}, "description": description}}

    engine = meaning(page_md=f"# Ruritania\n\n{text}\n")

    assert look_up(engine, {"country": "Ruritania"}, asked)["content"][name] == []


@pytest.mark.parametrize(
    ("name", "description", "items", "other"),
    [
        ("markets", "Markets that it serves", ["automotive", "food"], False),  # these are no countries
        ("export_markets", "Countries that it sells to", ["automotive", "food"], True),
        ("adjoining_nations", "", ["UN", "WTO", "FAO"], True),
        ("adjoining_nations", "", ["Chad", "Niger", "the Sahara"], False),
    ],
)  # fmt: skip
def test_what_is_no_country_is_other_than_asked_where_countries_are(
    name, description, items, other
):
    found = [Element(value=item, start=0, end=0) for item in items]

    assert are_other_things(_wanted(name, description), found, named=False) is other
