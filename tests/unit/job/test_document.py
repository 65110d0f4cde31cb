from __future__ import annotations

import pytest

from enrich.errors import ConfigError
from enrich.job.document import read_document


def read(tmp_path, text):
    path = tmp_path / "job.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path)


def test_yaml_1_2_gives_json_values(tmp_path):
    document = read(
        tmp_path,
        """\
        country: NO
        answer: yes
        really: true
        nothing:
        also_nothing: ~
        count: 10_000
        decimal: 012
        octal: 0o17
        share: 1.5
        large: 1e3
        day: 2024-02-29
        clock: 12:30
        12: key
        quoted: "12"
        """,
    )

    assert document.values == {
        "country": "NO",
        "answer": "yes",
        "really": True,
        "nothing": None,
        "also_nothing": None,
        "count": 10_000,
        "decimal": 12,
        "octal": 15,
        "share": 1.5,
        "large": 1000.0,
        "day": "2024-02-29",
        "clock": "12:30",
        "12": "key",
        "quoted": "12",
    }
    assert document.problems == []


def test_every_key_and_item_has_its_line(tmp_path):
    document = read(tmp_path, "a:\n  b: 1\n  c:\n    - x\n    - y: 2\n# talk\nd: {e: 3,\n  f: 4}\n")

    assert document.lines == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 5,
        ("a", "c", 1, "y"): 5,
        ("d",): 7,
        ("d", "e"): 7,
        ("d", "f"): 8,
    }


def test_anchors_and_merge_keys(tmp_path):
    document = read(
        tmp_path,
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\nd: *a\ne: {<<: *b}\n",
    )

    assert document.values["c"] == {"y": 1, "z": 2, "x": 3}
    assert document.values["d"] == {"x": 1, "y": 1}
    assert document.values["e"] == {"y": 2, "z": 2}
    assert document.lines["c", "x"] == 3
    assert document.lines["c", "y"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", ["3: a: this key is there twice, first in line 1"]),
        ("a: !!python/object:os.system x\n", ["1: a: the tag tag:yaml.org,2002:python/object:os.system means nothing here"]),
        ("a: !env X\nb: !foo [1]\n", ["1: a: the tag !env means nothing here", "2: b: the tag !foo means nothing here"]),
        ("a: !!int x\n", ["1: a: `x` is no number"]),
        ("? [1]\n: 2\n", ["1: a key is text, not a list or a mapping"]),
        ("a: {<<: 1}\n", ["1: a: `<<` takes a mapping, or a list of them"]),
    ],
    ids=["duplicate", "python", "tags", "number", "key", "merge"],
)  # fmt: skip
def test_what_can_be_read_past_is_collected(tmp_path, text, said):
    document = read(tmp_path, text)

    assert [str(problem) for problem in document.problems] == [
        f"{tmp_path / 'job.yaml'}:{one}" for one in said
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "a job is a mapping with version, input, output and task"),
        ("- 1\n", 1, "a job is a mapping with version, input, output and task"),
        ("a: [1\nb: 2\n", 2, "this is no YAML: while parsing a flow sequence expected ',' or ']', but got ':'"),
        ("a: *b\n", 1, "this is no YAML: found undefined alias 'b'"),
        ("a: 1\n\tb: 2\n", 2, "this is no YAML: while scanning for the next token found character '\\t' that cannot start any token"),
        (b"a: 1\nb: \xff\n", 2, "byte 8 is no UTF-8 text; save the file as UTF-8"),
        ("a:\n  b: Name: of the city\n", 2, "this is no YAML: mapping values are not allowed here; a text that holds `: ` stands in quotes"),
        (b"a: 1\nb: \x00\n", 2, "this is no YAML: unacceptable character #x0000: special characters are not allowed"),
        ("a: &a [*a]\n", 1, "an alias stands inside of what it names"),
        ("# a\n%YAML 1.1\n---\na: no\n", 2, "this says that it is YAML 1.1, in which `no` is false; a job is YAML 1.2"),
        ("[" * 900, None, "this is nested too deeply"),
    ],
    ids=["empty", "list", "flow", "alias", "tab", "bytes", "colon", "nul", "circle", "1.1", "deep"],
)  # fmt: skip
def test_what_is_no_job_file_at_all(tmp_path, text, line, message):
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)

    assert (raised.value.path, raised.value.line) == (tmp_path / "job.yaml", line)
    assert raised.value.message == message


def test_aliases_of_aliases_do_not_explode(tmp_path):
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    with pytest.raises(ConfigError, match="this has more than 50000 values, counting aliases"):
        read(tmp_path, "\n".join(lines))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError) as raised:
        read_document(tmp_path / "no.yaml")

    assert str(raised.value) == f"{tmp_path / 'no.yaml'}: there is no such file"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="it cannot be read: Is a directory"):
        read_document(tmp_path)
