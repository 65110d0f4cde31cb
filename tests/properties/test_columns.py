"""Whatever the API answers, a row has its cells, and every format can hold them."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.columns import Asking, cells, layout
from enrich.records import ColumnKind, Outcome, RowStatus, Task
from enrich.tables import fit, open_table, open_writer

ALL = SimpleNamespace(confidence=True, citations=True, reasoning=True, excerpts=True, run=True)
PROPERTIES = {
    "name": {"type": ["string", "null"]},
    "year": {"type": ["integer", "null"]},
    "share": {"type": "number"},
    "open": {"type": "boolean"},
    "size": {"type": "string", "enum": ["small", "large"]},
    "brands": {"type": "array", "items": {"type": "string"}},
    "seat": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "since": {"type": ["integer", "null"]}},
        "additionalProperties": False,
    },
    "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    "any": {},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
    | st.sampled_from(["12", "1.5", "true", "small", 2**63, 10**400, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["city", "since", "x", "output"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
NAMES = st.sampled_from([*PROPERTIES, "brands.0", "seat.city", "nobody", "", ".", "output"])
ENTRY = st.fixed_dictionaries(
    {"field": NAMES},
    optional={
        "confidence": st.sampled_from(["low", "medium", "high", "", None, "sure"]) | JSON,
        "reasoning": st.text(max_size=5) | JSON,
        "citations": JSON
        | st.lists(
            st.fixed_dictionaries(
                {"url": st.sampled_from(["https://a.com", "https://b.com"])},
                optional={
                    "title": st.none() | st.text(max_size=3),
                    "excerpts": st.none() | st.lists(st.text(max_size=3), max_size=3),
                },
            ),
            max_size=3,
        ),
    },
)
CONTENT = st.dictionaries(st.sampled_from([*PROPERTIES]), JSON, max_size=9) | JSON
OUTPUT = st.fixed_dictionaries(
    {"type": st.sampled_from(["json", "text"]), "content": CONTENT},
    optional={"basis": st.lists(ENTRY, max_size=6) | JSON},
)


def columns_of(output):
    task = Task(name="answer", processor="base", spec={"output_schema": output})
    return layout([Asking(task=task)], ALL, ["id"]).columns


def outcome(output):
    return Outcome(
        status=RowStatus.COMPLETED,
        output=output if isinstance(output, bytes) else json.dumps(output).encode(),
        run_id="trun_1",
    )


LAYOUTS = [
    columns_of({"type": "json", "json_schema": {"type": "object", "properties": PROPERTIES}}),
    columns_of({"type": "auto"}),
]


@given(st.lists(OUTPUT.map(outcome) | st.binary(max_size=20).map(outcome), max_size=4))
@settings(max_examples=100)
def test_every_row_has_its_cells_and_each_fits_its_column(outcomes):
    for columns in LAYOUTS:
        made = cells(columns, outcomes)

        assert [len(one) for one in made] == [len(outcomes)] * len(columns)
        for column, some in zip(columns, made, strict=True):
            for cell in some:
                fitted, problem = fit(cell, column.schema)
                assert fitted == cell
                # A word that is not among the allowed is kept; it was paid for.
                assert problem is None or column.name == "size"


@given(OUTPUT)
@settings(max_examples=100)
def test_a_url_stands_once_in_a_fields_citations(output):
    [columns, _] = LAYOUTS
    for column, [cell] in zip(columns, cells(columns, [outcome(output)]), strict=True):
        if column.kind is ColumnKind.CITATIONS and cell:
            assert isinstance(cell, list)
            urls = [source["url"] for source in cell]
            assert len(urls) == len(set(urls))


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@given(outputs=st.lists(OUTPUT, min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_every_format_can_hold_them(ending, tmp_path_factory, outputs):
    folder = tmp_path_factory.mktemp("tables")
    source = folder / "in.csv"
    source.write_text("id\n" + "".join(f"{n}\n" for n in range(len(outputs))), encoding="utf-8")
    table = open_table(source)
    for columns in LAYOUTS:
        with open_writer(folder / f"out.{ending}", table, columns) as writer:
            for batch in table.batches(["id"]):
                rows = outputs[batch.start : batch.start + len(batch)]
                writer.write(batch, cells(columns, [outcome(output) for output in rows]))

        written = open_table(folder / f"out.{ending}")
        assert list(written.columns) == ["id", *(column.name for column in columns)]
        assert sum(len(batch) for batch in written.batches()) == len(outputs)
