from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from enrich.inputs.cells import AS_JSON, UnfitError, text

NAN = float("nan")
MISSING = [None, "", "  ", "\t\n", "\u2003", NAN]


@pytest.mark.parametrize("kind", sorted(AS_JSON))
@pytest.mark.parametrize("cell", MISSING, ids=repr)
def test_null_nan_and_blank_text_are_missing_for_every_type(kind, cell):
    assert AS_JSON[kind](cell) is None


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("string", "Acme", '"Acme"'),
        ("string", " Acme ", '" Acme "'),
        ("string", "NA", '"NA"'),
        ("string", "007", '"007"'),
        (
            "string",
            'a "b" \\ \n \x00 \x7f é 😀',
            json.dumps('a "b" \\ \n \x00 \x7f é 😀', ensure_ascii=False),
        ),
        ("string", 12, '"12"'),
        ("string", 12.0, '"12.0"'),
        ("string", 1e22, '"1e+22"'),
        ("string", Decimal("1.50"), '"1.50"'),
        ("string", Decimal("1E+3"), '"1000"'),
        ("string", True, '"true"'),
        ("string", date(2024, 2, 29), '"2024-02-29"'),
        ("string", datetime(2024, 2, 29, 12, tzinfo=UTC), '"2024-02-29T12:00:00+00:00"'),
        ("string", time(9, 30), '"09:30:00"'),
        ("string", timedelta(minutes=1.5), '"90 s"'),
        ("string", timedelta(hours=12, minutes=34, seconds=56.789), '"45296.789 s"'),
        ("string", timedelta(days=-20, seconds=3), '"-1727997 s"'),
        ("string", timedelta(0), '"0 s"'),
        ("string", ["b", {"z": 1, "a": None}], '"[\\"b\\",{\\"a\\":null,\\"z\\":1}]"'),
        ("integer", 12, "12"),
        ("integer", "12", "12"),
        ("integer", " -3 ", "-3"),
        ("integer", "+007", "7"),
        ("integer", 12.0, "12"),
        ("integer", Decimal("12.00"), "12"),
        ("integer", Decimal("99999999999999999999.00"), "99999999999999999999"),
        ("integer", 2**70, str(2**70)),
        ("number", 12, "12"),
        ("number", 12.0, "12"),
        ("number", 0.1, "0.1"),
        ("number", "12", "12"),
        ("number", "1.50", "1.5"),
        ("number", ".5", "0.5"),
        ("number", "2e3", "2000"),
        ("number", "-0", "0"),
        ("number", Decimal("0.1"), "0.1"),
        ("number", Decimal("0.12345678901234567890123"), "0.12345678901234567890123"),
        ("number", "123456789012345678901234567890", "123456789012345678901234567890"),
        ("boolean", True, "true"),
        ("boolean", "False", "false"),
        ("boolean", " TRUE ", "true"),
    ],
    ids=repr,
)
def test_the_stated_conversions(kind, cell, expected):
    assert AS_JSON[kind](cell) == expected


@pytest.mark.parametrize(
    ("kind", "cell", "message"),
    [
        ("string", b"Acme", "a bytes is not text"),
        ("string", {"a": {1, 2}}, "a dict that is not JSON is not text"),
        ("string", 10**1000, "an integer of 3,322 bits is not a number of ordinary size"),
        ("integer", 10**1000, "an integer of 3,322 bits is not an integer"),
        ("boolean", 10**1000, "an integer of 3,322 bits is not true or false"),
        ("integer", "12k", "'12k' is not an integer"),
        ("integer", "12.0", "'12.0' is not an integer"),
        ("integer", "1,000", "'1,000' is not an integer"),
        ("integer", "٣", "'٣' is not an integer"),
        ("integer", "9" * 5000, "'" + "9" * 39 + "… is not an integer"),
        ("integer", 12.5, "12.5 is not an integer"),
        ("integer", True, "true is not an integer"),
        ("integer", [1], "[1] is not an integer"),
        ("integer", Decimal("1.2300"), "1.2300 is not an integer"),
        ("integer", date(2024, 1, 31), "2024-01-31 is not an integer"),
        ("number", b"\xff", "a bytes is not a number"),
        ("number", "about 12", "'about 12' is not a number"),
        ("number", "inf", "'inf' is not a number"),
        ("number", float("inf"), "inf is not a number of ordinary size"),
        ("number", Decimal("Infinity"), "Infinity is not a number of ordinary size"),
        ("number", "1e9999", "1E+9999 is not a number of ordinary size"),
        ("number", False, "false is not a number"),
        ("boolean", "yes", "'yes' is not true or false"),
        ("boolean", "1", "'1' is not true or false"),
        ("boolean", 1, "1 is not true or false"),
    ],
)
def test_a_cell_that_is_not_what_its_input_declares(kind, cell, message):
    with pytest.raises(UnfitError) as raised:
        AS_JSON[kind](cell)

    assert str(raised.value) == message


def test_a_missing_decimal_is_missing():
    assert text(Decimal("NaN")) is None
    assert AS_JSON["number"](Decimal("NaN")) is None
