from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

import pytest

from enrich.spec import check_task_spec
from enrich.spec.limits import MAX_CHECKED_CHARS

if TYPE_CHECKING:
    from enrich.records import JsonObject

TEXT: JsonObject = {"type": "string", "description": "A text. If unknown, null."}


def closed(properties, **more):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def wire(schema, input_schema=None):
    spec = {"output_schema": {"type": "json", "json_schema": schema}}
    if input_schema is not None:
        spec["input_schema"] = {"type": "json", "json_schema": input_schema}
    return spec


def found(schema, **more):
    return [(v.severity, v.rule, v.path) for v in check_task_spec(wire(schema), **more)]


def serious(schema, **more):
    return [each for each in found(schema, **more) if each[0] != "hint"]


def rules(schema, **more):
    return {rule for _, rule, _ in found(schema, **more)}


def test_properties_named_like_keywords_are_names():
    names = [
        "format",
        "pattern",
        "properties",
        "items",
        "required",
        "anyOf",
        "$ref",
        "enum",
        "type",
    ]
    schema = closed(dict.fromkeys(names, TEXT))

    assert serious(schema) == []


def test_values_that_look_like_schemas_are_values():
    inner = {"minLength": 1, "type": "null", "$ref": "#/nowhere", "properties": 7}
    schema = closed({"a": {**TEXT, "const": inner, "default": inner, "examples": [inner]}})

    assert serious(schema) == []


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ({"type": "null"}, "$.properties.a.type"),
        ({"type": ["null"]}, "$.properties.a.type"),
        ({"type": "array", "items": {"type": "null"}}, "$.properties.a.items.type"),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, "$.properties.a.oneOf[1].type"),
        ({"allOf": [{"type": "null"}]}, "$.properties.a.allOf[0].type"),
    ],
    ids=["alone", "a list of one", "items", "oneOf", "allOf"],
)
def test_null_stands_only_in_a_union_or_any_of(field, path):
    assert [("error", "standalone-null", path)] == serious(closed({"a": field}))


@pytest.mark.parametrize(
    "field",
    [
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Nothing"}]},
    ],
    ids=["union", "anyOf", "a definition for anyOf"],
)
def test_null_in_a_union_or_any_of_is_fine(field):
    assert (
        serious(
            closed({"a": field}, **{"$defs": {"Nothing": {"type": "null"}}})
            if "Nothing" in str(field)
            else closed({"a": field})
        )
        == []
    )


def test_the_root_may_not_be_null_even_in_a_union():
    assert ("error", "root-type-object", "$.type") in found(
        {**closed({"a": TEXT}), "type": ["object", "null"]}
    )


def test_every_object_must_require_all_and_be_closed_wherever_it_stands():
    loose = {"type": "object", "properties": {"x": TEXT}}
    schema = closed(
        {
            "a": loose,
            "b": {"type": "array", "items": loose},
            "c": {"anyOf": [loose, {"type": "null"}]},
            "d": {"$ref": "#/$defs/D"},
        },
        **{"$defs": {"D": loose}},
    )
    paths = ["$.properties.a", "$.properties.b.items", "$.properties.c.anyOf[0]", "$.$defs.D"]

    assert [
        *(("warning", "required", path) for path in paths),
        *(("warning", "additional-properties", path) for path in paths),
    ] == serious(schema)


@pytest.mark.parametrize("value", [True, {"type": "string"}, {}], ids=["true", "a schema", "empty"])
def test_only_additional_properties_false_closes(value):
    schema = {**closed({"a": TEXT}), "additionalProperties": value}

    assert serious(schema) == [("warning", "additional-properties", "$.additionalProperties")]


def test_odd_names_are_quoted_in_paths():
    schema = closed(
        {"a b": {"type": "string", "minLength": 1}, "it's": {"minLength": 1}, "é": {"minLength": 1}}
    )
    paths = [path for _, rule, path in found(schema) if rule == "unsupported-keyword"]

    assert paths == [
        "$.properties['a b'].minLength",
        "$.properties['it\\'s'].minLength",
        "$.properties.é.minLength",
    ]


def nested(levels, leaf=None):
    schema = leaf or TEXT
    for _ in range(levels):
        schema = closed({"x": schema})
    return schema


