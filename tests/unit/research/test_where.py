"""Where something is: the town of a head office, a street, a port of registry, a venue, a place of birth."""

import pytest

from enrich.research.aboutness import is_about
from enrich.research.candidates.streets import city_of, coded_town, streets, town_of
from enrich.research.candidates.where import sought
from enrich.research.plaintext import read_markdown, read_text
from enrich.research.question import Question
from enrich.research.wanted import wanted

SEAT = {"Headquarters": "City where the company has its headquarters."}


def schema(fields):
    properties = {n: {"type": "string", "description": d} for n, d in fields.items()}
    closed = {"required": list(fields), "additionalProperties": False}
    return {
        "type": "json",
        "json_schema": {"type": "object", "properties": properties, **closed},
    }


@pytest.fixture
def found(pages):
    """Ask one field of a page about Acme."""

    def ask(body, fields):
        engine = pages(acme_md=f"# Acme\n\nAcme has nine friends. It keeps them well.\n\n{body}\n")
        answer = engine.answer(
            Question(input={"company": "Acme"}, output_schema=schema(fields), processor="base")
        )
        return answer["content"][next(iter(fields))]

    return ask


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("Headquarters", "City where the company has its headquarters.", "seat"),
        ("hq_locality", "Municipality from which the business is run.", "seat"),
        ("Where is it based?", "In which city is the company based?", "seat"),
        ("town", "Town of the main campus, name only.", "town"),
        ("Port of registry", "Port in which the ship is registered", "port"),
        ("Address", "Street address of the restaurant", "street"),
        ("Venue", "Venue at which the event is held.", "venue"),
        ("headquarters_state", "State in which the head office is.", ""),
        ("parent_headquarters", "City of the parent company's headquarters.", ""),
        ("capital", "Capital city of the country.", ""),
        ("largest_city", "The city with the most inhabitants.", ""),
        ("email_address", "E-mail address for bookings.", ""),
        ("venue_city", "City in which the event is held.", ""),
    ],
)
def test_what_is_asked(name, description, expected):
    assert sought(wanted(name, {"type": "string", "description": description})) == expected


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("Storgata 61, 9008 Tromsø, Norway", "Tromsø"),
        ("12 Castle Street, Edinburgh EH2 3AH", "Edinburgh"),
        ("Example House, Otley Road, Ramsgate CT11 9AA", "Ramsgate"),
        ("Unit 9, Mill Road, Leeds LS1", "Leeds"),
        ("500 Main Street, Suite 5, Boise, ID 83702", "Boise"),
        ("500 Main Street, Boise, Idaho", "Boise"),
        ("Level 3, 20 Queen Street, Melbourne VIC 3000, Australia", "Melbourne"),
        ("12 King St W, Toronto, ON M5H 1A1", "Toronto"),
        ("Av. Paulista 1000, 01310-100 São Paulo, Brazil", "São Paulo"),
        ("Nádražní 1208, Turnov, Czech Republic", "Turnov"),
        ("Acme GmbH, Ring 1, 89073 Ulm", "Ulm"),
        ("71 Robinson Road, Singapore", "Singapore"),
        # Whether the second is the county of the first, or the first a part of the second, nothing tells.
        ("3 Mill Lane, Wexham, Norfolk", None),
        ("1 Ring Road, Germany", None),
        ("Denver", None),
    ],
)
def test_the_city_of_an_address(address, city):
    span = city_of(address)

    assert (address[slice(*span)] if span else None) == city


def test_a_place_without_a_street():
    whole = "Otemachi, Chiyoda-ku, Tokyo"

    assert town_of(whole) == (whole.index("Tokyo"), len(whole))
    assert town_of("Galway, Ireland") == (0, 6)
    assert town_of("1 Ring Road, Ulm") is None
    assert town_of("Germany") is None


