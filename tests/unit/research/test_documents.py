"""Files to documents: structure kept, boilerplate dropped, bad files passed over with a reason."""

import pytest

from enrich.research import encodings
from enrich.research.engine import ResearchEngine, ResearchSettings
from enrich.research.html import TooDeepError, page_name, read_html
from enrich.research.names import names_of
from enrich.research.plaintext import read_markdown, read_text

PAGE = """<html><head><title>Acme - The Register</title><meta property="og:site_name" content="The Register">
<link rel="canonical" href="https://register.example/acme"><meta name="date" content="2024-05-01"></head>
<body><nav>Home About</nav><main><h1>Acme</h1><h2>Facts</h2><dl><dt>Founded</dt><dd>1987</dd></dl>
<p><b>Staff</b> 120</p><p>Site: Leeds</p><table><tr><th>Year</th><th>Sales</th><th>Profit</th></tr>
<tr><td>2023</td><td>5</td><td>1</td></tr></table><ul><li>One</li><li>Two</li></ul>
<p style="display:none">Hidden words</p><p>First sentence. Second one by Dr. Who.</p></main>
<footer>All rights reserved</footer><script>var x = 1</script></body></html>"""


def parts(document):
    return [
        (document.sections[s.section].path, s.row, s.label, document.text[s.start : s.end])
        for s in document.segments
    ]


def test_a_page_keeps_its_structure():
    document = read_html(PAGE, url="file:///acme.html", sha256="x")

    assert (
        document.url, document.title, document.dated,
    ) == ("https://register.example/acme", "Acme", "2024-05-01")  # fmt: skip
    assert parts(document) == [
        (("Facts",), "", "Founded", "1987"),
        (("Facts",), "", "Staff", "120"),
        (("Facts",), "", "Site", "Leeds"),
        (("Facts",), "", "Year", "2023"),
        (("Facts",), "2023", "Sales", "5"),
        (("Facts",), "2023", "Profit", "1"),
        (("Facts",), "", "", "One"),
        (("Facts",), "", "", "Two"),
        (("Facts",), "", "", "First sentence."),
        (("Facts",), "", "", "Second one by Dr. Who."),
    ]


def test_navigation_footer_scripts_and_hidden_text_are_left_out():
    text = read_html(PAGE, url="file:///acme.html", sha256="x").text

    assert not any(word in text for word in ("Home", "rights", "var x", "Hidden"))


def test_markdown_keeps_its_structure():
    document = read_markdown(
        "---\ntitle: Lamp\nurl: https://x.example/lamp\ndate: 2024-02-03\n---\n# Lamp\n\n## Data\n\n"
        "| Property | Value |\n|---|---|\n| **Weight** | 2 kg |\n\n- [HDMI](http://a.b/c)\n- USB\n\nColour: red\n",
        url="file:///lamp.md",
        name="lamp",
        sha256="x",
    )

    assert (
        document.url,
        document.title,
        document.dated,
    ) == ("https://x.example/lamp", "Lamp", "2024-02-03")
    assert parts(document) == [
        (("Data",), "", "Weight", "2 kg"),
        (("Data",), "", "", "HDMI"),
        (("Data",), "", "", "USB"),
        (("Data",), "", "Colour", "red"),
    ]


def test_a_text_is_named_by_its_short_first_line():
    document = read_text(
        "Leeds\n\nLeeds is a city.\nIt is big.\n", url="file:///x", name="x", sha256="x"
    )

    assert (
        document.title,
        [p[3] for p in parts(document)],
    ) == ("Leeds", ["Leeds is a city.", "It is big."])


@pytest.mark.parametrize(
    ("title", "site", "name"),
    [
        ("Kenya - The World Factbook", "The World Factbook", "Kenya"),
        ("The Register | Acme", "The Register", "Acme"),
        ("Jean-Luc", "", "Jean-Luc"),
        ("", "", ""),
    ],
)
def test_a_title_loses_the_name_of_its_site(title, site, name):
    assert name == page_name(title, site)


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        ("Korea, South", "south korea"),
        ("Turkey (Turkiye)", "turkiye"),
        ("Gambia, The", "gambia"),
        ("Acme Ltd.", "acme"),
    ],
)
def test_a_title_is_known_under_its_other_spellings(title, asked):
    document = read_text(f"{title}\n\nWords here.", url="u", name=title, sha256="")

    assert asked in names_of(document)


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<table><tr><td>", "<ul><li>"])
def test_a_million_nested_tags_are_refused_at_once(tag):
    with pytest.raises(TooDeepError):
        read_html(tag * 200_000, url="u", sha256="")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no text"),
        (b"<html><body><nav>only this</nav></body></html>", "no text"),
        (b"\x00\x01\x02binary", "is no text"),
        (b"<div>" * 5_000, "nested"),
    ],
)
def test_a_bad_file_is_passed_over_with_its_reason(pages, look_up, content, reason):
    engine = pages(bad_html=content, good_txt="Acme\n\nAcme was founded in 1987.")

    assert [reason in skipped for _, skipped in engine.built.skipped] == [True]
    assert look_up(
        engine, {"company": "Acme"}, {"founded": {"type": "integer", "description": "Year"}}
    )["content"] == {"founded": 1987}


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    engine = ResearchEngine(ResearchSettings(corpus=(tmp_path,)))
    engine.close()

    assert "1,073,741,824 bytes" in engine.built.skipped[0][1]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Côte".encode(), "Côte"),
        ("Côte".encode("cp1252"), "Côte"),
        ("Côte".encode("utf-16"), "Côte"),
        ("Côte".encode("utf-8-sig"), "Côte"),
    ],
)
def test_encodings_are_told_apart(data, text):
    assert text == encodings.decode(data)


def test_a_row_of_one_cell_is_a_heading_or_a_text_and_never_lost():
    page = """<h1>Ulm Field</h1><table><caption>Ulm Field</caption><tr><td colspan="2">IATA: <b>ULM</b> \u00b7 ICAO: <b>EDUL</b></td></tr>
<tr><th colspan="2">Runways</th></tr><tr><th>07/25</th><td>900 m</td></tr>
<tr><td colspan="2"><b>Owner</b></td></tr><tr><th>Since 1990</th><td>Acme</td></tr>
<tr><td colspan="2">Open all year.</td></tr></table><table><tr><td>One</td></tr></table><p>Behind it.</p>"""
    document = read_html(page, url="file:///ulm.html", sha256="x")

    assert parts(document) == [
        (("Ulm Field",), "", "IATA", "ULM"),
        (("Ulm Field",), "", "ICAO", "EDUL"),
        (("Ulm Field", "Runways"), "", "07/25", "900 m"),
        (("Ulm Field", "Owner"), "", "Since 1990", "Acme"),
        (("Ulm Field", "Owner"), "", "", "Open all year."),
        ((), "", "", "One"),
        ((), "", "", "Behind it."),
    ]