def test_depth_counts_objects_and_arrays_and_nothing_else():
    items = {
        "type": "array",
        "items": closed({"items": {"anyOf": [{"type": "array", "items": TEXT}]}}),
    }

    assert not {"nesting-depth"} & rules(closed({"a": items}))
    assert "nesting-depth" not in rules(nested(5))
    assert [("error", "nesting-depth", f"${'.properties.x' * 5}")] == serious(nested(6))
    assert [("error", "nesting-depth", f"${'.properties.x' * 5}")] == serious(nested(9))


def test_depth_above_three_is_advised_against_once():
    assert "advised-depth" not in rules(nested(3))
    assert [f"${'.properties.x' * 3}"] == [
        path for _, rule, path in found(nested(5)) if rule == "advised-depth"
    ]


def test_depth_is_measured_through_references_at_the_deepest_use():
    defs = {"Deep": nested(3), "Used": {"type": "array", "items": {"$ref": "#/$defs/Deep"}}}
    shallow = closed({"a": {"$ref": "#/$defs/Deep"}}, **{"$defs": {"Deep": nested(3)}})
    deep = closed(
        {"a": {"$ref": "#/$defs/Deep"}, "b": closed({"c": {"$ref": "#/$defs/Used"}})},
        **{"$defs": defs},
    )

    assert "nesting-depth" not in rules(shallow)
    assert serious(deep) == [("error", "nesting-depth", "$.$defs.Deep.properties.x.properties.x")]


def test_a_definition_that_nobody_uses_has_no_depth():
    assert "nesting-depth" not in rules(closed({"a": TEXT}, **{"$defs": {"Spare": nested(7)}}))


def test_a_recursive_schema_is_walked_once():
    node = closed({"label": TEXT, "parts": {"type": "array", "items": {"$ref": "#/$defs/Node"}}})
    schema = closed(
        {"tree": {"$ref": "#/$defs/Node"}, "again": {"$ref": "#"}}, **{"$defs": {"Node": node}}
    )

    assert serious(schema) == []


def test_a_definition_counts_once_however_often_it_is_used():
    many = closed({f"p{number}": TEXT for number in range(60)})
    schema = closed(
        {"a": {"$ref": "#/$defs/Many"}, "b": {"$ref": "#/$defs/Many"}}, **{"$defs": {"Many": many}}
    )

    assert "total-properties" not in rules(schema)


def test_properties_in_any_of_branches_count():
    branch = closed({f"p{number}": TEXT for number in range(60)})
    other = closed({f"q{number}": TEXT for number in range(60)})

    assert "total-properties" in rules(closed({"a": {"anyOf": [branch, other]}}))


def test_enum_values_are_counted_over_all_enums_and_lengths_over_each():
    values = [f"{number:030}" for number in range(251)]
    short = [f"{number}" for number in range(250)]

    assert serious(closed({"a": {**TEXT, "enum": values}})) == [
        ("error", "large-enum-length", "$.properties.a.enum")
    ]
    assert serious(closed({"a": {**TEXT, "enum": short}, "b": {**TEXT, "enum": short}})) == []
    assert serious(
        closed(
            {"a": {**TEXT, "enum": short}, "b": {"type": "array", "items": {"enum": [*short, "x"]}}}
        )
    ) == [("error", "enum-values", "$")]


def test_a_malformed_schema_is_a_violation_of_its_own():
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "text"},
            "b": {"type": ["string", 7]},
            "c": "string",
            "d": {"enum": "yes"},
            "e": {"anyOf": {}},
            "f": {
                "type": "object",
                "properties": [],
                "required": "x",
                "additionalProperties": False,
            },
            "g": {"description": 7},
            "h": {"items": 3},
            7: {},
        },
        "required": ["a", "b", "c", "d", "e", "f", "g", "h", "7"],
        "additionalProperties": False,
    }
    paths = [path for _, rule, path in found(schema) if rule == "malformed-schema"]

    assert {
        "$.properties",
        "$.properties.a.type",
        "$.properties.b.type",
        "$.properties.c",
        "$.properties.d.enum",
        "$.properties.e.anyOf",
        "$.properties.f.properties",
        "$.properties.f.required",
        "$.properties.g.description",
        "$.properties.h.items",
    } == set(paths)


def test_a_mistyped_type_names_the_nearest():
    (violation,) = [
        v for v in check_task_spec(wire(closed({"a": {"type": "sting"}}))) if v.severity == "error"
    ]

    assert 'Did you mean "string"?' in violation.message


