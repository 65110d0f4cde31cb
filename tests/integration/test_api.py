"""What a program calls, over real documents and the embedded server."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pydantic import BaseModel, Field

import enrich
from enrich.errors import ConfigError, TableError
from enrich.frames import read_frame
from tests.fakes.buying import accepted
from tests.fakes.sample_pages import write_pages
from tests.fakes.server_process import ServerProcess

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {
    "capital": "Name of the capital city. If unknown, null.",
    "population": {"type": "integer?", "description": "Number of inhabitants. If unknown, null."},
}
COUNTRIES = ["Kenya", "Japan", "Atlantis"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    write_pages(folder, ("kenya", "japan", "france"))
    return folder


@pytest.fixture
def settings(corpus, tmp_path):
    return {"inputs": {"country": "Country"}, "corpus": corpus, "state": tmp_path / "state"}


def test_a_pandas_frame_keeps_its_index_types_and_attributes(settings):
    frame = pd.DataFrame(
        {
            "Country": COUNTRIES,
            "when": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"], utc=True),
        },
        index=pd.Index([7, 7, 9], name="id"),
    )
    frame.attrs["source"] = "crm"

    made = enrich.enrich(frame, FIELDS, **settings)

    pd.testing.assert_frame_equal(frame, made[["Country", "when"]])
    assert made.attrs["source"] == "crm"
    assert made.attrs["enrich"]["rows"] == {"completed": 3}
    assert made["capital"].tolist()[:2] == ["Nairobi", "Tokyo"]
    assert str(made["population"].dtype) == "Int64"
    assert made["population"].isna().tolist() == [False, False, True]
    assert made["capital_citations"].iloc[0][0]["url"].startswith("https://")
    assert "Country" in frame.columns
    assert "capital" not in frame.columns


def test_columns_of_several_levels_get_new_ones_and_a_frame_is_taken_as_it_was(settings):
    names = pd.MultiIndex.from_tuples([("Country", ""), ("size", "km2")])
    frame = pd.DataFrame([["Kenya", 580_367], ["Japan", 377_975]], columns=names)
    table, back = read_frame(frame)
    frame.loc[2] = pd.Series(["Atlantis", 0], index=names)

    made = back({"capital": pa.chunked_array([["Nairobi", "Tokyo"]])})

    assert table.count() == len(made) == 2
    assert made[("capital", "")].tolist() == ["Nairobi", "Tokyo"]
    assert made[names].equals(frame[:2])


def test_a_polars_frame_comes_back_as_one(settings):
    made = enrich.enrich(pl.DataFrame({"Country": COUNTRIES}), FIELDS, **settings)

    assert isinstance(made, pl.DataFrame)
    assert made["capital"].to_list()[0] == "Nairobi"
    assert made.schema["population"] == pl.Int64


def test_an_arrow_table_keeps_its_metadata(settings):
    schema = pa.schema([("Country", pa.string())], metadata={"a": "b"})
    made = enrich.enrich(pa.table({"Country": COUNTRIES}, schema=schema), FIELDS, **settings)

    assert made.schema.metadata == {b"a": b"b"}
    assert made.column("capital").to_pylist()[:2] == ["Nairobi", "Tokyo"]
    assert made.schema.field("population").type == pa.int64()


def test_a_duckdb_relation_comes_back_as_one(settings):
    relation = duckdb.sql("SELECT unnest(['Kenya', 'Japan']) AS Country")

    made = enrich.enrich(relation, FIELDS, **settings)

    assert made.project("capital").fetchall() == [("Nairobi",), ("Tokyo",)]


def test_it_works_inside_a_running_loop_and_awaited(settings):
    async def notebook():
        frame = pd.DataFrame({"Country": COUNTRIES})
        here = enrich.enrich(frame, FIELDS, **settings)
        awaited = await enrich.enrich_async(frame, FIELDS, **settings)
        return here, awaited

    here, awaited = asyncio.run(notebook())

    assert here["capital"].tolist()[0] == "Nairobi"
    pd.testing.assert_frame_equal(here, awaited)


def test_a_larger_frame_buys_only_what_is_new(settings):
    enrich.enrich(pd.DataFrame({"Country": ["Kenya"]}), FIELDS, **settings)

    made = enrich.plan(pd.DataFrame({"Country": [*COUNTRIES, "Kenya"]}), FIELDS, **settings)

    assert (made.rows, made.distinct, made.completed, made.to_buy) == (4, 3, 1, 2)


def test_an_empty_frame_comes_back_with_the_columns_in_their_types(settings):
    empty = pa.table({"Country": pa.array([], pa.string())})

    frame = enrich.enrich(empty.to_pandas(), FIELDS, **settings)
    polars = enrich.enrich(pl.DataFrame(empty), FIELDS, **settings)
    batch = enrich.enrich(pa.RecordBatch.from_pylist([], empty.schema), FIELDS, **settings)

    assert len(frame) == len(polars) == len(batch) == 0
    assert str(frame["population"].dtype) == "Int64"
    assert (polars.schema["capital"], polars.schema["population"]) == (pl.String, pl.Int64)
    assert isinstance(batch, pa.RecordBatch)
    assert batch.schema.field("population").type == pa.int64()


def test_text_has_one_type_in_pandas_whether_or_not_a_row_has_some(settings):
    made = enrich.enrich(pd.DataFrame({"Country": ["Atlantis"]}), FIELDS, **settings)

    assert made["capital"].dtype == made["enrich_status"].dtype


def test_a_class_made_of_data_frames_comes_back_as_one(settings):
    class Customers(pd.DataFrame):
        @property
        def _constructor(self):
            return Customers

    made = enrich.enrich(Customers({"Country": ["Kenya"]}, index=[7]), FIELDS, **settings)

    assert type(made) is Customers
    assert made.index.tolist() == [7]
    assert made["capital"].tolist() == ["Nairobi"]


def test_a_plan_takes_the_settings_of_the_run_that_it_is_for(settings):
    frame = pd.DataFrame({"Country": ["Kenya", "Japan"], "capital": ["Nairobi", None]})

    made = enrich.plan(frame, {"capital": "Capital"}, existing="fill", max_cost_usd=1.0, **settings)

    assert (made.to_buy, sum(made.skipped.values())) == (1, 1)


def test_columns_may_be_named_by_numbers(settings):
    frame = pd.DataFrame([["Kenya", "KE"]])

    made = enrich.plan(frame, FIELDS, **{**settings, "inputs": [0]})
    also = enrich.plan(frame, FIELDS, **{**settings, "inputs": {"code": 1}})

    assert (made.sends, also.sends) == (("0",), ("1",))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"task": None}, "what is asked is a pydantic class, field → description"),
        ({"task": ["capital"]}, "not a value of type list"),
        ({"task": {"type": "array", "items": {}}}, 'The root\'s type must be "object"'),
        ({"inputs": 3}, "inputs are a list of columns, or name → column or template"),
        ({"inputs": "Country"}, "write [Country] for the column"),
        ({"path": "out.csv"}, "path is for job files"),
        ({"processr": "base"}, "there is no setting `processr`; did you mean `processor`?"),
    ],
    ids=str,
)
def test_a_mistake_in_a_call_is_a_sentence(settings, given, said):
    call = {"task": FIELDS, **settings, **given}

    with pytest.raises(ConfigError) as told:
        enrich.plan(pd.DataFrame({"Country": COUNTRIES}), **call)

    assert said in str(told.value)


@pytest.mark.parametrize("question", ["", "  ", None, 3], ids=repr)
def test_a_question_is_a_text_with_something_in_it(settings, question):
    settings.pop("inputs")

    with pytest.raises(ConfigError, match="the question is"):
        enrich.ask(question, **settings)


def test_values_of_several_types_stop_a_stream_only_where_they_are_asked_for(settings):
    rows: list[dict[str, Any]] = [
        {"Country": "Kenya", "note": 1},
        {"Country": "Japan", "note": "two"},
    ]

    made = dict(enrich.enrich_rows(rows, FIELDS, **settings))

    assert [made[n]["note"] for n in (0, 1)] == [1, "two"]
    assert [made[n]["capital"] for n in (0, 1)] == ["Nairobi", "Tokyo"]
    with pytest.raises(TableError, match="column 'note' has values of several types"):
        list(enrich.enrich_rows(rows, FIELDS, **{**settings, "inputs": ["note"]}))
    with pytest.raises(TableError, match="a row is a mapping"):
        list(enrich.enrich_rows(cast("Any", ["Kenya"]), FIELDS, **settings))
    with pytest.raises(ConfigError, match="rows_at_once"):
        list(enrich.enrich_rows(rows, FIELDS, rows_at_once=0, **settings))


class Country(BaseModel):
    capital: str | None = Field(description="Name of the capital city. If unknown, null.")


JSON_SCHEMA = {
    "type": "object",
    "properties": {"capital": {"type": ["string", "null"], "description": "Capital city"}},
    "required": ["capital"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("task", [Country, JSON_SCHEMA, {"capital": "Name of the capital city"}])
def test_a_task_is_a_class_a_schema_or_a_mapping(settings, task):
    made = enrich.enrich(pd.DataFrame({"Country": ["Kenya"]}), task, **settings)

    assert made["capital"].tolist() == ["Nairobi"]


def test_a_question_is_answered_with_its_sources(settings):
    settings.pop("inputs")

    answer = enrich.ask("What is the capital of Kenya?", "Name of the capital city", **settings)

    assert str(answer) == "Nairobi"
    assert answer.citations == ["https://www.cia.gov/the-world-factbook/countries/kenya/"]
    structured = enrich.ask("Kenya", {"capital": "Name of the capital city"}, **settings)
    assert structured.content == {"capital": "Nairobi"}


def test_a_program_says_of_the_embedded_server_what_a_job_file_says(settings):
    local = {"corpus": str(settings.pop("corpus")), "search": "brave"}

    with pytest.raises(ConfigError, match="no use unless the web is allowed"):
        enrich.enrich(pd.DataFrame({"Country": ["Kenya"]}), FIELDS, local=local, **settings)
    settings.pop("inputs")
    with pytest.raises(ConfigError, match="modl"):
        enrich.ask("Kenya", local={"modl": "m"}, **settings)


def test_inputs_must_be_named(settings):
    settings.pop("inputs")
    with pytest.raises(ConfigError, match="inputs is missing"):
        enrich.enrich(pd.DataFrame({"Country": COUNTRIES}), FIELDS, **settings)


def test_a_stream_is_asked_for_with_the_settings_of_a_frame(settings):
    with pytest.raises(ConfigError, match="there is no setting `retry`"):
        list(enrich.enrich_rows([], FIELDS, **settings, retry=True))


def test_a_column_that_is_not_there_is_named_with_the_nearest(settings):
    settings["inputs"] = ["Contry"]
    with pytest.raises(ConfigError, match=r"no column `Contry`.*`Country`"):
        enrich.enrich(pd.DataFrame({"Country": COUNTRIES}), FIELDS, **settings)


def test_without_a_key_the_hosted_api_is_not_asked(settings):
    settings.pop("corpus")
    with pytest.raises(ConfigError, match="PARALLEL_API_KEY"):
        enrich.enrich(pd.DataFrame({"Country": COUNTRIES}), FIELDS, **settings)


def test_what_is_no_frame_is_told_so(settings):
    with pytest.raises(TableError, match="is no frame"):
        enrich.enrich([1, 2, 3], FIELDS, **settings)


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, enrich; heavy = {'pandas', 'pyarrow', 'httpx', 'pydantic', 'numpy'};"
        "sys.exit(', '.join(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert done.stderr.strip() == ""


def test_a_stream_of_rows_is_read_some_at_a_time_and_every_row_comes_once(settings):
    read = []

    def rows():
        for name in ["Kenya", "Japan", "Kenya", "Atlantis", "Japan"]:
            read.append(name)
            yield {"Country": name}

    found = enrich.enrich_rows(rows(), FIELDS, rows_at_once=2, **settings)
    number, first = next(found)

    assert read == ["Kenya", "Japan"]
    assert first["capital"] == ["Nairobi", "Tokyo"][number]
    assert first["enrich_status"] == "completed"
    made = dict([(number, first), *found])
    assert [made[n]["Country"] for n in range(5)] == read
    assert [made[n]["capital"] for n in range(5)] == ["Nairobi", "Tokyo", "Nairobi", None, "Tokyo"]


def test_a_stream_goes_on_where_its_source_or_a_column_ends(settings, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)  # as in a program with a window

    def rows():
        yield {"Country": "Kenya", "code": "KE"}
        yield {"Country": "Japan"}  # a column that was there once is null from now on
        yield {"Country": "France", "code": "FR"}
        raise LookupError("the source")

    made: list[Any] = []
    settings["inputs"]["code"] = {"column": "code", "required": False}
    with pytest.raises(LookupError, match="the source") as raised:
        made.extend(enrich.enrich_rows(rows(), FIELDS, rows_at_once=1, **settings))

    assert raised.value.__context__ is None
    assert [(number, row["capital"]) for number, row in made] == [
        (0, "Nairobi"),
        (1, "Tokyo"),
        (2, "Paris"),
    ]


def test_a_row_that_is_finished_does_not_wait_for_a_slower_one_and_leaving_stops(tmp_path):
    with ServerProcess("--fault", "action_required#1", "--workers", "1") as server:
        names = [f"place {n}" for n in range(4)]
        found = enrich.enrich_rows(
            ({"Country": name} for name in names),
            {"answer": "x"},
            inputs=["Country"],
            base_url=server.url,
            api_key="any",
            state=tmp_path / "state",
        )
        three = dict(next(found) for _ in range(3))
        found.close()  # type: ignore[attr-defined]

        # One run waits for ever; its row would be the fourth.
        assert len(three) == 3
        assert {row["Country"] for row in three.values()} == {names[n] for n in three}
        assert {row["enrich_status"] for row in three.values()} == {"completed"}


def test_the_cap_of_a_stream_is_an_amount(settings):
    rows = enrich.enrich_rows([{"Country": "Kenya"}], FIELDS, **settings, max_cost_usd="5")

    with pytest.raises(ConfigError, match=r"budget\.max_cost_usd: an amount in US dollars"):
        next(rows)


def statuses_of_a_stream(server, state, *, rows, max_cost_usd):
    """Enrich rows of a stream two at a time under a cap; return what became of each, in order."""
    found = enrich.enrich_rows(
        ({"Country": f"place {n}"} for n in range(rows)),
        {"answer": "x"},
        inputs=["Country"],
        base_url=server.url,
        api_key="any",
        state=state,
        rows_at_once=2,
        max_cost_usd=max_cost_usd,
    )
    return [row["enrich_status"] for _, row in sorted(found, key=lambda each: each[0])]


def test_the_cap_of_a_stream_is_one_for_all_its_rows(tmp_path):
    with ServerProcess() as server:
        statuses = statuses_of_a_stream(server, tmp_path / "state", rows=5, max_cost_usd=0.03)

        assert statuses == ["completed"] * 3 + ["pending"] * 2
        assert accepted(server.url) == 3


def test_the_cap_of_a_stream_counts_what_is_still_at_work_once(tmp_path, monkeypatch):
    stuck = 3  # in the second part: the first part's round is over, this one stays open

    async def all_but_one_ended(runner):
        """Stand for a deadline: one run waits for ever, and nothing else can be done."""
        ledger = runner._ledger
        while True:
            (task,) = ledger._db.execute("SELECT id FROM task").fetchone()
            waits = [run.request for run in ledger.running(task)] == [stuck]
            more = ledger.planned(task) and runner._submitter.affordable
            if waits and not more and not ledger.submitting():
                return
            await asyncio.sleep(0.01)

    monkeypatch.setattr("enrich.runs.runner.Runner._nothing_moves", all_but_one_ended)
    with ServerProcess("--fault", f"action_required#{stuck}") as server:
        ended = statuses_of_a_stream(server, tmp_path / "state", rows=7, max_cost_usd=0.05)

        expected = ["completed"] * 5 + ["pending"] * 2
        expected[stuck - 1] = "pending"
        assert ended == expected
        assert accepted(server.url) == 5


def test_a_plan_prints_well_and_shows_itself_in_a_notebook(settings):
    made = enrich.plan(
        pd.DataFrame({"Country": ["Kenya", "<b>", "Kenya"]}), FIELDS, **settings | {"corpus": None}
    )

    assert str(made) == "3 rows, 2 different requests\n2 to buy\nprice $0.02"
    assert made._repr_html_() == (
        "<div><strong>3 rows, 2 different requests</strong><ul><li>2 to buy</li>"
        "<li>price $0.02</li></ul></div>"
    )
