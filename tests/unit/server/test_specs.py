import msgspec
import pytest

from enrich.server.specs import MAX_KEPT_BYTES, _judge, judge


def spec_of(input_schema, description="One word"):
    return msgspec.json.encode(
        {
            "output_schema": description,
            "input_schema": {"type": "json", "json_schema": input_schema},
        }
    )


def test_an_input_schema_may_refer_to_itself():
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}

    judged = judge(spec_of(schema), "base")

    assert judged.input_warning("x") is None
    assert judged.input_warning(7) is not None


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "http://127.0.0.1:9/schema.json"])
def test_an_input_schemas_references_fetch_nothing(uri):
    assert judge(spec_of({"$ref": uri}), "base").input_validator is None


def test_an_input_schemas_pattern_cannot_take_for_ever():
    judged = judge(spec_of({"pattern": "^(a+)+$"}), "base")

    assert judged.input_warning("a" * 5_000 + "!") is not None  # at all: it would take for ever


def test_a_spec_is_judged_once_unless_it_is_huge():
    _judge.cache_clear()
    for _ in range(3):
        judge(spec_of({}), "base")
    huge = judge(spec_of({}, "x" * MAX_KEPT_BYTES), "base")

    assert (_judge.cache_info().misses, _judge.cache_info().currsize) == (1, 1)
    assert huge.errors
