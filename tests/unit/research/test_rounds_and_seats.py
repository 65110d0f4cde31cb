"""Parts of what stands in one line: a round's type, sum, day and lead; a seat's town, state and country."""

import pytest

PAGE = """# Acme Ltd

Acme Ltd makes machines.

- Headquarters: Ulm, Ohio, United States
- Funding: $24.5 million total
- Last round: Series B, $15 million, closed 3 February 2024, led by Globex Ventures
"""
STRING = {"type": "string"}
ROUND = "Type of funding round (Series A, Series B, etc.). If unknown, return 'Type unknown'."


def nested(**fields):
    return {"type": "object", "properties": fields, "required": list(fields)}


def test_parts_of_a_seat(pages, look_up):
    engine = pages(acme_md=PAGE, globex_md="# Globex\n\n- Headquarters: Bern, Switzerland\n")
    parts = nested(city=STRING, state=STRING, country=STRING)

    for company, expected in (
        ("Acme Ltd", {"city": "Ulm", "state": "Ohio", "country": "United States"}),
        ("Globex", {"city": "Bern", "state": None, "country": "Switzerland"}),
    ):
        content = look_up(engine, {"company": company}, {"headquarters": parts})["content"]

        assert content["headquarters"] == expected


def test_parts_of_a_round(pages, look_up):
    engine = pages(acme_md=PAGE)
    last = nested(
        type=STRING,
        amount={"type": "number", "description": "USD"},
        date={"type": "string", "description": "YYYY-MM-DD"},
        lead=STRING,
    )
    funding = nested(total={"type": "number", "description": "in USD"}, last_round=last)

    content = look_up(engine, {"company": "Acme Ltd"}, {"funding": funding})["content"]

    assert content["funding"]["last_round"] == {
        "type": "Series B", "amount": 15_000_000, "date": "2024-02-03", "lead": "Globex Ventures",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("funding_round_type", ROUND, "Series B"),
        ("last_round_type", "", "Series B"),
        ("funding_stage", "Stage (Seed, Series A, ...)", "Series B"),
        ("latest_funding_amount", "Funding amount in millions USD format (e.g., '50M').", "15M"),
    ],
)
def test_the_last_round(pages, look_up, name, description, expected):
    engine = pages(acme_md=PAGE)
    field = {"type": "string", "description": description}

    content = look_up(engine, {"company": "Acme Ltd"}, {name: field})["content"]

    assert content[name] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The seed round closed in 2019. The Series A round followed in March 2021.", "Series A"),
        ("In 2022 it raised a Series C round, after a Series B round in 2020.", "Series C"),
        ("It plans a Series B round. The seed round of 2019 brought $2 million.", "seed"),
        ("The Series 7 drill costs $15.", "Type unknown"),
        ("It sells seed to farms and raised prices.", "Type unknown"),
        ("It raised $15 million.", "Type unknown"),
    ],
)
def test_types_of_rounds_in_sentences(pages, look_up, line, expected):
    engine = pages(acme_md=f"# Acme Ltd\n\nAcme Ltd makes machines. {line}\n")
    field = {"type": "string", "description": ROUND}

    content = look_up(engine, {"company": "Acme Ltd"}, {"funding_round_type": field})["content"]

    assert content["funding_round_type"] == expected


def test_a_total_is_not_the_last_sum(pages, look_up):
    engine = pages(acme_md="# Acme Ltd\n\n- Funding: $24.5 million total\n")
    field = {"type": "number", "description": "Sum of the latest funding round in USD"}

    content = look_up(engine, {"company": "Acme Ltd"}, {"latest_funding_amount": field})["content"]

    assert content["latest_funding_amount"] is None
