"""Yes or no over several clauses, and choices that names, whole values and exceptions tell."""

import pytest

from enrich.research.candidates.choices import enum_candidates, is_over, yes_or_no
from enrich.research.candidates.denials import says
from enrich.research.candidates.owned import ownership
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question

TEXT = {"type": ["string", "null"]}


@pytest.fixture
def chosen(pages, look_up):
    """Answer one question with choices from a page about something of a name."""

    def tell(thing, page, name, description, *choices):
        field = {**TEXT, "description": description, "enum": list(choices)}
        engine = pages(page_md=f"# {thing}\n\n{page}\n")
        return look_up(engine, {"name": thing}, {name: field})["content"][name]

    return tell


def spots(text, *named):
    low = text.lower()
    return [(word, low.index(word), low.index(word) + len(word)) for word in named]


@pytest.mark.parametrize(
    ("text", "named", "value"),
    [
        ("The station is now a school; there is no passenger service.", ("station", "passenger"), False),
        ("Lessons come from servers abroad, and the tool does not work offline at all.", ("lessons", "offline"), False),
        ("Globex brought the railway in 1881 and its successors took it away.", ("railway",), False),
        ("Globex built the lift in 1990 and closed it in 2010.", ("lift",), False),
        ("The lift was added in 2010; the old stairs were removed.", ("lift",), True),
        ("The lift was added in 2010, and it took the stairs' place.", ("lift",), True),
        ("It picked up the language without asking.", ("language",), True),
        ("A hotel without parking.", ("parking",), False),
    ],
)  # fmt: skip
def test_what_any_clause_denies_of_it_is_denied(text, named, value):
    found = says(text, spots(text, *named))
    assert found is not None
    assert found[0] is value


def test_a_denial_in_another_clause_answers_a_sentence():
    text = "The railway reached the town in 1914, and there is no railway station today."
    found = [(text.index("railway"), text.index("railway") + 7), (text.rindex("railway"), text.rindex("railway") + 7)]  # fmt: skip
    assert [c.value for c in yes_or_no(text, found)] == [False]
    assert [c.value for c in yes_or_no("The railway station is open.", [(4, 11), (12, 19)])] == [
        True
    ]


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("It will occasionally seed a founder.", True),
        ("In rare cases it is seed.", True),
        ("It is mostly seed.", False),
    ],
)
def test_an_exception_is_no_choice(text, over):
    (found,) = enum_candidates(text, ("seed", "growth"))
    assert is_over(text, found) is over


SOURCES = ("coal", "wind", "hydro", "solar", "nuclear")


@pytest.mark.parametrize(
    ("thing", "value"),
    [
        ("Example Wind Farm", "wind"),
        ("Example Hydroelectric Station", "hydro"),
        ("Example Power Station", None),
        ("Coal and Wind", None),  # a title, which does not end in what it is
        ("The Coal Farm of Wind", None),
    ],
)
def test_a_name_that_ends_in_what_it_is_tells_its_kind(chosen, thing, value):
    page = f"{thing} was begun in 1990."
    assert chosen(thing, page, "source", "Main energy source.", *SOURCES) == value


GENRES = {"type": ["string", "null"], "enum": ["finance", "travel", "weather", "games"]}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Store section: Finance", "finance"),
        ("Store section: Finance has moved to the third floor this year", None),
    ],
)
def test_a_value_that_is_one_of_many_choices_is_chosen(tmp_path, line, value):
    pytest.importorskip("onnxruntime")
    (tmp_path / "acme.md").write_text(f"# Acme\n\n- {line}\n- Version: 4\n")
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,)))
    schema = {"properties": {"kind": {**GENRES, "description": "What sort of app is it?"}}}
    output_schema = {"type": "json", "json_schema": {"type": "object", **schema}}
    asked = Question(input={"app": "Acme"}, output_schema=output_schema, processor="base")
    try:
        assert engine.answer(asked)["content"]["kind"] == value
    finally:
        engine.close()


def test_the_nearest_of_a_kind_is_not_there():
    assert says("The closest railway station is in Ulm.", [("station", 20, 27)]) is None
    assert says("The railway station is in Ulm.", [("station", 12, 19)]) is not None


@pytest.mark.parametrize(
    ("text", "label", "own"),
    [
        ("It belongs to the municipality, which lets it.", "", False),
        ("The owner is the Town of Ulm; the club has the use of it.", "", False),
        ("It stands on the river, which the town hall built and still owns.", "", False),
        ("It was leased from the harbour for years, until the club bought the freehold.", "", True),
        ("The hall is owned by the club itself.", "", True),
        ("Acme owns its hall.", "", True),
        ("the club itself, with the car park", "Property of", True),
        ("Globex Holding", "Owner", False),
    ],
)
def test_who_owns_it_is_told(text, label, own):
    found = ownership(text, label, "club", frozenset({"acme"}))
    assert [c.value for c in found] == [own]


@pytest.mark.parametrize(
    "text", ["Should you own old photographs, write to us.", "Some 40 belong to the choir.", "The hall has 400 seats."]
)  # fmt: skip
def test_what_is_only_named_is_owned_by_nobody(text):
    assert ownership(text, "", "club", frozenset({"acme"})) == []


@pytest.mark.parametrize(
    ("text", "own"),
    [("The club owns the hall.", [True]), ("The hall is owned by the developer.", []), ("The hall belongs to the town.", [False])],
)  # fmt: skip
def test_who_may_be_the_subject_or_another_tells_nothing(text, own):
    assert [c.value for c in ownership(text, "", "it", frozenset({"acme"}))] == own
