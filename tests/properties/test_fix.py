"""However a schema is written, mending it in its file says what mending it says."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from enrich.job.edits import Edits
from enrich.job.source import json_parts, yaml_parts
from enrich.spec import mend

TEXTS = st.text(
    st.sampled_from("abZ09 :#-,[]{}'\"&*!|>%@?\\\n\tßé€\u2028\U0001f600\x7f"), max_size=9
) | (
    st.sampled_from(["A name", "Two: words", "- x", "# no", "it's", '"q"', "a, b]", "true", " x "])
)
CONSTRAINTS: dict[str, st.SearchStrategy[Any]] = {
    "minLength": st.integers(0, 9),
    "pattern": TEXTS,
    "format": st.sampled_from(["uri", "x: y"]),
    "uniqueItems": st.booleans(),
    "description": TEXTS,
    "title": TEXTS,
}
LEAVES = st.fixed_dictionaries({"type": st.just("string")}, optional=CONSTRAINTS)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.fixed_dictionaries(
        {"properties": st.dictionaries(TEXTS, inner, max_size=3)},
        optional={
            **CONSTRAINTS,
            "type": st.just("object"),
            "required": st.just([]),
            "additionalProperties": st.booleans(),
        },
    ),
    max_leaves=6,
)


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def written(schema, *, flow: bool) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.allow_unicode = True
    yaml.width = 10**6
    stream = io.StringIO()
    yaml.dump({"schema": json.loads(json.dumps(schema)), "behind": 1}, stream)
    lines = stream.getvalue().split("\n")
    if not flow:
        lines = [
            f"{line}  # c{n}" if line.endswith((": string", ":")) else line
            for n, line in enumerate(lines)
        ]
    return "\n".join(lines)  # fmt: skip


@given(SCHEMAS, st.booleans())
def test_yaml(schema, flow):
    text = written(schema, flow=flow)
    root = yaml_parts(text)
    assume(root is not None)  # it does not read all that it writes
    before = YAML(typ="safe", pure=True).load(text)
    assert root is not None
    part = root.at(("schema",))
    assert part is not None
    edits = Edits(text)

    edits.turn(part, before["schema"], mend(before["schema"])[0])

    after = edits.applied()
    found = YAML(typ="safe", pure=True).load(after)
    assert plain(found) == plain({"schema": mend(before["schema"])[0], "behind": 1})
    comments = re.compile(r"# c[0-9]+$", re.MULTILINE)
    assert comments.findall(after) == comments.findall(text)


@given(SCHEMAS, st.sampled_from([None, 2, "\t"]))
def test_json(schema, indented):
    text = json.dumps(schema, indent=indented)
    edits = Edits(text, is_json=True)

    edits.turn(json_parts(text), schema, mend(schema)[0])

    assert json.loads(edits.applied()) == mend(schema)[0]
