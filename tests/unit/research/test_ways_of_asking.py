"""Which known fact a question means: by all the ways of asking for it, by what it is asked of, and in which form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from enrich.research.candidates.units import asked_unit
from enrich.research.descriptions import examples, statement, without_units
from enrich.research.domains import OWNERS, may_have, sorts_of
from enrich.research.embedding import meaning
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.kinds import value_kind
from enrich.research.meant import question_texts
from enrich.research.phrases import PHRASES
from enrich.research.question import Question
from enrich.research.senses import LIKELY, SURELY
from enrich.research.wanted import wanted
from enrich.research.words import concepts
from enrich.research.worked_examples import plain_pairs

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
FLAG = {"type": "boolean"}
PAGES = {
    "inland": "# Inland\n\n## Geography\n\nArea: 4,000 sq km\n\n### Coastline\n\n0 km (landlocked)\n\n### Elevation\n\nHighest point: Mount Zenda\n\n## Government\n\n### Country name\n\nconventional long form: Republic of Inland\n\nconventional short form: Inland\n\nlocal long form: Republika Inlandska\n",
    "seaside": "# Seaside\n\n## Geography\n\nArea: 9,000 sq km\n\n### Coastline\n\n120 km\n\n### Elevation\n\nHighest point: Mount Strelsau\n",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("lands")
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))
    yield engine
    engine.close()


def senses(engine, name, schema, text, of=""):
    field = wanted(name, {**schema, "description": text})
    return engine._senses.of(replace(field, sorts=sorts_of(concepts(of))))


def ask(engine, country, name, schema, text):
    question = Question(
        input={"country": country}, processor="base",
        output_schema={"type": "json", "json_schema": {"type": "object", "properties": {name: {**schema, "description": text}}}},
    )  # fmt: skip
    return engine.answer(question)["content"][name]


def test_every_fact_has_ways_and_every_way_and_owner_is_of_a_fact():
    facts = set(PHRASES)
    told = [fact for fact, _ in meaning._ways()]
    assert set(told) == facts
    assert set(OWNERS) <= facts
    assert min(told.count(fact) for fact in facts) >= meaning._NEAREST


@pytest.mark.parametrize(
    ("of", "meant"),
    [("city", "population"), ("country", "urban-population"), ("", "urban-population")],
)
def test_a_fact_lies_farther_from_what_no_such_thing_has(engine, of, meant):
    assert (
        senses(engine, "city_pop", {"type": "number"}, "People who live in the city.", of=of)[
            0
        ].concept
        == meant
    )


@pytest.mark.parametrize(
    ("nouns", "fact", "may"),
    [
        ("country", "employe", False),
        ("country", "population", True),
        ("city", "urban-population", False),
        ("company_name", "employe", True),
        ("element", "chemical-formula", False),
        ("something", "employe", True),
        ("country", "colour", True),
    ],
)
def test_sorts_of_things_have_their_facts(nouns, fact, may):
    assert may_have(sorts_of(concepts(nouns)), fact) is may


def test_what_one_fact_surely_is_the_next_is_not(engine):
    found = senses(engine, "tallest_building", TEXT, "Name of the tallest building.", of="country")

    assert found[0].concept == "tallest-build"
    assert found[0].likely >= SURELY
    assert all(sense.likely <= 1 - found[0].likely for sense in found[1:])
    assert all(sense.likely >= LIKELY for sense in found)
    assert ask(engine, "Inland", "tallest_building", TEXT, "Name of the tallest building.") is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("is_landlocked", ""),
        ("Landlocked__c", "checkbox"),
        ("is_landlocked_2", "bool"),
        ("without_seashore", "Is the country without any shore on an ocean or open sea?"),
        ("NoSeaside", "True if there's no seaside anywhere in the country, false if there is even a short stretch of it."),
    ],
)  # fmt: skip
def test_of_what_is_landlocked_the_coast_is_no_rival(engine, name, text):
    assert ask(engine, "Inland", name, FLAG, text) is True
    assert ask(engine, "Seaside", name, FLAG, text) is False


def test_a_code_of_something_is_meant_where_a_code_is_asked_for(engine):
    found = senses(engine, "domestic_currency", TEXT, "Not the full name, just the standard three-letter code please", of="country")  # fmt: skip

    assert found[0].concept == "currency-code"


@pytest.mark.parametrize(
    ("description", "stated"),
    [
        ("TRUE if it has no coast, FALSE if it has one", "it has no coast"),
        ("true = no seashore whatsoever; false = it touches the sea", "no seashore whatsoever;"),
        ("Geographic flag, 1/true = no way to the sea, 0/false = has coast", "Geographic flag, no way to the sea"),
        ("Checked (true) if the firm is listed.", "the firm is listed."),
        ("Not the age, the year the firm was set up", "the year the firm was set up"),
        ("How many live in the city. Leave out the suburbs.", "How many live in the city."),
        ("Folk living in town, without the suburbs", "Folk living in town,"),
        ("countries next to it, empty array if island", "countries next to it,"),
        ("If you left by road, which countries could you end up in?", "If you left by road, which countries could you end up in?"),
        ("If it has none, leave empty.", ""),
        ("State of matter at room temperature.", "State of matter at room temperature."),
        ("Where are they based? Just the city.", "Where are they based?"),
        ("bool", ""),
        ("3-char alpha code", ""),
        ("whether it is public: yes or no", "whether it is public: yes or no"),
    ],
)  # fmt: skip
def test_only_what_is_asked_is_left_of_a_description(description, stated):
    assert statement(description).strip() == stated


def test_the_unit_is_no_part_of_what_is_asked_and_is_still_asked_for():
    text = "surface of the national territory, in square kilometers, digits only"
    field = wanted("field_12", {"type": "number", "description": text})

    assert without_units(statement(text)).rstrip(", ") == "surface of the national territory"
    assert field.number.unit is not None
    assert field.number.unit.name == "sq km"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("km^2, land plus water", "sq km"),
        ("in kilometers square", "sq km"),
        ("total surface in km sq., no unit", "sq km"),
        ("in meters squared", "sq m"),
        ("length in km", "km"),
        ("in sq km", "sq km"),
    ],
)
def test_a_square_is_no_length(text, unit):
    asked = asked_unit("x", text)
    assert asked is not None
    assert asked.name == unit


def test_a_name_is_compared_without_what_makes_it_a_question():
    texts = question_texts(wanted("is_landlocked_2", {**FLAG, "description": "t/f"}))
    assert texts == ("landlocked",)


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("gold Au, silver Ag, lead Pb, and so on", (("gold", "Au"), ("silver", "Ag"), ("lead", "Pb"))),
        ("Italy .it, Sweden .se; same for the others", (("Italy", ".it"), ("Sweden", ".se"))),
        ("Norway - Oslo, Peru - Lima and so on", (("Norway", "Oslo"), ("Peru", "Lima"))),
        ("Where is its main office? For Volvo it would be Gothenburg.", (("Volvo", "Gothenburg"),)),
        ("Price in USD, tax in EUR", ()),
        ("Year of founding - four digits, ISO 8601", ()),
    ],
)  # fmt: skip
def test_pairs_are_found_in_lists(description, found):
    assert plain_pairs(description) == found


def test_no_example_begins_within_a_word():
    assert examples("Top-level domain delegated by IANA, leading dot included.") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("State of matter: solid, liquid or gas.", "phrase"),
        ("State of matter at room temperature.", "phrase"),
        ("State of residence", "place"),
        ("State that the city belongs to.", "country"),
        ("", "place"),
    ],
)
def test_a_state_of_matter_is_no_place(text, kind):
    assert value_kind("state", "string", text, closed=False) == kind


@pytest.mark.parametrize(
    "text",
    ["Is it landlocked?", "Whether the country is landlocked", "Is the country landlocked?"],
)
def test_how_a_yes_or_no_is_asked_is_no_part_of_what_is(engine, text):
    assert senses(engine, "x", {"type": "boolean"}, text)[0].concept == "landlock"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ceremonial_name", "the solemn designation of the state"),
        ("x", "Full ceremonial name of the nation as used in treaties"),
        ("constitutional_name", "the name by which the state is known in law"),
    ],
)
def test_the_label_that_names_the_fact_stays_beside_a_likelier_one(engine, name, text):
    assert ask(engine, "Inland", name, {"type": "string"}, text) == "Republic of Inland"
