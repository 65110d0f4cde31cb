"""What a shard's command says, and what status, merge and report make of all shards."""

import json

import jsonschema_rs
import pytest

import enrich
from enrich.errors import ConfigError
from tests.cli.console import SCRIPT

SCHEMA = SCRIPT.parents[2] / "docs" / "events.schema.json"


@pytest.fixture
def folder(folder, server):
    folder.job(("base_url: local", f'base_url: "{server.url}"'))
    return folder


def test_the_events_of_a_shard_are_as_published_and_status_tells_of_each(folder):
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))

    first = folder.enrich("run", "job.yaml", "--shard", "0/2", "--json")
    half = json.loads(folder.enrich("status", "job.yaml", "--json").out)
    second = folder.enrich("run", "job.yaml", "--shard", "1/2", "--json")
    whole = json.loads(folder.enrich("status", "job.yaml", "--json").out)
    one = json.loads(folder.enrich("status", "job.yaml", "--shard", "2/2", "--json").out)

    for event in [*first.events, *second.events]:
        validator.validate(event)
    plan, *_, done = first.events
    share, last = done["share"], second.events[-1]["share"]
    assert plan["asked"] + plan["elsewhere"] == plan["rows"] == 6
    assert share["shard"] == "0/2"
    assert share["waits_for"] == {"1/2": 6 - share["rows"]}
    assert (done["paths"], done["rows"]) == ([], 0)
    assert share["rows"] + last["rows"] == second.events[-1]["rows"] == 6
    assert (last["waits_for"], second.events[-1]["paths"]) == ({}, ["out.csv"])
    assert half["shards"] == {"0/2": {"completed": plan["distinct"]}, "1/2": {}}
    assert whole["requests"] == {"completed": 5}
    assert one["requests"] == whole["shards"]["0/2"] == half["requests"]
    assert one["ledger"].endswith("0-of-2.db")


def test_merge_and_report_find_the_shards_by_themselves(folder):
    for shard in ("0/2", "1/2"):
        done = folder.enrich("run", "job.yaml", "--shard", shard)
        assert done.code == 0, done.err
    written = (folder.path / "out.csv").read_bytes()

    merged = folder.enrich("merge", "job.yaml", "--output", "again.csv")
    reported = folder.enrich("report", "job.yaml", "-o", "page.html")

    assert (merged.code, reported.code) == (0, 0), merged.err + reported.err
    assert (folder.path / "again.csv").read_bytes() == written
    assert ">6<" in (folder.path / "page.html").read_text() or "6 rows" in merged.err


def test_a_share_that_is_none_is_a_sentence(folder):
    done = folder.enrich("run", "job.yaml", "--shard", "3/2")

    assert done.code == 2
    assert "'3/2' is no share of the work; write i/n" in done.err


def test_shards_from_python(folder, monkeypatch):
    monkeypatch.chdir(folder.path)

    first, second = (enrich.run("job.yaml", shard=each, progress=False) for each in ("0/2", "1/2"))

    assert (first.exit_code, first.merged.paths) == (0, ())
    assert first.share
    assert second.share
    assert first.share.waits_for.total() == second.share.rows
    assert (second.exit_code, second.merged.rows) == (0, 6)
    with pytest.raises(ConfigError, match="write i/n"):
        enrich.run("job.yaml", shard="5")
