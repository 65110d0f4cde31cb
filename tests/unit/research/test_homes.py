"""Where somebody lives now, and which county, district or province a place lies in."""

import pytest

from enrich.research.candidates.homes import asked_districts, homes, unit_beside, unit_told
from enrich.research.candidates.where import sought
from enrich.research.wanted import wanted


def field(name, description):
    return wanted(name, {"type": ["string", "null"], "description": description})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She now lives in Ulm with her husband.", "Ulm"),
        ("Since this spring he has been living in Ulm, in an old flat.", "Ulm"),
        ("Since her retirement her home has been St Andrews.", "St Andrews"),
        ("She took up a chair in Ulm, the city in which she makes her home.", "Ulm"),
        ("From Bern he moved last year to Ulm, where he lives in a terraced house.", "Ulm"),
        ("She moved to Ulm in 2021 and swims every morning.", "Ulm"),
        ("She taught in Ulm for twenty years, during which she lived in Bern.", None),
        ("She moved to Ulm in 2001 but later left for Bern.", None),
        ("His brother lives in Ulm.", None),
        ("It lives in rivers.", None),
    ],
)
def test_a_sentence_says_where_somebody_lives(text, expected):
    assert next((c.value for c, _ in homes(text)), None) == expected


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("author_lives_in", "Town or city where the author lives now.", "home"),
        ("writer_residence", "Present place of residence of the person who wrote it.", "home"),
        ("residents", "How many people live in the town.", ""),
        ("birthplace", "Town where the author was born.", ""),
    ],
)
def test_it_is_asked_where_somebody_lives(name, description, expected):
    assert sought(field(name, description)) == expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("The district or county to which it belongs.", {"district", "county"}),
        ("Within which province does it lie?", {"province"}),
        ("Number of districts of the city.", set()),
        ("Capital of the province in which it lies.", set()),
    ],
)
def test_a_district_is_asked_for(description, expected):
    assert asked_districts(field("adm2", description)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("state", {"state"}),
        ("billing_state", {"state"}),
        ("province", {"province"}),
        ("formal_long_form_of_state", set()),
        ("chief_of_state", set()),
        ("state_of_matter", set()),
    ],
)
def test_the_state_of_an_address_is_asked_for_without_a_verb(name, expected):
    assert asked_districts(field(name, "")) == expected


@pytest.mark.parametrize(
    ("units", "label", "text", "expected"),
    [
        ({"district"}, "District", "Ulm", "Ulm"),
        ({"district"}, "State / District", "Upper Swabia / Ulm", "Ulm"),
        ({"county"}, "Powiat", "Ulm County", "Ulm County"),
        ({"district"}, "District court", "Bern", None),
        ({"county"}, "State", "Ohio", None),
    ],
)
def test_a_district_stands_beside_its_kind(units, label, text, expected):
    found = unit_beside(frozenset(units), label, text)
    assert (found.value if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme is a town in the district of Ulm.", ["Ulm"]),
        ("It is the second largest city in Ulm County.", ["Ulm"]),
        ("Buses go to the neighbouring Bern County.", []),
    ],
)
def test_a_sentence_says_in_which_district_something_lies(text, expected):
    assert [c.value for c in unit_told(text, frozenset())] == expected


def test_pages_tell_where_it_lies_and_who_lives_where(pages, look_up):
    engine = pages(acme_md="# Acme\n\nAcme lies in Ulm County. The poet Bo Case lives in Bern.\n")
    asked = {
        "county": {"type": ["string", "null"], "description": "The county to which it belongs."},
        "home": {"type": ["string", "null"], "description": "Town where the poet lives now."},
    }
    assert look_up(engine, {"place": "Acme"}, asked)["content"] == {"county": "Ulm", "home": "Bern"}
