from __future__ import annotations

import pytest

from enrich.errors import ConfigError
from enrich.inputs.template import Template


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        ("https://{Domain}", {"Domain": "acme.com"}, "https://acme.com"),
        ("{First} {Last}", {"First": "Ada", "Last": "Lovelace"}, "Ada Lovelace"),
        ("{A}{A}", {"A": "x"}, "xx"),
        ("{{{A}}}", {"A": "x"}, "{x}"),
        ("{{A}}", {}, "{A}"),
        ("{ Legal name }", {"Legal name": "Acme"}, "Acme"),
        ("{`odd|name}` | upper}", {"odd|name}": "x"}, "X"),
        ("{`a``b`}", {"a`b": "x"}, "x"),
        ("{A|strip|lower}", {"A": "  AbC "}, "abc"),
        ("{A | domain}", {"A": "HTTPS://user@www.Example.co.uk:8080/a?b#c"}, "example.co.uk"),
        ("{A | domain}", {"A": "acme.com/about"}, "acme.com"),
        ("{A | domain}", {"A": "info@acme.com"}, "acme.com"),
        ("{A | domain}", {"A": "Acme Inc."}, None),
        ("{A | domain | default:'unknown'}", {"A": "Acme"}, "unknown"),
        ('{A|default:"it\'s"}', {"A": ""}, "it's"),
        ("{A|default:'x'}", {"A": None}, "x"),
        ("{A} in {B}", {"A": "x", "B": " "}, None),
        ("{A}", {"A": 12}, "12"),
        ("{A|strip}", {"A": "\u200b "}, "\u200b"),
    ],
)
def test_a_template_writes_a_rows_cells(source, row, expected):
    template = Template.parse(source)

    assert template.columns == tuple(row)
    assert template.render(list(row.values())) == expected


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("{A", 3, "`}` is expected to close the column's name"),
        ("a}", 2, "`}` has no `{` before it; write `}}` for a brace"),
        ("{}", 2, "a column's name is expected behind `{`; write `{{` for a brace"),
        ("{A|}", 4, "a filter's name is expected behind `|`"),
        ("{A|lowr}", 4, "there is no filter `lowr`; did you mean `lower`?"),
        ("{A|lower:'x'}", 4, "the filter `lower` takes no value"),
        ("{A|default}", 11, "write a default as default:'text'"),
        ("{A|default:x}", 11, "write a default as default:'text'"),
        ("{A{B}}", 3, "`}` is expected to close the column's name"),
    ],
)
def test_a_template_that_cannot_be_read_names_the_character(source, place, message):
    with pytest.raises(ConfigError) as raised:
        Template.parse(source, key="task.inputs.site.template")

    assert raised.value.key == "task.inputs.site.template"
    assert raised.value.message == f"in the template, character {place}: {message}"
