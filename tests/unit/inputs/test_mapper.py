from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from enrich.errors import ConfigError
from enrich.inputs import InputField, Mapper, fingerprint, input_schema, mapping_problems
from enrich.records import Mapped, Task

TEXT_OUTPUT = {"type": "text", "description": "What does it do?"}


def field(name, column=None, **more):
    if column is None and "template" not in more:
        column = name.title()
    key = f"task.inputs.{name}" if name else "task.inputs"
    return InputField(name=name, column=column, key=key, **more)


def task(fields, **more):
    spec = {"output_schema": TEXT_OUTPUT, "input_schema": input_schema(fields)}
    return Task(**{"name": "answer", "processor": "base", "spec": spec, **more})


def mapped(fields, batch, *, only_if=None, columns=None):
    mapper = Mapper(task(fields), fields, only_if, columns or list(batch._columns))
    return mapper.map(batch)


def inputs(found: list[Mapped]) -> list[object]:
    return [json.loads(one.request.input) if one.request else None for one in found]


def test_each_row_asks_with_its_own_cells(rows):
    fields = [field("website"), field("company")]

    found = mapped(fields, rows({"Company": ["Acme", "Bolt"], "Website": ["a.com", 'b"c']}))

    assert [one.request.input for one in found if one.request] == [
        b'{"company":"Acme","website":"a.com"}',
        b'{"company":"Bolt","website":"b\\"c"}',
    ]


def test_the_fingerprint_is_the_hash_of_canonical_json(rows):
    fields = [field("company")]
    asked = task(
        fields,
        deciding={
            "source_policy": {"exclude_domains": ["reddit.com"]},
            "advanced_settings": {"location": "us"},
        },
        silent={"enable_events": True},
    )

    [found] = Mapper(asked, fields, None, ["Company"]).map(rows({"Company": ["Société €"]}))

    body = {
        "input": {"company": "Société €"},
        "processor": "base",
        "task_spec": asked.spec,
        "source_policy": {"exclude_domains": ["reddit.com"]},
        "advanced_settings": {"location": "us"},
    }
    written = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found.request is not None
    assert found.request.fingerprint == hashlib.sha256(written.encode()).digest()
    assert found.request.fingerprint == fingerprint(asked, {"company": "Société €"})


def test_silent_members_and_the_tasks_name_leave_the_fingerprint_alone():
    asked = task([field("company")])
    other = dataclasses.replace(asked, name="other", silent={"enable_events": True})

    assert fingerprint(asked, "x") == fingerprint(other, "x")
    assert fingerprint(asked, "x") != fingerprint(dataclasses.replace(asked, processor="core"), "x")


def test_an_optional_input_is_absent_and_a_required_one_skips_its_row(rows):
    fields = [field("company"), field("website", required=False)]

    found = mapped(
        fields, rows({"Company": ["Acme", "", "Bolt"], "Website": [" ", "x.com", "b.com"]})
    )

    assert inputs(found) == [{"company": "Acme"}, None, {"company": "Bolt", "website": "b.com"}]
    assert found[1].skipped == "input 'company' is missing: column 'Company' is empty"


def test_a_missing_template_names_its_columns(rows):
    fields = [field("place", template="{City}, {Country}")]

    [found] = mapped(fields, rows({"City": ["Oslo"], "Country": [None]}))

    assert found.skipped == (
        "input 'place' is missing: one of the columns 'City', 'Country' is empty"
    )


def test_a_default_stands_in_for_a_missing_value(rows):
    fields = [field("company"), field("year", type="integer", default=2024)]

    found = mapped(fields, rows({"Company": ["Acme", None], "Year": ["", "1999"]}))

    assert inputs(found) == [{"company": "Acme", "year": 2024}, None]


def test_a_row_of_defaults_and_constants_alone_is_skipped(rows):
    fields = [
        field("company", required=False),
        field("country", default="US"),
        field("topic", template="wages"),
    ]

    found = mapped(fields, rows({"Company": ["Acme", None, None], "Country": ["", "", "DE"]}))

    assert inputs(found) == [
        {"company": "Acme", "country": "US", "topic": "wages"},
        None,
        {"country": "DE", "topic": "wages"},
    ]
    assert found[1].skipped == "no input is left: all of its cells are empty"


def test_a_cell_that_does_not_convert_refuses_its_row_alone(rows):
    fields = [field("company"), field("employees", type="integer")]

    found = mapped(fields, rows({"Company": ["A", "B"], "Employees": ["12k", "12"]}))

    assert found[0].refused == "column 'Employees': '12k' is not an integer"
    assert inputs(found) == [None, {"company": "B", "employees": 12}]


def test_a_template_is_converted_too(rows):
    fields = [field("company"), field("size", template="{Low}{High}", type="integer")]

    found = mapped(fields, rows({"Company": ["A", "B"], "Low": ["1", "1"], "High": ["2", "x"]}))

    assert inputs(found) == [{"company": "A", "size": 12}, None]
    assert found[1].refused == "'size': '1x' is not an integer"


