"""What is asked for, as against what a question only mentions, denies or qualifies; and what sort of thing answers it."""

import pytest

from enrich.research.answer_sorts import answer_sort
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.mentioned import denied, is_denied_here, mentioned
from enrich.research.page import Label
from enrich.research.qualifiers import lacks_qualifier
from enrich.research.question import Question
from enrich.research.wanted import wanted

BOOK = """# The Example Tide

- Author: Ada Example
- Publisher: Acme Press
- Copies sold: 180,000

The book was first published in 2014.
"""
REPRESENTED = """# Globex Nights

- Author: Bo Sample
- Literary agent: Cy Trial Agency
"""
TOWN = """# Exampleton

Exampleton is a municipality in Norway.

- Mayor: Ada Example
- Inhabitants: 4,120

The previous mayor was Bo Sample.
"""
SEATED = """# Sampleby

Sampleby is a municipality in Norway.

- Mayor: Cy Trial
- Deputy mayor: Dee Case
"""
APP = """# Initech Notes

Initech Notes is an app for notes.

- Version: 7.3.1
- Users: 41,000
- Installs: 900,000
"""
DAILY = """# Acme Tides

Acme Tides is an app for sailors.

- Version: 2.4
- Daily active users: 12,500
"""
PLANT = """# Globex Power Station

The station is run by Globex Heat GmbH, which employs 64 people at the site.
"It pays," said Ada Example, chief executive of Globex Heat.
"""
PRESS = """# Sample Letters

Author: Dee Case

Publicity: Ada Example, ada@acmepress.example

Rights: rights@acmepress.example
"""
PAGES = {"book": BOOK, "represented": REPRESENTED, "town": TOWN, "seated": SEATED, "app": APP, "daily": DAILY, "plant": PLANT, "press": PRESS}  # fmt: skip


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))

    def ask(thing, name, text, form="string"):
        schema = {"type": "object", "properties": {name: {"type": form, "description": text}}}
        asked = Question(input={"name": thing}, output_schema={"type": "json", "json_schema": schema}, processor="base")  # fmt: skip
        return engine.answer(asked)["content"][name]

    yield ask
    engine.close()


def asked(name, text):
    return wanted(name, {"type": "string", "description": text})


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Operator", "Which company runs the plant today?", "body"),
        ("dev", "Name of the company or studio that develops it.", "body"),
        ("publisher", "Which publishing house brings it out?", "body"),
        ("manager", "Name of the plant manager.", "person"),
        ("head", "First name and surname, current", "person"),
        ("mother", "The name of the person's mother.", "person"),
        ("home", "In which town does the author live today?", "place"),
        ("home", "Present place of residence of the person who wrote it.", "place"),
        ("agent", "Name of the literary agent or agency.", ""),
        ("owner", "name of person(s), family or company; current owner", ""),
        ("who", "Who runs the firm?", ""),
        ("nationality", "What you call a person from there.", ""),
        ("degree", "Which university granted this person the degree?", ""),
    ],
)
def test_the_first_noun_says_what_sort_of_thing_an_answer_is(name, text, expected):
    assert answer_sort(asked(name, text)) == expected


@pytest.mark.parametrize(
    ("name", "text", "aside"),
    [
        ("Agent", "Name of the agency who represents the author.", {"author"}),
        ("writer_residence", "Where the writer lives now.", {"author"}),
        ("Who speaks for the author?", "Which agent looks after the writer's interests?", {"author"}),
        ("Investor", "Main investor of the latest fund.", {"fund"}),
        ("capital", "Where does the state have its official capital?", set()),
        ("x", "What's the capital called?", set()),
        ("Author", "Full name of the author.", set()),
        ("Author", "Who is currently the author?", set()),
        ("Owner", "The company's name.", set()),
    ],
)  # fmt: skip
def test_who_stands_in_a_clause_of_the_question_is_only_mentioned(name, text, aside):
    assert mentioned(asked(name, text)) == aside


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("Who leads the company; not a chair, founder or predecessor.", "The chair, Ada Example, spoke.", True),
        ("Who leads the company; not a chair, founder or predecessor.", "Founder and CEO Ada Example spoke.", False),
        ("Who heads the site. Not the chief executive of the owner.", "Chief executive Ada Example spoke.", True),
        ("Who heads the site. Not the chief executive of the owner.", "Site manager Ada Example spoke.", False),
    ],
)  # fmt: skip
def test_who_is_said_to_be_what_is_denied_is_not_meant(text, said, expected):
    start = said.index("Ada")

    assert is_denied_here(asked("head", text), said, start, start + len("Ada Example")) is expected


