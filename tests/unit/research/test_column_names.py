"""Names of columns that say nothing of what is asked; and names in full, which must be the subject's own."""

import pytest

from enrich.research.wanted import is_vague, wanted

COAST = {"type": ["boolean", "null"], "description": "Whether it has a coast."}
FULL = {"type": ["string", "null"], "description": "Full formal name of the state."}


@pytest.mark.parametrize(
    "name", ["flag_9", "flag3", "bool_1", "metric 2", "value3", "cf_17", "Field 12", "date_16", "x"]
)
def test_a_numbered_column_asks_by_its_description(name):
    assert wanted(name, COAST).topic == wanted("value", COAST).topic


@pytest.mark.parametrize(
    "label", ["co2", "address 2", "phone2", "year 2020", "top 10", "national flag", "name"]
)
def test_a_name_that_says_something_is_not_vague(label):
    assert not is_vague(label)


def test_a_full_name_is_not_any_name_of_a_sentence(pages, look_up):
    engine = pages(dilmun_md="# Dilmun\n\nIt became a full state of the Magan Union in 1990.\n")

    found = look_up(engine, {"country": "Dilmun"}, {"full_state_name": FULL})

    assert found["content"] == {"full_state_name": None}
