"""Owners by shares that make a whole; items that have their country behind them; whose seat is told."""

import pytest

from enrich.research.candidates.lists import list_spans, without_lands
from enrich.research.candidates.persons import is_entry
from enrich.research.candidates.seats import told
from enrich.research.identifiers import sort_asked
from enrich.research.wanted import wanted

OWNERS = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Owners of the plant today; names only.",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It belongs jointly to Acme AG, with 60 percent, and Globex SE, which took the remaining 40 percent from Initech in 2015.",
            ["Acme AG", "Globex SE"],
        ),
        (
            "Acme hf. has two thirds; the Municipality of Bern and the Town of Ulm own one sixth each.",
            ["Acme hf.", "Municipality of Bern", "Town of Ulm"],
        ),
        (
            "The then owner, Initech, sold out in 2018. Since then it has been held in equal parts by Acme Holdings and the Globex Trust.",
            ["Acme Holdings", "Globex Trust"],
        ),
        # What does not make a whole is not all, or not of the same thing.
        ("Acme AG, with 60 percent, is the largest; Globex SE has 15 percent.", []),
        ("Acme AG holds 60 percent of the market and Globex SE holds 70 percent of the mill.", []),
    ],
)
def test_owners_are_those_whose_shares_make_a_whole(pages, look_up, text, expected):
    engine = pages(ulm_md=f"# Ulm Power Plant\n\n{text}\n")
    found = look_up(engine, {"plant": "Ulm Power Plant"}, {"owner_list": OWNERS})["content"]
    assert found == {"owner_list": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ulm, Germany", ["Ulm"]),
        ("Ulm, Germany, Bern, Switzerland", ["Ulm", "Bern"]),
        ("Germany, Switzerland", ["Germany", "Switzerland"]),
        ("Ulm, Bern, Austria", ["Ulm", "Bern", "Austria"]),
    ],
)
def test_the_country_of_each_item_is_no_item(text, expected):
    assert [text[a:b] for a, b in without_lands(text, list_spans(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme Partners, the Ulm-headquartered investor, has wrapped up its fund.", "Ulm"),
        ("The firm directs its operations from Ulm and has had staff in Bern since 2019.", "Ulm"),
        ("Globex Partners, the Ulm-based investor, has invested in Acme Partners.", None),
    ],
)
def test_a_seat_is_told_of_the_subject(text, expected):
    seat = wanted("hq", {"type": "string", "description": "City of the firm's head office."})
    found = [c.value for c, _ in told(seat, text, frozenset({"acme partners"}))]
    assert found[:1] == ([expected] if expected else [])


def test_a_column_of_details_is_no_other_thing():
    assert not is_entry(
        "Detail: Ada Example, since 2019", ("general-manager",), frozenset({"acme"})
    )


def test_the_register_of_firms_has_numbers_of_its_own():
    official = sort_asked("official id", "Code under which the plant is listed with a grid.")
    firms = sort_asked("legal entity id", "Official identifier given to the firm by the registry.")
    assert official is not None
    assert firms is not official
