"""What stands in boxes about other things, and which of a page's addresses and telephone lines is meant."""

import pytest

from enrich.research.candidates.strings import phone_candidates
from enrich.research.elsewhere import is_elsewhere, opens_elsewhere
from enrich.research.kinds import value_kind

TEXT = {"type": ["string", "null"]}


@pytest.fixture
def told(pages, look_up):
    """Answer one question from a page about Acme."""

    def tell(page, name, description, **field):
        field = {**TEXT, **field, "description": description}
        engine = pages(page_md=f"# Acme\n\n{page}\n")
        return look_up(engine, {"company": "Acme"}, {name: field})["content"][name]

    return tell


@pytest.mark.parametrize(
    "heading",
    [
        "On the same table", "From the same maker", "Near this on the shelf", "Nearby", "Nearby plants", "The neighbours",
        "Neighbours in the trade", "In other news", "Most read", "Read next", "Next week", "NEXT OPPONENT", "Also reviewed",
        "More by Globex", "From the portfolio",
    ],
)  # fmt: skip
def test_headings_over_other_things(heading):
    assert is_elsewhere(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "In the same year", "At the same time", "Next edition", "Next steps", "More about us", "Also known as", "Most popular plan",
        "From the founder", "Nearly new", "Best sellers", "Plans compared",
    ],
)  # fmt: skip
def test_headings_of_its_own(heading):
    assert not is_elsewhere(heading)


@pytest.mark.parametrize(
    ("sentence", "another"),
    [
        ("Our other works, Globex (founded in 1950), has 90 staff.", True),
        ("Its sister Globex Two was built in 1960.", True),
        ("The neighbouring Globex tower has 30 floors.", True),
        ("Our other offices are in Ulm.", False),
        ("The other two were built in 1960.", False),
        ("The sisters sold it in 1960.", False),
    ],
)
def test_a_sentence_opens_with_another_of_its_sort(sentence, another):
    assert opens_elsewhere(sentence) is another


@pytest.mark.parametrize(
    ("name", "description", "value"),
    [
        ("nearby_hotel", "Name of the hotel nearby.", "Hotel Globex"),
        ("year_opened", "Year in which the hotel was opened.", None),
    ],
)
def test_what_is_near_is_read_only_where_it_is_asked(told, name, description, value):
    page = "## Nearby hotels\n\n- Hotel: Hotel Globex\n- Year opened: 1901\n"
    assert told(page, name, description) == value


RIGHTS = "E-mail address for questions of rights (translation, permissions)."
SUPPORT = "E-mail address at which customers get help."


@pytest.mark.parametrize(
    ("page", "description", "address"),
    [
        ("Publicity: Ada Example, ada@acme.example\n\nForeign rights: bo@acme.example", RIGHTS, "bo@acme.example"),
        ("If you want to reprint it: permissions@acme.example. Orders: trade@acme.example.", RIGHTS, "permissions@acme.example"),
        ("Press: press@acme.example\n\nOrders: orders@acme.example", RIGHTS, None),
        ("To unsubscribe or to send us news: newsdesk@globex.example", RIGHTS, None),
        ("Write to us at care@acme.example. Tenders go to buying@acme.example.", SUPPORT, "care@acme.example"),
        ("Comments on this review: reviews@globex.example", SUPPORT, None),
        ("Corrections: editor@globex.example", "General contact e-mail address.", None),
        ("Anyone may write to post@acme.example. Corrections: editor@globex.example", "General contact e-mail address.", "post@acme.example"),
    ],
)  # fmt: skip
def test_an_address_serves_what_is_asked_and_the_publishers_serves_nobody_else(
    told, page, description, address
):
    assert told(page, "contact_mail", description) == address


def test_words_that_are_left_out_ask_for_nothing(told):
    page = "Press: press@acme.example\n\nHelp desk: it@acme.example"
    asked = "Mailbox for those who need help; press and sales boxes excluded."
    assert told(page, "helpdesk_contact", asked) == "it@acme.example"


@pytest.mark.parametrize(
    ("name", "description", "kind"),
    [
        ("supp_mail", "address in lower case, name@domain; customers only", "email"),
        ("rights_mail", "address only; the rights desk", "email"),
        ("E-mail for enquiries", "What is the firm's contact?", "email"),
        ("mail_volume", "Letters a day that are handled", None),
    ],
)
def test_addresses_are_asked_for_in_other_words(name, description, kind):
    found = value_kind(name, "string", description, closed=False)
    assert (found == "email") is (kind == "email")


def test_a_postal_code_is_no_telephone_number():
    text = "Largo 1, 3650-118 Vila Exemplo; telephone +351 232 555 140."
    assert [c.value for c in phone_candidates(text)] == ["+351 232 555 140"]
    assert [c.value for c in phone_candidates("Call 555-0142 or 5550-142.")] == [
        "555-0142",
        "5550-142",
    ]


MAIN = "Main telephone number of the office."


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("- Exchange: +39 0742 555 310\n- Local police: +39 0742 555 318\n", "+39 0742 555 310"),
        ("- Tourist desk: +39 0742 555 318\n", None),
    ],
)
def test_the_main_line_is_no_line_of_another_office(told, page, number):
    assert told(page, "phone", MAIN) == number
