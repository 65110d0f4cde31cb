"""The four forms of output, what is told on the way, and what a run may use."""

import threading

import pytest

from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.policy import policy
from enrich.research.question import Message, Question, ResearchError, Sources

TEXT = {"type": "text", "description": "A short answer."}
AUTO = {"type": "auto"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the capital of Kenya?", "Nairobi"),
        ("When did Kenya become independent?", "12 December 1963"),
        ("How many people live in Japan?", "123,201,945 (2024 est.)"),
    ],
)
def test_a_question_in_text_gets_a_short_answer(ask, question, answer):
    output = ask(question, TEXT)

    assert ("text", answer) == (output["type"], output["content"])
    assert [entry["field"] for entry in output["basis"]] == ["output"]
    assert output["basis"][0]["citations"][0]["url"].startswith("https://www.cia.gov/")


def test_a_question_that_nothing_answers_says_so(ask):
    output = ask("What is the airspeed of an unladen swallow?", TEXT)

    assert output["content"] == "No answer was found in the documents."
    assert output["basis"][0]["citations"] == []


def test_a_bare_text_schema_gives_a_report_of_verbatim_passages(ask):
    output = ask({"country": "Chile"}, {"type": "text"})
    lines = [line for line in output["content"].splitlines() if line.startswith("- ")]

    assert output["content"].startswith("# Chile\n")
    assert "## Sources" in output["content"]
    assert lines
    assert all(
        line.endswith("[1](https://www.cia.gov/the-world-factbook/countries/chile/)")
        for line in lines
    )
    assert output["basis"][0]["citations"][0]["excerpts"]


def test_a_report_keeps_to_what_its_description_names(ask):
    output = ask({"country": "Chile"}, {"type": "text", "description": "Report on exports"})

    assert "copper" in output["content"]
    assert "Background" not in output["content"]


def test_auto_below_pro_is_one_field(ask):
    output = ask("What is the capital of Kenya?", AUTO, "lite")

    assert (
        output["type"],
        output["content"],
        output["output_schema"],
    ) == ("json", {"output": "Nairobi"}, {})
    assert [entry["field"] for entry in output["basis"]] == ["output"]


def test_auto_from_pro_finds_a_structure_and_states_it(ask):
    output = ask("Kenya", AUTO, "pro")
    paths = {f"{outer}.{inner}" for outer, group in output["content"].items() for inner in group}

    assert paths == {entry["field"] for entry in output["basis"]}
    assert set(output["content"]) == set(output["output_schema"]["properties"])
    assert 5 <= len(paths) <= 20


def test_nested_objects_and_lists_are_answered_part_by_part(ask):
    schema = {
        "geography": {
            "type": "object",
            "properties": {
                "coastline_km": {"type": ["number", "null"]},
                "highest_point": {"type": ["string", "null"]},
            },
        },
        "languages": {"type": "array", "items": {"type": "string"}},
    }
    output = ask({"country": "Kenya"}, schema)

    assert output["content"]["geography"]["coastline_km"] == 536
    assert "Mount Kenya" in output["content"]["geography"]["highest_point"]
    assert output["content"]["languages"] == ["English", "Kiswahili"]
    assert [e["field"] for e in output["basis"]] == [
        "geography",
        "languages",
        "languages.0",
        "languages.1",
    ]


def test_progress_is_told(engine):
    told: list[Message | Sources] = []
    engine.answer(
        Question(input="What is the capital of Kenya?", output_schema=TEXT, processor="lite"),
        told.append,
    )
    kinds = [event.kind for event in told if isinstance(event, Message)]
    sources = [event for event in told if isinstance(event, Sources)]

    assert list(dict.fromkeys(kinds)) == ["plan", "search", "result"]
    assert (sources[-1].read, sources[-1].progress) == (1, 100.0)


def test_progress_never_goes_back(engine):
    told: list[Message | Sources] = []
    names = ("capital", "neighbours", "currency_of_country", "shoe_size")
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    question = Question(
        input={"country": "Kenya"}, output_schema={"type": "json", "json_schema": schema}, processor="ultra"
    )  # fmt: skip
    engine.answer(question, told.append)
    progress = [event.progress for event in told if isinstance(event, Sources)]

    assert progress == sorted(progress)
    assert len(progress) > len(names)


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"exclude_domains": ["cia.gov"]}, False),
        ({"exclude_domains": [".gov"]}, False),
        ({"exclude_domains": ["www.cia.gov/the-world-factbook/countries/kenya/"]}, False),
        ({"exclude_domains": ["cia.gov/the-world-factbook/countries/ken"]}, True),
        ({"include_domains": ["cia.gov"], "exclude_domains": ["cia.gov"]}, True),
        ({"include_domains": ["example.org"]}, False),
        ({"include_domains": ["gov"]}, True),
        (None, True),
    ],
)
def test_the_source_policy_holds(ask, stated, found):
    output = ask(
        {"country": "Kenya"}, {"capital": {"type": ["string", "null"]}}, source_policy=stated
    )

    assert (output["content"]["capital"] == "Nairobi") is found


