"""Answers whose structure is found: facts by topic, tables and lists whole, what is asked of several under each name."""

import pytest

from enrich.research.question import Question

ACME = """# Acme

Acme is a maker of anvils.

- Legal name: Acme Ltd
- CEO: Ada Example

## Acquisitions

| Company | Date | Price |
|---|---|---|
| Globex | 2021-05-11 | $2 million |
| Initech | 2022-09-30 | |
| Hooli | 2023-12-01 | $4 million |

## Products

- Small anvil
- Large anvil
"""


@pytest.fixture
def structure(pages):
    """Ask for an answer whose structure is found."""

    def structure(files, given, processor="pro"):
        question = Question(input=given, output_schema={"type": "auto"}, processor=processor)
        return pages(**files).answer(question)

    return structure


def test_tables_and_lists_are_arrays_with_a_basis_for_each_element(structure):
    output = structure({"acme_md": ACME}, "Research Acme and its acquisitions")
    content, schema = output["content"], output["output_schema"]["properties"]
    fields = [entry["field"] for entry in output["basis"]]

    assert [row["company"] for row in content["acquisitions"]] == ["Globex", "Initech", "Hooli"]
    assert content["acquisitions"][0] == {"company": "Globex", "date": "2021-05-11", "price": "$2 million"}  # fmt: skip
    assert content["acquisitions"][1]["price"] is None
    assert content["products"] == ["Small anvil", "Large anvil"]
    assert content["summary"]["ceo"] == "Ada Example"
    assert schema["acquisitions"]["items"]["properties"]["price"] == {"type": ["string", "null"]}
    assert schema["products"] == {"type": "array", "items": {"type": "string"}}
    assert {"acquisitions", "acquisitions.2", "products.1", "summary.ceo"} <= set(fields)
    cited = {e["field"]: e["citations"][0]["excerpts"][-1] for e in output["basis"]}
    assert "Hooli 2023-12-01 $4 million" in cited["acquisitions.2"]


def test_what_is_asked_goes_before_what_is_not_where_room_is_short(pages, structure):
    many = "".join(f"\n## Topic {n}\n\n- Fact {n}: {n}\n" for n in range(40))
    content = structure({"acme_md": ACME + many}, "Research Acme and its acquisitions")["content"]

    assert len(content["acquisitions"]) == 3
    assert "topic_39" not in content


def test_facts_beside_a_table_keep_a_place_of_their_own(structure):
    page = ACME.replace("## Acquisitions\n", "## Acquisitions\n\n- Last one: Hooli\n")
    content = structure({"acme_md": page}, "Acme")["content"]

    assert "Hooli" in str({k: v for k, v in content.items() if isinstance(v, dict)})
    assert any(isinstance(v, list) and len(v) == 3 for v in content.values())


def test_of_several_things_each_has_its_own(structure):
    files = {"acme_md": ACME, "globex_md": "# Globex\n\n- CEO: Bo Case\n"}
    output = structure(files, "Compare Acme and Globex")

    assert output["content"]["acme"]["summary"]["ceo"] == "Ada Example"
    assert output["content"]["globex"] == {"summary": {"ceo": "Bo Case"}}
    assert list(output["output_schema"]["properties"]) == ["acme", "globex"]
    assert "globex.summary.ceo" in {entry["field"] for entry in output["basis"]}
