"""Ledgers that an older enrich wrote: today's commands read them, and buy nothing again."""

import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest

from enrich import pipeline
from enrich.ledger.database import APPLICATION_ID, key_of
from tests.fakes.echo_engine import FAIL
from tests.fakes.server_process import ServerProcess
from tests.integration.test_tasks import CITY, FACTS, Place

NEWEST = len([*(files("enrich.ledger") / "migrations").iterdir()])
SEVERAL = 3
"""From this format on a job may have several tasks."""


@pytest.fixture(scope="module")
def server():
    with ServerProcess() as server:
        yield server


def as_format(path, version):
    """Write a ledger anew as an older format holds it: what that has no column for is gone."""
    new = path.rename(path.with_name("new"))
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.create_function("fingerprint_key", 1, key_of, deterministic=True)
        for number in range(1, version + 1):
            script = files("enrich.ledger") / "migrations" / f"{number:04}.sql"
            old.executescript(script.read_text("utf-8"))
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute(f"PRAGMA user_version = {version}")
        old.execute("ATTACH ? AS new", (str(new),))
        listed = "SELECT name FROM {}.sqlite_schema WHERE type = 'table'"
        known = {name for (name,) in old.execute(listed.format("new"))}
        for (table,) in old.execute(listed.format("main")).fetchall():
            if table not in known:
                continue
            columns = [row[1] for row in old.execute(f"PRAGMA new.table_info({table})")]
            mine = [row[1] for row in old.execute(f"PRAGMA main.table_info({table})")]
            both = [name for name in mine if name in columns]
            # When a POST left was noted by the first format alone.
            gone, given = (", sent_at", ", 1.0") if "sent_at" in mine else ("", "")
            old.execute(
                f"INSERT INTO main.{table} ({', '.join(both)}{gone})"
                f" SELECT {', '.join(both)}{given} FROM new.{table}"
            )
        old.execute("DETACH new")
    new.unlink()


def version_of(path):
    with closing(sqlite3.connect(path)) as ledger:
        return ledger.execute("PRAGMA user_version").fetchone()[0]


@pytest.mark.parametrize("version", [pytest.param(1, marks=pytest.mark.slow), 2, 3, 4])
def test_a_ledger_of_an_older_format_gives_the_same_table_and_buys_only_what_is_new(
    tmp_path, server, version
):
    place = Place(tmp_path, server)
    tasks = [FACTS, CITY] if version >= SEVERAL else [FACTS]
    place.rows(f"{FAIL} in format {version}", "Paris", "Rome", "Oslo", "Paris")
    place.run(*tasks, budget={"max_runs": 2})
    before = place.plan(*tasks)
    status = pipeline.status(place.prepared(*tasks))
    whole = (place.folder / "out.csv").read_bytes()
    (path,) = (place.folder / ".enrich").glob("*.db")
    as_format(path, version)

    after = place.plan(*tasks)
    with pipeline.open_ledgers(place.prepared(*tasks).job, read_only=True) as ledgers:
        (place.folder / "out.csv").unlink()
        pipeline.merge(place.prepared(*tasks), ledgers)

    assert version_of(path) == NEWEST
    assert after == before
    assert pipeline.status(place.prepared(*tasks)) == status
    assert (place.folder / "out.csv").read_bytes() == whole
    assert 0 < after.to_buy < after.distinct
    assert place.run(*tasks)[1] == after.to_buy + after.waiting
