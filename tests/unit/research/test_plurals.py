"""Questions in text that ask for several things."""

import pytest

from enrich.research.plurals import asks_several
from enrich.research.question import Question

PAGE = """<html><head><title>Examplia</title></head><body><h1>Examplia</h1>
<h2>Geography</h2>
<h3>Land boundaries</h3><p>border countries: Norway 77 km; Peru 30 km; Chad 12 km</p>
<h2>Economy</h2>
<h3>Exports - partners</h3><p>Peru 20%, Norway 12%, Japan 8%</p>
<h3>Currency</h3><p>examplian crown</p>
</body></html>"""


@pytest.fixture
def answered(pages):
    engine = pages(examplia_html=PAGE)

    def ask(question):
        asked = Question(
            input=question, output_schema={"type": "text", "description": ""}, processor="base"
        )
        return engine.answer(asked)["content"]

    return ask


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which are the border countries of Examplia?", "Norway, Peru, Chad"),
        ("Who are the export partners of Examplia?", "Peru, Norway, Japan"),
        ("What is the currency of Examplia?", "examplian crown"),
    ],
)
def test_all_of_several_are_told(answered, question, expected):
    assert answered(question) == expected


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which countries border it?", True),
        ("What languages are spoken there?", True),
        ("List all founders of Acme", True),
        ("What is the capital?", False),
        ("What was the gas price?", False),
        ("Where are its headquarters?", False),
        ("Which company bought Acme's products?", False),
    ],
)
def test_several_are_asked_for_by_a_plural(question, several):
    assert asks_several(question) is several
