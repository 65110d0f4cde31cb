"""Questions that are asked of another thing: where a step may be taken they are answered there, elsewhere not at all."""

import pytest

from enrich.research.asking import asked
from enrich.research.chains import chained
from enrich.research.question import Question
from enrich.research.wanted import wanted

S = {"type": ["string", "null"]}
COMPANY = frozenset({"company"})
ACME = "# Acme\n\nAcme is a maker of anvils based in Ulm, Germany. It employs 120 people.\n\n- CEO: Ada Example\n"
LAND = "# Germany\n\n- Capital: Berlin\n- Population: 84,000,000\n- Currency: euro\n"
CAPITAL = S | {
    "description": "Capital of the country where the company is based. If unknown, null."
}


def of(description="", kind="string"):
    return {"type": [kind, "null"], "description": description}


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("country_capital", "Capital of the country where the company is based. If unknown, null."),
        ("x", "Capital of the country where the company is based"),
        ("capital", "Name of the capital of the country in which the firm has its head office"),
        ("country_capital", "Capital city of the headquarters country"),
        ("capital_of_home_country", ""),
        ("headquarters_country_capital", ""),
        ("country_capital", ""),
        ("x", "The home country's capital"),
    ],
)
def test_what_is_asked_of_a_country_is_read_on_the_countrys_page(pages, look_up, name, description):
    engine = pages(acme_md=ACME, land_md=LAND)
    ask = {name: of(description)}

    outputs = {p: look_up(engine, {"company": "Acme"}, ask, p) for p in ("base", "core", "pro", "ultra")}  # fmt: skip
    answers = {processor: output["content"][name] for processor, output in outputs.items()}
    assert answers == {"base": None, "core": None, "pro": "Berlin", "ultra": "Berlin"}
    output = outputs["pro"]
    assert output["basis"][0]["reasoning"].startswith('"Acme" names Germany, whose page was read.')
    assert [c["title"] for c in output["basis"][0]["citations"]] == ["Germany", "Acme"]


def test_a_figure_of_the_subjects_own_is_none_of_its_country(pages, look_up):
    engine = pages(acme_md=ACME, land_md=LAND)
    ask = {"home_country_population": of("Population of the country of its head office", "integer")}

    assert look_up(engine, {"company": "Acme"}, ask, "core")["content"] == dict.fromkeys(ask)
    assert look_up(engine, {"company": "Acme"}, ask, "pro")["content"] == dict.fromkeys(ask, 84_000_000)  # fmt: skip


@pytest.mark.parametrize("form", ["text", "auto"])
def test_questions_in_plain_text_take_the_step_too(pages, form):
    engine = pages(acme_md=ACME, land_md=LAND)

    def answer(processor):
        question = "What is the population of the country where Acme is based?"
        schema = {"type": form} | ({"description": "The figure"} if form == "text" else {})
        return engine.answer(Question(input=question, output_schema=schema, processor=processor))

    nothing, found = answer("base"), answer("pro")
    if form == "text":
        assert nothing["content"] == "No answer was found in the documents."
        assert found["content"] == "84,000,000"
    else:
        assert nothing["content"] == {"output": "No answer was found in the documents."}
        assert found["content"] == {"population": "84,000,000"}
        assert list(found["output_schema"]["properties"]) == ["population"]
        assert [entry["field"] for entry in found["basis"]] == ["population"]


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("Acme is based in Germany.", True),
        ("Acme's headquarters are in Germany.", True),
        ("Its headquarters are in Ulm, Germany.", True),
        ("In 2019 it moved house; the company is now headquartered in Ulm, Germany.", True),
        ("Acme, which is based in Germany, makes anvils.", True),
        ("Its largest customer is based in Germany.", False),
        ("A competitor, Globex, is headquartered in Germany.", False),
        ("Acme supplies Globex, which is based in Germany.", False),
        ("Acme bought Globex, headquartered in Germany, in 2020.", False),
        ("Acme's largest customer is headquartered in Germany.", False),
        ("Acme makes anvils, and its main rival is based in Germany.", False),
    ],
)
def test_only_the_subjects_own_relation_is_followed(pages, look_up, sentence, own):
    engine = pages(acme_md=f"# Acme\n\nAcme is a maker of anvils. {sentence}\n", land_md=LAND)

    output = look_up(engine, {"company": "Acme"}, {"country_capital": CAPITAL}, "pro")

    assert output["content"] == {"country_capital": "Berlin" if own else None}