@pytest.mark.parametrize(
    ("rule", "url", "covers"),
    [
        ("acme.example", "https://ACME.example./a", True),
        ("acme.example", "https://www.acme.example:8080/a", True),
        ("www.Acme.example.", "https://acme.example/", True),
        ("bücher.example", "https://xn--bcher-kva.example/", True),
        ("xn--bcher-kva.example", "https://www.BÜCHER.example/", True),
        ("acme.example/docs", "https://acme.example/docs%2Fa", True),
        ("acme.example/docs", "https://acme.example/x/../docs/a", True),
        ("acme.example/docs", "https://acme.example/docs/../x", False),
        ("acme.example/docs", "https://acme.example/docsets", False),
        ("acme.example", "https://notacme.example/", False),
        ("acme.example", "https://acme.example.org/", False),
        ("acme.example", "file:///acme.example/a", False),
        ("acme.example", "http://[acme.example", False),
        ("acme.example", "http://acme.example:99999/", False),
    ],
)
def test_a_rule_covers_its_domain_in_any_spelling(rule, url, covers):
    assert policy({"include_domains": [rule]}).allows(url) is covers
    assert policy({"exclude_domains": [rule]}).allows(url) is not covers


@pytest.mark.parametrize(
    ("rules", "url", "entrances"),
    [
        ([], "https://x.example", ["https://x.example"]),
        (["x.example"], "https://x.example/a", ["https://x.example/a"]),
        (["x.example/docs"], "https://x.example/docs/a", ["https://x.example/docs/a"]),
        (["x.example/docs"], "http://www.x.example:81/", ["http://www.x.example:81/docs"]),
        (["x.example/docs", "docs.x.example", "x.example/a"], "https://x.example",
         ["https://x.example/docs", "https://docs.x.example/", "https://x.example/a"]),
        (["x.example/docs"], "https://de.x.example/", ["https://de.x.example/docs"]),
        (["y.example/docs", ".gov", "ax.example/docs", "example/"], "https://x.example", ["https://x.example"]),
        (["y.example/docs", ".gov", "ax.example/docs"], "https://x.example", []),
        (["x.example/docs"], "no address", []),
        (["x.example/docs"], "https://[bad", []),
    ],
)  # fmt: skip
def test_a_site_is_entered_at_its_included_parts(rules, url, entrances):
    assert policy({"include_domains": rules}).entrances(url) == entrances


@pytest.mark.parametrize(
    "files",
    [
        {"a_csv": "name,url,Founded\nAcme,http://[bad,1990\n"},
        {"a_html": "<link rel=canonical href='http://[bad'><h1>Acme</h1><dl><dt>Founded<dd>1990</dl>"},
        {"a_md": "---\nurl: http://[bad\n---\n# Acme\n\nFounded: 1990\n"},
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_no_documents_and_no_inputs(pages, look_up, files):
    fields = {"founded": {"type": ["integer", "null"]}}
    given = {"company": "Acme", "site": "http://[::1/", "other": "https://a..b/"}

    found = look_up(
        pages(**files), given, fields, "core", source_policy={"exclude_domains": ["b.example"]}
    )

    assert found["content"] == {"founded": 1990}
    assert found["basis"][0]["citations"][0]["url"].startswith("file:")


def test_a_site_in_another_sites_path_is_not_that_site(pages):
    engine = pages(
        a_csv="name,url\nArchive,https://archive.example/web/https://www.acme.example/\n"
        "Acme,https://acme.example\nStore,https://store.acme.example:8080/x\n"
    )

    assert [hit.title for hit in engine._index.at_host("acme.example")] == ["Acme", "Store"]


def test_the_fallback_of_the_description_is_answered(ask):
    fields = {
        "ceo": {"type": "string", "description": "The CEO. If unavailable, return 'Not known'."},
        "ticker": {"type": "string", "description": "Stock ticker or 'none' if not listed."},
        "staff": {"type": "integer", "description": "Employees. If unknown, -1."},
    }

    assert ask({"country": "Kenya"}, fields)["content"] == {
        "ceo": "Not known",
        "ticker": "none",
        "staff": -1,
    }


def test_threads_get_the_same_answers(engine):
    question = Question(input="What is the capital of Kenya?", output_schema=TEXT, processor="core")
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(engine.answer(question)["content"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["Nairobi"] * 8


def test_a_corpus_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ResearchError, match="is not there"):
        ResearchEngine(ResearchSettings(corpus=(tmp_path / "none",)))


def test_an_empty_corpus_fails_the_run_and_not_the_engine(pages):
    engine = pages()

    with pytest.raises(ResearchError, match="no document"):
        engine.answer(Question(input="x", output_schema=TEXT, processor="lite"))


def test_a_follow_up_goes_on_with_the_earlier_subject(ask):
    first = ask("What is the capital of Kenya?", TEXT)

    assert ask("And what is its currency?", TEXT, previous=first)["content"].startswith(
        "Kenyan shillings"
    )
