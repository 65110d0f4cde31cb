"""Lists that are wanted as one text."""

import pytest

PAGE = """# Acme Ltd

Acme Ltd makes machines.

## Products

- Anvil Press
- Bench Lathe
- Cold Saw

## Facts

- Employees: 1,240
- Slogan: Made, not born
"""


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("products", "Products, comma separated", "Anvil Press, Bench Lathe, Cold Saw"),
        ("products", "Comma-separated list of products", "Anvil Press, Bench Lathe, Cold Saw"),
        ("products", "Products as a list separated by semicolons", "Anvil Press; Bench Lathe; Cold Saw"),
        ("products", "Up to 2 products (separated by commas)", "Anvil Press, Bench Lathe"),
        ("slogan", "Slogan", "Made, not born"),
        ("employees", "Number of employees, thousands separated by commas", "1,240"),
        ("patents", "Patents, comma separated", None),
    ],
)  # fmt: skip
def test_items_are_joined_as_asked(pages, look_up, name, description, expected):
    engine = pages(acme_md=PAGE)
    fields = {name: {"type": "string", "description": description}}

    output = look_up(engine, {"company": "Acme Ltd"}, fields)

    assert output["content"][name] == expected
    assert [entry["field"] for entry in output["basis"]] == [name]
