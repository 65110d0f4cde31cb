"""The road from the command line, over a handful of the sample documents."""

import json

import jsonschema_rs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import TABLE
from tests.cli.console import SCRIPT

ROOT = SCRIPT.parents[2]
CITATIONS = pa.list_(
    pa.struct(
        [
            pa.field("url", pa.string()),
            pa.field("title", pa.string()),
            pa.field("excerpts", pa.list_(pa.string())),
        ]
    )
)


def plain(kind):
    """Return an Arrow type with the names of list items left out of the comparison."""
    if pa.types.is_list(kind):
        return ["list", plain(kind.value_type)]
    if pa.types.is_struct(kind):
        return {field.name: plain(field.type) for field in kind}
    return str(kind)


@pytest.fixture(scope="module")
def enriched(tmp_path_factory, console):
    """A job that was run once, with an output of each format."""
    from tests.cli.conftest import make_folder

    folder = make_folder(tmp_path_factory.mktemp("enriched"), console)
    folder.job(("path: out.csv", "path: [out.csv, out.jsonl, out.parquet]"))
    folder.first = folder.enrich("run", "job.yaml")
    return folder


def test_a_run_prints_the_plan_the_first_rows_and_where_the_files_are(enriched):
    assert enriched.first.code == 0
    assert "job: 6 rows, 5 different requests" in enriched.first.err
    assert "  5 to buy" in enriched.first.err
    assert "sends Country to the embedded server, processor base" in enriched.first.err
    assert "Wrote out.csv" in enriched.first.err
    assert "6 rows: 6 completed" in enriched.first.err
    assert enriched.first.out.splitlines()[0].split() == ["Country", "capital", "population"]
    assert enriched.first.out.splitlines()[1].split()[:2] == ["Kenya", "Nairobi"]


def test_the_original_cells_come_out_byte_for_byte(enriched):
    text = (enriched.path / "out.csv").read_text(encoding="utf-8")

    for before, after in zip(TABLE.splitlines(), text.splitlines(), strict=True):
        assert after.startswith(f"{before},")


