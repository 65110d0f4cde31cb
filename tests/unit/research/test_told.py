"""Documents about a thing under other titles, and what pages tell in any words."""

from __future__ import annotations

import pytest

from enrich.research.aboutness import is_about
from enrich.research.documents import Document
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.question import Question
from enrich.research.senses import Senses

TEXT = {"type": "string"}
RELEASE = """Acme Rockets Raises $85 Million to Reach the Moon

DULUTH, March 4, 2025 - Acme Rockets, a maker of small launchers, has closed a round of $85 million led by
Lakeside Fund. Acme Rockets builds its engines in Duluth.

"We waited long enough," said Ada Example, who has run Acme since 2019. Acme gives work to 450 people today and
plans to hire another 120 by the end of 2026. Its rival Globex Aerospace pays 3,400 people.
"""


def document(title, text):
    return Document(url="file:///x", title=title, names=(), text=f"{title}\n{text}", sections=(), segments=(), sha256="")  # fmt: skip


def ask(engine, given, name, schema, text):
    schema = {"type": "object", "properties": {name: {**schema, "description": text}}}
    question = Question(input=given, output_schema={"type": "json", "json_schema": schema}, processor="base")  # fmt: skip
    output = engine.answer(question)
    return output["content"][name], output["basis"][0]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    pytest.importorskip("onnxruntime")
    folder = tmp_path_factory.mktemp("releases")
    (folder / "release.txt").write_text(RELEASE)
    (folder / "note.txt").write_text(
        "ACCOUNT NOTE\nAccount: Bogumi\u0142 Works\n\nBogumi\u0142 Works makes pumps. Bogumi\u0142 was set up in 1984. Ask at Bogumi\u0142 for Bo.\n"
    )
    engine = ResearchEngine(ResearchSettings(corpus=(folder,)))
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("title", "text", "name", "about"),
    [
        ("Acme plans and pricing", "Acme has three plans. With Acme Solo you pay 5. Acme is billed yearly.", "Acme", True),
        ("ACCOUNT NOTE", "Account: Acme\nAcme makes pumps. Acme sells them. Ask Acme.", "Acme", True),
        ("Acme Raises Money", "The round of Acme is led by Globex. They say that Globex is old, that Globex is big, that Globex grows, and that Globex pays for Globex or lends to Globex.", "Acme", False),
        ("Niger Delta", "The Niger Delta is wet. In the Niger Delta oil is found. The Niger Delta has people.", "Niger", False),
        ("Guinea-Bissau", "Guinea-Bissau is a country. Guinea-Bissau has islands. Guinea-Bissau grows cashews.", "Guinea", False),
        ("Equatorial Guinea", "Equatorial Guinea lies here. Equatorial Guinea has oil. Equatorial Guinea is small.", "Guinea", False),
        ("Makers of pumps", "We list Acme, Globex and Initech. All of them make pumps.", "Acme", False),
        ("Ada Example obituary", "Ada Example died on Monday. Example was born in York. Example wrote.", "Ada Example", True),
    ],
)  # fmt: skip
def test_what_a_document_of_another_title_is_about(title, text, name, about):
    assert is_about(document(title, text), name) is about


def test_a_press_release_and_a_note_are_found_by_the_name_they_are_about(engine):
    value, basis = ask(engine, {"company": "Acme Rockets"}, "round_date", TEXT, "Date on which the latest funding round was announced.")  # fmt: skip
    assert value == "March 4, 2025"
    assert "March 4, 2025" in basis["citations"][0]["excerpts"][0]
    assert basis["confidence"] != "high"
    value, _ = ask(engine, {"company": "Bogumi\u0142 Works"}, "founded", {"type": "integer"}, "Year in which the company was set up.")  # fmt: skip
    assert value == 1984


def test_without_the_embedding_nothing_is_told_in_other_words(tmp_path):
    (tmp_path / "release.txt").write_text(RELEASE)
    lexical = ResearchEngine(ResearchSettings(corpus=(tmp_path,), embedding=False))
    assert ask(lexical, {"company": "Acme Rockets"}, "payroll", {"type": "integer"}, "How many people are on the payroll?")[0] is None  # fmt: skip
    lexical.close()


@pytest.mark.parametrize(
    ("name", "text", "sentence", "value"),
    [
        ("employees", "Number of people employed.", "It employs 1,150 people, about 780 of whom work in Ohio.", 1150),
        ("employees", "Number of people employed.", "Its rival Globex Ltd (turnover 130 million, 540 employees) sold it.", None),
        ("employees", "Number of people employed.", "Globex, for comparison, has 540 employees.", None),
        ("employees", "Number of people employed.", "Acme plans to reach 230 employees by 2030.", None),
        ("employees", "Number of people employed.", "The staff grew to 240 employees from 210 employees in a year.", 240),
        ("academics", "Number of academics.", "Acme employs 1,690 people; 734 of them are academics.", 734),
        ("beds", "Number of beds.", "For beds call (330) 555-0142.", None),
        ("employees", "Number of people employed.", "The employees chose her on 1 April 2021.", None),
    ],
)  # fmt: skip
def test_a_figure_of_another_a_part_a_plan_or_a_day_is_no_answer(pages, name, text, sentence, value):  # fmt: skip
    engine = pages(acme_md=f"# Acme\n\nAcme makes pumps.\n\n{sentence}\n")
    answer, _ = ask(engine, {"company": "Acme"}, name, {"type": "integer"}, text)
    assert answer == value


def test_what_no_page_tells_stays_open(engine):
    for name, text in (("auditor", "Who audits the accounts?"), ("iso_27001_date", "Date of the ISO 27001 certificate.")):  # fmt: skip
        value, _ = ask(engine, {"company": "Acme Rockets"}, name, {"type": "string"}, text)
        assert value is None
    assert isinstance(engine._senses, Senses)
