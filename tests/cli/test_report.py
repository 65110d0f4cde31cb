"""`enrich report`, and what a job expects of its result."""

import json
import re

import pytest


def text_of(path):
    page = path.read_text(encoding="utf-8")
    return re.sub(r"<[^>]+>", " ", page.split("</style>")[1])


def test_the_page_stands_beside_the_output_and_tells_of_the_run(folder):
    folder.enrich("run", "job.yaml")

    done = folder.enrich("report", "job.yaml")

    assert (done.code, done.out, done.err) == (0, "", "Wrote job.report.html\n")
    page = (folder.path / "job.report.html").read_text(encoding="utf-8")
    text = text_of(folder.path / "job.report.html")
    assert "6 of 6 rows completed." in text
    assert re.search(r"06 · Atlantis\s+Nothing was found for\s+capital, population", text)
    assert "<script" not in page
    assert 'href="https://cia.gov/"' in page
    assert "Against the run before" not in text
    assert "hello" not in text  # a column that is not sent and names no row


def test_the_next_round_is_held_against_the_one_before(folder):
    before = folder.enrich("run", "job.yaml")
    folder.write("countries.csv", "id,Country,Note\n01,Kenya,\n07,Nowhere,\n08,Atlantis,\n")
    after = folder.enrich("run", "job.yaml")
    assert (before.code, after.code) == (0, 0), (before, after)

    folder.enrich("report", "job.yaml", "-o", "pages/now.html")

    text = " ".join(text_of(folder.path / "pages" / "now.html").split())
    assert "The run before had 6 rows, this one 3 fewer." in text
    assert "83% → 33% -50 points" in text


TASKS = """\
tasks:
  - name: place
    processor: base
    inputs: {country: Country}
    output:
      capital: {type: "string?", description: "Name of the capital city. If unknown, null."}
  - name: people
    processor: base
    inputs: {country: Country}
    only_if: capital != ''
    output:
      population: {type: "integer?", description: "Number of inhabitants. If unknown, null."}
escalate: {below: high, fields: [capital], processor: pro}
api:
"""


def test_a_page_of_several_tasks_tells_of_each(folder):
    job = folder.job().read_text(encoding="utf-8")
    head, tail = job.split("task:\n")[0], job.split("api:\n")[1]
    folder.write("job.yaml", head + TASKS + tail)

    ran = folder.enrich("run", "job.yaml")
    folder.enrich("report", "job.yaml")

    text = " ".join(text_of(folder.path / "job.report.html").split())
    assert ran.code == 0
    assert "6 of 6 rows completed." in text
    for part in ("Cost of place", "Cost of people", "Asked again of pro 1 row"):
        assert part in text, part


def test_a_report_of_what_was_never_run_says_what_to_do(folder):
    done = folder.enrich("report", "job.yaml")

    assert done.code == 4
    assert "nothing was bought yet. `enrich run` makes it." in done.err
    assert "job.report.html" not in folder.names()


EXPECTS = [
    ("fill: {capital: 0.8}", 0, None),
    ("fill: {capital: 0.9}", 1, "expect.fill.capital: 5 of 6 completed rows have a value"),
    ("failed: 0", 0, None),
]


@pytest.mark.parametrize(("expect", "code", "reason"), EXPECTS)
def test_a_result_that_is_not_as_expected_ends_with_1_and_the_reason(folder, expect, code, reason):
    folder.write("job.yaml", f"{folder.job().read_text()}expect: {{{expect}}}\n")

    done = folder.enrich("run", "job.yaml")
    folder.enrich("report", "job.yaml")

    assert done.code == code
    shown = "Not as the job expects" in text_of(folder.path / "job.report.html")
    if reason is None:
        assert "expect" not in done.err
        assert not shown
    else:
        assert reason in done.err
        assert shown


def test_values_that_were_there_and_are_kept_count_as_found(folder):
    folder.write(
        "countries.csv", "id,Country,capital\n1,Kenya,Nairobi\n2,Atlantis,\n3,Japan,Tokyo\n"
    )
    changes = (("path: out.csv", "path: out.csv\n  existing: fill"), ("api:", "expect: {fill: {capital: 0.6}}\napi:"))  # fmt: skip
    folder.job(*changes)

    done = folder.enrich("run", "job.yaml", "--json")

    last = json.loads(done.out.splitlines()[-1])
    assert (last["filled"]["capital"], last["answered"]["capital"], done.code) == (2, 3, 0)


def test_an_object_of_nothing_fills_no_field(folder):
    place = '    place: {type: object, description: "Where it lies", properties: {moat: "Depth of the moat. If unknown, null."}}'
    head, tail = folder.job().read_text(encoding="utf-8").split("    capital:")
    folder.write("job.yaml", f"{head}{place}\n    capital:{tail}")

    done = folder.enrich("run", "job.yaml", "--json")

    last = json.loads(done.out.splitlines()[-1])
    assert last["filled"]["place"] == 0
    assert last["filled"]["capital"] == 5


@pytest.mark.parametrize(("share", "code"), [("0.5", 0), ("0.1", 1)])
def test_so_many_rows_may_fail_as_the_job_says(folder, server, share, code):
    job = folder.job(("base_url: local", f"base_url: {server.url}")).read_text()
    folder.write("countries.csv", "id,Country,Note\n" + "".join(f"{n},C{n},\n" for n in range(4)))
    folder.write("job.yaml", job + f"expect: {{failed: {share}}}\n")
    folder.env["PARALLEL_API_KEY"] = "key"
    refused = "9,{},\n".format("x" * 30_000)
    with (folder.path / "countries.csv").open("a") as file:
        file.write(refused)

    done = folder.enrich("run", "job.yaml", "--json")

    assert done.events[-1]["statuses"] == {"completed": 4, "refused": 1}
    assert done.code == code
    assert bool(done.events[-1]["unmet"]) == bool(code)


def test_a_field_that_is_not_asked_for_cannot_be_expected(folder):
    folder.write("job.yaml", f"{folder.job().read_text()}expect: {{fill: {{captial: 0.8}}}}\n")

    done = folder.enrich("check", "job.yaml", "--json")

    assert done.code == 2
    (found,) = json.loads(done.out)
    assert found["path"] == "expect.fill.captial"
    assert found["message"].endswith("did you mean `capital`?")
