"""``enrich check`` as a person and as a program meet it."""

import json

FIELD = (
    '    capital: {type: "string?", description: "Name of the capital city. If unknown, null."}\n'
)
BROKEN = (
    '    capital: {type: "string?", maxLength: 9}  # short\n    when: {pattern: x, minLenght: 2}\n'
)
SCHEMA = """\
{
  "type": "object",
  "properties": {
    "capital": {
      "type": "string",
      "description": "Name. If unknown, say so.",
      "format": "uri"
    }
  },
  "required": ["capital"],
  "additionalProperties": false
}
"""


def with_schema(folder):
    """Give the job a schema in a file of its own."""
    text = folder.job().read_text()
    start, end = text.index("  output:\n    capital"), text.index("api:")
    folder.write("job.yaml", f"{text[:start]}  output: {{json_schema: schema.json}}\n{text[end:]}")
    folder.write("schema.json", SCHEMA)


def test_each_finding_has_its_place_its_line_and_a_caret(folder):
    folder.job((FIELD, BROKEN))

    done = folder.enrich("check", "job.yaml")

    assert done.code == 2
    assert done.out == (
        'job.yaml:13: error: task.output.capital.maxLength: The API takes no "maxLength". '
        'Say it in the description: "At most 9 characters." [job-file]\n'
        '   13 |     capital: {type: "string?", maxLength: 9}  # short\n'
        "      |                                ^^^^^^^^^\n"
        'job.yaml:14: error: task.output.when.pattern: The API takes no "pattern". '
        'Say it in the description: "Matches the regular expression x" [job-file]\n'
        "   14 |     when: {pattern: x, minLenght: 2}\n"
        "      |            ^^^^^^^\n"
        "job.yaml:14: error: task.output.when.minLenght: There is no key 'minLenght'. "
        "Known are type, description, enum, items, fields, properties. [job-file]\n"
        "   14 |     when: {pattern: x, minLenght: 2}\n"
        "      |                        ^^^^^^^^^\n"
    )
    assert done.err == (
        "3 errors\n--fix mends some of them where they stand, and shows the changes.\n"
    )


def test_what_can_be_mended_is_mended_and_shown(folder):
    folder.job((FIELD, BROKEN.replace(", minLenght: 2", "")))

    done = folder.enrich("check", "job.yaml", "--fix")
    again = folder.enrich("check", "job.yaml", "--fix", "--strict")

    assert done.code == 0
    assert done.out.splitlines()[:2] == ["--- job.yaml", "+++ job.yaml"]
    assert [line for line in done.out.splitlines()[2:] if line[:1] in "+-"] == [
        '-    capital: {type: "string?", maxLength: 9}  # short',
        "-    when: {pattern: x}",
        '+    capital: {type: "string?", description: At most 9 characters.}  # short',
        "+    when: {description: Matches the regular expression x}",
    ]
    assert done.err == "Mended job.yaml\nNo findings.\n"
    assert (again.code, again.out, again.err) == (0, "", "No findings.\n")


def test_a_schema_of_its_own_is_named_and_mended_in_its_file(folder):
    with_schema(folder)
    job = (folder.path / "job.yaml").read_bytes()

    told = folder.enrich("check", "job.yaml")
    listed = json.loads(folder.enrich("check", "job.yaml", "--json").out)
    fixed = folder.enrich("check", "job.yaml", "--fix", "--json")

    assert told.out.splitlines()[0].startswith(
        "schema.json:7: error: $.properties.capital.format: "
    )
    assert told.out.splitlines()[1:] == [
        '    7 |       "format": "uri"',
        "      |       ^^^^^^^^",
    ]
    assert [list(each) for each in listed] == [["severity", "rule", "path", "message", "line"]]
    assert (listed[0]["line"], listed[0]["message"].partition(":")[0]) == (7, "schema.json")
    assert (fixed.code, json.loads(fixed.out)) == (0, [])
    assert "Mended schema.json" in fixed.err
    assert (folder.path / "job.yaml").read_bytes() == job
    assert json.loads((folder.path / "schema.json").read_text())["properties"]["capital"] == {
        "type": "string",
        "description": "Name. If unknown, say so. "
        "Full URL with its scheme, such as https://example.com/page.",
    }


def test_a_job_that_cannot_be_written_is_told(folder):
    folder.job((FIELD, BROKEN))
    (folder.path / ".job.yaml.mended").mkdir()

    done = folder.enrich("check", "job.yaml", "--fix")

    assert done.code == 2
    assert "job.yaml: it cannot be written: " in done.err
