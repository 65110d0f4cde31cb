"""What has to be mended is said in one clear line; nothing is sent, written or kept."""

import json

import pytest

# What is changed in the job, and the one line that is said of it.
IN_THE_JOB = {
    "a typo in a key": (
        ("citations: ", "citatons: "),
        "enrich: job.yaml:7: output.columns.citatons: unknown key; did you mean `citations`?",
    ),
    "a value of the wrong type": (
        ("version: 1", "version: 2"),
        "enrich: job.yaml:1: version: this program reads version 1, not 2",
    ),
    "a column that is not in the table": (
        ("country: Country", "country: Contry"),
        (
            "enrich: job.yaml:11: task.inputs.country.column: the table has no column `Contry`; "
            "did you mean `Country`? [mapping]"
        ),
    ),
    "a table that is not there": (
        ("path: countries.csv", "path: nowhere.csv"),
        "enrich: nowhere.csv: there is no such file.",
    ),
    "an output path equal to the input's": (
        ("path: out.csv", "path: ./countries.csv"),
        (
            "enrich: job.yaml:6: output.path: countries.csv is the input; name another file, or set "
            "output.existing to overwrite or fill"
        ),
    ),
    "an output column that is there already": (
        ("    capital: {", "    Note: {"),
        (
            "enrich: job.yaml:5: output: the table has a column `Note` already; set output.prefix, "
            "or output.existing to overwrite or fill [layout]"
        ),
    ),
    "a format that cannot be written": (
        ("path: out.csv", "path: out.docx"),
        "enrich: out.docx: ",
    ),
    "text that is no YAML": (
        ("key: [id]", "key: [id"),
        "enrich: job.yaml:",
    ),
}


def assert_one_clear_line(done, said):
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    (line,) = done.err.splitlines()
    assert line.startswith(said)


@pytest.mark.parametrize("command", ["run", "plan"])
@pytest.mark.parametrize(("change", "said"), IN_THE_JOB.values(), ids=IN_THE_JOB.keys())
def test_a_mistake_in_a_job_is_named_with_its_place(folder, unheard, command, change, said):
    folder.job(change, ("base_url: local", f"base_url: {unheard}"))
    before = folder.names()

    done = folder.enrich(command, "job.yaml")

    assert_one_clear_line(done, said)
    assert folder.names() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("corpus: pages", "corpus: pgaes"),
            "job.yaml:18: local.corpus: The corpus 'pgaes' is not there.",
        ),
        (
            ("  corpus: pages", "  search: brave"),
            "job.yaml:18: local.search: it is of no use unless the web is allowed",
        ),
        (
            ("processor: base", "processor: bse"),
            (
                "job.yaml:9: task.processor: `bse` is none of the published processors; "
                "did you mean `base`? [unknown-processor]"
            ),
        ),
    ],
    ids=["documents", "a search", "a processor"],
)
def test_what_our_own_server_lacks_is_told_by_check_and_plan(folder, change, said):
    folder.job(change)

    checked, planned = folder.enrich("check", "job.yaml"), folder.enrich("plan", "job.yaml")

    assert (checked.code, planned.code) == (2, 2)
    place, _, sentence = said.partition(": ")
    assert f"{place}: error: {sentence.removesuffix(' [unknown-processor]')}" in checked.out
    assert f"enrich: {said}" in planned.err.splitlines()


def test_a_job_file_that_is_not_there_is_named(folder, unheard):
    before = folder.names()

    done = folder.enrich("run", "jbo.yaml")

    assert_one_clear_line(done, "enrich: jbo.yaml: ")
    assert folder.names() == before


def test_a_broken_rule_of_a_spec_is_named_with_its_place(folder, unheard):
    folder.job(
        ('capital: {type: "string?"', 'capital: {type: "string", minLength: 3'),
        ("base_url: local", f"base_url: {unheard}"),
    )
    before = folder.names()

    done = folder.enrich("run", "job.yaml")

    assert_one_clear_line(
        done, 'enrich: job.yaml:13: task.output.capital.minLength: The API takes no "minLength".'
    )
    assert folder.names() == before


