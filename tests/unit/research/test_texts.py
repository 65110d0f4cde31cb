"""Answers in plain text: short ones and reports, about what is asked of and nothing else."""

import pytest

from enrich.research.grams import names_said
from enrich.research.question import Question

ACME = "# Acme\n\nAcme is a maker of anvils. It is headquartered in Ulm.\n\n- CEO: Ada Example\n- Employees: 120\n"
GLOBEX = "# Globex\n\nGlobex is a maker of bolts. It is headquartered in Gera.\n\n- CEO: Bo Case\n"
NOTHING = "No answer was found in the documents."


@pytest.fixture
def tell(pages):
    """Answer a question in text over some files."""

    def tell(files, given, description=None, processor="base"):
        schema = {"type": "text"} | ({"description": description} if description else {})
        engine = pages(**files)
        return engine.answer(Question(input=given, output_schema=schema, processor=processor))

    return tell


@pytest.mark.parametrize(
    ("given", "description"),
    [
        ({"company": "Initech Ltd"}, "Where is it headquartered?"),
        ({"company": "Initech Ltd"}, "Name of the chief executive officer"),
        ("Initech Ltd", "Number of employees"),
        ("initech ltd", "Number of employees"),
        ("Who is the CEO of Initech?", "Name"),
        ("Write a report on Initech Ltd", None),
        ({"company": "Initech Ltd"}, "Report on its staff"),
    ],
)
@pytest.mark.parametrize("processor", ["base", "pro"])
def test_of_what_no_document_knows_nothing_is_told(tell, given, description, processor):
    output = tell({"acme_md": ACME, "globex_md": GLOBEX}, given, description, processor)

    assert output["content"] == NOTHING
    assert output["basis"][0]["citations"] == []


def test_of_what_a_page_about_another_mentions_that_alone_is_told(tell):
    more = "\nInitech is headquartered in Jena. Initech employs 12 people.\n"
    files = {"acme_md": ACME + more}

    assert tell(files, {"company": "Initech"}, "Where is it headquartered?")["content"] == "Jena"
    assert tell(files, {"company": "Initech"}, "Who is the CEO?")["content"] == NOTHING
    report = tell(files, "Write a report on Initech")["content"]
    assert "Jena" in report
    assert "Ulm" not in report


def test_a_question_that_names_nothing_is_answered_by_the_page_that_fits(tell):
    files = {"moon_md": "# Tides\n\nThe tide is highest when the moon is full.\n"}

    assert "moon is full" in tell(files, "When is the tide highest?", "A sentence")["content"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who is the CEO of Initech Ltd?", ["Initech Ltd"]),
        ("Initech Ltd", ["Initech Ltd"]),
        ("initech ltd", ["initech ltd"]),
        ("Compare Acme and Globex", ["Acme", "Globex"]),
        ("What is the GDP?", []),
        ("Which products are discontinued?", []),
        ("Name of the chief executive officer", []),
    ],
)
def test_the_names_that_a_text_has(text, names):
    assert names_said(text) == names


def test_of_two_things_alike_both_are_answered(tell):
    files = {"acme_md": ACME, "globex_md": GLOBEX}
    output = tell(files, "Where are Acme and Globex headquartered?", "Short answer")

    assert output["content"] == "Acme: Ulm; Globex: Gera"
    assert {c["title"] for c in output["basis"][0]["citations"]} == {"Acme", "Globex"}


def test_a_question_about_one_thing_that_mentions_another_is_about_one(tell):
    files = {"acme_md": ACME + "- Founded: 1950\n", "globex_md": GLOBEX + "- Founded: 1960\n"}
    output = tell(files, "When was Acme founded by the owner of Globex?", "Short answer")

    assert ";" not in output["content"]


def test_a_report_that_compares_tells_of_each(tell):
    files = {"acme_md": ACME, "globex_md": GLOBEX}
    text = tell(files, "Compare Acme with Globex", "A report with citations", "ultra")["content"]

    assert text.startswith("# Acme and Globex\n")
    assert text.index("## Acme") < text.index("Ada Example") < text.index("## Globex") < text.index("Bo Case")  # fmt: skip
    assert text.count("## Sources") == 1


def test_rows_of_a_table_stay_whole(tell):
    bought = "".join(f"| Firm {n} | 202{n}-01-01 | ${n} million |\n" for n in range(1, 6))
    table = f"\n## Acquisitions\n\n| Company | Date | Price |\n|---|---|---|\n{bought}"
    output = tell({"acme_md": ACME + table}, "Write a report on the acquisitions of Acme", processor="lite")  # fmt: skip
    rows = [line for line in output["content"].splitlines() if line.startswith("| Firm")]

    assert len(rows) == 5
    assert rows[4].startswith("| Firm 5 | 2025-01-01 | $5 million | [1](")
    assert any("Firm 5 2025-01-01 $5 million" in e for c in output["basis"][0]["citations"] for e in c["excerpts"])  # fmt: skip


def test_editions_stand_newest_first_under_their_dates(tell):
    def page(day, rows):
        facts = "".join(f"<dt>{key}</dt><dd>{value}</dd>" for key, value in rows.items())
        return f'<html><head><title>Acme</title><meta name="date" content="{day}"></head><body><h1>Acme</h1><dl>{facts}</dl></body></html>'

    facts = {"Type": "Firm", "Founded": "1950", "Fleet": "3 ships", "Owner": "Globex", "Ticker": "ACM"}  # fmt: skip
    files = {
        "a_html": page("2019-05-02", {"Headquarters": "Ulm", "Employees": "90"}),
        "b_html": page("2024-05-02", facts | {"Headquarters": "Gera", "Employees": "120"}),
    }
    text = tell(files, "Acme", processor="core")["content"]

    newer, older = text.index("(2024-05-02)"), text.index("(2019-05-02)")
    assert newer < text.index("Gera") < text.index("120") < older < text.index("Ulm")


def test_dearer_processors_report_more(tell):
    notice = "Works in Jena opened\n\nJena, 2 May 2021. Acme, the maker of anvils, today said that its chief executive is Cy Sample. Acme will go on in Ulm, and Acme is proud.\n"
    page = "# Acme\n\nAcme is a maker of anvils.\n\n## Management\n\nAda Example leads it.\n"
    files = {"acme_md": page, "news_txt": notice}
    ask = "Write a report on Acme: management"
    base, core, pro = (tell(files, ask, processor=p)["content"] for p in ("base", "core", "pro"))

    assert "Cy Sample" not in base
    assert "Cy Sample" in core
    assert "Acme is a maker of anvils." not in core
    assert "Acme is a maker of anvils." in pro
