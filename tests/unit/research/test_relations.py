"""Who holds an office, and who stands in another relation to a thing: operators, builders, owners, spouses, schools."""

import pytest

from enrich.research.candidates.bodies import is_body, is_person, is_strangers, whole_end
from enrich.research.candidates.offices import is_office, offices
from enrich.research.candidates.persons import holders
from enrich.research.candidates.relations import RELATIONS, related, relation
from enrich.research.wanted import wanted

ACME = frozenset({"acme"})


def asked(description):
    return {"type": ["string", "null"], "description": description}


CEO = asked("Name of the current chief executive.")
OPERATOR = asked(
    "Organisation that runs the hospital (trust, group, authority, foundation or company)."
)
ORGANISER = asked("Organisation that organises the event.")
BUILDER = asked("Shipyard that built the ship.")
OWNER = asked("Owner of the restaurant (person, family or company).")
HOST = asked("Cloud or hosting provider on which the vendor's hosted service runs.")
INVESTOR = asked("Name of the investor that led the latest equity round.")
AUTHOR = asked("Person who originally wrote the software.")
SPOUSE = asked("Name of the person's present husband or wife.")
SCHOOL = asked("University or school that awarded the person's highest earned academic degree.")
NETWORK = asked("Network or alliance of law firms of which the firm is a member.")
LIBRARY = asked("Name of the university's main (central) library.")
CFO = asked("Name of the chief financial officer (CFO).")


@pytest.mark.parametrize(
    ("text", "start", "whole"),
    [
        ("by the Coastal Child and Family Health Authority, which", 7, "Coastal Child and Family Health Authority"),
        ("by Globex Eventos, Lda. in", 3, "Globex Eventos, Lda."),
        ("by Globex Inc. and Initech Ltd.", 3, "Globex Inc."),
        ("by Globex Capital and Initech Fund", 3, "Globex Capital"),
    ],
)  # fmt: skip
def test_a_body_has_its_whole_name(text, start, whole):
    end = (
        text.index(" and ")
        if " and " in text
        else text.index(",", start)
        if "," in text
        else len(text)
    )
    assert (
        text[start : whole_end(text, start, min(end, start + 14) if "Lda" in text else end)]
        == whole
    )


@pytest.mark.parametrize(
    "name",
    ["Ada Example", 'Ada "Bo" Example', "Prof. Ada de la Example", "Col. Ada Example (Ret.)"],
)
def test_a_person_has_a_persons_shape(name):
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    ["President", "General", "23", "Example's brother Bo runs the floor", "Acme Group", "Globex Sp. z o.o.", "9 May 2026"],
)  # fmt: skip
def test_a_title_a_clause_and_a_body_are_no_person(name):
    assert not is_person(name)


def test_a_number_an_address_and_a_date_are_no_body():
    assert is_body("Globex Rewards+")
    assert not any(
        map(is_body, ["23", "9-12 September 2026", "ada@acme.example", "I", "see the handbook"])
    )


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("Who leads nursing?", "Who is the director of nursing at this hospital?", ("nursing",)),
        ("finance_lead", "Full name of the executive in charge of finance.", ("cfo",)),
        ("head_of_research", "Person who is in charge of research.", ()),
        ("top_executive", "Full name of the person leading the business at present.", ("ceo", "managing-partner", "director", "president", "general-manager")),
        ("owner", "Owner of the restaurant (person, family or company)", ()),
    ],
)  # fmt: skip
def test_what_office_is_asked_for(name, description, expected):
    assert offices(wanted(name, asked(description))) == expected


def test_a_label_may_be_an_office():
    assert is_office(("general-manager",), "General manager (gerente)")
    assert not is_office(("director",), "Medical director")


@pytest.mark.parametrize(
    ("text", "office", "name"),
    [
        ('Ada "Bo" Example has been President and Chief Executive Officer since 2019.', "ceo", 'Ada "Bo" Example'),
        ("Ada Example became president of the management board (chief executive) in 2017.", "ceo", "Ada Example"),
        ("Since 2019 the fair has been headed by Ada Example.", "director", "Ada Example"),
        ("The Director of the Hospital is Col. Ada Example.", "director", "Col. Ada Example"),
        ("Ada Example is the 14th president.", "president", "Ada Example"),
        # Another's, a part's, a former one's, a body.
        ("Globex names Ada Example as chief executive.", "ceo", None),
        ("Marketing director Ada Example is on leave.", "director", None),
        ("She took over as head chef from Ada Example.", "chef", None),
        ("The first head chef, Ada Example, who made its name and left in 2019.", "chef", None),
        ("It is run by Globex Sp. z o.o. with friends.", "director", None),
        ("The round was led by Ada Example.", "ceo", None),
    ],
)  # fmt: skip
def test_who_holds_an_office_is_told_in_many_ways(text, office, name):
    assert [c.value for c in holders(text, (office,), ACME)][:1] == ([name] if name else [])


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("operator", "Acme is run by Globex Sp. z o.o. with the support of the town.", "Globex Sp. z o.o."),
        ("operator", "The Globex Foundation, a body of 68 members, organises it all.", "Globex Foundation"),
        ("operator", "Member Globex a.s. (organiser), since 2009", "Member Globex a.s."),
        ("operator", "Until 2014 it was run by Globex Events.", None),
        ("operator", "Initech Expo, which is run by Globex, is older.", None),
        ("builder", "She was built by Globex Shipyard in Ulm.", "Globex Shipyard"),
        ("builder", "Her sister Initech was built at the same yard.", None),
        ("owner", "Acme is owned by the Example family.", "Example"),
        ("owner", "The buyer also owns Globex Tavern.", None),
        ("host", "The service is hosted on Globex Cloud in Ulm.", "Globex Cloud"),
        ("lead-investor", "It closed a Series A of $18.5 million, led by Globex Partners of Ulm.", "Globex Partners"),
        ("lead-investor", "The team is led by Ada Example.", None),
        ("author", "It was begun inside Initech by Ada Example, who needed it.", "Ada Example"),
        ("author", "Initech Tools was written by Globex Group.", None),
        ("spouse", "She is married to the architect Bo Sample.", "Bo Sample"),
        ("spouse", "Until 1991 she was married to Bo Sample.", None),
        ("affiliation", "It is a teaching hospital of the University of Ulm.", "University of Ulm"),
        ("network", "We profit from our membership in the Globex Law Alliance, a network of 18 firms.", "Globex Law Alliance"),
        ("network", "Ada Example is a member of the Ulm Bar.", None),
        ("library", "The roof of the Ada Example Memorial Library, our main library, was renewed.", "Ada Example Memorial Library"),
        ("loyalty", "Globex Points, our savings programme, has 240,000 members.", "Globex Points"),
        ("speaker", "The keynote will be given by Ada Example.", "Ada Example"),
    ],
)  # fmt: skip
def test_a_relation_is_told_by_its_words(kind, text, name):
    found = [c.value for c in related(text, RELATIONS[kind], ACME)]
    assert found[:1] == ([name] if name else [])


