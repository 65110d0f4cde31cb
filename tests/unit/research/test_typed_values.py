"""How typed values are read from a passage that was found: lists, places, addresses, offices, choices."""

import pytest

from enrich.research.candidates.choices import boolean_candidates, enum_candidates, presence
from enrich.research.candidates.lists import is_told, list_spans
from enrich.research.candidates.numbers import number_candidates
from enrich.research.candidates.persons import holders
from enrich.research.candidates.standards import standards_in
from enrich.research.candidates.strings import labelled_name, labelled_place, proper_names
from enrich.research.kinds import value_kind
from enrich.research.wanted import wanted

TEXT = {"type": ["string", "null"]}
LIST = {"type": "array", "items": {"type": "string"}}


def asked(description, kind=TEXT):
    return {**kind, "description": description}


def value_of(pages, look_up, page, name, field, thing="Acme"):
    given = {"company": thing} if thing == "Acme" else {"person": thing}
    content = look_up(pages(page_md=f"# {thing}\n\n{page}\n"), given, {name: field})["content"]
    return content[name]


PRODUCTS = asked("Main product groups that the company makes, as a list.", LIST)
FACULTIES = asked("Names of the faculties, schools or colleges of the institution.", LIST)
CERTIFICATES = asked("Security certifications that the company holds.", LIST)
LANGUAGES = asked("Languages that the person speaks.", LIST)


@pytest.mark.parametrize(
    ("page", "name", "field", "values"),
    [
        ("## What we make\n\nOur range has three families:\n\n- Bolts for bridges\n- Nuts\n- Rivets", "products", PRODUCTS, ["Bolts for bridges", "Nuts", "Rivets"]),
        ("## Colleges\n\n1. College of Arts and Letters\n2. College of Law\n3. College of Trade", "faculties", FACULTIES, ["College of Arts and Letters", "College of Law", "College of Trade"]),
        ("Teaching is given in two schools:\n\n- School of Health\n- School of Law", "faculties", FACULTIES, ["School of Health", "School of Law"]),
        ("There are three faculties – Arts and Letters, Law and Trade, and Science – and each has a dean.", "faculties", FACULTIES, ["Arts and Letters", "Law and Trade", "Science"]),
        ("## Products\n\nThe catalogue has two parts: bolts and nuts. Bolts are the larger part.", "products", PRODUCTS, ["bolts", "nuts"]),
        ("Acme maintains a SOC 2 Type II report and is certified to ISO 27001. Work towards ISO 27701 has begun.", "certifications", CERTIFICATES, ["SOC 2 Type II", "ISO 27001"]),
        ("## Products\n\nRector: Ada Example", "products", PRODUCTS, []),
    ],
    ids=["bullets", "heading", "lead-in", "sentence", "colon", "certificates", "office"],
)  # fmt: skip
def test_a_list_is_read_by_what_names_it(pages, look_up, page, name, field, values):
    assert value_of(pages, look_up, page, name, field) == values


def test_a_list_in_a_sentence_ends_with_its_last_name(pages, look_up):
    page = "He paints at home, speaks Czech, Breton and Danish, and sails."
    found = value_of(pages, look_up, page, "languages", LANGUAGES, "Ada Example")
    assert found == ["Czech", "Breton", "Danish"]


def test_a_name_is_no_list_of_its_own_parts(pages, look_up):
    table = "| Company | Country |\n|---|---|\n| Bolt & Nut, Inc. | Chile |\n| Acme | Peru |"
    engine = pages(list_md=f"# Firms\n\n{table}\n", own_md="# Bolt & Nut, Inc.\n\nA firm.\n")
    given = {"company": "Bolt & Nut, Inc."}
    assert look_up(engine, given, {"company": asked("Products.", LIST)})["content"]["company"] == []


