"""What one sentence says of its page's subject, and what it says of something else."""

import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question

PEOPLE = {"population": {"type": ["integer", "null"], "description": "Number of inhabitants."}}
COUNTRY = {"country": {"type": ["string", "null"], "description": "Country that the city is in."}}
CAPITAL = {"capital": {"type": ["string", "null"], "description": "Name of the capital city."}}

SENTENCES = [
    # A word behind an amount that is joined to the topic is not what it counts.
    ("With a population of 1,622,245 within the city limits, it is large.", PEOPLE, 1_622_245),
    ("As of June 1, 2019, the city had a population of 48,100.", PEOPLE, 48_100),
    ("It has an estimated 2024 population of 2,279,686 spread over hills.", PEOPLE, 2_279_686),
    ("Although Oldbridge's population reached 9,000, wolves are rarer.", PEOPLE, 9_000),
    # Of a wider whole, of a part, of long ago, of another unit.
    ("It belongs to a metropolitan area, with a population of 1.5 million.", PEOPLE, None),
    ("It has an estimated population of 2.8 million in its metropolitan area.", PEOPLE, None),
    ("In 1950, the population of Oldbridge was 59,752.", PEOPLE, None),
    ("More than half of the population, roughly 150 million, fish.", PEOPLE, None),
    ("Herders may represent 9-11% of the population.", PEOPLE, None),
    ("Most of the population lives within 100 km of the coast.", PEOPLE, None),
    ("The city has 4,000 inhabitants, less than its metropolitan area.", PEOPLE, 4_000),
    # What a class of things has at least; a decade.
    ("It is one of the two river towns with a population of over 1 million people.", PEOPLE, None),
    ("Its harbour is one of five; the town has a population of over 40,000.", PEOPLE, 40_000),
    ("The population of the island continued to fall until the 1960s.", PEOPLE, None),
    # A thing held against another is not in it.
    ("Its people are about equal to the country of Moldova in number.", COUNTRY, None),
    ("The city is the capital of a region 80 km south of Helsinki, Finland.", COUNTRY, None),
    ("It is the seventh-largest city in Brazil.", COUNTRY, "Brazil"),
    ("The city stands on a slope that is an edge of the country's hills in neighbouring Ethiopia.", COUNTRY, None),
    ("The city was the seat of the U.S. Army Corps for the country's north.", COUNTRY, None),
    ("It is a port city in the U.S. The town is old.", COUNTRY, "U.S."),
    ("Once it was the harbour and Capital of Dilmun.", CAPITAL, None),
    ("Japan made Koror the capital of its South Seas Mandate.", CAPITAL, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sentences")
    for number, (sentence, _, _) in enumerate(SENTENCES):
        text = f"Oldbridge {number}\n\nHere is what is known. {sentence}\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    engine = ResearchEngine(ResearchSettings(corpus=(folder,), embedding=False))
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("number", "wanted", "value"),
    [(number, wanted, value) for number, (_, wanted, value) in enumerate(SENTENCES)],
    ids=[sentence[:40] for sentence, _, _ in SENTENCES],
)
def test_an_amount_or_a_name_is_taken_for_what_it_is_said_of(engine, number, wanted, value):
    schema = {"type": "json", "json_schema": {"type": "object", "properties": wanted}}
    asked = Question(input={"name": f"Oldbridge {number}"}, output_schema=schema, processor="lite")

    assert list(engine.answer(asked)["content"].values()) == [value]
