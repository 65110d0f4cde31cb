"""Who makes, publishes, runs, represents or backs a thing, who stands at its head, and by what code it is listed."""

import pytest

from enrich.research.candidates.offices import offices
from enrich.research.candidates.persons import holders, is_entry
from enrich.research.candidates.relations import RELATIONS, related, relation
from enrich.research.identifiers import sort_asked
from enrich.research.wanted import wanted

ACME = frozenset({"acme"})


def field(name, description):
    return wanted(name, {"type": ["string", "null"], "description": description})


def text(description):
    return {"type": ["string", "null"], "description": description}


def bond(name, description):
    found = relation(field(name, description))
    return next((key for key, known in RELATIONS.items() if known is found), "")


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("Manufacturer", "Legal manufacturer of it.", "maker"),
        ("mfr", "manufacturer; company name incl. legal form if given", "maker"),
        ("developer", "Name of the company or studio that develops it.", "maker"),
        ("who_makes_it", "Which company produces this (not who resells it)?", "maker"),
        # Who made a part of it is another question.
        ("turbine_maker", "Manufacturer of the turbines.", ""),
        ("publishing_house", "Name of the house that brings out the English text.", "publisher"),
        ("agent", "agent or agency name; not publicist, editor or the publisher's staff", "agent"),
        ("anchor_investor", "Anchor investor (limited partner) of the latest fund.", "anchor"),
        ("Who runs it", "Which company runs it today?", "operator"),
        ("opco", "Name of the current operating company, with legal form if given.", "operator"),
        ("plant_manager", "What is the name of the person who manages this plant?", ""),
    ],
)
def test_a_relation_is_known_by_what_is_asked(name, description, expected):
    assert bond(name, description) == expected


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("mp", "Current managing partner, full name without titles.", ("managing-partner",)),
        ("who_runs_it", "Who is currently the elected leader of the town?", ("mayor",)),
        ("site_head", "Person in charge of this plant. Not the chief executive.", ("plant-manager",)),
        # A company is asked for, or one who stands in.
        ("Who runs it", "Which company runs the plant today?", ()),
        ("vice_head", "Person appointed to stand in for the political head of the town.", ()),
        ("who_is_second", "Who is second in command of the town?", ()),
    ],
)  # fmt: skip
def test_an_office_is_known_by_what_is_asked(name, description, expected):
    assert offices(field(name, description)) == expected


@pytest.mark.parametrize(
    ("which", "passage", "expected"),
    [
        ("operator", "Acme is run by Globex Energie GmbH, which employs 64 people.", "Globex Energie GmbH"),
        ("operator", "Globex hf. operates the plant.", "Globex hf."),
        ("operator", '"It works," said Bo Case, chief executive of Globex Ltd, which operates it.', "Globex Ltd"),
        ("maker", "Acme is developed and made by the Swedish company Globex AB.", "Globex AB"),
        ("maker", "It is the work of Globex AS, a Norwegian company.", "Globex AS"),
        ("maker", "Manufactured by Globex S.p.A.", "Globex S.p.A."),
        ("maker", '"It talks," says Bo Case, who today heads Globex, Lda., the 60-strong company behind it.', "Globex, Lda."),
        ("maker", "Ulm, 6 February 2024 - Globex Ltd, the Irish maker of pumps, has opened a works.", "Globex Ltd"),
        ("maker", "Its shares are held by Globex Medical, which makes the crystals.", None),
        ("maker", "Acme competes with Globex, a Danish maker of pumps.", None),
        ("publisher", '"Acme", which Globex Press published on 9 May 2021, sold well.', "Globex Press"),
        ("publisher", '"People liked it," says the publisher, Bo Case, who edited it.', None),
        ("anchor", "Its cornerstone investor is the Globex Fund; some families make up the rest.", "Globex Fund"),
        ("anchor", "The anchor commitment, US$100 million, came from Kenya's Globex Pension Trust.", "Globex Pension Trust"),
        ("anchor", "Globex Insurance was the largest limited partner, contributing 45 million.", "Globex Insurance"),
        ("anchor", "Globex Ventures led the round in May.", None),
        ("agent", "The author is represented by Globex Literary Agency.", "Globex Literary Agency"),
        ("agent", "The author, Bo Case, lives in Ulm.", None),
    ],
)  # fmt: skip
def test_a_relation_is_told_in_a_sentence(which, passage, expected):
    found = [c.value for c in related(passage, RELATIONS[which], ACME)]
    assert found[:1] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("passage", "asked", "expected"),
    [
        ("Ada Example of the Green Party has been mayor since October 2023.", "mayor", ["Ada Example"]),
        ("The mayor (burmistrz) is Ada Example, an engineer.", "mayor", ["Ada Example"]),
        ("She won the run-off against Bo Case, mayor from 2010.", "mayor", []),
        (
            "Dr. Ada Example, who ran network planning at a liner company before the firm, has been our sole Managing Partner since 2021.",
            "managing-partner",
            ["Dr. Ada Example"],
        ),
    ],
)  # fmt: skip
def test_who_holds_an_office_now(passage, asked, expected):
    assert [c.value for c in holders(passage, (asked,), ACME)] == expected


