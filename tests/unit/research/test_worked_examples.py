"""A description's own example, "Mary Jones for Acme", teaches as a filled row does."""

import pytest

from enrich.research.candidates.strings import labelled_place
from enrich.research.descriptions import statement
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question
from enrich.research.wanted import wanted
from enrich.research.worked_examples import as_value, pairs

FIRMS = {
    "Acme": ("Mary Jones", "AC-17", 1949),
    "Bolt": ("Ivan Petrov", "BO-42", 1976),
    "Cask": ("Lena Ost", "CA-09", 1811),
}


@pytest.fixture
def firms(tmp_path):
    for name, (person, folio, year) in FIRMS.items():
        (tmp_path / f"{name}.md").write_text(
            f"# {name}\n\n## Register\n\nHelmsperson: {person}\n\nFolio: {folio}\n\nWitness: Otto Other\n\n"
            f"{name} was chartered in {year} beside the old mill.\n"
        )
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,), embedding=False))
    yield engine
    engine.close()


def ask(engine, name, description, kind="string", given=None):
    properties = {name: {"type": [kind, "null"], "description": description}}
    schema = {"type": "object", "properties": properties}
    output = {"type": "json", "json_schema": schema}
    question = Question(input=given or {"firm": "Cask"}, output_schema=output, processor="base")
    answer = engine.answer(question)
    return answer["content"][name], answer["basis"][0]


PAIRS = {
    "the town, e.g. Vevey for Nestle.": [("Nestle", "Vevey")],
    "such as Dane for Denmark or Thai for Thailand": [("Denmark", "Dane"), ("Thailand", "Thai")],
    "like the Hellenic Republic for Greece": [("Greece", "Hellenic Republic")],
    "letters, e.g. Na for sodium": [("sodium", "Na")],
    "(1998 for Google)": [("Google", "1998")],
    "ending, e.g. .se for Sweden": [("Sweden", ".se")],
    "e.g. [France, Spain] for Andorra": [("Andorra", "[France, Spain]")],
    "Counted from hydrogen = 1.": [("hydrogen", "1")],
    "Chad: Ndjamena, Peru: Lima": [("Chad", "Ndjamena"), ("Peru", "Lima")],
    "Peru → Lima": [("Peru", "Lima")],
    "Iron has 26.": [("Iron", "26")],
    "Lyon would give France.": [("Lyon", "France")],
    "Adidas was set up in 1949": [("Adidas", "1949")],
    "the name of the person, in full": [],
    "Number of people; for a city the city proper": [],
    "Top-level domain with its dot, e.g. .fr": [],
    "": [],
}


@pytest.mark.parametrize(("description", "expected"), PAIRS.items(), ids=PAIRS.keys())
def test_pairs_are_read_from_sentences(description, expected):
    assert expected == list(pairs(description))


def test_a_value_has_the_fields_own_type():
    whole = wanted("x", {"type": "integer"})
    assert as_value("1,949", whole) == 1949
    assert as_value("many", whole) is None
    assert as_value("3.5", wanted("x", {"type": "number"})) == 3.5
    assert as_value("[France, Spain]", wanted("x", {"type": "array"})) == ["France", "Spain"]
    assert as_value("true", wanted("x", {"type": "boolean"})) is None


@pytest.mark.parametrize(
    "given",
    [{"firm": "Cask"}, {"id": "7", "firm": "Cask", "country": "Peru"}, "Cask"],
    ids=["an object", "a row of a table", "a text"],
)
def test_an_example_shows_where_the_value_stands(firms, given):
    value, basis = ask(firms, "x1", "as in: Mary Jones for Acme", given=given)

    assert value == "Lena Ost"
    assert "the description's examples" in basis["reasoning"]
    assert basis["confidence"] == "medium"  # one example may have had it there by chance


def test_two_examples_teach_together(firms):
    assert ask(firms, "x1", "AC-17 for Acme, BO-42 for Bolt")[0] == "CA-09"


def test_an_example_teaches_what_sentences_say(firms):
    assert ask(firms, "x1", "Four digits, e.g. 1949 for Acme", "integer")[0] == 1811


@pytest.mark.parametrize(
    "description",
    ["as in: John Doe for Acme", "as in: Mary Jones for Nobody", "as in: Mary Jones"],
    ids=["a value that does not stand there", "a thing without documents", "no thing"],
)
def test_what_cannot_be_found_teaches_nothing(firms, description):
    assert ask(firms, "x1", description)[0] is None


def test_a_name_that_says_what_is_asked_is_not_overruled(firms):
    assert ask(firms, "helmsperson", "e.g. Otto Other for Acme")[0] == "Lena Ost"


def test_a_sentence_that_only_shows_is_no_part_of_what_is_asked():
    told = "The state it belongs to."
    assert statement(f"{told} France for Lyon, Italy for Turin.") == told
    assert statement(f"{told} Full name of the state.") == f"{told} Full name of the state."


def test_what_is_not_wanted_is_not_asked_for():
    text = {"type": "string"}
    assert wanted("nation", {**text, "description": "written out, no 2-letter codes"}).kind == "country"  # fmt: skip
    assert wanted("nation", {**text, "description": "2-letter code"}).kind == "code"


@pytest.mark.parametrize(
    ("name", "kind", "description", "expected"),
    [
        ("date_opened", "integer", "", "year"),
        ("x_7", "string", "Date, in ISO form", "date"),
        ("col_4", "string", "Where does the council meet?", "place"),
        ("col_5", "string", "In which town is its main office?", "place"),
        ("col_6", "string", "In which sovereign state does it lie?", "country"),
    ],
)
def test_the_question_word_tells_the_kind(name, kind, description, expected):
    assert wanted(name, {"type": kind, "description": description}).kind == expected


def test_what_has_no_capital_letter_is_hardly_a_place():
    (named,), (plain,) = (
        labelled_place(text, whole=True) for text in ("New York", "federal republic")
    )
    assert (named.fit, plain.value) == (1.0, "federal republic")
    assert plain.fit < named.fit