def test_a_sort_of_owner_is_no_owner():
    assert relation(wanted("ownership", asked("Type of owner: public or private."))) is None
    assert relation(wanted("owner", OWNER)) is RELATIONS["owner"]


def test_a_clause_that_begins_with_another_name_speaks_of_that():
    text = "Globex (90 seats, chef Ada Example) opened in May."
    assert is_strangers(text, text.index("Ada"), ACME)
    assert not is_strangers("Acme (90 seats, chef Ada Example)", 22, ACME)
    assert not is_strangers("In Ulm it is led by Ada Example", 20, ACME)


@pytest.mark.parametrize(
    ("page", "name", "field", "value"),
    [
        # A surname alone, and he or she, is the name that stands elsewhere.
        ("Ada Example founded it in 2012. Example has been CEO from the first day.", "ceo", CEO, "Ada Example"),
        ("Ada Example and Bo Example founded it. Example has been CEO since.", "ceo", CEO, None),
        ("Much has changed under Ada Example. She took over as chief executive in 2022 from Bo Sample.", "ceo", CEO, "Ada Example"),
        ("Bo Sample hired Ada Example. She took over as chief executive in 2022.", "ceo", CEO, None),
        # No title, no word that begins a line, no holder of another office.
        ("Letter from the chief executive to all who care.", "ceo", CEO, None),
        ("Key people: Ada Example (CEO)", "cfo", CFO, None),
        ("- **Managing director:** Ada Example\n- **Chair:** Bo Sample", "ceo", CEO, "Ada Example"),
        # A label may say it otherwise than the question does.
        ("- **Organised by:** Globex GmbH\n- **Venue:** Exhall", "organiser", ORGANISER, "Globex GmbH"),
        ("- **Venue:** Exhall\n- **Next event:** 9-12 September 2026", "organiser", ORGANISER, None),
        ("- **Built by:** Globex Yard, Ulm\n- **Type:** tug", "builder", BUILDER, "Globex Yard"),
        # In a sentence.
        ("It is a public hospital, operated by the Coastal Child and Family Health Authority.", "operator", OPERATOR, "Coastal Child and Family Health Authority"),
        ("Customer data is stored on Globex Cloud in Ulm.", "cloud", HOST, "Globex Cloud"),
        ("It was begun at Initech by Ada Example.", "original_author", AUTHOR, "Ada Example"),
        ("Partner Ada Example was named to lead the Ulm office.", "network", NETWORK, None),
        ("The Botanical Garden (11 ha) is open daily. The library is large.", "main_library", LIBRARY, None),
        # The last of several rounds.
        ("A seed round in 2021 had been led by Initech Capital. In 2023 it closed a Series A of $18.5 million, led by Globex Partners.", "lead_investor", INVESTOR, "Globex Partners"),
    ],
)  # fmt: skip
def test_pages_tell_who_it_is(pages, look_up, page, name, field, value):
    engine = pages(acme_md=f"# Acme\n\n{page}\n")

    assert look_up(engine, {"company": "Acme"}, {name: field})["content"] == {name: value}


@pytest.mark.parametrize(
    ("page", "name", "field", "value"),
    [
        ("She is married to the architect Bo Sample.", "spouse", SPOUSE, "Bo Sample"),
        ("Until 1991 she was married to the pianist Bo Sample.", "spouse", SPOUSE, None),
        ("She read law at Globex College, and took her PhD at the University of Ulm in 1990.", "alma_mater", SCHOOL, "University of Ulm"),
        ("She has an honorary doctorate of the University of Ulm.", "alma_mater", SCHOOL, None),
        ("- **Degree:** M.Sc. (Tech.), Globex University of Technology", "highest_degree_from", SCHOOL, "Globex University of Technology"),
        ("| Year | Degree | Institution |\n|---|---|---|\n| 1990 | Ph.D., Physics | Globex Institute |\n| 1985 | B.Sc. | Initech College |", "alma_mater", SCHOOL, "Globex Institute"),
    ],
)  # fmt: skip
def test_pages_tell_whom_and_where(pages, look_up, page, name, field, value):
    engine = pages(ada_md=f"# Ada Example\n\nAda Example is an engineer.\n\n{page}\n")

    assert look_up(engine, {"person": "Ada Example"}, {name: field})["content"] == {name: value}