def test_every_broken_rule_of_a_json_schema_has_a_line_of_its_own(folder, unheard):
    broken = {"type": "string", "minLength": 3, "pattern": "a"}
    schema = {"type": "object", "properties": {"capital": broken}, "required": ["capital"]}
    folder.write("schema.json", json.dumps({**schema, "additionalProperties": False}))
    text = folder.job(("base_url: local", f"base_url: {unheard}")).read_text()
    start, end = text.index("  output:\n    capital"), text.index("api:")
    folder.write("job.yaml", f"{text[:start]}  output: {{json_schema: schema.json}}\n{text[end:]}")

    done = folder.enrich("run", "job.yaml")

    assert done.code == 2
    first, second = done.err.splitlines()
    assert first.startswith("enrich: schema.json:1: $.properties.capital.minLength: ")
    assert second.startswith("enrich: schema.json:1: $.properties.capital.pattern: ")


def test_all_mistakes_of_a_job_are_told_at_once(folder):
    folder.job(("processor: base", "procesor: base"), ("corpus: pages", "corpsu: pages"))

    done = folder.enrich("run", "job.yaml")

    assert done.code == 2
    assert [line.split(": ")[1:3] for line in done.err.splitlines()] == [
        ["job.yaml:9", "task.procesor"],
        ["job.yaml:18", "local.corpsu"],
    ]


def test_a_cell_that_breaks_the_table_is_named_by_its_line(folder, unheard):
    folder.job(("base_url: local", f"base_url: {unheard}"))
    folder.write("countries.csv", "id,Country,Note\n01,Kenya,x\n02,Japan,y,one too many\n")
    before = folder.names()

    done = folder.enrich("run", "job.yaml")

    assert done.code == 2
    assert done.err.startswith("enrich: countries.csv: line 3 has 4 cells where ")
    assert len(done.err.splitlines()) == 1
    assert "out.csv" not in folder.names() - before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "job.yaml", "--limt", "3"], "No such option '--limt'. (Did you mean"),
        (["run", "job.yaml", "--limit", "-1"], "Invalid value for '--limit'"),
        (["run", "job.yaml", "--max-cost", "lots"], "'lots' is no amount in US dollars"),
        (["run"], "Missing argument 'JOB'."),
        (["rnu", "job.yaml"], "No such command 'rnu'."),
    ],
    ids=["a misspelt flag", "a negative limit", "no amount", "no job", "a misspelt command"],
)
def test_a_bad_flag_is_named(folder, arguments, said):
    before = folder.names()

    done = folder.enrich(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert folder.names() == before


def test_a_key_that_is_not_set_is_asked_for_before_anything_is_sent(folder):
    folder.job(("base_url: local", "base_url: https://api.invalid"))

    done = folder.enrich("run", "job.yaml")

    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        "enrich: job.yaml:15: api.key_env: the environment variable PARALLEL_API_KEY is not set; "
        "it holds the API's key"
    )
    assert "out.csv" not in folder.names()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_an_empty_table_is_no_mistake_and_its_header_is_written(folder, unheard, ending):
    folder.write("countries.csv", "id,Country,Note\n")
    folder.job(("out.csv", f"out.{ending}"), ("base_url: local", f"base_url: {unheard}"))

    done = folder.enrich("run", "job.yaml")

    assert done.code == 0
    assert "The table has no rows." in done.err
    if ending == "csv":
        header = "id,Country,Note,capital,capital_confidence,capital_citations"
        text = (folder.path / "out.csv").read_text()
        assert text.startswith(header)
        assert len(text.splitlines()) == 1
    else:
        assert (folder.path / f"out.{ending}").exists()


def test_a_table_without_even_a_header_is_named(folder, unheard):
    folder.job(("base_url: local", f"base_url: {unheard}"))
    folder.write("countries.csv", "")
    before = folder.names()

    done = folder.enrich("run", "job.yaml")

    assert_one_clear_line(done, "enrich: ")
    assert "countries.csv" in done.err
    assert folder.names() == before