@pytest.mark.parametrize(
    "ref",
    ["#/$defs/No", "#/properties", "other.json", "#anchor", "#/required/9", "#/properties/a/type"],
)
def test_a_reference_to_no_schema_is_a_violation(ref):
    assert [
        ("error", "unresolved-ref", "$.properties.a['$ref']".replace("['$ref']", ".$ref"))
    ] == serious(closed({"a": {"$ref": ref}}))


def test_references_that_lead_to_references_only_are_violations():
    circle = {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}
    tree = {"type": ["object", "null"], **closed({"kids": {"$ref": "#/$defs/Tree"}})}

    faults = serious(closed({"a": {"$ref": "#/$defs/A"}}, **{"$defs": circle}))
    assert [(rule, path) for _, rule, path in faults] == [
        ("unresolved-ref", "$.properties.a.$ref"),
        ("unresolved-ref", "$.$defs.A.$ref"),
        ("unresolved-ref", "$.$defs.B.$ref"),
    ]
    assert serious(closed({"a": {"$ref": "#/$defs/Tree"}}, **{"$defs": {"Tree": tree}})) == []


def test_references_follow_escapes_lists_and_booleans():
    schema = closed(
        {
            "a": {"$ref": "#/$defs/x~1y%20z"},
            "b": {"anyOf": [TEXT]},
            "c": {"$ref": "#/properties/b/anyOf/0"},
            "d": {"$ref": "#/$defs/any"},
        },
        **{"$defs": {"x/y z": TEXT, "any": True}},
    )

    assert serious(schema) == []


@pytest.mark.parametrize(
    "spec",
    [
        None,
        7,
        "text",
        [],
        {},
        {"output": "x"},
        {"output_schema": 3},
        {"output_schema": {"type": "xml"}},
    ],
)
def test_what_is_no_task_spec_is_one_violation(spec):
    assert [(v.severity, v.rule, v.path) for v in check_task_spec(spec)] == [
        ("error", "malformed-schema", "$")
    ]


def test_values_that_json_does_not_have_are_survived():
    day = dt.date(2026, 1, 1)
    schema = closed({"a": {**TEXT, "enum": [day], "const": {day}}, "b": {"type": day}})

    assert ("error", "malformed-schema", "$.properties.b.type") in found(schema)


def test_a_very_deep_schema_is_checked_without_recursion():
    levels = sys.getrecursionlimit() * 2
    schema = TEXT
    for _ in range(levels):
        schema = {"properties": {"x": schema}}

    assert ("error", "nesting-depth", f"${'.properties.x' * 5}") in found(schema)
    assert all(len(v.path) < 2_000 for v in check_task_spec(wire(schema)))


def test_a_schema_that_unfolds_without_end_is_told_its_size_only():
    bomb = TEXT
    for _ in range(60):
        bomb = closed({"a": bomb, "b": bomb})
    cycle = closed({"a": TEXT})
    cycle["properties"]["a"] = cycle

    assert found(bomb) == [("error", "spec-size", "$")]
    assert found(cycle) == [("error", "spec-size", "$")]
    assert f"{MAX_CHECKED_CHARS:,}" in check_task_spec(wire(bomb))[0].message


def test_errors_come_first_then_warnings_then_hints_each_in_published_order():
    schema = {
        "type": "array",
        "properties": {
            "name": {"type": "string", "maxLength": 3},
            "sources": TEXT,
            "b": {"type": "null"},
        },
    }

    assert [(severity, rule) for severity, rule, _ in found(schema)] == [
        ("error", "root-type-object"),
        ("error", "standalone-null"),
        ("error", "unsupported-keyword"),
        ("warning", "required"),
        ("warning", "additional-properties"),
        ("warning", "basis-name"),
        ("hint", "vague-name"),
        ("hint", "missing-description"),
        ("hint", "missing-description"),
    ]


def test_the_size_stands_before_the_keywords_as_on_the_page():
    schema = closed({"a": {"type": "string", "description": "d" * 15_000, "minLength": 1}})

    assert [rule for _, rule, _ in serious(schema)] == ["spec-size", "unsupported-keyword"]


@pytest.mark.parametrize(
    "name",
    [
        "citations",
        "confidence",
        "evidence",
        "reasoning",
        "source",
        "sources",
        "source_urls",
        "confidence_score",
    ],
)
def test_names_of_what_the_basis_has_are_warned_of(name):
    assert [("warning", "basis-name", f"$.properties.{name}")] == serious(closed({name: TEXT}))


