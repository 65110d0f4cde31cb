"""Pages of firms, clinics, shops and books, as people write them: what they state is read, and nothing else."""

import pytest

from enrich.research.question import Question

PARAGRAPH = (
    "Nordlicht AS makes tents. Headquarters: Storgata 61, 9008 Troms, Norway. Employees: 210 (2025)."
    " Medical director: Dr. Aoife Byrne. Legal form: Acme Inc. Opening: daily."
)


def text(name):
    return {"type": ["string", "null"], "description": name}


def test_a_paragraph_with_several_labels_has_a_value_for_each(pages, look_up):
    engine = pages(nordlicht_html=f"<h1>Nordlicht</h1><p>{PARAGRAPH}</p>")
    fields = {
        "employees": {"type": ["integer", "null"], "description": "Number of employees"},
        "headquarters_city": text("City of the headquarters"),
        "medical_director": text("Name of the medical director"),
        "headquarters": text("Place of the headquarters"),
    }

    output = look_up(engine, {"company": "Nordlicht"}, fields)

    assert output["content"] == {
        "employees": 210,
        "headquarters_city": "Troms",
        "medical_director": "Dr. Aoife Byrne",
        "headquarters": "Troms",
    }
    excerpt = output["basis"][0]["citations"][0]["excerpts"][-1]
    assert excerpt.endswith("Employees: 210 (2025)")
    assert all(e in f"Nordlicht\n{PARAGRAPH}" for e in [excerpt])


@pytest.mark.parametrize(
    ("page", "field", "schema", "value"),
    [
        # Whole names and single items, and no day or yes where a name is asked.
        ("Chair: J. R. Smith", "chair", text("Name of the chair"), "J. R. Smith"),
        ("It is marketed by Orsted Pharma A/S.", "marketer", text("Name of the marketer"), "Orsted Pharma A/S"),
        ("Author: March 7, 2023", "author", text("Name of the author"), None),
        ("Pool: yes", "pool_location", text("Where the pool is"), None),
        ("City: Galway, Ireland", "city", text("City of the office"), "Galway"),
        (
            "Platforms: Linux, macOS, FreeBSD. Windows is not supported.",
            "platforms",
            {"type": ["array", "null"], "items": {"type": "string"}, "description": "Platforms"},
            ["Linux", "macOS", "FreeBSD"],
        ),
    ],
)  # fmt: skip
def test_a_name_is_read_whole_and_nothing_else_for_one(pages, look_up, page, field, schema, value):
    engine = pages(acme_md=f"# Acme\n\nA page.\n\n{page}\n")

    assert look_up(engine, {"company": "Acme"}, {field: schema})["content"] == {field: value}


YES = {"type": ["boolean", "null"]}
COUNT = {"type": ["integer", "null"]}


@pytest.mark.parametrize(
    ("page", "field", "schema", "value"),
    [
        ("Contains no gluten.", "contains_gluten", {**YES, "description": "Whether it contains gluten"}, False),
        ("Windows is not supported.", "windows", {**YES, "description": "Whether Windows is supported"}, False),
        ("Windows is supported.", "windows", {**YES, "description": "Whether Windows is supported"}, True),
        ("Trucks pay a toll of 45 kronor; cars cross for free.", "toll_cars", {**YES, "description": "Whether cars pay a toll"}, None),
        ("## Opening\n\nWeekdays: 08:30-18:00", "opening_sunday", {**YES, "description": "Whether it is open on Sunday"}, None),
        ("The clinic has 24 beds and 61 staff.", "beds", {**COUNT, "description": "Number of beds"}, 24),
        ("List price: £18.99", "price_gbp", {"type": ["number", "null"], "description": "List price in pounds"}, 18.99),
        ("Early tickets cost €350 until May; regular tickets cost €480.", "regular_cost_eur", {**COUNT, "description": "Cost of a regular ticket"}, 480),
    ],
)  # fmt: skip
def test_what_a_clause_says_is_said_of_its_own_words(pages, look_up, page, field, schema, value):
    engine = pages(acme_md=f"# Acme\n\nA page.\n\n{page}\n")

    assert look_up(engine, {"company": "Acme"}, {field: schema})["content"] == {field: value}


def test_what_was_before_is_not_what_is_now(pages, look_up):
    engine = pages(ada_md="# Ada Byrne\n\nEmployer: Acme\n", bo_md="# Bo Byrne\n\nPrevious employer: Oma\n")  # fmt: skip
    asked = {"previous_employer": text("Name of the employer before")}

    assert look_up(engine, {"person": "Ada Byrne"}, asked)["content"] == {"previous_employer": None}
    assert look_up(engine, {"person": "Bo Byrne"}, asked)["content"] == {"previous_employer": "Oma"}


STAFF = {"employees": {**COUNT, "description": "Number of employees"}}


@pytest.mark.parametrize(
    "title", ["About Acme Works", "Über die Acme Works GmbH", "Acme Works: our offices", "Offices | Acme Works"]
)  # fmt: skip
def test_a_page_is_of_what_its_title_names_beside_its_topic(pages, look_up, title):
    engine = pages(a_md=f"# {title}\n\nEmployees: 75\n")

    assert look_up(engine, {"company": "Acme Works"}, STAFF)["content"] == {"employees": 75}
    assert look_up(engine, {"company": "Acme"}, STAFF)["content"] == {"employees": None}


def test_a_greeting_names_nobody(pages, look_up):
    engine = pages(a_md="# About us\n\nEmployees: 75\n")

    assert look_up(engine, {"country": "US"}, STAFF)["content"] == {"employees": None}


def test_a_press_release_speaks_of_its_sender_where_a_clause_does(pages, look_up):
    engine = pages(
        a_txt="FOR IMMEDIATE RELEASE\n\nAcme Works buys Oma for 84 million\n\nFounded in 1974 in Ghent, Acme Works"
        " employs 3,200 people.\n\nOma has 75 employees.\n"
    )

    assert look_up(engine, {"company": "Acme Works"}, STAFF)["content"] == {"employees": 3200}


def test_a_legal_form_in_a_question_asks_for_nothing(pages):
    engine = pages(a_md="# Acme Works KG\n\nEmployees: 75\n")
    question = "How many employees does Acme Works KG have?"

    output = engine.answer(
        Question(input=question, output_schema={"type": "text"}, processor="base")
    )

    assert output["content"] == "75"
