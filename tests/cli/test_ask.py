"""One question from the command line: the four patterns of input and output."""

import json

SCHEMA = {
    "type": "object",
    "properties": {"capital": {"type": ["string", "null"], "description": "Capital city"}},
    "required": ["capital"],
    "additionalProperties": False,
}


def test_a_question_brings_an_answer_and_its_source(folder):
    done = folder.enrich("ask", "What is the capital of Kenya?", "--corpus", "pages")

    assert (done.code, done.out) == (0, "Nairobi\n")
    assert done.err.split() == ["https://www.cia.gov/the-world-factbook/countries/kenya/"]


def test_a_question_brings_a_report_with_citations_in_it(folder):
    done = folder.enrich(
        *("ask", "Kenya", "--text", "A report on the economy of Kenya"),
        *("--processor", "pro", "--corpus", "pages", "-o", "report.md"),
    )

    assert (done.code, done.out) == (0, "")
    report = (folder.path / "report.md").read_text("utf-8")
    assert report.startswith("# Kenya\n")
    assert "](https://www.cia.gov/the-world-factbook/countries/kenya/)" in report


def test_a_question_brings_a_structure_of_its_own(folder):
    done = folder.enrich("ask", "Kenya", "--auto", "--processor", "pro", "--corpus", "pages")

    assert done.code == 0
    assert "Eastern Africa" in json.dumps(json.loads(done.out))


def test_a_question_brings_the_structure_that_is_asked_for(folder):
    folder.write("schema.json", json.dumps(SCHEMA))

    done = folder.enrich("ask", "Kenya", "--schema", "schema.json", "--corpus", "pages", "--json")

    answer = json.loads(done.out)
    assert answer["content"] == {"capital": "Nairobi"}
    assert answer["basis"][0]["citations"][0]["excerpts"]
    assert answer["run_id"].startswith("trun_")


def test_where_the_answer_goes_is_looked_at_before_it_is_paid_for(folder, unheard):
    (folder.path / "there" / "report.md").mkdir(parents=True)
    asked = ("ask", "What is the capital of Kenya?", "--api-url", unheard)

    done = folder.enrich(*asked, "-o", "there/report.md")
    made = folder.enrich(*asked[:2], "--corpus", "pages", "-o", "new/folder/report.md")

    assert (done.code, done.err) == (
        2,
        "enrich: there/report.md: is a folder. Name a file in it.\n",
    )
    assert made.code == 0
    assert (folder.path / "new/folder/report.md").read_text("utf-8") == "Nairobi\n"


def test_two_forms_at_once_are_refused(folder):
    done = folder.enrich("ask", "Kenya", "--auto", "--text", "x", "--corpus", "pages")

    assert done.code == 2
    assert "exclude each other" in done.err


def test_a_schema_that_is_none_is_told_by_its_file(folder):
    folder.write("schema.json", "{")

    done = folder.enrich("ask", "Kenya", "--schema", "schema.json", "--corpus", "pages")

    assert done.code == 2
    assert done.err.startswith("enrich: schema.json: it holds no JSON")


def test_without_a_key_and_documents_nobody_is_asked(folder):
    done = folder.enrich("ask", "Kenya")

    assert done.code == 2
    assert "PARALLEL_API_KEY" in done.err
