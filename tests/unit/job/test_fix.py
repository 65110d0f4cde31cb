"""What ``check --fix`` does to a file: the fewest lines, and every comment stays."""

from __future__ import annotations

import json
from textwrap import dedent, indent

import pytest

from enrich.errors import ConfigError
from enrich.job import mended

HEAD = """\
# Companies, once a month.
version: 1
input: {path: in.csv}   # from the CRM
output: {path: out.csv}
task:
  processor: base
  inputs: [Company]
  output:
"""

# What stands under `output:`, and what it becomes; None where nothing is to be mended.
CASES = {
    "a keyword becomes the description that was not there": (
        "ceo: {type: string, minLength: 3}  # the boss\n",
        "ceo: {type: string, description: At least 3 characters.}  # the boss\n",
    ),
    "a keyword is said behind the description": (
        """\
        year:
          type: integer
          minimum: 1800       # not before
          description: Year founded, YYYY   # as registered
        """,
        """\
        year:
          type: integer
          # not before
          description: Year founded, YYYY. At least 1800.   # as registered
        """,
    ),
    "quotes stay what they are": (
        """\
        a: {description: 'It''s a name', maxLength: 5, type: string}
        b: {maxLength: 5, description: "Two\\nlines"}
        """,
        """\
        a: {description: 'It''s a name. At most 5 characters.', type: string}
        b: {description: "Two\\nlines. At most 5 characters."}
        """,
    ),
    "a block of text grows at its end": (
        """\
        a:
          description: >
            A name that
            is long.
          maxLength: 50
          type: string
        b: Another one
        """,
        """\
        a:
          description: >
            A name that
            is long. At most 50 characters.
          type: string
        b: Another one
        """,
    ),
    "what YAML would misread is quoted": (
        "a: {pattern: '^[a-z]: x$', description: A word}\n",
        'a: {description: "A word. Matches the regular expression ^[a-z]: x$"}\n',
    ),
    "fields within fields": (
        """\
        offices:
          type: object[]
          fields:
            city: {type: string, maxLength: 9}
          maxItems: 5
        """,
        """\
        offices:
          type: object[]
          fields:
            city: {type: string, description: At most 9 characters.}
          description: At most 5 items.
        """,
    ),
    "an inline schema is closed and requires its fields": (
        """\
        json_schema:
          type: object
          properties:
            ceo: {type: string, description: "Name"}   # the boss
            site:
              type: object
              properties: {url: {type: string, format: uri}}
              required:
                - url   # always
          required: []
        """,
        """\
        json_schema:
          type: object
          properties:
            ceo: {type: string, description: "Name"}   # the boss
            site:
              type: object
              properties: {url: {type: string, description: "Full URL with its scheme, such as https://example.com/page."}}
              required:
                - url   # always
              additionalProperties: false
          required: [ceo, site]
          additionalProperties: false
        """,
    ),
    "a list of required fields grows": (
        """\
        json_schema:
          required:
            - a   # first
          properties: {a: {type: string}, b: {type: string}}
          additionalProperties: false
          type: object
        """,
        """\
        json_schema:
          required:
            - a   # first
            - b
          properties: {a: {type: string}, b: {type: string}}
          additionalProperties: false
          type: object
        """,
    ),
    "a switch that forbids nothing goes": (
        "a: {type: 'string[]', uniqueItems: false, description: All of them}\n",
        "a: {type: 'string[]', description: All of them}\n",
    ),
    "a property named like a keyword stays": ("format: Which format, such as PDF\n", None),
    "no fault, no change": ("ceo: Full name\n", None),
}  # fmt: skip


def text_of(output: str, before: str = HEAD) -> str:
    return before + indent(dedent(output), "    ") + "budget: {max_runs: 5}  # enough\n"


@pytest.mark.parametrize(("output", "becomes"), CASES.values(), ids=CASES.keys())
def test_a_job_is_mended_where_it_stands(write, output, becomes):
    path = write(text_of(output))

    changes = mended(path)
    for each in changes:
        each.write()

    assert path.read_text() == text_of(becomes or output)
    assert len(changes) == (becomes is not None)
    assert mended(path) == []


def test_line_ends_and_the_byte_order_mark_stay(write):
    text = text_of("ceo:\n  type: string\n  minLength: 3\n")
    path = write("x")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    for each in mended(path):
        each.write()

    wanted = text.replace("minLength: 3", "description: At least 3 characters.")
    assert path.read_bytes() == b"\xef\xbb\xbf" + wanted.replace("\n", "\r\n").encode()


SCHEMA = """\
{
\t"type": "object",
\t"properties": {
\t\t"ceo": {"type": "string", "minLength": 3, "description": "Größe \\u2013 Name"},
\t\t"site": {
\t\t\t"type": "string",
\t\t\t"format": "uri"
\t\t}
\t}
}
"""


def test_a_schema_of_its_own_is_mended_in_its_file(write, tmp_path):
    (tmp_path / "company.json").write_text(SCHEMA, "utf-8")
    path = write(text_of("json_schema: company.json\n"))
    before = path.read_text()

    [change] = mended(path)
    change.write()

    assert path.read_text() == before
    assert (tmp_path / "company.json").read_text("utf-8") == SCHEMA.replace(
        ', "minLength": 3, "description": "Größe \\u2013 Name"',
        ', "description": "Größe \\u2013 Name. At least 3 characters."',
    ).replace(
        '"format": "uri"',
        '"description": "Full URL with its scheme, such as https://example.com/page."',
    ).replace(
        "\t\t}\n\t}\n}\n",
        '\t\t}\n\t},\n\t"required": ["ceo", "site"],\n\t"additionalProperties": false\n}\n',
    )  # fmt: skip
    assert change.diff[:2] == [f"--- {tmp_path}/company.json", f"+++ {tmp_path}/company.json"]


def test_a_schema_that_another_part_shares_is_left_to_its_writer(write):
    path = write(
        HEAD.replace("  output:\n", "")
        + "  output:\n    a: &a {type: string, minLength: 3}\n    b: {<<: *a, description: B}\n"
    )
    before = path.read_text()

    with pytest.raises(ConfigError, match="mend it by hand"):
        mended(path)

    assert path.read_text() == before


def test_several_tasks_are_mended_at_once(write, tmp_path):
    (tmp_path / "s.json").write_text(json.dumps({"type": "object", "properties": {"a": {}}}))
    path = write(
        """\
        version: 1
        input: {path: in.csv}
        output: {path: out.csv}
        tasks:
          - {name: a, processor: base, inputs: [Company], output: {x: {minLength: 2}}}
          - name: b
            processor: base
            inputs: [Company]
            output: {json_schema: s.json}
        """
    )

    names = [each.path.name for each in mended(path)]

    assert names == ["job.yaml", "s.json"]
