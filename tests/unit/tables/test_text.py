"""New cells as text."""

from __future__ import annotations

import re

import pytest

from enrich.records import ColumnKind
from enrich.tables.text import cell_text, guarded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("as is ", "as is "),
        (7, "7"),
        (7.0, "7"),
        (-0.1, "-0.1"),
        (1e300, "1e+300"),
        (2**70, "1180591620717411303424"),
        (True, "true"),
        (False, "false"),
        (["a", 1, None], '["a",1,null]'),
        ({"ü": [1.5]}, '{"ü":[1.5]}'),
        ([], "[]"),
    ],
)
def test_values_are_written_plainly(value, text):
    assert cell_text(value) == text


def test_citations_hold_every_url_in_brackets():
    citations = [
        {"url": "https://a.example/x?a=1;b=2", "title": "A  <b>\nC", "excerpts": ["x"]},
        {"url": "https://b.example/", "title": None, "excerpts": []},
        {"url": "https://c.example/<odd> one", "title": ""},
    ]

    text = cell_text(citations, ColumnKind.CITATIONS)

    assert text == (
        "A (b) C <https://a.example/x?a=1;b=2>; <https://b.example/>; "
        "<https://c.example/%3Codd%3E%20one>"
    )
    assert len(re.findall(r"<([^<>\s]+)>", text)) == 3


def test_excerpts_stand_behind_each_other():
    assert cell_text(["one\n two", "three"], ColumnKind.EXCERPTS) == "one two ... three"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "\0x",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        '"=1',
        "'=1",
        "\uff02=1",
        "  =1",
        "+49 30 1234",
        "- a list",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "-5", "+3.2%", "1-2", "-1,234.50", "-1e5", "'quoted'"])
def test_other_text_stays(text):
    assert guarded(text) == text
