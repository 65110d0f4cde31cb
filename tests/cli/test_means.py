"""What may answer beside the documents: the web and a model, only where the job or the command says so."""

import json

import pytest

from tests.fakes.web_site import WebSite

ABOUT = "<title>About</title><h1>Acme</h1><dl><dt>Founded</dt><dd>1987</dd></dl><p>The helm is with Jane Roe.</p>"

JOB = """\
version: 1
input: {{path: firms.csv}}
output: {{path: out.jsonl, columns: {{citations: true}}}}
task:
  processor: base
  inputs: {{company: Company, website: Website}}
  output:
    founded: {{type: "integer?", description: "Year of foundation"}}
    skipper: {{type: "string?", description: "Who steers the firm"}}
api: {{base_url: local}}
local: {local}
"""


@pytest.fixture
def acme():
    site = WebSite({"/": (200, {}, ABOUT)}, host="127.0.0.1")
    yield site
    site.close()


@pytest.fixture
def model():
    def answer(_):
        prompt = json.loads(site.bodies[-1])["messages"][-1]["content"]
        number = next((n for n in range(1, 9) if f"[p{n}]" in prompt and "Jane" in prompt.split(f"[p{n}]")[1].split("\n")[0]), 0)  # fmt: skip
        said = {"choice": "quote" if number else "none", "passage": f"p{number or 1}", "quote": "Jane Roe"}  # fmt: skip
        body = {"choices": [{"message": {"role": "assistant", "content": json.dumps(said)}}]}
        return 200, {"content-type": "application/json"}, json.dumps(body)

    site = WebSite({"/v1/chat/completions": answer}, host="127.0.0.1")
    yield site
    site.close()


def run(folder, acme, **local):
    folder.write("firms.csv", f"Company,Website\nAcme,{acme.url}\n")
    folder.write("job.yaml", JOB.format(local=json.dumps({"corpus": "pages", **local})))
    done = folder.enrich("run", "job.yaml", "--yes")
    assert done.code == 0, done.err
    (row,) = map(json.loads, (folder.path / "out.jsonl").read_text().splitlines())
    return row


def test_a_job_reads_the_web_where_it_says_so_and_private_addresses_where_it_says_that(
    folder, acme
):
    assert run(folder, acme, web=True)["founded"] is None
    assert acme.asked == []

    (folder.path / ".enrich").rename(folder.path / "before")
    row = run(folder, acme, web=True, private_web=True)
    assert (row["founded"], row["skipper"]) == (1987, None)
    assert row["founded_citations"][0]["url"] == f"{acme.url}/"


@pytest.mark.slow
def test_a_job_asks_the_model_that_it_names(folder, acme, model):
    row = run(folder, acme, web=True, private_web=True, model="m", model_url=f"{model.url}/v1")

    assert (row["founded"], row["skipper"]) == (1987, "Jane Roe")
    assert json.loads(model.bodies[0])["model"] == "m"
    assert "authorization" not in model.headers[0] or "none" in model.headers[0]["authorization"]


@pytest.mark.slow
def test_a_question_is_asked_of_the_web_and_the_model_that_the_command_names(folder, acme, model):
    # The address of the site is in the question, as its fields would be in a row.
    means = ("--web", "--private-web", "--model", "m", "--model-url", f"{model.url}/v1")

    done = folder.enrich(
        *("ask", f"Who steers Acme, {acme.url}?", "--text", "Who steers the firm", "--json"),
        *("--corpus", "pages", "--processor", "core", *means),
    )

    assert done.code == 0, done.err
    assert acme.asked
    assert json.loads(model.bodies[0])["model"] == "m"


def test_a_question_says_what_is_wrong_with_its_means(folder):
    done = folder.enrich("ask", "Acme", "--corpus", "pages", "--search", "brave")

    assert done.code == 2
    assert "local.search: it is of no use unless the web is allowed" in done.err


def test_a_job_and_a_command_name_the_columns_of_their_tables(folder):
    rows = "account name,entity,page,staff\nK-77,Acme Anvils,https://acme.example/,120\n"
    (folder.path / "docs").mkdir()
    folder.write("docs/firms.csv", rows)
    folder.write("firms.csv", "Company,Website\nAcme Anvils,https://acme.example\n")
    job = JOB.replace("founded:", "staff:").replace("Year of foundation", "Number of employees")
    named = {"corpus": "docs", "title_column": "entity", "url_column": "page"}
    folder.write("job.yaml", job.format(local=json.dumps({**named, "title_column": "Entity"})))
    for command in (("check", "job.yaml"), ("run", "job.yaml", "--yes")):
        done = folder.enrich(*command)
        assert done.code == 2
        assert "local.title_column: no table of the documents has a column 'Entity'; firms.csv has: account name, entity," in done.out + done.err  # fmt: skip

    folder.write("job.yaml", job.format(local=json.dumps(named)))
    done = folder.enrich("run", "job.yaml", "--yes")
    assert done.code == 0, done.err
    row = json.loads((folder.path / "out.jsonl").read_text())
    assert row["staff"] == 120
    assert "https://acme.example/" in json.dumps(row)

    asked = folder.enrich(
        "ask", "How many employees has Acme Anvils?", "--corpus", "docs", "--title-column", "entity",
        "--url-column", "page",
    )  # fmt: skip
    assert asked.code == 0, asked.err
    assert "120" in asked.out
    assert "https://acme.example/" in asked.err
