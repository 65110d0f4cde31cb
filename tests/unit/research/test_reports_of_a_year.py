"""Reports on a field of things, and of one year."""

from enrich.research.question import Question

PAGE = """# Examplia

Examplia is a country.

## National symbol(s)

- lion

## Inflation rate

- Inflation rate 2024: 4.5%
- Inflation rate 2023: 7.7%
- note: by consumer prices

## GDP by sector

- industry: 16% (2024)
- note: shares are rounded

## Elections

- 2022 elections: the second round elected Ada Example
"""


def test_a_summary_of_the_economy_for_a_year(pages):
    schema = {
        "type": "text",
        "description": "Summary of the country's economic indicators for 2023",
    }
    question = Question(input="Examplia", output_schema=schema, processor="base")

    content = pages(examplia_md=PAGE).answer(question)["content"]

    assert "7.7%" in content
    assert "4.5%" not in content
    assert "lion" not in content
    assert "rounded" not in content


def test_a_round_of_an_election_is_none_of_funding(pages, look_up):
    fields = {"funding_date": {"type": "string", "description": "Date of funding round"}}

    content = look_up(pages(examplia_md=PAGE), {"country": "Examplia"}, fields)["content"]

    assert content["funding_date"] is None