def test_items_end_with_the_sentence_that_lists_them():
    text = "bolts, nuts and rivets. Bolts alone make up half of it"
    assert [text[a:b] for a, b in list_spans(text)] == ["bolts", "nuts", "rivets"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("English, Mandinka and Wolof.", False),
        ("It covers ten hectares, a walk from the station, and has a pond.", True),
        ("A small works in Ulm, with 52 lathes, makes parts.", True),
    ],
)
def test_a_sentence_that_tells_is_no_list(text, told):
    assert is_told(text) is told


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("8 February 1966, Ulm (Swabia)", "Ulm"),
        ("June 2, 1948 Ulm, Germany", "Ulm, Germany"),
        ("11 August 1947 in Ulm, Germany", "Ulm, Germany"),
        ("Space is scarce, so few are told", None),
        ("For comparison, two firms", None),
    ],
)
def test_a_labelled_place_stands_behind_its_date_and_is_no_clause(text, place):
    found = labelled_place(text, whole=True)
    assert [c.value for c in found] == ([place] if place else [])
    assert all(text[c.start : c.end] == c.value for c in found)


def test_a_month_is_no_name():
    assert [c.value for c in proper_names("On 3 September 1954 Ada Example came on a Monday")] == [
        "Ada Example"
    ]


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("She was born Ada Case in Ulm, Germany, on 3 April 1951.", "Ulm, Germany"),
        ("Ada Example (born 11 August 1947 in Ulm, Germany) is a poet.", "Ulm, Germany"),
        ("Born in May, she left.", None),
    ],
)
def test_a_place_of_birth_stands_behind_a_word_of_place(pages, look_up, sentence, place):
    field = asked("The town in which the person was born.")
    assert value_of(pages, look_up, sentence, "birthplace", field, "Ada Example") == place


def test_one_label_of_two_nouns_answers_both(pages, look_up):
    page = "- **Date and place of birth:** 08 Feb 1966, Ulm (Swabia, Germany)\n- **Family:** one child (born 1999)"
    fields = {
        "birth_date": asked(
            "The date on which the person was born (only the year if that is all)."
        ),
        "birthplace": asked("The town in which the person was born."),
    }
    engine = pages(page_md=f"# Ada Example\n\n{page}\n")
    content = look_up(engine, {"person": "Ada Example"}, fields)["content"]
    assert content == {"birth_date": "08 Feb 1966", "birthplace": "Ulm"}


def test_a_year_alone_will_do_where_it_is_said_so(pages, look_up):
    page = "Born in Ulm in 1971 and raised in Bonn, she read law."
    field = asked("The date on which the person was born (only the year if no more is given).")
    assert value_of(pages, look_up, page, "birth_date", field, "Ada Example") == "1971"


def test_an_old_seat_is_not_the_seat(pages, look_up):
    page = "The old headquarters in Ulm, Germany, was left in 1951."
    field = asked("Place of the headquarters.")
    assert value_of(pages, look_up, page, "headquarters", field) is None


MAIL = "General enquiries: info@acme.example. For spare parts write to spares@acme.example; report holes to psirt@acme.example."


@pytest.mark.parametrize(
    ("name", "description", "address"),
    [
        ("email", "General contact e-mail address.", "info@acme.example"),
        ("security_contact", "E-mail address for reporting vulnerabilities.", "psirt@acme.example"),
        ("disclosure", "Mailbox for reports of a vulnerability; not sales or press.", "psirt@acme.example"),
        ("admissions_email", "E-mail address of the admissions office.", None),
        ("press_email", "E-mail address for journalists.", None),
    ],
)  # fmt: skip
def test_of_several_addresses_the_one_that_serves_is_taken(
    pages, look_up, name, description, address
):
    assert value_of(pages, look_up, MAIL, name, asked(description)) == address


def test_a_site_that_bears_the_name_is_the_subjects_own(pages, look_up):
    page = "Talks: https://talks.example/ada. On the web: https://adaexample.example."
    field = asked("Web address of the person's own site.")
    found = value_of(pages, look_up, page, "website", field, "Ada Example")
    assert found == "https://adaexample.example"