def test_a_template_over_a_cell_without_text_refuses_the_row(rows):
    [found] = mapped([field("place", template="in {City}")], rows({"City": [b"x"]}))

    assert found.refused == "'place': a bytes is not text"


def test_only_if_comes_before_all_faults(rows):
    fields = [field("employees", type="integer")]
    batch = rows({"Employees": ["12k", "12", None], "Country": ["DE", "US", "DE"]})

    found = mapped(fields, batch, only_if="Country == 'US'")

    assert [one.skipped for one in found] == [
        "only_if is false for this row",
        None,
        "only_if is false for this row",
    ]
    assert inputs(found) == [None, {"employees": 12}, None]


def test_only_if_without_columns_holds_for_all_rows_or_none(rows):
    batch = rows({"Company": ["A", "B"]})

    assert inputs(mapped([field("company")], batch, only_if="1 < 2")) == [
        {"company": "A"},
        {"company": "B"},
    ]
    assert inputs(mapped([field("company")], batch, only_if="false")) == [None, None]


def test_a_text_input_is_one_string(rows):
    fields = [field(None, template="What does {Company} make?")]

    found = mapped(fields, rows({"Company": ["Acme", ""]}))

    assert inputs(found) == ["What does Acme make?", None]
    assert found[1].skipped == "the input is missing: column 'Company' is empty"


def test_an_input_over_the_size_limit_refuses_its_row_alone(rows):
    found = mapped([field("company")], rows({"Company": ["A", "B" * 25_000]}))

    assert inputs(found) == [{"company": "A"}, None]
    assert "25,000 characters" in str(found[1].refused)


def test_half_a_character_refuses_its_row(rows):
    [found] = mapped([field("company")], rows({"Company": ["Ac\ud800me"]}))

    assert found.refused == "an input holds half a character (a lone surrogate)"


def test_a_stricter_input_schema_than_the_fields_is_validated(rows):
    fields = [field("company")]
    asked = task(fields)
    schema = asked.spec["input_schema"]["json_schema"]
    strict = {**schema, "properties": {"company": {"type": "string", "enum": ["Acme"]}}}
    asked = dataclasses.replace(
        asked,
        spec={**asked.spec, "input_schema": {"type": "json", "json_schema": strict}},
    )

    found = Mapper(asked, fields, None, ["Company"]).map(rows({"Company": ["Acme", "Bolt"]}))

    assert inputs(found) == [{"company": "Acme"}, None]
    assert found[1].refused == 'input \'company\': "Bolt" is not one of "Acme"'


def test_names_with_percent_signs_and_quotes_stay_as_they_are(rows):
    fields = [field('100% "pure"', "Company"), field("a%s", "Company")]

    assert inputs(mapped(fields, rows({"Company": ["x"]}))) == [{'100% "pure"': "x", "a%s": "x"}]


def test_what_leaves_and_what_only_the_condition_reads():
    fields = [field("company"), field("site", template="{Domain}/{Company}")]

    mapper = Mapper(task(fields), fields, "Country == 'US'", ["Id", "Company", "Domain", "Country"])

    assert mapper.sent == ("Company", "Domain")
    assert mapper.columns == ("Company", "Domain", "Country")


def test_columns_that_the_table_has_not_are_all_named_with_the_nearest():
    fields = [field("company", "Compny"), field("site", template="{Domian}")]

    with pytest.raises(ConfigError) as raised:
        Mapper(task(fields), fields, "Contry == 'US'", ["Company", "Domain", "Country"])

    assert str(raised.value).splitlines() == [
        "task.inputs.company.column: the table has no column `Compny`; did you mean `Company`?",
        "task.inputs.site.template: the table has no column `Domian`; did you mean `Domain`?",
        "task.only_if: the table has no column `Contry`; did you mean `Country`?",
    ]


@pytest.mark.parametrize(
    ("fields", "only_if", "said"),
    [
        (
            [field("site", template="{A")],
            "A ==",
            [
                (
                    "task.inputs.site.template: in the template, character 3: `}` is expected to "
                    "close the column's name"
                ),
                "task.only_if: at character 5: a column or a value is expected, not the end",
            ],
        ),
        (
            [field("year", "Year", type="integer", default="soon")],
            None,
            ["task.inputs.year.default: 'soon' is not an integer"],
        ),
        (
            [field("topic", template="wages")],
            None,
            ["task.inputs.topic: no input takes a column, so all rows would be one"],
        ),
    ],
    ids=["grammar", "default", "constant"],
)
def test_what_is_wrong_whatever_the_table(fields, only_if, said):
    problems = mapping_problems(fields, only_if, None)

    assert [str(problem) for problem in problems] == said


def test_the_input_schema_says_type_description_and_what_is_required():
    fields = [
        field("company", description="Registered name"),
        field("year", type="integer", required=False),
    ]

    assert input_schema(fields) == {
        "type": "json",
        "json_schema": {
            "type": "object",
            "properties": {
                "company": {"type": "string", "description": "Registered name"},
                "year": {"type": "integer"},
            },
            "required": ["company"],
            "additionalProperties": False,
        },
    }
    assert input_schema([field(None, template="{A}", description="A question")]) == {
        "type": "text",
        "description": "A question",
    }
