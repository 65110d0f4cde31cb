"""Whatever stands in a table or in a template, mapping answers with a value."""

from __future__ import annotations

import json
import string
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from enrich.errors import ConfigError
from enrich.inputs import Condition, InputField, Mapper, Template, canonical, fingerprint
from enrich.inputs.cells import AS_JSON, UnfitError
from enrich.inputs.field import input_schema
from enrich.records import Task

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
CELLS = (
    st.text(st.characters(), max_size=20)
    | st.sampled_from(["12", "-3", "1.5", "true", "FALSE", "", " ", "1e5", "\ud800", "2024-01-01"])
    | JSON
    | st.decimals()
    | st.sampled_from([Decimal("sNaN"), Decimal("1E+999999"), 10**500])
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.binary(max_size=3)
    | st.builds(object)
)
TYPES = st.sampled_from(sorted(AS_JSON))


class Rows:
    def __init__(self, columns):
        self.start = 0
        self._columns = columns

    def __len__(self):
        return len(next(iter(self._columns.values())))

    def column(self, name):
        return self._columns[name]

    def locate(self, index):
        return f"row {index + 1}"

    def to_arrow(self):
        raise NotImplementedError


def task_of(fields):
    return Task(
        name="answer",
        processor="base",
        spec={"output_schema": {"type": "text"}, "input_schema": input_schema(fields)},
    )


@given(kind=TYPES, cell=CELLS)
@settings(max_examples=250)
def test_a_cell_is_json_of_its_type_or_missing_or_unfit(kind, cell):
    try:
        written = AS_JSON[kind](cell)
    except UnfitError:
        return
    if written is None:
        return
    value = json.loads(written, parse_float=Decimal)
    expected = {
        "string": str,
        "integer": int,
        "number": int | Decimal,
        "boolean": bool,
    }[kind]

    assert isinstance(value, expected)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5),
    kinds=st.tuples(TYPES, TYPES),
    required=st.booleans(),
)
@settings(max_examples=200)
def test_mapping_gives_one_answer_a_row_and_never_raises(rows, kinds, required):
    fields = [
        InputField(name="a", column="A", type=kinds[0], required=required),
        InputField(name="b", template="{B|strip|domain|default:'x'} {C}", type=kinds[1]),
    ]
    task = task_of(fields)
    a, b, c = zip(*rows, strict=True)

    mapped = Mapper(task, fields, "A != 'x' or B > 3 or contains(C, A)", ["A", "B", "C"]).map(
        Rows({"A": a, "B": b, "C": c})
    )

    assert len(mapped) == len(rows)
    for one in mapped:
        assert [one.request, one.skipped, one.refused].count(None) == 2
        if one.request is not None:
            value = json.loads(one.request.input, parse_float=str)
            assert set(value) <= {"a", "b"}


@given(
    left=st.dictionaries(
        st.sampled_from("ab%"), st.text(max_size=3) | st.integers(0, 3), max_size=3
    ),
    right=st.dictionaries(
        st.sampled_from("ab%"), st.text(max_size=3) | st.integers(0, 3), max_size=3
    ),
)
def test_fingerprints_are_equal_exactly_when_inputs_are(left, right):
    task = task_of([InputField(name="a", column="A")])

    assert (fingerprint(task, left) == fingerprint(task, right)) == (left == right)


@given(first=st.text(max_size=6), second=st.text(max_size=6))
def test_two_rows_are_one_request_exactly_when_their_cells_are_equal(first, second):
    assume(first.strip() and second.strip())
    fields = [InputField(name="a", column="A")]

    one, two = Mapper(task_of(fields), fields, None, ["A"]).map(Rows({"A": [first, second]}))

    assert one.request is not None
    assert one.request.input == canonical({"a": first})
    assert (one.request == two.request) == (first == second)


@given(number=st.integers(-(2**53) + 1, 2**53 - 1))
def test_a_number_has_one_name_in_every_format(number):
    written = {
        AS_JSON["number"](cell) for cell in (number, float(number), str(number), Decimal(number))
    }

    assert written == {str(number)}


WORDS = [
    *("and", "or", "not", "in", "is", "null", "true", "false", "contains", "startswith"),
    *("==", "!=", "<", "<=", ">", ">=", "(", ")", "[", "]", ",", "=", "&", "-", "."),
    *("A", "B", "`A b`", "'x'", '"y"', "12", "-1.5", "1e9", "'", "`", "1a", " "),
]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=40))
@settings(max_examples=250)
def test_any_text_is_a_condition_or_a_config_error(source):
    try:
        condition = Condition.parse(source)
    except ConfigError:
        return
    cells = [None, "x", 12, True, date(2024, 1, 1), b"x", Decimal("sNaN"), [1]]
    for cell in cells:
        assert condition.holds([cell] * len(condition.columns)) in {True, False}


@pytest.mark.parametrize(
    "part", ["(", "not ", "A in [", "contains(", "'", "''", "`", "``", "A == ", "-", "1e"]
)
def test_a_long_condition_is_refused_or_read_in_no_time(part):
    with pytest.raises(ConfigError):
        Condition.parse(part * 20_000 + "=")


@given(
    st.lists(
        st.sampled_from(["{", "}", "{{", "}}", "|", ":", "'x'", "A", "`", "strip", "default", " "]),
        max_size=12,
    ).map("".join)
    | st.text(string.printable, max_size=30)
)
@settings(max_examples=250)
def test_any_text_is_a_template_or_a_config_error(source):
    try:
        template = Template.parse(source, key="k")
    except ConfigError:
        return
    cells = ["https://Acme.com/x"] * len(template.columns)
    rendered = template.render(cells)

    assert rendered is None or isinstance(rendered, str)


@given(st.text(max_size=30))
def test_a_text_with_its_braces_doubled_is_itself(text):
    doubled = text.replace("{", "{{").replace("}", "}}")

    assert Template.parse(doubled).render([]) == text


@given(name=st.text(min_size=1, max_size=8), cell=st.text(min_size=1, max_size=8))
def test_any_column_can_be_named_in_backticks(name, cell):
    assume(cell.strip())
    quoted = "`" + name.replace("`", "``") + "`"

    assert Template.parse("{" + quoted + "}").columns == (name,)
    condition = Condition.parse(f"{quoted} == '{cell.replace(chr(39), chr(39) * 2)}'")
    assert condition.columns == (name,)
    assert condition.holds([cell])