@pytest.mark.parametrize(
    ("text", "office", "name"),
    [
        ("Ada Example (chief executive) Bo Case (honorary president)", "ceo", "Ada Example"),
        ("Ada Example (chief executive) Bo Case (honorary president)", "president", None),
        ("Ada Example – President and Chief Executive Officer (since May 2011)", "ceo", "Ada Example"),
        ("Bo Case – Chairman of the Board; CEO from 1995 to 2004", "ceo", None),
        ("said Ada Example, chief executive of Acme", "ceo", "Ada Example"),
        ("said Bo Case, CEO of Globex", "ceo", None),
        ("Managing director Ada Example said", "ceo", "Ada Example"),
        ("Dr Bo Case (President 1990–1999)", "president", None),
        ("Globex University (p. 4; Rector Bo Case)", "rector", None),
    ],
)  # fmt: skip
def test_who_holds_an_office_stands_beside_it(text, office, name):
    found = [c.value for c in holders(text, (office,), frozenset({"acme"}))]
    assert found == ([name] if name else [])


def test_who_is_no_longer_is_passed_over():
    text = "Bo Case (1971–1978, divorced) Cy Reed (m. 1983)"
    assert [(c.value, text[c.start : c.end]) for c in labelled_name(text, place=False)] == [
        ("Cy Reed", "Cy Reed")
    ]


def test_a_rector_is_no_vice_rector(pages, look_up):
    page = "- **Rector:** Ada Example\n- **Vice-rector for teaching:** Bo Case"
    field = asked("Name of the vice-rector responsible for research.")
    assert value_of(pages, look_up, page, "vice_rector_for_research", field) is None


@pytest.mark.parametrize(
    ("name", "kind", "description", "expected"),
    [
        ("last_round", "string", "Date of the last round, YYYY-MM-DD (YYYY if only the year is given)", "date"),
        ("last_event", "string", "Day on which the newest round was announced", "date"),
        ("start_of_term", "string", "Since when has the rector been in the job?", "date"),
        ("certs", "string", 'List of strings, e.g. ["SOC 2 Type II", "ISO 27001"]', "phrase"),
        ("main_mailbox", "string", "Electronic address for ordinary questions", "email"),
        ("own_page", "string", "What is the address of this person's own website?", "url"),
        ("cloud_supplier", "string", "Company whose data centres carry the service", "name"),
    ],
)  # fmt: skip
def test_the_kind_of_value_is_told_by_how_it_is_asked(name, kind, description, expected):
    assert value_kind(name, kind, description, closed=False) == expected


def test_a_bare_year_is_no_money():
    field = wanted(
        "prize", {"type": "number", "description": "The sum of money, in euros, of the prize."}
    )
    assert field.number.currency == "EUR"
    assert [c.value for c in number_candidates("2003", field.number)] == []
    assert [c.value for c in number_candidates("2003: EUR 50,000", field.number)] == [50_000]


@pytest.mark.parametrize(
    ("text", "word", "value"),
    [
        ("guests of the house are not promised a room.", "guests", False),
        ("Seats are given by merit; guests are not promised one", "guests", False),
        ("Windows is supported, but Linux is not", "Windows", True),
        ("She holds no outside board seats.", "board", False),
    ],
)
def test_a_clause_that_denies_says_no(text, word, value):
    assert [c.value for c in boolean_candidates(text, at=text.index(word))] == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [("not held", [False]), ("held, valid to 2028", [True]), ("not yet known", []), ("none", [False])],
)  # fmt: skip
def test_what_stands_beside_a_label_says_yes_or_no(text, value):
    assert [c.value for c in boolean_candidates(text, at=None)] == value


def test_a_long_text_with_a_number_does_not_say_that_there_is_any():
    assert presence("14 (9 for men), given by merit and by distance, and nobody is promised a place in any of them.", denied=False) == []  # fmt: skip


def test_another_standards_number_says_nothing(pages, look_up):
    field = {"type": ["boolean", "null"], "description": "Whether it is certified to ISO 14001."}
    page = "The quality management is certified to ISO 9001."
    assert value_of(pages, look_up, page, "ISO 14001", field) is None