def test_a_line_about_another_place_names_its_mayor():
    assert is_entry("Ulm: 1,415 inhabitants, mayor Bo Case", ("mayor",), ACME)
    assert not is_entry("Council: 12 members, mayor Bo Case", ("mayor",), ACME)
    assert not is_entry("Acme: 1,415 inhabitants, mayor Bo Case", ("mayor",), ACME)


def test_nobody_is_an_agent_because_he_wrote_it(pages, look_up):
    page = "# Acme\n\nMain author: Ada Example\n\nPublisher: Globex Press\n"
    agent = text("Name of the literary agent or agency who represents the author.")
    content = look_up(pages(acme_md=page), {"title": "Acme"}, {"agent": agent})["content"]
    assert content == {"agent": None}


def test_the_publisher_of_a_library_record_stands_behind_its_place(pages, look_up):
    page = "# Acme\n\n- Imprint: Ulm : Globex University Press, 2014\n"
    publisher = text("Publisher (imprint) of the book.")
    content = look_up(pages(acme_md=page), {"title": "Acme"}, {"publisher": publisher})["content"]
    assert content == {"publisher": "Globex University Press"}


PART = text("Manufacturer's catalogue number (REF) of the device.")
LISTED = text("Identification code of the plant in an energy register or grid code list.")
ISBN = text("ISBN-13 of the English hardback.")


@pytest.mark.parametrize(
    ("lines", "name", "asked", "expected"),
    [
        ("- Catalogue number: VF300-EU-02", "ref_no", PART, "VF300-EU-02"),
        ("- REF: SA-2200; UDI-DI 08051234022007", "ref_no", PART, "SA-2200"),
        ("Its REF number is 10-4471; the handset is listed separately as 10-4480.", "ref_no", PART, "10-4471"),
        ("- Item no.: DX-30551\n- Maker's reference: OV-118-B", "ref_no", PART, "OV-118-B"),
        ("- Our item no.: DX-30551", "ref_no", PART, None),
        ("- Grid unit code: UP_ULM_1", "register_code", LISTED, "UP_ULM_1"),
        ("The balancing unit is E_ULM-1. The solar farm beside it is E_SOL-1.", "register_code", LISTED, "E_ULM-1"),
        ("- Reactor model: GLOBEX-6", "register_code", LISTED, None),
        ("- Company register: HRB-44120", "register_code", LISTED, None),
        ("- ISBN: 978-1-914981-06-7\n- Ebook ISBN: 978-1-914981-07-4", "isbn", ISBN, "978-1-914981-06-7"),
        ("- ISBN of the paperback: 9781910463710\n- ISBN of the hardback: 9781910463574", "isbn", ISBN, "9781910463574"),
        ("A hardback of 160 pages (9781838075316, now 14 pounds).", "isbn", ISBN, "9781838075316"),
        ("Call +44 1838 075 316 for a copy.", "isbn", ISBN, None),
    ],
)  # fmt: skip
def test_a_code_is_known_by_its_shape_beside_its_name(pages, look_up, lines, name, asked, expected):
    engine = pages(acme_md=f"# Acme\n\n{lines}\n")
    assert look_up(engine, {"name": "Acme"}, {name: asked})["content"] == {name: expected}


def test_a_register_code_of_a_company_is_its_number():
    assert sort_asked("registry code", "Code of the company in the company register") is not (
        sort_asked("register code", LISTED["description"])
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Ulm Field (IATA: ULM, ICAO: EDUL) lies by the Danube.", "ULM"),
        ("- Codes: ULM (IATA), EDUL (ICAO)", "ULM"),
        ("Its IATA code ULM is painted on the roof.", "ULM"),
        ("The field is listed by the ICAO as EDUL, and has no IATA code yet.", None),
        ("The USA and the IATA met here.", None),
    ],
)
def test_a_code_stands_beside_the_initials_of_its_register(pages, look_up, line, code):
    engine = pages(a_md=f"# Ulm Field\n\n{line}\n")
    asked = {"IATA code": text("The airport's IATA code.")}

    assert look_up(engine, {"airport": "Ulm Field"}, asked)["content"] == {"IATA code": code}


@pytest.mark.parametrize(
    ("description", "founded"),
    [
        ("Date of foundation (YYYY-MM-DD if the full date is stated, otherwise the year).", "1926"),
        ("Date of foundation, YYYY-MM-DD.", None),
    ],
)
def test_a_year_is_a_date_where_the_question_says_that_it_will_do(
    pages, look_up, description, founded
):
    engine = pages(a_md="# Acme\n\n- Club founded: 1926 (football taken up in 1931)\n")

    assert look_up(engine, {"club": "Acme"}, {"Founded": text(description)})["content"] == {"Founded": founded}  # fmt: skip
