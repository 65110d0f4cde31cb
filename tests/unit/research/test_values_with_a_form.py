"""Values that have a form of their own: days and ranges of days, numbers that name, versions, licences, telephone lines."""

import pytest

from enrich.research.candidates.dates import date_candidates, year_candidates
from enrich.research.identifiers import sort_asked
from enrich.research.kinds import value_kind

TEXT = {"type": ["string", "null"]}


@pytest.fixture
def told(pages, look_up):
    """Answer one question from a page about Acme."""

    def tell(page, name, description):
        field = {**TEXT, "description": description}
        engine = pages(page_md=f"# Acme\n\n{page}\n")
        return look_up(engine, {"company": "Acme"}, {name: field})["content"][name]

    return tell


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("9\N{EN DASH}12 September 2026", "2026-09-09", "2026-09-12"),
        ("September 9-12, 2026", "2026-09-09", "2026-09-12"),
        ("30 September to 2 October 2026", "2026-09-30", "2026-10-02"),
        ("from Thursday 2 October to Sunday 5 October 2025", "2025-10-02", "2025-10-05"),
        ("10 March 2026 to 12 March 2026", "2026-03-10", "2026-03-12"),
        ("12 and 13 October 2025", "2025-10-12", "2025-10-13"),
        ("12 and 19 October 2025", "2025-10-19", "2025-10-19"),
        ("10 rooms - 12 May 2020", "2020-05-12", "2020-05-12"),
        ("14.03.1998", "1998-03-14", "1998-03-14"),
        ("on the 2nd of May 2021", "2021-05-02", "2021-05-02"),
    ],
)
def test_a_range_of_days_has_a_first_and_a_last(text, first, last):
    begins = date_candidates(text, form="YYYY-MM-DD", partial=True, edge="first")
    ends = date_candidates(text, form="YYYY-MM-DD", partial=True, edge="last")

    assert [c.value for c in begins] == [first]
    assert [c.value for c in ends] == [last]


def test_a_life_is_no_range_of_days():
    found = date_candidates("2 May 1950 - 3 June 2010", form="", partial=True, edge="first")
    assert [c.value for c in found] == ["2 May 1950", "3 June 2010"]


def test_a_year_may_have_a_comma_behind_it():
    assert [c.value for c in year_candidates("In 1998, Acme moved.", whole=True)] == [1998]
    assert year_candidates("It has 1,998 seats and 2000,5 litres.", whole=True) == []


@pytest.mark.parametrize(
    ("name", "description", "kind"),
    [
        ("Next edition", "Opening date of the next edition.", "date"),
        ("top_start", "Day (or month, if no more is known) when the leader assumed that role.", "date"),
        ("opening_hours", "Hours at which the shop opens.", "phrase"),
        ("Registration number", "Number under which the company is entered in the register.", "code"),
        ("ver", "Digits and dots only, without a leading v.", "code"),
        ("License", "Licence under which the software is distributed.", "code"),
        ("licence", "Kind of licence that a driver must hold.", "phrase"),
        ("tel", "as printed", "phone"),
        ("contact_number", "Digits to dial to reach this place.", "phone"),
        ("home", "Under what URL is the company's own site?", "url"),
    ],
)  # fmt: skip
def test_the_form_of_an_answer_is_known_by_the_question(name, description, kind):
    assert value_kind(name, "string", description, closed=False) == kind


def test_patients_a_year_are_no_year():
    asked = ("Patients a year", "integer", "Patients whom the hospital sees in a year.")
    assert value_kind(*asked, closed=False) == "number"


ROUND = "Date of the company's most recent funding round."
NEXT = "Opening date of the next edition."
DELIVERED = "Date on which the finished ship was delivered by the builder."
OPENED = "Date on which the restaurant first opened."
HEAD = "Date on which the present chief executive took office."
RELEASED = "Date of the latest stable release."


@pytest.mark.parametrize(
    ("page", "name", "description", "day"),
    [
        ("The Series A was closed in March 2019. The $9 million Series B was announced on 4 May 2021, after a year of talks.", "round", ROUND, "4 May 2021"),
        ("Acme raised $9 million from two funds. It was announced on 4 May 2021.", "round", ROUND, "4 May 2021"),
        ("SPRINGFIELD, May 4, 2021 -- Acme, the maker of tents, has raised $9 million in a Series B.", "round", ROUND, "May 4, 2021"),
        ("Next event: 9\N{EN DASH}12 September 2026\n\nMost recent: 11\N{EN DASH}14 September 2024", "Next edition", NEXT, "9 September 2026"),
        ("The fair will be back from Wednesday 22 July 2026 to Friday 24 July 2026.", "Next edition", NEXT, "22 July 2026"),
        ("Launched on 2 March 1927, the steamer ran her trials in May and was handed over on 11 June 1927.", "Delivery date", DELIVERED, "11 June 1927"),
        ("We opened on 3 May 2011 in a former bakery.", "Opened", OPENED, "3 May 2011"),
        ("Ada Example took office as chief executive on 15 January 2024. Her predecessor, Bo Sample, had been in office since 2015.", "CEO since", HEAD, "15 January 2024"),
        ("Acme 4.1 is out since 6 May 2024. Version 4.0 was released on 2 May 2022.", "Release date", RELEASED, "6 May 2024"),
    ],
)  # fmt: skip
def test_a_day_is_known_by_what_was_done(told, page, name, description, day):
    assert told(page, name, description) == day