def test_standards_that_are_planned_are_not_held():
    text = "Acme has been ISO 27001 certified since 2021; a SOC 2 Type I report is planned"
    assert [text[a:b] for a, b in standards_in(text, "Security")] == ["ISO 27001"]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Private university, for profit", "private for-profit"),
        ("a chartered private university, held by a not-for-profit body", "private non-profit"),
        ("a publicly funded university", "public"),
        ("a state university on the coast", "public"),
    ],
)
def test_a_choice_is_known_in_other_words(text, choice):
    choices = ("public", "private non-profit", "private for-profit")
    assert [c.value for c in enum_candidates(text, choices)] == [choice]


def test_a_choice_is_read_from_what_the_subject_is(pages, look_up):
    page = "Here are facts. Acme is a publicly traded maker of bolts. Globex is a family business."
    field = {"type": ["string", "null"], "enum": ["family", "listed"], "description": "Who owns it"}
    assert value_of(pages, look_up, page, "own_cat", field) == "listed"


@pytest.mark.parametrize(
    ("text", "role", "value"),
    [
        ("Bo Sample has held the post of head chef since 2019.", "head chef", "Bo Sample"),
        ("Ada Example, a founder's daughter, has been managing partner since 2022.", "managing partner", "Ada Example"),
        ("Cy Case was chief executive until 2019. Di Doe took over as chief executive.", "chief executive", "Di Doe"),
        ("The director of Acme is Ada Example.", "director", "Ada Example"),
        ("Cy Case is the firm's managing partner.", "managing partner", "Cy Case"),
        ("Bo Sample is the deputy head chef.", "head chef", None),
        ("Cy Case became chief executive of Globex in 2020.", "chief executive", None),
    ],
)  # fmt: skip
def test_who_is_said_to_hold_an_office(look_up, pages, text, role, value):
    engine = pages(acme_md=f"# Acme\n\nAcme is a firm.\n\n{text}\n")
    field = {"type": "string", "description": f"Name of the {role}."}
    assert look_up(engine, {"company": "Acme"}, {role.replace(" ", "_"): field})["content"] == {role.replace(" ", "_"): value}  # fmt: skip


def test_a_line_of_a_cell_with_a_label_of_its_own(look_up, pages):
    cell = "<tr><th>Identification</th><td>Hull number: 9112648<br>Call sign: ABCD</td></tr>"
    engine = pages(acme_html=f"<html><title>Acme</title><h1>Acme</h1><table>{cell}</table></html>")
    assert look_up(engine, {"ship": "Acme"}, {"call_sign": {"type": "string"}})["content"] == {"call_sign": "ABCD"}  # fmt: skip


def test_the_only_address_answers_a_plain_question(look_up, pages):
    engine = pages(acme_md="# Acme\n\nAcme is a hotel.\n\nWrite to visits@acme.example.\n")
    field = {"email": {"type": "string", "description": "E-mail address"}}
    assert look_up(engine, {"company": "Acme"}, field)["content"] == {
        "email": "visits@acme.example"
    }


def test_a_figure_with_its_uncertainty_is_no_telephone_number(pages, look_up):
    engine = pages(
        elements_csv="element,atomic_mass,symbol\nErbium,167.259(3),Er\nTin,118.710(7),Sn\n"
    )
    content = look_up(engine, {"element": "Erbium"}, {"atomic_mass": {"type": "number", "description": "Atomic mass."}})["content"]  # fmt: skip
    assert content == {"atomic_mass": 167.259}


def test_a_seat_has_its_land_behind_a_loose_comma(pages, look_up):
    engine = pages(acme_md="# Acme\n\nAcme AG is a maker of pumps based in Cologne , North Rhine-Westphalia , Germany.\n")  # fmt: skip
    wanted = {"headquarters": {"type": "string", "description": "Where the company has its headquarters"}}  # fmt: skip
    content = look_up(engine, {"company": "Acme"}, wanted)["content"]
    assert content == {"headquarters": "Cologne , North Rhine-Westphalia , Germany"}
