"""Pages as people lay them out: columns, leaders, wrapped lines, unmarked headings, boxes about other things."""

import pytest

from enrich.research.columns import table_at
from enrich.research.elsewhere import is_elsewhere
from enrich.research.html import read_html
from enrich.research.lines import is_caps
from enrich.research.plaintext import read_markdown, read_text

PROSE = (
    "Acme makes tents and sells them in nine countries from a works that\n"
    "stands by the river, where Ada Example once kept a shop with two doors.\n"
)


def text(body):
    return read_text(f"Acme\n\n{body}", url="file:///acme.txt", name="acme", sha256="x")


def page(body):
    return read_html(f"<body><h1>Acme</h1>{body}</body>", url="file:///acme.html", sha256="x")


def labelled(document):
    return [(s.row, s.label, document.text[s.start : s.end]) for s in document.segments if s.label]


def values(document):
    return [
        (document.sections[s.section].path, s.label, document.text[s.start : s.end])
        for s in document.segments
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Legal form ....... Ltd\nSeat ............. Ulm, Germany\n", [("Legal form", "Ltd"), ("Seat", "Ulm, Germany")]),
        # Beside a long label a leader shrinks to a dot.
        (
            "Legal form ............... Ltd\nIdentification no. (ABC) . 4829\n",
            [("Legal form", "Ltd"), ("Identification no. (ABC)", "4829")],
        ),
        ("Phone . . . . . 555 01\n", [("Phone", "555 01")]),
        ("  Posts          590\n  In position    476\n     Women        88\n", [("Posts", "590"), ("In position", "476"), ("Women", "88")]),
        ("31.12.2023   274\n31.12.2024   268\n", [("31.12.2023", "274"), ("31.12.2024", "268")]),
        (
            "Basic    3.50 a month, paid for a year,\n         4.25 paid monthly\nPlus     5.00 a month\n",
            [("Basic", "3.50 a month, paid for a year, 4.25 paid monthly"), ("Plus", "5.00 a month")],
        ),
        (
            "Directors    Ada Example (Chair)\n             Bo Sample (Finance)\nSecretary    Cy Trial\n",
            [("Directors", "Ada Example (Chair)"), ("Directors", "Bo Sample (Finance)"), ("Secretary", "Cy Trial")],
        ),
    ],
)  # fmt: skip
def test_columns_are_labels_and_values(body, expected):
    assert [(label, value) for _, label, value in labelled(text(body))] == expected


def test_a_table_of_figures_has_its_years_over_them():
    document = text(
        "                          2024      2023\n                          EUR k     EUR k\n"
        "Turnover                54,213    49,806\n  of which abroad       22,773    18,894\n"
    )

    assert labelled(document) == [
        ("Turnover", "2024 EUR k", "54,213"),
        ("Turnover", "2023 EUR k", "49,806"),
        ("of which abroad", "2024 EUR k", "22,773"),
        ("of which abroad", "2023 EUR k", "18,894"),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["He was late.  She was not.", "They left.  It rained."],
        ["and then ... nothing came of it"],
        ["the words of this column    and of that one beside it", "run on over many a line    that has no labels at all"],
        ["- one  two", "- ten  four"],
        ["Ada Example      Bo Sample"],
    ],
)  # fmt: skip
def test_prose_is_no_table(lines):
    table = table_at(lines, 0)

    assert table is None or not table.rows


def test_a_colon_in_a_wrapped_sentence_makes_no_label():
    document = text(
        f"{PROSE}People remember a man of old manners and of very bad handwriting\n"
        "who could be rude in four ways: he shrugged, he hummed and he left. The\n"
        "year had three fires (2023: five), and the buyer of the firm, our\n"
        "contact: Bo Sample.\n"
    )

    assert labelled(document) == []


def test_labelled_lines_that_are_full_stay_apart():
    document = text(
        f"{PROSE}\nBoard, chair: Ada Example, who came from the works at Ulm in 2020\nMember: Bo Sample\n"
    )

    assert [label for _, label, _ in labelled(document)] == ["Board, chair", "Member"]


@pytest.mark.parametrize(
    "body",
    [
        f"STAFF (all sites)\n\n{PROSE}",
        f"Staff\n\n{PROSE}",
        f"Staff\n{PROSE}",
        f"3. STAFF\n\n{PROSE}",
        f"Staff\n-----\n{PROSE}",
        f"{PROSE}\nStaff\n  Acme has two smiths.\n  They are tall.\n",
        f"{PROSE}\nStaff\n* Two smiths\n* One cook\n",
    ],
)
def test_an_unmarked_line_heads_what_is_below_it(body):
    paths = [path for path, _, _ in values(text(body))]

    assert paths[-1]
    assert paths[-1][-1].upper().lstrip("3. ").startswith("STAFF")


def test_a_heading_over_deeper_lines_ends_with_them():
    document = text(
        f"{PROSE}\nPrices (in euros)\n  Basic    3\n  Plus     5\nAt least two users.\n"
    )

    assert [path for path, _, _ in values(document)][-3:] == [
        ("Prices (in euros)",), ("Prices (in euros)",), ()
    ]  # fmt: skip


def test_a_rule_is_no_text_and_no_title():
    document = read_text(
        f"ACME -- PRESS KIT\nOf May 2025. Discard older ones.\n=====\n\n{PROSE}",
        url="u", name="x", sha256="",
    )  # fmt: skip

    assert document.title == "ACME -- PRESS KIT"
    assert "===" not in document.text
    assert values(document)[0] == ((), "", "Of May 2025.")


