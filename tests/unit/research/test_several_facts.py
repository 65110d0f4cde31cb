"""Several facts that a text asks for at once."""

import pytest

from enrich.research.question import Question
from enrich.research.several import facts_asked

PAGE = """# Acme Ltd

Acme Ltd makes machines.

- Founded: 7 June 2018
- Funding: $24.5 million total
- CEO: Ada Example
- Birth rate: 5 births a year
- Death rate: 3 deaths a year
- Profit and loss: $2 million
"""


@pytest.mark.parametrize(
    ("description", "facts"),
    [
        ("The founding year and total funding", ["founding year", "total funding"]),
        ("CEO, headquarters and website", ["CEO", "headquarters", "website"]),
        ("The founding year", []),
        ("Who is the CEO and when was it founded?", []),
        ("The name and the amount", []),
        ("A short answer and no more", []),
        ("Research and development in one word", []),
        ("Founded in Ulm or Bern, and where", []),
    ],
)
def test_facts_that_a_description_names(description, facts):
    assert [fact.label for fact in facts_asked(description)] == facts


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("The CEO and founding year", "CEO: Ada Example; founding year: 2018"),
        ("CEO and number of patents", "CEO: Ada Example; number of patents: not found"),
        ("Birth and death rate", "Birth rate: 5 births a year; death rate: 3 deaths a year"),
        ("Profit and loss", "$2 million"),
        ("The founding year", "2018"),
        ("Patents and licences", "No answer was found in the documents."),
    ],
)
def test_each_fact_is_answered_under_its_name(pages, description, expected):
    engine = pages(acme_md=PAGE)
    schema = {"type": "text", "description": description}

    output = engine.answer(Question(input="Acme Ltd", output_schema=schema, processor="base"))

    assert output["content"] == expected
    assert len(output["basis"]) == 1
