from __future__ import annotations

import json

import pytest

from enrich.spec import SizeCheck, check_size
from enrich.spec.limits import MAX_SPEC_AND_INPUT_CHARS
from enrich.spec.size import compact_chars, compact_json

SPEC = {"output_schema": {"type": "text", "description": "Größe"}}
SPEC_CHARS = len(json.dumps(SPEC, ensure_ascii=False, separators=(",", ":")))
ROOM = MAX_SPEC_AND_INPUT_CHARS - SPEC_CHARS


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_the_spec_counts_as_compact_json_without_escapes():
    assert SizeCheck(SPEC).spec_chars == SPEC_CHARS


@pytest.mark.parametrize("letter", ["a", "é", "字", "😀", '"', "\n"])
def test_a_text_input_counts_its_characters_and_not_its_bytes_or_escapes(letter):
    check = SizeCheck(SPEC)

    assert check.refuses(canonical(letter * ROOM)) is None
    assert check.refuses(canonical(letter * (ROOM + 1))) is not None
    assert check_size(SPEC, letter * ROOM) is None
    assert check_size(SPEC, letter * (ROOM + 1)) is not None


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_an_object_counts_its_json(letter):
    fits = {"k": letter * (ROOM - len('{"k":""}'))}
    too_long = {"k": fits["k"] + letter}

    assert SizeCheck(SPEC).refuses(canonical(fits)) is None
    assert check_size(SPEC, fits) is None
    assert check_size(SPEC, canonical(fits)) is None
    assert SizeCheck(SPEC).refuses(canonical(too_long)) is not None
    assert check_size(SPEC, too_long) is not None
    assert check_size(SPEC, canonical(too_long)) is not None


def test_the_message_has_both_lengths_and_says_what_to_do():
    violation = check_size(SPEC, "x" * 25_000)

    assert violation is not None
    assert f"({SPEC_CHARS} characters)" in violation.message
    assert "25,000" in violation.message
    assert "shorter inputs" in violation.message


def test_half_a_character_is_counted_and_not_choked_on():
    half = b'"' + rb"\ud83d" * ROOM + b'"'

    assert SizeCheck(SPEC).refuses(half) is None


@pytest.mark.parametrize(
    "value", [{}, [], {"a": [1, None, True, 1.5, "é"], "b": {"c": []}}, [[], [{}], "x"], "x", None]
)
def test_compact_json_is_that_of_the_standard_library(value):
    assert compact_json(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_any_depth_is_counted():
    deep: list[object] = []
    for _ in range(50_000):
        deep = [deep]

    assert compact_chars(deep) == 100_002