@pytest.mark.parametrize(
    ("page", "name", "description"),
    [
        ("Talk of a Series B in May 2021 was wrong.", "round", ROUND),
        ("A Series C is planned for May 2027.", "round", ROUND),
        ("Globex Tents raised $9 million in a Series B on 4 May 2021.", "round", ROUND),
        ("The round was put off, for Acme was founded in 2015.", "round", ROUND),
        ("The last edition closed on 14 September 2024.", "Next edition", NEXT),
        ("Delivery, first foreseen for 3 May 2011, is late.", "Delivery date", DELIVERED),
        ("A sister restaurant was opened on 3 May 2011.", "Opened", OPENED),
        ("The deputy, Ada Example, took office on 15 January 2024.", "CEO since", HEAD),
        ("A preview was released on 6 May 2024.", "Release date", RELEASED),
    ],
)
def test_a_day_of_something_else_is_none(told, page, name, description):
    assert told(page, name, description) is None


REGISTER = "Number under which the company is entered in the companies register."
IMO = "IMO number of the ship."
VERSION = "Version number of the latest stable release."
LICENCE = "Licence under which the current version of the software is distributed."


@pytest.mark.parametrize(
    ("page", "name", "description", "value"),
    [
        ("| | |\n|---|---|\n| Company no. | 04829 |\n| Phone | 555 0100 |", "Registration number", REGISTER, "04829"),
        ("Acme GmbH, HRB 4829, VAT ID DE 126 774 093, was set up in 1998.", "Registration number", REGISTER, "HRB 4829"),
        ("- Name / IMO number: Acme / 9418274\n- Call sign: 2ABC8", "IMO number", IMO, "9418274"),
        ("Acme v1.8.3 is out. Version 2.0 is planned for May.", "Latest version", VERSION, "1.8.3"),
        ("The current stable version is 3.4.1. The first version, 0.2, came in 2019.", "Latest version", VERSION, "3.4.1"),
        ("Acme is released under the GNU General Public License, version 3 or later. The bundled decoder is under the zlib licence.", "License", LICENCE, "GNU General Public License, version 3 or later"),
        ("Licence: Apache-2.0 OR MIT", "License", LICENCE, "Apache-2.0 OR MIT"),
    ],
)  # fmt: skip
def test_what_names_a_thing_is_known_by_its_form(told, page, name, description, value):
    assert told(page, name, description) == value


@pytest.mark.parametrize(
    ("page", "name", "description"),
    [
        ("VAT number: DE 126 774 093", "Registration number", REGISTER),
        ("Registered in 1998, Acme has 640 people.", "Registration number", REGISTER),
        ("Call sign: 2ABC8", "IMO number", IMO),
        ("Version 2.0-rc1 is a preview; 2.1 is planned.", "Latest version", VERSION),
        ("The bundled icons are under CC0.", "License", LICENCE),
        ("Acme left the MIT licence behind; until 2019 it was under Apache-2.0.", "trading_licence", "Licence under which the shop sells wine."),
    ],
)  # fmt: skip
def test_another_number_is_no_name(told, page, name, description):
    assert told(page, name, description) is None


def test_a_denied_sort_is_not_asked_for():
    assert sort_asked("reg_no", "Register no. as printed; not a tax number.") is sort_asked(
        "Registration number", REGISTER
    )
    assert sort_asked("owner", "Who owns it? Not the licence holder.") is None


PHONE = "Main telephone number of the clinic."


@pytest.mark.parametrize(
    ("page", "number"),
    [
        ("Emergency line: +91 712 555 4444\n\nBoard line: +91 712 555 4400", "+91 712 555 4400"),
        ("Central telephone: +34 956 555 210. Appointments: +34 956 555 233.", "+34 956 555 210"),
        ("| | |\n|---|---|\n| Switchboard | +44 1632 960412 |\n| Fax | +44 1632 960499 |", "+44 1632 960412"),
        ("Billing: +44 1632 960499", None),
        ("## Sister houses\n\n- Phone: +44 1632 960499", None),
    ],
)  # fmt: skip
def test_the_main_line_is_no_other(told, page, number):
    assert told(page, "phone", PHONE) == number


def test_exhibitors_write_to_their_own_address(told):
    page = "Stand bookings: exhibit@acme.example\n\nVisitors: info@acme.example"
    asked = "E-mail address for exhibitors and stand bookings."
    assert told(page, "Exhibitor contact", asked) == "exhibit@acme.example"
    assert told("Visitors: visit@acme.example", "Exhibitor contact", asked) is None


def test_a_currency_s_ticker_is_no_share_s():
    assert sort_asked("ticker", "Ticker of the shares") is not None
    assert sort_asked("ticker", "Ticker of the currency") is None
    assert sort_asked("forex_ticker", "") is None