def test_a_document_is_read_and_what_is_in_none_is_null(enriched):
    text = (enriched.path / "out.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]

    assert [row["capital"] for row in rows[:3]] == ["Nairobi", "Tokyo", "Banjul"]
    assert rows[0]["population"] == rows[3]["population"] > 50_000_000
    assert rows[0]["capital_citations"][0]["url"].startswith("https://")
    assert rows[5]["Country"] == "Atlantis"
    assert rows[5]["capital"] is None
    assert rows[5]["population"] is None


def test_parquet_has_typed_columns(enriched):
    schema = pq.read_schema(enriched.path / "out.parquet")

    assert schema.field("population").type == pa.int64()
    assert schema.field("capital").type == pa.string()
    assert schema.field("capital_confidence").type == pa.string()
    assert plain(schema.field("capital_citations").type) == plain(CITATIONS)
    assert schema.field("enrich_status").type == pa.string()


def test_all_formats_say_the_same(enriched):
    text = (enriched.path / "out.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    table = pq.read_table(enriched.path / "out.parquet").to_pylist()

    assert rows == table


def test_a_second_run_buys_nothing_and_writes_the_same_bytes(enriched):
    paths = [enriched.path / f"out.{ending}" for ending in ("csv", "jsonl", "parquet")]
    before = [path.read_bytes() for path in paths]

    done = enriched.enrich("run", "job.yaml", "--json")

    assert done.code == 0
    assert [event["event"] for event in done.events] == ["plan", "done"]
    assert done.events[0]["to_buy"] == 0
    assert done.events[0]["completed"] == 5
    assert [path.read_bytes() for path in paths] == before


def test_merging_twice_gives_equal_bytes(enriched):
    made = []
    for name in ("one.parquet", "two.parquet", "one.csv", "two.csv"):
        assert enriched.enrich("merge", "job.yaml", "--output", name).code == 0
        made.append((enriched.path / name).read_bytes())

    assert made[0] == made[1]
    assert made[2] == made[3] == (enriched.path / "out.csv").read_bytes()


def test_the_output_follows_a_table_that_was_sorted_anew(enriched):
    header, *rows = TABLE.splitlines(keepends=True)
    enriched.write("sorted.csv", header + "".join(sorted(rows, reverse=True)))

    done = enriched.enrich(
        "run", "job.yaml", "--input", "sorted.csv", "--output", "s.csv", "--json"
    )

    assert done.events[0]["to_buy"] == 0
    lines = (enriched.path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[3] for line in lines[2:4]] == ["Niamey", "Nairobi"]


def test_after_a_limit_the_full_run_buys_only_the_rest(folder):
    first = folder.enrich("run", "job.yaml", "--limit", "3", "--json")
    lines = (folder.path / "out.csv").read_text(encoding="utf-8").splitlines()
    rest = folder.enrich("run", "job.yaml", "--json")

    assert first.code == rest.code == 0
    assert first.events[0]["to_buy"] == 3
    assert first.events[0]["beyond"] == 3
    assert [line.split(",")[-2] for line in lines[1:]] == ["completed"] * 4 + ["pending"] * 2
    assert rest.events[0]["to_buy"] == 2
    assert sum(event["runs"] for event in rest.events if event["event"] == "bought") == 2


def test_a_plan_spends_nothing_needs_no_key_and_says_the_price(folder, unheard):
    folder.job(("base_url: local", f"base_url: {unheard}"))

    done = folder.enrich("plan", "job.yaml")

    assert done.code == 0
    assert done.out.splitlines() == [
        "job: 6 rows, 5 different requests",
        "  5 to buy",
        f"  sends Country to {unheard}, processor base",
        "  price $0.05, about 1 minute",
    ]
    assert done.err == ""
    assert "out.csv" not in folder.names()


def test_a_plan_shows_exactly_what_would_be_sent(folder):
    done = folder.enrich("plan", "job.yaml", "--show", "2", "--json")

    told = json.loads(done.out)
    assert [request["input"] for request in told["requests"]] == [
        {"country": "Kenya"},
        {"country": "Japan"},
    ]
    assert "hello" not in done.out
    assert told["sends"] == ["Country"]
    assert told["requests"][0]["processor"] == "base"
    for text in ("Note", "says"):
        assert text not in folder.enrich("plan", "job.yaml", "--show", "2").out


def test_a_limit_takes_nothing_back_that_is_known(folder):
    folder.enrich("run", "job.yaml")
    whole = (folder.path / "out.csv").read_bytes()

    limited = folder.enrich("run", "job.yaml", "--limit", "1", "--json")

    assert limited.code == 0
    assert (folder.path / "out.csv").read_bytes() == whole


def test_the_status_is_told_before_after_and_of_what_is_missing(folder):
    before = folder.enrich("status", "job.yaml")
    folder.enrich("run", "job.yaml", "--limit", "2")
    during = json.loads(folder.enrich("status", "job.yaml", "--json").out)
    folder.enrich("run", "job.yaml")
    after = folder.enrich("status", "job.yaml")

    assert before.code == 0
    assert before.out.startswith("job: nothing was planned yet")
    assert during["requests"] == {"completed": 2}
    assert during["rows"] == 6
    assert after.out.splitlines()[0] == "job: 6 rows, 5 requests"
    assert after.out.splitlines()[1].split() == ["5", "completed"]


def test_findings_are_told_as_a_list_of_one_shape(folder):
    folder.job(("country: Country", "country: Contry"))

    done = folder.enrich("check", "job.yaml", "--json")

    assert done.code == 2
    found = json.loads(done.out)
    assert found
    for each in found:
        assert list(each) == ["severity", "rule", "path", "message", "line"]
    assert {"mapping"} == {each["rule"] for each in found if each["severity"] == "error"}


def test_a_warning_is_an_error_only_when_strict(folder):
    schema = {"type": "object", "properties": {"capital": {"type": "string"}}, "required": []}
    folder.write("schema.json", json.dumps(schema))
    text = folder.job().read_text()
    start, end = text.index("  output:\n    capital"), text.index("api:")
    folder.write("job.yaml", f"{text[:start]}  output: {{json_schema: schema.json}}\n{text[end:]}")

    lax = folder.enrich("check", "job.yaml")
    strict = folder.enrich("check", "job.yaml", "--strict")

    assert lax.code == 0
    assert "warning" in lax.out
    assert strict.code == 2
    assert strict.out == lax.out


def test_a_job_without_faults_has_no_findings(folder):
    done = folder.enrich("check", "job.yaml", "--strict")

    assert (done.code, done.out, done.err) == (0, "", "No findings.\n")


def test_the_schema_of_a_job_file_is_valid_and_takes_the_example_jobs(folder):
    from ruamel.yaml import YAML

    schema = json.loads(folder.enrich("schema").out)

    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.validator_for(schema)
    for path in sorted((ROOT / "configs").glob("*.yaml")):
        validator.validate(YAML(typ="safe", pure=True).load(path))
    assert not validator.is_valid({"version": 1, "inputs": {}})


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_the_other_formats_are_read_too(enriched, ending):
    done = enriched.enrich(
        "run", "job.yaml", "--input", f"out.{ending}", "--output", f"again.{ending}"
    )

    assert done.code == 2
    assert "the table has a column `capital` already" in done.err
