from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from enrich.errors import ConfigError
from enrich.inputs.condition import Condition

ROW = {
    "Country": "US",
    "Name": "Acme 'n' Co",
    "Employees": "50",
    "Revenue": 12.5,
    "Founded in": None,
    "Note": " ",
    "Active": "TRUE",
    "Public": False,
    "Since": date(2020, 1, 2),
    "Price": Decimal("1.10"),
    "Tags": ["a", "b"],
    "Raw": b"x",
    "Gap": float("nan"),
}


def holds(source: str) -> bool:
    condition = Condition.parse(source)
    return condition.holds([ROW[name] for name in condition.columns])


@pytest.mark.parametrize(
    "source",
    [
        "Country == 'US'",
        'Country == "US"',
        "'US' == Country",
        "Country != 'us'",
        "Country in ['DE', 'US']",
        "Country not in ['DE', 'FR']",
        "Name == 'Acme ''n'' Co'",
        "`Country` == 'US'",
        # A number on one side makes both numbers.
        "Employees == 50",
        "Employees >= 50.0",
        "Employees < 100",
        "Employees > -1",
        "Revenue == 12.5",
        "Revenue == '12.5'",
        "Price == 1.1",
        "Price < Revenue",
        "Employees > Revenue",
        # Two texts are text.
        "Employees > '100'",
        "Since >= '2020-01-01'",
        # What cannot be read as the other side is unequal and not ordered.
        "Country != 50",
        "not Country < 50",
        "not Country >= 50",
        "Raw != 'x'",
        "not contains(Raw, 'x')",
        # Missing.
        "`Founded in` is null",
        "Note is null",
        "Gap is null",
        "Note == null",
        "Note == ''",
        "Country is not null",
        "Country != null",
        "`Founded in` != 1990",
        "not `Founded in` < 1990",
        "not `Founded in` >= 1990",
        "`Founded in` not in [1990]",
        "`Founded in` in [null, 1990]",
        # Booleans.
        "Active",
        "not Public",
        "Active == true",
        "Public == false",
        "Public != Active",
        "Country != true",
        "true",
        # Precedence and words in any case.
        "Country == 'DE' and Public or Active",
        "Active or Country == 'DE' and Public",
        "not Public and Active",
        "not (Public and Active)",
        "NOT Public AND Country IN ['US'] OR Public IS NULL",
        "((((Active))))",
        # Functions.
        "contains(Name, 'Acme')",
        "not contains(Name, 'acme')",
        "startswith(Name, 'Ac')",
        "contains(Employees, 5)",
        "not contains(Note, '')",
        "contains(Tags, 'a')",
    ],
)
def test_what_is_true_of_the_row(source):
    assert holds(source) is True


def test_a_condition_names_its_columns_once_in_order():
    condition = Condition.parse("B == 1 or `A b` == 2 or B == 3")

    assert condition.columns == ("B", "A b")


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("", 1, "a column or a value is expected, not the end"),
        ("Country =", 9, "write `==` to compare"),
        ("Country == ", 12, "a column or a value is expected, not the end"),
        ("Country == 'US", 12, "the ' that opens here is never closed"),
        ("Country == US'", 14, "the ' that opens here is never closed"),
        ("`Country == 1", 1, "the ` that opens here is never closed"),
        ("Country == 'US' Name", 17, "`Name` is not expected here"),
        ("A == 1 == 2", 8, "comparisons do not chain; join them with `and`"),
        ("(A == 1", 8, "`)` is expected"),
        ("A in ['x'", 10, "`]` is expected"),
        ("A in 'x'", 6, "`[` is expected"),
        ("A in []", 7, "a column or a value is expected, not `]`"),
        ("A not 'x'", 7, "`in` is expected behind `not`"),
        ("A is 'x'", 6, "`is` is followed by `null` or `not null`"),
        ("'x'", 1, "a condition is expected, such as Country == 'US'"),
        ("A == 1 and 2", 12, "a condition is expected, such as Country == 'US'"),
        ("(A == 1) == 2", 2, "a column or a value is expected, not a condition"),
        ("lower(A) == 'x'", 1, "there is no function `lower`; there are contains and startswith"),
        ("contains(A)", 11, "`,` is expected"),
        ("A == 1 && B", 8, "`&` means nothing here"),
        ("1st == 2", 1, "this is no number; a column of that name stands in backticks"),
        (
            "or == 1",
            1,
            "a column or a value is expected, not `or`; a column of that name stands in backticks",
        ),
        ("(" * 51 + "A", 51, "more than 50 levels of parentheses and nots"),
        ("not " * 51 + "A", 201, "more than 50 levels of parentheses and nots"),
    ],
)
def test_what_is_no_condition_names_the_character(source, place, message):
    with pytest.raises(ConfigError) as raised:
        Condition.parse(source)

    assert raised.value.key == "task.only_if"
    assert raised.value.message == f"at character {place}: {message}"


def test_many_parts_in_a_row_are_not_deep():
    source = " or ".join(f"A == {n}" for n in range(5_000))

    assert Condition.parse(source).holds([4_999]) is True
