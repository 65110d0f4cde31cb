"""Databases in a job: addresses name a secret and never hold one."""

from __future__ import annotations

import pytest

from enrich.errors import ConfigError
from enrich.job import JobError, Overrides, load_job, query_of, target_of

DATABASE = """
version: 1
input: {url: "postgresql://reader:${DB_PASSWORD}@db.example/firms", query: SELECT * FROM firms}
output: {table: firms_enriched, key: id, existing: fill}
task: {processor: base, inputs: [name], output: {ceo: Name}}
"""


@pytest.fixture
def database(write, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "s3cret")
    return write(DATABASE)


def test_a_query_is_read_and_a_table_of_the_same_database_written(database):
    job = load_job(database)

    query, target = query_of(job), target_of(job)
    assert query is not None
    assert target is not None
    assert query.query == "SELECT * FROM firms"
    assert query.url == target.url == "postgresql://reader:s3cret@db.example/firms"
    assert (target.table, target.key, target.existing) == ("firms_enriched", ("id",), "fill")


def test_the_secret_is_in_no_text_of_the_job(database):
    job = load_job(database)

    texts = [repr(job), str(job), job.model_dump_json(), repr(query_of(job)), repr(target_of(job))]
    assert not any("s3cret" in text for text in texts)
    assert "${DB_PASSWORD}" in texts[0]


def test_a_variable_that_is_not_set_keeps_the_job_from_loading(database, monkeypatch):
    monkeypatch.delenv("DB_PASSWORD")

    with pytest.raises(
        JobError, match=r"3: input\.url: the environment variable DB_PASSWORD is not"
    ):
        load_job(database)


def test_a_file_of_a_database_starts_from_the_jobs_folder(write, tmp_path):
    text = DATABASE.replace(
        "postgresql://reader:${DB_PASSWORD}@db.example/firms", "sqlite:///a/f.db"
    )
    job = load_job(write(text.replace("{table:", "{url: 'duckdb:////data/f.duckdb', table:")))

    assert job.input.url == f"sqlite:///{tmp_path}/a/f.db"
    assert job.output.url == "duckdb:////data/f.duckdb"


def test_a_file_named_on_the_command_line_takes_the_databases_place(database, tmp_path):
    given = Overrides(input_path="in.csv", output_path=str(tmp_path / "out.csv"))
    job = load_job(database, overrides=given)

    assert query_of(job) is None
    assert target_of(job) is None
    assert (job.input.path, job.output.path) == ("in.csv", (str(tmp_path / "out.csv"),))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("${DB_PASSWORD}", "hunter2", r"input\.url: a secret does not stand in a file"),
        ("reader:${DB_PASSWORD}@", "", "loads"),
        ("/firms", "/firms?sslpassword=hunter2", r"input\.url: a secret does not stand in a file"),
        ("{url:", "{path: a.csv, url:", r"input\.url: name a path or a database, not both"),
        (", query: SELECT * FROM firms", "", r"input\.query: say what to ask the database"),
        ("{table: firms_enriched, key: id", "{path: a.csv, key: id", r"output\.key is of a"),
        (
            "{table: firms_enriched",
            "{path: a.csv, url: 'sqlite:///a.db'",
            "name the table to write",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(database, old, new, said):
    database.write_text(database.read_text().replace(old, new, 1))

    if said == "loads":
        assert load_job(database).input.url == "postgresql://db.example/firms"
        return
    with pytest.raises(ConfigError, match=said) as caught:
        load_job(database)
    assert "hunter2" not in str(caught.value)


def test_a_table_needs_a_database(write):
    text = DATABASE.replace(
        'url: "postgresql://reader:${DB_PASSWORD}@db.example/firms", query: SELECT * FROM firms',
        "path: a.csv",
    )

    with pytest.raises(JobError, match=r"output\.url: this key is missing beside output\.table"):
        load_job(write(text))