@pytest.mark.parametrize(
    ("label", "text", "lacking"),
    [
        ("Contact > Other offices", "City where the firm has its head office.", True),
        ("Planned capacity", "Capacity of the works.", True),
        ("Planned capacity", "Capacity that is to come, as planned.", False),
        ("Other names", "By what other names is it known?", False),
        ("Offices", "City where the firm has its head office.", False),
        ("Further remarks", "City where the firm has its head office.", False),
    ],
)
def test_a_label_of_others_than_the_thing_is_not_its(label, text, lacking):
    beside = Label(frozenset(), frozenset(), frozenset(), frozenset(), 0, "", label)

    assert lacks_qualifier(asked("x1", text), beside, "Ulm") is lacking


def test_what_a_description_denies_is_read_item_by_item():
    said = denied(asked("agent", "agency; not publicist, editor or the shop; null if not stated"))

    assert said == (frozenset({"publicist"}), frozenset({"editor"}), frozenset({"store"}))
    assert denied(asked("founded", "Year the firm was set up; null if not found")) == ()
    assert denied(asked("auditor", "The auditor. A bank is not the auditor.")) == ()


@pytest.mark.parametrize(
    ("name", "text", "form", "said", "lacking"),
    [
        ("Deputy mayor", "Name of the deputy.", "string", "The mayor is Ada Example.", True),
        ("Deputy mayor", "Name of the deputy.", "string", "Vice-mayor: Ada Example", False),
        ("Vice-chancellor", "Name of the vice-chancellor.", "string", "Led by Ada Example.", False),
        ("min_order", "Smallest order in pieces.", "integer", "Orders: 400", True),
        ("min_order", "Smallest order in pieces.", "integer", "Orders of 400 or more", False),
        (
            "area",
            "I rank them from largest to smallest, so give the area.",
            "number",
            "Area: 40",
            False,
        ),
        ("min_voter_age", "How old must one be to vote?", "integer", "18 years of age", False),
        ("price", "Price per month.", "number", "Price: 12", True),
        ("price", "Price per month.", "number", "12 a month", False),
    ],
)
def test_a_word_that_changes_the_thing_is_told_by_the_passage(name, text, form, said, lacking):
    field = wanted(name, {"type": form, "description": text})
    bare = Label(frozenset(), frozenset(), frozenset(), frozenset(), 0, "", "")

    assert lacks_qualifier(field, bare, said) is lacking


@pytest.mark.parametrize(
    ("thing", "name", "text", "expected"),
    [
        ("The Example Tide", "Literary agent", "Name of the literary agent or agency who represents the author.", None),
        ("The Example Tide", "Who represents the author?", "Which agent or agency looks after the writer's interests?", None),
        ("The Example Tide", "agent", "agent or agency name; not the publisher; null if not stated", None),
        ("The Example Tide", "Where is the author at home?", "In which town does the writer live today?", None),
        ("The Example Tide", "Author", "Name of the author of the book.", "Ada Example"),
        ("Globex Nights", "Literary agent", "Name of the literary agent or agency who represents the author.", "Cy Trial Agency"),
        ("Exampleton", "Deputy mayor", "Name of the deputy mayor.", None),
        ("Exampleton", "Who is second in command?", "Who is the vice-mayor of the municipality at present?", None),
        ("Exampleton", "Mayor", "Name of the current mayor.", "Ada Example"),
        ("Sampleby", "Deputy mayor", "Name of the deputy mayor.", "Dee Case"),
        ("Initech Notes", "Minimum version", "Lowest version of the system that the app requires.", None),
        ("Initech Notes", "Version", "Current version number of the app.", "7.3.1"),
        ("Globex Power Station", "Plant manager", "Name of the person who manages the plant.", None),
        ("Globex Power Station", "Who runs it", "Which company runs the plant today?", "Globex Heat GmbH"),
        ("Sample Letters", "Rights contact", "E-mail address for rights enquiries.", "rights@acmepress.example"),
    ],
)  # fmt: skip
def test_only_what_is_asked_for_answers(ask, thing, name, text, expected):
    assert ask(thing, name, text) == expected


@pytest.mark.parametrize(
    ("thing", "name", "text", "expected"),
    [
        ("Initech Notes", "Daily active users", "Number of daily active users of the app.", None),
        ("Acme Tides", "Daily active users", "Number of daily active users of the app.", 12500),
        ("Initech Notes", "Installs", "Number of installs of the app.", 900000),
    ],
)
def test_users_a_day_are_no_users(ask, thing, name, text, expected):
    assert ask(thing, name, text, "integer") == expected


def test_a_heading_that_names_somebody_makes_no_person_of_a_place_in_its_sentences(pages, look_up):
    engine = pages(
        a_md="# Tides\n\n## About the author\n\nAda Example is a writer. She lives in Ulm.\n"
    )
    home = {"author_home": {"type": ["string", "null"], "description": "In which town does the writer live today?"}}  # fmt: skip

    assert look_up(engine, {"book": "Tides"}, home)["content"] == {"author_home": "Ulm"}