def test_later_headings_of_the_first_level_are_sections():
    document = read_markdown("# Acme\n\nTents.\n\n# Staff\n\nTwo.\n", url="u", name="x", sha256="")

    assert [path for path, _, _ in values(document)] == [(), ("Staff",)]


def test_marks_and_navigation_are_no_text():
    markup = "[Home](/) | [Firms](/firms) | [About](/about)\n\n# Acme\n\n> Founded: 1987\n"
    wiki = page("<h2>Staff <span>[ edit ]</span></h2><p>Two.</p>")

    assert read_markdown(markup, url="u", name="x", sha256="").text == "Acme\nFounded: 1987"
    assert values(wiki) == [(("Staff",), "", "Two.")]


@pytest.mark.parametrize("text", ["CZK 64,000", "A.", "Staff"])
def test_figures_are_not_written_in_capitals(text):
    assert not is_caps(text)


def test_each_line_of_a_cell_is_a_value():
    document = page(
        "<table><tr><th>Spouses</th><td>Bo Sample (1985, divorced)<br>Cy Trial<br>(m. 1994)</td></tr></table>"
        "<dl><dt>Training</dt><dd>1989 Ulm\n (diploma)<br>1994 Linz</dd></dl>"
    )

    assert [(label, value) for _, label, value in labelled(document)] == [
        ("Spouses", "Bo Sample (1985, divorced)"),
        ("Spouses", "Cy Trial (m. 1994)"),
        ("Training", "1989 Ulm (diploma)"),
        ("Training", "1994 Linz"),
    ]


def test_a_line_feed_in_the_source_is_but_a_blank():
    document = page("<p>Acme is a\nfirm<br><b>Seat:</b> Ulm</p><pre>Seat     12\nBed       9</pre>")

    assert [value for _, _, value in values(document)] == ["Acme is a firm", "Ulm", "12", "9"]


def test_a_caption_heads_its_table_alone():
    document = page(
        "<table><caption>Prices</caption><tr><td>Basic</td><td>3</td></tr></table><p>Tents.</p>"
    )

    assert [path for path, _, _ in values(document)] == [("Prices",), ()]


def test_a_box_is_read_without_what_it_says_of_others():
    document = page(
        '<div id="nav">Home</div><p class="hatnote">Not Acma, founded in 1901.</p><div class="cookie-bar">Accept</div>'
        "<h2>Works</h2><p>Tents.</p><aside><h3>Facts</h3><dl><dt>Seat</dt><dd>Ulm</dd></dl>"
        "<h3>Our partners</h3><ul><li>Bolt, 120 staff</li></ul></aside><p>Beds.</p>"
    )

    assert values(document) == [
        (("Works",), "", "Tents."), (("Facts",), "Seat", "Ulm"), (("Works",), "", "Beds.")
    ]  # fmt: skip


def test_a_footnote_does_not_join_sentences():
    assert [v for _, _, v in values(page("<p>It is old.<sup>[2]</sup> It is big.</p>"))] == [
        "It is old.[2]",
        "It is big.",
    ]


def test_a_link_to_a_website_says_to_which():
    markup = '<table><tr><th>Web</th><td><a href="https://acme.example">Official website</a></td></tr></table>'
    document = read_markdown(
        "# Acme\n\n- [Homepage](https://acme.example)\n- [Ulm](https://ulm.example)\n",
        url="u",
        name="x",
        sha256="",
    )

    assert labelled(page(markup)) == [("", "Web", "Official website: https://acme.example")]
    assert "Homepage: https://acme.example\nUlm" in document.text


@pytest.mark.parametrize(
    ("heading", "beside", "elsewhere"),
    [
        ("See also", False, True),
        ("7. You may also like", False, True),
        ("Related companies", False, True),
        ("Related party transactions", False, False),
        ("Other facilities", False, False),
        ("Other facilities", True, True),
        ("Alternative names", False, False),
        ("Competitors and market", False, True),
        ("Contact", True, False),
    ],
)
def test_headings_of_what_is_about_others_are_told(heading, beside, elsewhere):
    assert is_elsewhere(heading, beside=beside) is elsewhere


def test_what_is_about_others_is_no_answer_unless_it_is_asked_for(pages, look_up):
    number = {"type": ["integer", "null"], "description": "Number of employees"}
    names = {"type": "array", "items": {"type": "string"}, "description": "Competitors"}
    engine = pages(
        acme_md="# Acme\n\nTents.\n\n## Competitors\n\n- Bolt\n- Nutt\n\nEmployees: 120\n\n### Also in this issue\n\n- Bolt: 310 employees\n"
    )

    output = look_up(engine, {"company": "Acme"}, {"employees": number, "competitors": names})

    assert output["content"] == {"employees": None, "competitors": ["Bolt", "Nutt"]}


def test_a_day_beside_a_figure_says_when(pages, look_up):
    staff = {"type": ["integer", "null"], "description": "Staff"}
    engine = pages(acme_txt="Acme\n\nSTAFF\n\n  31.12.2023   274\n  31.12.2024   268\n")

    output = look_up(engine, {"company": "Acme"}, {"staff": staff})

    assert output["content"] == {"staff": 268}