def test_a_line_that_ends_in_postcode_and_town():
    line = "Acme AG Ring 1 89073 Ulm"

    assert coded_town(line) == (line.index("Ulm"), len(line))
    assert coded_town("Acme sold 4000 tents") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You find us at 14 rue des Trois-Ponts, near the river.", ["14 rue des Trois-Ponts"]),
        ("put down at Via Monte 27, in front", ["Via Monte 27"]),
        ("Burggasse 12, 1070 Wien", ["Burggasse 12"]),
        ("at 41, 3rd Cross, Mill Road, in a bungalow", ["41, 3rd Cross, Mill Road"]),
        ("2217 Mill Way NW, Seattle", ["2217 Mill Way NW"]),
        ("It has 40 tables and opened on 3 May 2019.", []),
        ("The 12 Golden Rules of 1990", []),
    ],
)
def test_streets_with_their_numbers(text, expected):
    assert [c.value for c in streets(text)] == expected


@pytest.mark.parametrize(
    "body",
    [
        "Acme is a Swiss maker of clocks headquartered in Biel.",
        "Based in Biel, the company employs 40 people.",
        "The Biel-based start-up Acme raised 3 million.",
        "The head office is on Ring Road, Biel, the others are in Bern and Chur.",
        "It is led from Biel, where it has its head office in an old mill, and has branches in Bern.",
        "The firm has four offices: Bern, Biel, where we are headquartered, Chur and Basel.",
        "The firm has offices in Bern, Biel (head office) and Basel.",
        "In Biel, where we have had our head office since 1981, we built a house of timber.",
        "Its former headquarters in Bern were sold. The head office is now in Biel.",
        "Acme was based in Bern until 2005. It is now based in Biel.",
        "- **Domicile:** Biel (old airfield)",
        "- **Registered seat and main office:** Biel",
        "- Head office: Acme AG, Bahnhofstrasse 5, 2502 Biel, Switzerland",
        "- European headquarters: Bern\n- Base: Biel",
        "Acme AG  \nBahnhofstrasse 5  \n2502 Biel",
        "**Website:** acme.example · **Head office:** Unit 9, Mill Road, Biel",
    ],
)
@pytest.mark.parametrize("fields", [SEAT, {"base_town": "Town from which the firm is run."}])
def test_where_the_head_office_is(found, body, fields):
    assert found(body, fields) == "Biel"


@pytest.mark.parametrize(
    "body",
    [
        "It succeeded the paper-based Globex Card in 2016.",
        "Paris-based rival Globex was valued at 210 million.",
        "Acme's rival Globex is based in Bern.",
        "Globex, a rival headquartered in Bern, has 30 staff.",
        "Acme is owned by Globex, which has its head office in Bern.",
        "Customers include Globex (Bern) and Initech, based in Chur.",
        "Acme plans to move its headquarters to Basel in 2030.",
        "Acme was based in Bern until 2005.",
        "From our offices in Bern we serve customers.",
        "It is a member of Globex Group, headquartered in Bern.",
        "Bo Sample, who is based in Bern, leads sales.",
        "It opened a second headquarters in Boise.",
        "- Regional headquarters: Bern",
        "- Headquarters: 9-12 September 2026",
        "- Customer base: Bern",
    ],
)
def test_what_is_no_head_office(found, body):
    assert found(body, SEAT) is None


def test_a_head_office_is_a_town_and_its_country_where_that_is_not_left_out(found):
    body = "- Seat: Biel, Switzerland"

    assert found(body, SEAT) == "Biel, Switzerland"
    assert found(body, {"hq": "City only, no country"}) == "Biel"