def test_two_steps_are_taken_by_ultra_alone(pages, look_up):
    engine = pages(
        acme_md="# Acme\n\n- Parent company: Globex\n- Staff: 120\n",
        globex_md="# Globex\n\n- Headquarters: Ulm, Germany\n- CEO: Ada Example\n",
        land_md=LAND,
    )
    fields = {
        "parent_country_currency": of("Currency of the country where the parent company is based"),
        "parent_ceo": of("Chief executive of the parent company"),
        "parent_headquarters": of("Headquarters of the parent company"),
    }

    def answers(processor):
        return list(look_up(engine, {"company": "Acme"}, fields, processor)["content"].values())

    assert answers("core") == [None, None, None]
    assert answers("pro") == [None, "Ada Example", "Ulm, Germany"]
    assert answers("ultra") == ["euro", "Ada Example", "Ulm, Germany"]


def test_a_page_that_tells_of_the_other_thing_itself_answers_without_a_step(pages, look_up):
    engine = pages(
        acme_md="# Acme\n\nAcme makes anvils. Its parent company is led by Bo Case, the chief executive.\n\n- CEO: Ada Example\n"
        "\n## Parent company\n\n- Founded: 1901\n"
    )
    fields = {"parent_ceo": of(""), "parent_founded": of("Year in which the parent company was founded")}  # fmt: skip

    content = look_up(engine, {"company": "Acme"}, fields)["content"]
    assert content["parent_ceo"] in {"Bo Case", None}
    assert content["parent_ceo"] != "Ada Example"


@pytest.mark.parametrize(
    ("name", "description", "sorts"),
    [
        ("capital", "Capital of the country", {"country"}),
        ("country_population", "", {"country"}),
        ("country", "Country where the company is based", COMPANY),
        ("headquarters_country", "Country of the headquarters", COMPANY),
        ("country_code", "ISO code of the country", COMPANY),
        ("parent_company", "Name of the parent company", COMPANY),
        ("parent_country", "", {"city"}),
        ("parent_stake", "Share of the parent company in percent", COMPANY),
        ("country_capital", "", set()),
        ("population", "Population of the city", {"city"}),
    ],
)
def test_what_is_asked_of_the_subject_itself_needs_no_step(name, description, sorts):
    found = chained(wanted(name, of(description)), frozenset({"acme"}), frozenset(sorts))

    assert found is None or not found.sure


def test_parts_of_an_object_are_asked_of_what_the_object_is(pages, look_up):
    engine = pages(acme_md=ACME, land_md=LAND)
    parts = {"capital": of("Its capital"), "population": of("", "integer")}
    fields = {"home_country": {"type": "object", "properties": parts}}

    def home(processor):
        return look_up(engine, {"company": "Acme"}, fields, processor)["content"]["home_country"]

    assert home("base") == {"capital": None, "population": None}
    assert home("pro") == {"capital": "Berlin", "population": 84_000_000}


def test_the_parts_of_a_question():
    names = frozenset({"acme"})
    question = "Which currency is used in the country where the parent company of Acme is based?"
    found = chained(asked(question, names), names, COMPANY)

    assert found is not None
    assert [each.label for each in found.relations] == ["parent company", "headquarters country"]
    assert found.asked.topic == ("currency",)
    described = wanted("x", of("Population in 2020 of the country where Acme Ltd is based. If unknown, null."))  # fmt: skip
    inner = chained(described, names, COMPANY)
    assert inner is not None
    assert (inner.asked.year, inner.asked.description) == (2020, "Population in 2020. If unknown, null.")  # fmt: skip
