"""Documents that say otherwise: newer and more independent ones win, and the losing value is named."""

import pytest

STAFF = {"staff": {"type": ["integer", "null"], "description": "Number of employees"}}


def page(staff, dated="", extra=""):
    front = f"date: {dated}\n" if dated else ""
    return f"---\ntitle: Acme\n{front}---\n\n# Acme\n\n{extra}\n\nStaff: {staff}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a_html", '<meta property="article:modified_time" content="2024-03-03T10:00">x'),
        ("a_html", '<script type="application/ld+json">{"dateModified": "2024-03-03"}</script>x'),
        ("a_html", "<p>x</p><footer>Last updated: 3 March 2024</footer>"),
        ("a_md", "---\ndate: 2024-03-03\n---\n\nx"),
        ("a_txt", "x\n\nRevised on March 3, 2024."),
    ],
)
def test_the_day_of_a_document_is_read_where_it_is_stated(pages, name, text):
    engine = pages(**{name: text})

    assert engine._index.load(1).dated == "2024-03-03"


def test_a_day_that_is_about_something_else_is_not_the_documents(pages):
    engine = pages(a_txt="x\n\nThe law of 3 March 2024 was updated in parts. " + "y. " * 4_000 + "Updated in May.")  # fmt: skip

    assert engine._index.load(1).dated is None


@pytest.mark.parametrize("processor", ["base", "core"])
@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_the_newer_edition_of_a_page_wins_whichever_is_read_first(pages, look_up, processor, names):
    old, new = names
    engine = pages(**{f"{old}_md": page(80, "2015-07-01"), f"{new}_md": page(120, "2025-07-01")})

    output = look_up(engine, {"company": "Acme"}, STAFF, processor)

    assert output["content"] == {"staff": 120}
    if processor == "core":
        reasoning = output["basis"][0]["reasoning"]
        assert '80 of "Acme" (2015-07-01) was left aside: it is older than 2025-07-01.' in reasoning
        assert output["basis"][0]["confidence"] != "low"


def test_more_independent_sources_win_over_one(pages, look_up):
    engine = pages(a_md=page(80), b_md=page(120, extra="One view."), c_md=page(120, extra="Two."))

    output = look_up(engine, {"company": "Acme"}, STAFF, "core")

    assert output["content"] == {"staff": 120}
    assert "2 independent sources say otherwise" in output["basis"][0]["reasoning"]
    assert len(output["basis"][0]["citations"]) == 2


def test_a_new_source_outweighs_two_older_ones_and_not_three(pages, look_up):
    files = {
        "new_md": page(120, "2025-07-01"),
        "a_md": page(80, "2015-07-01", "One."),
        "b_md": page(80, "2016-07-01", "Two."),
    }
    assert look_up(pages(**files), {"company": "Acme"}, STAFF, "core")["content"] == {"staff": 120}

    files["c_md"] = page(80, "2017-07-01", "Three.")
    assert look_up(pages(**files), {"company": "Acme"}, STAFF, "core")["content"] == {"staff": 80}


def test_copies_of_a_passage_count_once(pages, look_up):
    said = (
        "Acme, a maker of anvils of all sizes since the year 1900, has a staff of 80 people today."
    )
    front = "---\ntitle: Acme\n---\n\n"
    engine = pages(
        a_md=front + said, b_md=front + said, c_md=front + said,
        d_md=front + said.replace("80", "120").replace("anvils", "bells"),
        e_md=front + said.replace("80", "120").replace("anvils", "tools"),
    )  # fmt: skip

    output = look_up(engine, {"company": "Acme"}, STAFF, "core2x")

    assert output["content"] == {"staff": 120}


def test_without_dates_and_numbers_a_conflict_lowers_the_confidence(pages, look_up):
    engine = pages(a_md=page(80), b_md=page(120))

    output = look_up(engine, {"company": "Acme"}, STAFF, "core")

    (entry,) = output["basis"]
    assert entry["confidence"] == "low"
    assert output["content"] == {"staff": 80}
    assert '"Acme" has 120.' in entry["reasoning"]