@pytest.mark.parametrize(
    ("processor", "most"),
    [
        ("lite", 2),
        ("base", 5),
        ("core", 10),
        ("core2x-fast", 10),
        ("pro", 20),
        ("ultra-fast", 20),
        ("ultra8x", 25),
    ],
)
def test_more_fields_than_the_processor_is_meant_for_are_warned_of(processor, most):
    fields = [f"field_{number}" for number in range(most + 1)]

    assert serious(closed(dict.fromkeys(fields[:-1], TEXT)), processor=processor) == []
    assert serious(closed(dict.fromkeys(fields, TEXT)), processor=processor) == [
        ("warning", "too-many-fields", "$.properties")
    ]


def test_nothing_is_said_of_a_processor_that_is_not_known():
    assert serious(closed(dict.fromkeys("abcdefghij", TEXT)), processor="hyper") == []


@pytest.mark.parametrize(
    ("properties", "rule"),
    [
        ({"revenue": TEXT}, "vague-name"),
        ({"a": {"type": "string"}}, "missing-description"),
        ({"a": {"type": "string", "description": " "}}, "missing-description"),
        ({"a": {"type": "string", "description": "Do not use blogs."}}, "if-unavailable"),
        ({"opening_date": TEXT}, "date-format"),
        (
            {"products": {"type": "array", "items": TEXT, "description": "If none, empty"}},
            "list-quantity",
        ),
        ({"a": {"description": "If unknown, null"}}, "missing-type"),
        (
            {"a": {"type": "integer", "enum": [1, 2], "description": "If unknown, 1"}},
            "enum-not-text",
        ),
        ({}, "no-fields"),
    ],
)
def test_advice_of_the_guide_is_a_hint(properties, rule):
    assert [("hint", rule)] == [(severity, name) for severity, name, _ in found(closed(properties))]


@pytest.mark.parametrize(
    "description",
    [
        "If unavailable, return null.",
        "Return 'Unknown' if no data found",
        "null when no source states it",
        "Empty when not disclosed",
    ],
)
def test_a_word_on_what_to_return_when_nothing_is_found_is_recognised(description):
    assert found(closed({"a": {"type": "string", "description": description}})) == []


def test_a_nullable_field_says_by_its_type_what_to_return():
    union = {"type": ["integer", "null"], "description": "Year founded"}
    branch = {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}], "description": "Kind"}

    assert found(closed({"a": union, "b": branch})) == []


def test_a_description_may_stand_at_the_definition():
    assert found(closed({"a": {"$ref": "#/$defs/Text"}}, **{"$defs": {"Text": TEXT}})) == []


def test_required_that_names_no_property_is_warned_of():
    schema = {**closed({"a": TEXT}), "required": ["a", "gone"]}

    assert found(schema) == [("warning", "required-unknown", "$.required")]


def test_nearly_too_large_a_spec_is_hinted_at():
    assert found(closed({"a": {"type": "string", "description": "Unknown " + "d" * 14_000}})) == [
        ("hint", "near-limit", "$")
    ]


def test_auto_below_pro_is_hinted_at():
    auto = {"output_schema": {"type": "auto"}}

    assert [v.rule for v in check_task_spec(auto, processor="core-fast")] == ["auto-processor"]
    assert check_task_spec(auto, processor="pro") == []
    assert check_task_spec(auto) == []


def test_text_output_has_only_its_size_to_keep():
    assert check_task_spec({"output_schema": "The founding date"}, processor="lite") == []
    assert [v.rule for v in check_task_spec({"output_schema": "d" * 15_000})] == ["spec-size"]


def test_the_input_schema_is_free_but_advised_to_be_flat():
    plain = {"type": "string", "format": "uri", "minLength": 3}
    spec = wire(
        closed({"a": TEXT}),
        {
            "type": "object",
            "properties": {"site": plain, "offices": {"type": "array", "items": plain}},
        },
    )

    assert [(v.severity, v.rule, v.path) for v in check_task_spec(spec)] == [
        ("hint", "input-not-flat", "$.input_schema.properties.offices")
    ]


def test_a_malformed_input_schema_is_an_error_of_its_own_place():
    spec = wire(closed({"a": TEXT}), {"properties": {"x": {"type": "text"}}})
    auto = {"output_schema": "x", "input_schema": {"type": "auto"}}

    assert [v.path for v in check_task_spec(spec)] == ["$.input_schema.properties.x.type"]
    assert [(v.rule, v.path) for v in check_task_spec(auto)] == [
        ("malformed-schema", "$.input_schema")
    ]