def test_a_university_is_in_the_town_that_its_page_says(found):
    town = {"town": "Town of main campus, name only, no state or country."}

    assert found("Acme is a public research university in Elk Ridge, Minnesota.", town) == "Elk Ridge"  # fmt: skip
    assert found("Acme is a leader in Retail Robots.", town) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- Flag / port of registry: Malta / Valletta (previously Liberia / Monrovia)", "Valletta"),
        ("- Homeport (registered): Bergen\n- Operating base: Tromsø", "Bergen"),
        ("The tug has been registered at Chester, unlike her sisters.", "Chester"),
        ("Her home port is Ulm; she sails from Bern.", "Ulm"),
        ("She was registered in Nassau until 2010.", None),
        ("- Port of registry: 1997-2014: Nassau, Bahamas", None),
        ("- Port of registry: 2017-present: Valletta, Malta", "Valletta"),
    ],
)
def test_the_port_of_registry(found, body, expected):
    assert found(body, {"Port of registry": "Port in which the ship is registered"}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- Where: 2217 Mill Way NW, Seattle", "2217 Mill Way NW"),
        ("A driver puts you down at Via Monte 27, in front of a shutter.", "Via Monte 27"),
        ("Its cousin runs Globex (1 Ring Road).", None),
        ("We are at 1 Ring Road. Our friends are at 5 Ring Road.", None),
        ("The architect Bo Sample, 5 Ring Road, built it.", None),
        ("- Name: Acme", None),
    ],
)
def test_a_street_address(found, body, expected):
    assert found(body, {"Address": "Street address of the restaurant"}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- Held at: Example Convention Hall", "Example Convention Hall"),
        ("- Next event: 9-12 September 2026", None),
        ("- Location: Ulm, Germany\n- Site: Messe Ulm-Süd", "Messe Ulm-Süd"),
        ("The fair is held at the Example Expo Centre, ten minutes away.", "Example Expo Centre"),
        ("Ulm, 12-14 November 2025, Donau Hallen", "Donau Hallen"),
        ("It moved here from the Old Exhibition Grounds.", None),
        ("A dinner at the Grand Hotel closes the fair.", None),
        ("The next edition will be held in Ulm from 3 to 5 May 2027.", None),
    ],
)  # fmt: skip
def test_a_venue(found, body, expected):
    assert found(body, {"Venue": "Venue at which the event is held."}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- *: 23.08.1968, Ulm (D)", None),
        ("- Born: Chur, Norway", "Chur, Norway"),
        ("She came into the world in Ulm on 2 November 1938.", "Ulm"),
        ("She lives and works in Ulm.", None),
    ],
)
def test_a_place_of_birth(found, body, expected):
    fields = {"Native_Town": "Locality where the individual was born."}

    assert found(body, {"Place of birth": "Where she was born"}) == expected
    assert found(body, fields) in {expected, "Chur"}


def test_parts_between_marks_have_labels_of_their_own():
    line = "Phone: 12 34 56 · Head office: Ulm · Open daily"
    document = read_text(f"Acme\n\n{line}\n", url="file:///a.txt", name="a", sha256="x")
    told = [(s.label, document.text[s.start : s.end]) for s in document.segments]

    assert told == [("Phone", "12 34 56"), ("Head office", "Ulm"), ("", "Open daily")]


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        ("MEMO\n\nSubject: AcmeWorks Ltd\n\nAcmeWorks makes tents in Ulm.\n", "AcmeWorks", True),
        ("MEMO\n\nSubject: Globex Ltd\n\nAcme makes tents. Globex buys them.\n", "Acme", False),
        ("ACMEWORKS - FACTS\n\nAcmeWorks is big. AcmeWorks is old.\n", "AcmeWorks", True),
    ],
)
def test_a_document_is_about_what_its_subject_line_says(body, name, expected):
    document = read_markdown(body, url="file:///a.md", name="a", sha256="x")

    assert is_about(document, name) is expected


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("Headquarters: Ulm , Illinois , U.S.", "Ulm , Illinois , U.S."),
        ("Headquarters: Ulm, Ohio, United States", "Ulm, Ohio, United States"),
        ("Headquarters: Ulm, Bavaria; Bern", "Ulm"),
    ],
)
def test_a_seat_is_given_with_its_state_and_its_land(found, line, whole):
    assert found(line, {"headquarters": "Where the company has its headquarters."}) == whole
