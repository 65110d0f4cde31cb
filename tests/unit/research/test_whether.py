"""Yes or no asked in text, and figures that a question holds against another."""

import pytest

from enrich.research.question import Question
from enrich.research.yes_no import yes_or_no

PAGE = """# Acme Ltd

Acme Ltd is based in Ulm, Germany. It makes machines for Globex.

## Facts

- Publicly traded: No
- Employees: 1,240
- Customers: 51-200
- Board member: Ada Example
"""


@pytest.fixture
def said(pages):
    engine = pages(acme_md=PAGE)

    def said(given, description=None):
        schema = {"type": "text", "description": description or "A short answer"}
        question = Question(input=given, output_schema=schema, processor="base")
        return engine.answer(question)["content"]

    return said


def test_which_questions_are_answered_by_yes_or_no():
    listed, answered = yes_or_no("Is it listed? yes or no"), yes_or_no("Listed? Answer Yes/No.")

    assert listed is not None
    assert listed.words == ("yes", "no")
    assert answered is not None
    assert answered.only
    assert yes_or_no("Whether it is listed") is not None
    assert yes_or_no("Is it a bank or a shop?") is None
    assert yes_or_no("Where is it listed?") is None
    assert yes_or_no("Name of the chair") is None
    assert yes_or_no("Does it say") is None


@pytest.mark.parametrize(
    ("question", "description", "expected"),
    [
        ("Is Acme Ltd publicly traded?", "yes or no", "no"),
        ("Is Acme Ltd publicly traded?", "Answer Yes or No.", "No"),
        ("Is Acme Ltd publicly traded?", None, "No"),
        ("Is Acme Ltd publicly traded?", "true or false", "false"),
        ("Is Acme Ltd based in Germany?", "yes or no", "yes"),
        ("Does Acme Ltd have more than 1,000 employees?", "yes or no", "yes"),
        ("Does Acme Ltd have more than 5,000 employees?", "yes or no", "no"),
        ("Does Acme Ltd have fewer than 5,000 employees?", "yes or no", "yes"),
    ],
)
def test_yes_or_no_in_the_words_that_are_asked_for(said, question, description, expected):
    assert said(question, description) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Is Acme Ltd based in Bern?",
        "Does Acme Ltd make machines for Initech?",
        "Does Acme Ltd have a union?",
        "Does Acme Ltd have more than 100 customers?",
    ],
)
def test_what_names_something_else_says_neither(said, question):
    assert said(question, "yes or no").startswith("No answer")


def test_a_field_that_is_text_says_it_alike(pages, look_up):
    engine = pages(acme_md=PAGE)
    fields = {
        "publicly_traded": {"type": "string", "description": "Is it publicly traded? Yes/No"},
        "union": {"type": "string", "description": "Is there a union? If unknown, return 'n/a'. Yes/No"},
        "has_more_than_1000_employees": {"type": "boolean"},
        "large": {"type": "boolean", "description": "Whether it has at least 5000 employees"},
    }  # fmt: skip

    content = look_up(engine, {"company": "Acme Ltd"}, fields)["content"]

    assert content["publicly_traded"] == "No"
    assert content["union"] in {None, "n/a"}
    assert content["has_more_than_1000_employees"] is True
    assert content["large"] is not True
