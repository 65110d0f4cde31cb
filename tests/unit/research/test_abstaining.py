"""What is near to the question and is not asked for stays unanswered."""

import pytest

from enrich.research.candidates.countries import country_candidates
from enrich.research.candidates.lists import list_spans
from enrich.research.candidates.numbers import NumberForm, number_candidates
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.page import head_of
from enrich.research.question import Question

TOWN = """# Oldbridge

Oldbridge is a port town on the river Wen in northern Kenya, close to the border with Somalia. Its
metropolitan area is home to more than five times as many people.

## Figures

Population growth rate: 2.1%

Labour force: 23,000 people aged 15 or older

Birth rate: 26 births/1,000 population

Twin town: none

## Remarks

Lake Wenmere is the largest lake of the north by surface area (8,482 sq km).
"""
BRIDGES = "".join(f"| Bridge {n} | {1900 + n} | {100 + n} |\n" for n in range(9))
TABLE = (
    "# Bridges of Oldbridge\n\n| Bridge | Opened | Length (m) |\n|---|---|---|\n"
    f"{BRIDGES}| Iron Bridge | 1887 | 412 |\n"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("towns")
    (folder / "oldbridge.md").write_text(TOWN, encoding="utf-8")
    (folder / "bridges.md").write_text(TABLE, encoding="utf-8")
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))
    yield engine
    engine.close()


def ask(engine, name, schema, subject="Oldbridge"):
    question = Question(
        input={"name": subject},
        output_schema={
            "type": "json",
            "json_schema": {"type": "object", "properties": {name: schema}},
        },
        processor="base",
    )
    return engine.answer(question)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("population", "integer"), ("twin_town", "string"), ("mayor", "string"), ("area", "number")],
)
def test_what_no_document_states_is_null(engine, name, kind):
    assert ask(engine, name, {"type": [kind, "null"]})["content"] == {name: None}


def test_a_country_is_one_of_the_worlds(engine):
    assert ask(engine, "country", {"type": "string"})["content"] == {"country": "Kenya"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a port in Papua New Guinea and Guinea", ["Papua New Guinea", "Guinea"]),
        ("the Niger Delta, Oman Province and East Jordan", []),
        ("Leeds, England", ["England"]),
    ],
)
def test_countries_are_found_whole(text, names):
    assert [candidate.value for candidate in country_candidates(text)] == names


@pytest.mark.parametrize(
    ("label", "head"),
    [
        ("Population growth rate", "growth"),
        ("Number of seats", "seat"),
        ("Area - comparative", "area"),
        ("Coastline (km)", "coastlin"),
        ("Rate", ""),
    ],
)
def test_a_label_is_the_name_of_its_last_noun(label, head):
    assert head_of(label) == head


@pytest.mark.parametrize(
    ("text", "fit"),
    [("26 births/1,000 people", 0.5), ("people aged 15 or older", 0.4), ("812", 1.0)],
)
def test_rates_and_ages_are_no_amounts(text, fit):
    (candidate,) = number_candidates(text, NumberForm(whole=True))

    assert candidate.fit == pytest.approx(fit)


@pytest.mark.parametrize(("rate", "counted"), [(True, ""), (False, "births")])
def test_what_a_rate_counts_is_its_own_affair(rate, counted):
    (candidate,) = number_candidates("26 births/1,000 people", NumberForm(rate=rate))

    assert (candidate.value, candidate.counted) == (26, counted)


def test_a_cell_is_cited_with_its_columns_headings(engine):
    output = ask(engine, "length_m", {"type": "number"}, subject="Iron Bridge")

    assert output["content"] == {"length_m": 412}
    assert output["basis"][0]["citations"][0]["excerpts"] == [
        "Bridge Opened Length (m)",
        "Iron Bridge 1887 412",
    ]


def test_a_lists_items_are_parted_behind_their_amounts_too():
    text = "Chad 1,556 km; DR Congo 1,747 km, Republic of the Congo 487 km; Sudan 174 km"

    names = [text[start:end] for start, end in list_spans(text)]

    assert names == ["Chad", "DR Congo", "Republic of the Congo", "Sudan"]
