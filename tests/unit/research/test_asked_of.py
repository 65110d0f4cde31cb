"""What a question is asked of is no part of what is asked; nor are a part of the thing, a row's year and the page's own dates."""

import pytest

from enrich.research.asked_of import bare, nouns
from enrich.research.codes import code_shape
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question
from enrich.research.wanted import wanted

AIRPORT = """# Exampleton Airport

Exampleton Airport is operated by Acme Airports AS, which took it over in 2012.
About 140 of the 1,100 people who work at the airport are its own employees.
It was opened to civil traffic on 3 July 1958.
The present terminal, which replaced two sheds, was opened on 22 October 2009.

## Traffic

| Year | Travellers | Freight (tonnes) |
|---|---|---|
| 2025 | 1,458,920 | 1,204 |
"""
CLUB = """# Acme Harriers

Visited: Saturday 19 October 2024

The harriers play in red.

Attendance: 326
"""
FAME = """# Globex Harriers

Attendance: 326

Record attendance: 4,021
"""
CLUBS = """# Clubs

| Club | Country |
|---|---|
| Acme Harriers | Norway |
| Globex Harriers | Wales |
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("pages")
    for name, text in {"airport": AIRPORT, "club": CLUB, "fame": FAME, "clubs": CLUBS}.items():
        (folder / f"{name}.md").write_text(text)
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))

    def ask(given, name, form, text):
        schema = {"type": "object", "properties": {name: {"type": form, "description": text}}}
        asked = Question(input=given, output_schema={"type": "json", "json_schema": schema}, processor="base")  # fmt: skip
        return engine.answer(asked)["content"][name]

    yield ask
    engine.close()


def test_the_nouns_of_a_thing_are_those_of_its_key_and_name():
    assert nouns("hotel_name", "Grand Example Inn") == {"hotel", "grand", "example"}
    assert nouns("name", "Exampleton Airport") == {"exampleton", "airport"}
    assert nouns("country", "Kenya") == {"kenya"}
    assert nouns("company", "Acme") == {"acme"}
    assert nouns("name", "Acme", {"ferry", "country"}) == {"acme", "ferry"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Number of parking spaces at the airport.", "Number of parking spaces."),
        ("Name of the airport's director or manager.", "Name of director or manager."),
        ("Whether the airport owns its terminal", "Whether it owns its terminal"),
        ("What are the airport colours?", "What are the colours?"),
        ("Distance to the next airport", "Distance to the next airport"),
        ("Airport", "Airport"),
    ],
)
def test_a_question_is_bare_of_what_it_is_asked_of(said, expected):
    assert bare(said, {"airport"}) == expected


HERE = {"airport": "Exampleton Airport"}


@pytest.mark.parametrize(
    ("given", "name", "form", "text", "expected"),
    [
        # A sentence with the thing's own noun does not speak of everything that it may have.
        (HERE, "parking_spaces", "integer", "Number of car parking spaces at the airport.", None),
        (HERE, "fire_category", "string", "Rescue and fire-fighting category of the airport.", None),
        # When a part was opened is not when the whole was.
        (HERE, "opened", "string", "Date on which the airport opened", "3 July 1958"),
        (HERE, "terminal_opened", "string", "Date on which the terminal opened", "22 October 2009"),
        ({"club": "Acme Harriers"}, "founded", "string", "Date of foundation of the club", None),
        ({"club": "Acme Harriers"}, "visited", "string", "Date on which the ground was visited", "19 October 2024"),
        ({"club": "Acme Harriers"}, "record_attendance", "integer", "Highest attendance ever at a home match", None),
        ({"club": "Globex Harriers"}, "record_attendance", "integer", "Highest attendance ever at a home match", 4021),
        ({"club": "Globex Harriers"}, "attendance", "integer", "Spectators at the match", 326),
        # Nothing is called its own name where another is asked.
        ({"club": "Acme Harriers"}, "nickname", "string", "By what nickname is the club known?", None),
    ],
)  # fmt: skip
def test_what_is_asked_is_told_from_what_it_is_asked_of(ask, given, name, form, text, expected):
    assert ask(given, name, form, text) == expected


def test_the_year_of_a_row_is_no_figure(ask):
    told = ask(HERE, "annual_traffic", "integer", "How many people flew to or from this airport in the latest year?")  # fmt: skip
    assert told in {1458920, None}


@pytest.mark.parametrize(
    ("name", "description"),
    [("iata_code", "The airport's IATA code."), ("ticketing_code", "Its code in the IATA system")],
)
def test_a_register_gives_a_code_its_shape(name, description):
    assert code_shape(name, description).findall("11 km, EXA") == ["EXA"]


@pytest.mark.parametrize(
    ("name", "kind"), [("web_address", "url"), ("company_web_address", "url"), ("web_address_ending", "phrase")]
)  # fmt: skip
def test_a_web_address_is_one_and_its_ending_is_none(name, kind):
    assert wanted(name, {"type": "string"}).kind == kind
