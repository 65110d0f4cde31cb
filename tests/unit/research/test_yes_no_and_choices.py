"""Yes or no, and choices, where no label names them: what a sentence asserts or denies, and which option it names."""

import pytest

from enrich.research.candidates.choices import boolean_candidates, enum_candidates
from enrich.research.candidates.denials import says
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question


def spoken(text, *named):
    low = text.lower()
    found = says(text, [(word, low.index(word), low.index(word) + len(word)) for word in named])
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("text", "named", "value"),
    [
        ("The hall offers free Wi-Fi without charge.", ("wi-fi",), True),
        ("On the roof is a helipad.", ("helipad",), True),
        ("A lift was added in 2010, but the old stairs were removed.", ("lift",), True),
        ("The shop is closed on Mondays.", ("shop",), True),
        ("The hotel has a closed garage.", ("garage",), True),
        ("It is certified to ISO 50001, and visits in the year raised no major findings.", ("certified", "50001"), True),
        ("The lift stands beside the mill, with every engine stopped.", ("lift",), True),
        ("There is no helipad.", ("helipad",), False),
        ("Neither the lift nor the pool is open.", ("lift",), False),
        ("The helipad was decommissioned in 2017.", ("helipad",), False),
        ("In 2019 the company closed its online shop for good.", ("online", "shop"), False),
        ("Visitors ask for a lift: there isn't one.", ("lift",), False),
        ("The works are not yet certified; an audit is planned.", ("certified",), False),
        ("The building lacks a lift.", ("lift",), False),
        ("A helipad will be built next year.", ("helipad",), None),
        ("Could there be a lift?", ("lift",), None),
        ("About two in three guests are given a parking space.", ("parking",), None),
    ],
)  # fmt: skip
def test_a_sentence_asserts_denies_or_leaves_open(text, named, value):
    assert spoken(text, *named) is value


def test_what_is_only_planned_is_neither_yes_nor_no_beside_its_own_words():
    assert boolean_candidates("A helipad will be built next year.", at=2) == []


def test_what_others_gave_up_and_one_of_several_deny_nothing():
    assert spoken("She does what others have given up: night work.", "night") is True
    assert spoken("One store was closed.", "store") is True


def test_what_came_to_an_end_is_denied_beside_its_own_words():
    text = "The helipad behind the annex was decommissioned in 2017."
    assert [c.value for c in boolean_candidates(text, at=4)] == [False]


@pytest.mark.parametrize(
    ("text", "choices", "value"),
    [
        ("It is held every other year in May.", ("annual", "biennial"), "biennial"),
        ("The fair takes place each spring.", ("annual", "biennial"), "annual"),
        ("Acme closed its Series A.", ("seed", "series_a", "series_b"), "series_a"),
        ("A pre-seed round came first.", ("pre_seed", "seed"), "pre_seed"),
        ("The code is no longer maintained.", ("active", "archived"), "archived"),
        ("Acme is a subsidiary of Globex.", ("listed", "corporate_group"), "corporate_group"),
        ("Tables by appointment only.", ("required", "recommended"), "required"),
        ("A viewer for archivists.", ("active", "archived"), None),
        ("The Example Series and a book.", ("series_a", "series_b"), None),
        ("It is publicly traded on the exchange.", ("public", "listed"), "listed"),
    ],
)  # fmt: skip
def test_a_choice_is_named_in_its_forms_and_in_common_other_words(text, choices, value):
    found = [c.value for c in enum_candidates(text, choices)]
    assert found == ([] if value is None else [value])


PAGE = """# Acme

Acme builds pumps and sells them to mines. It employs 540 people in Duluth.

Customers cannot buy pumps over the internet; orders are taken by telephone.

All its shares are in the hands of the Example family, a family business in the third generation.

The works council meets in every other year. Until 1994 the open day was an annual event.

## Questions

### Does the pump warranty expire?

No. It stays free for as long as the pump runs.
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("choices")
    (folder / "acme.md").write_text(PAGE)
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))
    yield engine
    engine.close()


def ask(engine, name, schema):
    properties = {"type": "object", "properties": {name: schema}}
    question = Question(input={"company": "Acme"}, output_schema={"type": "json", "json_schema": properties}, processor="base")  # fmt: skip
    output = engine.answer(question)
    return output["content"][name], output["basis"][0]


def test_yes_or_no_is_read_from_the_passage_that_means_it(acme):
    text = "Whether goods of the company can be bought over the internet."
    value, basis = ask(acme, "web_sales", {"type": "boolean", "description": text})
    assert value is False
    assert "cannot buy pumps" in basis["citations"][0]["excerpts"][0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("helipad", "Whether the site has a helipad."),
        ("warranty_limit", "Whether the company has a free plan without a time limit."),
        ("certified", "True if the environmental management system is certified."),
    ],
)
def test_a_page_that_does_not_speak_of_a_thing_says_neither_yes_nor_no(acme, name, text):
    assert ask(acme, name, {"type": "boolean", "description": text})[0] is None


def test_a_choice_is_read_from_the_passage_that_names_it(acme):
    schema = {"type": "string", "enum": ["family", "foundation", "employees", "listed"]}
    value, _ = ask(acme, "owner_kind", {**schema, "description": "Who holds the shares of the company."})  # fmt: skip
    assert value == "family"


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (["listed", "employees"], "Who holds the shares of the company."),
        (["annual", "triennial"], "How often the open day is held."),
    ],
    ids=["what is counted", "what was before"],
)
def test_what_is_counted_or_was_before_is_no_choice(acme, choices, text):
    assert ask(acme, "kind", {"type": "string", "enum": choices, "description": text})[0] is None
