"""What stands behind the items of a list belongs to them: roles, days, countries, shares."""

import pytest

PAGE = """# Acme Ltd

Acme Ltd makes machines.

- Key people: Ada Example (CEO), Bo Case (chair)
- Export markets: Austria 40%, Chad 10%
- Customers: Globex (2019), Initech (2021) and Umbra

## Board members

- Ada Example \N{EN DASH} Chair
- Bo Case \N{EN DASH} Chief financial officer (since 2019)
- Cy Dale, member

## Offices

- Berlin (Germany)
- Ulm (Germany), since 2001
"""
STRING = {"type": "string"}
INTEGER = {"type": "integer"}


@pytest.mark.parametrize(
    ("name", "first", "second", "kind", "expected"),
    [
        ("key_people", "name", "role", STRING, [("Ada Example", "CEO"), ("Bo Case", "chair")]),
        ("key_people", "name", "age", INTEGER, [("Ada Example", None), ("Bo Case", None)]),
        (
            "board_members", "name", "role", STRING,
            [("Ada Example", "Chair"), ("Bo Case", "Chief financial officer"), ("Cy Dale", "member")],
        ),
        ("offices", "city", "country", STRING, [("Berlin", "Germany"), ("Ulm", "Germany")]),
        ("offices", "city", "manager", STRING, [("Berlin", None), ("Ulm", None)]),
        ("customers", "name", "year", INTEGER, [("Globex", 2019), ("Initech", 2021), ("Umbra", None)]),
        (
            "export_markets", "country", "share", {"type": "number", "description": "in percent"},
            [("Austria", 40), ("Chad", 10)],
        ),
    ],
)  # fmt: skip
def test_remarks_are_the_parts_of_an_item(pages, look_up, name, first, second, kind, expected):
    engine = pages(acme_md=PAGE)
    items = {"type": "object", "properties": {first: STRING, second: kind}}

    output = look_up(engine, {"company": "Acme Ltd"}, {name: {"type": "array", "items": items}})

    told = [(one[first], one[second]) for one in output["content"][name]]
    assert told == expected
    cited = output["basis"][0]["citations"][0]["excerpts"][-1]
    assert all(str(value) in cited for _, value in expected if isinstance(value, str))
